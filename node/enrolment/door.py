"""The door for those who are no station yet: takes a request from the network, and never says more than a code."""

import threading
from collections import deque
from datetime import datetime, timedelta

from node.clock import Clock
from node.enrolment.registrar import Registrar, Taken
from node.errors import EnrolmentError

WINDOW = timedelta(minutes=1)
MOST_OF_ONE, MOST_OF_ALL = 60, 1200
"""Calls a minute, from one address and together; a station that waits asks six times."""


class Turns:
    """Counts calls of the last minute, of each caller and of all. What it remembers is bounded by what it lets in."""

    def __init__(self, clock: Clock, most_of_one: int = MOST_OF_ONE, most_of_all: int = MOST_OF_ALL) -> None:
        self._clock = clock
        self._most_of_one = most_of_one
        self._most_of_all = most_of_all
        self._lock = threading.Lock()
        self._calls: deque[tuple[datetime, str]] = deque()
        self._counts: dict[str, int] = {}

    def take(self, caller: str) -> bool:
        """Whether the caller may come in now; counts it when it may."""
        with self._lock:
            now = self._clock.now()
            self._forget(now)
            if len(self._calls) >= self._most_of_all or self._counts.get(caller, 0) >= self._most_of_one:
                return False
            self._calls.append((now, caller))
            self._counts[caller] = self._counts.get(caller, 0) + 1
            return True

    def _forget(self, now: datetime) -> None:
        # A clock that was set back forgets too: nobody is shut out for as long as it was wrong.
        while self._calls and not timedelta() <= now - self._calls[0][0] < WINDOW:
            _, caller = self._calls.popleft()
            self._counts[caller] -= 1
            if not self._counts[caller]:
                del self._counts[caller]


class EnrolDoor:
    """Takes requests in, so many a minute."""

    def __init__(self, registrar: Registrar, turns: Turns) -> None:
        self._registrar = registrar
        self._turns = turns

    def enrol(self, caller: str, body: bytes) -> Taken:
        """Take a request (not trusted) of a caller, named by its address.

        Raises:
            EnrolmentError: `busy`, too many calls; or what `Registrar.take` raises.
            NotAllowedError, SigningError, StoreError: as `Registrar.take`.
        """
        if not self._turns.take(caller):
            raise EnrolmentError("busy")
        return self._registrar.take(body)
