"""Drafts (草稿): what the village fills in before it submits. Each field is saved at once; nothing here is sealed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from forms.bounds import answers_fault
from forms.catalogue import Catalogue
from forms.errors import AnswerError
from forms.schema import Form
from forms.validate import Checked, Problem, check, derive, initial_answers, missing_materials
from node.casework.case import CaseState, Desk
from node.casework.case_number import CaseNumber
from node.casework.casebook import Casebook, title_of
from node.casework.history import History
from node.casework.lately import Lately
from node.casework.letter import EnclosureEntry
from node.casework.offering import check_offered
from node.casework.pages import entry_of, picture_field, supplied_materials
from node.casework.practice import Practice
from node.clock import Clock, county_day
from node.config import PolicySettings
from node.errors import NotAllowedError, RequestError, StaleError
from node.paperwork.paperwork import Paperwork
from node.paperwork.values import CasePapers
from node.roles import Role, Tier
from node.scanning.intake import Cleaned
from node.staff.acting import Acting
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord, DraftRecord, MaterialRecord

OPEN_STATES = frozenset({CaseState.DRAFT, CaseState.RETURNED})
UNDER_WAY = frozenset({CaseState.SUBMITTED, CaseState.ACCEPTED, CaseState.FORWARDED, CaseState.SUSPENDED})
HOME_KEY = "person.hukou_region"
MOST_A_DAY = 9999
"""A case number has four digits for the serial."""


class Drafts:
    """Opens cases and changes what is not sealed yet. `may_number` raises when this station may give no numbers now."""

    def __init__(
        self,
        station: Station,
        store: Store,
        catalogue: Catalogue,
        casebook: Casebook,
        clock: Clock,
        clean: Callable[[bytes], Cleaned],
        may_number: Callable[[], None],
        policy: PolicySettings,
    ) -> None:
        self._station = station
        self._store = store
        self._catalogue = catalogue
        self._casebook = casebook
        self._clock = clock
        self._clean = clean
        self.acting = Acting(station, store)
        self.practice = Practice(station, store)
        self.paperwork = Paperwork(station, store, clock, policy)
        self.may_number = may_number
        self._lately = Lately()

    def open_case(self, person: Person, item_id: str, division: str | None = None) -> CaseRecord:
        """A new draft at the item's newest version, of one of the person's villages, with its number already given.

        Raises:
            NotAllowedError: `role` the person is no agent of a village; or the item is not offered here, see `check_offered`.
            UnknownItemError: no such item here.
            RequestError: `division_needed`, `division_wrong`: see `Acting.chosen`.
        """
        if Role.AGENT not in person.roles or self._station.tier is not Tier.VILLAGE:
            raise NotAllowedError("role")
        self.may_number()
        package, form = self._catalogue.newest(item_id)
        check_offered(form, self._station.tier)
        village = self.acting.chosen(person, division)
        now = self._clock.now()
        today = county_day(now)
        answers = derive(form, {**_at_home(form, village or self.acting.own), **initial_answers(form, today)}, today)
        with self._store.transaction():
            number, short = self._next_number(person, today)
            record = CaseRecord(
                case_number=number,
                short_number=short,
                item_id=item_id,
                package=package,
                origin=self._station.station,
                state=CaseState.DRAFT,
                holder_station=self._station.station,
                holder_desk=Desk.AGENT,
                head=None,
                opened_at=now,
                opened_by=person.name,
                updated_at=now,
                division=village,
                practice=person.practice,
            )
            self._store.cases.put(record)
            self._store.drafts.put(DraftRecord(record.case_number, 0, answers, (), now, person.name))
        return record

    def _next_number(self, person: Person, today: date) -> tuple[str, str]:
        """The numbers of a new case, long and short; who practises uses up no real one."""
        if person.practice:
            number = self.practice.next_number()
            return number, number
        serial = self._store.counters.next(f"case:{today:%Y%m%d}")
        if serial > MOST_A_DAY:
            raise RequestError("too_many_cases")
        real = CaseNumber(self._station.station, today, serial)
        return str(real), real.short

    def wipe_practice(self, person: Person) -> int:
        """Throw all practice cases of this station away; how many."""
        return self.practice.wipe(person.name, self._clock.now())

    def open_for_change(self, person: Person, number: str) -> CaseRecord:
        """The record of a case whose answers this person may change now.

        Raises:
            NotAllowedError: `role`; `not_open` it is not a draft or returned one on this station's desk.
        """
        record = self._casebook.find(number)
        if Role.AGENT not in person.roles:
            raise NotAllowedError("role")
        if CaseState(record.state) not in OPEN_STATES or not self._station.is_me(record.holder_station):
            raise NotAllowedError("not_open")
        return record

    def draft(self, record: CaseRecord) -> DraftRecord:
        """The draft of an open case, with what follows from its answers today: an age may have changed overnight.

        A returned case without one gets it from what was submitted.
        """
        draft = self._store.drafts.get(record.case_number)
        if draft is None:
            history = self._casebook.history(record.case_number)
            draft = DraftRecord(record.case_number, 0, history.answers(), (), self._clock.now(), record.opened_by)
            self._store.drafts.put(draft)
            self._put_back_pages(record, history)
        return replace(draft, answers=self._lately.derived(self._casebook.form(record), record.package, draft.answers, self.today()))

    def _put_back_pages(self, record: CaseRecord, history: History) -> None:
        """The pages as they were submitted, at a station that did not scan them itself: it stands in the place of the one that did."""
        if self._store.materials.list(record.case_number):
            return
        for entry in history.enclosures():
            self._store.materials.put(
                MaterialRecord(
                    case_number=record.case_number,
                    material=entry.material,
                    page=entry.page,
                    enclosure_id=entry.enclosure_id,
                    plain_digest=entry.plain,
                    size_bytes=entry.size_bytes,
                    media_type=entry.media_type,
                    preview=entry.preview.to_json() if entry.preview else None,
                    added_at=self._clock.now(),
                    added_by=record.opened_by,
                    taken=entry.taken.to_json() if entry.taken else None,
                )
            )
        for submitted in history.submitted_bodies()[:1]:
            self.paperwork.put_back(record, self._casebook.form(record), submitted)

    def is_withdrawn(self, record: CaseRecord) -> bool:
        """Whether the county has withdrawn the version of a draft that was never submitted."""
        return record.head is None and self._catalogue.standing(record.item_id, record.package) == "withdrawn"

    def check_may_submit(self, record: CaseRecord) -> None:
        """Return when the version of the draft may be submitted; a case that was submitted once keeps its version for good.

        Raises:
            NotAllowedError: `version_withdrawn` it was withdrawn and a newer one is there; `item_withdrawn` there is none.
        """
        if self.is_withdrawn(record):
            on_shelf = any(one.id == record.item_id for one in self._catalogue.entries())
            raise NotAllowedError("version_withdrawn" if on_shelf else "item_withdrawn")

    def today(self) -> date:
        """The county's day by this station's clock."""
        return county_day(self._clock.now())

    def save_answers(self, person: Person, number: str, version: int, answers: Mapping[str, Any]) -> tuple[int, tuple[Problem, ...]]:
        """Merge answers into the draft and say what is wrong with them; the new version and all problems of the answers.

        A field set to None or an empty text is emptied. What is wrong is kept all the same: a draft may be wrong. What the form has no
        field for is told and not kept: no page could ever empty it again.

        Raises:
            StaleError: `answers` another tab or person saved first; the facts hold both versions and the answers kept.
            AnswerError: they are too large or too deep to be kept at all.
        """
        now = self._clock.now()
        with self._store.transaction():
            record = self.open_for_change(person, number)
            form = self._casebook.form(record)
            draft = self.draft(record)
            if draft.version != version:
                raise StaleError("answers", {"version": draft.version, "given": version, "answers": dict(draft.answers)})
            given = {key: value for key, value in {**draft.answers, **answers}.items() if value not in (None, "", [])}
            given = _derived(form, given, county_day(now))
            known = {one.id for one in form.fields()}
            kept = {key: value for key, value in given.items() if key in known}
            self._store.drafts.put(replace(draft, version=version + 1, answers=kept, updated_at=now, updated_by=person.name))
            if title_of(kept) != record.title:
                self._store.cases.put(replace(record, title=title_of(kept), updated_at=now))
        return version + 1, self.checked(record, given).problems

    def checked(self, record: CaseRecord, answers: Mapping[str, Any]) -> Checked:
        """The answers against the form's rules today, with the pictures that are attached."""
        attached = {row.plain_digest for row in self._store.materials.list(record.case_number)}
        return self._lately.checked(self._casebook.form(record), record.package, answers, self.today(), attached)

    def missing(self, record: CaseRecord, clean: Mapping[str, Any]) -> tuple[Problem, ...]:
        """The materials that the answers call for and that are not there; what of the papers forbids to submit."""
        form = self._casebook.form(record)
        supplied = supplied_materials(form, (row.material for row in self._store.materials.list(record.case_number)))
        return (*missing_materials(form, clean, supplied, self.today()), *self.paperwork.problems(record, form, clean))

    def papers(self, record: CaseRecord, answers: Mapping[str, Any]) -> CasePapers:
        """The papers of a case that is filled in here."""
        return self.paperwork.of_draft(record, self._casebook.form(record), lambda: self.checked(record, answers).clean)

    def cleaned(self, data: bytes) -> Cleaned:
        """A file as a clean page; see `IntakeProcess.clean`."""
        return self._clean(data)

    def open_for_pages(self, person: Person, number: str, material: str, page: int) -> CaseRecord:
        """An open case; or one under way, for a page that is not taken yet and goes up with a supplement (补充材料)."""
        record = self._casebook.find(number)
        is_under_way = CaseState(record.state) in UNDER_WAY and record.head is not None
        if not is_under_way or not self._station.is_me(record.origin) or Role.AGENT not in person.roles:
            return self.open_for_change(person, number)
        sent = self._casebook.history(record.case_number).enclosures()
        if (material, page) in {(entry.material, entry.page) for entry in sent} or picture_field(self._casebook.form(record), material):
            raise NotAllowedError("not_open")
        return record

    def waiting(self, record: CaseRecord, history: History) -> tuple[EnclosureEntry, ...]:
        """The pages that wait to go up with a supplement; none of a case that is not under way from here."""
        under_way = CaseState(record.state) in UNDER_WAY and record.head is not None and self._station.is_me(record.origin)
        return self.supplements(record, history) if under_way else ()

    def supplements(self, record: CaseRecord, history: History) -> tuple[EnclosureEntry, ...]:
        """The pages that were attached since the case was submitted and have not gone up yet."""
        sent = {entry.enclosure_id for entry in history.enclosures()}
        rows = self._store.materials.list(record.case_number)
        return tuple(entry_of(row) for row in rows if row.enclosure_id not in sent)

    def discard(self, person: Person, number: str) -> None:
        """Throw away a draft that was never submitted; its number is not used again.

        Raises:
            NotAllowedError: `submitted` something of it was sealed already.
        """
        with self._store.transaction():
            record = self.open_for_change(person, number)
            if record.head is not None:
                raise NotAllowedError("submitted")
            for row in self._store.materials.list(record.case_number):
                self._store.materials.delete(record.case_number, row.material, row.page)
            self.paperwork.forget(record.case_number)
            self._store.shots.forget(record.case_number)
            self._store.drafts.delete(record.case_number)
            self._store.cases.delete(record.case_number)


def _at_home(form: Form, division: str) -> dict[str, Any]:
    """Most applicants are registered in the village itself: a form that asks one person for it begins with that."""
    asked = [one for one in form.fields() if one.common_key == HOME_KEY]
    known = {one["code"] for one in form.parameters.get("divisions", ())}
    return {asked[0].id: division} if len(asked) == 1 and asked[0].default is None and division in known else {}


def _derived(form: Form, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answers with what follows from them.

    Raises:
        AnswerError: they are beyond the bounds of any form.
    """
    if answers_fault(answers):
        raise AnswerError(check(form, answers, today).problems)
    return derive(form, answers, today)
