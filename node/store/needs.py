"""What waiting letters and parcels wait for."""

from collections.abc import Iterable, Sequence

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared

AT_ONCE = 32


class Needs(Group):
    """Needs are strings such as `letter:sm3:…`, `package:sm3:…`, `certificate:sm3:…`; `kind` is `letter` or `parcel`."""

    def park(self, kind: str, subject: str, needs: Iterable[str]) -> None:
        """Remembers what `subject` waits for, in place of what it waited for before."""
        table = self._tables.needs
        rows = [{"need": need, "kind": kind, "subject": subject} for need in dict.fromkeys(needs)]
        with self._connection.transaction():
            self.unpark(kind, subject)
            if rows:
                self._connection.write(table.insert_many(rows))

    def unpark(self, kind: str, subject: str) -> None:
        """It waits no more."""
        table = self._tables.needs
        self._connection.write(table.delete().where((table.kind == kind) & (table.subject == subject)))

    def of(self, kind: str, subject: str) -> list[str]:
        """What it waits for, sorted."""
        table = self._tables.needs
        query = table.select(table.need).where((table.kind == kind) & (table.subject == subject)).order_by(table.need)
        return [row["need"] for row in self._connection.rows(query)]

    def all(self) -> list[str]:
        """Everything that anything here waits for, sorted, once each."""
        return [row["need"] for row in self._every_need().rows()]

    def awaited(self, needs: Sequence[str]) -> set[str]:
        """Those of the needs that anything here waits for."""
        found: set[str] = set()
        for at in range(0, len(needs), AT_ONCE):
            part = list(needs[at : at + AT_ONCE])
            # Filled up with what is asked for already: one text for every number of needs.
            part += part[:1] * (AT_ONCE - len(part))
            found.update(row["need"] for row in self._awaited(part).rows())
        return found

    @prepared
    def _awaited(self, needs: Sequence[str]) -> BaseQuery:
        table = self._tables.needs
        return table.select(table.need).where(table.need.in_(needs)).distinct()

    @prepared
    def _every_need(self) -> BaseQuery:
        table = self._tables.needs
        return table.select(table.need).distinct().order_by(table.need)
