"""Turns (轮次): where a parcel stands in its hop's queue. Ranks first, and within a rank the makers take turns.

A place is one number that sorts: rank, then whether a person put it first, then its turn. A maker's next parcel stands one turn behind
its last one, and never before the turn that is being served: so one with a single parcel waits for nobody's four hundred, and who was
silent for long saves up no turns. It costs two look-ups in an index when a parcel is queued, and none when it goes.

Source: start-time fair queueing (Goyal, Vin, Cheng 1996), every parcel counted as one.
"""

from peewee import BaseQuery, fn

from node.store.database import Group
from node.store.prepared import prepared

RANK_SIZE = 1 << 48
NOT_FIRST = 1 << 44
"""Added to a place unless a person put it first."""

SMALL_BYTES = 64 * 1024
"""A parcel of the catalogue of this size holds up no decision, not even on a line of 24 kbit/s: half a minute."""

CERTIFICATES, CATALOGUE, RECEIPTS, URGENT, COPIES, REST = range(6)


def rank_of(parcel_class: str, urgent: bool, size_bytes: int) -> int:
    """The rank of a parcel: rules before receipts, then what is urgent, then what refills a station, then everything else."""
    if parcel_class == "certificates":
        return CERTIFICATES
    if parcel_class == "catalogue" and size_bytes <= SMALL_BYTES:
        return CATALOGUE
    if parcel_class == "receipts":
        return RECEIPTS
    if urgent:
        return URGENT
    return COPIES if parcel_class in ("copies", "catalogue") else REST


class Turns(Group):
    """Gives places in the queues of hops, in the caller's transaction."""

    def next(self, next_hop: str, maker: str, rank: int) -> int:
        """The place of the next parcel of `maker` in this queue."""
        low = rank * RANK_SIZE + NOT_FIRST
        high = (rank + 1) * RANK_SIZE
        served = self._served(next_hop, low, high).rows()[0]["place"]
        last = self._last(next_hop, maker, low, high).rows()[0]["place"]
        return max(low if served is None else int(served), low if last is None else int(last) + 1)

    @prepared
    def _served(self, next_hop: str, low: int, high: int) -> BaseQuery:
        table = self._tables.queue
        within = (table.next_hop == next_hop) & (table.place >= low) & (table.place < high)
        return table.select(fn.MIN(table.place).alias("place")).where(within)

    @prepared
    def _last(self, next_hop: str, maker: str, low: int, high: int) -> BaseQuery:
        table = self._tables.queue
        within = (table.next_hop == next_hop) & (table.maker == maker) & (table.place >= low) & (table.place < high)
        return table.select(fn.MAX(table.place).alias("place")).where(within)
