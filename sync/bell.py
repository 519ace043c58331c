"""The bell at the peers' door: callers wait there, and are told at once when something has come for them."""

import threading
from collections.abc import Callable
from time import monotonic

from sync.errors import DoorError

LONGEST_S = 60.0
LOOK_S = 5.0
"""What another process of this station queues rings no bell here: it is looked for so often."""


class Bell:
    """So many callers may wait at once, one call of each station; the rest has to come by and ask.

    A wait holds a thread and no connection to the database between two looks.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._changed = threading.Condition()
        self._rings = 0
        self._is_closed = False
        self._waiting: dict[str, object] = {}

    def ring(self) -> None:
        """Something was queued for somebody."""
        with self._changed:
            self._rings += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Send everybody away: the station stops."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def wait(self, station: str, is_due: Callable[[], bool], wait_s: float) -> bool:
        """Whether something is due, as soon as it is, and after `wait_s` at the latest. A later call of the same station ends this one.

        Raises:
            DoorError: `busy`, all places are taken.
        """
        mine = object()
        until = monotonic() + min(wait_s, LONGEST_S)
        with self._changed:
            if station not in self._waiting and len(self._waiting) >= self.places:
                raise DoorError("busy")
            self._waiting[station] = mine
            self._changed.notify_all()
        try:
            return self._wait(station, mine, is_due, until)
        finally:
            with self._changed:
                if self._waiting.get(station) is mine:
                    del self._waiting[station]

    def _wait(self, station: str, mine: object, is_due: Callable[[], bool], until: float) -> bool:
        while True:
            with self._changed:
                heard = self._rings
            if is_due():
                return True
            with self._changed:
                while self._rings == heard and self._stays(station, mine) and (left := until - monotonic()) > 0:
                    if not self._changed.wait(min(LOOK_S, left)):
                        break
                is_over = not self._stays(station, mine) or monotonic() >= until
            if is_over:
                return is_due()

    def _stays(self, station: str, mine: object) -> bool:
        return not self._is_closed and self._waiting.get(station) is mine
