"""Sweeping (清扫): parts of enclosures that nobody has written to for long, files that a power cut left and parcels of nobody go."""

from datetime import datetime, timedelta

from node.chores import Chore
from node.store import Store
from node.store.records import AuditRecord

STALE = timedelta(days=30)
"""A village that calls in once a week, and misses two calls, still finds its part."""

UNKNOWN = timedelta(days=90)
"""A parcel whose maker's certificate has not come by then is most likely one that was spoilt on the way."""

EVERY = timedelta(hours=12)


class Sweeping:
    """Frees what is of no use any more. What is swept is expected again: nothing is lost but the time to carry it.

    A parcel whose maker is unknown was never acknowledged: whoever gave it has it still, and gives it again.
    """

    def __init__(self, store: Store, station: str) -> None:
        self._store = store
        self._station = station

    def chore(self) -> Chore:
        """Twice a day."""
        return Chore("sweep", EVERY, self.run)

    def run(self, now: datetime) -> None:
        """Sweep once."""
        self._store.enclosures.sweep(STALE)
        with self._store.transaction():
            for parcel_id in self._store.outbox.parked_before(now - UNKNOWN):
                self._store.outbox.forget(parcel_id)
                self._store.audit.append(AuditRecord(now, self._station, "parcel_swept", parcel_id, {"why": "unknown_maker"}))
