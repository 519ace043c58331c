"""A shot (原图): what was seen on a picture, and how a page is to be made of it. Values only; no picture is decoded here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from node.errors import MaterialError

Point = tuple[float, float]
"""Pixels of the upright picture, turned as its EXIF says: x to the right, y down."""
Corners = tuple[Point, Point, Point, Point]
"""Clockwise from the top left of the sheet as it lies upright."""

COLOURS = ("colour", "grey", "bw")
PAPERS = ("a4", "a5", "as_is", "id_card", "photo")
"""`as_is` keeps the proportions of the sheet that was found."""
TURNS = (0, 90, 180, 270)
MOST_BRIGHTNESS = 50
MOST_PIXELS = 100_000.0
"""No coordinate of a corner is further away than this."""


@dataclass(frozen=True)
class Finding:
    """One thing that the quality gate says of a picture.

    `code` is `blurred`, `glare`, `shadow`, `dark`, `bright`, `cut_edge`, `few_dots`, `no_page` or `upside_down`.
    """

    code: str
    facts: Mapping[str, int | float | str]

    def to_json(self) -> dict[str, Any]:
        """As it goes over the pipe and to the page."""
        return {"code": self.code, "facts": dict(self.facts)}


@dataclass(frozen=True)
class Look:
    """What one look at a picture found: its size when upright, the sheets on it, and its quality.

    `sheets` are the best first; several when both sides of a card lie on one picture; none when none was found, or when the
    extra `scan` is not installed. `score` of 0 to 1 says how sure the first one is. `dpi` is of the first sheet, where it can be told.
    """

    width: int
    height: int
    sheets: tuple[Corners, ...]
    score: float
    quality: tuple[Finding, ...]
    dpi: int | None

    def to_json(self) -> dict[str, Any]:
        """As it goes over the pipe and to the page."""
        return {
            "width": self.width, "height": self.height, "sheets": [[list(point) for point in sheet] for sheet in self.sheets],
            "score": self.score, "quality": [finding.to_json() for finding in self.quality], "dpi": self.dpi,
        }  # fmt: skip

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Look":
        """A look as `to_json` gave it."""
        return cls(
            told["width"], told["height"], tuple(_corners(sheet) for sheet in told["sheets"]), told["score"],
            tuple(Finding(one["code"], one["facts"]) for one in told["quality"]), told["dpi"],
        )  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How a page is made of a shot.

    `corners` is None for the whole picture; `turn` is clockwise in degrees, after straightening; `brightness` is of -50 to 50.
    """

    corners: Corners | None = None
    turn: int = 0
    colour: str = "colour"
    brightness: int = 0
    paper: str = "a4"

    def to_json(self) -> dict[str, Any]:
        """As it is kept and as it goes to the page."""
        corners = None if self.corners is None else [list(point) for point in self.corners]
        return {"corners": corners, "turn": self.turn, "colour": self.colour, "brightness": self.brightness, "paper": self.paper}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Plan":
        """A plan as a page or a file tells it; what it leaves out is as in an empty plan.

        Raises:
            MaterialError: `plan` with the fact `given`: the name of the member that cannot be followed.
        """
        plain = cls()
        corners = told.get("corners")
        return cls(
            corners=None if corners is None else _corners(corners),
            turn=_one_of(told, "turn", TURNS, plain.turn),
            colour=_one_of(told, "colour", COLOURS, plain.colour),
            brightness=_brightness(told.get("brightness", plain.brightness)),
            paper=_one_of(told, "paper", PAPERS, plain.paper),
        )


def _one_of(told: Mapping[str, Any], name: str, allowed: Sequence[Any], plain: Any) -> Any:
    given = told.get(name, plain)
    if type(given) is not type(plain) or given not in allowed:
        raise MaterialError("plan", given=name)
    return given


def _brightness(given: Any) -> int:
    if type(given) is not int or abs(given) > MOST_BRIGHTNESS:
        raise MaterialError("plan", given="brightness")
    return given


def _corners(given: Any) -> Corners:
    """Four points that go round clockwise.

    Raises:
        MaterialError: `plan` with the fact `given`.
    """
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 4:
        raise MaterialError("plan", given="corners")
    corners = (_point(given[0]), _point(given[1]), _point(given[2]), _point(given[3]))
    if not is_convex(corners):
        raise MaterialError("plan", given="corners")
    return corners


def _point(given: Any) -> Point:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2:
        raise MaterialError("plan", given="corners")
    if any(type(one) not in (int, float) or abs(one) > MOST_PIXELS or not isfinite(one) for one in given):
        raise MaterialError("plan", given="corners")
    return float(given[0]), float(given[1])


def is_convex(corners: Corners) -> bool:
    """Whether the four points go round clockwise, as seen, with no corner bent inwards."""
    for index in range(4):
        (ax, ay), (bx, by), (cx, cy) = (corners[(index + step) % 4] for step in range(3))
        if (bx - ax) * (cy - by) - (by - ay) * (cx - bx) <= 0:
            return False
    return True
