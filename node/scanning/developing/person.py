"""A person before an even ground: what belongs to the ground, and where the head is. By colour alone, for pictures made to be portraits."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

_COARSE_PX = 220
_LIKE = 30
"""How far a colour may be from its neighbours' for the flood to go on."""
_WHITE_FROM = 232
"""Of the darkest colour of the ground: from here on it is white as it is."""
_LEAST_SHARE, _MOST_SHARE = 0.12, 0.85
"""Of the picture that is ground, where a person stands before it."""
_EVEN = 26.0
"""How much an even ground may vary about its middle, in greys."""
_SAME, _OTHER = 16, 80
"""In greys of the colour that differs most."""
_HEAD_ROWS = 0.28
"""Of the person's height that is visible: how far down the head's width is measured."""


@dataclass(frozen=True)
class Ground:
    """The even ground behind a person. `mask` is 255 on it, on the coarse picture; `colour` is its middle."""

    mask: Image.Image
    colour: tuple[int, int, int]

    @property
    def is_white(self) -> bool:
        """Whether nothing needs to be done to it."""
        return min(self.colour) >= _WHITE_FROM and max(self.colour) - min(self.colour) <= 12


@dataclass(frozen=True)
class Head:
    """Where the head is, in shares of the picture's width and height."""

    middle: float
    top: float
    width: float


def ground_of(picture: Image.Image) -> Ground | None:
    """The ground that touches the left, right and upper edge; None where there is no even one."""
    coarse = _coarse(picture)
    width, height = coarse.size
    flooded, mark = coarse.copy(), (255, 0, 255)
    seeds = [(x, 0) for x in range(0, width, 12)] + [(side, y) for side in (0, width - 1) for y in range(0, height // 2, 12)]
    for seed in seeds:
        if flooded.getpixel(seed) != mark:
            ImageDraw.floodfill(flooded, seed, mark, thresh=_LIKE)
    mask = bytes(255 if pixel == bytes(mark) else 0 for pixel in _pixels(flooded))
    inside = [pixel for pixel, is_ground in zip(_pixels(coarse), mask, strict=True) if is_ground]
    if not _LEAST_SHARE < len(inside) / (width * height) < _MOST_SHARE:
        return None
    middle = _middle(inside)
    if _spread(inside, middle) > _EVEN:
        return None
    return Ground(Image.frombytes("L", coarse.size, mask), middle)


def head_of(ground: Ground) -> Head | None:
    """The head above the shoulders; None where the ground leaves nobody."""
    width, height = ground.mask.size
    rows = [_run(ground.mask.crop((0, y, width, y + 1)).tobytes()) for y in range(height)]
    top = next((y for y, run in enumerate(rows) if run[1] - run[0] >= width * 0.05 and y > 0), None)
    if top is None:
        return None
    upper = [run for run in rows[top : top + max(1, int((height - top) * _HEAD_ROWS))] if run[1] > run[0]]
    widths = sorted(right - left for left, right in upper)
    middles = sorted((left + right) / 2 for left, right in upper)
    return Head(middles[len(middles) // 2] / width, top / height, widths[len(widths) * 3 // 4] / width)


def whitened(picture: Image.Image, ground: Ground) -> Image.Image:
    """The picture with its ground white. Along the edge, where person and ground are mixed, only the ground's share is made white."""
    weight = ImageChops.multiply(_likeness(picture, ground.colour), _enlarged(ground.mask.filter(ImageFilter.MaxFilter(3)), picture))
    missing = Image.new("RGB", picture.size, (255 - ground.colour[0], 255 - ground.colour[1], 255 - ground.colour[2]))
    mixed = ImageChops.add(picture, ImageChops.multiply(missing, Image.merge("RGB", (weight, weight, weight))))
    sure = _enlarged(ground.mask.filter(ImageFilter.MinFilter(3)), picture)
    return Image.composite(Image.new("RGB", picture.size, "white"), mixed, sure)


def _likeness(picture: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """How much of each dot is ground: all of it up to `_SAME` from the ground's colour, nothing from `_OTHER` on."""
    red, green, blue = ImageChops.difference(picture, Image.new("RGB", picture.size, colour)).split()
    away = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return away.point([max(0, min(255, round((_OTHER - value) * 255 / (_OTHER - _SAME)))) for value in range(256)])


def _enlarged(mask: Image.Image, picture: Image.Image) -> Image.Image:
    return mask.resize(picture.size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1.2))


def _coarse(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((_COARSE_PX, _COARSE_PX), Image.Resampling.BOX)
    return small.filter(ImageFilter.MedianFilter(3))


def _pixels(image: Image.Image) -> list[bytes]:
    data = image.tobytes()
    return [data[at : at + 3] for at in range(0, len(data), 3)]


def _middle(pixels: Sequence[bytes]) -> tuple[int, int, int]:
    red, green, blue = (sorted(pixel[band] for pixel in pixels)[len(pixels) // 2] for band in range(3))
    return red, green, blue


def _spread(pixels: Sequence[bytes], middle: tuple[int, int, int]) -> float:
    """The distance from the middle that nine of ten keep to."""
    away = sorted(max(abs(pixel[band] - middle[band]) for band in range(3)) for pixel in pixels)
    return float(away[len(away) * 9 // 10])


def _run(row: bytes) -> tuple[int, int]:
    """From the first to the last dot of a row that is not ground."""
    found = [x for x, value in enumerate(row) if not value]
    return (found[0], found[-1] + 1) if found else (0, 0)
