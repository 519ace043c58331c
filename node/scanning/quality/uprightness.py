"""Whether print stands on its head or lies on its side, told without reading it; answers only when several marks agree.

Lines of print make stripes. A page begins near its top and stops above its bottom, and its red seal is below at the right; a card lies on
its long side and begins at the left, where its red emblem is.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops

from node.scanning.quality.sheet import Sheet

_RIM = 0.05
_SMOOTH = 5
_RED = 55
_LEAST_RED = 0.004
_ASIDE = 0.2
_SIDEWAYS = 1.75
_SURE, _SURE_OF_CARD, _SURE_OF_PAGE = 0.4, 0.2, 0.1


def turned_by(sheet: Sheet, is_card: bool) -> int:
    """By how many degrees the sheet is turned away from upright, 90 or 180; 0 where it is upright, or where nothing is sure."""
    marks = marks_of(sheet, is_card)
    if marks.sideways > _SIDEWAYS:
        return 90
    if marks.red:
        return 180 if marks.red < 0 and marks.weight + marks.red < -_SURE else 0
    return 180 if marks.weight < -(_SURE_OF_CARD if is_card else _SURE_OF_PAGE) else 0


@dataclass(frozen=True)
class Marks:
    """What speaks for an upright sheet (above 0) or for one on its head (below 0); `sideways` above 1: for one on its side."""

    sideways: float
    weight: float
    red: float


def marks_of(sheet: Sheet, is_card: bool) -> Marks:
    """The marks on a sheet, as it lies by its corners."""
    ink, red = _inner(sheet.ink), _inner(_red(sheet.flat))
    rows, columns = _profile(ink, False), _profile(ink, True)
    red_rows, red_columns = _profile(red, False), _profile(red, True)
    is_red = sum(red_rows) / len(red_rows) / 255 > _LEAST_RED
    if is_card:
        return Marks(9.0 if sheet.flat.height > sheet.flat.width else 0.0, _leaning(columns), 3 * _leaning(red_columns) if is_red else 0.0)
    below, right = -_leaning(red_rows), -_leaning(red_columns)
    # A seal lies below and at the right; a red heading lies above, but at neither side.
    is_seal = is_red and below * right > 0 and min(abs(below), abs(right)) > _ASIDE
    return Marks(_stripes(columns) / max(0.01, _stripes(rows)), _leaning(rows), below + right if is_seal else 0.0)


def _inner(band: Image.Image) -> Image.Image:
    x, y = round(_RIM * band.width), round(_RIM * band.height)
    return band.crop((x, y, band.width - x, band.height - y))


def _red(flat: Image.Image) -> Image.Image:
    red, green, blue = flat.split()
    return ImageChops.subtract(red, ImageChops.lighter(green, blue)).point([0] * _RED + [255] * (256 - _RED))


def _profile(band: Image.Image, is_columns: bool) -> list[float]:
    """The mean of each row, or of each column."""
    size = (band.width, 1) if is_columns else (1, band.height)
    return list(array("f", band.convert("F").resize(size, Image.Resampling.BOX).tobytes()))


def _stripes(profile: Sequence[float]) -> float:
    """How striped a profile is."""
    total = 0.0
    for at in range(_SMOOTH, len(profile) - _SMOOTH):
        near = profile[at - _SMOOTH : at + _SMOOTH + 1]
        total += (profile[at] - sum(near) / len(near)) ** 2
    return total / max(1, len(profile))


def _leaning(profile: Sequence[float]) -> float:
    """Of -1 to 1: above 0 when there is more at the beginning."""
    total = sum(profile)
    return 0.0 if total <= 0 else 1 - 2 * sum(value * (at + 0.5) for at, value in enumerate(profile)) / total / len(profile)
