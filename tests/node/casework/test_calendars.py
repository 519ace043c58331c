"""The calendars that a station keeps: the program's own, the county's, and all before."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from node.casework.calendar_document import Calendar, read_calendar
from node.casework.calendars import Calendars, shipped_calendar
from node.casework.deadlines import Year
from node.errors import CalendarError
from node.store import Store, open_store
from tests.fakes import SetClock

SHIPPED = read_calendar(shipped_calendar())
FIRST = datetime(2026, 11, 22, 1, tzinfo=UTC)
LATER = datetime(2026, 12, 29, 17, tzinfo=UTC)
"""The 30th in the county."""


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def published(*more: date) -> bytes:
    days = SHIPPED.years[2027].holidays | {date(2027, 1, 4), *more}
    return SHIPPED.with_years(Calendar("样例通知", {2027: Year(days, frozenset(), official=True)})).to_bytes()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "store.db", digest=digest)
    yield opened
    opened.close()


def calendars(store: Store, shipped: bytes = shipped_calendar(), now: datetime = FIRST) -> Calendars:
    return Calendars(store, digest, shipped, SetClock(now))


def test_until_the_county_publishes_the_programs_calendar_is_in_force(store: Store) -> None:
    assert calendars(store).newest().calendar == SHIPPED and calendars(store).all() == ()
    opened = calendars(store)
    opened.begin()
    opened.begin()
    assert [(one.by, one.at) for one in opened.all()] == [("program", FIRST)]
    assert not opened.current().is_official(2027)


def test_the_countys_calendar_is_taken_once_and_the_one_before_is_kept(store: Store) -> None:
    opened, other = calendars(store), calendars(store)
    opened.begin()
    assert not other.current().is_official(2027)
    opened.take(published(), LATER)
    opened.take(published(), datetime(2027, 1, 1, tzinfo=UTC))
    assert [(one.by, one.at, one.taken_at, one.version) for one in opened.all()] == [
        ("program", FIRST, FIRST, digest(shipped_calendar())),
        ("county", LATER, FIRST, digest(published())),
    ]
    assert other.current().is_official(2027) and calendars(store).all() == opened.all()
    assert [line.about for line in store.audit.page()] == [digest(published()), digest(shipped_calendar())]


def test_a_limit_knows_both_days_after_the_county_has_published(store: Store) -> None:
    calendars(store).begin()
    opened = calendars(store, now=LATER)
    opened.take(published(), LATER - timedelta(days=20))
    bound, moves = opened.history().binding(date(2026, 12, 28), 5)
    assert [(one.was, one.now, one.on, one.version) for one in moves] == [
        (date(2027, 1, 5), date(2027, 1, 6), date(2026, 12, 30), digest(published()))
    ]
    assert bound.due(date(2026, 12, 28), 5).day == date(2027, 1, 6)


def test_a_station_that_began_after_the_publication_counts_from_the_publication(store: Store) -> None:
    opened = calendars(store, now=LATER)
    opened.begin()
    opened.take(published(), FIRST)
    assert opened.history().binding(date(2026, 12, 28), 5)[1] == (), "nobody was told another day"
    assert [one.on for one in opened.history().binding(date(2026, 11, 20), 31)[1]] == [date(2026, 11, 22)]


def test_what_is_no_calendar_changes_nothing(store: Store) -> None:
    opened = calendars(store)
    opened.begin()
    for data in (b"", b"{}", published()[:-1], published() + b" "):
        with pytest.raises(CalendarError):
            opened.take(data, LATER)
    assert len(opened.all()) == 1 and len(calendars(store).all()) == 1


def test_a_transaction_that_fails_takes_the_calendar_back(store: Store) -> None:
    opened = calendars(store)
    opened.begin()
    with pytest.raises(RuntimeError, match="power cut"), store.transaction():
        opened.take(published(), LATER)
        assert opened.current().is_official(2027)
        raise RuntimeError("power cut")
    assert not opened.current().is_official(2027)
    with pytest.raises(RuntimeError, match="power cut"), store.transaction():
        opened.take(published(date(2027, 1, 5)), LATER)
        assert not opened.current().is_workday(date(2027, 1, 5))
        raise RuntimeError("power cut")
    opened.take(published(), LATER)
    assert opened.current().is_workday(date(2027, 1, 5))


def test_a_new_program_brings_a_new_calendar_until_the_county_has_published_its_own(store: Store) -> None:
    calendars(store).begin()
    newer = replace(SHIPPED, source="新程序").to_bytes()
    updated = calendars(store, newer)
    updated.begin()
    assert [one.version for one in updated.all()] == [digest(shipped_calendar()), digest(newer)]
    updated.take(published(), LATER)
    again = calendars(store, replace(SHIPPED, source="更新的程序").to_bytes())
    again.begin()
    assert again.newest().version == digest(published()) and len(again.all()) == 3


def test_what_the_county_publishes_stays_in_force_even_when_the_program_brought_the_same(store: Store) -> None:
    calendars(store).begin()
    calendars(store).take(shipped_calendar(), LATER)
    again = calendars(store, replace(SHIPPED, source="更新的程序").to_bytes())
    again.begin()
    assert (again.newest().by, again.newest().version) == ("county", digest(shipped_calendar()))


def test_an_older_calendar_may_be_published_again(store: Store) -> None:
    opened = calendars(store)
    for data in (published(), published(date(2027, 1, 5)), published()):
        opened.take(data, LATER)
    assert [one.version for one in opened.all()] == [digest(published()), digest(published(date(2027, 1, 5))), digest(published())]
