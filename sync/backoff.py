"""When to try again after a failure: jittered, doubling, capped; and what to leave alone for a while. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta

FIRST_S = 1.0
CAP_S = 60.0


def delay_s(failures: int, chance: float, first_s: float = FIRST_S, cap_s: float = CAP_S) -> float:
    """Seconds to wait after so many failures in a row: 0 after none, then 1, 2, 4 … 60, each shortened by up to half.

    `chance` is from 0 up to 1; it keeps stations that lost the same parent from all returning at once.
    """
    if failures <= 0:
        return 0.0
    whole = min(cap_s, first_s * 2.0 ** min(failures - 1, 30))
    return whole * (0.5 + chance / 2)


class Later:
    """Names to leave alone until a time that doubles with each refusal. Kept in memory only, and bounded."""

    def __init__(self, now: Callable[[], datetime], first_s: float = 30.0, cap_s: float = 3600.0, most: int = 10_000) -> None:
        self._now = now
        self._first_s = first_s
        self._cap_s = cap_s
        self._most = most
        self._until: dict[str, tuple[datetime, int]] = {}

    def __len__(self) -> int:
        return len(self._until)

    def postpone(self, name: str) -> None:
        """Leave it alone for a while; longer than last time."""
        times = self._until.pop(name, (None, 0))[1] + 1
        if len(self._until) >= self._most:
            del self._until[next(iter(self._until))]
        self._until[name] = (self._now() + timedelta(seconds=delay_s(times, 1.0, self._first_s, self._cap_s)), times)

    def ready(self, name: str) -> bool:
        """Whether it need not be left alone now."""
        found = self._until.get(name)
        if found is None:
            return True
        now, (until, _) = self._now(), found
        # A clock that was set back must not hold a name for years.
        return now >= until or (until - now).total_seconds() > self._cap_s

    def forget(self, name: str) -> None:
        """It went well, or something changed: no more waiting, and the next wait is a first one."""
        self._until.pop(name, None)

    def forget_all(self) -> None:
        """A person wants everything to be tried now."""
        self._until.clear()
