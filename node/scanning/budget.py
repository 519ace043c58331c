"""Bytes of a page: the best quality that keeps to them, then fewer dots. Runs only inside a child process."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from math import sqrt

from PIL import Image

from node.scanning.limits import BEST_QUALITY, LEAST_QUALITY, PREVIEW_SIDE_PX, PREVIEW_TARGET_BYTES
from node.scanning.opening import shrunk

_FEWER = 0.9
"""Of the dots across, at most, when the least quality is not enough."""
_LEAST_SIDE_PX = 64


def jpeg(image: Image.Image, quality: int, dpi: int = 0) -> bytes:
    """The picture as a JPEG that keeps one colour for four dots; says its dots per inch where they are given."""
    out = BytesIO()
    told = {"dpi": (dpi, dpi)} if dpi else {}
    image.save(out, "JPEG", quality=quality, subsampling="4:2:0", optimize=True, progressive=True, **told)
    return out.getvalue()


def within(image: Image.Image, target_bytes: int, dpi: int = 0, best: int = BEST_QUALITY) -> tuple[bytes, Image.Image, int]:
    """The best JPEG of at most `target_bytes`, the picture that it shows, and its dots per inch (0 where they are not known)."""
    dots = float(dpi)
    while True:
        encoded = searched(partial(jpeg, image, dpi=round(dots)), target_bytes, best)
        if len(encoded) <= target_bytes or max(image.size) <= _LEAST_SIDE_PX:
            return encoded, image, round(dots)
        smaller = shrunk(image, int(max(image.size) * min(_FEWER, sqrt(target_bytes / len(encoded)))))
        image, dots = smaller, dots * smaller.width / image.width


def searched(encode: Callable[[int], bytes], target_bytes: int, best: int = BEST_QUALITY, least: int = LEAST_QUALITY) -> bytes:
    """What `encode` makes at the highest quality that keeps to the bytes; at the least quality where none does."""
    made = encode(best)
    if len(made) <= target_bytes:
        return made
    fits, low, high = encode(least), least, best
    while high - low > 1 and len(fits) <= target_bytes:
        middle = (low + high) // 2
        made = encode(middle)
        if len(made) <= target_bytes:
            fits, low = made, middle
        else:
            high = middle
    return fits


def four_greys(image: Image.Image, dpi: int) -> bytes:
    """A picture in grey as a PNG of two bits a dot: black, white and two greys between, so that the edges of letters stay smooth."""
    steps = image.convert("L").point([round(value / 85) for value in range(256)])
    indexed = Image.frombytes("P", image.size, steps.tobytes())
    indexed.putpalette([level for step in range(4) for level in (step * 85,) * 3])
    out = BytesIO()
    indexed.save(out, "PNG", bits=2, optimize=True, dpi=(dpi, dpi))
    return out.getvalue()


def preview_of(image: Image.Image) -> bytes:
    """A WebP of at most 14 KB to show in lists and to travel first: encrypted, it stays below 15 KB."""
    side = PREVIEW_SIDE_PX
    while True:
        small = shrunk(image, side)
        for quality in (60, 45, 30):
            out = BytesIO()
            small.save(out, "WEBP", quality=quality, method=4)
            if out.tell() <= PREVIEW_TARGET_BYTES:
                return out.getvalue()
        side = int(side * 0.75)
