"""The documents of a case as laid-out pages: gathers what each tells from the case, and has its QR code drawn.

For a page that prints and for an act that seals alike, so that what is seen before is what is sealed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from forms.schema import Form
from node.casework.case import Event
from node.casework.casebook import Casebook
from node.casework.history import History
from node.casework.letter import EnclosureEntry
from node.clock import county_day
from node.documents.acceptance import Acceptance, acceptance_layout
from node.documents.certificate import certificate_layout, read_certificate
from node.documents.facts import CaseFacts, Organ, SignaturePicture
from node.documents.form import FormPaper, form_layout
from node.documents.layout import Layout
from node.documents.marks import mark_text
from node.documents.pictures import picture_of
from node.documents.result import Decision, result_layout
from node.documents.wording import RESERVED_NAMES, RESULT_TITLES
from node.drawing.process import DrawingProcess
from node.errors import NotFoundError
from node.paperwork.codes import code_of
from node.paperwork.signatures import signature_fields, signed_answers
from node.paperwork.values import PAD, PAPER, CardLine
from node.roles import Tier
from node.station import Station
from node.store.records import CaseRecord

DECISIONS = frozenset(RESULT_TITLES)
"""Events that a result tells of."""


class CasePages:
    """Lays out the documents of cases here. `content` gives a page of a material in the clear, `village_name` names a division."""

    def __init__(
        self,
        station: Station,
        casebook: Casebook,
        drawing: DrawingProcess,
        content: Callable[[EnclosureEntry], bytes],
        village_name: Callable[[str], str],
    ) -> None:
        self._station = station
        self._casebook = casebook
        self._drawing = drawing
        self._content = content
        self._village_name = village_name

    def facts(self, record: CaseRecord) -> CaseFacts:
        """Which case it is, as every document says it."""
        form, origin = self._casebook.form(record), self._station.name_of(record.origin)
        village = self._village_name(record.division) if record.division else origin
        return CaseFacts(
            case_number=record.case_number,
            short_number=record.short_number,
            item_name=form.name,
            package=record.package,
            applicant=record.title,
            origin_name=origin,
            village_name=village,
            organs=tuple(self._organs(record, form, village)),
            practice=record.practice,
        )

    def form(
        self,
        record: CaseRecord,
        answers: Mapping[str, Any],
        entries: Sequence[EnclosureEntry],
        *,
        signed: str = "",
        checked_on: date | None = None,
        shown: Mapping[str, Any] | None = None,
        cards: Sequence[CardLine] = (),
    ) -> Layout:
        """The application form of these answers and pages; `signed` is where the applicant signed (`pad`, `paper`, or nowhere).

        `shown` are the answers as this reader may see them, where that differs; `cards` say which are what a card said that was read.

        Raises:
            DrawingError: its code could not be drawn.
        """
        form, facts = self._casebook.form(record), self.facts(record)
        digest = self.form_digest(record, answers)
        paper = FormPaper(
            facts=facts,
            form=form,
            answers=answers if shown is None else shown,
            materials=_materials(form, entries),
            code=code_of(digest),
            digest=digest,
            checked_on=checked_on,
            signature=self._signature(form, entries) if signed == PAD else None,
            on_paper=signed == PAPER,
            carded={name for one in cards for name in one.fields},
        )
        return form_layout(paper, self._drawing.qr(mark_text(record.case_number, "form", record.package, digest)))

    def form_digest(self, record: CaseRecord, answers: Mapping[str, Any]) -> str:
        """The digest of the answers that the applicant signs; see `Signatures.digest`."""
        said = signed_answers(self._casebook.form(record), answers)
        return self._station.digest_of({"answers": said, "case": record.case_number, "package": record.package})

    def result(self, record: CaseRecord, event: str, body: Mapping[str, Any], organ: Organ, decided_on: date) -> Layout:
        """The decision that a letter of this event and body tells, by `organ` on `decided_on`.

        Raises:
            NotFoundError: the event decides nothing.
            DrawingError: its code could not be drawn.
        """
        if event not in DECISIONS:
            raise NotFoundError("document", "result")
        certificate, history = read_certificate(body), self._casebook.history(record.case_number)
        decision = Decision(
            facts=self.facts(record),
            event=event,
            organ=organ,
            decided_on=decided_on,
            asked_on=_asked_on(record, history),
            accepted=history.acceptance_number() or "",
            reason=_text(body.get("reason")) or _text(body.get("note")),
            legal_basis=tuple(self._casebook.form(record).legal_basis),
            certificate=(certificate.name, certificate.id) if certificate else None,
        )
        digest = self.result_digest(record.case_number, event, body, decided_on)
        return result_layout(decision, self._drawing.qr(mark_text(record.case_number, "result", record.package, digest)))

    def acceptance(self, record: CaseRecord, body: Mapping[str, Any], organ: Organ, accepted_on: date, letter_id: str = "") -> Layout:
        """The notice of the acceptance that a letter of this body tells; `letter_id` is that letter's where it is sealed already.

        Raises:
            DrawingError: its code could not be drawn.
        """
        limits, history = self._casebook.form(record).limits, self._casebook.history(record.case_number).before(letter_id)
        acceptance = Acceptance(
            facts=self.facts(record),
            organ=organ,
            accepted_on=accepted_on,
            asked_on=_asked_on(record, history),
            number=_text(body.get("acceptance_number")),
            pages=len(history.enclosures()),
            workdays=limits["promised_workdays"],
            clock=limits["clock_starts"],
        )
        digest = self.result_digest(record.case_number, Event.ACCEPTED, body, accepted_on)
        return acceptance_layout(acceptance, self._drawing.qr(mark_text(record.case_number, "acceptance", record.package, digest)))

    def certificate(self, record: CaseRecord, event: str, body: Mapping[str, Any], organ: Organ, decided_on: date) -> Layout:
        """The certificate that an approval gives.

        Raises:
            NotFoundError: it gives none.
            DrawingError: its code could not be drawn.
        """
        certificate = read_certificate(body)
        if event != Event.APPROVED or certificate is None:
            raise NotFoundError("document", "certificate")
        digest = self.result_digest(record.case_number, event, body, decided_on)
        code = self._drawing.qr(mark_text(record.case_number, "certificate", record.package, digest))
        return certificate_layout(certificate, self.facts(record), organ, code)

    def result_digest(self, case_number: str, event: str, body: Mapping[str, Any], decided_on: date) -> str:
        """The digest of what a decision or an acceptance says, so that its printed code can be held against the letter."""
        return self._station.digest_of({"body": dict(body), "case": case_number, "event": event, "on": decided_on.isoformat()})

    def organ_of(self, station: str) -> Organ:
        """A station as an organ on paper."""
        return Organ(self._station.tier_of(station), self._station.name_of(station))

    def _organs(self, record: CaseRecord, form: Form, village: str) -> Sequence[Organ]:
        """The stations on the path whose tier has a part in the item; the origin under the name of the case's village."""
        known = [self.organ_of(one) for one in self._station.path_of(record.origin)]
        organs = [Organ(one.tier, village) if one.tier == Tier.VILLAGE else one for one in known]
        return [one for one in organs if one.tier == Tier.VILLAGE or form.tiers.get(one.tier) or form.tiers.get("decides") == one.tier]

    def _signature(self, form: Form, entries: Sequence[EnclosureEntry]) -> SignaturePicture | None:
        """The applicant's signature from the pad; None where it is not here, or is no small picture."""
        slots = {one.id for one in signature_fields(form)}
        entry = next((one for one in entries if one.material in slots), None)
        if entry is None:
            return None
        try:
            return picture_of(entry.media_type, self._content(entry))
        except NotFoundError:
            return None


def _materials(form: Form, entries: Sequence[EnclosureEntry]) -> list[tuple[str, int]]:
    """What was handed in, with the number of pages, as the item lists it; then what every case may have."""
    names = {one.id: one.name for one in form.materials} | RESERVED_NAMES
    counts = {name: sum(1 for entry in entries if entry.material == name and not entry.is_documents) for name in names}
    return [(names[name], count) for name, count in counts.items() if count]


def _asked_on(record: CaseRecord, history: History) -> date:
    submitted = history.latest(Event.SUBMITTED)
    return submitted.sealed.letter.checked_on if submitted else county_day(record.opened_at)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
