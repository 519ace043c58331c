"""What a county is about to publish, put together with what is in force."""

from dataclasses import replace
from datetime import date

import pytest

from node.casework.calendar_document import Calendar, read_calendar
from node.casework.calendar_proposal import propose, read_given
from node.casework.calendars import shipped_calendar
from node.casework.deadlines import Year
from node.errors import RequestError

SHIPPED = read_calendar(shipped_calendar())
TABLE = "日期,类型\n2027-01-01,放假\n"


def given(text: str = TABLE, *, official: bool = True) -> Calendar:
    return read_given(text.encode(), SHIPPED, "样例通知", official=official)


def test_a_table_and_a_document_are_told_apart_by_their_first_sign() -> None:
    typed = given()
    assert typed.source == "样例通知" and typed.years[2027].official
    assert read_given(b"\xef\xbb\xbf \n" + typed.to_bytes(), SHIPPED, "", official=False) == typed


def test_the_other_years_stay_and_forgotten_holidays_are_told() -> None:
    proposal = propose(SHIPPED, SHIPPED, given())
    assert {number: proposal.after.years[number] for number in (2024, 2025, 2026)} == {
        number: SHIPPED.years[number] for number in (2024, 2025, 2026)
    }
    assert [one.year for one in proposal.changes] == [2027] and proposal.replaced == ()
    assert proposal.forgotten[2027][0] == date(2027, 5, 1)
    proposal.check(replace=False)


def test_official_years_that_only_the_program_knows_come_along() -> None:
    before = Calendar("县里", {2026: SHIPPED.years[2026]})
    newer = replace(SHIPPED, years={**SHIPPED.years, 2028: Year(frozenset({date(2028, 1, 3)}), frozenset(), official=True)})
    after = propose(before, newer, given()).after
    assert sorted(after.years) == [2024, 2025, 2026, 2027, 2028] and after.years[2028].official


def test_what_changes_nothing_is_refused() -> None:
    with pytest.raises(RequestError) as caught:
        propose(SHIPPED, SHIPPED, Calendar("再发一次", {2026: SHIPPED.years[2026]})).check(replace=True)
    assert caught.value.code == "calendar_same"


def test_a_change_of_an_official_year_must_be_meant() -> None:
    proposal = propose(SHIPPED, SHIPPED, given("日期,类型\n2026-01-01,放假\n"))
    with pytest.raises(RequestError) as caught:
        proposal.check(replace=False)
    assert (caught.value.code, caught.value.facts) == ("calendar_replaces", {"years": "2026"})
    proposal.check(replace=True)
