"""Reports and the parent's time in an exchange: they ride along, cost no call, and never stop a letter."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from sync.errors import DoorError, RecordError
from sync.exchange import Letterbag
from sync.records import Record, write_records
from tests.sync.fakes import TOWN, VILLAGE, DoorWire, FakeClock, Station, courier, parcel


@dataclass
class Book:
    """Tells what it is given once, and keeps what it hears."""

    mine: list[bytes] = field(default_factory=list)
    heard: list[tuple[bytes, str]] = field(default_factory=list)
    answers: list[tuple[tuple[bytes, ...], str | None]] = field(default_factory=list)

    def to_tell(self, limit_bytes: int) -> list[bytes]:
        assert limit_bytes == 8192
        return list(self.mine)

    def told(self, reports: Sequence[bytes], parent_time: str | None, took_s: float) -> None:
        assert took_s >= 0
        self.answers.append((tuple(reports), parent_time))
        self.mine = [one for one in self.mine if one not in reports]

    def take(self, reports: Sequence[bytes], came_from: str) -> None:
        self.heard += [(one, came_from) for one in reports]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def book() -> Book:
    """What the village says."""
    return Book([b'{"mine":1}', b'{"below":2}'])


@pytest.fixture
def village(clock: FakeClock, book: Book) -> Station:
    return Station(VILLAGE, clock, book)


@pytest.fixture
def town(clock: FakeClock) -> Station:
    return Station(TOWN, clock, Book())


def heard_at(town: Station) -> list[tuple[bytes, str]]:
    assert isinstance(town.reports, Book)
    return town.reports.heard


def test_reports_go_with_the_letters_and_the_parents_time_comes_back(village: Station, town: Station, book: Book, clock: FakeClock) -> None:
    ids = village.outbox.queue(TOWN, parcel(1))
    wire = DoorWire(town)
    told = tuple(book.mine)
    report = courier(village, wire).carry_once()
    assert (report.sent, len(ids), wire.calls.count("exchange")) == (1, 1, 1)
    assert heard_at(town) == [(one, VILLAGE) for one in told]
    assert book.answers == [(told, clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"))]


def test_without_anything_to_tell_nothing_is_said_and_no_time_is_given(village: Station, town: Station, book: Book) -> None:
    book.mine.clear()
    assert courier(village, DoorWire(town)).carry_once().failure is None
    assert heard_at(town) == [] and book.answers == []


def test_a_parent_that_knows_no_reports_passes_them_over_and_they_count_as_told(village: Station, clock: FakeClock, book: Book) -> None:
    town = Station(TOWN, clock)
    village.outbox.queue(TOWN, parcel(1))
    assert courier(village, DoorWire(town)).carry_once().sent == 1
    assert book.mine == [] and book.answers[0][1] is None


def test_a_child_that_has_no_reports_is_not_told_the_time(clock: FakeClock, town: Station) -> None:
    village = Station(VILLAGE, clock)
    assert courier(village, DoorWire(town)).carry_once().failure is None
    assert heard_at(town) == []


def test_a_lost_answer_tells_them_again(village: Station, town: Station, book: Book) -> None:
    failures = iter([True])

    def lose(name: str, answer: bytes) -> bytes:
        if name == "exchange" and next(failures, False):
            return b"broken"
        return answer

    told = len(book.mine)
    courier(village, DoorWire(town, after=lose)).carry_once()
    courier(village, DoorWire(town)).carry_once()
    assert len(heard_at(town)) == 2 * told and book.mine == []


def test_a_parent_that_stumbles_over_a_report_still_gets_the_letter(village: Station, town: Station, book: Book) -> None:
    def stumble(name: str, body: bytes) -> bytes:
        if name == "exchange" and Letterbag.from_bytes(body).reports:
            raise DoorError("error")
        return body

    village.outbox.queue(TOWN, parcel(1))
    report = courier(village, DoorWire(town, before=stumble)).carry_once()
    assert (report.sent, report.failure) == (1, None)
    assert heard_at(town) == [] and book.mine == []


@pytest.mark.parametrize("said", [b"{}", b"[]", b'{"at": 5}', b'{"at": "now"}', b'{"at": "2026-11-22T03:04:05+08:00"}'])
def test_a_time_of_another_form_is_no_exchange(said: bytes) -> None:
    with pytest.raises(RecordError):
        Letterbag.from_bytes(write_records([Record("time", said)]))


def test_reports_and_the_time_are_something_to_say() -> None:
    assert not Letterbag(reports=(b"{}",)).is_empty and not Letterbag(at="2026-11-22T03:04:05Z").is_empty
    bag = Letterbag(down_bytes=4096, reports=(b"{}", b"{ }"), at="2026-11-22T03:04:05Z")
    assert Letterbag.from_bytes(bag.to_bytes()) == bag
