"""A picture's size in its own bytes, read without decoding it: as far as a signature on a form needs."""

import struct

from node.documents.facts import SignaturePicture

MAX_BYTES = 40 * 1024
"""A larger one is a scanned sheet, not a signature from the pad, and would make the document heavy."""
_PNG = b"\x89PNG\r\n\x1a\n"
_SIZE_MARKS = frozenset({0xC0, 0xC1, 0xC2})


def picture_of(media: str, data: bytes) -> SignaturePicture | None:
    """The picture with its proportion; None where it is too large, of another kind, or its size cannot be read."""
    if len(data) > MAX_BYTES:
        return None
    size = _png_size(data) if media == "image/png" else _jpeg_size(data) if media == "image/jpeg" else None
    if size is None or not all(size):
        return None
    return SignaturePicture(media, data, size[0] / size[1])


def _png_size(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(_PNG) or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """From the first frame header, going from segment to segment. Source: ITU-T T.81, B.1."""
    at = 2
    while data.startswith(b"\xff\xd8") and at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] in _SIZE_MARKS:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
