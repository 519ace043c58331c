"""A seal's picture (PNG) as a PDF image, its packed rows taken over as they are.

So there is nothing to unpack and pack again, and the image in the file is, octet for octet, the picture in the seal. Only pictures with a
palette or in greys can be taken over like that; what is half transparent in a palette becomes lighter instead, as on white paper.

Source: W3C PNG (third edition), 5 and 11; ISO 32000-1:2008, 7.4.4.4 (the same predictors) and 8.9.6.4 (colour key masking).
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from signing.errors import DocumentError
from signing.seal_image import Picture

MOST_PIXELS = 2000
_LARGEST_MM = 200
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _PALETTE = 0, 3
_BESIDE = frozenset({b"pHYs", b"sRGB", b"gAMA", b"tEXt", b"tIME"})
"""Chunks that say nothing of what is seen here."""


@dataclass(frozen=True)
class PdfPicture:
    """An image for a PDF: the members of its dictionary but the length, and its packed rows as they stand in the PNG."""

    members: bytes
    rows: bytes = field(repr=False)


def can_show(picture: Picture) -> bool:
    """Whether a PDF can show this picture of a seal (not trusted)."""
    try:
        picture_rows(picture)
    except DocumentError:
        return False
    return True


def picture_rows(picture: Picture) -> PdfPicture:
    """The picture as a PDF shows it; one that is shown often is taken apart once.

    Raises:
        DocumentError: `picture`, it cannot be shown.
    """
    if picture.media.upper() != "PNG" or not 0 < picture.width_mm <= _LARGEST_MM or not 0 < picture.height_mm <= _LARGEST_MM:
        raise DocumentError("picture", picture.media)
    return pdf_picture(picture.data)


@lru_cache(maxsize=32)
def pdf_picture(png: bytes) -> PdfPicture:
    """The picture of a seal (not trusted) as a PDF shows it.

    Raises:
        DocumentError: `picture`, it is no PNG of a kind that can be taken over.
    """
    chunks = dict[bytes, bytes]()
    for name, body in _chunks(png):
        if name in chunks:
            raise DocumentError("picture", "chunk twice")
        if name not in _BESIDE:
            chunks[name] = body
    if not {b"IHDR", b"IDAT", b"IEND"} <= chunks.keys() <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"} or len(chunks[b"IHDR"]) != 13:
        raise DocumentError("picture", "chunks")
    width, height, depth, kind, *methods = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS) or depth not in (1, 2, 4, 8) or methods != [0, 0, 0]:
        raise DocumentError("picture", "size or form")
    _check_rows(chunks[b"IDAT"], height * (1 + (width * depth + 7) // 8))
    colours, mask = _colours(kind, depth, chunks.get(b"PLTE", b""), chunks.get(b"tRNS", b""))
    members = (
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace %b%b"
        b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 1/BitsPerComponent %d/Columns %d>>"
    ) % (width, height, depth, colours, mask, depth, width)
    return PdfPicture(members, chunks[b"IDAT"])


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(_SIGNATURE):
        raise DocumentError("picture", "no PNG")
    at = len(_SIGNATURE)
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        name, body, check = png[at + 4 : at + 8], png[at + 8 : at + 8 + size], png[at + 8 + size : at + 12 + size]
        if len(check) != 4 or zlib.crc32(name + body) != int.from_bytes(check, "big"):
            raise DocumentError("picture", "chunk")
        yield name, body
        at += 12 + size
        if name == b"IEND" and at != len(png):
            raise DocumentError("picture", "after its end")


def _check_rows(packed: bytes, size: int) -> None:
    """Unpack once, no further than the picture is large: what says it is small and is not would fill a reader's memory."""
    unpacker = zlib.decompressobj()
    try:
        rows = unpacker.decompress(packed, size + 1)
    except zlib.error as error:
        raise DocumentError("picture", "rows") from error
    if len(rows) != size or not unpacker.eof or unpacker.unused_data:
        raise DocumentError("picture", "rows")


def _colours(kind: int, depth: int, palette: bytes, alpha: bytes) -> tuple[bytes, bytes]:
    """The colour space and the mask of a picture."""
    if kind == _GREY and not palette and len(alpha) in (0, 2):
        grey = int.from_bytes(alpha, "big")
        return b"/DeviceGray", b"/Mask[%d %d]" % (grey, grey) if alpha else b""
    count = len(palette) // 3
    if kind != _PALETTE or len(palette) % 3 or not 0 < count <= 1 << depth or len(alpha) > count:
        raise DocumentError("picture", "colours")
    clear = [place for place, each in enumerate(alpha) if each == 0]
    if clear and clear[-1] - clear[0] + 1 != len(clear):
        raise DocumentError("picture", "clear colours apart")
    shown = bytearray()
    for place, colour in enumerate(palette):
        strength = alpha[place // 3] if place // 3 < len(alpha) else 255
        shown.append((colour * strength + 255 * (255 - strength) + 127) // 255 if strength else 255)
    mask = b"/Mask[%d %d]" % (clear[0], clear[-1]) if clear else b""
    return b"[/Indexed/DeviceRGB %d<%b>]" % (count - 1, shown.hex().encode()), mask
