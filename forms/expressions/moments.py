"""Dates and times of rules: a moment in a zone, what writes one, how it is written. The twin is `moments.js`.

Source: OpenRosa XForms specification, date functions; ISO 8601 for the writing.
"""

import math
import re
from dataclasses import dataclass

from forms.expressions.zones import MS_PER_DAY, Zone

_FARTHEST = 8_640_000_000_000_000
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ](.*))?", re.DOTALL)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[-+][0-9]{2}:?[0-9]{2})?")
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,3})?([-+])([0-9]{2}):([0-9]{2})")
_COUNT = re.compile(r"(-?[0-9]{1,15})(?:\.[0-9]+)?")
_SIGN = re.compile(r"%(.?)", re.DOTALL)
_FORMAT = re.compile(r"(?:[^%]|%[%YymnbdeHhMS3a])*")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_WEEKDAYS = "Thu Fri Sat Sun Mon Tue Wed".split()
"""From 1 January 1970."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Milliseconds since 1970 UTC in a zone; NaN when it is none. One made of nothing is `blank`: its text is empty."""

    ms: float
    zone: Zone
    blank: bool = False

    @property
    def days(self) -> float:
        """Days since 1970."""
        return self.ms / MS_PER_DAY

    def local(self) -> tuple[int, int]:
        """(day since 1970, millisecond of that day) of local clocks."""
        day, ms = divmod(int(self.ms) + self.zone.offset(self.ms), MS_PER_DAY)
        return day, ms


def day_number(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date, which need not be a real one. Source: the proleptic Gregorian calendar."""
    shifted = year - 1 if month <= 2 else year
    era, of_era = divmod(shifted, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def date_of_day(number: int) -> tuple[int, int, int]:
    """(year, month, day) of a count of days since 1970."""
    era, of_era = divmod(number + 719_468, 146_097)
    years = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * years + years // 4 - years // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return years + era * 400 + (month <= 2), month, day


def _real_day(year: int, month: int, day: int) -> int | None:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    number = day_number(year, month, day)
    return number if date_of_day(number) == (year, month, day) else None


def clipped(ms: float) -> float:
    """Whole milliseconds, the nearest; NaN beyond 100 million days from 1970."""
    return float(math.floor(ms + 0.5)) if abs(ms) <= _FARTHEST else math.nan


def ms_of_text(text: str, zone: Zone) -> float:
    """The moment that `YYYY-M-D` or `YYYY-M-DTHH:MM[:SS[.fff]][zone]` writes; NaN for anything else or an impossible one."""
    match = _DATE.fullmatch(text) if text[4:5] == "-" else None
    if match is None:
        return math.nan
    number = _real_day(int(match[1]), int(match[2]), int(match[3]))
    if number is None:
        return math.nan
    return zone.utc(number * MS_PER_DAY) if match[4] is None else _with_time(number * MS_PER_DAY, match[4], zone)


def _with_time(local: int, time: str, zone: Zone) -> float:
    match = _TIME.fullmatch(time)
    if match is None:
        return math.nan
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    ms = int(((match[4] or "") + "000")[:3])
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second or ms)):
        return math.nan
    local += ((hour * 60 + minute) * 60 + second) * 1000 + ms
    if match[5] is None:
        return zone.utc(local)
    return float(local - _ahead(match[5]))


def _ahead(written: str) -> int:
    if written == "Z":
        return 0
    minutes = int(written[1:3]) * 60 + int(written[-2:])
    return (minutes if written[0] == "+" else -minutes) * 60_000


def moment_of_days(days: float, zone: Zone) -> Moment:
    """The moment so many days after 1970 began in UTC."""
    return Moment(clipped(days * 24 * 60 * 60 * 1000), zone)


def moment_of_text(text: str, zone: Zone) -> Moment:
    """The moment that a text writes: a date, a date with a time, a month, a count of days."""
    if text == "":
        return Moment(math.nan, zone, True)
    count, month = _COUNT.fullmatch(text), _MONTH.fullmatch(text)
    if count is not None:
        return moment_of_days(float(int(count[1])), zone)
    return Moment(clipped(ms_of_text(text + "-01" if month else text, zone)), zone)


def moment_text(moment: Moment) -> str:
    """The date alone at local midnight, else with the time and the zone; `Invalid Date` when it is none."""
    if math.isnan(moment.ms):
        return "" if moment.blank else "Invalid Date"
    day, ms = moment.local()
    date = _date_text(*date_of_day(day))
    if ms == 0:
        return date
    ahead = moment.zone.offset(moment.ms) // 60_000
    sign, ahead = ("-", -ahead) if ahead < 0 else ("+", ahead)
    hour, minute, second, thousandth = _parts(ms)
    return f"{date}T{hour:02}:{minute:02}:{second:02}.{thousandth:03}{sign}{ahead // 60:02}:{ahead % 60:02}"


def _date_text(year: int, month: int, day: int) -> str:
    written = f"{year:04}" if 0 <= year <= 9999 else f"{'-' if year < 0 else '+'}{abs(year):06}"
    return f"{written}-{month:02}-{day:02}"


def _parts(ms: int) -> tuple[int, int, int, int]:
    return ms // 3_600_000, ms // 60_000 % 60, ms // 1000 % 60, ms % 1000


def formatted(moment: Moment, form: str) -> str:
    """The moment written by a format; empty when it is none. `%b` and `%a` are English, whatever the computer speaks.

    A `%` before a sign that means nothing stays as it is; a format that is a literal is looked at with `is_format` before.
    """
    if math.isnan(moment.ms):
        return ""
    day, ms = moment.local()
    year, month, of_month = date_of_day(day)
    hour, minute, second, thousandth = _parts(ms)
    long_year = f"{year:04}"
    signs = {"%": "%", "Y": long_year, "y": long_year[2:], "m": f"{month:02}", "n": str(month), "b": _MONTHS[month - 1]}
    signs |= {"d": f"{of_month:02}", "e": str(of_month), "H": f"{hour:02}", "h": str(hour), "M": f"{minute:02}"}
    signs |= {"S": f"{second:02}", "3": f"{thousandth:03}", "a": _WEEKDAYS[day % 7]}
    return _SIGN.sub(lambda match: signs.get(match[1], match[0]), form)


def is_format(form: str) -> bool:
    """Whether every `%` of a date format stands before a sign that means something."""
    return _FORMAT.fullmatch(form) is not None


def part_of_day(text: str, today: int, zone: Zone) -> float:
    """Which part of the local day a time with its zone is, on a day since 1970; NaN for anything else."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return math.nan
    hour, minute, second, away, beyond = (int(match[place]) for place in (1, 2, 3, 5, 6))
    if hour > 23 or minute > 59 or second > 59 or away > 23 or beyond > 59:
        return math.nan
    ahead = (away * 60 + beyond) * 60_000
    utc = today * MS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000 - (ahead if match[4] == "+" else -ahead)
    _, ms = Moment(float(utc), zone).local()
    hour, minute, second, _ = _parts(ms)
    return (second / 3600 + minute / 60 + hour) / 24
