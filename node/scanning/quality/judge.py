"""The gate itself: every check looks at one sheet, and what they find is put in the order in which a person should act on it."""

from collections.abc import Iterator
from functools import cached_property
from math import hypot

from PIL import Image

from node.scanning.quality.beyond import light_beyond
from node.scanning.quality.dots import SIZES_MM, dots_of
from node.scanning.quality.light import Light, light_on
from node.scanning.quality.lines import Lines, lines_of
from node.scanning.quality.paper import Reach, reach_of
from node.scanning.quality.sharpness import softness
from node.scanning.quality.sheet import Sheet, sheet_of
from node.scanning.quality.uprightness import turned_by
from node.scanning.shot import Corners, Finding

LEAST_PX = 64
"""What is smaller holds no sheet."""
_SHARPEST, _BLUR, _USUAL_PX = 1.6, 2.65, 1920
"""Pixels over which the sharpest edge rises, and those that blur may add to it (as a square does) on a picture of so many."""
_LEAST_SOFT = 2.6
"""On a smaller picture dots are too coarse to see less."""
_DARK = 95
_WHITE_OUT, _BLACK = 0.45, 55
"""Share of the paper that is burnt out; and of what a scanner gives, which burns the paper out and leaves ink as black as it is."""
_SPOT, _ABOVE = 0.004, 9
"""Share of the sheet, and how much lighter than the paper about it."""
_SHADED, _SHADED_CARD, _EDGE, _HARD = 0.39, 0.45, 0.5, 0.2
"""Of the lit paper's lightness: shadows that deep stay to be seen when the page is lit evenly; of a card not all sides can be looked at.
A steep edge counts for half of itself as more depth; edges of the last steepness are seen alone."""
_LIT = 0.8
"""Of the lit paper's lightness: what goes on beyond the corners in less lies in a shadow."""
_RIM = 0.0015
"""Of the picture's long side: so near to its rim a corner is cut off."""
_CARD, _CARD_LINES, _CARD_PRINT = (1.47, 1.78), 15, 0.024
"""Of what is taken for a card though a page was asked for: long side to short, itself or as it is seen; lines at most; height of print."""


def judge(
    image: Image.Image,
    corners: Corners | None,
    paper: str,
    *,
    size: tuple[int, int] | None = None,
    is_searched: bool = False,
    is_frame: bool = False,
) -> tuple[Finding, ...]:
    """What is wrong with a sheet on an upright RGB picture; nothing where it is good enough to keep.

    `corners` count in the pixels of the picture as it is stored, whose `size` is given when `image` is a smaller copy of it; the first is
    the top left of the page that will be kept. Without corners the whole picture is judged, and `is_searched` says that a sheet was
    looked for and not found. `paper` is one of a plan's. `is_frame` is for a small live frame, which says nothing of dots and of sharpness.
    """
    if min(image.size) < LEAST_PX:
        return (Finding("no_page", {}),)
    stored = size or image.size
    sheet = sheet_of(image, corners, stored)
    if min(sheet.size) < 8:
        return (Finding("no_page", {}),)
    case = _Case(sheet, paper, stored[0] / image.width, is_searched, is_frame)
    found = {finding.code: finding for finding in case.findings()}
    return tuple(found.values())


