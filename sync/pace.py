"""How fast the line may carry: people's word on it, and a bucket that keeps pieces to it."""

from collections.abc import Callable
from datetime import datetime

from sync.boxes import Pace

LONGEST_LOOK_S = 5.0
"""A clock that was set on does not pay for what was carried."""

AHEAD_S = 2.0
"""So many seconds' worth may be on its way at once: more would be a wave, not a pace."""


class FullPace:
    """No limits: what a station has whose people have said nothing. Implements `Pace`."""

    def max_bytes_s(self) -> int | None:
        """No cap."""
        return None

    def scans_may_go(self) -> bool:
        """Always."""
        return True

    def is_paused(self) -> bool:
        """Never."""
        return False


class Bucket:
    """Counts what goes over the line, and says when a piece may follow. Everything counts; only pieces wait."""

    def __init__(self, pace: Pace, now: Callable[[], datetime]) -> None:
        self._pace = pace
        self._now = now
        self._looked_at = now()
        self._debt = 0.0

    def may_pass(self) -> bool:
        """Whether a piece may go now: what went before it has been paid for in time. Asked anew, a new cap counts at once."""
        cap, now = self._pace.max_bytes_s(), self._now()
        passed_s = min(LONGEST_LOOK_S, max(0.0, (now - self._looked_at).total_seconds()))
        self._looked_at = now
        self._debt = 0.0 if cap is None else max(0.0, self._debt - passed_s * cap)
        return self._debt <= 0

    def count(self, size_bytes: int) -> None:
        """So many bytes go, or came, over the line."""
        if self._pace.max_bytes_s() is not None:
            self._debt += size_bytes

    def most_bytes(self, size_bytes: int, least: int) -> int:
        """A piece of about this size under the cap, but never below `least`."""
        cap = self._pace.max_bytes_s()
        return size_bytes if cap is None else min(size_bytes, max(least, int(cap * AHEAD_S)))
