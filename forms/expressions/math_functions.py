"""Powers, trigonometry and areas: name → (fewest, most arguments, function). The twin is `math_functions.js`.

Source: OpenRosa XForms specification, mathematical and geographic functions.
"""

import math
from collections.abc import Callable
from itertools import pairwise

from forms.expressions import precise
from forms.expressions.functions import Function, half_up
from forms.expressions.values import Scope, Value, members, number, text

_EARTH = 6_378_100.0
"""Metres from the middle of the earth to the equator, as OpenRosa takes it."""
_XML_SPACE = " \t\r\n"

Point = tuple[float, float]


def _of_number(calculate: Callable[[float], float]) -> Function:
    return lambda scope, value: calculate(number(value, scope.zone))


def _root(value: float) -> float:
    return math.sqrt(value) if value >= 0 else math.nan


def _power(scope: Scope, base: Value, exponent: Value) -> Value:
    return precise.power(number(base, scope.zone), number(exponent, scope.zone))


def _points(value: Value) -> list[Point] | None:
    """(latitude, longitude) of `lat lon [height [accuracy]]; …` or of a list of such; None when one is none."""
    several = isinstance(value, list) and len(value) > 1
    written = [text(one) for one in members(value)] if several else text(value).split(";")
    found = [_point(one.strip(_XML_SPACE).split(" ")) for one in written]
    return None if None in found else [one for one in found if one is not None]


def _point(parts: list[str]) -> Point | None:
    numbers = [0.0 if part == "" and place > 1 else number(part) for place, part in enumerate(parts[:4])]
    if len(numbers) < 2 or not abs(numbers[0]) <= 90 or not abs(numbers[1]) <= 180:
        return None
    if any(math.isnan(one) for one in numbers[2:]) or (len(numbers) == 4 and numbers[3] < 0):
        return None
    return numbers[0], numbers[1]


def _radians(angle: float) -> float:
    return angle * math.pi / 180


def _hundredths(size: float) -> float:
    return abs(half_up(size * 100)) / 100


def _area(scope: Scope, value: Value) -> Value:
    """Square metres inside a ring of points on the sphere, to the hundredth."""
    points = _points(value)
    if points is None:
        return math.nan
    total = 0.0
    for a, b in zip(points, [*points[1:], points[0]], strict=True):
        total += _radians(b[1] - a[1]) * (2 + precise.sin(_radians(a[0])) + precise.sin(_radians(b[0])))
    return _hundredths(total * _EARTH * _EARTH / 2) if len(points) > 2 else 0.0


def _between(a: Point, b: Point) -> float:
    turn, south, north = _radians(a[1] - b[1]), _radians(a[0]), _radians(b[0])
    cosine = precise.sin(south) * precise.sin(north) + precise.cos(south) * precise.cos(north) * precise.cos(turn)
    return precise.acos(max(-1.0, min(1.0, cosine))) * _EARTH


def _distance(scope: Scope, value: Value) -> Value:
    """Metres along a line of points on the sphere, to the hundredth."""
    points = _points(value)
    if points is None:
        return math.nan
    total = 0.0
    for a, b in pairwise(points):
        total += _between(a, b)
    return _hundredths(total)


MATH_FUNCTIONS: dict[str, tuple[int, int, Function]] = {
    "pi": (0, 0, lambda scope: math.pi),
    "pow": (2, 2, _power),
    "sqrt": (1, 1, _of_number(_root)),
    "exp": (1, 1, _of_number(precise.exp)),
    "exp10": (1, 1, _of_number(lambda value: precise.power(10.0, value))),
    "log": (1, 1, _of_number(precise.log)),
    "log10": (1, 1, _of_number(precise.log10)),
    "sin": (1, 1, _of_number(precise.sin)),
    "cos": (1, 1, _of_number(precise.cos)),
    "tan": (1, 1, _of_number(precise.tan)),
    "area": (1, 1, _area),
    "distance": (1, 1, _distance),
}
