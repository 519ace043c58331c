"""What a succession (接替) means for this station: mail, cases and refills go to the new one from now on."""

from collections.abc import Callable

from node.station import Station
from node.store import Store
from node.succession.refill import Refill
from node.succession.register import Succession


class Successions:
    """Acts on each succession, in the transaction in which it is learnt; and once at the start, for what was learnt elsewhere."""

    def __init__(self, station: Station, store: Store, refill: Refill, ask_restart: Callable[[], None]) -> None:
        self._station = station
        self._store = store
        self._refill = refill
        self._ask_restart = ask_restart

    def happened(self, succession: Succession) -> None:
        """A station has taken another's place."""
        self._move(succession)
        self._refill.plan(succession)
        if succession.new in (self._station.station, self._station.directory.parent_of(self._station.station)):
            # The courier knows one parent, and this station one number: both are read at the start.
            self._store.after_commit(self._ask_restart)

    def catch_up(self) -> None:
        """Move what still stands under earlier numbers."""
        with self._store.transaction():
            for entry in self._station.directory.entries():
                if entry.successor is not None:
                    self._move(Succession(entry.station, self._station.current(entry.station)))

    def _move(self, succession: Succession) -> None:
        self._store.cases.move_holder(succession.old, succession.new)
        if succession.new != self._station.station:
            self._store.outbox.move_hop(succession.old, succession.new)
            self._store.enclosures.move_hop(succession.old, succession.new)
