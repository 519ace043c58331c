"""How far lines of text on a page are from level, by the sharpness of their rows.

The page is cut into upright strips, and of each only its mean from top to bottom is kept. When the strips are shifted against each other
as a skew would have them, and the skew is the right one, the rows of text and the gaps between them stand out most.
"""

from array import array
from itertools import pairwise
from math import radians, tan

from PIL import Image, ImageChops, ImageFilter

_HEIGHT_PX = 900
_STRIPS = 96
_EDGE_PX = 50
"""Not looked at above and below: there the shifted strips run out."""
_WIDEST_DEGREES = 6.0
_COARSE_DEGREES, _FINE_DEGREES = 0.5, 0.1
_CLEAR = 1.8
"""How much the rows must stand out more than they do at other angles."""
_LEAST_CONTRAST = 1.0
"""Mean square of the steps from row to row, in greys: below it there is nothing to go by."""


def skew_of(page: Image.Image) -> float:
    """By how many degrees clockwise the lines of text are turned; 0 where the page has no lines that tell."""
    strips = _strips(page)
    steps = round(_WIDEST_DEGREES / _COARSE_DEGREES)
    clear = {
        angle: _clearness(strips, angle, page.width / page.height)
        for angle in (step * _COARSE_DEGREES for step in range(-steps, steps + 1))
    }
    best = max(clear, key=lambda angle: clear[angle])
    usual = sorted(clear.values())[len(clear) // 2]
    if clear[best] < _LEAST_CONTRAST or clear[best] < usual * _CLEAR or abs(best) >= _WIDEST_DEGREES:
        return 0.0
    near = [best + step * _FINE_DEGREES for step in range(-5, 6)]
    return max(near, key=lambda angle: _clearness(strips, angle, page.width / page.height))


def _strips(page: Image.Image) -> Image.Image:
    """Darkness of each strip from top to bottom: what is darker than its surroundings, so that shadows do not count."""
    grey = page.convert("L").resize((max(1, round(page.width * _HEIGHT_PX / page.height)), _HEIGHT_PX), Image.Resampling.BOX)
    ink = ImageChops.subtract(grey.filter(ImageFilter.BoxBlur(12)), grey, 1.0, -6)
    return ink.point(lambda value: min(255, value * 3)).resize((_STRIPS, _HEIGHT_PX), Image.Resampling.BOX)


def _clearness(strips: Image.Image, degrees: float, proportion: float) -> float:
    """Mean square of the steps from one row to the next, when the skew is taken out."""
    width_of_strip = _HEIGHT_PX * proportion / _STRIPS
    slope = tan(radians(degrees)) * width_of_strip
    level = strips.transform(strips.size, Image.Transform.AFFINE, (1, 0, 0, slope, 1, -slope * _STRIPS / 2), Image.Resampling.BILINEAR)
    rows = level.convert("F").resize((1, _HEIGHT_PX), Image.Resampling.BOX)
    values = array("f", rows.tobytes())[_EDGE_PX:-_EDGE_PX]
    return sum((after - before) ** 2 for before, after in pairwise(values)) / len(values)
