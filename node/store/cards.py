"""Cards that were read for cases which are filled in here."""

from dataclasses import asdict
from typing import Any

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared
from node.store.records.cards import CardRecord


class Cards(Group):
    """Cards by case and person."""

    def put(self, card: CardRecord) -> None:
        """Keeps a card in place of the one of the same person."""
        table = self._tables.cards
        row = asdict(card)
        rest = [getattr(table, name) for name in row if name not in ("case_number", "part")]
        self._connection.write(table.insert(row).on_conflict(conflict_target=[table.case_number, table.part], preserve=rest))

    def of_case(self, case_number: str) -> list[CardRecord]:
        """The cards of a case, by person."""
        return [_record(row) for row in self._of_case(case_number).rows()]

    def cases(self) -> list[str]:
        """The cases that have cards."""
        table = self._tables.cards
        return [row["case_number"] for row in self._connection.rows(table.select(table.case_number).distinct())]

    def drop_photos(self, case_number: str) -> None:
        """Forgets the photographs of a case's cards."""
        table = self._tables.cards
        self._connection.write(table.update({"photo": None}).where((table.case_number == case_number) & table.photo.is_null(False)))

    def delete(self, case_number: str, part: str) -> None:
        """Forgets the card of one person."""
        table = self._tables.cards
        self._connection.write(table.delete().where((table.case_number == case_number) & (table.part == part)))

    def forget(self, case_number: str) -> None:
        """Forgets all cards of a case."""
        table = self._tables.cards
        self._connection.write(table.delete().where(table.case_number == case_number))

    @prepared
    def _of_case(self, case_number: str) -> BaseQuery:
        table = self._tables.cards
        return table.select().where(table.case_number == case_number).order_by(table.part)


def _record(row: dict[str, Any]) -> CardRecord:
    return CardRecord(**{**row, "photo": None if row["photo"] is None else bytes(row["photo"])})
