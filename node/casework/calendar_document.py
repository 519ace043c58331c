"""The calendar document (日历文件) `yizhan calendar 1`: canonical JSON, read with care; compared and merged year by year. Pure."""

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from node.casework.deadlines import FIXED_HOLIDAYS, WorkCalendar, Year
from node.errors import CalendarError, Fault
from signing.canonical import canonical_bytes, parse_canonical
from signing.errors import MalformedError

FORMAT = "yizhan calendar 1"
OFFICIAL, PROVISIONAL = "official", "provisional"
YEARS = range(1990, 2100)
MAX_BYTES, MAX_SOURCE, MAX_NAME, MAX_DAYS = 256 * 1024, 1000, 20, 120
JOINT = "；"
_MEMBERS = {"format", "source", "years"}
_YEAR_MEMBERS = {"holidays", "makeup_workdays", "status"}
FIXED_SINCE = 2025
"""From this year on every notice holds all days of `FIXED_HOLIDAYS`."""


@dataclass(frozen=True)
class Calendar:
    """A calendar as it is published: its years, and what it rests on in words."""

    source: str
    years: Mapping[int, Year]

    def to_bytes(self) -> bytes:
        """The document."""
        years = {str(number): _year_json(year) for number, year in self.years.items()}
        return canonical_bytes({"format": FORMAT, "source": self.source, "years": years})

    def counted(self) -> WorkCalendar:
        """The calendar by which limits are counted."""
        return WorkCalendar(self.years)

    def with_years(self, other: "Calendar") -> "Calendar":
        """This calendar with the years of another in place of its own; both sources are told, the newest last."""
        told = dict.fromkeys([*self.source.split(JOINT), *other.source.split(JOINT)])
        sources = [one for one in told if one]
        while len(sources) > 1 and len(JOINT.join(sources)) > MAX_SOURCE:
            sources.pop(0)
        return Calendar(JOINT.join(sources), {**self.years, **other.years})


@dataclass(frozen=True)
class YearChange:
    """What becomes of one year. `before` and `after` are its status, None where there is no such year."""

    year: int
    before: str | None
    after: str | None
    holidays_added: tuple[date, ...]
    holidays_gone: tuple[date, ...]
    workdays_added: tuple[date, ...]
    workdays_gone: tuple[date, ...]

    @property
    def is_days_changed(self) -> bool:
        """Whether other days are worked than before."""
        return bool(self.holidays_added or self.holidays_gone or self.workdays_added or self.workdays_gone)

    @property
    def touches_official(self) -> bool:
        """Whether a year that was official is changed: decisions were made by it."""
        return self.before == OFFICIAL and (self.after != OFFICIAL or self.is_days_changed)


def status_of(year: Year) -> str:
    """`official` or `provisional`."""
    return OFFICIAL if year.official else PROVISIONAL


def read_calendar(data: bytes) -> Calendar:
    """The calendar that `Calendar.to_bytes` wrote.

    Raises:
        CalendarError: it is not one; all that is wrong with it.
    """
    if len(data) > MAX_BYTES:
        raise CalendarError([Fault(0, "", "too_large")])
    try:
        return calendar_of(parse_canonical(data, 4))
    except MalformedError as error:
        raise CalendarError([Fault(0, "", "not_canonical")]) from error


def read_typed(data: bytes) -> Calendar:
    """The calendar in JSON that a person or a tool has written: the same members, in any layout and order.

    Raises:
        CalendarError: it is not one; all that is wrong with it.
    """
    if len(data) > MAX_BYTES:
        raise CalendarError([Fault(0, "", "too_large")])
    try:
        value = _in_order(json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError) as error:
        raise CalendarError([Fault(0, "", "json")]) from error
    return calendar_of(value)


def calendar_of(value: Any) -> Calendar:
    """The calendar of a document's members.

    Raises:
        CalendarError: all that is wrong with them.
    """
    if faults := [*_faults(value)]:
        raise CalendarError(faults)
    years = {int(number): _year_of(year) for number, year in value["years"].items()}
    return Calendar(value["source"], years)


def compare(before: Calendar, after: Calendar) -> tuple[YearChange, ...]:
    """The years that differ, in order."""
    numbers = sorted({*before.years, *after.years})
    changes = [_compared(number, before.years.get(number), after.years.get(number)) for number in numbers]
    return tuple(one for one in changes if one.is_days_changed or one.before != one.after)


def fixed_days_missing(year: int, days: Year) -> tuple[date, ...]:
    """Statutory holidays of fixed date that an official year does not hold: most likely forgotten."""
    if not days.official or year < FIXED_SINCE:
        return ()
    wanted = sorted(date(year, month, day) for month, day in FIXED_HOLIDAYS)
    return tuple(day for day in wanted if day not in days.holidays)


