"""What waits in the queue of parcels, with the letters in it: for people to look at."""

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import JOIN, BaseQuery, fn

from node.store.database import Group
from node.store.outbox import DUE, WAITING
from node.store.prepared import prepared


class WaitingMail(Group):
    """Rows of the queue, one for each letter in a parcel, or one for a parcel without letters that are here."""

    def rows(self, limit: int) -> Sequence[Mapping[str, Any]]:
        """What waits, in the order in which it goes, over all hops."""
        queue, links, letters, parcels = self._tables.queue, self._tables.parcel_letters, self._tables.letters, self._tables.parcels
        which = queue.select(queue.seq).where(queue.state.in_(WAITING)).order_by(queue.turn, queue.seq).limit(limit)
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
