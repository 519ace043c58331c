"""Which limit of a case runs, letter by letter."""

from datetime import date

import pytest

from forms.catalogue import Catalogue
from forms.schema import Form
from forms.shipped import Shipped
from node.casework.calendar_document import read_calendar
from node.casework.calendars import shipped_calendar
from node.casework.case import Event
from node.casework.deadlines import CalendarHistory, CalendarInForce, Pause
from node.casework.timing import Timing, read_timing
from signing.algorithms import suite

CALENDAR = CalendarHistory([CalendarInForce(read_calendar(shipped_calendar()).counted(), date.min, "shipped")])
MONDAY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def form() -> Form:
    digest = suite("p256").digest
    return Catalogue(Shipped(digest), digest).newest("gaoling")[1]


def timed(*happened: tuple[Event, date]) -> Timing:
    timing = Timing(happened[0][0], happened[0][1])
    for event, day in happened:
        timing = timing.after(event, day, day)
    return timing


def test_until_acceptance_the_days_to_tell_what_is_missing_run_from_the_receipt(form: Form) -> None:
    deadline = timed((Event.SUBMITTED, MONDAY)).deadline(form, CALENDAR, MONDAY)
    assert deadline is not None
    assert (deadline.stage, deadline.due_on, deadline.card) == ("tell_once", date(2026, 11, 9), "none")


def test_acceptance_starts_the_promised_days_and_forwarding_does_not_stop_them(form: Form) -> None:
    timing = timed((Event.SUBMITTED, MONDAY), (Event.ACCEPTED, date(2026, 11, 3)), (Event.FORWARDED, date(2026, 11, 5)))
    deadline = timing.deadline(form, CALENDAR, date(2026, 11, 12))
    assert deadline is not None
    assert (deadline.stage, deadline.started_on, deadline.due_on) == ("promised", date(2026, 11, 3), date(2026, 11, 12))
    assert (deadline.days_left, deadline.card) == (0, "yellow")
    late = timing.deadline(form, CALENDAR, date(2026, 11, 13))
    assert late is not None and (late.days_left, late.card) == (-1, "red")


def test_days_between_a_return_and_the_next_acceptance_do_not_count(form: Form) -> None:
    timing = timed(
        (Event.SUBMITTED, MONDAY),
        (Event.ACCEPTED, MONDAY),
        (Event.RETURNED, date(2026, 11, 4)),
        (Event.SUBMITTED, date(2026, 11, 9)),
        (Event.ACCEPTED, date(2026, 11, 10)),
    )
    assert timing.pauses == (Pause(date(2026, 11, 4), date(2026, 11, 10)),)
    deadline = timing.deadline(form, CALENDAR, date(2026, 11, 10))
    assert deadline is not None and deadline.due_on == date(2026, 11, 18)


@pytest.mark.parametrize("event", [Event.RETURNED, Event.SUSPENDED, Event.APPROVED, Event.DENIED, Event.DELIVERED, Event.CLOSED])
def test_no_limit_runs_while_a_case_is_stopped_or_over(form: Form, event: Event) -> None:
    timing = timed((Event.SUBMITTED, MONDAY), (Event.ACCEPTED, MONDAY), (event, date(2026, 11, 4)))
    assert timing.deadline(form, CALENDAR, date(2026, 11, 30)) is None


def test_a_suspension_that_ended_is_counted_out(form: Form) -> None:
    timing = timed(
        (Event.SUBMITTED, MONDAY),
        (Event.ACCEPTED, MONDAY),
        (Event.SUSPENDED, date(2026, 11, 3)),
        (Event.RESUMED, date(2026, 11, 5)),
    )
    deadline = timing.deadline(form, CALENDAR, date(2026, 11, 6))
    assert deadline is not None and deadline.due_on == date(2026, 11, 16)


def test_a_timing_is_read_back_from_a_cases_row() -> None:
    timing = timed(
        (Event.SUBMITTED, MONDAY), (Event.ACCEPTED, MONDAY), (Event.SUSPENDED, date(2026, 11, 3)), (Event.RESUMED, date(2026, 11, 5))
    )
    assert read_timing(timing.to_json()) == timing
    assert read_timing(None) is None
