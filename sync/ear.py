"""Listening for the parent's bell: a call that waits at its door, so that what comes for this station is fetched at once."""

import threading
from collections.abc import Callable

from sync.caller import Caller
from sync.errors import DoorError, LinkDownError

WAIT_S = 50.0
"""Below the minute after which cheap routers forget a connection that says nothing."""

DEAF_S = 60.0
"""After a bell that could not be used, or rang for nothing, the parent is asked every few seconds instead, for so long."""


class Ear:
    """One call at a time, in a thread of its own, beside whatever else goes over the line.

    `heard` is told in the thread that listens, `ring` at once in the other one, when there is something to look after.
    """

    def __init__(self, caller: Caller, heard: Callable[[], None], ring: Callable[[], None] = lambda: None) -> None:
        self._caller = caller
        self._heard = heard
        self._ring = ring
        self._thread: threading.Thread | None = None
        self._outcome: bool | None = None
        self._is_over = False
        self._deaf_s = 0.0
        self._rang = False

    def listen(self, passed_s: float) -> bool | None:
        """Called again and again: None while the call waits (it is made when none does), True when somebody should go and look.

        False means that there is no bell to wait for: ask now and then. `passed_s` is the time since the last time.
        """
        self._deaf_s = max(0.0, self._deaf_s - passed_s)
        if self._thread is not None:
            if not self._is_over:
                return None
            self._thread = None
            if self._outcome is not None:
                self._heard()
            if self._outcome is not False:
                self._rang = self._outcome is True
                # A line that broke is looked at once; then the bell is left alone for a while.
                self._deaf_s = 0.0 if self._rang else DEAF_S
                return True
        if self._deaf_s > 0 or not self._caller.has_bell():
            return False
        self._outcome, self._is_over = None, False
        self._thread = threading.Thread(target=self._wait, name="courier-ear", daemon=True)
        self._thread.start()
        return None

    def carried(self, *, moved: bool) -> None:
        """What came of looking. A bell that rings for nothing would ring again at once."""
        if self._rang and not moved:
            self._deaf_s = DEAF_S
        self._rang = False

    def _wait(self) -> None:
        try:
            self._outcome = self._caller.bell(WAIT_S)
        except (LinkDownError, DoorError):
            self._outcome = None
        self._is_over = True
        if self._outcome is not False:
            self._ring()
