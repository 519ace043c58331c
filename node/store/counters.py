"""Numbers that only rise, and single facts by name."""

from functools import cached_property

from node.store.database import Group


class Counters(Group):
    """Numbers from 1 by name, never given twice: `case:20261122`, `to:<station>`, `receipt`."""

    def next(self, name: str) -> int:
        """The next number; taken back with the caller's transaction."""
        table = self._tables.counters
        with self._connection.transaction():
            raised = table.insert(name=name, value=1).on_conflict(conflict_target=[table.name], update={table.value: table.value + 1})
            self._connection.write(raised)
            return self.peek(name)

    def start_anew(self, prefix: str) -> None:
        """Forget all numbers whose name begins so: whoever counts has become another station."""
        table = self._tables.counters
        self._connection.write(table.delete().where(table.name.startswith(prefix)))

    def peek(self, name: str) -> int:
        """The number given last; 0 when none was."""
        table = self._tables.counters
        row = self._connection.first(table.select(table.value).where(table.name == name))
        return int(row["value"]) if row else 0


class Meta(Group):
    """Single facts as text."""

    def get(self, name: str) -> str | None:
        """The fact, or None."""
        found = self._connection.run(self._wanted, (name,))
        return str(found[0][0]) if found else None

    def set(self, name: str, value: str) -> None:
        """Keeps a fact in place of the old one."""
        table = self._tables.meta
        self._connection.write(table.insert(name=name, value=value).on_conflict(conflict_target=[table.name], preserve=[table.value]))

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

    @cached_property
    def _wanted(self) -> str:
        """The SQL of `get`, made once: no question is asked as often."""
        table = self._tables.meta
        sql, _ = table.select(table.value).where(table.name == "").sql()
        return str(sql)
