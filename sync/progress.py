"""What has come through, told to whoever asks: acknowledged bytes only, never what was merely written."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW_S = 60.0
MOST_NAMES = 10_000
LEAST_SPAN_S = 3.0


@dataclass(frozen=True)
class LineProgress:
    """How the line does now.

    `bytes_up` and `bytes_down` count since the program started; rates are acknowledged bytes a second over the last minute,
    breaks and waits included; `stretch_up` counts what went up since a carrying last ended with nothing in its way: breaks do not begin
    it anew. `in_flight_bytes` are on their way and count for nothing yet. `ended_why` is why the last carrying
    ended before its end (a `LinkDownError` code), None when it did not.
    """

    is_on: bool
    started_at: datetime | None
    acknowledged_at: datetime | None
    bytes_up: int
    bytes_down: int
    rate_up: float
    rate_down: float
    in_flight: int
    in_flight_bytes: int
    pieces_again: int
    bytes_again: int
    ended_why: str | None
    stretch_up: int = 0


@dataclass(frozen=True)
class _Step:
    at: datetime
    is_up: bool
    size_bytes: int


class Progress:
    """Kept in memory by the courier, read by pages from other threads."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._steps: deque[_Step] = deque()
        self._of: dict[tuple[str, bool], int] = {}
        self._total = {True: 0, False: 0}
        self._stretch_from = 0
        self._measured_from: datetime | None = None
        self._flying: dict[int, int] = {}
        self._next_ticket = 0
        self._again = (0, 0)
        self._started_at: datetime | None = None
        self._acknowledged_at: datetime | None = None
        self._is_on = False
        self._ended_why: str | None = None

    def trip_began(self) -> None:
        """A carrying begins."""
        with self._lock:
            self._is_on, self._started_at = True, self._now()
            if self._ended_why is None:
                # Nothing was left: what comes now is measured by itself, not thinned out by the idle time before.
                self._stretch_from, self._measured_from = self._total[True], self._started_at
                self._steps.clear()
            self._flying.clear()

    def trip_ended(self, why: str | None) -> None:
        """It ended; `why` when something ended it."""
        with self._lock:
            self._is_on, self._ended_why = False, why
            self._flying.clear()

    def sent(self, size_bytes: int) -> int:
        """So many bytes were given to the line; the ticket with which they land or are lost."""
        with self._lock:
            self._next_ticket += 1
            self._flying[self._next_ticket] = size_bytes
            return self._next_ticket

    def landed(self, ticket: int, enclosure_id: str | None, is_up: bool, size_bytes: int) -> None:
        """They were acknowledged: a piece of an enclosure, or letters."""
        with self._lock:
            self._flying.pop(ticket, None)
            now = self._now()
            self._acknowledged_at = now
            self._total[is_up] += size_bytes
            self._prune(now)
            if not self._steps:
                # Nothing came for a minute: a line that was dead is measured from the carrying that brings it back.
                self._measured_from = self._started_at
            self._steps.append(_Step(now, is_up, size_bytes))
            if enclosure_id is not None:
                self._set(enclosure_id, is_up, self._of.get((enclosure_id, is_up), 0) + size_bytes)

    def lost(self, ticket: int) -> None:
        """They were not: they go again."""
        with self._lock:
            size_bytes = self._flying.pop(ticket, None)
            if size_bytes:
                self._again = (self._again[0] + 1, self._again[1] + size_bytes)

    def known(self, enclosure_id: str, is_up: bool, size_bytes: int) -> None:
        """The other side has said how much of an enclosure it has, or our shelf has."""
        with self._lock:
            self._set(enclosure_id, is_up, size_bytes)

    def acknowledged(self, enclosure_id: str, is_up: bool = True) -> int:
        """Bytes of an enclosure that are known to be there; 0 when nothing is known since the program started."""
        with self._lock:
            return self._of.get((enclosure_id, is_up), 0)

    def knows_any(self) -> bool:
        """Whether anything is known of any enclosure."""
        return bool(self._of)

    def line(self) -> LineProgress:
        """How the line does now."""
        with self._lock:
            now = self._now()
            self._prune(now)
            return LineProgress(
                is_on=self._is_on,
                started_at=self._started_at,
                acknowledged_at=self._acknowledged_at,
                bytes_up=self._total[True],
                bytes_down=self._total[False],
                rate_up=self._rate(True, now),
                rate_down=self._rate(False, now),
                in_flight=len(self._flying),
                in_flight_bytes=sum(self._flying.values()),
                pieces_again=self._again[0],
                bytes_again=self._again[1],
                ended_why=self._ended_why,
                stretch_up=self._total[True] - self._stretch_from,
            )

    def seconds_left(self, bytes_left: int, is_up: bool = True) -> float | None:
        """An honest guess: what is left by the measured rate; None when nothing was acknowledged for a minute."""
        with self._lock:
            now = self._now()
            self._prune(now)
            rate = self._rate(is_up, now)
            return bytes_left / rate if rate > 0 else None

    def _rate(self, is_up: bool, now: datetime) -> float:
        """Bytes a second over the last minute, breaks included, or since it began to be measured if that is later."""
        came = sum(step.size_bytes for step in self._steps if step.is_up == is_up)
        span = WINDOW_S
        if self._measured_from is not None and self._measured_from <= now:
            span = min(WINDOW_S, max(LEAST_SPAN_S, (now - self._measured_from).total_seconds()))
        return came / span

    def _prune(self, now: datetime) -> None:
        # A clock that was set back leaves steps of the future; they say nothing of the last minute.
        oldest = now - timedelta(seconds=WINDOW_S)
        while self._steps and not oldest <= self._steps[0].at <= now:
            self._steps.popleft()

    def _set(self, enclosure_id: str, is_up: bool, size_bytes: int) -> None:
        key = (enclosure_id, is_up)
        if key not in self._of and len(self._of) >= MOST_NAMES:
            del self._of[next(iter(self._of))]
        self._of[key] = size_bytes
