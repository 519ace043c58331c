"""Originals (原件核验): for each material, who held its pages against the original. A tick falls off when the pages change."""

from collections.abc import Sequence

from forms.schema import Form
from node.clock import Clock
from node.errors import NotFoundError, RequestError
from node.paperwork.values import TickLine
from node.staff.people import Person
from node.store import Store
from node.store.records import AuditRecord, CaseRecord
from node.store.records.papers import OriginalRecord

ORIGINAL_SEEN = "原件核验"
"""What stands in a material's `form` when the original is to be seen and a copy is kept."""


class Originals:
    """Ticks of this station's cases."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def tick(self, person: Person, record: CaseRecord, form: Form, material: str) -> TickLine:
        """Keep that this person has held the pages of a material against the original.

        Raises:
            NotFoundError: the item has no such material.
            RequestError: `original_pages` there are no pages to compare.
        """
        if material not in {one.id for one in form.materials}:
            raise NotFoundError("material", material)
        now = self._clock.now().replace(microsecond=0)
        with self._store.transaction():
            pages = self._pages(record.case_number).get(material, ())
            if not pages:
                raise RequestError("original_pages")
            tick = OriginalRecord(record.case_number, material, pages, person.name, person.display_name, now)
            self._store.papers.put_original(tick)
            self._store.audit.append(AuditRecord(now, person.name, "original_seen", record.case_number, {"material": material}))
        return TickLine(material, tick.ticked_name, now)

    def untick(self, person: Person, record: CaseRecord, material: str) -> None:
        """Take a tick away; does nothing when there is none."""
        now = self._clock.now()
        with self._store.transaction():
            if any(one.material == material for one in self._store.papers.originals(record.case_number)):
                self._store.papers.delete_original(record.case_number, material)
                self._store.audit.append(AuditRecord(now, person.name, "original_unseen", record.case_number, {"material": material}))

    def put_back(self, case_number: str, ticks: Sequence[TickLine]) -> None:
        """Keep ticks that a letter names, for the pages that the case has."""
        pages = self._pages(case_number)
        for one in ticks:
            self._store.papers.put_original(OriginalRecord(case_number, one.material, pages.get(one.material, ()), "", one.by, one.at))

    def lines(self, case_number: str) -> tuple[TickLine, ...]:
        """The ticks that stand: those whose material has the very pages that were compared, in whatever order."""
        ticks = self._store.papers.originals(case_number)
        pages = self._pages(case_number) if ticks else {}
        return tuple(
            TickLine(one.material, one.ticked_name, one.ticked_at)
            for one in ticks
            if sorted(pages.get(one.material, ())) == sorted(one.pages)
        )

    def unseen(self, case_number: str, form: Form) -> tuple[str, ...]:
        """The materials with pages whose original is to be seen and that nobody has ticked."""
        pages, ticked = self._pages(case_number), {one.material for one in self.lines(case_number)}
        return tuple(one.id for one in form.materials if ORIGINAL_SEEN in one.form and one.id in pages and one.id not in ticked)

    def _pages(self, case_number: str) -> dict[str, tuple[str, ...]]:
        """The digests of each material's pages, in order."""
        found: dict[str, tuple[str, ...]] = {}
        for row in self._store.materials.list(case_number):
            found[row.material] = (*found.get(row.material, ()), row.plain_digest)
        return found
