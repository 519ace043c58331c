"""Powers, logarithms and trigonometry, each the double nearest to the true value: calculated in integers.

What a processor's or a browser's library gives differs in the last digit. Both engines calculate here with whole numbers
alone (`wholes.js` has them for browsers), in the same steps, so that they agree on every machine; the twin is `precise.js`.
A number is scaled by 2 to the power of `bits` (fixed point) unless its name says otherwise.
"""

import math
from functools import lru_cache

_BITS = 200
_MOST = 746
"""Beyond this exponent of e every double is zero or infinite."""


def _fixed(number: float, bits: int) -> int:
    """The number in fixed point, what lies below its last bit cut off."""
    top, bottom = number.as_integer_ratio()
    return (top << bits) // bottom


def _nearest(top: int, bottom: int) -> float:
    """The double nearest to `top / bottom`, halves to even."""
    try:
        return top / bottom
    except OverflowError:
        return math.inf if (top < 0) == (bottom < 0) else -math.inf


@lru_cache(maxsize=8)
def _arctangent_of_inverse(whole: int, bits: int) -> int:
    term = (1 << bits) // whole
    total, at, sign = term, 1, -1
    while term:
        term //= whole * whole
        at += 2
        total += sign * (term // at)
        sign = -sign
    return total


def _pi(bits: int) -> int:
    """Source: Machin's formula."""
    work = bits + 20
    return (16 * _arctangent_of_inverse(5, work) - 4 * _arctangent_of_inverse(239, work)) >> 20


def _log_near_one(number: int, bits: int) -> int:
    """The natural logarithm of a number between ½ and 2: twice the area tangent of (n - 1) / (n + 1)."""
    one = 1 << bits
    part = ((number - one) << bits) // (number + one)
    square = (part * part) >> bits
    total, power, at = 0, part, 1
    while power not in (0, -1):
        total += power // at
        power = (power * square) >> bits
        at += 2
    return 2 * total


@lru_cache(maxsize=4)
def _log_of(whole: int, bits: int) -> int:
    """The natural logarithm of 2 or 10."""
    if whole == 2:
        return _log_near_one((4 << bits) // 3, bits) + _log_near_one((3 << bits) // 2, bits)
    return 3 * _log_of(2, bits) + _log_near_one((5 << bits) // 4, bits)


def _log(number: float) -> int:
    """The natural logarithm of a number above zero, of `_BITS`."""
    top, bottom = number.as_integer_ratio()
    shift = top.bit_length() - bottom.bit_length()
    mantissa = (top << (_BITS - shift)) // bottom if shift < _BITS else (top >> (shift - _BITS)) // bottom
    return shift * _log_of(2, _BITS) + _log_near_one(mantissa, _BITS)


def _exp(power: int) -> float:
    """E to a power in fixed point of `_BITS`."""
    if power >> _BITS >= _MOST:
        return math.inf
    if power >> _BITS < -_MOST:
        return 0.0
    log_of_two = _log_of(2, _BITS)
    twos = power // log_of_two
    rest = power - twos * log_of_two
    total, term, at = 0, 1 << _BITS, 1
    while term:
        total += term
        term = ((term * rest) >> _BITS) // at
        at += 1
    return _nearest(total << max(twos, 0), 1 << (_BITS + max(-twos, 0)))


def exp(number: float) -> float:
    """E to the power of a number."""
    if math.isnan(number) or math.isinf(number):
        return 0.0 if number == -math.inf else number
    return _exp(_fixed(max(-1000.0, min(1000.0, number)), _BITS))


def log(number: float) -> float:
    """The natural logarithm; NaN below zero."""
    if math.isnan(number) or number < 0 or number == math.inf:
        return number if number == math.inf else math.nan
    return -math.inf if number == 0 else _nearest(_log(number), 1 << _BITS)


def log10(number: float) -> float:
    """The logarithm to the base 10; NaN below zero."""
    if math.isnan(number) or number < 0 or number == math.inf:
        return number if number == math.inf else math.nan
    return -math.inf if number == 0 else _nearest(_log(number), _log_of(10, _BITS))


def power(base: float, exponent: float) -> float:
    """`base` to the power of `exponent`, as JavaScript's `**` reads its special cases."""
    if exponent == 0:
        return 1.0
    if math.isnan(base) or math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return math.nan
    whole = math.isinf(exponent) or exponent == math.floor(exponent)
    odd = whole and not math.isinf(exponent) and math.fmod(exponent, 2) != 0
    if base == 0 or math.isinf(base) or math.isinf(exponent):
        grows = (abs(base) > 1) == (exponent > 0)
        size = math.inf if grows else 0.0
        return -size if odd and math.copysign(1, base) < 0 else size
    if base < 0 and not whole:
        return math.nan
    size = _whole_power(abs(base), int(exponent)) if whole and abs(exponent) <= 64 else _any_power(abs(base), exponent)
    return -size if odd and base < 0 else size


def _whole_power(base: float, exponent: int) -> float:
    top, bottom = base.as_integer_ratio()
    top, bottom = top ** abs(exponent), bottom ** abs(exponent)
    return _nearest(top, bottom) if exponent > 0 else _nearest(bottom, top)


def _any_power(base: float, exponent: float) -> float:
    top, bottom = exponent.as_integer_ratio()
    return _exp(_log(base) * top // bottom)


def _sine_and_cosine(angle: float) -> tuple[int, int, int]:
    """(sine, cosine, bits), as precise for angles near zero and for huge ones."""
    top, bottom = angle.as_integer_ratio()
    bits = _BITS + 2 * abs(top.bit_length() - bottom.bit_length())
    half_pi = _pi(bits) // 2
    fixed = _fixed(angle, bits)
    quarters = (2 * fixed + half_pi) // (2 * half_pi)
    rest = fixed - quarters * half_pi
    sine, cosine = _series(rest, rest, 2, bits), _series(1 << bits, rest, 1, bits)
    for _ in range(quarters % 4):
        sine, cosine = cosine, -sine
    return sine, cosine, bits


def _series(first: int, angle: int, at: int, bits: int) -> int:
    square = (angle * angle) >> bits
    total, term = 0, first
    while term not in (0, -1):
        total += term
        term = -((term * square) >> bits) // (at * (at + 1))
        at += 2
    return total


def sin(angle: float) -> float:
    """The sine of an angle in radians."""
    if angle == 0 or math.isnan(angle) or math.isinf(angle):
        return angle if angle == 0 else math.nan
    sine, _, bits = _sine_and_cosine(angle)
    return _nearest(sine, 1 << bits)


def cos(angle: float) -> float:
    """The cosine of an angle in radians."""
    if angle == 0 or math.isnan(angle) or math.isinf(angle):
        return 1.0 if angle == 0 else math.nan
    _, cosine, bits = _sine_and_cosine(angle)
    return _nearest(cosine, 1 << bits)


def tan(angle: float) -> float:
    """The tangent of an angle in radians."""
    if angle == 0 or math.isnan(angle) or math.isinf(angle):
        return angle if angle == 0 else math.nan
    sine, cosine, _ = _sine_and_cosine(angle)
    return _nearest(sine, cosine)


def acos(cosine: float) -> float:
    """The angle from 0 to π of a cosine; NaN outside -1 to 1."""
    if not -1 <= cosine <= 1:
        return math.nan
    fixed, one = _fixed(cosine, _BITS), 1 << _BITS
    if cosine == -1:
        return _nearest(_pi(_BITS), one)
    # The tangent of half the angle is √((1 - c) / (1 + c)).
    half = math.isqrt(((one - fixed) << (2 * _BITS)) // (one + fixed))
    return _nearest(2 * _arctangent(half, _BITS), one)


def _arctangent(tangent: int, bits: int) -> int:
    """Halved until it is small, then its series; of a tangent from 0 up."""
    one, halvings = 1 << bits, 0
    while tangent > one >> 4:
        tangent = (tangent << bits) // (one + math.isqrt((one << bits) + tangent * tangent))
        halvings += 1
    square = (tangent * tangent) >> bits
    total, strength, at, sign = 0, tangent, 1, 1
    while strength:
        total += sign * (strength // at)
        strength = (strength * square) >> bits
        at += 2
        sign = -sign
    return total << halvings
