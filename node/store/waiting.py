"""What waits in the queue of parcels, with the letters in it: for people to look at."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from peewee import JOIN, BaseQuery, Value, fn

from node.store.database import Group
from node.store.outbox import DUE, WAITING
from node.store.prepared import prepared


class WaitingMail(Group):
    """Rows of the queue, one for each letter in a parcel, or one for a parcel without letters that are here."""

    def items(
        self, loose: Mapping[str, Sequence[str]], me: str, limit: int, after: tuple[str, str] | None, wanted: tuple[str, Sequence[str]]
    ) -> tuple[list[tuple[str, str]], int, int]:
        """What waits, as (next hop, case or parcel or maker): what people put first, then what is urgent, then the oldest.

        `loose` are the stations along whose paths letters that are in no parcel go to each hop, `wanted` a text and the makers whose
        names have it. Also how many come before these, and how many there are.
        """
        found = self._items(loose, me, wanted)
        table = self._tables.queue
        order = (found.c.first.desc(), found.c.urgent.desc(), found.c.since, found.c.next_hop, found.c.key)
        before = 0
        if after is not None:
            place = fn.ROW_NUMBER().over(order_by=list(order)).alias("place")
            ranked = table.select(found.c.next_hop, found.c.key, place).from_(found).alias("ranked")
            query = table.select(ranked.c.place).from_(ranked).where((ranked.c.next_hop == after[0]) & (ranked.c.key == after[1]))
            before = int((self._connection.first(query) or {"place": 0})["place"])
        total = fn.COUNT(found.c.key).over().alias("total")
        query = table.select(found.c.next_hop, found.c.key, total).from_(found).order_by(*order).limit(limit).offset(before)
        rows = self._connection.rows(query)
        return [(row["next_hop"], row["key"]) for row in rows], before, rows[0]["total"] if rows else before

    def _items(self, loose: Mapping[str, Sequence[str]], me: str, wanted: tuple[str, Sequence[str]]) -> Any:
        """Each item once, with what it is sorted by."""
        cases, parts = self._tables.cases, reduce(lambda some, more: some.union_all(more), self._parts(loose, me)).alias("parts")
        sorted_by = (fn.MAX(parts.c.first).alias("first"), fn.MAX(parts.c.urgent).alias("urgent"), fn.MIN(parts.c.since).alias("since"))
        query = cases.select(parts.c.next_hop, parts.c.key, *sorted_by).from_(parts)
        text, makers = wanted
        if text:
            query = query.join(cases, JOIN.LEFT_OUTER, on=(cases.case_number == parts.c.case_number))
            names = [column.contains(text) for column in (cases.title, cases.short_number, parts.c.case_number)]
            by_maker = cases.case_number.is_null() & (parts.c.maker.in_(list(makers)) | parts.c.maker.contains(text))
            query = query.where(reduce(or_, names) | by_maker)
        return query.group_by(parts.c.next_hop, parts.c.key).alias("items")

    def _parts(self, loose: Mapping[str, Sequence[str]], me: str) -> Iterable[Any]:
        """What waits in parcels, in none yet, and of files."""
        queue, links, letters, unpacked = self._tables.queue, self._tables.parcel_letters, self._tables.letters, self._tables.unpacked
        hops, files = self._tables.enclosure_hops, self._tables.enclosures
        key, said = fn.COALESCE(letters.case_number, queue.parcel_id).alias("key"), (queue.first, queue.urgent)
        packed = queue.select(queue.next_hop, key, letters.case_number, queue.maker, *said, queue.queued_at.alias("since"))
        packed = packed.join(links, JOIN.LEFT_OUTER, on=(links.parcel_id == queue.parcel_id))
        packed = packed.join(letters, JOIN.LEFT_OUTER, on=(letters.letter_id == links.letter_id))
        yield packed.where(queue.state.in_(WAITING))
        for hop, stations in loose.items():
            both = (Value(hop).alias("next_hop"), unpacked.case_number.alias("key"), unpacked.case_number, Value(me).alias("maker"))
            of_hop = unpacked.select(*both, unpacked.first, unpacked.urgent, unpacked.at.alias("since"))
            yield of_hop.where(unpacked.station.in_(list(stations)))
        maker = fn.COALESCE(fn.NULLIF(hops.maker, ""), me)
        key, said = fn.COALESCE(files.case_number, maker).alias("key"), (hops.first, hops.urgent)
        carried = hops.select(hops.next_hop, key, files.case_number, maker.alias("maker"), *said, files.touched_at.alias("since"))
        yield carried.join(files, on=(hops.enclosure_id == files.enclosure_id)).where((hops.held == 0) & (files.state != "erased"))

    def rows(self, keys: Sequence[str], limit: int) -> Sequence[Mapping[str, Any]]:
        """What waits of these cases and parcels, with all that lies beside it, in the order in which it goes, over all hops."""
        queue, links, letters, parcels = self._tables.queue, self._tables.parcel_letters, self._tables.letters, self._tables.parcels
        with_letters = links.select(links.parcel_id).join(letters, on=(letters.letter_id == links.letter_id))
        asked = queue.parcel_id.in_(keys) | queue.parcel_id.in_(with_letters.where(letters.case_number.in_(keys)))
        which = queue.select(queue.seq).where(queue.state.in_(WAITING) & asked).order_by(queue.turn, queue.seq).limit(limit)
        query = (
            queue.select(queue, letters.case_number, letters.kind, letters.letter_id, parcels.parcel_class)
            .join(parcels, on=(parcels.parcel_id == queue.parcel_id))
            .switch(queue)
            .join(links, JOIN.LEFT_OUTER, on=(links.parcel_id == queue.parcel_id))
            .join(letters, JOIN.LEFT_OUTER, on=(letters.letter_id == links.letter_id))
        )
        return self._connection.rows(query.where(queue.seq.in_(which)).order_by(queue.turn, queue.seq, letters.seq))

    def due_bytes(self, next_hop: str) -> int:
        """How many bytes of letters are to go to `next_hop`, in parcels or not; without what was refused or set aside."""
        queue, unpacked = self._tables.queue, self._tables.unpacked
        packed = queue.select(fn.SUM(queue.size_bytes).alias("bytes")).where((queue.next_hop == next_hop) & queue.state.in_(DUE))
        loose = unpacked.select(fn.SUM(unpacked.size_bytes).alias("bytes")).where(unpacked.set_aside == 0)
        return sum(int(row["bytes"] or 0) for query in (packed, loose) for row in self._connection.rows(query))

    def cases_of(self, parcel_id: str) -> set[str]:
        """The cases whose letters lie in a parcel."""
        links, letters = self._tables.parcel_letters, self._tables.letters
        query = letters.select(letters.case_number).join(links, on=(links.letter_id == letters.letter_id))
        return {row["case_number"] for row in self._connection.rows(query.where(links.parcel_id == parcel_id))}

    def is_aside(self, case_number: str) -> bool:
        """Whether people have set letters of this case aside: what comes after them waits with them."""
        return bool(self._aside(case_number).first() or self._held(case_number).first())

    def hops_held(self, case_number: str) -> set[str]:
        """The neighbours for whom people have set parcels of this case aside."""
        return {row["next_hop"] for row in self._held_hops(case_number).rows()}

    def has_refused(self, next_hop: str, why: str) -> bool:
        """Whether `next_hop` has refused something for this reason, and it was not tried again since."""
        return bool(self._refused_for(next_hop, why).first())

    @prepared
    def _refused_for(self, next_hop: str, why: str) -> BaseQuery:
        table = self._tables.queue
        which = (table.next_hop == next_hop) & (table.state == "refused") & (table.why == why)
        return table.select(table.seq).where(which).limit(1)

    @prepared
    def _aside(self, case_number: str) -> BaseQuery:
        table = self._tables.unpacked
        return table.select(table.seq).where((table.case_number == case_number) & (table.set_aside == 1)).limit(1)

    @prepared
    def _held(self, case_number: str) -> BaseQuery:
        query: BaseQuery = self._held_hops_query(case_number).limit(1)
        return query

    @prepared
    def _held_hops(self, case_number: str) -> BaseQuery:
        query: BaseQuery = self._held_hops_query(case_number)
        return query

    def _held_hops_query(self, case_number: str) -> Any:
        queue, links, letters = self._tables.queue, self._tables.parcel_letters, self._tables.letters
        held = queue.select(queue.next_hop).join(links, on=(links.parcel_id == queue.parcel_id))
        held = held.join(letters, on=(letters.letter_id == links.letter_id))
        return held.where((queue.state == "held") & (letters.case_number == case_number))
