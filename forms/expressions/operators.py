"""The operators of XPath 1.0, with the readings pinned in this package's docstring."""

import math
from collections.abc import Callable
from operator import ge, gt, le, lt

from forms.expressions.values import Value, boolean, number, text

Operator = Callable[[Value, Value], Value]


def equal(a: Value, b: Value) -> bool:
    """Whether two values are equal; a list equals what one of its members equals."""
    if isinstance(a, list) or isinstance(b, list):
        return any(equal(x, y) for x in _each(a) for y in _each(b))
    if isinstance(a, bool) or isinstance(b, bool):
        return boolean(a) == boolean(b)
    if isinstance(a, float) or isinstance(b, float):
        return number(a) == number(b)
    return a == b


def unequal(a: Value, b: Value) -> bool:
    """Whether two values differ; a list differs from what one of its members differs from."""
    if isinstance(a, list) or isinstance(b, list):
        return any(not equal(x, y) for x in _each(a) for y in _each(b))
    return not equal(a, b)


def _each(value: Value) -> list[Value]:
    if not isinstance(value, list):
        return [value]
    return [member if isinstance(member, (str, bool)) else text(member) for member in value]


def _divide(a: float, b: float) -> float:
    if b != 0:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)


def _remainder(a: float, b: float) -> float:
    if math.isinf(a) or b == 0 or math.isnan(a) or math.isnan(b):
        return math.nan
    return math.fmod(a, b)


def _ordered(compare: Callable[[float, float], bool]) -> Operator:
    return lambda a, b: compare(number(a), number(b))


def _arithmetic(calculate: Callable[[float, float], float]) -> Operator:
    return lambda a, b: calculate(number(a), number(b))


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
