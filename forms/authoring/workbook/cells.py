"""What a clerk typed, as the value that is meant: blanks trimmed, full-width signs made plain, numbers and dates as text."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

from forms.authoring.workbook.profile import NO, YES, Words
from forms.expressions.values import number_text

JSON_MARK = "json:"
"""Begins a value that is written as JSON because it is no text, number or list of texts."""
_BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff"
_IGNORED = re.compile(r"[\s_*＊:：-]+")
# Control characters, lone surrogates, and the marks that reorder text on a screen.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_EXACT = 10**15
_CLOSING = {"'": "'", '"': '"', "‘": "’", "’": "’", "“": "”", "”": "”"}
_PLAIN_QUOTES = {"‘": "'", "’": "'", "“": '"', "”": '"'}
_PLAIN_SIGNS = dict(zip("（），。＝＞＜！＋－＊．／＄｛｝［］\u3000\u00a0", "(),.=><!+-*./${}[]  ", strict=True)) | {
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
}


class CellError(ValueError):
    """A cell holds no value that is meant here; `code` and `facts` as in a fault."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def as_text(value: Any) -> str:
    """A cell's value as text, trimmed; empty when there is none.

    Raises:
        CellError: a number too long for a spreadsheet to keep, a date with a time, or characters that no text may have.
    """
    if isinstance(value, bool):
        return YES[1] if value else NO[1]
    if isinstance(value, (int, float)):
        return _number_as_text(value)
    if isinstance(value, (datetime, date)):
        return _day(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CellError("time_of_day")
    text = value.replace("\r\n", "\n").replace("_x000D_\n", "\n").strip(_BLANKS)
    if _UNFIT.search(text):
        raise CellError("unfit_character")
    return text


def _number_as_text(value: int | float) -> str:
    if not -_EXACT < value < _EXACT:
        raise CellError("digits_lost")
    return str(int(value)) if value == int(value) else number_text(float(value))


def _day(value: date | datetime) -> str:
    if isinstance(value, datetime):
        if value.time() != time():
            raise CellError("time_of_day")
        value = value.date()
    return value.isoformat()


def key(text: str) -> str:
    """A header or word as it is compared: case, width, blanks, underscores and marks do not count."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).casefold()


def narrowed(text: str) -> str:
    """Letters and digits of the full width as plain ones."""
    return unicodedata.normalize("NFKC", text).strip(_BLANKS)


def word(value: Any, words: Words) -> str:
    """The package's word that a cell stands for.

    Raises:
        CellError: none of them.
    """
    text = as_text(value)
    found = _known(words).get(key(text))
    if found is None:
        raise CellError("unknown_word", found=text, known="、".join(ours[0] for ours in words.values()))
    return found


def _known(words: Words) -> dict[str, str]:
    return {key(one): name for name, several in words.items() for one in (name, *several)}


_TRUTHS: Words = {"true": YES, "false": NO}


def truth(value: Any) -> bool:
    """Yes or no.

    Raises:
        CellError: neither.
    """
    if isinstance(value, bool):
        return value
    text = as_text(value)
    found = _known(_TRUTHS).get(key(text))
    if found is None:
        raise CellError("not_yes_no", found=text)
    return found == "true"


def count(value: Any) -> int:
    """A whole number, not below 0.

    Raises:
        CellError: anything else.
    """
    text = narrowed(as_text(value))
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise CellError("not_a_count", found=text)
    return int(text)


def texts(value: Any, separators: str = "\n") -> list[str]:
    """The texts of one cell, on a line each or between these signs.

    Raises:
        CellError: as for a text.
    """
    parts = re.split(f"[{re.escape(separators)}]", as_text(value))
    return [one.strip(_BLANKS) for one in parts if one.strip(_BLANKS)]


def expression(value: Any) -> str:
    """A rule with the signs of a Chinese keyboard made plain, outside of its texts.

    Raises:
        CellError: as for a text.
    """
    text, found, at = as_text(value), "", 0
    while at < len(text):
        end = text.find(_CLOSING[text[at]], at + 1) if text[at] in _CLOSING else -1
        if end < 0:
            found += _PLAIN_SIGNS.get(text[at], text[at])
            at += 1
            continue
        found += _quoted(text[at], text[at + 1 : end])
        at = end + 1
    return found


def _quoted(opening: str, inner: str) -> str:
    plain = _PLAIN_QUOTES.get(opening)
    return f"{opening}{inner}{opening}" if plain is None else f"{plain}{inner.replace(plain, plain * 2)}{plain}"
