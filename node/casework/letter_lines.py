"""Letters as people see them (办理过程): each link of a case's chain with its seals, what their check says, and how far it has come."""

from node.casework.casebook import Casebook
from node.casework.history import Admitted
from node.casework.roads import Roads, Sent
from node.casework.seal_rules import lacking
from node.casework.views import LetterLine, Road, SealLine
from node.mail.admission import Admission
from node.station import Station
from node.store.records import CaseRecord
from signing.errors import SigningError, UnknownSignerError
from signing.seal import kind_of


class LetterLines:
    """Makes the lines of a chain."""

    def __init__(self, station: Station, casebook: Casebook, admission: Admission, roads: Roads) -> None:
        self._station = station
        self._casebook = casebook
        self._admission = admission
        self._roads = roads

    def of(self, record: CaseRecord) -> tuple[LetterLine, ...]:
        """All letters of a case here, as the chain orders them."""
        return tuple(self._line(one, record) for one in self._casebook.letters(record.case_number))

    def road(self, one: Admitted) -> Road:
        """How far a letter has come."""
        letter = one.sealed.letter
        sent = Sent(one.sealed.letter_id, letter.origin, letter.case_number, one.outcome)
        return self._roads.of([sent])[sent.letter_id]

    def _line(self, one: Admitted, record: CaseRecord) -> LetterLine:
        letter = one.sealed.letter
        seals = tuple(self._seal_line(one, number) for number in range(len(one.sealed.seals)))
        return LetterLine(
            letter_id=one.sealed.letter_id,
            event=letter.kind,
            who=seals[0].signer if seals else "",
            tier=self._station.tier_of(letter.origin),
            station_name=self._station.name_of(letter.origin),
            claimed_at=letter.at,
            received_at=one.received_at,
            body=letter.body,
            road=self.road(one),
            seals=seals,
            outcome=one.outcome,
            reason=one.reason,
            lacking=self._lacking(one, record),
        )

    def _lacking(self, one: Admitted, record: CaseRecord) -> str:
        """What unit's seal the item asks for and the letter does not bear; empty where nothing can be said."""
        try:
            return lacking(one.sealed.letter, self._casebook.form(record), self._casebook.applied(one.sealed)) or ""
        except SigningError:
            return ""

    def _seal_line(self, one: Admitted, number: int) -> SealLine:
        try:
            applied = self._casebook.applied(one.sealed)[number]
            report = self._admission.report(one.sealed, number, one.received_at)
        except UnknownSignerError:
            return SealLine("", "", "", "undetermined", "unknown_signer")
        except SigningError:
            return SealLine("", "", "", "invalid", "damaged")
        certificate, seal = applied.signer, applied.seal
        bad = next((step for step in report.steps if step.verdict in ("invalid", "undetermined")), None)
        # A unit's certificate may be of no one station: the organ is then what stands in it.
        organ = self._station.name_of(certificate.station) if certificate.station else certificate.name
        kind = kind_of(seal.seal_id)
        return SealLine(certificate.name, organ, certificate.tier, report.verdict, bad.name if bad else None, kind, seal.name)
