"""Exact decimals, as text: what money and areas are calculated with."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

_NUMERIC = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,20})?")
_EXACT = Context(prec=400)
_CENT = Decimal("0.01")
ZERO = Decimal(0)


def decimal_of(text: str) -> Decimal | None:
    """The number that `text` writes in plain decimals (at most 30 digits and 20 places), else None."""
    return Decimal(text) if _NUMERIC.fullmatch(text) else None


def text_of(number: Decimal) -> str:
    """The shortest plain writing: no exponent, no trailing zeros, no minus before zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def add(a: Decimal, b: Decimal) -> Decimal:
    """`a + b`, exact."""
    return _EXACT.add(a, b)


def subtract(a: Decimal, b: Decimal) -> Decimal:
    """`a - b`, exact."""
    return _EXACT.subtract(a, b)


def multiply(a: Decimal, b: Decimal) -> Decimal:
    """`a × b`, exact."""
    return _EXACT.multiply(a, b)


def rounded(number: Decimal, places: int) -> Decimal:
    """`number` to so many places (negative: tens, hundreds …), halves away from zero."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)


def ratio_in_cents(a: Decimal, b: Decimal) -> Decimal | None:
    """`a ÷ b` to the cent, halves away from zero, never rounded twice; None when `b` is zero."""
    if b == 0:
        return None
    share = abs(Fraction(a) / Fraction(b)) * 100
    cents = (2 * share.numerator + share.denominator) // (2 * share.denominator)
    return _EXACT.multiply(Decimal(cents if (a < 0) == (b < 0) else -cents), _CENT)


def money_text(number: Decimal) -> str:
    """Yuan with exactly two decimals, halves away from zero."""
    text = format(rounded(number, 2), "f")
    return "0.00" if text == "-0.00" else text
