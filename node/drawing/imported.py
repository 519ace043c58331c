"""A seal's picture from a licensed seal maker: opened with care, encoded anew, so that nothing but its pixels is kept."""

from io import BytesIO

from PIL import Image, ImageChops, UnidentifiedImageError

from node.errors import DrawingError

MAX_BYTES = 64 * 1024
MAX_SIDE_PX = 1500
SIZES_MM = range(10, 61)
"""What a seal may measure; the largest in use has 58 mm."""
IMPORTED_DPI = 200
_COLOURS = 16
_PAPER = 40
"""How far from white a point must be to be ink."""


def cleaned_seal(data: bytes, width_mm: int, height_mm: int) -> bytes:
    """The picture as a PNG of our own making, its ground transparent.

    Raises:
        DrawingError: `picture_kind`, `picture_large`, `picture_damaged`, `seal_size`.
    """
    check_size(width_mm, height_mm)
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise DrawingError("picture_kind")
    if len(data) > MAX_BYTES:
        raise DrawingError("picture_large", most_kb=MAX_BYTES // 1024, most_px=MAX_SIDE_PX)
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as opened:
            if max(opened.size) > MAX_SIDE_PX:
                raise DrawingError("picture_large", most_kb=MAX_BYTES // 1024, most_px=MAX_SIDE_PX)
            picture = opened.convert("RGBA")
            picture.thumbnail(pixels(width_mm, height_mm, IMPORTED_DPI))
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise DrawingError("picture_damaged") from error
    return _packed(picture)


def check_size(width_mm: int, height_mm: int) -> None:
    """Return when a seal may be so large.

    Raises:
        DrawingError: `seal_size`.
    """
    if width_mm not in SIZES_MM or height_mm not in SIZES_MM:
        raise DrawingError("seal_size", least=SIZES_MM[0], most=SIZES_MM[-1])


def pixels(width_mm: int, height_mm: int, dpi: int) -> tuple[int, int]:
    """How many dots a seal of this size has."""
    return round(width_mm / 25.4 * dpi), round(height_mm / 25.4 * dpi)


def _ink_of(picture: Image.Image) -> Image.Image:
    """Where there is ink: 255, else 0. White paper becomes nothing, so that what stands under the seal stays readable."""
    red, green, blue, alpha = picture.split()
    darkness = ImageChops.invert(ImageChops.darker(ImageChops.darker(red, green), blue))
    return ImageChops.darker(darkness, alpha).point([0 if value < _PAPER else 255 for value in range(256)])


def _packed(picture: Image.Image) -> bytes:
    """A PNG of few colours, of which the first is nothing: what PDF and OFD can show alike."""
    ink = _ink_of(picture)
    paper = Image.new("RGBA", picture.size, "white")
    few = Image.alpha_composite(paper, picture).convert("RGB").quantize(_COLOURS - 1, method=Image.Quantize.MEDIANCUT)
    places = Image.frombytes("L", few.size, few.tobytes()).point([min(value + 1, 255) for value in range(256)])
    marked = Image.composite(places, Image.new("L", few.size, 0), ink)
    out = BytesIO()
    whole = Image.frombytes("P", few.size, marked.tobytes())
    whole.putpalette([255, 255, 255, *(few.getpalette() or [])[: 3 * (_COLOURS - 1)]])
    whole.save(out, "PNG", bits=4, transparency=0, optimize=True)
    return out.getvalue()
