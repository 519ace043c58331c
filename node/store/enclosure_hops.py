"""Which enclosures go to which next hop, in which order, and what people said of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import BaseQuery, fn

from node.store.database import Connection
from node.store.enclosure_queries import BULK, EnclosureQueries
from node.store.prepared import prepared
from node.store.records import EnclosureTotal
from node.store.tables import Tables


class EnclosureHops(EnclosureQueries):
    """The queues of enclosures. Within a rank makers take turns, as `node.store.turns` says of parcels."""

    def __init__(self, connection: Connection, tables: Tables, became_due: Callable[[], None]) -> None:
        super().__init__(connection, tables)
        self._became_due = became_due

    def queue(self, next_hop: str, enclosure_ids: Iterable[str], urgent: bool = False, *, set_aside: bool = False) -> None:
        """These are to go to `next_hop`, as soon as they are whole here, unless it holds them."""
        ids = list(dict.fromkeys(enclosure_ids))
        if not ids:
            return
        with self._connection.transaction():
            makers = {row["enclosure_id"]: row["maker"] for row in self._makers(ids).rows()}
            turns: dict[str, int] = {}
            rows = []
            for enclosure_id in ids:
                maker = makers.get(enclosure_id, "")
                turns[maker] = turns[maker] + 1 if maker in turns else self._next_turn(next_hop, maker)
                more = {"maker": maker, "turn": turns[maker], "set_aside": set_aside}
                rows.append(self._hop(next_hop, enclosure_id, urgent, held=False) | more)
            self._queue(rows).write()

    def move_hop(self, old: str, new: str) -> None:
        """What `old` was to get or held, `new` is to get: it stands in its place, with empty shelves. What people said of it stays."""
        table = self._tables.enclosure_hops
        rows = self._connection.rows(table.select().where(table.next_hop == old).order_by(table.turn))
        for row in rows:
            self._queue([{**row, "next_hop": new, "held": False}]).write()
        self._connection.write(table.delete().where(table.next_hop == old))

    def held_by(self, next_hop: str, enclosure_id: str) -> None:
        """Remembers that `next_hop` holds it whole."""
        self._hold(self._hop(next_hop, enclosure_id, urgent=False, held=True)).write()

    def to_send(self, next_hop: str, limit: int) -> list[str]:
        """Ids whole here that `next_hop` is to get and is not known to hold, without what was set aside.

        Previews first, then full ones, what rides late, bulk; within a rank what people put first, what is urgent, then in turn.
        """
        rows = self._to_send(next_hop, limit).rows()
        return [row["enclosure_id"] for row in rows]

    def waiting_with(self, next_hop: str) -> tuple[int, int]:
        """How many enclosures that are whole here wait for `next_hop`, and their bytes."""
        sizes = [row["size_bytes"] for row in self._to_send(next_hop, None).rows()]
        return len(sizes), sum(sizes)

    def held_with(self, next_hop: str, limit: int) -> list[tuple[str, str]]:
        """What is whole here and at `next_hop`, as (id, maker, empty where nobody's), the newest first."""
        table, hops = self._tables.enclosures, self._tables.enclosure_hops
        query = table.select(table.enclosure_id, table.maker).join(hops, on=(hops.enclosure_id == table.enclosure_id))
        query = query.where((hops.next_hop == next_hop) & (hops.held == 1) & (table.state == "whole"))
        rows = self._connection.rows(query.order_by(table.seq.desc()).limit(limit))
        return [(row["enclosure_id"], row["maker"] or "") for row in rows]

    def bytes_to_send(self, next_hop: str | None = None) -> int:
        """How many bytes are whole here and wait for this next hop, or for any; bulk waits until it is asked for, and is left out."""
        return sum(row["size_bytes"] for row in self._to_send(next_hop, None).rows() if row["rank"] != BULK)

    def bytes_held_of_waiting(self, next_hop: str) -> int:
        """How many bytes `next_hop` holds of cases of which something is still to go there."""
        table, hops = self._tables.enclosures, self._tables.enclosure_hops
        here = (hops.next_hop == next_hop) & table.case_number.is_null(False)
        joined = hops.select(table.case_number).join(table, on=(hops.enclosure_id == table.enclosure_id)).where(here & (hops.held == 0))
        size = fn.SUM(table.size_bytes).alias("bytes")
        query = hops.select(size).join(table, on=(hops.enclosure_id == table.enclosure_id))
        row = self._connection.first(query.where(here & (hops.held == 1) & table.case_number.in_(joined)))
        return int(row["bytes"] or 0) if row else 0

    def held_of(self, next_hop: str, enclosure_ids: Iterable[str]) -> set[str]:
        """Those of the ids that `next_hop` is known to hold whole."""
        return {row["enclosure_id"] for row in self._held_of(next_hop, list(enclosure_ids)).rows()}

    def is_aside(self, next_hop: str, enclosure_ids: Iterable[str]) -> bool:
        """Whether people have set any of the ids aside that `next_hop` does not hold."""
        hops, asked = self._tables.enclosure_hops, list(enclosure_ids)
        which = (hops.next_hop == next_hop) & (hops.held == 0) & (hops.set_aside == 1) & hops.enclosure_id.in_(asked)
        return self._connection.first(hops.select(hops.enclosure_id).where(which).limit(1)) is not None

    def not_taken(self, next_hop: str, enclosure_id: str, why: str, at: datetime) -> None:
        """Remembers what `next_hop` said when it did not take it."""
        self._change_hops(next_hop, [enclosure_id], why=why, tried_at=at)

    def retry(self, next_hop: str, enclosure_ids: Sequence[str]) -> None:
        """A person wants these to be tried now."""
        self._change_hops(next_hop, enclosure_ids, why=None, tried_at=None)

    def put_first(self, next_hop: str, enclosure_ids: Sequence[str], first: bool) -> None:
        """These go before the others of their rank, or no more."""
        self._change_hops(next_hop, enclosure_ids, first=first)

    def set_aside(self, next_hop: str, enclosure_ids: Sequence[str], is_aside: bool) -> None:
        """These do not go, by no road, or do again."""
        self._change_hops(next_hop, enclosure_ids, set_aside=is_aside)

    def belong_to(self, case_number: str, enclosure_ids: Iterable[str]) -> None:
        """A letter of this case names these; the first case stays."""
        ids = list(enclosure_ids)
        if ids:
            self._belong(ids, {"case_number": case_number}).write()

    def waiting_hops(self, keys: Sequence[str], limit: int) -> Sequence[Mapping[str, Any]]:
        """What waits for next hops of these cases, and of these makers where it is of no case, with size, rank, state and case of each."""
        table, hops = self._tables.enclosures, self._tables.enclosure_hops
        query = hops.select(hops, table.size_bytes, table.rank, table.state, table.case_number, table.touched_at).join(
            table, on=(hops.enclosure_id == table.enclosure_id)
        )
        asked = table.case_number.in_(keys) | (table.case_number.is_null() & hops.maker.in_(keys))
        which = (hops.held == 0) & (table.state != "erased") & asked
        return self._connection.rows(query.where(which).order_by(hops.turn).limit(limit))

    def totals(self, cases: Iterable[str]) -> dict[tuple[str, str], EnclosureTotal]:
        """By next hop and case, what of these cases goes or went there."""
        table, hops = self._tables.enclosures, self._tables.enclosure_hops
        found: dict[tuple[str, str], EnclosureTotal] = {}
        size, number = fn.SUM(table.size_bytes).alias("bytes"), fn.COUNT(table.seq).alias("number")
        query = hops.select(hops.next_hop, hops.held, table.case_number, table.rank, size, number)
        query = query.join(table, on=(hops.enclosure_id == table.enclosure_id)).where(table.case_number.in_(list(cases)))
        for row in self._connection.rows(query.group_by(hops.next_hop, hops.held, table.case_number, table.rank)):
            key, size_bytes = (row["next_hop"], row["case_number"]), int(row["bytes"])
            before = found.get(key, EnclosureTotal())
            found[key] = EnclosureTotal(
                before.size_bytes + size_bytes,
                before.held_bytes + (size_bytes if row["held"] else 0),
                before.scans + (0 if row["rank"] == "preview" else row["number"]),
            )
        return found

    def lying(self, maker: str, parent: str | None) -> int:
        """The bytes of a maker's enclosures that are to come here, or are here and have not gone on to `parent`."""
        coming = self._coming(maker, ("expected", "partial")).rows()[0]["bytes"]
        staying = self._staying(maker, parent).rows()[0]["bytes"] if parent else 0
        return int(coming or 0) + int(staying or 0)

    def known(self, enclosure_ids: Iterable[str]) -> set[str]:
        """Those of the ids that are here or expected."""
        return {row["enclosure_id"] for row in self._named(list(enclosure_ids)).rows()}

    def _next_turn(self, next_hop: str, maker: str) -> int:
        served, last = self._served(next_hop).rows()[0]["turn"], self._last(next_hop, maker).rows()[0]["turn"]
        return max(int(served or 0), 0 if last is None else int(last) + 1)

    def _change_hops(self, next_hop: str, enclosure_ids: Sequence[str], **values: Any) -> None:
        table = self._tables.enclosure_hops
        if not enclosure_ids:
            return
        with self._connection.transaction():
            which = (table.next_hop == next_hop) & table.enclosure_id.in_(list(enclosure_ids)) & (table.held == 0)
            self._connection.write(table.update(values).where(which))
            if "why" not in values or values["why"] is None:
                self._became_due()

    @staticmethod
    def _hop(next_hop: str, enclosure_id: str, urgent: bool, held: bool) -> dict[str, Any]:
        return {"next_hop": next_hop, "enclosure_id": enclosure_id, "urgent": urgent, "held": held}

    @prepared
    def _held_of(self, next_hop: str, enclosure_ids: Sequence[str]) -> BaseQuery:
        hops = self._tables.enclosure_hops
        return hops.select(hops.enclosure_id).where((hops.next_hop == next_hop) & (hops.held == 1) & hops.enclosure_id.in_(enclosure_ids))

    @prepared
    def _served(self, next_hop: str) -> BaseQuery:
        hops = self._tables.enclosure_hops
        return hops.select(fn.MIN(hops.turn).alias("turn")).where((hops.next_hop == next_hop) & (hops.held == 0))

    @prepared
    def _last(self, next_hop: str, maker: str) -> BaseQuery:
        hops = self._tables.enclosure_hops
        within = (hops.next_hop == next_hop) & (hops.maker == maker) & (hops.held == 0)
        return hops.select(fn.MAX(hops.turn).alias("turn")).where(within)

    @prepared
    def _coming(self, maker: str, states: Sequence[str]) -> BaseQuery:
        table = self._tables.enclosures
        return table.select(fn.SUM(table.size_bytes).alias("bytes")).where((table.maker == maker) & table.state.in_(states))

    @prepared
    def _staying(self, maker: str, parent: str) -> BaseQuery:
        table, hops = self._tables.enclosures, self._tables.enclosure_hops
        query = table.select(fn.SUM(table.size_bytes).alias("bytes")).join(hops, on=(hops.enclosure_id == table.enclosure_id))
        return query.where((hops.next_hop == parent) & (hops.maker == maker) & (hops.held == 0) & (table.state == "whole"))

    @prepared
    def _named(self, enclosure_ids: Sequence[str]) -> BaseQuery:
        table = self._tables.enclosures
        return table.select(table.enclosure_id).where(table.enclosure_id.in_(enclosure_ids))

    @prepared
    def _belong(self, enclosure_ids: Sequence[str], new: dict[str, Any]) -> BaseQuery:
        table = self._tables.enclosures
        which = table.enclosure_id.in_(enclosure_ids) & table.case_number.is_null()
        return table.update(new).where(which)
