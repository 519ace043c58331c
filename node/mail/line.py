"""The line (线路) as people see it: whether the parent answers, what waits, how far our letters have come."""

from collections.abc import Callable
from datetime import datetime

from node.casework.views import LinkStatus
from node.clock import Clock
from node.config import Config
from node.station import Station
from node.store import Store


class Line:
    """What the strip on every page and `/api/v1/status` say."""

    def __init__(self, station: Station, store: Store, config: Config, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._clock = clock
        self._has_parent = config.parent.url is not None
        self._begun: Callable[[], int] = lambda: 0

    def follow(self, begun: Callable[[], int]) -> None:
        """Take off what the parent has acknowledged of files that are not whole there."""
        self._begun = begun

    def last_word(self) -> datetime | None:
        """When the station above was heard of last: over the line, or by a receipt of its own that came on a stick or on paper."""
        parent = self._station.directory.parent_of(self._station.station)
        receipt = self._store.receipts.last(parent) if parent else None
        # A receipt says when it was signed; one of a clock that is ahead of ours says nothing.
        signed = receipt.at if receipt is not None and receipt.at <= self._clock.now() else None
        return max(filter(None, (self._store.link.state().last_heard, signed)), default=None)

    def status(self) -> LinkStatus:
        """The line upward, and what waits."""
        link = self._store.link.state()
        waiting = self._store.outbox.waiting()
        letters = self._store.letters.furthest(self._station.numbers)
        outcomes = self._store.letters.outcomes()
        return LinkStatus(
            station=self._station.station,
            station_name=self._station.name,
            tier=self._station.tier.value,
            link=link.state if self._has_parent else "none",
            since=link.since,
            last_heard=self.last_word(),
            queued=letters.get("queued", 0),
            handed_over=letters.get("handed_over", 0),
            stored=letters.get("stored", 0),
            arrived=letters.get("arrived", 0),
            set_aside=outcomes.get("set_aside", 0),
            bytes_waiting=max(0, waiting.size_bytes + self._store.enclosures.bytes_to_send() - self._begun()),
            oldest_waiting=waiting.oldest_since,
        )
