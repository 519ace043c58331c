"""The calendar desk (日历柜台) of a county: what its pages call to look at a new calendar and to publish it."""

from collections.abc import Sequence

from node.casework.calendar_document import compare, fixed_days_missing, read_calendar
from node.casework.calendar_proposal import Proposal, propose, read_given
from node.casework.calendars import Calendars, Kept
from node.catalogue.publishing import Publisher
from node.catalogue.sending import ReleaseSender
from node.catalogue.views import Published
from node.clock import Clock, county_day
from node.errors import StaleError

WARN_FROM_MONTH = 11
"""From this month on people are told that the next year is missing; its notice comes out in November."""


class CalendarDesk:
    """Calendars as a county looks at them."""

    def __init__(self, calendars: Calendars, publisher: Publisher, sender: ReleaseSender, clock: Clock) -> None:
        self._calendars = calendars
        self._publisher = publisher
        self._sender = sender
        self._clock = clock

    def newest(self) -> Kept:
        """The calendar in force."""
        return self._calendars.newest()

    def kept(self) -> Sequence[Kept]:
        """Every calendar that was in force here, newest first."""
        return self._calendars.all()[::-1]

    def missing_year(self) -> int | None:
        """The year for which people must publish a calendar now: this one, or from November the next; None when all is there."""
        day, calendar = county_day(self._clock.now()), self._calendars.current()
        wanted = (day.year, day.year + 1) if day.month >= WARN_FROM_MONTH else (day.year,)
        return next((year for year in wanted if not calendar.is_official(year)), None)

    def look(self, data: bytes, source: str, *, official: bool) -> Proposal:
        """What a file would change; nothing is kept.

        Raises:
            CalendarError: it cannot be used; all that is wrong with it.
            RequestError: `calendar_same`.
        """
        before = self.newest().calendar
        proposal = propose(before, self._calendars.shipped(), read_given(data, before, source, official=official))
        proposal.check(replace=True)
        return proposal

    def publish(self, document: bytes, number: int, reason: str, who: str, *, replace: bool) -> Published:
        """Publish the document that a page showed, as the release `number` that it named. Done before, it is not done again.

        Raises:
            CalendarError: it is no calendar.
            RequestError: `calendar_same`, `calendar_replaces`, or the publisher's.
            StaleError: `catalogue`, another release came in between.
            NotAllowedError: this station may send nothing now.
        """
        after, newest = read_calendar(document), self.newest()
        if after == newest.calendar and (done := self._publisher_has(number)) is not None:
            return done
        if number != self._publisher.head().number + 1:
            raise StaleError("catalogue", {"number": self._publisher.head().number})
        changes = compare(newest.calendar, after)
        forgotten = {year: fixed_days_missing(year, days) for year, days in after.years.items()}
        Proposal(after, changes, forgotten).check(replace=replace)
        made = self._publisher.publish_calendar(document, reason, who)[-1]
        self._sender.send(self._clock.now())
        return made

    def next_number(self) -> int:
        """The number that the next release will have."""
        return self._publisher.head().number + 1

    def _publisher_has(self, number: int) -> Published | None:
        """The release of that number, when it published a calendar."""
        found = (one for one in self._publisher.releases() if one.release.number == number)
        return next((one for one in found if any(change.calendar for change in one.release.changes)), None)
