"""Who alone may do a thing, such as carry, among several processes on one database."""

from datetime import datetime

from node.store.database import Group


class Leases(Group):
    """Leases by name; implements `sync.boxes.Lease`."""

    def acquire(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """Whether `holder` has it now: it was free, run out, or already `holder`'s.

        One that would end later than twice the time asked for was taken before the clock was set back, and counts as run out.
        """
        table = self._tables.leases
        with self._connection.transaction():
            row = self._connection.first(table.select().where(table.name == name))
            if row is not None and row["holder"] != holder and now < row["until"] <= now + 2 * (until - now):
                return False
            query = table.insert(name=name, holder=holder, until=until)
            self._connection.write(query.on_conflict(conflict_target=[table.name], preserve=[table.holder, table.until]))
        return True

    def renew(self, name: str, holder: str, until: datetime, now: datetime) -> bool:
        """Whether `holder` still has it, now until then; False when somebody else took it after it had run out."""
        table = self._tables.leases
        mine = (table.name == name) & (table.holder == holder)
        return self._connection.write(table.update(until=until).where(mine)) > 0

    def release(self, name: str, holder: str) -> None:
        """Frees it, if it is `holder`'s."""
        table = self._tables.leases
        self._connection.write(table.delete().where((table.name == name) & (table.holder == holder)))
