"""Limits in working days (工作日), and the cards (黄牌/红牌) that follow from them. Pure; the calendar is data.

The start day is not counted; a limit ends with its n-th working day. Days on which a clock is paused, from the day of the
notice to the day of supply inclusive, are not counted. Nothing here is ever a letter: it follows from dates and can be
worked out again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

YELLOW_DAYS_LEFT = 1
"""A limit with this many working days left, or fewer, shows a yellow card."""


@dataclass(frozen=True)
class Year:
    """One year's notice: days off on weekdays and working days on weekends; `official` once the State Council has published it."""

    holidays: frozenset[date]
    makeup_workdays: frozenset[date]
    official: bool


@dataclass(frozen=True)
class Pause:
    """Days that do not count, both ends included; `until` is None while it still lasts."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Due:
    """The last day of a limit, and whether it rests on a year whose calendar is not official yet (暂定)."""

    day: date
    provisional: bool


class WorkCalendar:
    """The working-day calendar (工作日历) of a county, by year."""

    def __init__(self, years: Mapping[int, Year]) -> None:
        self._years = dict(years)

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked; a year that is missing counts its weekdays."""
        year = self._years.get(day.year)
        if year and day in year.makeup_workdays:
            return True
        return day.weekday() < 5 and not (year and day in year.holidays)

    def is_official(self, year: int) -> bool:
        """Whether the notice for `year` is known."""
        return year in self._years and self._years[year].official

    def due(self, start: date, limit_workdays: int, pauses: Sequence[Pause] = ()) -> Due:
        """The end of the `limit_workdays`-th working day after `start`; with an open pause, as if it ended on its first day."""
        day, left = start, limit_workdays
        while left > 0:
            day += timedelta(days=1)
            if self.is_workday(day) and not any(pause.covers(day) for pause in pauses if pause.until or day == pause.since):
                left -= 1
        return Due(day, not all(self.is_official(year) for year in range(start.year, day.year + 1)))

    def workdays_left(self, today: date, due: date) -> int:
        """Working days after `today` up to `due`; negative by the working days past it."""
        step, first, last = (1, today, due) if due >= today else (-1, due, today)
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return step * sum(self.is_workday(day) for day in days)


def card(days_left: int, *, past: bool) -> str:
    """`red` past the last day, `yellow` when about to expire, else `none`."""
    if past:
        return "red"
    return "yellow" if days_left <= YELLOW_DAYS_LEFT else "none"


def read_calendar(path: Path) -> WorkCalendar:
    """The calendar in a `yizhan calendar 1` file."""
    years = json.loads(path.read_text(encoding="utf-8"))["years"]
    return WorkCalendar(
        {
            int(year): Year(
                frozenset(map(date.fromisoformat, facts["holidays"])),
                frozenset(map(date.fromisoformat, facts["makeup_workdays"])),
                facts["status"] == "official",
            )
            for year, facts in years.items()
        }
    )
