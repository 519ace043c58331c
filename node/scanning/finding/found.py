"""The sheets on an upright picture, as corners of the picture that was stored, each beginning at its own top left."""

import numpy as np
from PIL import Image

from node.scanning.finding.lying import from_top_left
from node.scanning.finding.quads import Array, lengths, proportion, sides
from node.scanning.finding.search import FULL, QUICK, find_sheets
from node.scanning.finding.sheets import Found
from node.scanning.shot import Corners

_LEAST_PX = 64
_A4, _A4_LONG_MM = 297 / 210, 297.0
_CARD_LONG_MM = 85.6
_NEARLY = 0.09
"""How far from A4's proportions, as a share, a sheet may be to be taken for one."""
_MM_PER_INCH = 25.4


def found_on(picture: Image.Image, size: tuple[int, int], wanted: str, is_quick: bool) -> Found:
    """The sheets; `size` is of the picture as it is stored, of which `picture` may be a smaller copy."""
    if min(picture.size) < _LEAST_PX:
        return Found()
    pixels = np.asarray(picture)
    found = find_sheets(pixels, wanted, QUICK if is_quick else FULL)
    if not found:
        return Found()
    scale = np.array([size[0] / picture.width, size[1] / picture.height])
    lying = [sheet.corners if is_quick else from_top_left(pixels, sheet.corners, wanted == "card") for sheet in found]
    quads = [corners * scale for corners in lying]
    return Found(tuple(_corners(quad) for quad in quads), round(found[0].score, 4), _dpi(quads[0], wanted))


def _corners(quad: Array) -> Corners:
    first, second, third, fourth = ((round(float(x), 2), round(float(y), 2)) for x, y in quad)
    return first, second, third, fourth


def _dpi(quad: Array, wanted: str) -> int | None:
    """Dots per inch of a card, or of what has the proportions of A4."""
    if wanted != "card" and abs(proportion(quad) / _A4 - 1) > _NEARLY:
        return None
    long = lengths(sides(quad))
    pixels = max(float(long[0] + long[2]), float(long[1] + long[3])) / 2
    return round(pixels / (_CARD_LONG_MM if wanted == "card" else _A4_LONG_MM) * _MM_PER_INCH)
