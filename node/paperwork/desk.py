"""The desk's drawer of papers: what pages and API do with mandates, originals, the signature and standby receipts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.fields import PICTURE_KINDS
from forms.schema import Form
from node.casework.attaching import Attaching
from node.casework.case import CaseState
from node.casework.casebook import Casebook
from node.casework.drafts import OPEN_STATES, UNDER_WAY, Drafts
from node.casework.letter import EnclosureEntry
from node.casework.pages import entry_of
from node.casework.practice import check_same_world
from node.clock import Clock, county_day
from node.errors import NotAllowedError, RequestError
from node.paperwork.codes import code_of
from node.paperwork.mandates import USUAL_TERM, Terms
from node.paperwork.signatures import SIGNED_FORM, signature_fields
from node.paperwork.values import POWERS, MandateLine, SignedLine, TickLine
from node.roles import Role, Tier
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord
from node.store.records.papers import StandbyRecord


@dataclass(frozen=True)
class FormToSign:
    """The answers that are printed and signed, their digest, and its short code; `is_ready` when nothing of them is wrong or missing."""

    answers: Mapping[str, Any]
    digest: str
    code: str
    is_ready: bool


class PaperDesk:
    """Papers, for people at this station."""

    def __init__(self, station: Station, store: Store, drafts: Drafts, casebook: Casebook, clock: Clock, attaching: Attaching) -> None:
        self._station = station
        self._store = store
        self._drafts = drafts
        self._casebook = casebook
        self._clock = clock
        self._attaching = attaching
        self._paperwork = drafts.paperwork

    def mandate(self, person: Person, number: str) -> MandateLine | None:
        """The last mandate of a case of this station, with all that stands on the paper; None when there is none.

        Raises:
            NotAllowedError: `role`; `not_open` the case is another station's.
        """
        return self._paperwork.mandates.current(self._own(person, number).case_number)

    def proposal(self, person: Person, number: str) -> Terms:
        """What a new mandate may say: everything but money, for half a year, by the applicant that the answers name.

        The citizen number of a sealed case is not among it: whoever looks at that asks for it, and it is logged.
        """
        record = self._own(person, number)
        form, today = self._casebook.form(record), county_day(self._clock.now())
        answers = self._answers(record)
        named = {one.common_key: str(answers.get(one.id) or "") for one in form.fields() if one.common_key}
        name, id_no = named.get("person.name", ""), named.get("person.id_no", "") if self._is_open_here(record) else ""
        return Terms(name, id_no, POWERS, today, today + USUAL_TERM, "", "")

    def make_mandate(self, person: Person, number: str, terms: Terms) -> MandateLine:
        """Keep what a mandate is to say; see `Mandates.make`. It can be made while its scan can still go up.

        Raises:
            NotAllowedError: `mandate_late` the case is decided.
        """
        record = self._own(person, number)
        if CaseState(record.state) not in OPEN_STATES | UNDER_WAY:
            raise NotAllowedError("mandate_late")
        return self._paperwork.mandates.make(person, record, terms)

    def revoke_mandate(self, person: Person, number: str, reason: str) -> MandateLine:
        """Keep that the applicant took the mandate back; see `Mandates.revoke`."""
        return self._paperwork.mandates.revoke(person, self._own(person, number), reason)

    def tick(self, person: Person, number: str, material: str) -> TickLine:
        """Keep that the person held a material against its original; see `Originals.tick`."""
        record = self._open(person, number)
        return self._paperwork.originals.tick(person, record, self._casebook.form(record), material)

    def untick(self, person: Person, number: str, material: str) -> None:
        """Take such a tick away."""
        self._paperwork.originals.untick(person, self._open(person, number), material)

    def unseen(self, person: Person, number: str) -> tuple[str, ...]:
        """The materials whose original is to be seen and that nobody has ticked."""
        record = self._open(person, number)
        return self._paperwork.originals.unseen(record.case_number, self._casebook.form(record))

    def form_to_sign(self, person: Person, number: str) -> FormToSign:
        """The application as it would be printed now, for anybody who may look at the case."""
        record = self._case(person, number)
        form, answers = self._casebook.form(record), self._answers(record)
        if not self._is_open_here(record):
            return self._to_sign(record, form, answers, ready=True)
        checked = self._drafts.checked(record, answers)
        pictures = {one.id for one in form.fields() if one.kind in PICTURE_KINDS}
        return self._to_sign(record, form, checked.clean, ready=all(one.field in pictures for one in checked.problems))

    def print_form(self, person: Person, number: str) -> FormToSign:
        """The same, and keep that this was shown for printing, when the agent does it with a draft of this station."""
        record, found = self._case(person, number), self.form_to_sign(person, number)
        if self._is_open_here(record) and Role.AGENT in person.roles:
            self._paperwork.signatures.print_form(person, record, self._casebook.form(record), found.answers)
        return found

    def pages(self, person: Person, number: str) -> tuple[EnclosureEntry, ...]:
        """The pages of materials that the case has now: those attached while it is filled in, else those that its letters name."""
        record = self._case(person, number)
        if self._is_open_here(record) or record.practice:
            return tuple(map(entry_of, self._store.materials.list(record.case_number)))
        return self._casebook.history(record.case_number).enclosures()

    def sign(self, person: Person, number: str, picture: bytes, digest: str) -> SignedLine:
        """Keep the applicant's signature from the pad, for the answers of this digest that the pad's page showed.

        Raises:
            RequestError: `sign_none` the form asks for none; `sign_early` answers are wrong or missing; `sign_same` this very picture
                was taken before, under other answers.
            StaleError: `signed` the answers have changed since they were shown.
        """
        record = self._open(person, number)
        form = self._casebook.form(record)
        slots = [one.id for one in signature_fields(form)] or [one.id for one in form.materials if one.id == SIGNED_FORM]
        if not slots:
            raise RequestError("sign_none")
        if not self.form_to_sign(person, number).is_ready:
            raise RequestError("sign_early")
        self._attaching.attach(person, number, slots[0], 1, picture, signing=digest)
        line = self._paperwork.signatures.line(record, form, lambda: self.form_to_sign(person, number).answers)
        if line is None or not line.agrees:
            raise RequestError("sign_same")
        return line

    def open_case(self, person: Person, item_id: str, code: str, written_at: datetime, division: str | None = None) -> CaseRecord:
        """Enter a standby receipt (补录): a new draft whose applicant first came when the receipt says; see `Standby.check_enter`."""
        self._at_counter(person)
        standby = self._paperwork.standby
        standby.check_enter(person, code, written_at)
        with self._store.transaction():
            record = self._drafts.open_case(person, item_id, division)
            standby.enter(person, record, code, written_at)
        return record

    def print_standby(self, person: Person, count: int) -> tuple[StandbyRecord, ...]:
        """Register so many new standby receipts, to be printed; see `Standby.print`. A restored station must have its next number first."""
        self._at_counter(person)
        self._drafts.may_number()
        return self._paperwork.standby.print(person, count)

    def void_standby(self, person: Person, code: str, reason: str) -> StandbyRecord:
        """Mark a standby receipt as void; see `Standby.void`."""
        self._at_counter(person)
        return self._paperwork.standby.void(person, code, reason)

    def standby(self, person: Person) -> tuple[StandbyRecord, ...]:
        """The standby receipts printed last, newest first."""
        self._at_counter(person)
        return self._paperwork.standby.newest()

    def standby_sheets(self, person: Person, first: int, last: int) -> tuple[StandbyRecord, ...]:
        """The blank standby receipts of these numbers."""
        self._at_counter(person)
        return self._paperwork.standby.sheets(first, last)

    def _to_sign(self, record: CaseRecord, form: Form, answers: Mapping[str, Any], *, ready: bool) -> FormToSign:
        digest = self._paperwork.signatures.digest(record, form, answers)
        return FormToSign(answers, digest, code_of(digest), ready)

    def _answers(self, record: CaseRecord) -> Mapping[str, Any]:
        if self._is_open_here(record) or record.practice:
            return self._drafts.draft(record).answers
        return self._casebook.history(record.case_number).answers()

    def _is_open_here(self, record: CaseRecord) -> bool:
        return CaseState(record.state) in OPEN_STATES and self._station.is_me(record.holder_station)

    def _case(self, person: Person, number: str) -> CaseRecord:
        record = self._casebook.find(number)
        check_same_world(person, record)
        return record

    def _own(self, person: Person, number: str) -> CaseRecord:
        """A case of this station, for its agent."""
        record = self._case(person, number)
        if Role.AGENT not in person.roles:
            raise NotAllowedError("role")
        if not self._station.is_me(record.origin):
            raise NotAllowedError("not_open")
        return record

    def _open(self, person: Person, number: str) -> CaseRecord:
        """A case that is filled in here, for its agent."""
        self._case(person, number)
        return self._drafts.open_for_change(person, number)

    def _at_counter(self, person: Person) -> None:
        if Role.AGENT not in person.roles or self._station.tier is not Tier.VILLAGE:
            raise NotAllowedError("role")
