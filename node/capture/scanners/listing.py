"""Which scanners there are: looked for in the background, since devices take their time, and remembered until somebody looks again."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from node.capture.scanners.values import Device, Way

GOOD_FOR_S = 300.0
"""So long a list is shown before the page looks again by itself."""
SOON_S = 1.0


@dataclass(frozen=True)
class Listing:
    """What is known; `is_looking` says that more may come. `has_local` is whether this machine can have scanners of its own."""

    devices: tuple[Device, ...]
    is_looking: bool
    has_local: bool


class ScannerList:
    """Looks for devices, one search at a time; `done` ends what a thread holds open."""

    def __init__(self, ways: Sequence[Way], has_local: Callable[[], bool], done: Callable[[], None]) -> None:
        self._ways = tuple(ways)
        self._has_local = has_local
        self._done = done
        self._guard = threading.Lock()
        self._found: dict[int, tuple[Device, ...]] = {}
        self._at: float | None = None
        self._waiting = 0
        self._is_asked_again = False
        self._threads: tuple[threading.Thread, ...] = ()

    def look(self, *, again: bool = False) -> None:
        """Begin to look, unless that was done a moment ago and is not asked for `again`. What is under way is done again afterwards."""
        with self._guard:
            is_fresh = self._at is not None and monotonic() - self._at < GOOD_FOR_S
            self._is_asked_again = self._waiting > 0 and (again or self._is_asked_again)
            if self._waiting or (is_fresh and not again):
                return
            self._at, self._waiting = monotonic(), len(self._ways)
            self._threads = tuple(threading.Thread(target=self._search, args=(place,), daemon=True) for place in range(len(self._ways)))
            for thread in self._threads:
                thread.start()

    def now(self) -> Listing:
        """What is known by now."""
        with self._guard:
            devices = tuple(one for place in sorted(self._found) for one in self._found[place])
            return Listing(devices, self._waiting > 0, self._has_local())

    def get(self, device_id: str) -> Device | None:
        """The device of this id, if it was found."""
        return next((one for one in self.now().devices if one.id == device_id), None)

    def wait(self, seconds: float = SOON_S) -> None:
        """Return when the search is over, or after about so many seconds."""
        until = monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))

    def _search(self, place: int) -> None:
        found: tuple[Device, ...] = ()
        try:
            found = tuple(self._ways[place].devices())
        finally:
            with self._guard:
                self._found[place] = found
                self._waiting -= 1
                again = self._waiting == 0 and self._is_asked_again
            self._done()
            if again:
                self.look(again=True)
