"""The values of rules and how one kind becomes another; the JavaScript twin is in `evaluate.js`."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from forms.expressions import exact
from forms.expressions.moments import Moment, moment_text, ms_of_text
from forms.expressions.zones import COUNTY_ZONE, MS_PER_DAY, Zone

Value = str | float | bool | list[Any] | dict[str, Any] | Moment
"""A mapping is one row of a table."""

_NUMBER = re.compile(r"-?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|Infinity)")
_XML_SPACE = " \t\r\n"


@dataclass(slots=True)
class Scope:
    """What a rule can see: the answers of its row or form, those of the form, the answer it is about, the day, parameters.

    Answers here are normalised; absent, ill-formed and not relevant ones are missing. `now` is a moment in milliseconds since
    1970, local midnight of `today` when None; `row` the number of the row, from 1.
    """

    answers: Mapping[str, Any]
    form: Mapping[str, Any]
    today: date
    parameters: Mapping[str, Any]
    answer: Any = ""
    now: float | None = None
    zone: Zone = COUNTY_ZONE
    row: int = 1


def value_of(answer: Any) -> Value:
    """An answer as rules read it: nothing is empty text, an integer a number."""
    if answer is None or answer == []:
        return ""
    if isinstance(answer, int) and not isinstance(answer, bool):
        return float(answer)
    return answer  # type: ignore[no-any-return]  # str, float, bool or list: whatever the kinds' checks let through


def text(value: Value) -> str:
    """A value as text; a list's members are joined by a space, a row has none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, Moment):
        return moment_text(value)
    if isinstance(value, dict):
        return ""
    return " ".join(text(value_of(member)) for member in value if not isinstance(member, dict))


def number_text(number: float) -> str:
    """The one writing of a number: shortest plain decimals that read back the same."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return exact.text_of(Decimal(repr(number)))


def number(value: Value, zone: Zone = COUNTY_ZONE) -> float:
    """A value as a number; text that writes none is NaN, a date counts days since 1970 in the zone."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, Moment):
        return value.days
    written = text(value).strip(_XML_SPACE)
    return float(written) if _NUMBER.fullmatch(written) else ms_of_text(written, zone) / MS_PER_DAY


def boolean(value: Value) -> bool:
    """A value as a boolean: text that is not empty, a number that is neither 0 nor NaN, a moment that is one, a list with members."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return not math.isnan(value.ms) if isinstance(value, Moment) else bool(value)


def exact_number(value: Value) -> Decimal | None:
    """A value as an exact decimal; None when it is empty or writes none."""
    if isinstance(value, (bool, list, dict, Moment)):
        return None
    return exact.decimal_of(value if isinstance(value, str) else number_text(value))


def members(value: Value) -> list[Value]:
    """What a list holds, empty members left out; a single value is a list of itself, an empty one of nothing."""
    if isinstance(value, list):
        return [value_of(member) for member in value if member not in (None, "")]
    return [] if value == "" else [value]
