"""A carrying over a wire that hangs, tells or forgets: timeouts, questions in the exchange, what is told of what came, signs of life."""

import random
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import Any

import pytest

from sync.boxes import QueuedParcel
from sync.chunks import FIRST_COUNT, MOST_BYTES
from sync.errors import LinkDownError
from sync.exchange import Letterbag
from sync.trip import MOST_SMALL, SILENCE_S, SLOWEST_BYTES_S
from sync.wire import EnclosureState
from tests.sync.fakes import TOWN, VILLAGE, DoorWire, FakeClock, Station, courier, digest, parcel


def queue_scans(village: Station, count: int, size: int) -> list[str]:
    """One parcel that names so many scans, all on their way up."""
    scans = [random.Random(number).randbytes(size) for number in range(count)]
    village.outbox.queue(TOWN, parcel(100, scans=scans))
    ids = [village.shelf.put(scan) for scan in scans]
    village.shelf.send(TOWN, *ids)
    return ids


def spy(found: list[Letterbag]) -> Callable[[str, bytes], bytes]:
    """Keeps what goes up in exchanges."""

    def look(name: str, body: bytes) -> bytes:
        if name == "exchange":
            found.append(Letterbag.from_bytes(body))
        return body

    return look


class SwallowingWire(DoorWire):
    """Takes every byte of a piece at once, and answers only what it is allowed to: the kernel of a machine behind a dead line."""

    def __init__(self, station: Station, answers: int) -> None:
        """`answers` counts pieces; after them nothing is answered, letters neither."""
        super().__init__(station)
        self.left = answers
        self.swallowed = 0
        self.let_go = threading.Event()

    def exchange(self, token: str, body: bytes) -> bytes | None:
        return None if self._is_swallowed(0) else super().exchange(token, body)

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState | None:
        return None if self._is_swallowed(len(data)) else super().put_piece(token, enclosure_id, offset, data)

    def _is_swallowed(self, size_bytes: int) -> bool:
        with self._lock:
            self.swallowed += size_bytes
            self.left -= size_bytes > 0
            is_answered = self.left >= 0
        if not is_answered:
            self.let_go.wait(20)
            raise LinkDownError("broken")
        return False


