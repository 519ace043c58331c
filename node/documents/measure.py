"""How wide a text is in the fonts of documents, and where a line of it may end. Pure, so that a layout is made without opening a font."""

import unicodedata

from node.documents.layout import MM_PER_PT

_ASCII = (
    260, 269, 402, 646, 551, 825, 702, 226, 301, 301, 551, 551, 250, 322, 268, 373, 551, 551, 551, 551, 551, 551, 551, 551, 551, 551,
    268, 268, 551, 551, 551, 426, 866, 608, 621, 603, 684, 528, 491, 690, 701, 339, 271, 579, 491, 870, 729, 742, 576, 741, 590, 519,
    519, 698, 568, 884, 547, 527, 539, 303, 373, 303, 532, 411, 577, 531, 586, 463, 586, 535, 329, 518, 589, 259, 259, 496, 259, 896,
    589, 577, 586, 586, 399, 451, 339, 589, 479, 746, 500, 489, 441, 354, 551, 354, 551,
)  # fmt: skip
"""Widths of the characters from the space to `~`, in thousandths of the size."""
_OTHER_LETTER = 900
_FULL = 1000
_FIRST_FULL = 0x2000
_NOT_FIRST = frozenset("，。、；：！？）》〉」』】〕”’…%℃·")
"""What never begins a line."""
_NOT_LAST = frozenset("（《〈「『【〔“‘")
"""What never ends one."""


def width_of(text: str, size: float) -> float:
    """How wide the text is at this size, in mm; what is neither ASCII nor full-width counts as wide as such ever are."""
    return sum(map(_width, text)) / 1000 * size * MM_PER_PT


def lines_of(text: str, size: float, widths: float) -> list[str]:
    """The text in lines no wider than `widths` mm, at least one; its own line breaks stay, words and numbers stay whole if they fit."""
    return [line for part in plain(text).split("\n") for line in _broken(part, size, widths)]


def plain(text: str) -> str:
    """The text without what cannot be printed: other line ends, tabs, marks of direction and the like."""
    joined = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(one for one in joined if one == "\n" or unicodedata.category(one) not in ("Cc", "Cf"))


def character_width(character: str) -> float:
    """How wide a character is, as a part of the size."""
    return _width(character) / 1000


def _width(character: str) -> int:
    code = ord(character)
    if 32 <= code < 127:
        return _ASCII[code - 32]
    return _FULL if code >= _FIRST_FULL else _OTHER_LETTER


def _broken(text: str, size: float, widths: float) -> list[str]:
    room = widths / MM_PER_PT / size * 1000
    lines: list[str] = []
    start = 0
    while True:
        end = _reach(text, start, room)
        if end >= len(text):
            return [*lines, text[start:].strip() if lines else text[start:].rstrip()]
        end = _better_end(text, start, end)
        lines.append(text[start:end].strip())
        start = end


def _reach(text: str, start: int, room: float) -> int:
    """Where the characters from `start` on no longer fit; at least one does."""
    used = 0.0
    for index in range(start, len(text)):
        used += _width(text[index])
        if used > room and index > start:
            return index
    return len(text)


def _better_end(text: str, start: int, end: int) -> int:
    """An end a little before that cuts no word or number, and leaves no sign where it must not stand."""
    for back in range(end, max(start + (end - start) // 2, start), -1):
        if not (_is_joined(text[back - 1], text[back]) or text[back] in _NOT_FIRST or text[back - 1] in _NOT_LAST):
            return back
    return end


def _is_joined(one: str, other: str) -> bool:
    return one.isascii() and other.isascii() and not one.isspace() and not other.isspace()
