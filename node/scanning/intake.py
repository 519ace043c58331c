"""Intake (影像入库): files become clean pages, in a child process that is killed when it takes too long.

The node's own memory stays small, and a file that crashes a decoder crashes only the child.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from node.documents.layout import QrCode
from node.errors import MaterialError
from node.scanning.child import ChildProcess
from node.scanning.limits import IDLE_S, TIMEOUT_S
from node.scanning.magic import kind_of

_CHILD = (sys.executable, "-m", "node.scanning.worker")


@dataclass(frozen=True)
class Cleaned:
    """One material page, or one PDF of several, made anew from its pixels.

    `kind` is `image/jpeg` or `application/pdf`. `preview_webp` is at most 14 KB and shows the first page. `width` and
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
        self._child = ChildProcess(command, timeout_s, idle_s, _error)

    def clean(self, data: bytes) -> Cleaned:
        """The file decoded and encoded anew.

        Raises:
            MaterialError: it cannot be kept: `empty`, `too_large`, `unknown_kind`, `too_many_pixels`, `damaged`,
                `locked_pdf`, `too_many_pages` or `too_slow`.
        """
        kind_of(data)  # what is refused by its first bytes never reaches a decoder
        facts, (cleaned, preview) = self._child.ask({"do": "clean"}, data)
        return Cleaned(
            kind=facts["kind"], data=cleaned, preview_webp=preview, width=facts["width"], height=facts["height"],
            pages=facts["pages"], warnings=tuple(facts["warnings"]),
        )  # fmt: skip

    def page_image(self, pdf: bytes, number: int) -> bytes:
        """Page `number` (from 1) of a cleaned PDF as a JPEG.

        Raises:
            MaterialError: `damaged` or `no_such_page`.
        """
        return self._child.ask({"do": "page_image", "page": number}, pdf)[1][0]

    def page_count(self, pdf: bytes) -> int:
        """How many pages a cleaned PDF has.

        Raises:
            MaterialError: `damaged`.
        """
        return int(self._child.ask({"do": "page_count"}, pdf)[0]["pages"])

    def qr(self, text: str) -> QrCode:
        """The QR code of `text`."""
        made, _ = self._child.ask({"do": "qr", "text": text}, b"")
        return QrCode(made["size"], tuple((x, y, length) for x, y, length in made["runs"]))

    def codes(self, data: bytes) -> tuple[str, ...]:
        """The texts of the QR codes on a picture or a PDF, each once; empty where none can be read.

        Raises:
            MaterialError: as of `clean`.
        """
        kind_of(data)
        return tuple(text.decode() for text in self._child.ask({"do": "codes"}, data)[1])

    def close(self) -> None:
        """End the child, if there is one."""
        self._child.close()


def _error(code: str, facts: Mapping[str, Any]) -> MaterialError:
    return MaterialError(code, **facts)