def beats(clock: FakeClock, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
    """Let each look of the trip at its calls take so long by the fake clock; how often it looked."""
    looks: list[float] = []

    def look(futures: Iterable["Future[Any]"], timeout: float, return_when: str) -> object:
        looks.append(timeout)
        clock.advance(seconds)
        return wait(futures, timeout=0.01, return_when=return_when)

    monkeypatch.setattr("sync.trip.wait", look)
    return looks


@pytest.mark.parametrize("beat_s", [1.0, 3e7], ids=["a second", "a year"])
def test_bytes_that_were_only_written_do_not_keep_a_dead_line_alive(
    village: Station, town: Station, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, beat_s: float
) -> None:
    queue_scans(village, 2, 200_000)
    wire = SwallowingWire(town, answers=3)
    looks = beats(clock, monkeypatch, beat_s)
    carrier = courier(village, wire)
    report = carrier.carry_once()
    wire.let_go.set()
    assert report.failure == "timeout"
    unanswered = wire.swallowed - report.bytes_up
    assert 0 < report.pieces_up <= 3 and unanswered > 0
    # After a year the session is over, and some of it was answered with that.
    assert SILENCE_S + (unanswered / SLOWEST_BYTES_S if beat_s == 1.0 else 0) < len(looks) < SILENCE_S + unanswered / SLOWEST_BYTES_S + 20


def test_a_slow_line_that_acknowledges_now_and_then_is_not_given_up(
    village: Station, town: Station, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = queue_scans(village, 1, 200_000)
    beats(clock, monkeypatch, 1.0)

    def slow(name: str, body: bytes) -> bytes:
        clock.advance(25 if name == "put" else 0)
        return body

    assert courier(village, DoorWire(town, before=slow)).carry_once().failure is None
    assert town.shelf.is_whole(ids[0])


def test_a_clock_that_jumps_years_ends_no_carrying(
    village: Station, town: Station, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = queue_scans(village, 1, 100_000)
    beats(clock, monkeypatch, 0.1)

    def jump(name: str, body: bytes) -> bytes:
        if name == "put":
            clock.moment = clock.moment.replace(year=2031 if clock.moment.year == 2026 else 2026)
        return body

    carrier = courier(village, DoorWire(town, before=jump))
    assert carrier.carry_once().failure is None
    assert town.shelf.is_whole(ids[0])


def test_on_a_dead_line_nothing_is_packed_and_after_a_failure_a_sign_of_life_comes_first(village: Station, town: Station) -> None:
    village.outbox.queue(TOWN, parcel(1))
    packed_at: list[list[str]] = []
    due = village.outbox.due

    def notice(next_hop: str, limit_bytes: int, limit_count: int = 64) -> list[QueuedParcel]:
        packed_at.append(list(wire.calls))
        return due(next_hop, limit_bytes, limit_count)

    village.outbox.due = notice  # type: ignore[method-assign]  # a box that tells when it is asked
    wire = DoorWire(town)
    wire.is_up = False
    carrier = courier(village, wire)
    for _ in range(3):
        assert carrier.carry_once().waiting
    assert packed_at == []
    wire.is_up = True
    wire.calls.clear()
    carrier.carry_once()
    assert packed_at[0] == ["hello", "session"]
    wire.is_up = False
    village.outbox.queue(TOWN, parcel(2))
    carrier.carry_once()
    seen = len(packed_at)
    assert not carrier.carry_once().moved and len(packed_at) == seen
    wire.is_up = True
    wire.calls.clear()
    assert carrier.carry_once().sent == 1
    assert packed_at[seen] == ["exchange"]


def test_how_much_of_the_scans_is_there_is_asked_in_the_exchange_and_not_one_by_one(village: Station, town: Station) -> None:
    ids = queue_scans(village, 8, 30_000)
    bags: list[Letterbag] = []
    wire = DoorWire(town, before=spy(bags))
    courier(village, wire).carry_once()
    assert all(town.shelf.is_whole(one) for one in ids)
    assert wire.calls.count("ask") == 0
    assert sorted(set().union(*(bag.asks for bag in bags))) == sorted(ids)


def test_a_door_of_before_that_does_not_answer_questions_is_asked_one_by_one(village: Station, town: Station) -> None:
    ids = queue_scans(village, 3, 60_000)

    def forget(name: str, body: bytes) -> bytes:
        if name != "exchange" or not body:
            return body
        bag = Letterbag.from_bytes(body)
        return Letterbag(bag.receipts, bag.refused, bag.parcels, bag.down_bytes).to_bytes()

    wire = DoorWire(town, before=forget)
    courier(village, wire).carry_once()
    assert all(town.shelf.is_whole(one) for one in ids)
    assert wire.calls.count("ask") == 3


def test_the_parent_learns_what_was_pulled_whole_once_and_again_when_the_telling_was_lost(village: Station, town: Station) -> None:
    scan = random.Random(5).randbytes(50_000)
    town.shelf.put(scan)
    town.outbox.queue(VILLAGE, parcel(1, TOWN, (VILLAGE,), [scan]))
    bags: list[Letterbag] = []
    wire = DoorWire(town, before=spy(bags))
    carrier = courier(village, wire)
    carrier.carry_once()
    assert village.shelf.is_whole(digest(scan))
    lost = iter([True])

    def lose_first(name: str, body: bytes) -> bytes:
        if name == "exchange" and next(lost, False):
            raise LinkDownError("unreachable")
        return spy(bags)(name, body)

    wire.before = lose_first
    carrier.carry_once()
    assert (VILLAGE, digest(scan)) not in town.shelf.holders
    carrier.carry_once()
    assert (VILLAGE, digest(scan)) in town.shelf.holders
    carrier.carry_once()
    assert sum(digest(scan) in bag.held for bag in bags) == 1


def test_a_station_that_calls_once_a_week_gets_all_that_waits_in_one_round(village: Station, town: Station) -> None:
    scans = [random.Random(number).randbytes(40_000) for number in range(6)]
    for scan in scans:
        town.shelf.put(scan)
    named = [parcel(900 + at, TOWN, (VILLAGE,), [scan]) for at, scan in enumerate(scans)]
    ids = town.outbox.queue(VILLAGE, *(parcel(number, TOWN, (VILLAGE,), size=2000) for number in range(1, 401)), *named)
    report = courier(village, DoorWire(town)).carry_once()
    assert report.received == len(ids) == 406
    assert village.receiver.admitted == ids
    assert not town.outbox.has_due(VILLAGE)
    assert all(village.shelf.is_whole(digest(scan)) for scan in scans)


def test_after_each_cut_at_most_one_piece_goes_again(village: Station, town: Station) -> None:
    queue_scans(village, 3, 300_000)
    puts = iter(range(1000))
    cuts: list[int] = []

    def cut(name: str, body: bytes) -> bytes:
        if name == "put" and next(puts) % 9 == 8:
            cuts.append(len(body))
            raise LinkDownError("broken")
        return body

    carrier = courier(village, DoorWire(town, before=cut))
    assert carrier.carry_once().failure is None
    line = carrier.progress.line()
    assert (line.pieces_again, line.bytes_again) == (len(cuts), sum(cuts))
    assert len(cuts) >= 5 and max(cuts) <= MOST_BYTES


def test_letters_do_not_stop_the_pieces_in_flight_and_small_ones_do_not_stop_new_ones(village: Station, town: Station) -> None:
    ids = queue_scans(village, 1, 600_000)
    late: list[str] = []
    puts_at_exchange: list[int] = []

    def queue_late(name: str, body: bytes) -> bytes:
        if name == "put" and len(town.shelf.writes) in (5, 10):
            late.extend(village.outbox.queue(TOWN, parcel(7 + len(late))))
        if name == "exchange":
            puts_at_exchange.append(len(town.shelf.writes))
        return body

    assert courier(village, DoorWire(town, before=queue_late)).carry_once().failure is None
    assert set(late) <= set(town.receiver.admitted) and town.shelf.is_whole(ids[0])
    assert any(0 < puts < len(town.shelf.writes) for puts in puts_at_exchange)


class MeetingWire(DoorWire):
    """Pieces wait at the door for one another, but not for long."""

    def __init__(self, station: Station, count: int, within_s: float) -> None:
        super().__init__(station)
        self.met = threading.Barrier(count, timeout=within_s)
        self.have_met = False

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState | None:
        with suppress(threading.BrokenBarrierError):
            self.met.wait()
            self.have_met = True
            self.met.abort()
        return super().put_piece(token, enclosure_id, offset, data)


def test_small_pieces_do_not_wait_for_one_another_and_large_ones_do(village: Station, town: Station) -> None:
    queue_scans(village, MOST_SMALL, 600)
    wire = MeetingWire(town, MOST_SMALL, within_s=10)
    assert courier(village, wire).carry_once().failure is None
    assert wire.have_met
    scan = random.Random(99).randbytes(300_000)
    village.outbox.queue(TOWN, parcel(101, scans=[scan]))
    village.shelf.send(TOWN, village.shelf.put(scan))
    wire = MeetingWire(town, FIRST_COUNT + 1, within_s=0.2)
    assert courier(village, wire).carry_once().failure is None
    assert not wire.have_met
