"""A seal's picture in a PDF: its packed rows as they are, and only such pictures as can be taken over."""

import struct
import zlib

import pytest

from signing.errors import DocumentError
from signing.pdf import can_show
from signing.pdf.picture import pdf_picture, picture_rows
from signing.seal_image import Picture
from tests.signing.papers import png, png_of


def grey(depth: int = 8, *, alpha: bytes | None = None) -> bytes:
    rows = b"".join(b"\0" + bytes(8 * depth // 8) for _ in range(8))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 8, 8, depth, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    if alpha is not None:
        chunks.insert(1, (b"tRNS", alpha))
    return png_of(*chunks)


def test_the_rows_are_taken_over_as_they_are_and_the_ground_is_clear() -> None:
    data = png(96)
    picture = pdf_picture(data)
    assert picture.rows in data and len(picture.rows) > 100
    assert b"/Width 96/Height 96/BitsPerComponent 1" in picture.members
    assert b"[/Indexed/DeviceRGB 1<ffffffc8102e>]" in picture.members and b"/Mask[0 0]" in picture.members


def test_half_clear_colours_become_lighter() -> None:
    data = png(16).replace(_chunk(b"tRNS", b"\0"), _chunk(b"tRNS", b"\0\x80"))
    assert b"<ffffffe38796>" in pdf_picture(data).members


def test_greys_are_shown_too() -> None:
    assert b"/DeviceGray" in pdf_picture(grey()).members and b"/Mask" not in pdf_picture(grey()).members
    assert b"/Mask[7 7]" in pdf_picture(grey(alpha=b"\0\7")).members


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _head(width: int = 8, height: int = 8, depth: int = 8, kind: int = 0, *more: int) -> bytes:
    return struct.pack(">IIBBBBB", width, height, depth, kind, *(more or (0, 0, 0)))


ROWS = zlib.compress(bytes(9) * 8)


@pytest.mark.parametrize(
    "chunks",
    [
        [(b"IHDR", _head(kind=2)), (b"IDAT", ROWS), (b"IEND", b"")],  # true colour
        [(b"IHDR", _head(kind=6)), (b"IDAT", ROWS), (b"IEND", b"")],
        [(b"IHDR", _head(8, 8, 16)), (b"IDAT", ROWS), (b"IEND", b"")],
        [(b"IHDR", _head(8, 8, 8, 0, 0, 0, 1)), (b"IDAT", ROWS), (b"IEND", b"")],  # interlaced
        [(b"IHDR", _head(0)), (b"IDAT", ROWS), (b"IEND", b"")],
        [(b"IHDR", _head(100_000, 100_000)), (b"IDAT", ROWS), (b"IEND", b"")],
        [(b"IHDR", _head(8, 9)), (b"IDAT", ROWS), (b"IEND", b"")],  # fewer rows than said
        [(b"IHDR", _head(8, 7)), (b"IDAT", ROWS), (b"IEND", b"")],  # more
        [(b"IHDR", _head()), (b"IDAT", ROWS + b"x"), (b"IEND", b"")],
        [(b"IHDR", _head()), (b"IDAT", b"no"), (b"IEND", b"")],
        [(b"IHDR", _head()), (b"IDAT", ROWS), (b"IDAT", ROWS), (b"IEND", b"")],
        [(b"IHDR", _head()), (b"IDAT", ROWS)],
        [(b"IHDR", _head()), (b"IDAT", ROWS), (b"IEND", b""), (b"tEXt", b"after")],
        [(b"IHDR", _head()), (b"iCCP", b"x"), (b"IDAT", ROWS), (b"IEND", b"")],
        [(b"IHDR", _head(kind=3)), (b"IDAT", ROWS), (b"IEND", b"")],  # no palette
        [(b"IHDR", _head(kind=3)), (b"PLTE", bytes(4)), (b"IDAT", ROWS), (b"IEND", b"")],
        [(b"IHDR", _head(kind=3)), (b"PLTE", bytes(9)), (b"tRNS", b"\0\xff\0"), (b"IDAT", ROWS), (b"IEND", b"")],  # clear colours apart
    ],
)
def test_other_pictures_are_refused(chunks: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(DocumentError) as refused:
        pdf_picture(png_of(*chunks))
    assert refused.value.code == "picture"


def test_a_bomb_is_not_unpacked() -> None:
    rows = zlib.compress(bytes(30 << 20), 1)
    with pytest.raises(DocumentError):
        pdf_picture(png_of((b"IHDR", _head()), (b"IDAT", rows), (b"IEND", b"")))


@pytest.mark.parametrize(
    "picture",
    [
        Picture("SVG", b"<svg/>", 42, 42),
        Picture("PNG", png(16), 0, 42),
        Picture("PNG", png(16), 42, 1000),
        Picture("PNG", png(16)[:-1], 42, 42),
        Picture("PNG", b"", 42, 42),
        Picture("PNG", png(16)[:-1] + b"\x83", 42, 42),  # the last check sum
    ],
)
def test_what_cannot_be_shown_is_told_beforehand(picture: Picture) -> None:
    assert not can_show(picture)
    with pytest.raises(DocumentError):
        picture_rows(picture)


def test_a_seals_picture_can_be_shown() -> None:
    assert can_show(Picture("PNG", png(32), 42, 42))
