"""Letters of this station that lie in no parcel yet: they are packed when a road is open."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from peewee import BaseQuery, fn

from node.store.database import Connection, Group
from node.store.prepared import prepared, row_of
from node.store.records import UnpackedLetter, WaitingSummary
from node.store.tables import Tables


class Unpacked(Group):
    """Letters that wait to be packed, in the order in which they were sealed."""

    def __init__(self, connection: Connection, tables: Tables, queued: Callable[[], None]) -> None:
        super().__init__(connection, tables)
        self._queued = queued

    def add(self, letter: UnpackedLetter) -> None:
        """A letter is to leave, in the caller's transaction; known before, nothing happens. Whoever carries is woken after the commit."""
        row = row_of(letter)
        del row["seq"]
        with self._connection.transaction():
            self._add(row).write()
            self._queued()

    def due(self, paths: Sequence[str], limit: int) -> list[UnpackedLetter]:
        """What may be packed of what goes along the paths of these: urgent first, then what people put first, then by age."""
        return [UnpackedLetter(**row) for row in self._due(list(paths), limit).rows()]

    def paths(self, *, all_of_them: bool = False) -> list[str]:
        """The stations along whose paths what may be packed goes, each once; what is set aside too, where it is asked for."""
        if not all_of_them:
            return [row["station"] for row in self._paths().rows()]
        table = self._tables.unpacked
        return [row["station"] for row in self._connection.rows(table.select(table.station).distinct())]

    def count(self, paths: Sequence[str]) -> int:
        """How many letters go along the paths of these, set aside or not."""
        table = self._tables.unpacked
        query = table.select(fn.COUNT(table.seq).alias("number")).where(table.station.in_(list(paths)))
        return sum(row["number"] for row in self._connection.rows(query))

    def all(self, limit: int) -> list[UnpackedLetter]:
        """Everything, set aside or not, oldest first."""
        table = self._tables.unpacked
        return [UnpackedLetter(**row) for row in self._connection.rows(table.select().order_by(table.seq).limit(limit))]

    def of_case(self, case_number: str) -> list[UnpackedLetter]:
        """The letters of a case, oldest first."""
        return self.of_cases([case_number])

    def of_cases(self, case_numbers: Sequence[str]) -> list[UnpackedLetter]:
        """The letters of these cases, oldest first."""
        table = self._tables.unpacked
        query = table.select().where(table.case_number.in_(list(case_numbers))).order_by(table.seq)
        return [UnpackedLetter(**row) for row in self._connection.rows(query)]

    def remove(self, letter_ids: Iterable[str]) -> int:
        """These lie in a parcel now; how many of them waited."""
        return self._remove(list(letter_ids)).write()

    def put_first(self, case_number: str, first: bool) -> None:
        """The letters of a case go before the others of their rank, or no more."""
        self._say(case_number, first=first)

    def set_aside(self, case_number: str, is_aside: bool) -> None:
        """The letters of a case are not packed, or are again."""
        self._say(case_number, set_aside=is_aside)

    def summary(self) -> WaitingSummary:
        """How much there is; what was set aside counts as `held`."""
        table = self._tables.unpacked
        count, size, oldest = fn.COUNT(table.seq), fn.SUM(table.size_bytes), fn.MIN(table.at)
        query = table.select(table.set_aside, count.alias("number"), size.alias("bytes"), oldest.alias("oldest")).group_by(table.set_aside)
        rows = self._connection.rows(query)
        number = {row["set_aside"]: row["number"] for row in rows}
        return WaitingSummary(
            queued=number.get(False, 0),
            handed_over=0,
            refused=0,
            size_bytes=sum(int(row["bytes"]) for row in rows),
            oldest_since=min((row["oldest"] for row in rows), default=None),
            unpacked=number.get(False, 0),
            held=number.get(True, 0),
        )

    def _say(self, case_number: str, **values: Any) -> None:
        table = self._tables.unpacked
        with self._connection.transaction():
            self._connection.write(table.update(values).where(table.case_number == case_number))
            self._queued()

    @prepared
    def _add(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.unpacked
        return table.insert(row).on_conflict(conflict_target=[table.letter_id], action="nothing")

    @prepared
    def _due(self, paths: Sequence[str], limit: int) -> BaseQuery:
        table = self._tables.unpacked
        which = (table.set_aside == 0) & table.station.in_(paths)
        return table.select().where(which).order_by(table.urgent.desc(), table.first.desc(), table.seq).limit(limit)

    @prepared
    def _paths(self) -> BaseQuery:
        table = self._tables.unpacked
        return table.select(table.station).where(table.set_aside == 0).distinct()

    @prepared
    def _remove(self, letter_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.unpacked
        return table.delete().where(table.letter_id.in_(letter_ids))
