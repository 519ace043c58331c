"""What is told of the line: only what was acknowledged, at the rate that was measured, breaks included."""

import random

import pytest

from sync.errors import LinkDownError
from sync.progress import MOST_NAMES, Progress
from tests.sync.fakes import TOWN, VILLAGE, DoorWire, FakeClock, Station, courier, parcel


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def progress(clock: FakeClock) -> Progress:
    made = Progress(clock.now)
    made.trip_began()
    return made


def land(progress: Progress, size: int, name: str = "scan") -> None:
    progress.landed(progress.sent(size), name, True, size)


def test_what_was_only_sent_is_in_flight_and_counts_for_nothing(progress: Progress) -> None:
    progress.sent(5000)
    line = progress.line()
    assert (line.in_flight, line.in_flight_bytes, line.bytes_up, line.rate_up) == (1, 5000, 0, 0)
    assert progress.acknowledged("scan") == 0 and progress.seconds_left(1000) is None


def test_the_rate_counts_breaks_and_waits(progress: Progress, clock: FakeClock) -> None:
    clock.advance(5)
    land(progress, 10_000)
    clock.advance(15)
    assert progress.line().rate_up == pytest.approx(500)
    assert progress.seconds_left(5000) == pytest.approx(10)


def test_after_a_silent_minute_there_is_no_estimate(progress: Progress, clock: FakeClock) -> None:
    land(progress, 10_000)
    clock.advance(59)
    assert progress.seconds_left(100) is not None
    clock.advance(2)
    assert progress.seconds_left(100) is None


def test_a_line_that_comes_back_is_measured_from_then_and_not_thinned_out_by_the_dead_time(progress: Progress, clock: FakeClock) -> None:
    land(progress, 10_000)
    for _ in range(30):
        progress.trip_ended("unreachable")
        clock.advance(60)
        progress.trip_began()
    clock.advance(4)
    land(progress, 8_000)
    assert progress.seconds_left(20_000) == pytest.approx(10)
    progress.trip_ended("broken")
    clock.advance(6)
    progress.trip_began()
    land(progress, 2_000)
    assert progress.line().rate_up == pytest.approx(1_000), "a short break counts"


def test_a_lost_piece_is_counted_as_sent_again(progress: Progress) -> None:
    progress.lost(progress.sent(700))
    progress.lost(12345)
    line = progress.line()
    assert (line.in_flight, line.pieces_again, line.bytes_again, line.bytes_up) == (0, 1, 700, 0)


def test_a_clock_that_was_set_back_leaves_no_wrong_rate(progress: Progress, clock: FakeClock) -> None:
    land(progress, 10_000)
    clock.advance(-3600)
    assert progress.seconds_left(100) is None


def test_only_so_many_enclosures_are_remembered(progress: Progress) -> None:
    for number in range(MOST_NAMES + 5):
        progress.known(str(number), True, 1)
    assert progress.acknowledged("0") == 0 and progress.acknowledged(str(MOST_NAMES + 4)) == 1


def test_a_carrying_tells_how_far_each_enclosure_is_and_why_it_ended(clock: FakeClock) -> None:
    village, town = Station(VILLAGE, clock), Station(TOWN, clock)
    scan = random.Random(1).randbytes(300_000)
    village.outbox.queue(TOWN, parcel(1, scans=[scan]))
    enclosure_id = village.shelf.put(scan)
    village.shelf.send(TOWN, enclosure_id)
    wire = DoorWire(town)

    def die_halfway(name: str, body: bytes) -> bytes:
        if len(town.shelf.writes) >= 6:
            wire.is_up = False
            raise LinkDownError("broken")
        return body

    wire.before = die_halfway
    carrier = courier(village, wire)
    report = carrier.carry_once()
    there = sum(length for _, _, length in town.shelf.writes)
    line = carrier.progress.line()
    assert carrier.progress.acknowledged(enclosure_id) == report.bytes_up <= there
    assert (line.is_on, line.ended_why, line.in_flight) == (False, "unreachable", 0)
    after = courier(village, DoorWire(town))
    assert after.progress.acknowledged(enclosure_id) == 0
    after.carry_once()
    assert after.progress.acknowledged(enclosure_id) == 300_000
    assert after.progress.line().ended_why is None


def test_a_stretch_goes_over_breaks_and_begins_anew_when_nothing_was_in_the_way(progress: Progress, clock: FakeClock) -> None:
    def carried(size_bytes: int, why: str | None) -> int:
        progress.trip_began()
        progress.landed(progress.sent(size_bytes), "e", True, size_bytes)
        progress.trip_ended(why)
        return progress.line().stretch_up

    assert [carried(1000, "broken"), carried(500, "timeout"), carried(200, None)] == [1000, 1500, 1700]
    progress.trip_began()
    assert (progress.line().stretch_up, progress.line().bytes_up) == (0, 1700)
