"""Children that open scans and draw pages, lent from one station to the next: each answers one question at a time and remembers nothing."""

import subprocess
from collections import defaultdict
from contextlib import suppress

from node.drawing.process import _CHILD as DRAWS
from node.scanning.child import ChildProcess
from node.scanning.intake import _CHILD as OPENS

LENT = (OPENS, DRAWS)
"""Only what a station itself starts; a child that a test has made up is its own."""
_free: dict[tuple[str, ...], list["subprocess.Popen[bytes]"]] = defaultdict(list)


class LentChild(ChildProcess):
    """Takes a child that is free before it starts one; at its close gives it back alive. One that broke or was too slow is ended."""

    def close(self) -> None:
        """Give the child back, if there is one and it is well."""
        with self._lock:
            self._stop_idling()
            child = self._child
            if child is not None and child.poll() is None and self._command in LENT:
                self._child = None
                _free[self._command].append(child)
            else:
                self._end()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None:
            # Stations ask at the same time: whether one is free is known when it has been taken.
            with suppress(IndexError):
                self._child = _free[self._command].pop()
        return super()._running()


def end_all() -> None:
    """End the children that are free."""
    for children in _free.values():
        while children:
            child = children.pop()
            child.kill()
            child.communicate()
