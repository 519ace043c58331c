"""The written form of each kind of field: one checking function a kind, found by name in `KINDS`.

Each takes an answer that is not empty and says what is wrong with its form, or nothing; what the number or text *means* is
for the rules. The same table in JavaScript is in `expressions/kinds.js`.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from forms.checks import Fault
from forms.expressions import days, exact
from forms.expressions.moments import Moment
from forms.expressions.values import Value, boolean, exact_number, number_text, text
from forms.schema import EXAMPLE_STATUS, Field, Form

EXAMPLE_IMAGE = "示例图像"
"""Stands for an attached image in the samples of example packages."""
MAX_TEXT = 2000
IMAGE_KINDS = frozenset({"photo", "signature"})
"""Kinds whose answer is one image."""
PICTURE_KINDS = IMAGE_KINDS | {"photo_list"}
"""Kinds whose answer is images, one or several."""

_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,8})?")
_MONEY = re.compile(r"-?[0-9]{1,12}\.[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_DEGREE = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,12})?")
_DIVISION = re.compile(r"[1-8][0-9]{11}")
_DIGEST = re.compile(r"(?:sm3|sha256):[0-9a-f]{64}")
# Control characters, lone surrogates, and the marks that reorder text on a screen.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_REGION_TAILS = {"village": "", "township": "000", "county": "000000", "city": "00000000"}


@dataclass(frozen=True)
class Surroundings:
    """What kinds look at besides the answer: the package's parameters and status, and the digests of attached images."""

    parameters: Mapping[str, Any]
    example: bool
    attached: Collection[str]


def surroundings(form: Form, attached: Collection[str]) -> Surroundings:
    """Those of a form with these images attached."""
    return Surroundings(form.parameters, form.status == EXAMPLE_STATUS, attached)


FormCheck = Callable[[Any, Field, Surroundings], Fault | None]


def _type(expected: str) -> Fault:
    return "type", {"expected": expected}


def _text(value: Any, field: Field, around: Surroundings) -> Fault | None:
    if not isinstance(value, str):
        return _type("text")
    if _UNFIT.search(value) or (field.kind == "text" and ("\n" in value or "\r" in value)):
        return "characters", {}
    return _length(value, field)


def _length(value: str, field: Field) -> Fault | None:
    most = MAX_TEXT if field.max_length is None else field.max_length
    return ("max_length", {"max": most}) if len(value) > most else None


def _computed(value: Any, field: Field, around: Surroundings) -> Fault | None:
    return _text(str(value) if isinstance(value, int) else value, field, around)


def _int(value: Any, field: Field, around: Surroundings) -> Fault | None:
    if isinstance(value, str):
        return "int", {}
    if not isinstance(value, int) or isinstance(value, bool):
        return _type("number")
    return None if abs(value) < 10**15 else ("int", {})


def _matching(pattern: re.Pattern[str], code: str) -> FormCheck:
    def check(value: Any, field: Field, around: Surroundings) -> Fault | None:
        if not isinstance(value, str):
            return _type("text")
        return None if pattern.fullmatch(value) else (code, {})

    return check


def _calendar(pattern: re.Pattern[str], code: str) -> FormCheck:
    def check(value: Any, field: Field, around: Surroundings) -> Fault | None:
        if not isinstance(value, str):
            return _type("text")
        return None if pattern.fullmatch(value) and days.day_of(value) else (code, {})

    return check


def _bool(value: Any, field: Field, around: Surroundings) -> Fault | None:
    if not isinstance(value, str):
        return _type("text")
    return None if value in ("是", "否") else ("bool", {})


def _choice(value: Any, field: Field, around: Surroundings) -> Fault | None:
    if not isinstance(value, str):
        return _type("text")
    return None if field.list is not None or value in field.choices else ("choice", {})


def _multichoice(value: Any, field: Field, around: Surroundings) -> Fault | None:
    if not isinstance(value, list):
        return _type("list")
    if not all(isinstance(one, str) and (field.list is not None or one in field.choices) for one in value):
        return "choice", {}
    if len(set(value)) != len(value):
        return "repeated_choice", {}
    return ("min_select", {"min": field.min_select}) if len(value) < field.min_select else None


