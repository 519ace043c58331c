"""The case register (办件登记): reads a case from the store and writes what a letter has made of it.

The desk and the mailroom both fold here, so what a person does and what arrives change a case by the same few lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from forms.catalogue import Catalogue
from forms.schema import Form
from node.casework.case import Case, CaseState, Desk, Event, Holder, SideEvent, Signatory
from node.casework.case_number import read_case_number
from node.casework.deciding import deciding_at_first
from node.casework.history import COUNTED, Admitted, History, in_chain_order, read_history
from node.casework.letter import SealedLetter, read_frame
from node.casework.ownership import ids_of, owned
from node.casework.seal_rules import Applied
from node.casework.timing import Timing, read_timing
from node.clock import county_day
from node.errors import CaseNotFoundError, RequestError
from node.roles import Role, Tier
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord
from signing.errors import UnknownSignerError
from signing.seal import parse_seal

STATE_SINCE = "state_since"
HEAD_ORIGIN = "head_origin"
TIMING = "timing"
SUSPENDED_FROM = "suspended_from"
DECIDES = "decides"
SUBMITTER = "submitter"
RECEIVER = "receiver"

_ROLES = {one.value: one for one in Role}


class Casebook:
    """Cases of this station, by number."""

    def __init__(self, station: Station, store: Store, catalogue: Catalogue) -> None:
        self._station = station
        self._store = store
        self._catalogue = catalogue

    def find(self, number: str) -> CaseRecord:
        """The record of a long or short number; of a short one that several cases have, the newest.

        Raises:
            CaseNotFoundError: none here.
        """
        text = number.strip()
        if len(text) == 25:
            record = self._store.cases.get(text)
        else:
            record = next(iter(self._store.cases.by_short(text)), None)
        if record is None:
            raise CaseNotFoundError(text)
        return record

    def form(self, record: CaseRecord) -> Form:
        """The form package that the case was opened with.

        Raises:
            UnknownItemError: the package is not here.
        """
        return self._catalogue.form(record.item_id, record.package)

    def case(self, record: CaseRecord) -> Case:
        """The case as the rules see it."""
        before, decides = record.extra.get(SUSPENDED_FROM), record.extra.get(DECIDES)
        return Case(
            case_number=record.case_number,
            item_id=record.item_id,
            package=record.package,
            path=self._station.path_of(record.origin),
            decides=Tier(decides) if decides else deciding_at_first(self.form(record)),
            state=CaseState(record.state),
            holder=Holder(self._station.current(record.holder_station), Desk(record.holder_desk)),
            head=record.head,
            suspended_from=CaseState(before) if before else None,
            submitter=str(record.extra.get(SUBMITTER, "")),
            receiver=self._receiver(record),
        )

    def _receiver(self, record: CaseRecord) -> str:
        """Who accepted the case; of one that a program kept which did not ask, as its letters say, so that all stations agree."""
        if RECEIVER in record.extra or record.head is None:
            return str(record.extra.get(RECEIVER, ""))
        accepted = self.history(record.case_number).latest(Event.ACCEPTED)
        return self.signatory_of(accepted.sealed).name if accepted else ""

    def history(self, case_number: str) -> History:
        """What the admitted letters add up to."""
        return read_history(self.letters(case_number))

    def letters(self, case_number: str) -> tuple[Admitted, ...]:
        """All letters of the case here, as the chain orders them."""
        digest = self._station.suite.digest
        return in_chain_order(
            Admitted(read_frame(row.frame, digest), row.received_at, row.outcome, row.reason)
            for row in self._store.letters.of_case(case_number)
        )

    def open_from_letter(self, sealed: SealedLetter, form: Form, at: datetime) -> CaseRecord:
        """The record of a case that this station hears of for the first time; not stored yet.

        Raises:
            RequestError: the case number is none, or not its origin's.
        """
        letter = sealed.letter
        number = read_case_number(letter.case_number)
        if self._station.current(number.station) != self._station.current(letter.origin):
            raise RequestError("case_number", given=letter.case_number)
        return CaseRecord(
            case_number=letter.case_number,
            short_number=number.short,
            item_id=letter.item_id,
            package=letter.package,
            origin=number.station,
            state=CaseState.DRAFT,
            holder_station=self._station.current(number.station),
            holder_desk=Desk.AGENT,
            head=None,
            opened_at=letter.at,
            opened_by="",
            updated_at=at,
            title=title_of(letter.body.get("answers")),
            division="" if letter.village == number.station[:12] else letter.division,
        )

    def take_side(self, sealed: SealedLetter) -> None:
        """Do what a side letter asks of every station: an erased enclosure (误传) loses its key and its bytes, here and for good."""
        if sealed.letter.kind == SideEvent.ERASED or sealed.letter.enclosures:
            self.drop_erased(sealed.letter.case_number)

    def drop_erased(self, case_number: str) -> None:
        """Drop what the case's letters say is erased, in whatever order they came; a page of another's is only no longer counted."""
        letters = [one.sealed.letter for one in self.letters(case_number) if one.outcome in COUNTED]
        erased = {letter.body.get("enclosure") for letter in letters if letter.kind == SideEvent.ERASED}
        for letter in letters:
            entries = [entry for entry in letter.enclosures if entry.enclosure_id in erased]
            for enclosure_id in owned(self._station, self._store, ids_of(entries), letter.origin):
                self._store.enclosures.erase(enclosure_id)
            for entry in entries:
                self._store.materials.delete_enclosure(case_number, entry.enclosure_id)

    def signatory_of(self, sealed: SealedLetter) -> Signatory:
        """Who sealed the letter, as the certificate says, at the station that stands in the place of the certificate's today.

        Raises:
            UnknownSignerError: it is not here.
        """
        certificate = self._station.trust.get(sealed.seals[0].signer)
        station = self._station.current(certificate.station)
        roles = frozenset(_ROLES[one] for one in certificate.roles if one in _ROLES)
        return Signatory(station, Tier(certificate.tier), roles, certificate.name)

    def applied(self, sealed: SealedLetter) -> tuple[Applied, ...]:
        """The seals under a letter with their certificates, as the rules look at them.

        Raises:
            UnknownSignerError: one of them is not here.
            SigningError: one is no seal.
        """
        found: list[Applied] = []
        for one in sealed.seals:
            der = self._store.certificates.get(one.seal, "seal")
            if der is None:
                raise UnknownSignerError(one.seal)
            found.append(Applied(self._station.trust.get(one.signer), parse_seal(self._station.suite, der)))
        return tuple(found)

    def rewrite(self, record: CaseRecord, folded: Sequence[tuple[Case, SealedLetter, datetime]], at: datetime) -> CaseRecord:
        """Write the case anew from its state letters, each with the case after it and when it came; a fork is over then."""
        record = replace(record, forked=False, flags=(), extra={})
        for case, sealed, received_at in folded:
            record = self._changed(record, case, sealed, received_at)
        record = replace(record, updated_at=at)
        self._store.cases.put(record)
        return record

    def put(self, record: CaseRecord, case: Case, sealed: SealedLetter, at: datetime, *, flags: tuple[str, ...] = ()) -> CaseRecord:
        """Write the case as it is after a state letter, in the caller's transaction."""
        changed = self._changed(record, case, sealed, at)
        if flags:
            changed = replace(changed, flags=flags)
        self._store.cases.put(changed)
        return changed

    def _changed(self, record: CaseRecord, case: Case, sealed: SealedLetter, at: datetime) -> CaseRecord:
        letter = sealed.letter
        extra = dict(record.extra) | {STATE_SINCE: letter.payload_time}
        extra[SUSPENDED_FROM] = case.suspended_from.value if case.suspended_from else None
        extra[HEAD_ORIGIN] = letter.origin
        extra[DECIDES] = case.decides.value
        extra[SUBMITTER] = case.submitter
        extra[RECEIVER] = case.receiver
        extra[TIMING] = timing_after(record, sealed, at).to_json()
        answers = letter.body.get("answers")
        return replace(
            record,
            state=case.state.value,
            holder_station=case.holder.station,
            holder_desk=case.holder.desk.value,
            head=case.head,
            updated_at=at,
            title=title_of(answers) if isinstance(answers, dict) else record.title,
            extra=extra,
        )


