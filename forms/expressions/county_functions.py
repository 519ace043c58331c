"""Our own functions, prefix `yz:`: citizen numbers, ages and exact money; name → (fewest, most arguments, function).

An argument that is empty or makes no sense gives an empty result. Amounts are decimal text in and out.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from forms import checks
from forms.expressions import days, exact
from forms.expressions.functions import MANY, Function
from forms.expressions.values import Scope, Value, exact_number, members, text, value_of

_PERSON = re.compile(r"[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)*|[A-Za-z]+(?:[ .'-][A-Za-z]+)*")
_CHINESE = re.compile(r"[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)*")


def _date(scope: Scope, value: Value) -> date | None:
    """The date that a date, month or citizen number means."""
    written = text(value)
    return days.day_of(written) or checks.birth_in_id(written, scope.today)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _age(scope: Scope, value: Value, on: Value | None = None) -> Value:
    born, at = _date(scope, value), scope.today if on is None else days.day_of(text(on))
    return "" if born is None or at is None else float(days.full_years(born, at))


def _elapsed_days(scope: Scope, value: Value) -> Value:
    day = days.day_of(text(value))
    return "" if day is None else float((scope.today - day).days)


def _add_months(scope: Scope, value: Value, months: Value) -> Value:
    day, count = days.day_of(text(value)), _integer(months)
    return "" if day is None or count is None else _iso(days.months_later(day, count))


def _integer(value: Value) -> int | None:
    exactly = exact_number(value)
    return None if exactly is None or abs(exactly) > 100_000 else int(exactly)


def _months_under_3(scope: Scope, value: Value, year: Value) -> Value:
    born, in_year = _date(scope, value), _integer(year)
    if born is None or in_year is None:
        return ""
    return float(sum(0 <= (in_year - born.year) * 12 + month - born.month < 36 for month in range(1, 13)))


def _years_begun(scope: Scope, start: Value, end: Value) -> Value:
    a, b = days.day_of(text(start)), days.day_of(text(end))
    return "" if a is None or b is None or b < a else float(-(-((b.year - a.year) * 12 + b.month - a.month) // 12))


def _agrees_with_id(scope: Scope, value: Value, id_number: Value, part: Value) -> Value:
    number = text(id_number)
    found = checks.gender_in_id(number, scope.today) if part == "gender" else _iso(checks.birth_in_id(number, scope.today))
    return not found or text(value) == found


def _disability(scope: Scope, card: Value, part: int) -> Value:
    parts = checks.disability_parts(text(card), scope.today)
    return parts[part] if parts else ""


def _order(scope: Scope, a: Value, b: Value) -> Value:
    """-1, 0 or 1 as `a` is less than, equal to or greater than `b`: numbers as numbers, else as text; empty if either is."""
    left, right = text(a), text(b)
    if not left or not right:
        return ""
    x, y = exact_number(a), exact_number(b)
    if x is not None and y is not None:
        return float((x > y) - (x < y))
    return float((left > right) - (left < right))


def _numbers(values: tuple[Value, ...]) -> list[Decimal]:
    found = (exact_number(one) for value in values for one in members(value))
    return [one for one in found if one is not None]


def _fold(start: Decimal, step: Callable[[Decimal, Decimal], Decimal], values: list[Decimal]) -> Decimal:
    for one in values:
        start = step(start, one)
    return start


def _sum(scope: Scope, *values: Value) -> Value:
    return exact.text_of(_fold(exact.ZERO, exact.add, _numbers(values)))


def _minus(scope: Scope, first: Value, *rest: Value) -> Value:
    start = exact_number(first)
    return "" if start is None else exact.text_of(_fold(start, exact.subtract, _numbers(rest)))


def _product(scope: Scope, a: Value, b: Value) -> Value:
    x, y = exact_number(a), exact_number(b)
    return "" if x is None or y is None else exact.text_of(exact.multiply(x, y))


def _share(scope: Scope, amount: Value, count: Value) -> Value:
    a, b = exact_number(amount), exact_number(count)
    ratio = None if a is None or b is None else exact.ratio_in_cents(a, b)
    return "" if ratio is None else exact.text_of(ratio)


def _cents(scope: Scope, amount: Value) -> Value:
    a = exact_number(amount)
    return "" if a is None else exact.text_of(exact.rounded(a, 2))


def _within(scope: Scope, a: Value, b: Value, tolerance: Value) -> Value:
    x, y, room = exact_number(a), exact_number(b), exact_number(tolerance)
    return x is not None and y is not None and room is not None and abs(exact.subtract(x, y)) <= room


def _distinct(scope: Scope, values: Value) -> Value:
    texts = [text(one) for one in members(values)]
    return len(set(texts)) == len(texts)


def _lookup(scope: Scope, value: Value, *pairs: Value) -> Value:
    """The second of the pair whose first is the value; empty when there is none."""
    wanted = text(value)
    for at in range(0, len(pairs) - 1, 2):
        if text(pairs[at]) == wanted:
            return value_of(pairs[at + 1])
    return ""


COUNTY_FUNCTIONS: dict[str, tuple[int, int, Function]] = {
    "yz:gb11643": (1, 1, lambda scope, a: checks.id_fault(text(a), scope.today) is None),
    "yz:gb32100": (1, 1, lambda scope, a: checks.is_credit_code(text(a))),
    "yz:person_name": (1, 1, lambda scope, a: 2 <= len(text(a)) <= 50 and _PERSON.fullmatch(text(a)) is not None),
    "yz:chinese_name": (1, 1, lambda scope, a: 2 <= len(text(a)) <= 15 and _CHINESE.fullmatch(text(a)) is not None),
    "yz:gender": (1, 1, lambda scope, a: checks.gender_in_id(text(a), scope.today) or ""),
    "yz:birth": (1, 1, lambda scope, a: _iso(checks.birth_in_id(text(a), scope.today))),
    "yz:date": (1, 1, lambda scope, a: _iso(_date(scope, a))),
    "yz:age": (1, 2, _age),
    "yz:elapsed_days": (1, 1, _elapsed_days),
    "yz:add_months": (2, 2, _add_months),
    "yz:months_under_3": (2, 2, _months_under_3),
    "yz:years_begun": (2, 2, _years_begun),
    "yz:agrees_with_id": (3, 3, _agrees_with_id),
    "yz:disability_kind": (1, 1, lambda scope, a: _disability(scope, a, 0)),
    "yz:disability_level": (1, 1, lambda scope, a: _disability(scope, a, 1)),
    "yz:disability_no": (
        3,
        3,
        lambda scope, number, kind, level: checks.disability_number(text(number), text(kind), text(level), scope.today) or "",
    ),
    "yz:order": (2, 2, _order),
    "yz:sum": (0, MANY, _sum),
    "yz:minus": (1, MANY, _minus),
    "yz:product": (2, 2, _product),
    "yz:share": (2, 2, _share),
    "yz:cents": (1, 1, _cents),
    "yz:within": (3, 3, _within),
    "yz:distinct": (1, 1, _distinct),
    "yz:lookup": (1, MANY, _lookup),
    "yz:stage": (1, 1, lambda scope, name: False),
}
