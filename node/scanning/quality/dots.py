"""How many dots per inch a sheet has on a picture, by its paper's size and by the size of its print."""

from dataclasses import dataclass
from math import dist

from node.scanning.quality.lines import Lines
from node.scanning.quality.sheet import Sheet

MM_PER_INCH = 25.4
SIZES_MM = {"a4": (297.0, 210.0), "a5": (210.0, 148.0), "id_card": (85.6, 54.0)}
_WANTED = {"a4": 130, "a5": 130, "id_card": 155}
"""What a person is asked for: a page is kept at 150."""
_LEAST, _OF_ALL = 78, 0.66
"""Below the first a character of 4.2 mm, as usual print has, is less than 12 dots high and cannot be read. Between it and what is wanted, a
camera must give two thirds of what it can give at all."""
_TOLERANCE = 0.94
_PRINT_MM = 3.7
"""Height of a line of usual print, without the white about it."""
_SLIP = 1.35
"""A small slip may have the proportions of A4: it is known by print that were so much too large for one."""
_ASLANT = 0.85
"""By which the camera's slant may shorten one side against the other; what is shorter has other proportions."""


@dataclass(frozen=True)
class Dots:
    """Dots per inch as they are, and as they should be."""

    dpi: int
    least: int

    @property
    def is_few(self) -> bool:
        """Whether they are too few; the corners are never quite exact."""
        return self.dpi < self.least * _TOLERANCE


def dots_of(sheet: Sheet, kind: str, lines: Lines, per_px: float) -> Dots:
    """The dots of a sheet of a kind of `SIZES_MM`; `per_px` are the stored picture's pixels to one of the sheet's picture."""
    by_paper = _by_paper(sheet, kind) * per_px
    by_print = 0.0 if kind == "id_card" else lines.high * max(sheet.size) * per_px / _PRINT_MM * MM_PER_INCH
    if by_print > _SLIP * by_paper:
        return Dots(round(by_print), _LEAST)
    possible = by_paper / max(0.05, _filled(sheet)) * _OF_ALL
    wanted = _WANTED[kind]
    return Dots(round(by_paper), wanted if kind == "id_card" else round(min(wanted, max(_LEAST, possible))))


def _by_paper(sheet: Sheet, kind: str) -> float:
    """By the side that a slanting look shortens more."""
    first, second, third, fourth = sheet.corners
    one = (dist(first, second) + dist(third, fourth)) / 2
    other = (dist(second, third) + dist(fourth, first)) / 2
    along, across = max(one, other) / SIZES_MM[kind][0], min(one, other) / SIZES_MM[kind][1]
    return min(along, max(across, _ASLANT * along)) * MM_PER_INCH


def _filled(sheet: Sheet) -> float:
    """How far the sheet, as it lies, fills the picture from side to side, or from top to bottom."""
    across, down = ([point[at] for point in sheet.corners] for at in (0, 1))
    return min(1.0, max((max(across) - min(across)) / sheet.image.width, (max(down) - min(down)) / sheet.image.height))
