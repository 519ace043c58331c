"""What a succession (接替) means for this station: mail, cases and refills go to the new one from now on."""

from collections.abc import Callable

from node.clock import Clock
from node.enrolment.notices import Notices
from node.station import Station
from node.store import Store
from node.succession.refill import Refill
from node.succession.register import Succession


class Successions:
    """Acts on each succession, in the transaction in which it is learnt; and once at the start, for what was learnt elsewhere."""

    def __init__(
        self, station: Station, store: Store, refill: Refill, notices: Notices, clock: Clock, ask_restart: Callable[[], None]
    ) -> None:
        self._station = station
        self._store = store
        self._refill = refill
        self._notices = notices
        self._clock = clock
        self._ask_restart = ask_restart
        self._began_as = self._place()

    def happened(self, succession: Succession) -> None:
        """A station has taken another's place."""
        self._move(succession)
        self._refill.plan(succession)
        if self._station.is_neighbour(succession.new):
            self._notices.tell_lists(succession.new, self._clock.now())
        if succession.new in self._station.path_of(self._station.station):
            self._tell_below(succession.new)
        if succession.new in (self._station.station, self._station.directory.parent_of(self._station.station)):
            self._store.after_commit(self._ask_restart)

    def catch_up(self) -> None:
        """Move what still stands under earlier numbers."""
        with self._store.transaction():
            for entry in self._station.directory.entries():
                if entry.successor is not None:
                    self._move(Succession(entry.station, self._station.current(entry.station)))

    def look_again(self) -> None:
        """The same for what another process of this station has learnt since, a command while the pages run."""
        self.catch_up()
        if self._place() != self._began_as:
            self._ask_restart()

    def _place(self) -> tuple[str, str | None]:
        """This station's number and its parent: both are read at the start."""
        me = self._station.station
        return self._station.current(me), self._station.directory.parent_of(me)

    def _tell_below(self, new: str) -> None:
        """Those below have the new station on their paths too, and may never meet it."""
        record = self._store.stations.get(new)
        digests = (record.sign_certificate, record.encrypt_certificate) if record else ()
        certificates = [self._station.trust.get(one) for one in digests if one is not None]
        for child in self._station.directory.children(self._station.station):
            self._notices.send_to(child, certificates, self._clock.now())

    def _move(self, succession: Succession) -> None:
        self._store.cases.move_holder(succession.old, succession.new)
        if succession.new != self._station.station:
            self._store.outbox.move_hop(succession.old, succession.new)
            self._store.enclosures.move_hop(succession.old, succession.new)
