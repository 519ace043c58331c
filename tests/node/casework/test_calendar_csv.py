"""A year's notice typed as a table."""

from datetime import date

import pytest

from node.casework.calendar_csv import read_table
from node.casework.calendar_document import Calendar, read_calendar
from node.casework.calendars import shipped_calendar
from node.casework.deadlines import Year
from node.errors import CalendarError

SHIPPED = read_calendar(shipped_calendar())
TYPED = "日期,类型,名称\n2027-01-01,放假,元旦\n2027/1/4,休,元旦\n2027年1月9日,上班,元旦调休\n\n"


def typed(text: str, encoding: str = "utf-8", *, official: bool = True) -> Calendar:
    return read_table(text.encode(encoding), SHIPPED, "样例通知", official=official)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_lays_its_year_down_whole(encoding: str) -> None:
    calendar = typed(TYPED, encoding)
    assert calendar.years == {
        2027: Year(
            frozenset({date(2027, 1, 1), date(2027, 1, 4)}),
            frozenset({date(2027, 1, 9)}),
            official=True,
            names={date(2027, 1, 1): "元旦", date(2027, 1, 4): "元旦", date(2027, 1, 9): "元旦调休"},
        )
    }
    assert read_calendar(calendar.to_bytes()) == calendar


def test_english_headings_tabs_and_a_provisional_year_are_taken() -> None:
    calendar = typed("kind\tdate\nholiday\t2027-01-01\nworkday\t2027-01-09\n", official=False)
    assert not calendar.years[2027].official and calendar.years[2027].makeup_workdays == {date(2027, 1, 9)}


def test_days_of_the_december_before_are_added_to_that_year() -> None:
    calendar = typed("date,kind\n2026-12-31,放假\n2026-12-27,上班\n2027-01-01,放假\n")
    assert calendar.years[2026].holidays == SHIPPED.years[2026].holidays | {date(2026, 12, 31)}
    assert calendar.years[2026].makeup_workdays == SHIPPED.years[2026].makeup_workdays | {date(2026, 12, 27)}
    assert calendar.years[2026].official and calendar.years[2027].official


def test_all_faults_are_told_with_their_rows() -> None:
    rows = ["2027-02-30,放假,", "2027-03-05,上班,", ",放假,", "2027-04-05,有时,", "1989-01-01,放假,", "2027-05-01,放假,长" + "长" * 20]
    rows += ["2027-06-09,放假,端午", "2027-06-09,放假,端午"]
    with pytest.raises(CalendarError) as caught:
        typed("\n".join(["日期,类型,名称", *rows]))
    assert [(one.row, one.column, one.code) for one in caught.value.faults] == [
        (2, "date", "date"),
        (3, "date", "not_weekend"),
        (4, "date", "missing"),
        (5, "kind", "kind"),
        (6, "date", "year"),
        (7, "name", "name"),
        (9, "date", "twice"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "column"),
        ("日期,名称\n2027-01-01,元旦\n".encode(), "column"),
        ("日期,类型\n".encode(), "empty"),
        (b"\xff\xfe\x00", "encoding"),
        (b'date,kind\n"2027', "table"),
        (b"date,kind\n" + b"2027-01-01,off\n" * 1001, "too_large"),
        (b"x" * 300_000, "too_large"),
    ],
    ids=["nothing", "no kind", "no rows", "no text", "quote", "rows", "bytes"],
)
def test_a_file_that_is_no_such_table_is_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(CalendarError) as caught:
        read_table(data, SHIPPED, "样例", official=True)
    assert code in [one.code for one in caught.value.faults]


def test_a_year_cannot_be_off_for_ever() -> None:
    days = [date(2027, 1, 1).replace(month=1 + n // 28, day=1 + n % 28) for n in range(121)]
    with pytest.raises(CalendarError) as caught:
        typed("date,kind\n" + "".join(f"{day},放假\n" for day in days))
    assert [one.code for one in caught.value.faults] == ["too_many"]
