"""What the light does to a sheet: how much there is, where it burns the paper out, where a shadow lies."""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from node.scanning.quality.sheet import Sheet

_RIM = 4
"""Cells at the sheet's rim that are not looked at: the desk may show there."""
_MIDDLE, _STRIP = (0.36, 0.64), 0.07
_BURNT = 250
_NEAR, _FAR = 9, 14
"""Cells about a burnt spot in which the light has fallen to that of the paper."""


@dataclass(frozen=True)
class Spot:
    """A burnt spot: its share of the sheet, and by how much it is lighter than the paper some way off."""

    share: float
    above: float


@dataclass(frozen=True)
class Light:
    """Of the paper, without what is printed on it: how light it is, how light its darkest part, the share that is burnt out, its spots.

    `step` is the largest difference within a thirtieth of the sheet, as a share of its lighter side.
    """

    paper: int
    shaded: int
    burnt: float
    step: float
    spots: tuple[Spot, ...]


def light_on(sheet: Sheet, is_card: bool) -> Light:
    """The light on a sheet."""
    ground = _without_rim(sheet.ground)
    ordered = sorted(ground.tobytes())
    burnt = ground.point([0] * _BURNT + [255] * (256 - _BURNT))
    share = sum(burnt.tobytes()) / 255 / len(ordered)
    # Portrait and emblem of a card are as large as shadows; they are at its sides, never in the middle nor at the upper and lower rim.
    free = _free_of_pictures(ground.size) if is_card else bytes([255]) * len(ordered)
    seen = sorted(value for value, is_free in zip(ground.tobytes(), free, strict=True) if is_free)
    paper = max(1, seen[len(seen) * 9 // 10])
    return Light(paper, seen[len(seen) // 20], share, _step(ground, free), tuple(_spots(ground, burnt)) if share else ())


def _free_of_pictures(size: tuple[int, int]) -> bytes:
    width, height = size
    long, short = max(size), min(size)
    across = range(round(long * _MIDDLE[0]), round(long * _MIDDLE[1]))
    rims = {*range(round(short * _STRIP)), *range(short - round(short * _STRIP), short)}
    is_wide = width >= height
    places = ((x, y) if is_wide else (y, x) for y in range(height) for x in range(width))
    return bytes(255 * (along in across or aside in rims) for along, aside in places)


def _without_rim(ground: Image.Image) -> Image.Image:
    return ground.crop((_RIM, _RIM, max(_RIM + 1, ground.width - _RIM), max(_RIM + 1, ground.height - _RIM)))


def _step(ground: Image.Image, free: bytes) -> float:
    """The largest step, on a place that is no single one, as a share of the lighter side."""
    light, dark = ground.filter(ImageFilter.MaxFilter(5)).tobytes(), ground.filter(ImageFilter.MinFilter(5)).tobytes()
    inner = Image.frombytes("L", ground.size, free).filter(ImageFilter.MinFilter(5)).tobytes()
    ordered = sorted(1 - low / max(1, high) for high, low, is_free in zip(light, dark, inner, strict=True) if is_free)
    return ordered[len(ordered) * 97 // 100] if ordered else 0.0


def _spots(ground: Image.Image, burnt: Image.Image) -> Iterator[Spot]:
    cells = len(ground.tobytes())
    left = burnt
    for _ in range(6):
        box = left.getbbox()
        if box is None:
            return
        seed = next(x for x in range(box[0], box[2]) if left.getpixel((x, box[1])))
        spot = _grown(left, (seed, box[1]))
        left = ImageChops.subtract(left, spot)
        share = sum(spot.tobytes()) / 255 / cells
        yield Spot(share, 255 - _about(ground, spot))


def _grown(mask: Image.Image, seed: tuple[int, int]) -> Image.Image:
    """What hangs together with a place of a mask."""
    data, (width, height) = bytearray(mask.tobytes()), mask.size
    grown = bytearray(len(data))
    waiting = [seed[1] * width + seed[0]]
    while waiting:
        at = waiting.pop()
        if not data[at]:
            continue
        data[at], grown[at] = 0, 255
        x = at % width
        waiting += [
            beside
            for beside in (at - 1 if x else -1, at + 1 if x < width - 1 else -1, at - width, at + width)
            if 0 <= beside < width * height and data[beside]
        ]
    return Image.frombytes("L", mask.size, bytes(grown))


def _about(ground: Image.Image, spot: Image.Image) -> int:
    """How light the sheet is some way off a spot."""
    near = _wider(spot, _NEAR)
    ring = ImageChops.subtract(_wider(near, _FAR - _NEAR), near)
    values = sorted(value for value, is_ring in zip(ground.tobytes(), ring.tobytes(), strict=True) if is_ring)
    return values[len(values) // 2] if values else 255


def _wider(mask: Image.Image, cells: int) -> Image.Image:
    for _ in range(cells):
        mask = mask.filter(ImageFilter.MaxFilter(3))
    return mask