def spans(days: Sequence[date]) -> tuple[tuple[date, date], ...]:
    """Days in a row as (first, last), in order."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


def _compared(number: int, before: Year | None, after: Year | None) -> YearChange:
    empty = Year(frozenset(), frozenset(), False)
    old, new = before or empty, after or empty
    return YearChange(
        year=number,
        before=status_of(before) if before else None,
        after=status_of(after) if after else None,
        holidays_added=tuple(sorted(new.holidays - old.holidays)),
        holidays_gone=tuple(sorted(old.holidays - new.holidays)),
        workdays_added=tuple(sorted(new.makeup_workdays - old.makeup_workdays)),
        workdays_gone=tuple(sorted(old.makeup_workdays - new.makeup_workdays)),
    )


def _year_json(year: Year) -> dict[str, Any]:
    members: dict[str, Any] = {
        "status": status_of(year),
        "holidays": sorted(day.isoformat() for day in year.holidays),
        "makeup_workdays": sorted(day.isoformat() for day in year.makeup_workdays),
    }
    return members | ({"names": {day.isoformat(): name for day, name in year.names.items()}} if year.names else {})


def _year_of(members: Mapping[str, Any]) -> Year:
    holidays, workdays = (frozenset(map(date.fromisoformat, members[name])) for name in ("holidays", "makeup_workdays"))
    names = {date.fromisoformat(day): name for day, name in members.get("names", {}).items()}
    return Year(holidays, workdays, members["status"] == OFFICIAL, names)


def _in_order(value: Any) -> Any:
    """Typed lists of days in the order that the document has; anything else is left for the check."""
    if isinstance(value, dict):
        return {name: _in_order(member) for name, member in value.items()}
    return sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


def _faults(value: Any) -> Iterator[Fault]:
    if not isinstance(value, dict) or set(value) != _MEMBERS or value["format"] != FORMAT:
        yield Fault(0, "", "format")
        return
    if not _is_text(value["source"], MAX_SOURCE):
        yield Fault(0, "source", "source")
    if not isinstance(value["years"], dict) or not value["years"]:
        yield Fault(0, "years", "years")
        return
    for number, members in value["years"].items():
        if number.isascii() and number.isdigit() and len(number) == 4 and int(number) in YEARS:
            yield from _year_faults(number, members)
        else:
            yield Fault(0, f"years.{number[:8]}", "year")


def _year_faults(number: str, members: Any) -> Iterator[Fault]:
    place = f"years.{number}"
    if not isinstance(members, dict) or set(members) - {"names"} != _YEAR_MEMBERS:
        yield Fault(0, place, "members")
        return
    if members["status"] not in (OFFICIAL, PROVISIONAL):
        yield Fault(0, f"{place}.status", "status")
    holidays = yield from _days_faults(f"{place}.holidays", number, members["holidays"])
    workdays = yield from _days_faults(f"{place}.makeup_workdays", number, members["makeup_workdays"])
    for day in sorted(holidays & workdays):
        yield Fault(0, place, "both", {"given": day})
    for day in sorted(workdays):
        if date.fromisoformat(day).weekday() < 5:
            yield Fault(0, f"{place}.makeup_workdays", "not_weekend", {"given": day})
    if "names" in members:
        yield from _name_faults(f"{place}.names", members["names"], holidays | workdays)


def _days_faults(place: str, number: str, days: Any) -> Generator[Fault, None, frozenset[str]]:
    """Faults of a list of days; gives the days that are good."""
    if not isinstance(days, list) or len(days) > MAX_DAYS or not all(isinstance(one, str) for one in days):
        yield Fault(0, place, "days")
        return frozenset()
    if days != sorted(set(days)):
        yield Fault(0, place, "order")
    good = frozenset(one for one in days if read_day(one))
    for one in days:
        if one not in good:
            yield Fault(0, place, "date", {"given": one[:20]})
        elif one[:4] != number:
            yield Fault(0, place, "other_year", {"given": one})
    return good


def _name_faults(place: str, names: Any, days: frozenset[str]) -> Iterator[Fault]:
    if not isinstance(names, dict) or not names:
        yield Fault(0, place, "names")
        return
    for day, name in names.items():
        if day not in days or not _is_text(name, MAX_NAME):
            yield Fault(0, place, "name", {"given": day[:20]})


def read_day(text: str) -> date | None:
    """The day that `YYYY-MM-DD` says, or None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _is_text(value: Any, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= len(value) <= most and value.isprintable()
