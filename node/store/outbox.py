"""Parcels: known for good, queued by the hop they go to next."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from peewee import BaseQuery, fn

from node.errors import StoreError
from node.store.counters import Counters
from node.store.database import Connection, Group
from node.store.needs import Needs
from node.store.prepared import prepared, row_of
from node.store.records import ParcelRecord, WaitingParcel, WaitingSummary
from node.store.runs import merged, missing
from node.store.tables import Tables
from node.store.turns import NOT_FIRST, Turns, rank_of
from node.store.unpacked import Unpacked
from sync.boxes import QueuedParcel

HURRIED = "hurried"
DUE = ("queued", "handed_over")
WAITING = (*DUE, "refused", "held")


class Outbox(Group):
    """Parcels made here or relayed; implements `sync.boxes.Outbox`."""

    def __init__(self, connection: Connection, tables: Tables, needs: Needs, unpacked: Unpacked, queued: Callable[[], None]) -> None:
        super().__init__(connection, tables)
        self._needs = needs
        self._unpacked = unpacked
        self._turns = Turns(connection, tables)
        self._queued = queued

    def put(self, parcel: ParcelRecord, letter_ids: Iterable[str] = ()) -> bool:
        """Keeps a parcel and which letters are in it; False, and nothing happens, when its id is known."""
        with self._connection.transaction():
            if is_new := self._put(row_of(parcel)).write() > 0:
                self.add_letters(parcel.parcel_id, letter_ids)
        return is_new

    def get(self, parcel_id: str) -> ParcelRecord | None:
        """The parcel, or None."""
        row = self._one(parcel_id).first()
        return ParcelRecord(**row) if row else None

    def known(self, parcel_id: str) -> bool:
        """Was it ever admitted or made here?"""
        return parcel_id in self.known_of([parcel_id])

    def known_of(self, parcel_ids: Iterable[str]) -> set[str]:
        """Those of the ids that were ever admitted or made here."""
        return {row["parcel_id"] for row in self._known(list(parcel_ids)).rows()}

    def letters_of(self, parcel_ids: Iterable[str]) -> dict[str, list[str]]:
        """The ids of the letters in each parcel; an id without any is there with an empty list."""
        found: dict[str, list[str]] = {parcel_id: [] for parcel_id in parcel_ids}
        for row in self._links(list(found)).rows() if found else ():
            found[row["parcel_id"]].append(row["letter_id"])
        return found

    def add_letters(self, parcel_id: str, letter_ids: Iterable[str]) -> None:
        """Remembers which letters are in a parcel that could not be opened when it was put."""
        rows = [{"parcel_id": parcel_id, "letter_id": letter_id} for letter_id in dict.fromkeys(letter_ids)]
        if rows:
            self._put_links(rows[0]).write_each(rows)

    def queue(self, parcel_id: str, next_hop: str, at: datetime) -> None:
        """The parcel is to go to `next_hop`; queued before, nothing happens. Whoever carries is woken after the commit.

        Raises:
            StoreError: no such parcel.
        """
        self.queue_many([parcel_id], next_hop, at)

    def queue_many(self, parcel_ids: Sequence[str], next_hop: str, at: datetime) -> None:
        """The same for several parcels in one go.

        Raises:
            StoreError: one of them is not here.
        """
        wanted = list(dict.fromkeys(parcel_ids))
        if not wanted:
            return
        with self._connection.transaction():
            found = {row["parcel_id"]: row for row in self._sizes(wanted).rows()}
            if len(found) < len(wanted):
                raise StoreError(f"no such parcel: {set(wanted) - set(found)}")
            more = {"next_hop": next_hop, "state": "queued", "queued_at": at, "tries": 0}
            self._queue([row | more for row in self._in_turn(next_hop, [found[parcel_id] for parcel_id in wanted])]).write()
            self._queued()

    def _in_turn(self, next_hop: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows, each with its place in the queue."""
        after: dict[tuple[str, int], int] = {}
        placed = []
        for row in rows:
            fields = {name: row[name] for name in ("parcel_id", "urgent", "size_bytes")} | {"maker": row["from_station"]}
            key = (row["from_station"], rank_of(row["parcel_class"], row["urgent"], row["size_bytes"]))
            after[key] = after[key] + 1 if key in after else self._turns.next(next_hop, *key)
            placed.append(fields | {"turn": after[key], "place": after[key]})
        return placed

    def has_due(self, next_hop: str) -> bool:
        """Whether a parcel waits for `next_hop`."""
        return bool(self._due_rows(next_hop, 1).rows())

    def due(self, next_hop: str, limit_bytes: int, limit_count: int = 64) -> list[QueuedParcel]:
        """Parcels not yet stored by `next_hop`, as `node.store.turns` orders them; at least one if any, then up to `limit_bytes`."""
        chosen: list[str] = []
        room = limit_bytes
        for row in self._due_rows(next_hop, limit_count).rows():
            room -= row["size_bytes"]
            if chosen and room < 0:
                break
            chosen.append(row["parcel_id"])
        found = {row["parcel_id"]: row for row in self._bytes(chosen).rows()} if chosen else {}
        return [QueuedParcel(one, bytes(found[one]["data"]), found[one]["urgent"]) for one in chosen if one in found]

    def mark_stored(self, parcel_ids: Sequence[str], next_hop: str, receipt_id: str | None, at: datetime) -> None:
        """The hop's signed receipt is here; they are due no more. Others than those queued for it are passed over."""
        stored = {"state": "stored", "place": None, "receipt_id": receipt_id, "stored_at": at, "why": None}
        self._change(stored, next_hop, list(parcel_ids), WAITING).write()

    def mark_handed_over(self, next_hop: str, parcel_ids: Sequence[str], at: datetime) -> None:
        """These went out in a bundle; they stay due until a receipt comes back."""
        self._set(next_hop, parcel_ids, DUE, state="handed_over", tried_at=at)

    def mark_failed(self, next_hop: str, parcel_ids: Sequence[str], why: str, at: datetime) -> None:
        """Remembers why these did not go; they stay due."""
        tries = self._tables.queue.tries + 1
        self._set(next_hop, parcel_ids, DUE, why=why, tried_at=at, tries=tries)

    def mark_refused(self, next_hop: str, refused: Sequence[tuple[str, str]], at: datetime) -> None:
        """`next_hop` would not take these (parcel id, why); not due before `retry_refused`. Ids not queued for it are passed over."""
        tries = self._tables.queue.tries + 1
        with self._connection.transaction():
            for parcel_id, why in refused:
                self._set(next_hop, [parcel_id], DUE, state="refused", place=None, why=why, tried_at=at, tries=tries)

    def retry_refused(self, next_hop: str) -> None:
        """What `next_hop` refused is due once more."""
        table = self._tables.queue
        which = (table.next_hop == next_hop) & (table.state == "refused")
        self._connection.write(table.update(state="queued", place=table.turn).where(which))

    def retry(self, next_hop: str, parcel_ids: Sequence[str]) -> None:
        """A person wants these to be tried now: what was refused is due again, and nobody remembers how often they failed."""
        table = self._tables.queue
        with self._connection.transaction():
            self._set(next_hop, parcel_ids, (*DUE, "refused"), state="queued", place=table.turn, tries=0, tried_at=None, why=None)
            self._queued()

    def hurried(self) -> int:
        """How often a person wanted something to be tried now."""
        return Counters(self._connection, self._tables).peek(HURRIED)

    def hurry(self) -> None:
        """A person wants something to be tried now: whoever carries forgets how long it meant to wait."""
        with self._connection.transaction():
            Counters(self._connection, self._tables).next(HURRIED)
            self._queued()

    def set_aside(self, next_hop: str, parcel_ids: Sequence[str]) -> None:
        """These are not due, by no road, before they are taken up again."""
        self._set(next_hop, parcel_ids, (*DUE, "refused"), state="held", place=None)

    def take_up(self, next_hop: str, parcel_ids: Sequence[str]) -> None:
        """What was set aside is due again, where it stood."""
        with self._connection.transaction():
            self._set(next_hop, parcel_ids, ("held",), state="queued", place=self._tables.queue.turn)
            self._queued()

    def put_first(self, next_hop: str, parcel_ids: Sequence[str], first: bool) -> None:
        """These go before the others of their rank, or no more."""
        table = self._tables.queue
        which = (table.next_hop == next_hop) & table.parcel_id.in_(list(parcel_ids)) & (table.first == int(not first))
        step = -NOT_FIRST if first else NOT_FIRST
        with self._connection.transaction():
            self._connection.write(table.update(first=first, turn=table.turn + step, place=table.place + step).where(which))
            self._queued()

    def move_hop(self, old: str, new: str) -> None:
        """What still waits for `old` goes to `new`, which stands in its place."""
        table = self._tables.queue
        twice = table.alias()
        with self._connection.transaction():
            there = twice.select(twice.parcel_id).where(twice.next_hop == new)
            waits = (table.next_hop == old) & table.state.in_(WAITING)
            moves = waits & table.parcel_id.not_in(there)
            # What people set aside stays aside.
            self._connection.write(table.update(next_hop=new).where(moves & (table.state == "held")))
            self._connection.write(table.update(next_hop=new, state="queued", place=table.turn, why=None).where(moves))
            self._connection.write(table.delete().where(waits))
            self._queued()

    def hops_of(self, parcel_id: str) -> dict[str, str]:
        """The state of a parcel by next hop: `queued`, `handed_over`, `refused`, `held` or `stored`."""
        table = self._tables.queue
        query = table.select(table.next_hop, table.state).where(table.parcel_id == parcel_id)
        return {row["next_hop"]: row["state"] for row in self._connection.rows(query)}

    def waiting(self) -> WaitingSummary:
        """What waits to go out, over all hops, in parcels or not."""
        table = self._tables.queue
        query = table.select(
            table.state,
            fn.COUNT(table.seq).alias("number"),
            fn.SUM(table.size_bytes).alias("bytes"),
            fn.MIN(table.queued_at).alias("oldest"),
        )
        rows = self._connection.rows(query.where(table.state.in_(WAITING)).group_by(table.state))
        number = {row["state"]: row["number"] for row in rows}
        loose = self._unpacked.summary()
        return replace(
            loose,
            queued=number.get("queued", 0) + loose.queued,
            handed_over=number.get("handed_over", 0),
            refused=number.get("refused", 0),
            size_bytes=sum(int(row["bytes"]) for row in rows) + loose.size_bytes,
            oldest_since=min((at for at in (loose.oldest_since, *(row["oldest"] for row in rows)) if at), default=None),
            held=number.get("held", 0) + loose.held,
        )

    def waiting_for(self, next_hop: str) -> int:
        """How many parcels wait for `next_hop`."""
        table = self._tables.queue
        query = table.select(fn.COUNT(table.seq).alias("number")).where((table.next_hop == next_hop) & table.state.in_(WAITING))
        return sum(row["number"] for row in self._connection.rows(query))

    def waiting_parcels(self, limit: int = 200) -> list[WaitingParcel]:
        """What waits, one by one, in the order in which it goes."""
        table = self._tables.queue
        rows = self._connection.rows(table.select().where(table.state.in_(WAITING)).order_by(table.turn, table.seq).limit(limit))
        same = ("parcel_id", "state", "size_bytes", "urgent", "tries", "why", "tried_at")
        return [WaitingParcel(to=row["next_hop"], since=row["queued_at"], **{name: row[name] for name in same}) for row in rows]

    def lying(self, maker: str) -> tuple[int, int]:
        """How many parcels of a maker some next hop has not stored yet, and their bytes."""
        row = self._lying(maker, WAITING).rows()[0]
        return int(row["number"]), int(row["bytes"] or 0)

    def counts(self) -> dict[str, int]:
        """How many (parcel, hop) pairs there are in each state."""
        table = self._tables.queue
        query = table.select(table.state, fn.COUNT(table.seq).alias("number")).group_by(table.state)
        return {row["state"]: row["number"] for row in self._connection.rows(query)}

    def park(self, parcel_id: str, needs: Iterable[str]) -> None:
        """A kept parcel cannot be judged before these are here."""
        self._needs.park("parcel", parcel_id, needs)

    def unpark(self, parcel_id: str) -> None:
        """It waits no more."""
        self._needs.unpark("parcel", parcel_id)

    def parked(self, need: str | None = None) -> list[ParcelRecord]:
        """Parcels that wait for `need`, or for anything, oldest first; their number is what a cap on unknown signers looks at."""
        return [ParcelRecord(**row) for row in self._parked(need).rows()]

    def parked_of(self, parcel_ids: Iterable[str]) -> set[str]:
        """Those of the ids that wait for something."""
        return {row["subject"] for row in self._parked_of(list(parcel_ids)).rows()}

    def parked_before(self, moment: datetime) -> list[str]:
        """The ids of parcels that came before a moment, wait for something still, and were never acknowledged."""
        table, needs, links = self._tables.parcels, self._tables.needs, self._tables.receipt_parcels
        waiting = needs.select(needs.subject).where(needs.kind == "parcel")
        which = table.parcel_id.in_(waiting) & table.parcel_id.not_in(links.select(links.parcel_id)) & (table.received_at < moment)
        return [row["parcel_id"] for row in self._connection.rows(table.select(table.parcel_id).where(which).order_by(table.parcel_id))]

    def forget(self, parcel_id: str) -> None:
        """Forgets a parcel that turned out to be refused after it had waited."""
        tables = self._tables
        with self._connection.transaction():
            self.unpark(parcel_id)
            for table in (tables.queue, tables.parcel_letters, tables.receipt_parcels, tables.parcels):
                self._connection.write(table.delete().where(table.parcel_id == parcel_id))

    def forget_numbers(self) -> None:
        """Forget the numbers of all makers: they counted for a number that this station no longer has."""
        self._connection.write(self._tables.numbers.delete())

    def highest_number(self, from_station: str) -> int:
        """The highest number of a maker that was seen here; 0 for none."""
        seen = self._seen(from_station)
        return sum(seen[-1]) - 1 if seen else 0

    def has_number(self, from_station: str, number: int) -> bool:
        """Whether this number of a maker was seen here."""
        return any(first <= number < first + length for first, length in self._seen(from_station))

    def note_number(self, from_station: str, number: int) -> list[tuple[int, int]]:
        """Remembers that this number of a maker was seen; the gaps below the highest seen, as (first, how many)."""
        with self._connection.transaction():
            seen = merged([*self._seen(from_station), (number, 1)])
            self._put_numbers({"from_station": from_station, "seen": seen}).write()
        return missing(seen, 1, sum(seen[-1]))

    def gaps(self, from_station: str) -> list[tuple[int, int]]:
        """The gaps in the numbers of a maker, as (first, how many)."""
        seen = self._seen(from_station)
        return missing(seen, 1, sum(seen[-1])) if seen else []

    def _seen(self, from_station: str) -> list[tuple[int, int]]:
        row = self._numbers(from_station).first()
        return [(first, length) for first, length in row["seen"]] if row else []

    @prepared
    def _put(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.parcels
        return table.insert(row).on_conflict(conflict_target=[table.parcel_id], action="nothing")

    @prepared
    def _one(self, parcel_id: str) -> BaseQuery:
        table = self._tables.parcels
        return table.select().where(table.parcel_id == parcel_id)

    @prepared
    def _sizes(self, parcel_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.parcels
        size = fn.LENGTH(table.data).alias("size_bytes")
        query = table.select(table.parcel_id, table.urgent, table.from_station, table.parcel_class, size)
        return query.where(table.parcel_id.in_(parcel_ids))

    @prepared
    def _queue(self, rows: Sequence[dict[str, Any]]) -> BaseQuery:
        table = self._tables.queue
        return table.insert_many(rows).on_conflict(conflict_target=[table.parcel_id, table.next_hop], action="nothing")

    @prepared
    def _put_links(self, row: dict[str, Any]) -> BaseQuery:
        links = self._tables.parcel_letters
        return links.insert(row).on_conflict(conflict_target=[links.parcel_id, links.letter_id], action="nothing")

    @prepared
    def _links(self, parcel_ids: Sequence[str]) -> BaseQuery:
        links = self._tables.parcel_letters
        return links.select().where(links.parcel_id.in_(parcel_ids)).order_by(links.letter_id)

    @prepared
    def _bytes(self, parcel_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.parcels
        return table.select(table.parcel_id, table.data, table.urgent).where(table.parcel_id.in_(parcel_ids))

    @prepared
    def _change(self, values: dict[str, Any], next_hop: str, parcel_ids: Sequence[str], states: Sequence[str]) -> BaseQuery:
        return self._update(values, next_hop, parcel_ids, states)

    @prepared
    def _known(self, parcel_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.parcels
        return table.select(table.parcel_id).where(table.parcel_id.in_(parcel_ids))

    @prepared
    def _parked_of(self, parcel_ids: Sequence[str]) -> BaseQuery:
        needs = self._tables.needs
        return needs.select(needs.subject).where((needs.kind == "parcel") & needs.subject.in_(parcel_ids))

    @prepared
    def _parked(self, need: str | None) -> BaseQuery:
        table, needs = self._tables.parcels, self._tables.needs
        waiting = needs.select(needs.subject).where(needs.kind == "parcel")
        if need is not None:
            waiting = waiting.where(needs.need == need)
        return table.select().where(table.parcel_id.in_(waiting)).order_by(table.received_at, table.parcel_id)

    @prepared
    def _numbers(self, from_station: str) -> BaseQuery:
        table = self._tables.numbers
        return table.select(table.seen).where(table.from_station == from_station)

    @prepared
    def _put_numbers(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.numbers
        return table.insert(row).on_conflict(conflict_target=[table.from_station], preserve=[table.seen])

    @prepared
    def _lying(self, maker: str, states: Sequence[str]) -> BaseQuery:
        table = self._tables.queue
        query = table.select(fn.COUNT(table.seq).alias("number"), fn.SUM(table.size_bytes).alias("bytes"))
        return query.where((table.maker == maker) & table.state.in_(states))

    @prepared
    def _due_rows(self, next_hop: str, limit_count: int) -> BaseQuery:
        table = self._tables.queue
        query = table.select(table.parcel_id, table.size_bytes).where((table.next_hop == next_hop) & table.place.is_null(False))
        return query.where(table.state.in_(DUE)).order_by(table.place, table.seq).limit(limit_count)

    def _set(self, next_hop: str, parcel_ids: Sequence[str], states: Sequence[str], **values: Any) -> None:
        if parcel_ids:
            self._connection.write(self._update(values, next_hop, list(parcel_ids), states))

    def _update(self, values: dict[str, Any], next_hop: str, parcel_ids: Sequence[str], states: Sequence[str]) -> BaseQuery:
        table = self._tables.queue
        which = (table.next_hop == next_hop) & table.parcel_id.in_(parcel_ids) & table.state.in_(states)
        return table.update(values).where(which)