class _Case:
    """One sheet before the gate."""

    def __init__(self, sheet: Sheet, paper: str, per_px: float, is_searched: bool, is_frame: bool) -> None:
        self._sheet = sheet
        self._paper = paper
        self._per_px = per_px
        self._is_searched = is_searched
        self._is_frame = is_frame

    @cached_property
    def _lines(self) -> Lines:
        return lines_of(self._sheet)

    @cached_property
    def _is_card(self) -> bool:
        """Whether it is one though a page may have been asked for; a page seen aslant has its proportions, but more and smaller lines."""
        if self._paper == "id_card" or self._sheet.is_whole:
            return self._paper == "id_card"
        proportions, lines = self._sheet.proportions, self._lines
        has_few_large_lines = 0 < lines.count <= _CARD_LINES and lines.high > _CARD_PRINT
        return has_few_large_lines and max(proportions) > _CARD[0] and min(proportions) < _CARD[1]

    def findings(self) -> Iterator[Finding]:
        """What is wrong, the worst first."""
        if self._paper == "photo":
            # A face or a house has shadows, white walls and no print; the portrait's own rules look at the rest.
            yield from _darkness(self._sheet)
            return
        sheet, reach = self._sheet, reach_of(self._sheet)
        if sheet.is_whole and not reach.is_all:
            # The desk is on it as well: of the sheet itself little can be told.
            yield from self._desk(reach)
            return
        light = light_on(sheet, self._is_card)
        if sheet.is_whole and sheet.is_blank:
            yield Finding("no_page", {})
        yield from self._light(light)
        if not sheet.is_whole:
            yield from self._edges(reach, light)
        if not self._is_frame:
            yield from self._print()

    def _desk(self, reach: Reach) -> Iterator[Finding]:
        """Of a picture on which no sheet was found, or none was looked for."""
        sheet = self._sheet
        light = light_on(sheet, False)
        if light.burnt >= _WHITE_OUT:
            yield Finding("bright", {"burnt": _percent(light.burnt)})
        else:
            yield from _glare(light)
            yield from _darkness(sheet)
        if reach.runs_out:
            yield Finding("cut_edge", {})
        elif sheet.is_blank or (self._is_searched and light.burnt < _WHITE_OUT):
            yield Finding("no_page", {})

    def _light(self, light: Light) -> Iterator[Finding]:
        if light.paper < _DARK:
            yield Finding("dark", {"light": _percent(light.paper / 255)})
        if light.burnt >= _WHITE_OUT:
            if not self._sheet.is_whole or self._sheet.darkest > _BLACK:
                yield Finding("bright", {"burnt": _percent(light.burnt)})
        else:
            yield from _glare(light)
        deepest = _SHADED_CARD if self._is_card else _SHADED
        if light.shaded / light.paper - _EDGE * light.step < deepest or light.step > _HARD:
            yield Finding("shadow", {"left": _percent(light.shaded / light.paper)})

    def _edges(self, reach: Reach, light: Light) -> Iterator[Finding]:
        beyond = light_beyond(self._sheet)
        if self._is_on_rim() or reach.runs_out:
            yield Finding("cut_edge", {})
        elif beyond is not None and beyond < _LIT * light.paper:
            yield Finding("shadow", {"left": _percent(beyond / light.paper)})  # only the lit part was taken for the sheet
        elif beyond is not None:
            yield Finding("cut_edge", {})

    def _is_on_rim(self) -> bool:
        """Whether a corner lies on the picture's rim or beyond; not when all four lie in its own corners."""
        width, height = self._sheet.image.size
        rim = _RIM * max(width, height)
        near = [min(x, y, width - x, height - y) <= rim for x, y in self._sheet.corners]
        in_corner = [min(x, width - x) <= rim and min(y, height - y) <= rim for x, y in self._sheet.corners]
        return any(near) and not all(in_corner)

    def _print(self) -> Iterator[Finding]:
        soft = softness(self._sheet)
        if soft.patches and soft.pixels > self._softest():
            yield Finding("blurred", {"pixels": round(soft.pixels * self._per_px, 1)})
        kind = "id_card" if self._is_card else self._paper
        if kind in SIZES_MM and (dots := dots_of(self._sheet, kind, self._lines, self._per_px)).is_few:
            yield Finding("few_dots", {"dpi": dots.dpi, "least": dots.least})
        is_sure = self._paper == "id_card" or not self._is_card
        if is_sure and (turned := turned_by(self._sheet, self._is_card)):
            yield Finding("upside_down", {"turned": turned})

    def _softest(self) -> float:
        """By the picture's own pixels: a lens sees so much of an angle, into however many pixels it is cut."""
        return max(_LEAST_SOFT, hypot(_SHARPEST, _BLUR * max(self._sheet.image.size) / _USUAL_PX))


def _darkness(sheet: Sheet) -> Iterator[Finding]:
    if sheet.lightest < _DARK:
        yield Finding("dark", {"light": _percent(sheet.lightest / 255)})


def _glare(light: Light) -> Iterator[Finding]:
    if spots := [spot for spot in light.spots if spot.share >= _SPOT and spot.above >= _ABOVE]:
        yield Finding("glare", {"spots": len(spots), "share": _percent(sum(spot.share for spot in spots))})


def _percent(share: float) -> int:
    return round(100 * share)
