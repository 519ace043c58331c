"""Who alone may do a thing, such as carry, among several processes on one database."""

from datetime import datetime
from typing import Any

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared


class Leases(Group):
    """Leases by name; implements `sync.boxes.Lease`."""

    def acquire(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """Whether `holder` has it now: it was free, run out, or already `holder`'s.

        One that would end later than twice the time asked for was taken before the clock was set back, and counts as run out.
        """
        with self._connection.transaction():
            row = self._named(name).first()
            if row is not None and row["holder"] != holder and now < row["until"] <= now + 2 * (until - now):
                return False
            self._put({"name": name, "holder": holder, "until": until}).write()
        return True

    def renew(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """Whether `holder` still has it, now until then; False when somebody else took it after it had run out."""
        table = self._tables.leases
        mine = (table.name == name) & (table.holder == holder)
        return self._connection.write(table.update(until=until).where(mine)) > 0

    def release(self, name: str, holder: str) -> None:
        """Frees it, if it is `holder`'s."""
        self._drop(name, holder).write()

    @prepared
    def _named(self, name: str) -> BaseQuery:
        table = self._tables.leases
        return table.select().where(table.name == name)

    @prepared
    def _put(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.leases
        return table.insert(row).on_conflict(conflict_target=[table.name], preserve=[table.holder, table.until])

    @prepared
    def _drop(self, name: str, holder: str) -> BaseQuery:
        table = self._tables.leases
        return table.delete().where((table.name == name) & (table.holder == holder))
