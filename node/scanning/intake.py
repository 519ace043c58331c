"""Intake (影像入库): files become clean pages, in a child process that is killed when it takes too long.

The node's own memory stays small, and a file that crashes a decoder crashes only the child.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from forms.portraits import PortraitSpec
from node.documents.layout import QrCode
from node.errors import MaterialError
from node.scanning.child import ChildProcess
from node.scanning.developing.target import Target
from node.scanning.limits import IDLE_S, PAGE_TARGET_BYTES, TIMEOUT_S
from node.scanning.magic import kind_of
from node.scanning.shot import Plan

_CHILD = (sys.executable, "-m", "node.scanning.worker")


@dataclass(frozen=True)
class Cleaned:
    """One material page, or one PDF of several, made anew from its pixels.

    `kind` is `image/jpeg`, `application/pdf`, or `image/png` for a page in black and white. `preview_webp` is at most 14 KB and shows the
    first page. `width` and `height` are pixels of the (first) page. `warnings` are codes: `low_resolution`, `first_page_only`, and of a
    portrait `ground`, `few_bytes`, `many_bytes`.
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

    def __init__(
        self, timeout_s: float = TIMEOUT_S, idle_s: float = IDLE_S, command: tuple[str, ...] = _CHILD, page_bytes: int = PAGE_TARGET_BYTES
    ) -> None:
        self._child = ChildProcess(command, timeout_s, idle_s, _error)
        self._page_bytes = page_bytes

    def clean(self, data: bytes) -> Cleaned:
        """The file decoded and encoded anew.

        Raises:
            MaterialError: it cannot be kept: `empty`, `too_large`, `unknown_kind`, `too_many_pixels`, `damaged`,
                `locked_pdf`, `too_many_pages`, `heavy_pdf` or `too_slow`.
        """
        return self._made({"do": "clean", "page_bytes": self._page_bytes}, data)

    def develop(self, raw: bytes, plan: Plan, target: Target | None = None) -> Cleaned:
        """The page that a plan makes of a shot (a picture, or the first page of a PDF).

        Raises:
            MaterialError: as of `clean`, or `plan`: the corners hold no page.
        """
        return self._made({"do": "develop", "plan": plan.to_json(), "target": self._target(target).to_json()}, raw)

    def card(self, front: bytes, front_plan: Plan, back: bytes, back_plan: Plan, target: Target | None = None) -> Cleaned:
        """Both sides of an ID card at true size on one A4 page; both may be on the same shot.

        Raises:
            MaterialError: as of `develop`.
        """
        plans = [replace(plan, paper="id_card").to_json() for plan in (front_plan, back_plan)]
        shots = (front,) if front == back else (front, back)
        return self._made({"do": "card", "plans": plans, "target": self._target(target).to_json()}, *shots)

    def portrait(self, raw: bytes, plan: Plan, spec: PortraitSpec) -> Cleaned:
        """A portrait as `spec` wants it, cut out by the plan's corners or, without them, about the head.

        Raises:
            MaterialError: as of `develop`.
        """
        return self._made({"do": "portrait", "plan": plan.to_json(), "spec": asdict(spec)}, raw)

    def upright(self, raw: bytes, long_side: int) -> tuple[bytes, int, int]:
        """A shot upright as a JPEG with no side longer than `long_side`, and the width and height that a plan's corners count in.

        Raises:
            MaterialError: as of `clean`.
        """
        kind_of(raw)
        facts, (made,) = self._child.ask({"do": "upright", "long_side": long_side}, raw)
        return made, int(facts["width"]), int(facts["height"])

    def join(self, pages: Sequence[bytes]) -> bytes:
        """One PDF of these pages: the very bytes of a JPEG, the very dots of a PNG, each page as large as its dots per inch say.

        Raises:
            MaterialError: `empty` without pages, `damaged` where one is no such picture.
        """
        return self._child.ask({"do": "join"}, *pages)[1][0]

    def _made(self, head: Mapping[str, Any], *raw: bytes) -> Cleaned:
        for data in raw:
            kind_of(data)  # what is refused by its first bytes never reaches a decoder
        facts, (cleaned, preview) = self._child.ask(head, *raw)
        return Cleaned(
            kind=facts["kind"], data=cleaned, preview_webp=preview, width=facts["width"], height=facts["height"],
            pages=facts["pages"], warnings=tuple(facts["warnings"]),
        )  # fmt: skip

    def _target(self, target: Target | None) -> Target:
        return target or Target(page_bytes=self._page_bytes)

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
