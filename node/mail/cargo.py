"""Cargo (货物): which of the enclosures that a parcel names are taken here, and how they rank.

What a parcel of class `catalogue` names is bulk (大件): it goes last, behind every scan, and is taken from the county alone, up to a bound.
Anybody's parcel passes; only its enclosures are not asked for.
"""

from node.station import Station
from node.store.enclosure_queries import BULK
from sync.parcel import ParcelHeader

CATALOGUE = "catalogue"
MAX_BULK_BYTES = (64 << 20) + 28
"""A content of 64 MiB, with nonce and tag: it is opened in memory, and goes over lines of villages."""


def taken(station: Station, header: ParcelHeader) -> list[tuple[str, int, str]]:
    """(id, bytes, rank) of the enclosures that this parcel may bring."""
    if header.parcel_class != CATALOGUE:
        return [(one.enclosure_id, one.size_bytes, one.rank) for one in header.enclosures]
    if not station.is_county(header.from_station):
        return []
    return [(one.enclosure_id, one.size_bytes, BULK) for one in header.enclosures if one.size_bytes <= MAX_BULK_BYTES]
