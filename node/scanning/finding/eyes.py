"""Eyes: the node's side of looking at pictures. They have a child process of their own, so that a live frame never waits behind a PDF."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from node.errors import MaterialError
from node.scanning.child import ChildProcess
from node.scanning.limits import IDLE_S
from node.scanning.magic import kind_of
from node.scanning.shot import Finding, Look, Plan

_CHILD = (sys.executable, "-m", "node.scanning.finding.worker")
_TIMEOUT_S = 15.0
_NEEDED = ("cv2", "numpy")


@dataclass(frozen=True)
class TimedLook:
    """A look, and the milliseconds of processor time that it took in the child."""

    look: Look
    cpu_ms: float


class Eyes:
    """Looks at one picture at a time; the child starts when needed and goes when idle."""

    def __init__(self, timeout_s: float = _TIMEOUT_S, idle_s: float = IDLE_S, command: tuple[str, ...] = _CHILD) -> None:
        self._child = ChildProcess(command, timeout_s, idle_s, _error)

    @staticmethod
    def available() -> bool:
        """Whether the extra `scan` is installed, so that sheets can be found."""
        return all(find_spec(package) is not None for package in _NEEDED)

    def look(self, picture: bytes, wanted: str = "page", quick: bool = False) -> Look:
        """The sheets on a picture and its quality; without the extra `scan` no sheets.

        `wanted` is `page` for one sheet of any size, `card` for the sides of a card that lie on it, `photo` for a portrait or a picture of
        something, or `scanned` for a picture that is all sheet. `quick` is for live frames.

        Raises:
            MaterialError: it cannot be kept: `empty`, `too_large`, `unknown_kind`, `too_many_pixels`, `damaged` or `too_slow`.
        """
        return self.timed_look(picture, wanted, quick).look

    def timed_look(self, picture: bytes, wanted: str = "page", quick: bool = False) -> TimedLook:
        """As `look`, with the time that it took.

        Raises:
            MaterialError: as of `look`.
        """
        kind_of(picture)  # what is refused by its first bytes never reaches a decoder
        told, _ = self._child.ask({"wanted": wanted, "quick": quick}, picture)
        return TimedLook(Look.from_json(told["look"]), float(told["cpu_ms"]))

    def judge(self, picture: bytes, plan: Plan) -> tuple[Finding, ...]:
        """What is wrong with the page that a plan makes of a picture.

        Raises:
            MaterialError: as of `look`.
        """
        kind_of(picture)
        told, _ = self._child.ask({"plan": plan.to_json()}, picture)
        return tuple(Finding(one["code"], one["facts"]) for one in told["quality"])

    def close(self) -> None:
        """End the child, if there is one."""
        self._child.close()


def _error(code: str, facts: Mapping[str, Any]) -> MaterialError:
    return MaterialError(code, **facts)
