"""Quotas (配额): how much one station below may have lying here that has not gone on or is not whole. Who has more waits; others go on."""

from node.config import LimitSettings
from node.station import Station
from node.store import Store
from sync.parcel import Parcel

QUOTA = "quota"
"""Why a parcel was refused: its maker's lying here must go on first. It is offered again, and then taken."""


class Quotas:
    """Says whether one more parcel of a maker fits. Letters that refill a station, and what comes from above, are not counted."""

    def __init__(self, station: Station, store: Store, limits: LimitSettings) -> None:
        self._station = station
        self._store = store
        self._most_parcels = limits.village_parcels
        self._most_bytes = limits.village_mib << 20

    def refusal(self, parcel: Parcel) -> str | None:
        """`quota` when this parcel, with the enclosures that it names, is more than its maker may have lying here.

        Bytes count only against one that names enclosures that are new here: forms without scans still come. One that is more than all
        that is allowed comes when nothing else lies here: else it would never come.
        """
        header = parcel.header
        maker = self._station.current(header.from_station)
        if header.parcel_class != "letters" or self._station.station not in self._station.path_of(maker)[1:]:
            return None
        parcels, size_bytes = self._store.outbox.lying(maker)
        if parcels >= self._most_parcels:
            return QUOTA
        here = self._store.enclosures.known(one.enclosure_id for one in header.enclosures)
        more = sum(one.size_bytes for one in header.enclosures if one.enclosure_id not in here)
        if not more:
            return None
        lying = size_bytes + self._store.enclosures.lying(maker, self._station.directory.parent_of(self._station.station))
        return QUOTA if lying and lying + more > self._most_bytes else None
