"""Keeps a station running: starts it, starts it again, and tries a staged version with a way back. Run by the service.

`python -m node.upkeep.keeper ROOT`, standard library only, so that no package of a new version can keep it from going back.

The order of an update, each step safe to begin again after a power cut:
1. the station has ended; its database is copied beside;
2. the new version puts the station together once, with no door open and no line (`check-start`): nothing can be acknowledged yet;
3. it serves; `/healthz` must answer within a minute; then, and only then, `current` names it;
4. otherwise the version before goes on. Where it cannot read the database any more, the copy is put back, but only while nothing
   was written since step 2: what was acknowledged is never taken back.
"""

import json
import logging
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from node.clock import Clock, SystemClock, to_text
from node.upkeep.database_copy import DatabaseCopy
from node.upkeep.processes import Child, SystemProcesses
from node.upkeep.versions import Entry, Staged, Versions

RESTART_CODE = 75
HEALTHY_WITHIN_S = 60.0
LOOK_EVERY_S = 0.5
LONGEST_PAUSE_S = 60.0
STEADY_S = 600.0
MOST_TRIES = 2
log = logging.getLogger(__name__)


class Processes(Protocol):
    """Programs of a version: real ones, or those of a test."""

    def check_start(self, name: str) -> bool:
        """Whether a version can put the station together."""
        ...

    def serve(self, name: str) -> Child:
        """Start a version's station."""
        ...

    def is_healthy(self) -> bool:
        """Whether the station answers."""
        ...


class Keeper:
    """Keeps the station of one installation running until told to stop."""

    def __init__(
        self,
        versions: Versions,
        copies: DatabaseCopy,
        processes: Processes,
        clock: Clock,
        stop: threading.Event,
        healthy_within_s: float = HEALTHY_WITHIN_S,
    ) -> None:
        self._versions = versions
        self._copies = copies
        self._processes = processes
        self._clock = clock
        self._stop = stop
        self._healthy_within_s = healthy_within_s
        self._failures = 0

    def run(self) -> int:
        """Until told to stop; the exit code."""
        while not self._stop.is_set():
            child = self._next()
            if child is None:
                return 2
            started = self._clock.now()
            code = self._watch(child)
            if code is None:
                return 0
            steady = (self._clock.now() - started).total_seconds() > STEADY_S
            self._failures = 0 if code == RESTART_CODE or steady else self._failures + 1
            if self._failures:
                log.error("the station ended with code %s; it is started again in %s s", code, self.pause_s)
                self._stop.wait(self.pause_s)
        return 0

    @property
    def pause_s(self) -> float:
        """How long to wait before the next start: longer after each failure."""
        return min(2.0 ** (self._failures - 1), LONGEST_PAUSE_S)

    def _next(self) -> Child | None:
        """The station, started: a staged version if it proves itself, else the one in use."""
        staged = self._versions.staged()
        child = None if staged is None else self._update(staged)
        name = self._versions.current()
        if child is None and name is None:
            log.error("nothing is installed")
        return child if child is not None or name is None else self._processes.serve(name)

    def _watch(self, child: Child) -> int | None:
        """The exit code of the station, ended also for what was staged; None when it was stopped because we are told to stop."""
        while (code := child.wait(LOOK_EVERY_S)) is None:
            if self._stop.is_set():
                child.stop()
                return None
            if self._versions.staged() is not None:
                child.stop()
                return RESTART_CODE
        return None if self._stop.is_set() else code

    def _update(self, staged: Staged) -> Child | None:
        """Try a staged version; the running station if it proved itself."""
        if self._versions.current() == staged.name:
            # It proved itself, and the power went before that was written down.
            self._applied(staged)
            return None
        if not staged.going_back and staged.tries >= MOST_TRIES:
            staged = self._fails(staged, "interrupted", may_restore=not staged.served)
        if staged.going_back:
            self._go_back(staged)
            return None
        return self._try(self._versions.stage(replace(staged, tries=staged.tries + 1)))

    def _try(self, staged: Staged) -> Child | None:
        if staged.tries == 1:
            # A copy from an earlier trial of the same version is older than what was acknowledged since.
            self._copies.forget(staged.name)
        try:
            self._copies.save(staged.name)
        except OSError as error:
            log.error("the database could not be copied: %s", error)
            self._end(staged, "undone", "no_copy")
            return None
        if not self._processes.check_start(staged.name):
            self._go_back(self._fails(staged, "check_start", may_restore=not staged.served))
            return None
        untouched = None if staged.served else self._copies.mark()
        staged = self._versions.stage(replace(staged, served=True))
        child = self._processes.serve(staged.name)
        if self._becomes_healthy(child):
            self._applied(staged)
            return child
        child.stop()
        if not self._stop.is_set():
            self._go_back(self._fails(staged, "unhealthy", may_restore=self._copies.mark() == untouched))
        return None

    def _fails(self, staged: Staged, why: str, *, may_restore: bool) -> Staged:
        return self._versions.stage(replace(staged, going_back=why, may_restore=may_restore))

    def _becomes_healthy(self, child: Child) -> bool:
        waited = 0.0
        while waited < self._healthy_within_s and not self._stop.is_set() and child.wait(LOOK_EVERY_S) is None:
            if self._processes.is_healthy():
                return True
            waited += LOOK_EVERY_S
        return False

    def _applied(self, staged: Staged) -> None:
        before = self._versions.current()
        self._versions.use(staged.name)
        self._end(staged, "applied", "")
        self._versions.prune(staged.name, before or staged.name)

    def _go_back(self, staged: Staged) -> None:
        """The version before goes on; with the copy of the database where it needs that and nothing is lost by it."""
        before = self._versions.current()
        if not staged.restoring and (before is None or self._processes.check_start(before)):
            self._end(staged, "undone", staged.going_back)
            return
        if staged.may_restore:
            # Written down first: a database that is half put back must not be opened.
            staged = self._versions.stage(replace(staged, restoring=True))
            if self._copies.restore(staged.name):
                self._end(staged, "undone", staged.going_back)
                return
        # The new one has written what the one before cannot read. It stays, and is started again with growing pauses.
        self._versions.use(staged.name)
        self._end(staged, "kept_unhealthy", staged.going_back)

    def _end(self, staged: Staged, result: str, why: str) -> None:
        log.log(logging.INFO if result == "applied" else logging.ERROR, "update to %s: %s %s", staged.name, result, why)
        self._versions.note(Entry(staged.version, staged.sequence, to_text(self._clock.now()), result, why))
        self._versions.unstage()
        if result == "undone":
            self._versions.discard(staged.name)
        self._copies.forget_others(staged.name)


def main(arguments: list[str], listen: Callable[[threading.Event], None] | None = None) -> int:
    """Keep the station of the installation in `arguments[0]` running, until SIGTERM or Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    versions, stop = Versions(Path(arguments[0])), threading.Event()
    (listen or _listen)(stop)
    try:
        copies = DatabaseCopy(versions.station, versions.before)
        return Keeper(versions, copies, SystemProcesses(versions), SystemClock(), stop).run()
    except (OSError, json.JSONDecodeError) as error:
        log.error("the folder of the installation cannot be used: %s", error)
        return 2


def _listen(stop: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
