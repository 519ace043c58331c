"""Working days, limits and cards, against worked examples."""

import json
from datetime import date
from pathlib import Path

import pytest

import node
from node.casework.deadlines import Pause, WorkCalendar, card, read_calendar

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "workdays.json").read_text(encoding="utf-8"))["cases"]


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return read_calendar(Path(node.__file__).parent / "data" / "calendar.json")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['accept']}+{vector['n']}")
def test_the_last_day_is_as_in_the_worked_example(calendar: WorkCalendar, vector: dict[str, object]) -> None:
    pauses = [Pause(date.fromisoformat(a), date.fromisoformat(b)) for a, b in vector["pauses"]]  # type: ignore[attr-defined]
    due = calendar.due(date.fromisoformat(str(vector["accept"])), int(str(vector["n"])), pauses)
    assert due.day.isoformat() == vector["due"]
    assert due.provisional == (due.day.year == 2027)


def test_a_year_without_a_notice_counts_weekdays_and_says_so(calendar: WorkCalendar) -> None:
    due = calendar.due(date(2031, 3, 7), 1)
    assert due.day == date(2031, 3, 10)
    assert due.provisional


def test_days_left_count_down_through_the_last_day(calendar: WorkCalendar) -> None:
    due = date(2026, 11, 26)
    assert [calendar.workdays_left(date(2026, 11, day), due) for day in (22, 25, 26, 27, 30)] == [4, 1, 0, -1, -2]


def test_cards_turn_yellow_on_the_last_days_and_red_after() -> None:
    assert [card(2, past=False), card(1, past=False), card(0, past=False), card(-1, past=True)] == ["none", "yellow", "yellow", "red"]


def test_an_open_pause_does_not_hang(calendar: WorkCalendar) -> None:
    assert calendar.due(date(2026, 11, 2), 5, [Pause(date(2026, 11, 4))]).day == date(2026, 11, 10)
