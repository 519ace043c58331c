"""Shots are opened here, whatever they are: a picture, or the first page of a PDF."""

from node.scanning.budget import jpeg
from node.scanning.documents import first_page
from node.scanning.magic import kind_of
from node.scanning.opening import Enough, Opened, opened

_LOOKED_AT_QUALITY = 75


def opened_shot(data: bytes, enough: Enough) -> Opened:
    """The picture, or the first page of the PDF as it is drawn at 150 dots per inch.

    Raises:
        MaterialError: it cannot be opened; the code says why.
    """
    kind = kind_of(data)
    if kind != "pdf":
        return opened(data, kind, enough)
    image, count = first_page(data)
    return Opened(image, 1, image.width, image.height, count)


def upright(data: bytes, long_side: int) -> tuple[bytes, int, int]:
    """The shot upright as a JPEG with no side longer than `long_side`, and the width and height that a plan's corners count in.

    Raises:
        MaterialError: it cannot be opened; the code says why.
    """
    found = opened_shot(data, lambda width, height: max(width, height) / long_side)
    return jpeg(found.upright(long_side), _LOOKED_AT_QUALITY), found.width, found.height
