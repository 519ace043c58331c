"""A child process that is asked one thing at a time, started when needed, ended when idle, killed when it takes too long."""

import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from node.scanning.wire import read_message, write_message

_NO_WINDOW = int(getattr(subprocess, "CREATE_NO_WINDOW", 0))  # Windows would flash a console
_ROOT = str(Path(__file__).resolve().parents[2])


class ChildProcess:
    """Runs `command` with a pipe each way; `error` makes the exception for a code and its facts.

    The codes of its own are `too_slow` when the child was killed for its slowness, and `damaged` when it broke by itself.
    """

    def __init__(
        self, command: tuple[str, ...], timeout_s: float, idle_s: float, error: Callable[[str, Mapping[str, Any]], Exception]
    ) -> None:
        self._command = command
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._error = error
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._idle: threading.Timer | None = None

    def ask(self, head: Mapping[str, Any], *pieces: bytes) -> tuple[dict[str, Any], list[bytes]]:
        """The answer to one question.

        Raises:
            Exception: what `error` makes of the child's code, of `too_slow`, or of `damaged`.
        """
        with self._lock:
            self._stop_idling()
            answer, made = self._exchange(head, pieces)
            self._wait_idle()
        if "error" in answer:
            raise self._error(answer["error"], answer["facts"])
        return cast(dict[str, Any], answer["ok"]), made

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._stop_idling()
            self._end()

    def _exchange(self, head: Mapping[str, Any], pieces: tuple[bytes, ...]) -> tuple[dict[str, Any], list[bytes]]:
        child = self._running()
        overrun = threading.Event()

        def too_late() -> None:
            overrun.set()
            child.kill()

        alarm = _timer(self._timeout_s, too_late)
        try:
            assert child.stdin is not None and child.stdout is not None
            write_message(cast(Any, child.stdin), head, *pieces)
            reply = read_message(cast(Any, child.stdout))
        except (OSError, ValueError) as error:
            self._end()
            raise self._error("too_slow" if overrun.is_set() else "damaged", {}) from error
        finally:
            alarm.cancel()
        if reply is None:
            self._end()
            raise self._error("too_slow" if overrun.is_set() else "damaged", {})
        return reply

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self._end()
            paths = [_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}, creationflags=_NO_WINDOW,
            )  # fmt: skip
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was still to be written no longer matters

    def _wait_idle(self) -> None:
        self._idle = _timer(self._idle_s, self.close)

    def _stop_idling(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None


def _timer(after_s: float, act: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(after_s, act)
    timer.daemon = True
    timer.start()
    return timer
