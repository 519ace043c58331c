"""Calendar days as rules read them: dates, months, ages. No clock."""

import re
from calendar import monthrange
from datetime import date

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def day_of(text: str) -> date | None:
    """The date of `YYYY-MM-DD`, or the first of the month `YYYY-MM`; None for anything else or an impossible date."""
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    match = _MONTH.fullmatch(text)
    return None if match is None else real_day(int(match[1]), int(match[2]), 1)


def real_day(year: int, month: int, day: int) -> date | None:
    """That date, or None when the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_years(born: date, on: date) -> int:
    """Full years of age on a day; who is born on 29 February turns older on 1 March of a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def months_later(day: date, months: int) -> date | None:
    """The same day `months` later, the last of the month where that day is missing; None outside the years 1–9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
