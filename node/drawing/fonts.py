"""The fonts of documents: two files that together have the Chinese characters, letters, digits and signs of forms.

Parsed once, when the child starts. A character counts as there only when its glyph shows something: the Chinese font maps a few rare
characters to empty ones.
"""

from functools import cache
from importlib.resources import files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FACES = ("MicroHeiSigns", "DroidSansFallbackFull")
"""Asked in this order for each character: the first has letters, digits and signs, the second the Chinese characters."""
FOLDER = "data/fonts"
_FIRST_HAN = 0x3400
_NEEDLESS = ("name", "OS/2", "cvt ", "fpgm", "prep")
"""Tables that a font inside a PDF needs not; each document would carry them."""
_BLANKS = frozenset(" \u00a0\u3000\u2002\u2003")


@cache
def faces() -> tuple[TTFont, ...]:
    """The fonts, known to the PDF writer by their names."""
    made = tuple(TTFont(name, font_path(name), asciiReadable=False, shapable=False) for name in FACES)
    for font in made:
        _widen(font)
        for table in _NEEDLESS:
            font.face.table.pop(table, None)
        pdfmetrics.registerFont(font)
    return made


def _widen(font: TTFont) -> None:
    """A few rare Chinese characters have no width in the file by mistake; like all others they are as wide as high."""
    for code, width in font.face.charWidths.items():
        if code >= _FIRST_HAN and width == 0:
            font.face.charWidths[code] = font.face.defaultWidth


def font_path(name: str) -> str:
    """Where a font's file is."""
    return str(files("node").joinpath(FOLDER, f"{name}.ttf"))


@cache
def face_of(character: str) -> str | None:
    """The name of the font that has a character, None where none has it."""
    return next((font.fontName for font in faces() if _shows(font, character)), None)


def _shows(font: TTFont, character: str) -> bool:
    glyph = font.face.charToGlyph.get(ord(character))
    return glyph is not None and (character in _BLANKS or font.face.glyphPos[glyph + 1] > font.face.glyphPos[glyph])


def lacking(text: str) -> str:
    """The characters of `text` that no font has, each once, in order."""
    return "".join(one for one in dict.fromkeys(text) if face_of(one) is None)


def runs(text: str) -> list[tuple[str, str]]:
    """The text cut into (font name, part), each part of one font; what no font has must have been refused before."""
    parts: list[tuple[str, str]] = []
    for one in text:
        name = face_of(one) or FACES[0]
        if parts and parts[-1][0] == name:
            parts[-1] = (name, parts[-1][1] + one)
        else:
            parts.append((name, one))
    return parts
