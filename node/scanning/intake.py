"""Intake (影像入库): files become clean pages, in a child process that is killed when it takes too long.

The node's own memory stays small, and a file that crashes a decoder crashes only the child.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from node.errors import MaterialError
from node.scanning.limits import IDLE_S, TIMEOUT_S
from node.scanning.magic import kind_of
from node.scanning.wire import read_message, write_message
from node.slips import QrCode

_CHILD = (sys.executable, "-m", "node.scanning.worker")
_NO_WINDOW = int(getattr(subprocess, "CREATE_NO_WINDOW", 0))  # Windows would flash a console


@dataclass(frozen=True)
class Cleaned:
    """One material page, or one PDF of several, made anew from its pixels.

    `kind` is `image/jpeg` or `application/pdf`. `preview_webp` is at most 15 KB and shows the first page. `width` and
    `height` are pixels of the (first) page. `warnings` are codes: `low_resolution`, `first_page_only`, `many_bytes`.
    """

    kind: str
    data: bytes
    preview_webp: bytes
    width: int
    height: int
    pages: int
    warnings: tuple[str, ...] = ()


class IntakeProcess:
    """Work for a child process, one piece at a time; the child starts when needed and goes when idle."""

    def __init__(self, timeout_s: float = TIMEOUT_S, idle_s: float = IDLE_S, command: tuple[str, ...] = _CHILD) -> None:
        self._timeout_s = timeout_s
        self._idle_s = idle_s
        self._command = command
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._idle: threading.Timer | None = None

    def clean(self, data: bytes) -> Cleaned:
        """The file decoded and encoded anew.

        Raises:
            MaterialError: it cannot be kept: `empty`, `too_large`, `unknown_kind`, `too_many_pixels`, `damaged`,
                `locked_pdf`, `too_many_pages` or `too_slow`.
        """
        kind_of(data)  # what is refused by its first bytes never reaches a decoder
        facts, (cleaned, preview) = self._ask({"do": "clean"}, data)
        return Cleaned(
            kind=facts["kind"], data=cleaned, preview_webp=preview, width=facts["width"], height=facts["height"],
            pages=facts["pages"], warnings=tuple(facts["warnings"]),
        )  # fmt: skip

    def page_image(self, pdf: bytes, number: int) -> bytes:
        """Page `number` (from 1) of a cleaned PDF as a JPEG.

        Raises:
            MaterialError: `damaged` or `no_such_page`.
        """
        return self._ask({"do": "page_image", "page": number}, pdf)[1][0]

    def page_count(self, pdf: bytes) -> int:
        """How many pages a cleaned PDF has.

        Raises:
            MaterialError: `damaged`.
        """
        return int(self._ask({"do": "page_count"}, pdf)[0]["pages"])

    def qr(self, text: str) -> QrCode:
        """The QR code of `text`."""
        made, _ = self._ask({"do": "qr", "text": text}, b"")
        return QrCode(made["size"], tuple((x, y, length) for x, y, length in made["runs"]))

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._stop_idling()
            self._end_child()

    def _ask(self, head: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
        with self._lock:
            self._stop_idling()
            reply = self._exchange(head, data)
            self._wait_idle()
        answer, pieces = reply
        if "error" in answer:
            raise MaterialError(answer["error"], **answer["facts"])
        return cast(dict[str, Any], answer["ok"]), pieces

    def _exchange(self, head: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
        """One question and its answer.

        Raises:
            MaterialError: `too_slow` when the child was killed for its slowness, `damaged` when it broke by itself.
        """
        child = self._running()
        overrun = threading.Event()

        def too_late() -> None:
            overrun.set()
            child.kill()

        alarm = _timer(self._timeout_s, too_late)
        try:
            assert child.stdin is not None and child.stdout is not None
            write_message(cast(Any, child.stdin), head, data)
            reply = read_message(cast(Any, child.stdout))
        except (OSError, ValueError) as error:
            self._end_child()
            raise MaterialError("too_slow" if overrun.is_set() else "damaged") from error
        finally:
            alarm.cancel()
        if reply is None:
            self._end_child()
            raise MaterialError("too_slow" if overrun.is_set() else "damaged")
        return reply

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self._end_child()
            root = str(Path(__file__).resolve().parents[2])
            paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}, creationflags=_NO_WINDOW,
            )  # fmt: skip
        return self._child

    def _end_child(self) -> None:
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
