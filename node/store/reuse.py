"""Whose answers the reviewed cases of this station hold: an index that is derived from letters."""

from collections.abc import Iterable

from peewee import JOIN, fn

from node.store.database import Group
from node.store.records import CaseRecord

READ = ""
"""In place of a person: the row that says up to which head a case was read."""


class Reuse(Group):
    """Cases by person."""

    def last(self) -> int:
        """The `seq` of the case that changed last."""
        cases = self._tables.cases
        row = self._connection.first(cases.select(fn.COALESCE(fn.MAX(cases.seq), 0).alias("last")))
        return int(row["last"]) if row else 0

    def unread(self, after: int, last: int, limit: int) -> list[CaseRecord]:
        """At most `limit` cases of these `seq` whose letters say more than was read of them, practice left out; first changed first."""
        cases, table = self._tables.cases, self._tables.reuse
        read = (table.case_number == cases.case_number) & (table.person == READ)
        news = table.head.is_null() | (table.head != cases.head)
        here = (cases.seq > after) & (cases.seq <= last) & cases.head.is_null(False) & (cases.practice == False)  # noqa: E712
        query = cases.select(cases).join(table, JOIN.LEFT_OUTER, on=read).where(here, news)
        return [CaseRecord(**row) for row in self._connection.rows(query.order_by(cases.seq).limit(limit))]

    def put(self, case_number: str, head: str, persons: Iterable[tuple[str, str]]) -> None:
        """Keeps of whom the case speaks, as (person, part), in place of what was known of it."""
        table = self._tables.reuse
        rows = [(READ, ""), *persons]
        with self._connection.transaction():
            self._connection.write(table.delete().where(table.case_number == case_number))
            members = [{"case_number": case_number, "person": one, "part": part, "head": head} for one, part in dict.fromkeys(rows)]
            self._connection.write(table.insert_many(members))

    def of(self, person: str) -> list[tuple[CaseRecord, str]]:
        """The cases that speak of a person and are still here, with the part of each that does."""
        cases, table = self._tables.cases, self._tables.reuse
        query = (
            cases.select(cases, table.part)
            .join(table, on=(table.case_number == cases.case_number))
            .where(table.person == person, table.head == cases.head, cases.practice == False)  # noqa: E712
        )
        found = [dict(row) for row in self._connection.rows(query.order_by(cases.seq.desc()))]
        return [(CaseRecord(**{name: value for name, value in row.items() if name != "part"}), row["part"]) for row in found]
