"""Cap, quiet hours and pause: pieces keep to them, letters go, and a change counts at once."""

import random
from dataclasses import dataclass

import pytest

from sync.chunks import MOST_COUNT
from sync.pace import Bucket
from tests.sync.fakes import TOWN, VILLAGE, DoorWire, FakeClock, Station, courier, digest, parcel


@dataclass
class SetPace:
    cap: int | None = None
    scans: bool = True
    paused: bool = False

    def max_bytes_s(self) -> int | None:
        return self.cap

    def scans_may_go(self) -> bool:
        return self.scans

    def is_paused(self) -> bool:
        return self.paused


@pytest.fixture
def village(clock: FakeClock) -> Station:
    station = Station(VILLAGE, clock)
    scan = random.Random(1).randbytes(400_000)
    station.outbox.queue(TOWN, parcel(100, scans=[scan]), parcel(1))
    station.shelf.send(TOWN, station.shelf.put(scan))
    return station


def whole(town: Station) -> bool:
    return town.shelf.is_whole(digest(random.Random(1).randbytes(400_000)))


def test_under_a_cap_a_scan_takes_its_time_and_arrives_in_one_carrying(village: Station, town: Station, clock: FakeClock) -> None:
    began = clock.now()
    report = courier(village, DoorWire(town), pace=SetPace(cap=10_000)).carry_once()
    took_s = (clock.now() - began).total_seconds()
    assert report.failure is None and whole(town)
    assert 38 <= took_s <= 42


def test_without_a_cap_nobody_waits(village: Station, town: Station, clock: FakeClock) -> None:
    began = clock.now()
    assert courier(village, DoorWire(town), pace=SetPace()).carry_once().failure is None
    assert clock.now() == began


def test_letters_never_wait_for_the_cap_but_count(clock: FakeClock) -> None:
    bucket = Bucket(SetPace(cap=1000), clock.now)
    bucket.count(5000)
    assert not bucket.may_pass()
    clock.advance(4)
    assert not bucket.may_pass()
    clock.advance(1)
    assert bucket.may_pass()


def test_letters_that_are_queued_while_pieces_wait_go_at_once(village: Station, town: Station, clock: FakeClock) -> None:
    late: list[tuple[str, float]] = []
    began = clock.now()

    def queue_late(name: str, body: bytes) -> bytes:
        if name == "put" and not late:
            late.extend((one, 0.0) for one in village.outbox.queue(TOWN, parcel(7)))
        if name == "exchange" and late and late[0][1] == 0.0:
            late[0] = (late[0][0], (clock.now() - began).total_seconds())
        return body

    courier(village, DoorWire(town, before=queue_late), pace=SetPace(cap=5_000)).carry_once()
    assert late[0][0] in town.receiver.admitted
    assert 0 < late[0][1] + 1 < 8


def test_a_new_cap_counts_at_once(clock: FakeClock) -> None:
    pace = SetPace(cap=100)
    bucket = Bucket(pace, clock.now)
    bucket.count(100_000)
    assert not bucket.may_pass()
    pace.cap = None
    assert bucket.may_pass()


def test_a_clock_that_was_set_on_pays_for_little(clock: FakeClock) -> None:
    bucket = Bucket(SetPace(cap=100), clock.now)
    bucket.count(100_000)
    clock.advance(3600 * 24 * 365)
    assert not bucket.may_pass()
    clock.advance(-3600 * 24 * 700)
    assert not bucket.may_pass()


def test_in_quiet_hours_letters_go_and_scans_stay(village: Station, town: Station) -> None:
    pace = SetPace(scans=False)
    carrier = courier(village, DoorWire(town), pace=pace)
    assert carrier.carry_once().failure is None
    assert len(town.receiver.admitted) == 2 and town.shelf.writes == []
    pace.scans = True
    carrier.carry_once()
    assert whole(town)


def test_a_paused_line_carries_nothing_but_what_a_person_asks_for(village: Station, town: Station) -> None:
    wire = DoorWire(town)
    carrier = courier(village, wire, pace=SetPace(paused=True))
    report = carrier.carry_once()
    assert report.is_paused and not report.moved and wire.calls == []
    assert not carrier.carry_once(by_hand=True).is_paused
    assert whole(town)


def test_a_pause_stops_a_carrying_after_the_pieces_in_flight(village: Station, town: Station) -> None:
    pace = SetPace()

    def pause_soon(name: str, body: bytes) -> bytes:
        if name == "put" and len(town.shelf.writes) == 2:
            pace.paused = True
        return body

    carrier = courier(village, DoorWire(town, before=pause_soon), pace=pace)
    report = carrier.carry_once()
    assert report.failure is None and not whole(town)
    assert 2 <= report.pieces_up <= 2 + MOST_COUNT
    assert report.bytes_up == sum(length for _, _, length in town.shelf.writes)
