"""Pictures of sample seals: a name round a ring with a star, or in a square; drawn large, then made small and black or nothing.

Each is marked 样章. Nothing here draws the national emblem or imitates a real organ's seal: real ones are imported.

Source: 国发〔1999〕25号 (round, name from left to right round the centre, a star at a township; the diameter differs from organ to organ).
"""

import math
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from node.drawing.fonts import face_of, font_path, lacking
from node.drawing.imported import check_size, pixels
from node.drawing.specs import SealSpec
from node.errors import DrawingError, GlyphError

RING_LENGTHS = range(4, 23)
"""How many characters a ring holds legibly."""
SQUARE_LENGTHS = range(1, 13)
CENTRE_LENGTHS = range(1, 9)
RED = (200, 16, 46)
DPI = 150
"""Enough for characters of 3 mm on paper; a document carries each seal's picture twice, so every dot counts."""
MARK = "样章"
_SCALE = 4
"""Drawn so many times larger; making it small smooths the edges, the threshold makes them sharp again."""
_INK = 110
_GLYPH_PX = 256


def drawn_seal(spec: SealSpec) -> bytes:
    """The seal as a PNG of two colours, red and nothing.

    Raises:
        GlyphError: the fonts lack a character.
        DrawingError: `seal_shape`, `seal_size`, `seal_name` too many characters or too few.
    """
    check_size(spec.width_mm, spec.height_mm)
    if missing := lacking(spec.name + _centre_text(spec)):
        raise GlyphError(missing)
    if spec.shape not in _SHAPES:
        raise DrawingError("seal_shape")
    width, height = pixels(spec.width_mm, spec.height_mm, DPI)
    large = Image.new("L", (width * _SCALE, height * _SCALE), 0)
    _SHAPES[spec.shape](large, spec)
    return _two_colours(large.resize((width, height), Image.Resampling.BOX))


def _centre_text(spec: SealSpec) -> str:
    return "" if spec.centre in ("star", "none") else spec.centre


def _two_colours(ink: Image.Image) -> bytes:
    dots = ink.point([1 if value > _INK else 0 for value in range(256)]).convert("L")
    picture = Image.frombytes("P", ink.size, dots.tobytes())
    picture.putpalette([255, 255, 255, *RED])
    out = BytesIO()
    picture.save(out, "PNG", bits=1, transparency=0, optimize=True)
    return out.getvalue()


def _round(large: Image.Image, spec: SealSpec) -> None:
    """A ring, the name along its inside, what stands in the middle, and the mark below."""
    _check_length(spec.name, RING_LENGTHS)
    if spec.width_mm != spec.height_mm:
        raise DrawingError("seal_shape")
    side = large.width
    pen = ImageDraw.Draw(large)
    pen.ellipse((0, 0, side - 1, side - 1), outline=255, width=round(side * 0.030))
    _name_round(large, spec.name)
    if spec.centre == "star":
        pen.polygon(_star(side / 2, side / 2, side * 0.165), fill=255)
    elif text := _centre_text(spec):
        _check_length(text, CENTRE_LENGTHS)
        _line_of(large, text, side / 2, side / 2, side * 0.54, side * 0.13)
    if spec.sample:
        _line_of(large, MARK, side / 2, side * 0.80, side * 0.22, side * 0.105)


def _name_round(large: Image.Image, name: str) -> None:
    """The characters over an arc that is the longer the more they are, each upright from the centre, narrower when there are many."""
    side = large.width
    span = math.radians(min(150 + (len(name) - RING_LENGTHS[0]) * 13, 282))
    tall = side * (0.150 if len(name) <= 16 else 0.135)
    radius = side * 0.452 - tall / 2
    step = span / (len(name) - 1)
    wide = min(tall * 0.92, radius * step * 0.94)
    for index, character in enumerate(name):
        angle = -span / 2 + index * step
        _stamp(large, character, side / 2 + radius * math.sin(angle), side / 2 - radius * math.cos(angle), wide, tall, angle)


def _square(large: Image.Image, spec: SealSpec) -> None:
    """A frame, the name in columns from the right (in one line where the frame is much wider than high), the mark in a strip below."""
    name = spec.name + {2: "之印", 3: "印"}.get(len(spec.name), "") if spec.width_mm == spec.height_mm else spec.name
    _check_length(name, SQUARE_LENGTHS)
    edge = max(3 * _SCALE, round(min(large.size) * 0.035))
    ImageDraw.Draw(large).rectangle((0, 0, large.width - 1, large.height - 1), outline=255, width=edge)
    left, top, right, bottom = edge * 2, edge * 2, large.width - edge * 2, large.height - edge * 2
    if spec.sample:
        strip = (bottom - top) * 0.22
        _line_of(large, MARK, large.width / 2, bottom - strip / 2, strip * 2.4, strip)
        bottom -= round(strip * 1.15)
    columns = len(name) if large.width > 1.6 * large.height else math.ceil(math.sqrt(len(name)))
    rows = math.ceil(len(name) / columns)
    wide, tall = (right - left) / columns, (bottom - top) / rows
    for index, character in enumerate(name):
        column, row = (index, 0) if rows == 1 else (columns - 1 - index // rows, index % rows)
        _stamp(large, character, left + (column + 0.5) * wide, top + (row + 0.5) * tall, wide * 0.94, tall * 0.94)


_SHAPES = {"round": _round, "square": _square}


def _check_length(text: str, lengths: range) -> None:
    if len(text) not in lengths:
        raise DrawingError("seal_name", least=lengths[0], most=lengths[-1])


def _line_of(large: Image.Image, text: str, x: float, y: float, widest: float, tall: float) -> None:
    """A line of text round (x, y), as high as `tall`, its characters made narrower where they are too many."""
    wide = min(tall, widest / len(text))
    for index, character in enumerate(text):
        _stamp(large, character, x + (index - (len(text) - 1) / 2) * wide, y, wide * 0.94, tall)


def _stamp(large: Image.Image, character: str, x: float, y: float, wide: float, tall: float, angle: float = 0.0) -> None:
    """One character round (x, y), made to fit `wide` and `tall`, turned clockwise by `angle`."""
    glyph = _glyph(character).resize((max(1, round(wide)), max(1, round(tall))), Image.Resampling.LANCZOS)
    glyph = glyph.rotate(-math.degrees(angle), Image.Resampling.BICUBIC, expand=True)
    corner = (round(x - glyph.width / 2), round(y - glyph.height / 2))
    large.paste(255, corner, glyph)


@cache
def _font(name: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_path(name), _GLYPH_PX)


def _glyph(character: str) -> Image.Image:
    """A character's picture, cut to a square that all of its kind fill alike."""
    font = _font(face_of(character) or "")
    picture = Image.new("L", (_GLYPH_PX, _GLYPH_PX), 0)
    ImageDraw.Draw(picture).text((_GLYPH_PX / 2, _GLYPH_PX * 0.88), character, fill=255, font=font, anchor="ms", stroke_width=5)
    return picture


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        length = radius if corner % 2 == 0 else radius * 0.382
        angle = math.pi * (corner / 5 - 0.5)
        points.append((x + length * math.cos(angle), y + length * math.sin(angle)))
    return points
