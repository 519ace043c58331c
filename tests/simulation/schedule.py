"""What happens when: one heap of events, one time for the whole world, and clocks that may go wrong by themselves."""

import hashlib
import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class EventLog:
    """What happened, line by line; its digest says whether two runs were the same."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, at_s: float, who: str, what: str) -> None:
        """One line more."""
        self.lines.append(f"{at_s:10.2f} {who:10} {what}")

    def digest(self) -> str:
        """The digest of all lines."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()


class Schedule:
    """The heap. Events of one moment come in the order in which they were put in."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._count = 0
        self._heap: list[tuple[float, int, Callable[[], None]]] = []

    def at(self, at_s: float, run: Callable[[], None]) -> None:
        """Let something happen at a moment; one that is past comes next."""
        self._count += 1
        heapq.heappush(self._heap, (at_s, self._count, run))

    def after(self, seconds: float, run: Callable[[], None]) -> None:
        """Let something happen so much later."""
        self.at(self.now_s + seconds, run)

    def step(self) -> bool:
        """The next event; False when there is none. What it runs may take time itself."""
        if not self._heap:
            return False
        at_s, _, run = heapq.heappop(self._heap)
        self.now_s = max(self.now_s, at_s)
        run()
        return True

    def pass_time(self, seconds: float) -> None:
        """Time goes on while a call is made."""
        self.now_s += seconds


class StationClock:
    """A station's clock: the world's time, set wrong by `wrong_by`."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        """What the clock shows."""
        return START + timedelta(seconds=self._schedule.now_s) + self.wrong_by