def _region(value: Any, field: Field, around: Surroundings) -> Fault | None:
    if not isinstance(value, str):
        return _type("text")
    if not _DIVISION.fullmatch(value):
        return "region", {}
    county = around.parameters.get("county", "")
    inside = value[:6] == county[:6]
    level = (field.level or "village") if inside else field.outside_level
    if level is None:
        return "region_outside", {}
    if not value.endswith(_REGION_TAILS[level]):
        return "region_level", {"level": level}
    if inside and level == "village" and not any(one["code"] == value for one in around.parameters.get("divisions", ())):
        return "region_unknown", {}
    return None


def _image(value: Any, field: Field, around: Surroundings) -> Fault | None:
    if not isinstance(value, str):
        return _type("text")
    if value == EXAMPLE_IMAGE and around.example:
        return None
    if not _DIGEST.fullmatch(value):
        return "image", {}
    return None if value in around.attached else ("not_attached", {})


def _images(value: Any, field: Field, around: Surroundings) -> Fault | None:
    if not isinstance(value, list):
        return _type("list")
    for one in value:
        if fault := _image(one, field, around):
            return fault
    return ("min_items", {"min": field.min_items}) if len(value) < field.min_items else None


def _table(value: Any, field: Field, around: Surroundings) -> Fault | None:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return _type("table")
    if len(value) < field.min_rows:
        return "min_rows", {"min": field.min_rows}
    return ("max_rows", {"max": field.max_rows}) if len(value) > field.max_rows else None


def _coords(value: Any, field: Field, around: Surroundings) -> Fault | None:
    if not isinstance(value, list):
        return _type("list")
    fit = len(value) >= 3 and all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_degree, pair)) for pair in value)
    return None if fit else ("coords", {})


def _is_degree(part: Any) -> bool:
    if isinstance(part, (int, float)) and not isinstance(part, bool) and abs(part) < 10**6:
        part = number_text(float(part))
    return isinstance(part, str) and _DEGREE.fullmatch(part) is not None


KINDS: Mapping[str, FormCheck] = {
    "text": _text,
    "textarea": _text,
    "computed": _computed,
    "int": _int,
    "decimal": _matching(_DECIMAL, "decimal"),
    "money": _matching(_MONEY, "money"),
    "date": _calendar(_DAY, "date"),
    "month": _calendar(_MONTH, "month"),
    "bool": _bool,
    "choice": _choice,
    "multichoice": _multichoice,
    "id_no": _matching(re.compile(r"[0-9A-Z()-]{5,20}"), "id_no"),
    "uscc": _matching(re.compile(r"[0-9A-Z]{18}"), "uscc"),
    "disability_no": _matching(re.compile(r"[0-9]{17}[0-9X][0-9]{2}"), "disability_no"),
    "mobile": _matching(re.compile(r"[0-9-]{7,13}"), "mobile"),
    "bank_no": _matching(re.compile(r"[0-9]{12,21}"), "bank_no"),
    "region": _region,
    "photo": _image,
    "signature": _image,
    "photo_list": _images,
    "table": _table,
    "coords": _coords,
}


def form_fault(value: Any, field: Field, around: Surroundings) -> Fault | None:
    """What is wrong with the written form of an answer that is not empty, or None."""
    return check_of(field)(value, field, around)


def check_of(field: Field) -> FormCheck:
    """What `form_fault` asks for this field: the check of its kind, and for a kind that has none of its own, of its choices."""
    look = KINDS[field.kind]
    if not field.choices or field.kind in ("choice", "multichoice"):
        return look

    def also_choices(value: Any, field: Field, around: Surroundings) -> Fault | None:
        fault = look(value, field, around)
        return ("choice", {}) if fault is None and str(value) not in field.choices else fault

    return also_choices


def calculated(kind: str, value: Value) -> Any:
    """What a calculation gave, in the written form of its field's kind; "" when it gave nothing fit for it."""
    if (isinstance(value, float) and value != value) or (isinstance(value, Moment) and not boolean(value)):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if kind in ("int", "money", "decimal"):
        exactly = exact_number(value)
        if exactly is None:
            return ""
        return int(exactly) if kind == "int" else exact.money_text(exactly) if kind == "money" else exact.text_of(exactly)
    if isinstance(value, Moment) and kind == "date":
        return text(value)[:10]
    return value if isinstance(value, list) else text(value)
