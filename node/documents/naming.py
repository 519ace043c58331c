"""Answers, days and numbers in words, as they stand on paper."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms.schema import Field, Form
from node.documents.wording import BOOLEANS, DAY

_TOWNSHIP = slice(0, 9)


def name_of(form: Form, field: Field, value: Any) -> str:
    """An answer in words: the name of a code of a choice list or of a division, else the answer as it is."""
    if field.list is not None:
        return listed(form, field.list, value)
    if field.kind == "region":
        return division({one["code"]: one["name"] for one in form.parameters.get("divisions", ())}, str(value))
    if isinstance(value, bool):
        return BOOLEANS[value]
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def listed(form: Form, name: str, value: Any) -> str:
    """The names of codes of a choice list."""
    known = form.lists[name]
    return "、".join(known.label(str(one)) for one in (value if isinstance(value, list) else [value]) if one not in (None, ""))


def division(names: Mapping[str, str], code: str) -> str:
    """A village by its township's name and its own; the code where it has no name."""
    name = names.get(code)
    if name is None:
        return code
    above = code[_TOWNSHIP] + "000"
    is_below = above != code and not code[:9].endswith("000")
    return f"{names[above]} {name}" if is_below and above in names else name


def day_text(day: date) -> str:
    """`2026年11月22日`."""
    return DAY.format(year=day.year, month=day.month, day=day.day)
