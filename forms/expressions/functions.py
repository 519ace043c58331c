"""The functions of XPath and OpenRosa that rules may call: name → (fewest, most arguments, function).

Each takes the scope and its evaluated arguments. Source: OpenRosa XForms specification, XPath functions. A function is
added here, in `functions.js` and nowhere else.
"""

import math
from collections.abc import Callable
from decimal import Decimal

from forms.expressions import exact
from forms.expressions.patterns import compile_pattern
from forms.expressions.values import Scope, Value, boolean, members, number, number_text, text

Function = Callable[..., Value]
MANY = 1000


def _count_rows(scope: Scope, value: Value) -> Value:
    return float(len(value)) if isinstance(value, list) else float(value != "")


def _selected(scope: Scope, chosen: Value, wanted: Value) -> Value:
    return text(wanted) in _choices(chosen)


def _choices(chosen: Value) -> list[str]:
    return [text(member) for member in members(chosen)] if isinstance(chosen, list) else text(chosen).split()


def _selected_at(scope: Scope, chosen: Value, place: Value) -> Value:
    choices, at = _choices(chosen), number(place)
    return choices[int(at)] if at >= 0 and at < len(choices) else ""


def _coalesce(scope: Scope, first: Value, second: Value) -> Value:
    return first if text(first) != "" else second


def _substr(scope: Scope, value: Value, start: Value, end: Value = math.inf) -> Value:
    """Characters from `start` (0-based) up to but not `end`; negative places count from the end."""
    whole = text(value)
    return whole[_place(number(start), len(whole)) : _place(number(end), len(whole))]


def _place(at: float, length: int) -> int:
    if math.isnan(at):
        return 0
    if math.isinf(at):
        return length if at > 0 else 0
    return max(0, min(length, int(at) if at >= 0 else length + int(at)))


def _extreme(pick: Callable[[list[float]], float]) -> Function:
    def go(scope: Scope, *values: Value) -> Value:
        numbers = [number(one) for value in values for one in (members(value) if isinstance(value, list) else [value])]
        return math.nan if not numbers or any(math.isnan(one) for one in numbers) else pick(numbers)

    return go


def _sum(scope: Scope, values: Value) -> Value:
    total = 0.0
    for one in members(values):
        total += number(one)
    return total


def _whole(step: Callable[[float], float]) -> Function:
    def go(scope: Scope, value: Value) -> Value:
        at = number(value)
        return float(step(at)) if math.isfinite(at) else at

    return go


def _int(scope: Scope, value: Value) -> Value:
    at = number(value)
    return float(math.trunc(at)) if math.isfinite(at) else math.nan


def _round(scope: Scope, value: Value, places: Value = 0.0) -> Value:
    """To so many places, halves away from zero, as the written decimals say (2.15 to one place is 2.2)."""
    at, digits = number(value), number(places)
    if not math.isfinite(at) or not math.isfinite(digits) or abs(digits) > 20:
        return at
    return float(exact.rounded(Decimal(number_text(at)), int(digits)))


def _regex(scope: Scope, value: Value, pattern: Value) -> Value:
    return compile_pattern(text(pattern)).search(text(value)) is not None


def _join(scope: Scope, glue: Value, *values: Value) -> Value:
    parts = [text(one) for value in values for one in (members(value) if isinstance(value, list) else [value])]
    return text(glue).join(parts)


def _translate(scope: Scope, value: Value, old: Value, new: Value) -> Value:
    table: dict[int, str | None] = {}
    for place, character in enumerate(text(old)):
        table.setdefault(ord(character), text(new)[place] if place < len(text(new)) else None)
    return text(value).translate(table)


FUNCTIONS: dict[str, tuple[int, int, Function]] = {
    "true": (0, 0, lambda scope: True),
    "false": (0, 0, lambda scope: False),
    "not": (1, 1, lambda scope, a: not boolean(a)),
    "boolean": (1, 1, lambda scope, a: boolean(a)),
    "boolean-from-string": (1, 1, lambda scope, a: text(a) in ("1", "true")),
    "number": (1, 1, lambda scope, a: number(a)),
    "string": (1, 1, lambda scope, a: text(a)),
    "today": (0, 0, lambda scope: scope.today.isoformat()),
    "concat": (0, MANY, lambda scope, *parts: "".join(text(part) for part in parts)),
    "join": (1, MANY, _join),
    "coalesce": (2, 2, _coalesce),
    "contains": (2, 2, lambda scope, a, b: text(b) in text(a)),
    "starts-with": (2, 2, lambda scope, a, b: text(a).startswith(text(b))),
    "ends-with": (2, 2, lambda scope, a, b: text(a).endswith(text(b))),
    "substr": (2, 3, _substr),
    "substring-before": (2, 2, lambda scope, a, b: text(a).partition(text(b))[0] if text(b) and text(b) in text(a) else ""),
    "substring-after": (2, 2, lambda scope, a, b: text(a).partition(text(b))[2] if text(b) else text(a)),
    "string-length": (1, 1, lambda scope, a: float(len(text(a)))),
    "translate": (3, 3, _translate),
    "regex": (2, 2, _regex),
    "selected": (2, 2, _selected),
    "selected-at": (2, 2, _selected_at),
    "count-selected": (1, 1, lambda scope, a: float(len(_choices(a)))),
    "count": (1, 1, _count_rows),
    "count-non-empty": (1, 1, lambda scope, a: float(len(members(a)))),
    "sum": (1, 1, _sum),
    "min": (1, MANY, _extreme(min)),
    "max": (1, MANY, _extreme(max)),
    "abs": (1, 1, lambda scope, a: abs(number(a))),
    "int": (1, 1, _int),
    "floor": (1, 1, _whole(math.floor)),
    "ceiling": (1, 1, _whole(math.ceil)),
    "round": (1, 2, _round),
}
