"""Knocking at the door now and then during a long wait, to notice when the line comes back."""

import threading
from collections.abc import Callable

PROBE_S = 3.0


class Probe:
    """Knocks in a thread of its own, since a knock at a dead line takes seconds.

    Only a change counts: a door that can be reached all the time, and fails all the same, is no reason to hurry.
    """

    def __init__(self, is_reachable: Callable[[], bool], was_reachable: bool, every_s: float = PROBE_S) -> None:
        self._is_reachable = is_reachable
        self._was_reachable = was_reachable
        self._every_s = every_s
        self._next_at = every_s
        self._thread: threading.Thread | None = None
        self._found: list[bool] = []

    def has_come_back(self, waited_s: float) -> bool:
        """Whether the door could not be reached before and can be now; knocks when it is time. To be asked again and again."""
        if self._thread is not None and not self._thread.is_alive():
            self._thread = None
            found = self._found.pop()
            if found and not self._was_reachable:
                return True
            self._was_reachable = found
        if self._thread is None and waited_s >= self._next_at:
            self._next_at = waited_s + self._every_s
            self._thread = threading.Thread(target=self._knock, name="courier-probe", daemon=True)
            self._thread.start()
        return False

    def _knock(self) -> None:
        self._found.append(self._is_reachable())
