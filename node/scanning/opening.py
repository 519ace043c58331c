"""Pictures are opened here: by a named decoder only, within a bound of memory. Runs only inside a child process.

How much memory a decoder will take is worked out from the header before anything is decoded. A JPEG is decoded at a half, a quarter or an
eighth where that is enough, or where the whole would be too much; a picture that cannot be reduced and would take too much is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from math import ceil, floor
from typing import TypeVar

from PIL import Image, PngImagePlugin, UnidentifiedImageError

from node.errors import MaterialError
from node.scanning.jpeg_header import coefficient_bytes
from node.scanning.limits import DECODED_BYTES, DECODING_BYTES, MAX_PIXELS
from node.scanning.webp_header import canvas_of

Image.MAX_IMAGE_PIXELS = None  # our own caps are checked before anything is decoded
PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK  # words hidden in a picture are not kept, so they need no room

_DECODERS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "bmp": "BMP", "tiff": "TIFF"}
_BYTES_OF_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2, "I": 13, "F": 13}
"""As Pillow keeps them; all other modes take four. Numbers of any range are first brought to greys, which takes two copies."""
_WEBP_CANVASES = 4
"""libwebp keeps two canvases for animations, and what comes of them is copied twice. All are RGBA."""
_BAND_ROWS = 128
"""A large picture is shrunk so many rows at a time: the work in between takes little memory."""
_REACH = 3
"""How many of the shrunk picture's rows Lanczos looks at above and below."""
_DRAFTS = (1, 2, 4, 8)
"""What a JPEG can be divided by while it is decoded."""
_BITS_PER_SAMPLE, _ROWS_PER_STRIP, _TILE_LENGTH = 258, 278, 323
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""What turns a picture upright, by its EXIF orientation. Source: CIPA DC-008 (Exif 2.32), tag 274."""
_SIDEWAYS = frozenset({5, 6, 7, 8})

T = TypeVar("T")


@dataclass(frozen=True)
class Opened:
    """The first picture of a file, decoded but not yet turned upright; smaller than it is stored where that was enough.

    `width` and `height` are of the upright picture as it is stored. `frames` says how many pictures the file holds.
    """

    image: Image.Image
    orientation: int
    width: int
    height: int
    frames: int

    def upright(self, long_side: int) -> Image.Image:
        """The picture upright in plain RGB, no side longer than `long_side`; never enlarged. Shrunk before it is turned, to save memory."""
        return self._turned(flattened(shrunk(self.image, long_side)))

    def grey(self, long_side: int) -> Image.Image:
        """The same in grey."""
        return self._turned(shrunk(self.image, long_side, grey=True).convert("L"))

    def _turned(self, small: Image.Image) -> Image.Image:
        return small.transpose(_UPRIGHT[self.orientation]) if self.orientation in _UPRIGHT else small

    def stored_point(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the upright picture, as stored, lies on the decoded one."""
        across, down = _ON_STORED.get(self.orientation, _ON_STORED[1])(x / self.width, y / self.height)
        return across * self.image.width, down * self.image.height


_ON_STORED: dict[int, Callable[[float, float], tuple[float, float]]] = {
    1: lambda x, y: (x, y), 2: lambda x, y: (1 - x, y), 3: lambda x, y: (1 - x, 1 - y), 4: lambda x, y: (x, 1 - y),
    5: lambda x, y: (y, x), 6: lambda x, y: (y, 1 - x), 7: lambda x, y: (1 - y, 1 - x), 8: lambda x, y: (1 - y, x),
}  # fmt: skip
"""Shares of width and height on the stored picture, for those on the upright one."""


Enough = Callable[[int, int], float]
"""Of the upright width and height as stored: by how much they may be divided at most."""


def opened(data: bytes, kind: str, enough: Enough) -> Opened:
    """The first picture of a file, as large as `enough` says where it fits.

    Raises:
        MaterialError: `too_many_pixels` or `damaged`.
    """

    def decoded(image: Image.Image) -> Opened:
        width, height = image.size
        _refuse_bomb(image, kind)
        if kind == "jpeg":
            upright = (height, width) if _orientation(image) in _SIDEWAYS else (width, height)
            _draft(image, data, enough(*upright))
        image.load()
        orientation = _orientation(image)  # asked of a PNG, it would be decoded before it is bounded
        if orientation in _SIDEWAYS:
            width, height = height, width
        # The other picture of an MPO is the camera's own, for depth or for a preview; nobody put it there.
        frames = 1 if image.format == "MPO" else int(getattr(image, "n_frames", 1))
        return Opened(_detached(image), orientation, width, height, frames)

    if kind == "webp":
        _refuse_canvas(*canvas_of(data))
    return _decoding(data, kind, decoded)


def _decoding(data: bytes, kind: str, work: Callable[[Image.Image], T]) -> T:
    """What `work` makes of the file; whatever a decoder says of hostile bytes becomes our own error."""
    try:
        with Image.open(BytesIO(data), formats=(_DECODERS[kind],)) as image:
            return work(image)
    except (MaterialError, MemoryError):
        raise
    except UnidentifiedImageError as error:
        raise MaterialError("damaged") from error
    except Exception as error:
        # Decoders answer hostile bytes with almost any exception; whatever it is, the file cannot be kept.
        raise MaterialError("damaged") from error


