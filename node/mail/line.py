"""The line (线路) as people see it: whether the parent answers, what waits, how far our letters have come."""

from node.casework.views import LinkStatus
from node.config import Config
from node.station import Station
from node.store import Store


class Line:
    """What the strip on every page and `/api/v1/status` say."""

    def __init__(self, station: Station, store: Store, config: Config) -> None:
        self._station = station
        self._store = store
        self._has_parent = config.parent.url is not None

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
            last_heard=link.last_heard,
            queued=letters.get("queued", 0),
            handed_over=letters.get("handed_over", 0),
            stored=letters.get("stored", 0),
            arrived=letters.get("arrived", 0),
            set_aside=outcomes.get("set_aside", 0),
            bytes_waiting=waiting.size_bytes + self._store.enclosures.bytes_to_send(),
            oldest_waiting=waiting.oldest_since,
        )
