"""Where cases stand, in lists and one by one."""

from collections.abc import Sequence
from typing import Any

from peewee import BaseQuery, ModelSelect, fn

from node.store.database import Group
from node.store.prepared import prepared, row_of
from node.store.records import CaseFilter, CaseRecord
from node.store.tables.cases import CaseTable

ALL_CASES = CaseFilter()


class Cases(Group):
    """Cases by number; derived from letters and drafts, and to be rebuilt from them."""

    def put(self, case: CaseRecord) -> None:
        """Keeps a case in place of what was known of it; it moves to the front of lists."""
        row = row_of(case)
        del row["seq"]
        self._put(row).write()

    def get(self, case_number: str) -> CaseRecord | None:
        """The case, or None."""
        row = self._numbered(case_number).first()
        return CaseRecord(**row) if row else None

    def delete(self, case_number: str) -> None:
        """Forgets a case that was never submitted, with its draft and its materials' slots."""
        tables = self._tables
        with self._connection.transaction():
            for table in (tables.materials, tables.drafts, tables.cases):
                self._connection.write(table.delete().where(table.case_number == case_number))

    def by_short(self, short_number: str, origin: str | None = None) -> list[CaseRecord]:
        """Cases with this short number, newest first: other villages and other years have the same ones."""
        table = self._tables.cases
        query = table.select().where(table.short_number == short_number)
        if origin is not None:
            query = query.where(table.origin == origin)
        return [CaseRecord(**row) for row in self._connection.rows(query.order_by(table.opened_at.desc(), table.seq.desc()))]

    def page(self, wanted: CaseFilter = ALL_CASES, limit: int = 50) -> list[CaseRecord]:
        """At most `limit` cases, last changed first; the `cursor` of the last is `after` of the next page.

        Raises:
            ValueError: `after` is no cursor.
        """
        table = self._tables.cases
        query = self._where(table.select(), table, wanted)
        if wanted.after is not None:
            query = query.where(table.seq < int(wanted.after))
        return [CaseRecord(**row) for row in self._connection.rows(query.order_by(table.seq.desc()).limit(limit))]

    def move_holder(self, old: str, new: str) -> int:
        """What `old` held is held by `new`, which stands in its place; how many cases."""
        table = self._tables.cases
        return self._connection.write(table.update(holder_station=new).where(table.holder_station == old))

    def move_opener(self, old: str, new: str, case_numbers: Sequence[str]) -> int:
        """What `old` opened of these is `new`'s now: somebody has left; how many cases."""
        table = self._tables.cases
        which = (table.opened_by == old) & table.case_number.in_(list(case_numbers))
        return self._connection.write(table.update(opened_by=new).where(which)) if case_numbers else 0

    def count(self, wanted: CaseFilter = ALL_CASES) -> int:
        """How many cases there are of these."""
        return sum(self.counts(wanted).values())

    def counts(self, wanted: CaseFilter = ALL_CASES) -> dict[str, int]:
        """How many cases there are of these in each state; `after` is not looked at."""
        table = self._tables.cases
        query = self._where(table.select(table.state, fn.COUNT(table.seq).alias("number")), table, wanted)
        return {row["state"]: row["number"] for row in self._connection.rows(query.group_by(table.state))}

    @prepared
    def _put(self, row: dict[str, Any]) -> BaseQuery:
        table, others = self._tables.cases, self._tables.cases.alias()
        rest = [table.seq, *(getattr(table, name) for name in row if name != "case_number")]
        following = others.select(fn.COALESCE(fn.MAX(others.seq), 0) + 1)
        return table.insert({**row, "seq": following}).on_conflict(conflict_target=[table.case_number], preserve=rest)

    @prepared
    def _numbered(self, case_number: str) -> BaseQuery:
        table = self._tables.cases
        return table.select().where(table.case_number == case_number)

    @staticmethod
    def _where(query: "ModelSelect[CaseTable]", table: type[CaseTable], wanted: CaseFilter) -> "ModelSelect[CaseTable]":
        tests: list[Any] = []
        if wanted.states:
            tests.append(table.state.in_(wanted.states))
        if wanted.holder_station is not None:
            tests.append(table.holder_station == wanted.holder_station)
        if wanted.not_holder_station is not None:
            tests.append(table.holder_station != wanted.not_holder_station)
        if wanted.desks:
            tests.append(table.holder_desk.in_(wanted.desks))
        if wanted.origin is not None:
            tests.append(table.origin == wanted.origin)
        if wanted.q:
            tests.append(table.title.contains(wanted.q) | table.short_number.contains(wanted.q) | table.case_number.contains(wanted.q))
        if wanted.flagged is not None:
            tests.append(table.flags != "[]" if wanted.flagged else table.flags == "[]")
        if wanted.opened_by is not None:
            tests.append(table.opened_by == wanted.opened_by)
        if wanted.practice is not None:
            tests.append(table.practice == wanted.practice)
        if wanted.due_by is not None:
            tests.append(table.due_on.is_null(False) & (table.due_on <= wanted.due_by))
        return query.where(*tests) if tests else query
