"""Chores (例行事务): small jobs that come round again, in `serve` by a thread of their own and once in `carry`."""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.clock import Clock

LOOK_EVERY_S = 5.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chore:
    """One job: its name, how long to leave it alone after it was done, and what it does at a given moment."""

    name: str
    every: timedelta
    run: Callable[[datetime], None]


class Chores:
    """Does each chore when its time has come. A chore that fails is logged and tried again next time; the others go on."""

    def __init__(self, chores: Sequence[Chore], clock: Clock) -> None:
        self._chores = chores
        self._clock = clock
        self._done_at: dict[str, datetime] = {}

    def run_due(self, *, all_of_them: bool = False, without: Collection[str] = ()) -> None:
        """Do what is due now, or everything; those named in `without` are left alone."""
        for chore in self._chores:
            if chore.name in without:
                continue
            now = self._clock.now()
            before = self._done_at.get(chore.name)
            # A clock that was set back must not put a chore off for years.
            if all_of_them or before is None or not timedelta() <= now - before < chore.every:
                self._done_at[chore.name] = now
                self._run(chore, now)

    def run_until(self, stop: threading.Event) -> None:
        """Look again and again until told to stop."""
        while not stop.is_set():
            self.run_due()
            stop.wait(LOOK_EVERY_S)

    @staticmethod
    def _run(chore: Chore, now: datetime) -> None:
        try:
            chore.run(now)
        except Exception as error:
            # No chore may end the thread: the next round may find what this one did not.
            log.error("chore %s failed: %s", chore.name, type(error).__name__)
