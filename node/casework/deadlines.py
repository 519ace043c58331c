"""Limits in working days (工作日), and the cards (黄牌/红牌) that follow from them. Pure; the calendar is data.

The start day is not counted; a limit ends with its n-th working day. Days on which a clock is paused, from the day of the
notice to the day of supply inclusive, are not counted. Nothing here is ever a letter: it follows from dates and can be
worked out again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

YELLOW_DAYS_LEFT = 1
"""A limit with this many working days left, or fewer, shows a yellow card."""

FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""(month, day) of the statutory holidays (法定节日) that have a fixed date; the others follow the moon and need a notice.

Source: 全国年节及纪念日放假办法, as in force since 2025-01-01.
"""


@dataclass(frozen=True)
class Year:
    """One year's notice: days off and working days on weekends; `official` once the State Council has published it.

    `names` says what a day is for people who compare it with the notice; it counts for nothing.
    """

    holidays: frozenset[date]
    makeup_workdays: frozenset[date]
    official: bool
    names: Mapping[date, str] = field(default_factory=dict)


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
        """Whether `day` is worked; a year that is missing counts its weekdays without the holidays of fixed date."""
        year = self._years.get(day.year)
        if year is None:
            return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS
        if day in year.makeup_workdays:
            return True
        return day.weekday() < 5 and day not in year.holidays

    def is_official(self, year: int) -> bool:
        """Whether the notice for `year` is known."""
        return year in self._years and self._years[year].official

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether a year between two days is not official yet."""
        return not all(self.is_official(year) for year in range(first.year, last.year + 1))

    def due(self, start: date, limit_workdays: int, pauses: Sequence[Pause] = ()) -> Due:
        """The end of the `limit_workdays`-th working day after `start`; with an open pause, as if it ended on its first day."""
        day, left = start, limit_workdays
        while left > 0:
            day += timedelta(days=1)
            if self.is_workday(day) and not any(pause.covers(day) for pause in pauses if pause.until or day == pause.since):
                left -= 1
        return Due(day, self.is_provisional(start, day))

    def workdays_left(self, today: date, due: date) -> int:
        """Working days after `today` up to `due`; negative by the working days past it."""
        step, first, last = (1, today, due) if due >= today else (-1, due, today)
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return step * sum(self.is_workday(day) for day in days)


@dataclass(frozen=True)
class Moved:
    """A latest day that another calendar moved: from `was` to `now`, on the day `on` when the calendar `version` was taken here.

    `kept`: the case was in time by the old calendar and would have been late at once by the new one, so it goes on by the old.
    `official`: the new calendar rests on notices for all years between.
    """

    was: date
    now: date
    on: date
    version: str
    kept: bool
    official: bool


@dataclass(frozen=True)
class CalendarInForce:
    """A calendar with the day on which this station took it, and its digest."""

    calendar: WorkCalendar
    taken_on: date
    version: str


class CalendarHistory:
    """The calendars that were in force here, oldest first; the first since ever.

    A limit is counted by the calendar that was in force when it began, and then by each later one from the day on which that
    was taken, with one exception: nobody is made late in retrospect. Where the new latest day was already past on the day of
    taking and the old one was not, the case goes on by the old calendar.
    """

    def __init__(self, versions: Sequence[CalendarInForce]) -> None:
        self._versions = tuple(versions)

    @property
    def current(self) -> WorkCalendar:
        """The calendar in force."""
        return self._versions[-1].calendar

    def binding(self, start: date, limit_workdays: int, pauses: Sequence[Pause] = ()) -> tuple[WorkCalendar, tuple[Moved, ...]]:
        """The calendar by which a limit that began on `start` is counted today, and how its latest day was moved before."""
        first = max((number for number, one in enumerate(self._versions) if one.taken_on <= start), default=0)
        bound, moves = self._versions[first].calendar, []
        for version in self._versions[first + 1 :]:
            on = version.taken_on
            known = [_as_of(pause, on) for pause in pauses if pause.since <= on]
            was, now = bound.due(start, limit_workdays, known).day, version.calendar.due(start, limit_workdays, known)
            kept = now.day < on <= was
            if was != now.day:
                moves.append(Moved(was, now.day, on, version.version, kept, not now.provisional))
            bound = bound if kept else version.calendar
        return bound, tuple(moves)


def _as_of(pause: Pause, day: date) -> Pause:
    """A pause as it stood on `day`: one that lasted then counts as if it had ended."""
    return pause if pause.until is not None and pause.until <= day else Pause(pause.since, day)


def card(days_left: int, *, past: bool) -> str:
    """`red` past the last day, `yellow` when about to expire, else `none`."""
    if past:
        return "red"
    return "yellow" if days_left <= YELLOW_DAYS_LEFT else "none"