def _orientation(image: Image.Image) -> int:
    """As the EXIF says; 1 where it is broken, which is no fault of the picture."""
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # readers of EXIF answer nonsense with almost any exception
        return 1
    return found if isinstance(found, int) else 1


def _refuse_bomb(image: Image.Image, kind: str) -> None:
    """Refuse by the header what cannot be decoded smaller and would not fit.

    Raises:
        MaterialError: `too_many_pixels`.
    """
    if kind == "webp":
        _refuse_canvas(*image.size)
    elif image.width * image.height > MAX_PIXELS or (kind != "jpeg" and _needed_bytes(image, kind) > DECODED_BYTES):
        raise _too_many(*image.size)


def _refuse_canvas(width: int, height: int) -> None:
    """Refuse a WebP that is too large.

    Raises:
        MaterialError: `too_many_pixels`.
    """
    if width * height * 4 * _WEBP_CANVASES > DECODING_BYTES:
        raise _too_many(width, height)


def _too_many(width: int, height: int) -> MaterialError:
    return MaterialError("too_many_pixels", width=width, height=height, limit_pixels=MAX_PIXELS)


def _draft(image: Image.Image, data: bytes, enough: float) -> None:
    """Let a JPEG be decoded smaller, by as much as is enough and by as much as must be.

    Raises:
        MaterialError: `too_many_pixels`.
    """
    pixels, held = image.width * image.height, coefficient_bytes(data)
    least = max(by for by in _DRAFTS if by <= max(enough, 1))
    most = min(DECODED_BYTES, DECODING_BYTES - held)
    by = next((by for by in _DRAFTS if by >= least and pixels * 4 // by**2 <= most), None)
    if by is None:
        raise _too_many(*image.size)
    image.draft(None, (max(1, image.width // by), max(1, image.height // by)))


def _needed_bytes(image: Image.Image, kind: str) -> int:
    pixels = image.width * image.height
    return pixels * _BYTES_OF_PIXEL.get(image.mode, 4) + (_strip_bytes(image) if kind == "tiff" else 0)


def _strip_bytes(image: Image.Image) -> int:
    """One strip (or row of tiles) of a TIFF, which is unpacked beside the picture; it may hold the whole picture."""
    tags = getattr(image, "tag_v2", {})
    rows = tags.get(_TILE_LENGTH) or tags.get(_ROWS_PER_STRIP) or image.height
    bits = tags.get(_BITS_PER_SAMPLE) or (1,)
    rows = min(rows, image.height) if isinstance(rows, int) and rows > 0 else image.height
    return image.width * rows * sum(bits) // 8


def _detached(image: Image.Image) -> Image.Image:
    """The decoded picture alone, without the decoder, which holds memory of its own, and without the file."""
    return _stretched(image) if image.mode in ("I", "F") else image._new(image.im)


def _stretched(image: Image.Image) -> Image.Image:
    """Numbers of any range as greys: Pillow by itself would cut off all above 255."""
    low, high = (float(one) for one in image.getextrema())  # type: ignore[arg-type]  # one band has two figures
    factor = 255 / ((high - low) or 1.0)
    return image.convert("F").point(lambda value: value * factor - low * factor).convert("L")


def _plain(image: Image.Image) -> Image.Image:
    """In RGB or grey of eight bits, on white where it could be seen through, with no metadata left."""
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layered = image.convert("RGBA")
        image = Image.new("RGB", layered.size, "white")
        image.paste(layered, mask=layered.getchannel("A"))
    elif image.mode.startswith("I;16"):
        image = image.point(lambda value: value * (1 / 257)).convert("L")
    elif image.mode not in ("RGB", "L"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    image.info.clear()
    return image


def flattened(image: Image.Image) -> Image.Image:
    """The picture in RGB, on white where it was transparent, with no metadata left."""
    plain = _plain(image)
    return plain if plain.mode == "RGB" else plain.convert("RGB")


def shrunk(image: Image.Image, long_side: int, grey: bool = False) -> Image.Image:
    """The picture with no side longer than `long_side` pixels; never enlarged."""
    if max(image.size) <= long_side:
        return image
    factor = long_side / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return resized(image, size, (0, 0, *image.size), grey)


def resized(image: Image.Image, size: tuple[int, int], box: tuple[int, int, int, int], grey: bool = False) -> Image.Image:
    """The part in the box, in this size, smoothly and in plain RGB or grey."""
    left, top, right, bottom = box
    by = (bottom - top) / size[1]
    made: Image.Image | None = None
    for row in range(0, size[1], _BAND_ROWS):
        rows = min(_BAND_ROWS, size[1] - row)
        first, last = top + row * by, top + (row + rows) * by
        upper, lower = max(top, floor(first - _REACH * max(by, 1))), min(bottom, ceil(last + _REACH * max(by, 1)))
        band = _plain(image.crop((left, upper, right, lower)))
        band = band.convert("L") if grey else band
        made = made or Image.new(band.mode, size)
        inside = (0, first - upper, right - left, min(last - upper, lower - upper))
        made.paste(band.resize((size[0], rows), Image.Resampling.LANCZOS, box=inside, reducing_gap=3.0), (0, row))
    assert made is not None
    return made
