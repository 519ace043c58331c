"""The calendar document: one form of bytes, strictly read; years compared and put together."""

import json
from datetime import date
from typing import Any

import pytest

from node.casework.calendar_document import (
    Calendar,
    compare,
    fixed_days_missing,
    read_calendar,
    read_typed,
    spans,
)
from node.casework.calendars import shipped_calendar
from node.casework.deadlines import Year
from node.errors import CalendarError
from signing.canonical import canonical_bytes

SHIPPED = read_calendar(shipped_calendar())
GOOD = {"status": "official", "holidays": ["2027-01-01", "2027-01-04"], "makeup_workdays": ["2027-01-09"], "names": {"2027-01-01": "元旦"}}


def document(**members: Any) -> dict[str, Any]:
    return {"format": "yizhan calendar 1", "source": "样例通知", "years": {"2027": GOOD}} | members


def year(**members: Any) -> dict[str, Any]:
    return document(years={"2027": GOOD | members})


def test_the_calendar_of_the_program_is_read_and_written_alike() -> None:
    assert SHIPPED.to_bytes() == shipped_calendar()
    assert [number for number, one in SHIPPED.years.items() if one.official] == [2024, 2025, 2026]
    assert not SHIPPED.years[2027].official and len(SHIPPED.years[2027].holidays) == 13


def test_a_document_is_read_back_whole() -> None:
    calendar = read_calendar(canonical_bytes(document()))
    assert calendar.to_bytes() == canonical_bytes(document())
    assert calendar.years[2027].names == {date(2027, 1, 1): "元旦"}
    assert calendar.counted().is_workday(date(2027, 1, 9)) and not calendar.counted().is_workday(date(2027, 1, 4))


def test_a_typed_document_may_have_any_layout_and_order_of_days() -> None:
    typed = json.dumps(year(holidays=["2027-01-04", "2027-01-01"]), ensure_ascii=True, indent=4)
    assert read_typed(b"\xef\xbb\xbf" + typed.encode()).to_bytes() == canonical_bytes(document())


@pytest.mark.parametrize("depth", [100, 600, 900, 5000])
@pytest.mark.parametrize("ends", ["[ ]", '{"a": }'], ids=["list", "mapping"])
def test_what_is_nested_without_end_is_told_as_a_fault(ends: str, depth: int) -> None:
    opening, closing = ends.split(" ")
    with pytest.raises(CalendarError):
        read_typed((opening * depth + "1" + closing * depth).encode())


@pytest.mark.parametrize(
    ("value", "place", "code"),
    [
        ([], "", "format"),
        (document(format="yizhan calendar 2"), "", "format"),
        (document(more=1), "", "format"),
        (document(source=" "), "source", "source"),
        (document(source="一\n二"), "source", "source"),
        (document(years={}), "years", "years"),
        (document(years={"27": GOOD}), "years.27", "year"),
        (document(years={"1989": GOOD}), "years.1989", "year"),
        (document(years={"2027": {"status": "official"}}), "years.2027", "members"),
        (year(status="maybe"), "years.2027.status", "status"),
        (year(holidays="2027-01-01"), "years.2027.holidays", "days"),
        (year(holidays=[1]), "years.2027.holidays", "days"),
        (year(holidays=["2027-01-04", "2027-01-01"]), "years.2027.holidays", "order"),
        (year(holidays=["2027-01-01", "2027-01-01"]), "years.2027.holidays", "order"),
        (year(holidays=["2027-01-01", "2027-02-30"]), "years.2027.holidays", "date"),
        (year(holidays=["20270101"], names={"2027-01-09": "班"}), "years.2027.holidays", "date"),
        (year(holidays=["2026-12-31", "2027-01-01"]), "years.2027.holidays", "other_year"),
        (year(holidays=["2027-01-01", "2027-01-09"]), "years.2027", "both"),
        (year(makeup_workdays=["2027-01-08"]), "years.2027.makeup_workdays", "not_weekend"),
        (year(names={}), "years.2027.names", "names"),
        (year(names={"2027-03-01": "元旦"}), "years.2027.names", "name"),
        (year(names={"2027-01-01": "x" * 21}), "years.2027.names", "name"),
    ],
)
def test_what_is_no_calendar_is_refused_with_the_place(value: Any, place: str, code: str) -> None:
    with pytest.raises(CalendarError) as caught:
        read_calendar(canonical_bytes(value))
    assert (place, code) in [(one.column, one.code) for one in caught.value.faults]


@pytest.mark.parametrize(
    "data", [b"", b"{}x", b'{"format": "yizhan calendar 1"}', b"[" * 100, b"\xff", b" " * 300_000], ids=lambda data: data[:12].hex()
)
def test_bytes_that_are_not_canonical_or_too_many_are_refused(data: bytes) -> None:
    for read in (read_calendar, read_typed):
        with pytest.raises(CalendarError):
            read(data)


def test_years_are_compared_day_by_day() -> None:
    after = read_calendar(canonical_bytes(document()))
    (change,) = [one for one in compare(SHIPPED, SHIPPED.with_years(after)) if one.year == 2027]
    assert (change.before, change.after) == ("provisional", "official")
    assert change.holidays_added == (date(2027, 1, 4),) and change.workdays_added == (date(2027, 1, 9),)
    assert date(2027, 2, 5) in change.holidays_gone and not change.touches_official
    assert compare(SHIPPED, SHIPPED) == ()


def test_a_year_that_was_official_and_loses_days_or_its_standing_is_told_apart() -> None:
    days = SHIPPED.years[2026]
    fewer = Calendar("x", {2026: Year(days.holidays - {date(2026, 10, 7)}, days.makeup_workdays, official=True)})
    weaker = Calendar("x", {2026: Year(days.holidays, days.makeup_workdays, official=False)})
    gone = Calendar("x", {number: one for number, one in SHIPPED.years.items() if number != 2026})
    for after in (SHIPPED.with_years(fewer), SHIPPED.with_years(weaker), gone):
        assert [one.year for one in compare(SHIPPED, after) if one.touches_official] == [2026]


def test_sources_are_put_together_and_never_outgrow_the_document() -> None:
    one = Calendar("甲", SHIPPED.years)
    assert one.with_years(Calendar("乙", {})).with_years(Calendar("甲", {})).source == "甲；乙"
    long = Calendar("长" * 600, {})
    assert one.with_years(long).with_years(Calendar("短" * 600, {})).source == "短" * 600


def test_an_official_year_without_the_holidays_of_fixed_date_is_noticed() -> None:
    year_2027 = read_calendar(canonical_bytes(document())).years[2027]
    assert fixed_days_missing(2027, year_2027)[0] == date(2027, 5, 1)
    assert all(fixed_days_missing(number, one) == () for number, one in SHIPPED.years.items())


def test_days_in_a_row_are_told_as_one_span() -> None:
    days = [date(2027, 2, 28), date(2027, 3, 1), date(2027, 1, 1)]
    assert spans(days) == ((date(2027, 1, 1), date(2027, 1, 1)), (date(2027, 2, 28), date(2027, 3, 1)))
