"""Scans of a wanted size: sheets of grainy photographs, A4 at 150 dpi, so many that each keeps to the bytes of a page."""

from functools import lru_cache

from bench.visitor import picture
from node.scanning.cleaning import clean
from node.scanning.joining import joined
from node.scanning.limits import PAGE_TARGET_BYTES

_SIZE = (1240, 1754)
_MOST_GRAIN = 255


def scan_of(size_bytes: int, text: str) -> bytes:
    """A file that a village keeps as a scan of about so many bytes: a picture, or a PDF of several where one page may not be so large."""
    sheets = -(-size_bytes // PAGE_TARGET_BYTES)
    return _made(sheets, _grain(sheets, size_bytes), text)


@lru_cache(maxsize=16)
def _grain(sheets: int, size_bytes: int) -> int:
    """The least grain with which what is kept is so large."""
    low, high = 1, _MOST_GRAIN
    while low < high:
        middle = (low + high) // 2
        if len(clean(_made(sheets, middle, "scan")).data) < size_bytes:
            low = middle + 1
        else:
            high = middle
    return low


def _made(sheets: int, grain: int, text: str) -> bytes:
    pictures = [picture(f"{text} {sheet}", _SIZE, grain, quality=75) for sheet in range(sheets)]
    return pictures[0] if sheets == 1 else joined(pictures)
