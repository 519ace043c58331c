"""Whether the print goes on beyond a sheet's corners: then they hold only a part of the page."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from node.scanning.developing.geometry import projection
from node.scanning.quality.sheet import Sheet
from node.scanning.shot import Corners, Point

_MARGIN = 0.12
"""Of the sheet, that is looked at outside of each side."""
_NEAREST, _FURTHEST = 0.02, 0.09
"""Of the sheet, from its side: where print is looked for, inside and outside."""
_REACH, _COARSE = 8, 16
_DARKER, _GRAIN = 0.2, 14
"""Than its surroundings, as a share and in steps: print, not a shadow, whatever light there is; and not the grain of a dark ground."""
_PRINTED = 0.010
"""Of a strip's dots."""
_OTHER_COLOUR = 0.05
_TURNS = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)


@dataclass(frozen=True)
class _Strip:
    """Beside a side of the sheet: the share that is printed, how light it is, and red and blue by green."""

    printed: float
    light: int
    colour: tuple[float, float]


def light_beyond(sheet: Sheet) -> int | None:
    """How light the paper is beyond a side across which print goes on; None where the print ends inside of all four.

    Paper is known by its colour, which a shadow leaves as it is.
    """
    wide = Sheet(sheet.image, _outset(sheet.corners), False)
    printed = ImageChops.darker(_printed(wide.grey), _on_picture(wide))
    for turn in _TURNS:
        inside, outside = _strips(_turned(wide.flat, turn), _turned(printed, turn))
        is_same = all(abs(one / max(0.01, other) - 1) < _OTHER_COLOUR for one, other in zip(outside.colour, inside.colour, strict=True))
        if min(inside.printed, outside.printed) > _PRINTED and is_same:
            return outside.light
    return None


def _outset(corners: Corners) -> Corners:
    a, b, c, d, e, f, g, h = projection((1.0, 1.0), corners)

    def seen(x: float, y: float) -> Point:
        by = max(0.05, g * x + h * y + 1)  # further out a slanting sheet would go past the horizon
        return (a * x + b * y + c) / by, (d * x + e * y + f) / by

    low, high = -_MARGIN, 1 + _MARGIN
    return seen(low, low), seen(high, low), seen(high, high), seen(low, high)


def _printed(grey: Image.Image) -> Image.Image:
    surroundings = grey.filter(ImageFilter.BoxBlur(_REACH))
    darker = ImageChops.subtract(surroundings, grey, _DARKER)  # divided by it, so that what is dark enough exceeds its surroundings
    is_print = ImageChops.subtract(darker, surroundings).point([0] + [255] * 255)
    return ImageChops.darker(is_print, ImageChops.subtract(surroundings, grey).point([0] * _GRAIN + [255] * (256 - _GRAIN)))


def _on_picture(wide: Sheet) -> Image.Image:
    """The places about which all is on the picture: its rim is no print."""
    width, height = (max(1, long // _COARSE) for long in wide.image.size)
    across, down = width / wide.image.width, height / wide.image.height
    first, second, third, fourth = ((x * across, y * down) for x, y in wide.corners)
    laid = projection(wide.grey.size, (first, second, third, fourth))
    seen = Image.new("L", (width, height), 255).transform(wide.grey.size, Image.Transform.PERSPECTIVE, laid)
    return seen.filter(ImageFilter.BoxBlur(_REACH)).point([0] * 255 + [255])


def _turned(picture: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    return picture if turn is None else picture.transpose(turn)


def _strips(flat: Image.Image, printed: Image.Image) -> tuple[_Strip, _Strip]:
    """Along the upper side."""
    unit_x, unit_y = flat.width / (1 + 2 * _MARGIN), flat.height / (1 + 2 * _MARGIN)
    left, right, side = round(_MARGIN * unit_x), round((1 + _MARGIN) * unit_x), _MARGIN * unit_y

    def strip(first: float, last: float) -> _Strip:
        box = (left, round(side + first * unit_y), right, max(round(side + first * unit_y) + 1, round(side + last * unit_y)))
        share = printed.crop(box).histogram()[255] / ((box[2] - box[0]) * (box[3] - box[1]))
        red, green, blue = (_middle(band) for band in flat.crop(box).split())
        return _Strip(share, green, (red / max(1, green), blue / max(1, green)))

    return strip(_NEAREST, _FURTHEST), strip(-_FURTHEST, -_NEAREST)


def _middle(band: Image.Image) -> int:
    counts, seen = band.histogram(), 0
    half = band.width * band.height / 2
    for value, count in enumerate(counts):
        seen += count
        if seen >= half:
            return value
    return 255
