"""The operators of XPath 1.0, with the readings pinned in this package's docstring. Each takes two values and the zone."""

import math
from collections.abc import Callable
from operator import ge, gt, le, lt

from forms.expressions.moments import ms_of_text
from forms.expressions.values import Value, boolean, number, text, value_of
from forms.expressions.zones import Zone

Operator = Callable[[Value, Value, Zone], Value]


def equal(a: Value, b: Value, zone: Zone) -> bool:
    """Whether two values are equal; a list equals what one of its members equals, a date what is the same moment."""
    if isinstance(a, str) and isinstance(b, str):
        return a == b or _same_day(a, b, zone)
    if isinstance(a, list) or isinstance(b, list):
        return any(equal(x, y, zone) for x in _each(a) for y in _each(b))
    if isinstance(a, bool) or isinstance(b, bool):
        return boolean(a) == boolean(b)
    return number(a, zone) == number(b, zone)


def _same_day(a: str, b: str, zone: Zone) -> bool:
    """Whether one moment is written in two ways."""
    return a[4:5] == "-" == b[4:5] and ms_of_text(a, zone) == ms_of_text(b, zone)


def unequal(a: Value, b: Value, zone: Zone) -> bool:
    """Whether two values differ; a list differs from what one of its members differs from."""
    if isinstance(a, list) or isinstance(b, list):
        return any(not equal(x, y, zone) for x in _each(a) for y in _each(b))
    return not equal(a, b, zone)


def _each(value: Value) -> list[Value]:
    if not isinstance(value, list):
        return [value]
    return [member if isinstance(member, (str, bool)) else text(value_of(member)) for member in value if not isinstance(member, dict)]


def _divide(a: float, b: float) -> float:
    if b != 0:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)


def _remainder(a: float, b: float) -> float:
    if math.isinf(a) or b == 0 or math.isnan(a) or math.isnan(b):
        return math.nan
    return math.fmod(a, b)


def _ordered(compare: Callable[[float, float], bool]) -> Operator:
    def go(a: Value, b: Value, zone: Zone) -> Value:
        if isinstance(a, list) or isinstance(b, list):
            return any(compare(number(x, zone), number(y, zone)) for x in _each(a) for y in _each(b))
        return compare(number(a, zone), number(b, zone))

    return go


def _arithmetic(calculate: Callable[[float, float], float]) -> Operator:
    return lambda a, b, zone: calculate(number(a, zone), number(b, zone))


OPERATORS: dict[str, Operator] = {
    "=": equal,
    "!=": unequal,
    "<": _ordered(lt),
    "<=": _ordered(le),
    ">": _ordered(gt),
    ">=": _ordered(ge),
    "+": _arithmetic(lambda a, b: a + b),
    "-": _arithmetic(lambda a, b: a - b),
    "*": _arithmetic(lambda a, b: a * b),
    "div": _arithmetic(_divide),
    "mod": _arithmetic(_remainder),
}
