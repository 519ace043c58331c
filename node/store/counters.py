"""Numbers that only rise, and single facts by name."""

from typing import Any

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared


class Counters(Group):
    """Numbers from 1 by name, never given twice: `case:20261122`, `to:<station>`, `receipt`."""

    def next(self, name: str) -> int:
        """The next number; taken back with the caller's transaction."""
        with self._connection.transaction():
            self._raise({"name": name, "value": 1}).write()
            return self.peek(name)

    def start_anew(self, prefix: str) -> None:
        """Forget all numbers whose name begins so: whoever counts has become another station."""
        table = self._tables.counters
        self._connection.write(table.delete().where(table.name.startswith(prefix)))

    def peek(self, name: str) -> int:
        """The number given last; 0 when none was."""
        row = self._value(name).first()
        return int(row["value"]) if row else 0

    @prepared
    def _raise(self, first: dict[str, Any]) -> BaseQuery:
        table = self._tables.counters
        return table.insert(first).on_conflict(conflict_target=[table.name], update={table.value: table.value + 1})

    @prepared
    def _value(self, name: str) -> BaseQuery:
        table = self._tables.counters
        return table.select(table.value).where(table.name == name)


class Meta(Group):
    """Single facts as text."""

    def get(self, name: str) -> str | None:
        """The fact, or None."""
        row = self._fact(name).first()
        return str(row["value"]) if row else None

    def set(self, name: str, value: str) -> None:
        """Keeps a fact in place of the old one."""
        self._put({"name": name, "value": value}).write()

    def names(self, prefix: str) -> list[str]:
        """The names of the facts that begin so, in order."""
        table = self._tables.meta
        query = table.select(table.name).where(table.name.startswith(prefix)).order_by(table.name)
        return [str(row["name"]) for row in self._connection.rows(query)]

    def delete_all(self, prefix: str) -> None:
        """Forgets all facts whose name begins so."""
        table = self._tables.meta
        self._connection.write(table.delete().where(table.name.startswith(prefix)))

    def delete(self, name: str) -> None:
        """Forgets a fact."""
        table = self._tables.meta
        self._connection.write(table.delete().where(table.name == name))

    @prepared
    def _fact(self, name: str) -> BaseQuery:
        table = self._tables.meta
        return table.select(table.value).where(table.name == name)

    @prepared
    def _put(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.meta
        return table.insert(row).on_conflict(conflict_target=[table.name], preserve=[table.value])
