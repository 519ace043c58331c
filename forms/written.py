"""Brings what people type to the one written form of its kind; what it does not understand it hands back as it was.

The same steps run in the browser (`expressions/kinds.js`).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from forms.expressions.values import number_text

SPACE = (
    " \t\r\n\v\f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
MAX_SHORT = 200
"""Longer texts are no number, date or code, and are left alone."""

_DATE_FORMS = (
    re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"),
)
_MONTH_FORMS = (
    re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})"),
    re.compile(r"([0-9]{4})([0-9]{2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月"),
)
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_AMOUNT = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,2}))?")
_INNER_SPACE = re.compile(f"[{SPACE}]+")


def _short(text: str) -> str:
    """Full-width forms made plain (NFKC), white space around it gone."""
    return unicodedata.normalize("NFKC", text).strip(SPACE)


def _of_text(step: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda raw: step(_short(raw)) if isinstance(raw, str) and len(raw) <= MAX_SHORT else raw


def _line(raw: Any) -> Any:
    return raw.strip(SPACE) if isinstance(raw, str) else raw


def _lines(raw: Any) -> Any:
    return raw.replace("\r\n", "\n").replace("\r", "\n").strip(SPACE) if isinstance(raw, str) else raw


def _code(text: str) -> str:
    return _INNER_SPACE.sub("", text).upper()


def _digits(text: str) -> str:
    return _INNER_SPACE.sub("", text)


def _int(text: str) -> Any:
    return int(text) if _WHOLE.fullmatch(text) else text


def _money(text: str) -> str:
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return text
    written = f"{int(match[2])}.{(match[3] or '').ljust(2, '0')}"
    return written if written == "0.00" else match[1] + written


def _date(text: str) -> str:
    return _joined(text, _DATE_FORMS)


def _month(text: str) -> str:
    return _joined(text, _MONTH_FORMS)


def _joined(text: str, forms: tuple[re.Pattern[str], ...]) -> str:
    for form in forms:
        if match := form.fullmatch(text):
            return "-".join(part.zfill(2) for part in match.groups())
    return text


def _money_value(raw: Any) -> Any:
    return _money(str(raw)) if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**12 else _of_text(_money)(raw)


def _decimal_value(raw: Any) -> Any:
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**12:
        return str(raw)
    return _of_text(lambda text: text)(raw)


def _pairs(raw: Any) -> Any:
    if not isinstance(raw, list):
        return raw
    return [[_degree(part) for part in pair] if isinstance(pair, list) else pair for pair in raw]


def _degree(part: Any) -> Any:
    if isinstance(part, (int, float)) and not isinstance(part, bool) and abs(part) < 10**6:
        return number_text(float(part))
    return part.strip(SPACE) if isinstance(part, str) else part


WRITTEN: Mapping[str, Callable[[Any], Any]] = {
    "text": _line,
    "textarea": _lines,
    "computed": _line,
    "int": _of_text(_int),
    "decimal": _decimal_value,
    "money": _money_value,
    "date": _of_text(_date),
    "month": _of_text(_month),
    "id_no": _of_text(_code),
    "uscc": _of_text(_code),
    "disability_no": _of_text(_code),
    "mobile": _of_text(_digits),
    "bank_no": _of_text(_digits),
    "region": _of_text(_digits),
    "coords": _pairs,
}
"""Field kind → what brings a typed answer to its written form; kinds not listed take answers as they are."""


def written(kind: str, raw: Any) -> Any:
    """The answer in the written form of its kind, or as it was."""
    step = WRITTEN.get(kind)
    return raw if step is None else step(raw)
