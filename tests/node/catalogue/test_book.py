"""A release comes into force: shelf, calendar and chain together, or nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms.catalogue import Catalogue
from forms.shipped import Shipped
from node.casework.calendars import Calendars, shipped_calendar
from node.catalogue.book import Head, ReleaseBook
from node.catalogue.release import CALENDAR, PUBLISH, WITHDRAW, WITHDRAW_VERSION, Change, Release, read_release, sign_release
from node.catalogue.shelf import CountyShelf
from node.enrolment.documents import Document
from node.store import Store
from node.store.catalogue import PACKAGE, ContentRecord
from node.store.store import open_store
from signing.algorithms import suite
from tests.fakes import SetClock
from tests.items import newest

SUITE = suite("p256")
AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SHIPPED = newest("gaoling").read_bytes()
NEW = json.dumps({**json.loads(SHIPPED), "charge": "新"}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
CALENDAR_2027 = shipped_calendar().replace(b'"source":"', b'"source":"x')


class Bench:
    """A store with a book of releases, a shelf and calendars."""

    def __init__(self, store: Store) -> None:
        shipped = Shipped(SUITE.digest)
        self.store = store
        self.calendars = Calendars(store, SUITE.digest, shipped_calendar(), SetClock())
        self.book = ReleaseBook(SUITE, store, shipped, self.calendars.take)
        self.catalogue = Catalogue(CountyShelf(store, shipped), SUITE.digest)

    def release(self, *changes: Change, at: datetime = AT) -> Document[Release]:
        head, state = self.book.head(), self.book.state().after(changes).digest(SUITE)
        release = Release(
            number=head.number + 1, before=head.digest, made_at=at, by="示例", reason="示例", changes=changes,
            state=state, station="13102500000000", signer=SUITE.digest(b"signer"),
        )  # fmt: skip
        return read_release(sign_release(release, lambda message: b"s"))

    def apply(self, *changes: Change, at: datetime = AT) -> None:
        self.book.apply(self.release(*changes, at=at), AT)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = open_store(tmp_path / "station.db", digest=SUITE.digest)
    yield Bench(store)
    store.close()


def publish(data: bytes, item: str = "gaoling") -> Change:
    return Change(PUBLISH, item, SUITE.digest(data), "gljt")


def test_shelf_calendar_and_chain_change_together(bench: Bench) -> None:
    bench.book.keep_package(NEW)
    bench.book.keep_calendar(CALENDAR_2027)
    document = bench.release(publish(NEW), Change(CALENDAR, calendar=SUITE.digest(CALENDAR_2027)))
    assert bench.book.missing(document.content) == () and bench.book.fault(document.content, document.digest(SUITE)) is None
    bench.book.apply(document, AT)
    assert bench.book.head() == Head(1, document.digest(SUITE)) and bench.book.releases() == (document,)
    assert bench.catalogue.newest("gaoling")[1].charge == "新"
    assert bench.calendars.newest().version == bench.book.state().calendar == SUITE.digest(CALENDAR_2027)
    assert bench.catalogue.standing("gaoling", SUITE.digest(SHIPPED)) == "fillable"


def test_a_release_whose_contents_are_not_here_or_that_cannot_follow_changes_nothing(bench: Bench) -> None:
    lacking = bench.release(publish(NEW))
    assert bench.book.missing(lacking.content) == (SUITE.digest(NEW),)
    bench.book.keep_package(NEW)
    good = bench.release(publish(NEW)).content
    wrong = {
        "chain": replace(good, number=2),
        "item": replace(good, changes=(publish(NEW, "dibao"),)),
        "state": replace(good, state=SUITE.digest(b"")),
    }
    calendar = bench.release(Change(CALENDAR, calendar=SUITE.digest(NEW)))
    assert bench.book.fault(calendar.content, calendar.digest(SUITE)) == "item"
    for why, release in wrong.items():
        document = read_release(sign_release(release, lambda message: b"s"))
        assert bench.book.fault(release, document.digest(SUITE)) == why
        with pytest.raises(ValueError, match="release"):
            bench.book.apply(document, AT)
    assert bench.book.head() == Head() and bench.catalogue.entry("gaoling").digest == SUITE.digest(SHIPPED)


def test_what_only_the_program_brought_is_kept_once_a_release_names_it(bench: Bench) -> None:
    bench.apply(publish(SHIPPED))
    assert bench.store.catalogue.content(SUITE.digest(SHIPPED)) == SHIPPED
    assert bench.catalogue.entry("gaoling").initials == "gljt"


def test_a_package_of_a_newer_program_is_on_the_shelf_once_this_one_can_read_it(bench: Bench) -> None:
    newer = NEW.replace(b'"yizhan form 1"', b'"yizhan form 2"')
    bench.book.keep_package(newer)
    bench.apply(publish(newer))
    assert "gaoling" not in {entry.id for entry in bench.catalogue.entries()}
    bench.book.read_again()
    assert bench.store.catalogue.unread() == [SUITE.digest(newer)]
    # The same of a package that a program before this one could not read.
    bench.store.catalogue.put_content(ContentRecord(SUITE.digest(NEW), PACKAGE, NEW))
    bench.apply(publish(NEW))
    assert "gaoling" not in {entry.id for entry in bench.catalogue.entries()}
    bench.book.read_again()
    assert Bench(bench.store).catalogue.entry("gaoling").charge == "新"


def test_a_calendar_of_a_newer_program_leaves_the_one_before_in_force(bench: Bench) -> None:
    newer = CALENDAR_2027.replace(b"yizhan calendar 1", b"yizhan calendar 2")
    bench.book.keep_calendar(newer)
    bench.apply(Change(CALENDAR, calendar=SUITE.digest(newer)))
    assert bench.calendars.newest().version == SUITE.digest(shipped_calendar())
    assert [line.what for line in bench.store.audit.page()].count("calendar_unread") == 1
    assert bench.book.head().number == 1


def test_when_a_version_was_withdrawn_is_known_also_of_one_that_no_release_has_named(bench: Bench) -> None:
    shipped, later = SUITE.digest(SHIPPED), AT.replace(hour=2)
    bench.book.keep_package(NEW)
    bench.apply(publish(NEW))
    assert bench.catalogue.withdrawn_at("gaoling", shipped) is None
    bench.apply(Change(WITHDRAW_VERSION, "gaoling", SUITE.digest(NEW)), at=later)
    assert bench.catalogue.withdrawn_at("gaoling", SUITE.digest(NEW)) == later
    bench.apply(Change(WITHDRAW, "gaoling"), at=later.replace(hour=3))
    assert bench.catalogue.withdrawn_at("gaoling", SUITE.digest(NEW)) == later
    assert bench.catalogue.withdrawn_at("gaoling", shipped) == later.replace(hour=3)
    assert bench.catalogue.standing("gaoling", shipped) == "withdrawn"
    assert bench.catalogue.form("gaoling", shipped).charge == "不收费", "a form outlives its standing"
    assert bench.catalogue.standing("dibao", shipped) == "unknown"