def timing_after(record: CaseRecord, sealed: SealedLetter, at: datetime) -> Timing:
    """The case's timing once a state letter has come at `at`."""
    letter, received_on = sealed.letter, county_day(at)
    if letter.event is None:
        raise ValueError(letter.kind)
    before = read_timing(record.extra.get(TIMING)) or Timing(letter.event, received_on)
    return before.after(letter.event, letter.checked_on, received_on)


def title_of(answers: object) -> str:
    """What a list calls the case: the applicant's name, the only personal thing that a list shows. What no printer shows is left out."""
    name = answers.get("name") if isinstance(answers, Mapping) else None
    return "".join(one for one in name[:40] if one.isprintable()) if isinstance(name, str) else ""


def shown_digest(
    station: Station,
    answers: Mapping[str, Any],
    enclosures: Sequence[tuple[str, int, str]],
    package: str,
    head: str | None,
    papers: Mapping[str, Any],
    unit_seal: str = "",
) -> str:
    """The digest of what a check page shows: of each enclosure (material, page, content digest), of papers what is said of them.

    `unit_seal` is the digest of the unit's seal that the page says would be put on. The seal call carries it all back, so that nothing is
    sealed that the person did not see.
    """
    pages = [list(one) for one in sorted(enclosures)]
    said: dict[str, Any] = {"papers": dict(papers)} if papers else {}
    if unit_seal:
        said["unit_seal"] = unit_seal
    return station.digest_of({"answers": dict(answers), "enclosures": pages, "package": package, "head": head, **said})
