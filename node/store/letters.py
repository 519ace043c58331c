"""Letters of cases, what waits for what, and how far each letter has come."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from peewee import EXCLUDED, JOIN, SQL, BaseQuery, Case, fn

from node.store.database import Connection, Group
from node.store.needs import Needs
from node.store.prepared import prepared, row_of
from node.store.records import LetterRecord, RoadMark
from node.store.tables import Tables

MARKS = ("queued", "handed_over", "stored", "arrived")
MAX_NUMBER = (1 << 31) - 1

LOOKED_AT, MOST_LATELY = 256, 8
"""Letters that are looked at for the newest of one station, and how many are given."""


class Letters(Group):
    """Every letter of every case here, for good."""

    def __init__(self, connection: Connection, tables: Tables, needs: Needs) -> None:
        super().__init__(connection, tables)
        self._needs = needs

    def add(self, letter: LetterRecord) -> bool:
        """Keeps a letter; False, and nothing happens, when its id is known."""
        return self.add_many([letter]) > 0

    def add_many(self, letters: Sequence[LetterRecord]) -> int:
        """Keeps letters in one go, in order; how many of them were new."""
        rows = [_unnumbered(letter) for letter in letters]
        return self._add(rows[0]).write_each(rows) if rows else 0

    def get(self, letter_id: str) -> LetterRecord | None:
        """The letter, or None."""
        row = self._one(letter_id).first()
        return LetterRecord(**row) if row else None

    def exists(self, letter_id: str) -> bool:
        """Is it here, whatever its outcome?"""
        return bool(self.known([letter_id]))

    def known(self, letter_ids: Iterable[str]) -> set[str]:
        """Those of the ids that are here."""
        return {row["letter_id"] for row in self._known(list(letter_ids)).rows()}

    def frame_of(self, origin: str, prefix: str) -> bytes | None:
        """The frame of the one letter of a station whose id begins so; None when there is none, or more than one."""
        rows = self._beginning(origin, prefix, prefix + "g").rows()
        return bytes(rows[0]["frame"]) if len(rows) == 1 else None

    def arrived_lately(self, origin: str, readers: Sequence[str]) -> list[LetterRecord]:
        """Of the last letters here, those of a station that all readers have given `arrived` receipts for, the newest first."""
        return [LetterRecord(**row) for row in self._arrived_lately(origin, list(readers)).rows()]

    def of_case(self, case_number: str) -> list[LetterRecord]:
        """All letters of a case, in the order in which they were admitted here."""
        return [LetterRecord(**row) for row in self._of_case(case_number).rows()]

    def cases_after(self, case_number: str, limit: int) -> list[str]:
        """The next numbers of cases that letters are of, lowest first. Of a letter that waits there may be no case yet."""
        return [row["case_number"] for row in self._cases_after(case_number, limit).rows()]

    def of_origin(self, origin: str, since: datetime) -> list[LetterRecord]:
        """Letters made by a station and received here at `since` or later, in order."""
        table = self._tables.letters
        query = table.select().where((table.origin == origin) & (table.received_at >= since)).order_by(table.seq)
        return [LetterRecord(**row) for row in self._connection.rows(query)]

    def after(self, letter_id: str) -> list[LetterRecord]:
        """Letters that name this one as the one before, in order; more than one state letter is a fork."""
        return [LetterRecord(**row) for row in self._after(letter_id).rows()]

    def set_outcome(self, letter_id: str, outcome: str, reason: str | None = None) -> None:
        """What became of it at last: a waiting letter admitted, one set aside released."""
        table = self._tables.letters
        self._connection.write(table.update(outcome=outcome, reason=reason).where(table.letter_id == letter_id))

    def with_outcome(self, outcome: str, reason: str | None = None) -> list[LetterRecord]:
        """All letters of an outcome, or those of them with this reason, in order."""
        return [LetterRecord(**row) for row in self._with_outcome(outcome, reason).rows()]

    def set_aside_list(self) -> list[LetterRecord]:
        """What a person must look at, in order."""
        return self.with_outcome("set_aside")

    def outcomes(self) -> dict[str, int]:
        """How many letters there are of each outcome."""
        return {row["outcome"]: row["number"] for row in self._numbers().rows()}

    def park(self, letter_id: str, needs: Iterable[str]) -> None:
        """Remembers what a waiting letter waits for, in place of what it waited for before."""
        self._needs.park("letter", letter_id, needs)

    def parked(self, need: str) -> list[LetterRecord]:
        """Letters that wait for `need`, in order. They stay parked until `unpark` or another `park`."""
        return [LetterRecord(**row) for row in self._parked(need).rows()]

    waiting_for = parked

    def needs(self, letter_id: str) -> list[str]:
        """What it waits for, sorted."""
        return self._needs.of("letter", letter_id)

    def unpark(self, letter_id: str) -> None:
        """It waits no more; its outcome is the caller's to set."""
        self._needs.unpark("letter", letter_id)

    def mark(
        self, letter_id: str, station: str, mark: str, at: datetime, outcome: str | None = None, receipt_id: str | None = None
    ) -> None:
        """Remembers a sign of the letter from a station, once; `mark` is `handed_over`, `stored` or `arrived`."""
        self.mark_many([RoadMark(letter_id, station, mark, at, outcome, receipt_id)])

    def mark_many(self, marks: Sequence[RoadMark]) -> None:
        """Remembers signs, once each. A later outcome and receipt, of a letter that waited first, take the place of the earlier ones."""
        rows = list({(one.letter_id, one.station, one.mark): row_of(one) for one in marks}.values())
        if rows:
            self._mark(rows[0]).write_each(rows)

    def roads(self, letter_ids: Iterable[str]) -> dict[str, list[RoadMark]]:
        """The signs of each letter, oldest first; an id without any is there with an empty list."""
        found: dict[str, list[RoadMark]] = {letter_id: [] for letter_id in letter_ids}
        for row in self._roads(list(found)).rows():
            found[row["letter_id"]].append(RoadMark(**row))
        return found

    def furthest(self, origins: Iterable[str]) -> dict[str, int]:
        """How many letters made by these stations have come how far: counts of `queued`, `handed_over`, `stored`, `arrived`."""
        letters, roads = self._tables.letters, self._tables.roads
        rank = fn.MAX(Case(roads.mark, tuple((mark, number) for number, mark in enumerate(MARKS)), 0)).alias("rank")
        each = letters.select(letters.letter_id, rank).join(roads, JOIN.LEFT_OUTER, on=(roads.letter_id == letters.letter_id))
        each = each.where(letters.origin.in_(list(origins))).group_by(letters.letter_id).alias("each")
        query = letters.select(each.c.rank, fn.COUNT(each.c.letter_id).alias("number")).from_(each).group_by(each.c.rank)
        return dict.fromkeys(MARKS, 0) | {MARKS[row["rank"]]: row["number"] for row in self._connection.rows(query)}

    @prepared
    def _add(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.letters
        return table.insert(row).on_conflict(conflict_target=[table.letter_id], action="nothing")

    @prepared
    def _one(self, letter_id: str) -> BaseQuery:
        table = self._tables.letters
        return table.select().where(table.letter_id == letter_id)

    @prepared
    def _known(self, letter_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.letters
        return table.select(table.letter_id).where(table.letter_id.in_(letter_ids))

    @prepared
    def _beginning(self, origin: str, first: str, end: str) -> BaseQuery:
        table = self._tables.letters
        return table.select(table.frame).where((table.origin == origin) & (table.letter_id >= first) & (table.letter_id < end)).limit(2)

    @prepared
    def _arrived_lately(self, origin: str, readers: Sequence[str]) -> BaseQuery:
        table, roads = self._tables.letters, self._tables.roads
        since = SQL(f"(SELECT MAX(seq) - {LOOKED_AT} FROM letters)")
        query = table.select().where((table.seq > since) & (table.origin == origin))
        for reader in readers:
            sign = (roads.letter_id == table.letter_id) & (roads.station == reader) & (roads.mark == "arrived")
            query = query.where(fn.EXISTS(roads.select(SQL("1")).where(sign)))
        return query.order_by(table.seq.desc()).limit(MOST_LATELY)

    @prepared
    def _of_case(self, case_number: str) -> BaseQuery:
        table = self._tables.letters
        return table.select().where(table.case_number == case_number).order_by(table.seq)

    @prepared
    def _cases_after(self, case_number: str, limit: int) -> BaseQuery:
        table = self._tables.letters
        query = table.select(table.case_number).distinct().where(table.case_number > case_number)
        return query.order_by(table.case_number).limit(limit)

    @prepared
    def _after(self, letter_id: str) -> BaseQuery:
        table = self._tables.letters
        return table.select().where(table.after == letter_id).order_by(table.seq)

    @prepared
    def _with_outcome(self, outcome: str, reason: str | None) -> BaseQuery:
        table = self._tables.letters
        which = table.outcome == outcome if reason is None else (table.outcome == outcome) & (table.reason == reason)
        return table.select().where(which).order_by(table.seq)

    @prepared
    def _numbers(self) -> BaseQuery:
        table = self._tables.letters
        return table.select(table.outcome, fn.COUNT(table.seq).alias("number")).group_by(table.outcome)

    @prepared
    def _parked(self, need: str) -> BaseQuery:
        table, needs = self._tables.letters, self._tables.needs
        query = table.select().join(needs, on=(needs.subject == table.letter_id))
        return query.where((needs.kind == "letter") & (needs.need == need)).order_by(table.seq)

    @prepared
    def _mark(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.roads
        later = {field: fn.COALESCE(getattr(EXCLUDED, field.name), field) for field in (table.outcome, table.receipt_id)}
        # Receipts may come in another order than they were signed in.
        numbers = [fn.COALESCE(self._number_of(field), none) for field, none in ((table.receipt_id, 0), (EXCLUDED.receipt_id, MAX_NUMBER))]
        target = [table.letter_id, table.station, table.mark]
        return table.insert(row).on_conflict(conflict_target=target, update=later, where=numbers[0] <= numbers[1])

    def _number_of(self, receipt_id: Any) -> BaseQuery:
        receipts = self._tables.receipts
        return receipts.select(receipts.number).where(receipts.receipt_id == receipt_id)

    @prepared
    def _roads(self, letter_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.roads
        return table.select().where(table.letter_id.in_(letter_ids)).order_by(table.at, table.station, table.mark)


def _unnumbered(letter: LetterRecord) -> dict[str, Any]:
    """The row of a letter, without the order that the database gives."""
    row = row_of(letter)
    del row["seq"]
    return row
