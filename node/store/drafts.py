"""Answers being written, and the pages of materials of a case."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import BaseQuery

from node.errors import StaleError
from node.store.database import Group
from node.store.prepared import prepared, row_of
from node.store.records import DraftRecord, MaterialRecord


class StaleVersionError(StaleError):
    """The draft has moved on: `current_version` and `current_answers` are what it is now; version -1 when it is gone."""

    def __init__(self, expected_version: int, current_version: int, current_answers: Mapping[str, Any]) -> None:
        super().__init__(
            "answers", {"expected_version": expected_version, "current_version": current_version, "current_answers": dict(current_answers)}
        )
        self.current_version = current_version
        self.current_answers = dict(current_answers)


class Drafts(Group):
    """One draft a case."""

    def put(self, draft: DraftRecord) -> None:
        """Keeps a draft whatever was there: a new one, or one made of a returned case."""
        self._put(row_of(draft)).write()

    def get(self, case_number: str) -> DraftRecord | None:
        """The draft, or None."""
        row = self._of_case(case_number).first()
        return DraftRecord(**row) if row else None

    def text(self, case_number: str) -> str:
        """The answers of the draft as the text that is kept; empty when there is no draft."""
        row = self._text_of_case(case_number).first()
        return str(row["text"]) if row else ""

    def save(
        self,
        case_number: str,
        expected_version: int,
        answers: Mapping[str, Any],
        marks: Sequence[Mapping[str, Any]] | None = None,
        *,
        updated_at: datetime,
        updated_by: str,
    ) -> int:
        """Keeps new answers if the draft is still at `expected_version`; its new version. `marks` of None stay.

        Raises:
            StaleVersionError: another tab or person was first; nothing was changed.
        """
        table = self._tables.drafts
        new: dict[str, Any] = {"version": expected_version + 1, "answers": answers, "updated_at": updated_at, "updated_by": updated_by}
        if marks is not None:
            new["marks"] = marks
        here = (table.case_number == case_number) & (table.version == expected_version)
        if self._connection.write(table.update(new).where(here)):
            return expected_version + 1
        current = self.get(case_number)
        raise StaleVersionError(expected_version, current.version if current else -1, current.answers if current else {})

    def delete(self, case_number: str) -> None:
        """Forgets the draft: its case was submitted or discarded."""
        table = self._tables.drafts
        self._connection.write(table.delete().where(table.case_number == case_number))

    @prepared
    def _put(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.drafts
        rest = [getattr(table, name) for name in row if name != "case_number"]
        return table.insert(row).on_conflict(conflict_target=[table.case_number], preserve=rest)

    @prepared
    def _text_of_case(self, case_number: str) -> BaseQuery:
        table = self._tables.drafts
        return table.select(table.answers.alias("text")).where(table.case_number == case_number)

    @prepared
    def _of_case(self, case_number: str) -> BaseQuery:
        table = self._tables.drafts
        return table.select().where(table.case_number == case_number)


class Materials(Group):
    """Pages of materials by case, material and page (from 1)."""

    def put(self, page: MaterialRecord) -> None:
        """Keeps a page in its slot in place of what was there."""
        self.put_many([page])

    def put_many(self, pages: Sequence[MaterialRecord]) -> None:
        """Keeps pages in their slots in one go."""
        if pages:
            self._put([row_of(page) for page in pages]).write()

    def list(self, case_number: str) -> list[MaterialRecord]:
        """All pages of a case, by material and page."""
        return [MaterialRecord(**row) for row in self._of_case(case_number).rows()]

    def get(self, case_number: str, material: str, page: int) -> MaterialRecord | None:
        """The page, or None."""
        row = self._in_slot(case_number, material, page).first()
        return MaterialRecord(**row) if row else None

    def delete(self, case_number: str, material: str, page: int) -> bool:
        """Empties a slot; False when it was empty."""
        table = self._tables.materials
        slot = (table.case_number == case_number) & (table.material == material) & (table.page == page)
        return self._connection.write(table.delete().where(slot)) > 0

    def delete_enclosure(self, case_number: str, enclosure_id: str) -> None:
        """Empties the slots of a case that hold this enclosure."""
        table = self._tables.materials
        self._connection.write(table.delete().where((table.case_number == case_number) & (table.enclosure_id == enclosure_id)))

    @prepared
    def _put(self, rows: Sequence[dict[str, Any]]) -> BaseQuery:
        table = self._tables.materials
        slot = [table.case_number, table.material, table.page]
        rest = [getattr(table, name) for name in rows[0] if name not in ("case_number", "material", "page")]
        return table.insert_many(rows).on_conflict(conflict_target=slot, preserve=rest)

    @prepared
    def _of_case(self, case_number: str) -> BaseQuery:
        table = self._tables.materials
        return table.select().where(table.case_number == case_number).order_by(table.material, table.page)

    @prepared
    def _in_slot(self, case_number: str, material: str, page: int) -> BaseQuery:
        table = self._tables.materials
        return table.select().where((table.case_number == case_number) & (table.material == material) & (table.page == page))
