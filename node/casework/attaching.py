"""Attaching (添加材料页): a clean page goes into its slot, with what follows for answers and papers, in one transaction.

The page is on the disk before anything names it. Whatever stops it leaves what was in the slot, and no trace of the new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from forms.schema import Field
from forms.sealing import UNIT, seal_wanted
from node.casework.case import CaseState
from node.casework.casebook import Casebook
from node.casework.contents import Contents, Written
from node.casework.drafts import OPEN_STATES, Drafts
from node.casework.pages import picture_field
from node.casework.taken import Taken
from node.clock import Clock
from node.errors import MaterialError, NotAllowedError, NotFoundError, StaleError
from node.paperwork.values import MANDATE, RESERVED, SEAL_APPROVAL
from node.roles import Tier
from node.scanning.intake import Cleaned
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord, MaterialRecord

MAX_PAGES = 30
PAD = Taken(by="pad")


@dataclass(frozen=True)
class Attached:
    """A page that was kept, and what was noticed about it (codes)."""

    material: MaterialRecord
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """How a page was taken, and the shots that it was made of, each as `{"shot", "plan"}`.

    `instead_of` is the digest of the page whose place it takes, where the caller says which one that was.
    """

    taken: Taken | None = None
    of: tuple[Mapping[str, Any], ...] = ()
    instead_of: str = ""

    def is_of(self, row: MaterialRecord) -> bool:
        """Whether this row was made of the same in the same way."""
        return bool(self.of) and list(row.made_of) == list(self.of)

    def on(self, row: MaterialRecord) -> MaterialRecord:
        """The row that says so."""
        return replace(row, taken=self.taken.to_json() if self.taken else None, made_of=self.of)


class Attaching:
    """Puts pages into slots, takes them away and puts them in order."""

    def __init__(self, station: Station, store: Store, drafts: Drafts, casebook: Casebook, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._drafts = drafts
        self._casebook = casebook
        self._clock = clock
        self._contents = Contents(station, store)

    def attach(self, person: Person, number: str, material: str, page: int, data: bytes, signing: str | None = None) -> Attached:
        """Keep a picture or PDF as a page of a material: decoded, encoded anew, encrypted under its own key.

        `signing` is given with a signature from the pad: the digest of the answers that the applicant saw.

        Raises:
            NotFoundError: the item has no such material or picture field.
            MaterialError: the bytes cannot be kept; nothing changes.
        """
        record = self.check(person, number, material, page)
        cleaned = self._drafts.cleaned(data)
        same = self._store.materials.get(record.case_number, material, page)
        if same is not None and same.plain_digest == self._station.suite.digest(cleaned.data):
            return Attached(same, tuple(cleaned.warnings))
        return self._keep(person, record, material, page, cleaned, Made(None if signing is None else PAD), signing)

    def keep(self, person: Person, record: CaseRecord, material: str, page: int | None, cleaned: Cleaned, made: Made) -> Attached:
        """Keep a page that was made since `check` gave the record. Without `page` it is the next one.

        What was kept in this very way before is kept once.

        Raises:
            MaterialError: `page` there is no next one.
            NotAllowedError: the case is not open any more, or was sealed meanwhile. Nothing changes.
            StaleError: `page` it was to take the place of another page than the one that is there.
        """
        return self._keep(person, record, material, page, cleaned, made, None)

    def check(self, person: Person, number: str, material: str, page: int) -> CaseRecord:
        """The record of a case of which this person may change this page now.

        Raises:
            NotFoundError: the item has no such slot.
            MaterialError: `page` it has no page of this number.
            NotAllowedError: the case is not open for this person.
        """
        record = self._drafts.open_for_pages(person, number, material, page)
        form = self._casebook.form(record)
        slot = picture_field(form, material)
        if slot is None and material not in {one.id for one in form.materials} | RESERVED:
            raise NotFoundError("material", material)
        if material == MANDATE:
            self._drafts.paperwork.mandates.check_awaits_page(record.case_number)
        if material == SEAL_APPROVAL and seal_wanted(form.tiers, Tier.VILLAGE) != UNIT:
            raise NotFoundError("material", material)
        if not 1 <= page <= (1 if slot else MAX_PAGES):
            raise MaterialError("page", given=page, most=1 if slot else MAX_PAGES)
        return record

    def _keep(
        self, person: Person, record: CaseRecord, material: str, page: int | None, cleaned: Cleaned, made: Made, signing: str | None
    ) -> Attached:
        written = self._written(cleaned)
        row, is_kept = made.on(self._row(record, material, written, person)), False
        try:
            with self._store.transaction():
                self._put_back(record)
                row, is_new = self._placed(record, row, page, made)
                now = self._drafts.open_for_pages(person, record.case_number, material, row.page)
                if (now.head, now.package) != (record.head, record.package):
                    raise NotAllowedError("not_open")  # it went up, or has another form, since the picture was begun
                if is_new:
                    self._take_in(person, record, row, written, signing)
            is_kept = is_new
        finally:
            for one in () if is_kept else written:
                self._contents.let_go(one)
        return Attached(row, tuple(cleaned.warnings))

    def _put_back(self, record: CaseRecord) -> None:
        """At a station that stands in for another, the pages as they were submitted come back with the draft: before any is changed."""
        if CaseState(record.state) in OPEN_STATES and self._store.drafts.get(record.case_number) is None:
            self._drafts.draft(record)

    def _placed(self, record: CaseRecord, row: MaterialRecord, page: int | None, made: Made) -> tuple[MaterialRecord, bool]:
        """The row with its page, and whether it is new; in the transaction, since another tab may have kept one meanwhile."""
        here = [one for one in self._store.materials.list(record.case_number) if one.material == row.material]
        same = next((one for one in here if made.is_of(one) and page in (None, one.page)), None)
        if same is not None and same.taken == row.taken:
            return same, False
        there = next((one.plain_digest for one in here if one.page == page), "")
        if made.instead_of and made.instead_of != there:
            raise StaleError("page", {"page": page})
        if page is None:
            page = same.page if same else self._next_page(record, row.material, here)
        return replace(row, page=page), True

    def _next_page(self, record: CaseRecord, material: str, here: Sequence[MaterialRecord]) -> int:
        if picture_field(self._casebook.form(record), material):
            return 1
        page = max((one.page for one in here), default=0) + 1
        if page > MAX_PAGES:
            raise MaterialError("page", given=page, most=MAX_PAGES)
        return page

    def _take_in(self, person: Person, record: CaseRecord, row: MaterialRecord, written: Sequence[Written], signing: str | None) -> None:
        for one in written:
            self._contents.name(one)
        self._store.materials.put(row)
        slot = picture_field(self._casebook.form(record), row.material)
        if slot is not None:
            self._answer_picture(record, slot, row.plain_digest, person)
        self._keep_papers(person, record, row, signing)

    def _keep_papers(self, person: Person, record: CaseRecord, row: MaterialRecord, signing: str | None) -> None:
        """What a new page means for the papers; one signature may fill several slots."""
        is_open = CaseState(record.state) in OPEN_STATES
        if not is_open and row.material != MANDATE:
            return
        form = self._casebook.form(record)
        clean = self._drafts.checked(record, self._drafts.draft(record).answers).clean if is_open else {}
        for shared in self._drafts.paperwork.page_kept(person, record, form, clean, row, signing):
            self._store.materials.put(shared)
            slot = picture_field(form, shared.material)
            if slot is not None:
                self._answer_picture(record, slot, shared.plain_digest, person)

    def detach(self, person: Person, number: str, material: str, page: int) -> None:
        """Take a page away that has not been sealed; does nothing when it is not there."""
        with self._store.transaction():
            record = self._drafts.open_for_pages(person, number, material, page)
            self._put_back(record)
            slot = picture_field(self._casebook.form(record), material)
            self._store.materials.delete(record.case_number, material, page)
            if slot is not None:
                self._answer_picture(record, slot, None, person)

    def order(self, person: Person, number: str, material: str, pages: Sequence[int], seen: Sequence[str] = ()) -> list[MaterialRecord]:
        """Put the pages of a material in this order, from 1 on. `seen` are their digests as the caller saw them, where it says so.

        Raises:
            StaleError: `pages` these are not the pages that are there now; nothing changes.
            NotAllowedError: the case is not open for this person.
        """
        with self._store.transaction():
            record = self._drafts.open_for_change(person, number)
            self._put_back(record)
            rows = {row.page: row for row in self._store.materials.list(record.case_number) if row.material == material}
            told = [rows[page].plain_digest for page in pages if page in rows]
            if sorted(pages) != sorted(rows) or (seen and list(seen) != told):
                raise StaleError("pages", {"pages": sorted(rows), "given": list(pages)})
            for page in rows:
                self._store.materials.delete(record.case_number, material, page)
            ordered = [replace(rows[page], page=place) for place, page in enumerate(pages, 1)]
            self._store.materials.put_many(ordered)
        return ordered

    def _answer_picture(self, record: CaseRecord, slot: Field, plain: str | None, person: Person) -> None:
        draft = self._drafts.draft(record)
        answers = {key: value for key, value in draft.answers.items() if key != slot.id} | ({slot.id: plain} if plain else {})
        now = self._clock.now()
        self._store.drafts.put(replace(draft, answers=answers, updated_at=now, updated_by=person.name))

    def _written(self, cleaned: Cleaned) -> tuple[Written, ...]:
        """The page, and its preview where it has one; both on the disk or neither."""
        page = self._contents.write(cleaned.data, cleaned.kind, "full")
        if not cleaned.preview_webp:
            return (page,)
        try:
            return page, self._contents.write(cleaned.preview_webp, "image/webp", "preview")
        except BaseException:
            self._contents.let_go(page)
            raise

    def _row(self, record: CaseRecord, material: str, written: Sequence[Written], person: Person) -> MaterialRecord:
        page, *previews = (one.entry for one in written)
        return MaterialRecord(
            case_number=record.case_number,
            material=material,
            page=0,
            enclosure_id=page.enclosure_id,
            plain_digest=page.plain,
            size_bytes=page.size_bytes,
            media_type=page.media_type,
            preview=previews[0].to_json() if previews else None,
            added_at=self._clock.now(),
            added_by=person.name,
        )
