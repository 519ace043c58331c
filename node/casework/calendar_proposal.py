"""A calendar that a county is about to publish (拟发布的日历): what was given, joined to what is in force, and what that changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from node.casework.calendar_csv import read_table
from node.casework.calendar_document import Calendar, YearChange, compare, fixed_days_missing, read_typed
from node.errors import RequestError


@dataclass(frozen=True)
class Proposal:
    """What would be in force afterwards, year by year what is other than now, and statutory days that look forgotten."""

    after: Calendar
    changes: tuple[YearChange, ...]
    forgotten: Mapping[int, tuple[date, ...]]

    @property
    def replaced(self) -> tuple[int, ...]:
        """Years that are official now and would count other days: decisions were made by them."""
        return tuple(one.year for one in self.changes if one.touches_official)

    def check(self, *, replace: bool) -> None:
        """Refuse what changes nothing, and what changes an official year unless somebody said that this is meant.

        Raises:
            RequestError: `calendar_same` or `calendar_replaces`.
        """
        if not self.changes:
            raise RequestError("calendar_same")
        if self.replaced and not replace:
            raise RequestError("calendar_replaces", years="、".join(map(str, self.replaced)))


def read_given(data: bytes, before: Calendar, source: str, *, official: bool) -> Calendar:
    """The years in a file that a person gives: JSON of the document's form, or a table of days.

    `source` and `official` say of a table what it does not say itself.

    Raises:
        CalendarError: it cannot be used; all that is wrong with it.
    """
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return read_typed(data)
    return read_table(data, before, source, official=official)


def propose(before: Calendar, shipped: Calendar, given: Calendar) -> Proposal:
    """The calendar in force with the given years in place of its own, and with official years that only the program knows."""
    known = {number for number, year in before.years.items() if year.official}
    brought = {number: year for number, year in shipped.years.items() if year.official and number not in known}
    base = before.with_years(Calendar(shipped.source, brought)) if brought else before
    after = base.with_years(given)
    forgotten = {number: days for number, year in given.years.items() if (days := fixed_days_missing(number, year))}
    return Proposal(after, compare(before, after), forgotten)
