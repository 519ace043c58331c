"""Working days, limits and cards, against worked examples; and what becomes of a limit when another calendar comes."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from node.casework.calendar_document import Calendar, read_calendar
from node.casework.calendars import shipped_calendar
from node.casework.deadlines import CalendarHistory, CalendarInForce, Moved, Pause, WorkCalendar, Year, card

FOLDER = Path(__file__).parents[2] / "vectors"
SHIPPED = read_calendar(shipped_calendar())
CALENDAR = SHIPPED.counted()


def worked_examples() -> list[dict[str, Any]]:
    typed = yaml.safe_load((FOLDER / "domain.yaml").read_text(encoding="utf-8"))["workdays"]
    return [*json.loads((FOLDER / "workdays.json").read_text(encoding="utf-8"))["cases"], *typed]


@pytest.mark.parametrize("vector", worked_examples(), ids=lambda vector: f"{vector['accept']}+{vector['n']}")
def test_the_last_day_is_as_in_the_worked_example(vector: dict[str, Any]) -> None:
    pauses = [Pause(date.fromisoformat(a), date.fromisoformat(b)) for a, b in vector["pauses"]]
    due = CALENDAR.due(date.fromisoformat(vector["accept"]), vector["n"], pauses)
    assert due.day.isoformat() == vector["due"]
    assert due.provisional == (due.day.year == 2027)


def test_a_year_without_a_notice_counts_weekdays_without_the_fixed_holidays_and_says_so() -> None:
    due = CALENDAR.due(date(2031, 3, 7), 1)
    assert due.day == date(2031, 3, 10) and due.provisional
    assert CALENDAR.due(date(2031, 9, 30), 1).day == date(2031, 10, 6)
    assert [day for day in range(1, 8) if not CALENDAR.is_workday(date(2029, 5, day))] == [1, 2, 5, 6]


@pytest.mark.parametrize("calendar", [CALENDAR, WorkCalendar({})], ids=["shipped", "empty"])
def test_no_january_of_a_century_stops_the_count(calendar: WorkCalendar) -> None:
    for year in range(1990, 2100):
        for day in range(1, 32):
            due = calendar.due(date(year, 1, day) - timedelta(days=20), 20)
            assert due.day.year in (year - 1, year, year + 1) and calendar.is_workday(due.day)
            assert due.provisional == calendar.is_provisional(date(year, 1, day) - timedelta(days=20), due.day)


def test_days_left_count_down_through_the_last_day() -> None:
    due = date(2026, 11, 26)
    assert [CALENDAR.workdays_left(date(2026, 11, day), due) for day in (22, 25, 26, 27, 30)] == [4, 1, 0, -1, -2]


def test_cards_turn_yellow_on_the_last_days_and_red_after() -> None:
    assert [card(2, past=False), card(1, past=False), card(0, past=False), card(-1, past=True)] == ["none", "yellow", "yellow", "red"]


def test_an_open_pause_does_not_hang() -> None:
    assert CALENDAR.due(date(2026, 11, 2), 5, [Pause(date(2026, 11, 4))]).day == date(2026, 11, 10)


# another calendar comes


def official_2027() -> WorkCalendar:
    """An invented notice: 2027-01-04 is off, in exchange for Saturday 2027-01-09; 2027-02-20 and 02-27 (Saturdays) are worked."""
    days = SHIPPED.years[2027].holidays | {date(2027, 1, 4)}
    worked = frozenset({date(2027, 1, 9), date(2027, 2, 20), date(2027, 2, 27)})
    return Calendar("样例", {**SHIPPED.years, 2027: Year(days, worked, official=True)}).counted()


def history(*later: tuple[date, WorkCalendar]) -> CalendarHistory:
    versions = [CalendarInForce(calendar, on, f"v{number}") for number, (on, calendar) in enumerate(later, start=2)]
    return CalendarHistory([CalendarInForce(CALENDAR, date(2026, 1, 1), "v1"), *versions])


def test_a_limit_that_is_open_when_the_official_year_comes_is_counted_again_and_both_days_are_known() -> None:
    on = date(2026, 12, 29)
    bound, moves = history((on, official_2027())).binding(date(2026, 12, 28), 5)
    assert moves == (Moved(date(2027, 1, 5), date(2027, 1, 6), on, "v2", kept=False, official=True),)
    assert bound.due(date(2026, 12, 28), 5).day == date(2027, 1, 6)
    assert not bound.due(date(2026, 12, 28), 5).provisional


def test_a_limit_that_the_new_calendar_does_not_touch_has_no_note() -> None:
    assert history((date(2026, 12, 29), official_2027())).binding(date(2026, 12, 28), 3)[1] == ()


def test_a_limit_that_began_under_the_new_calendar_has_no_note() -> None:
    bound, moves = history((date(2026, 12, 28), official_2027())).binding(date(2026, 12, 28), 5)
    assert moves == () and bound.due(date(2026, 12, 28), 5).day == date(2027, 1, 6)


@pytest.mark.parametrize(
    ("on", "kept", "due"),
    [
        (date(2027, 2, 25), False, date(2027, 2, 26)),  # a day is left by the new calendar: it counts
        (date(2027, 2, 26), False, date(2027, 2, 26)),  # its last day
        (date(2027, 2, 28), True, date(2027, 3, 1)),  # past by the new one, in time by the old one: the old one stays
        (date(2027, 3, 1), True, date(2027, 3, 1)),
        (date(2027, 3, 2), False, date(2027, 2, 26)),  # late by both
    ],
)
def test_nobody_is_made_late_in_retrospect(on: date, kept: bool, due: date) -> None:
    start = date(2027, 2, 12)
    assert (CALENDAR.due(start, 11).day, official_2027().due(start, 11).day) == (date(2027, 3, 1), date(2027, 2, 26))
    bound, moves = history((on, official_2027())).binding(start, 11)
    assert [(one.was, one.now, one.kept) for one in moves] == [(date(2027, 3, 1), date(2027, 2, 26), kept)]
    assert bound.due(start, 11).day == due


def test_a_pause_after_the_change_moves_the_day_of_the_calendar_that_binds_and_not_the_note() -> None:
    pauses = [Pause(date(2027, 1, 4), date(2027, 1, 5))]
    bound, moves = history((date(2026, 12, 29), official_2027())).binding(date(2026, 12, 28), 5, pauses)
    assert [(one.was, one.now) for one in moves] == [(date(2027, 1, 5), date(2027, 1, 6))]
    assert bound.due(date(2026, 12, 28), 5, pauses).day == date(2027, 1, 7)


def test_a_pause_that_lasts_when_the_calendar_comes_counts_up_to_that_day() -> None:
    pauses = [Pause(date(2026, 12, 29), date(2027, 1, 12))]
    _, moves = history((date(2027, 1, 8), official_2027())).binding(date(2026, 12, 28), 2, pauses)
    assert [(one.was, one.now, one.kept) for one in moves] == [(date(2027, 1, 12), date(2027, 1, 11), False)]


def test_two_changes_are_told_in_their_order() -> None:
    calendars = history((date(2026, 12, 29), official_2027()), (date(2026, 12, 30), CALENDAR))
    bound, moves = calendars.binding(date(2026, 12, 28), 5)
    assert [(one.was, one.now, one.version, one.official) for one in moves] == [
        (date(2027, 1, 5), date(2027, 1, 6), "v2", True),
        (date(2027, 1, 6), date(2027, 1, 5), "v3", False),
    ]
    assert bound.due(date(2026, 12, 28), 5).day == date(2027, 1, 5)


def test_a_clock_that_ran_back_does_not_bring_an_old_calendar_into_force() -> None:
    calendars = history((date(2027, 6, 1), CALENDAR), (date(2026, 12, 1), official_2027()))
    bound, moves = calendars.binding(date(2026, 12, 28), 5)
    assert moves == () and bound.due(date(2026, 12, 28), 5).day == date(2027, 1, 6)
