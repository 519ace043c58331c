"""The clock of a case (办件时限): which limit runs, since when, and what does not count. Pure; worked out letter by letter.

Every station works it out alike, because it counts by the day that each letter was checked on, and not by when it came; only the
days to tell what is missing run from the receipt here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from forms.schema import Form
from node.casework.case import Event
from node.casework.deadlines import CalendarHistory, Pause, card
from node.casework.views import Deadline

TELL_ONCE_WORKDAYS = 5
"""Days to say, once, all that is missing. Source: Administrative Licence Law, article 32."""

_STOPS = frozenset({Event.RETURNED, Event.SUSPENDED})
_GOES_ON = frozenset({Event.ACCEPTED, Event.RESUMED})
_RUNNING = frozenset({Event.SUBMITTED, Event.ACCEPTED, Event.RESUMED, Event.FORWARDED})


@dataclass(frozen=True)
class Timing:
    """What the state letters so far mean for a case's limits; days are the county's.

    `event` is the last state letter's; `received_on` when that came here; `accepted_on` when the legal clock began; `pauses` are
    over, `paused_since` still lasts.
    """

    event: Event
    received_on: date
    accepted_on: date | None = None
    pauses: tuple[Pause, ...] = ()
    paused_since: date | None = None

    def after(self, event: Event, checked_on: date, received_on: date) -> "Timing":
        """The timing once `event` has happened on the day `checked_on`."""
        timing = replace(self, event=event, received_on=received_on)
        if event is Event.ACCEPTED and timing.accepted_on is None:
            return replace(timing, accepted_on=checked_on, paused_since=None)
        if timing.accepted_on and event in _STOPS and timing.paused_since is None:
            return replace(timing, paused_since=checked_on)
        if event in _GOES_ON and timing.paused_since is not None:
            over = Pause(timing.paused_since, checked_on)
            return replace(timing, pauses=(*timing.pauses, over), paused_since=None)
        return timing

    def deadline(self, form: Form, calendars: CalendarHistory, today: date) -> Deadline | None:
        """The limit that runs now: `promised` after acceptance, `tell_once` from receipt until then; None when none runs."""
        if self.event not in _RUNNING:
            return None
        if self.accepted_on is None or self.event is Event.SUBMITTED:
            return _deadline("tell_once", self.received_on, TELL_ONCE_WORKDAYS, (), calendars, today)
        workdays = form.limits.get("promised_workdays")
        return _deadline("promised", self.accepted_on, workdays, self.pauses, calendars, today) if workdays else None

    def to_json(self) -> dict[str, Any]:
        """The timing as a case's row keeps it."""
        return {
            "event": self.event.value,
            "received_on": self.received_on.isoformat(),
            "accepted_on": self.accepted_on.isoformat() if self.accepted_on else None,
            "pauses": [[one.since.isoformat(), (one.until or one.since).isoformat()] for one in self.pauses],
            "paused_since": self.paused_since.isoformat() if self.paused_since else None,
        }


def read_timing(fields: Mapping[str, Any] | None) -> Timing | None:
    """The timing in a case's row; None for a draft."""
    if fields is None:
        return None
    return Timing(
        event=Event(fields["event"]),
        received_on=date.fromisoformat(fields["received_on"]),
        accepted_on=_day(fields["accepted_on"]),
        pauses=tuple(Pause(date.fromisoformat(since), date.fromisoformat(until)) for since, until in fields["pauses"]),
        paused_since=_day(fields["paused_since"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _deadline(stage: str, start: date, workdays: int, pauses: tuple[Pause, ...], calendars: CalendarHistory, today: date) -> Deadline:
    calendar, moves = calendars.binding(start, workdays, pauses)
    due = calendar.due(start, workdays, pauses)
    left = calendar.workdays_left(today, due.day)
    provisional = due.provisional and calendars.current.is_provisional(start, due.day)
    return Deadline(stage, start, due.day, left, card(left, past=today > due.day), provisional, moves)
