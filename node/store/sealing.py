"""Who used which seal (用印), and whose cases are a person's own or kin's."""

from dataclasses import asdict
from typing import Any

from peewee import BaseQuery, fn

from node.store.database import Group
from node.store.prepared import prepared, row_of
from node.store.records.sealing import KinRecord, SealUseRecord


class SealUses(Group):
    """Uses of seals by day; only ever appended."""

    def add(self, use: SealUseRecord) -> None:
        """Keeps a use, in the caller's transaction."""
        row = row_of(use)
        del row["seq"]
        self._add(row).write()

    def of_day(self, day: str) -> list[SealUseRecord]:
        """The uses of one day, in the order in which they happened."""
        table = self._tables.seal_uses
        query = table.select().where(table.day == day).order_by(table.seq)
        return [SealUseRecord(**row) for row in self._connection.rows(query)]

    def days(self, limit: int = 60) -> dict[str, int]:
        """The last days on which a seal was used, newest first, with how often."""
        table = self._tables.seal_uses
        query = table.select(table.day, fn.COUNT(table.seq).alias("uses")).group_by(table.day).order_by(table.day.desc()).limit(limit)
        return {str(row["day"]): int(row["uses"]) for row in self._connection.rows(query)}

    @prepared
    def _add(self, row: dict[str, Any]) -> BaseQuery:
        return self._tables.seal_uses.insert(row)


class Kin(Group):
    """Citizen numbers by person."""

    def put(self, kin: KinRecord) -> None:
        """Keeps a number in place of what was kept of it for this person."""
        table = self._tables.kin
        row = asdict(kin)
        rest = [getattr(table, name) for name in row if name not in ("person", "id_no")]
        self._connection.write(table.insert(row).on_conflict(conflict_target=[table.person, table.id_no], preserve=rest))

    def of(self, person: str) -> list[KinRecord]:
        """All numbers of a person: the own one first, then kin as they were declared."""
        return [KinRecord(**row) for row in self._of(person).rows()]

    def remove(self, person: str, id_no: str) -> bool:
        """Takes a number away; False when it was not there."""
        table = self._tables.kin
        return self._connection.write(table.delete().where((table.person == person) & (table.id_no == id_no))) > 0

    @prepared
    def _of(self, person: str) -> BaseQuery:
        table = self._tables.kin
        return table.select().where(table.person == person).order_by(table.relation != "", table.declared_at, table.id_no)
