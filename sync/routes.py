"""Which way a parcel goes: the stations (站点) of a county as a tree, and the next hop towards each reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MAX_STEPS = 64
"""A directory with a longer path or a longer chain of successors is a mistake; walking stops there."""


@dataclass(frozen=True)
class StationEntry:
    """A station as the directory knows it.

    `tier` is `county`, `township` or `village`; `parent` is None for the county; `successor` is the station id that took its
    place when it was restored or replaced.
    """

    station: str
    name: str
    tier: str
    parent: str | None = None
    successor: str | None = None


class Directory:
    """The stations that are known here. A value: make a new one when something changes."""

    def __init__(self, entries: Iterable[StationEntry]) -> None:
        self._entries: Mapping[str, StationEntry] = {entry.station: entry for entry in entries}
        self._paths: dict[str, tuple[str, ...]] = {}

    def __contains__(self, station: object) -> bool:
        return station in self._entries

    def entry(self, station: str) -> StationEntry | None:
        """What is known of a station."""
        return self._entries.get(station)

    def entries(self) -> tuple[StationEntry, ...]:
        """All of them, by id."""
        return tuple(sorted(self._entries.values(), key=lambda entry: entry.station))

    def current(self, station: str) -> str:
        """The station that stands in this one's place today: itself, or its last known successor."""
        for _ in range(MAX_STEPS):
            entry = self._entries.get(station)
            if entry is None or entry.successor is None:
                return station
            station = entry.successor
        return station

    def parent_of(self, station: str) -> str | None:
        """The station above, as it is today; None for the county and for the unknown."""
        entry = self._entries.get(self.current(station))
        return None if entry is None or entry.parent is None else self.current(entry.parent)

    def path_of(self, station: str) -> tuple[str, ...]:
        """The stations from this one (as it is today) up to the county; empty when it is unknown."""
        known = self._paths.get(station)
        if known is not None:
            return known
        at: str | None = self.current(station)
        path: list[str] = []
        while at is not None and at in self._entries and at not in path and len(path) < MAX_STEPS:
            path.append(at)
            at = self.parent_of(at)
        if station in self._entries:
            self._paths[station] = tuple(path)
        return tuple(path)

    def children(self, station: str) -> tuple[str, ...]:
        """The stations right below that stand today."""
        here = self.current(station)
        below = (entry.station for entry in self._entries.values() if entry.successor is None)
        return tuple(sorted(child for child in below if self.parent_of(child) == here))

    def next_hop(self, reader: str, me: str) -> str | None:
        """The neighbour that is one step nearer to `reader`; None when it is `me`, or when no way is known.

        What is not known to be below goes up: the parent knows more.
        """
        here, there = self.current(me), self.current(reader)
        if here == there:
            return None
        path = self.path_of(there)
        if here in path:
            return path[path.index(here) - 1]
        return self.parent_of(here)

    def next_hops(self, readers: Iterable[str], me: str, came_from: str | None = None) -> dict[str, list[str]]:
        """Readers by the neighbour to pass the parcel to; without `me`, and never back to `came_from`."""
        back = None if came_from is None else self.current(came_from)
        hops: dict[str, list[str]] = {}
        for reader in readers:
            hop = self.next_hop(reader, me)
            if hop is not None and hop != back:
                hops.setdefault(hop, []).append(reader)
        return hops

    def ways(self, readers: Iterable[str], maker: str, me: str, came_from: str | None = None) -> dict[str, list[str]]:
        """The next hops that can judge what `maker` made, for a station that only passes it on: elsewhere it would lie for ever."""
        hops = self.next_hops(readers, me, came_from)
        able = {hop: [one for one in behind if self._can_judge(hop, maker, one)] for hop, behind in hops.items()}
        return {hop: behind for hop, behind in able.items() if behind}

    def _can_judge(self, hop: str, maker: str, reader: str) -> bool:
        """A station knows those below it and those above; but of those above only what goes down: upward it would come back to them."""
        made_by = self.current(maker)
        if hop in self.path_of(made_by)[1:]:
            return True
        return made_by in self.path_of(hop)[1:] and hop in self.path_of(reader)

    def is_for(self, readers: Iterable[str], me: str) -> bool:
        """Whether `me`, or a station whose place `me` took, is among the readers."""
        here = self.current(me)
        return any(self.current(reader) == here for reader in readers)
