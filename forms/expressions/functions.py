"""The functions of XPath and OpenRosa that rules may call: name → (fewest, most arguments, function).

Each takes the scope and its evaluated arguments. Dates and mathematics stand in their own files. Source: OpenRosa XForms
specification, XPath functions. A function is added here or there, in its JavaScript twin, and nowhere else.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal

from forms.expressions import exact
from forms.expressions.patterns import compile_pattern
from forms.expressions.values import Scope, Value, boolean, members, number, number_text, text, value_of

Function = Callable[..., Value]
MANY = 1000
_XML_SPACE = " \t\r\n"
_SPACES = re.compile(r"[ \t\r\n]+")


def _count_rows(scope: Scope, value: Value) -> Value:
    return float(len(value)) if isinstance(value, list) else float(value != "")


def _selected(scope: Scope, chosen: Value, wanted: Value) -> Value:
    if isinstance(chosen, list):
        return text(wanted) in _choices(chosen)
    return text(wanted).strip(_XML_SPACE) in text(chosen).split(" ")


def _choices(chosen: Value) -> list[str]:
    return [text(member) for member in members(chosen)] if isinstance(chosen, list) else text(chosen).split(" ")


def _selected_at(scope: Scope, chosen: Value, place: Value) -> Value:
    choices, at = _choices(chosen), number(place, scope.zone)
    return choices[int(at)] if choices and -1 < at < len(choices) else ""


def _count_selected(scope: Scope, chosen: Value) -> Value:
    return float(sum(one != "" for one in _choices(chosen)))


def _coalesce(scope: Scope, first: Value, second: Value) -> Value:
    found = first if text(first) != "" else second
    return found if isinstance(found, list) else text(found)


def _substr(scope: Scope, value: Value, start: Value, end: Value = math.inf) -> Value:
    """Characters from `start` (0-based) up to but not `end`; negative places count from the end."""
    whole = text(value)
    return whole[_place(number(start, scope.zone), len(whole)) : _place(number(end, scope.zone), len(whole))]


def _place(at: float, length: int) -> int:
    if math.isnan(at):
        return 0
    if math.isinf(at):
        return length if at > 0 else 0
    whole = int(at)
    return max(0, min(length, whole if whole >= 0 else length + whole))


def half_up(number: float) -> float:
    """The nearest whole number, halves towards plus infinity; what is none stays."""
    if not math.isfinite(number):
        return number
    below = math.floor(number)
    return float(below + (number - below >= 0.5))


def _substring(scope: Scope, value: Value, start: Value, length: Value = math.inf) -> Value:
    """Characters from place `start` (1-based), `length` of them; both are rounded. Source: XPath 1.0, substring."""
    whole, first, count = text(value), half_up(number(start, scope.zone)), half_up(number(length, scope.zone))
    end = math.inf if length is math.inf else first + count
    if math.isnan(first) or math.isnan(end):
        return ""
    last = min(len(whole) + 1.0, end)
    return whole[int(max(1.0, min(first, last))) - 1 : max(0, int(max(1.0, last)) - 1)]


def _extreme(pick: Callable[[list[float]], float]) -> Function:
    def go(scope: Scope, *values: Value) -> Value:
        numbers = [number(one, scope.zone) for value in values for one in _spread(value)]
        return math.nan if not numbers or any(math.isnan(one) for one in numbers) else pick(numbers)

    return go


def _spread(value: Value) -> list[Value]:
    return members(value) if isinstance(value, list) else [value]


def _sum(scope: Scope, values: Value) -> Value:
    total = 0.0
    for one in members(values):
        total += number(one, scope.zone)
    return total


def _whole(step: Callable[[float], float]) -> Function:
    """A function to whole numbers; what is below zero and becomes zero stays minus zero, as in JavaScript."""

    def go(scope: Scope, value: Value) -> Value:
        at = number(value, scope.zone)
        return math.copysign(abs(step(at)), at) if math.isfinite(at) else at

    return go


def _round(scope: Scope, value: Value, places: Value = 0.0) -> Value:
    """To so many places, halves away from zero, as the written decimals say (2.15 to one place is 2.2)."""
    at, digits = number(value, scope.zone), number(places, scope.zone)
    if not math.isfinite(digits):
        return math.nan
    if not math.isfinite(at) or abs(digits) > 20:
        return at
    return float(exact.rounded(Decimal(number_text(at)), int(digits)))


def _regex(scope: Scope, value: Value, pattern: Value) -> Value:
    return compile_pattern(text(pattern)).search(text(value)) is not None


def _join(scope: Scope, glue: Value, *values: Value) -> Value:
    return text(glue).join(text(one) for value in values for one in _spread(value))


def _translate(scope: Scope, value: Value, old: Value, new: Value) -> Value:
    table: dict[int, str | None] = {}
    for place, character in enumerate(text(old)):
        table.setdefault(ord(character), text(new)[place] if place < len(text(new)) else None)
    return text(value).translate(table)


def _normalised(scope: Scope, *values: Value) -> Value:
    return _SPACES.sub(" ", text(_of_self(scope, values))).strip(" ")


def _of_self(scope: Scope, values: tuple[Value, ...]) -> Value:
    """The one argument; without it, the answer that the rule is about."""
    return values[0] if values else value_of(scope.answer)


def _true_text(scope: Scope, value: Value) -> Value:
    if isinstance(value, float):
        return value > 0 and value % 1 == 0
    return text(value) in ("1", "true")


FUNCTIONS: dict[str, tuple[int, int, Function]] = {
    "true": (0, 0, lambda scope: True),
    "false": (0, 0, lambda scope: False),
    "not": (1, 1, lambda scope, a: not boolean(a)),
    "boolean": (1, 1, lambda scope, a: boolean(a)),
    "boolean-from-string": (1, 1, _true_text),
    "number": (0, 1, lambda scope, *a: number(_of_self(scope, a), scope.zone)),
    "string": (0, 1, lambda scope, *a: text(_of_self(scope, a))),
    "concat": (0, MANY, lambda scope, *parts: "".join(text(part) for part in parts)),
    "join": (1, MANY, _join),
    "coalesce": (2, 2, _coalesce),
    "contains": (2, 2, lambda scope, a, b: text(b) in text(a)),
    "starts-with": (2, 2, lambda scope, a, b: text(a).startswith(text(b))),
    "ends-with": (2, 2, lambda scope, a, b: text(a).endswith(text(b))),
    "substr": (2, 3, _substr),
    "substring": (2, 3, _substring),
    "substring-before": (2, 2, lambda scope, a, b: text(a).partition(text(b))[0] if text(b) and text(b) in text(a) else ""),
    "substring-after": (2, 2, lambda scope, a, b: text(a).partition(text(b))[2] if text(b) else text(a)),
    "string-length": (0, 1, lambda scope, *a: float(len(text(_of_self(scope, a))))),
    "normalize-space": (0, 1, _normalised),
    "translate": (3, 3, _translate),
    "regex": (2, 2, _regex),
    "selected": (2, 2, _selected),
    "selected-at": (2, 2, _selected_at),
    "count-selected": (1, 1, _count_selected),
    "count": (1, 1, _count_rows),
    "count-non-empty": (1, 1, lambda scope, a: float(len(members(a)))),
    "position": (0, 0, lambda scope: float(scope.row)),
    "sum": (1, 1, _sum),
    "min": (0, MANY, _extreme(min)),
    "max": (0, MANY, _extreme(max)),
    "abs": (1, 1, lambda scope, a: abs(number(a, scope.zone))),
    "int": (1, 1, _whole(math.trunc)),
    "floor": (1, 1, _whole(math.floor)),
    "ceiling": (1, 1, _whole(math.ceil)),
    "round": (1, 2, _round),
}
