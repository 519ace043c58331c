"""How sharp print is: over how many pixels its edges rise, told on a few patches at the picture's own size, where there is most print.

An edge is weighed by its own height, so that faint print and big headings say the same as small black print. Lines of print are levelled
first: along an edge the noise is smoothed away, across it nothing is lost. Both ways are looked at, for a movement blurs only one of them.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, dist, sqrt

from PIL import Image, ImageChops, ImageFilter

from node.scanning.developing.geometry import projection
from node.scanning.quality.sheet import Sheet

_PATCH_PX, _GRID, _PATCHES = 160, 10, 8
_LEAST_INK = 0.1
"""Of what the patch with the most ink has: a patch with less tells little."""
_ALONG = 3
_FAR = 8
"""Pixels over which an edge of any use has risen."""
_HIGHEST = 0.004
"""Share of a patch's dots whose rise is taken as that of its edges."""
_LEAST_RISE = 16


@dataclass(frozen=True)
class Softness:
    """Over how many pixels edges rise, by the worse of the two ways; and on how many patches that was seen."""

    pixels: float
    patches: int


def softness(sheet: Sheet) -> Softness:
    """How soft the print of a sheet is; 0 patches where there is no print to tell."""
    across, down = [], []
    for patch in _patches(sheet):
        across += _rise(patch, (1, 0))
        down += _rise(patch, (0, 1))
    ways = [sorted(way)[len(way) // 2] for way in (across, down) if len(way) > 1]
    return Softness(max(ways, default=0.0), max(len(across), len(down)))


def _patches(sheet: Sheet) -> list[Image.Image]:
    """Where there is most print, level, as large as on the picture."""
    width, height = sheet.size
    places = _places(sheet, width, height)
    return [_patch(sheet, place, (width, height)) for place in places]


def _places(sheet: Sheet, width: float, height: float) -> list[tuple[float, float]]:
    """Middles of the patches with the most ink, as shares of the sheet; nothing of its rim, where the ground begins."""
    across, down = (max(1, min(_GRID, ceil(long * 0.9 / _PATCH_PX))) for long in (width, height))
    rim_x, rim_y = round(sheet.ink.width * 0.05), round(sheet.ink.height * 0.05)
    inner = sheet.ink.crop((rim_x, rim_y, sheet.ink.width - rim_x, sheet.ink.height - rim_y))
    ink = array("f", inner.convert("F").resize((across, down), Image.Resampling.BOX).tobytes())  # badly blurred print is less than one step
    least = max(ink) * _LEAST_INK
    most = sorted(range(len(ink)), key=lambda at: -ink[at])[:_PATCHES]
    return [(0.05 + 0.9 * (at % across + 0.5) / across, 0.05 + 0.9 * (at // across + 0.5) / down) for at in most if ink[at] > least]


def _patch(sheet: Sheet, place: tuple[float, float], size: tuple[float, float]) -> Image.Image:
    whole = projection(size, sheet.corners)
    half = _PATCH_PX / 2
    x, y = place[0] * size[0], place[1] * size[1]
    quad = [_on_picture(whole, x + dx, y + dy) for dx, dy in ((-half, -half), (-half, half), (half, half), (half, -half))]
    left, top = int(min(one[0] for one in quad)) - 2, int(min(one[1] for one in quad)) - 2
    right, bottom = int(max(one[0] for one in quad)) + 3, int(max(one[1] for one in quad)) + 3
    cut = sheet.image.crop((left, top, right, bottom)).convert("L")
    data = [part for px, py in quad for part in (px - left, py - top)]
    wide = round(max(dist(quad[0], quad[3]), dist(quad[1], quad[2])))
    high = round(max(dist(quad[0], quad[1]), dist(quad[3], quad[2])))
    return cut.transform((max(8, wide), max(8, high)), Image.Transform.QUAD, data, Image.Resampling.BICUBIC)


def _on_picture(laid: Sequence[float], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f, g, h = laid
    by = g * x + h * y + 1
    return (a * x + b * y + c) / by, (d * x + e * y + f) / by


def _rise(patch: Image.Image, way: tuple[int, int]) -> list[float]:
    """Pixels over which the strongest edges across this way rise; nothing where there are none."""
    smooth = patch.filter(ImageFilter.BoxBlur((way[1] * _ALONG / 2, way[0] * _ALONG / 2)))
    near, far = _highest(smooth, way, 1), _highest(smooth, way, _FAR)
    if far < _LEAST_RISE:
        return []
    return [far / max(1.0, near)]


def _highest(patch: Image.Image, way: tuple[int, int], step: int) -> float:
    """What the strongest edges rise by over so many pixels, without what is noise."""
    dx, dy = way[0] * step, way[1] * step
    width, height = patch.size
    moved = ImageChops.difference(patch.crop((dx, dy, width, height)), patch.crop((0, 0, width - dx, height - dy)))
    counts = moved.histogram()
    total = sum(counts)
    noise = _at(counts, total * 0.5) * 1.48
    top = _at(counts, total * (1 - _HIGHEST))
    return sqrt(max(0.0, top**2 - noise**2))


def _at(counts: Sequence[int], rank: float) -> int:
    """The value below which so many lie."""
    seen = 0
    for value, count in enumerate(counts):
        seen += count
        if seen >= rank:
            return value
    return len(counts) - 1
