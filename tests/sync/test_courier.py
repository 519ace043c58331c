"""The courier over a wire that leads straight to the parent's door: what arrives, how often, and in what order."""

import random
import threading
from collections.abc import Iterator

import pytest

from sync.chunks import MOST_COUNT
from sync.errors import DoorError, LinkDownError
from sync.exchange import Letterbag
from tests.sync.fakes import OTHER, TOWN, VILLAGE, DoorWire, FakeClock, Spoiler, Station, courier, digest, parcel


def down_parcel(number: int, scans: tuple[bytes, ...] = ()) -> bytes:
    return parcel(number, TOWN, (VILLAGE,), scans)


def queue_scan(village: Station, size: int, seed: int = 1, number: int = 100) -> str:
    """A parcel that names a scan, and the scan, both on their way up."""
    scan = random.Random(seed).randbytes(size)
    village.outbox.queue(TOWN, parcel(number, scans=[scan]))
    enclosure_id = village.shelf.put(scan)
    village.shelf.send(TOWN, enclosure_id)
    return enclosure_id


def test_what_is_queued_arrives_and_is_due_no_more(village: Station, town: Station) -> None:
    ids = village.outbox.queue(TOWN, *(parcel(number) for number in range(1, 301)))
    report = courier(village, DoorWire(town)).carry_once()
    assert (report.sent, report.failure, report.waiting) == (300, None, False)
    assert town.receiver.admitted == ids
    assert village.outbox.stored[TOWN] == ids


def test_letters_come_down_and_the_parent_learns_that_they_are_stored(village: Station, town: Station) -> None:
    ids = town.outbox.queue(VILLAGE, *(down_parcel(number) for number in range(1, 301)))
    report = courier(village, DoorWire(town)).carry_once()
    assert report.received == 300
    assert sorted(village.receiver.admitted) == sorted(ids)
    assert town.outbox.due(VILLAGE, 1) == []


def test_a_station_gets_only_what_is_for_it(village: Station, town: Station) -> None:
    town.outbox.queue(OTHER, down_parcel(1))
    assert courier(village, DoorWire(town)).carry_once().received == 0
    assert village.receiver.admitted == []


def test_an_idle_check_is_one_small_exchange(village: Station, town: Station) -> None:
    sizes: list[int] = []

    def measured(name: str, body: bytes) -> bytes:
        sizes.append(len(body))
        return body

    wire = DoorWire(town, before=measured)
    carrier = courier(village, wire)
    carrier.carry_once()
    wire.calls.clear()
    assert carrier.carry_once().moved is False
    assert wire.calls == ["exchange"]
    assert sizes[-1] < 100


def test_an_answer_that_is_lost_is_given_again(village: Station, town: Station) -> None:
    town.outbox.queue(VILLAGE, down_parcel(1))
    lost = iter([True])

    def lose_first(name: str, answer: bytes) -> bytes:
        if name == "exchange" and next(lost, False):
            raise LinkDownError("broken")
        return answer

    report = courier(village, DoorWire(town, after=lose_first)).carry_once()
    assert (report.received, report.failure) == (1, None)
    assert town.outbox.due(VILLAGE, 1) == []


def test_a_receipt_that_is_lost_lets_the_parcel_go_again_and_be_admitted_once(village: Station, town: Station) -> None:
    (parcel_id,) = village.outbox.queue(TOWN, parcel())
    lost = iter([True])

    def lose_first(name: str, answer: bytes) -> bytes:
        if name == "exchange" and next(lost, False):
            raise LinkDownError("broken")
        return answer

    courier(village, DoorWire(town, after=lose_first)).carry_once()
    assert town.receiver.admitted == [parcel_id]
    assert town.receiver.times_seen == {parcel_id: 2}
    assert village.outbox.stored == {TOWN: [parcel_id]}


def test_a_line_that_is_down_is_reported_and_the_queue_waits(village: Station, town: Station) -> None:
    village.outbox.queue(TOWN, parcel())
    wire = DoorWire(town)
    wire.is_up = False
    report = courier(village, wire).carry_once()
    assert (report.failure, report.waiting, report.moved) == ("unreachable", True, False)
    assert village.link_log.events == ["unreachable"]
    assert village.outbox.packed == 0


def test_a_parent_that_restarted_is_greeted_again(village: Station, town: Station) -> None:
    wire = DoorWire(town)
    carrier = courier(village, wire)
    carrier.carry_once()
    town.open_door()
    village.outbox.queue(TOWN, parcel())
    assert carrier.carry_once().sent == 1
    assert wire.calls.count("hello") == 2


def test_a_parent_with_another_name_is_not_talked_to(village: Station, clock: FakeClock) -> None:
    stranger = Station(OTHER, clock)
    village.outbox.queue(TOWN, parcel())
    assert courier(village, DoorWire(stranger)).carry_once().failure == "wrong_station"
    assert stranger.receiver.admitted == []


def test_a_refused_parcel_is_set_aside_and_the_others_go_on(village: Station, town: Station) -> None:
    bad, good = village.outbox.queue(TOWN, parcel(1), parcel(2))
    town.receiver.refuse.add(bad)
    report = courier(village, DoorWire(town)).carry_once()
    assert [(refusal.parcel_id, refusal.why) for refusal in report.set_aside] == [(bad, "signature")]
    assert (report.sent, report.waiting) == (1, False)
    assert village.outbox.stored[TOWN] == [good]
    assert village.outbox.refused[TOWN] == {bad: "signature"}


def test_what_was_refused_is_tried_again_hours_later(village: Station, town: Station, clock: FakeClock) -> None:
    (parcel_id,) = village.outbox.queue(TOWN, parcel())
    town.receiver.refuse.add(parcel_id)
    carrier = courier(village, DoorWire(town))
    carrier.carry_once()
    town.receiver.refuse.clear()
    clock.advance(600)
    assert carrier.carry_once().sent == 0
    clock.advance(6 * 3600)
    assert carrier.carry_once().sent == 1


def test_a_parcel_refused_on_the_way_down_does_not_come_again(village: Station, town: Station) -> None:
    (parcel_id,) = town.outbox.queue(VILLAGE, down_parcel(1))
    village.receiver.refuse.add(parcel_id)
    carrier = courier(village, DoorWire(town))
    assert [refusal.parcel_id for refusal in carrier.carry_once().set_aside] == [parcel_id]
    assert town.outbox.refused[VILLAGE] == {parcel_id: "signature"}
    carrier.carry_once()
    assert village.receiver.times_seen[parcel_id] == 1


def test_a_parcel_the_parent_stumbles_over_does_not_stop_the_others(village: Station, town: Station, clock: FakeClock) -> None:
    ids = village.outbox.queue(TOWN, *(parcel(number) for number in range(1, 41)))
    town.receiver.poison.add(ids[3])
    carrier = courier(village, DoorWire(town))
    report = carrier.carry_once()
    assert sorted(village.outbox.stored[TOWN]) == sorted(set(ids) - {ids[3]})
    assert [refusal.parcel_id for refusal in report.set_aside] == [ids[3]]
    assert report.failure is None
    town.receiver.poison.clear()
    clock.advance(120)
    assert carrier.carry_once().sent == 1


def test_a_parcel_that_is_left_alone_goes_at_once_when_a_person_wants_it_tried(village: Station, town: Station) -> None:
    ids = village.outbox.queue(TOWN, parcel(1), parcel(2))
    town.receiver.poison.add(ids[0])
    carrier = courier(village, DoorWire(town))
    carrier.carry_once()
    town.receiver.poison.clear()
    assert carrier.carry_once().sent == 0
    village.outbox.hurries += 1
    assert carrier.carry_once().sent == 1


def test_a_parent_that_stumbles_over_everything_counts_as_down(village: Station, town: Station) -> None:
    ids = village.outbox.queue(TOWN, *(parcel(number) for number in range(1, 41)))
    town.receiver.poison.update(ids)
    report = courier(village, DoorWire(town)).carry_once()
    assert (report.failure, report.sent, report.waiting) == ("error", 0, True)


def test_a_parcel_without_a_receipt_is_left_alone_and_the_others_go_on(village: Station, town: Station) -> None:
    ids = village.outbox.queue(TOWN, *(parcel(number) for number in range(1, 6)))
    town.receiver.mute.add(ids[0])
    wire = DoorWire(town)
    report = courier(village, wire).carry_once()
    assert (report.sent, report.waiting) == (4, True)
    assert village.outbox.stored[TOWN] == ids[1:]
    assert village.outbox.failed == [(ids[0], "no_receipt")]
    assert wire.calls.count("exchange") < 4


def test_a_receipt_the_parent_does_not_believe_does_not_make_the_exchange_endless(village: Station, town: Station) -> None:
    town.outbox.queue(VILLAGE, down_parcel(1))
    village.receiver.me = "nobody"

    def no_receipts(name: str, body: bytes) -> bytes:
        if name != "exchange":
            return body
        bag = Letterbag.from_bytes(body)
        return Letterbag(parcels=bag.parcels, down_bytes=bag.down_bytes).to_bytes()

    wire = DoorWire(town, before=no_receipts)
    courier(village, wire).carry_once()
    assert wire.calls.count("exchange") <= 3


def test_an_enclosure_goes_up_in_pieces_after_its_letter(village: Station, town: Station) -> None:
    enclosure_id = queue_scan(village, 300_000)
    wire = DoorWire(town)
    report = courier(village, wire).carry_once()
    assert town.shelf.is_whole(enclosure_id)
    assert report.bytes_up == 300_000
    assert wire.calls.index("exchange") < wire.calls.index("put")
    assert (TOWN, enclosure_id) in village.shelf.holders
    sizes = {length for _, _, length in town.shelf.writes}
    assert len(sizes) > 3 and max(sizes) <= 32 * 1024


def test_an_enclosure_comes_down_in_pieces(village: Station, town: Station) -> None:
    scan = random.Random(5).randbytes(200_000)
    town.shelf.put(scan)
    town.outbox.queue(VILLAGE, down_parcel(1, (scan,)))
    report = courier(village, DoorWire(town)).carry_once()
    assert village.shelf.is_whole(digest(scan))
    assert (report.enclosures_down, report.bytes_down) == (1, 200_000)


def test_an_enclosure_that_the_parent_waits_for_itself_is_asked_for_again_later(village: Station, town: Station, clock: FakeClock) -> None:
    scan = random.Random(5).randbytes(20_000)
    town.shelf.expect(digest(scan), len(scan))
    town.outbox.queue(VILLAGE, down_parcel(1, (scan,)))
    asked: list[str] = []

    def notice(name: str, body: bytes) -> bytes:
        asked.extend(Letterbag.from_bytes(body).asks if name == "exchange" else ())
        return body

    carrier = courier(village, DoorWire(town, before=notice))
    carrier.carry_once()
    carrier.carry_once()
    assert asked == [digest(scan)]
    town.shelf.put(scan)
    clock.advance(5)
    carrier.carry_once()
    assert village.shelf.is_whole(digest(scan))


def test_an_enclosure_whose_parcel_the_parent_did_not_admit_waits(village: Station, town: Station) -> None:
    scan = bytes(50_000)
    village.shelf.send(TOWN, village.shelf.put(scan))
    other = queue_scan(village, 60_000)
    wire = DoorWire(town)
    report = courier(village, wire).carry_once()
    assert report.failure is None
    assert digest(scan) not in town.shelf.held
    assert town.shelf.is_whole(other)


def test_after_a_cut_only_the_piece_under_way_goes_again(village: Station, town: Station) -> None:
    enclosure_id = queue_scan(village, 400_000)
    puts = iter(range(1000))

    def cut_each_fourth(name: str, body: bytes) -> bytes:
        if name == "put" and next(puts) % 4 == 3:
            raise LinkDownError("broken")
        return body

    report = courier(village, DoorWire(town, before=cut_each_fourth)).carry_once()
    assert report.failure is None
    assert town.shelf.is_whole(enclosure_id)
    assert sum(length for _, _, length in town.shelf.writes) == 400_000


def test_half_an_enclosure_goes_on_where_it_was_after_a_restart(village: Station, town: Station) -> None:
    enclosure_id = queue_scan(village, 300_000)
    wire = DoorWire(town)

    def die_halfway(name: str, body: bytes) -> bytes:
        if len(town.shelf.writes) >= 6:
            wire.is_up = False
            raise LinkDownError("broken")
        return body

    wire.before = die_halfway
    assert courier(village, wire).carry_once().failure is not None
    report = courier(village, DoorWire(town)).carry_once()
    assert town.shelf.is_whole(enclosure_id)
    assert report.bytes_up < 300_000
    assert sum(length for _, _, length in town.shelf.writes) == 300_000


def test_letters_overtake_a_scan_at_a_piece_boundary(village: Station, town: Station) -> None:
    queue_scan(village, 600_000)
    wire = DoorWire(town)
    late: list[str] = []

    def queue_late(name: str, body: bytes) -> bytes:
        if name == "put" and wire.calls.count("put") == 5:
            late.extend(village.outbox.queue(TOWN, parcel(7)))
        return body

    wire.before = queue_late
    courier(village, wire).carry_once()
    assert late[0] in town.receiver.admitted
    queued = [at for at, name in enumerate(wire.calls) if name == "put"][4]
    went = next(at for at, name in enumerate(wire.calls) if name == "exchange" and at > queued)
    assert wire.calls[queued:went].count("put") <= MOST_COUNT + 1
    assert wire.calls[went:].count("put") > 10


def test_a_damaged_enclosure_does_not_stop_the_others(village: Station, town: Station) -> None:
    bad = queue_scan(village, 40_000, seed=1, number=1)
    good = queue_scan(village, 40_000, seed=2, number=2)
    village.shelf.held[bad].data[7] ^= 1
    report = courier(village, DoorWire(town)).carry_once()
    assert report.failure is None
    assert town.shelf.is_whole(good)
    assert not town.shelf.is_whole(bad)


def test_what_the_parent_holds_already_is_not_sent(village: Station, town: Station) -> None:
    enclosure_id = queue_scan(village, 100_000)
    town.shelf.put(village.shelf.read(enclosure_id, 0, 100_000))
    report = courier(village, DoorWire(town)).carry_once()
    assert report.bytes_up == 0
    assert (TOWN, enclosure_id) in village.shelf.holders


def test_only_one_of_two_couriers_carries(village: Station, town: Station, clock: FakeClock) -> None:
    first, second = DoorWire(town), DoorWire(town)
    other = courier(village, second)

    def look(name: str, body: bytes) -> bytes:
        if name == "hello":
            assert other.carry_once().is_busy
        return body

    first.before = look
    assert courier(village, first).carry_once().is_busy is False
    assert second.calls == []
    assert other.carry_once().is_busy is False


def test_a_courier_that_lost_its_lease_stops(village: Station, town: Station, clock: FakeClock) -> None:
    village.outbox.queue(TOWN, *(parcel(number) for number in range(1, 201)))

    def lose(name: str, body: bytes) -> bytes:
        clock.advance(60)
        village.lease.holder = ("another", clock.now().replace(year=2030))
        return body

    report = courier(village, DoorWire(town, before=lose)).carry_once()
    assert report.sent < 200
    assert village.lease.holder is not None and village.lease.holder[0] == "another"


@pytest.mark.parametrize("seed", range(12))
def test_over_a_line_that_loses_and_flips_everything_arrives_once(seed: int) -> None:
    chance, clock, spoiler = random.Random(seed), FakeClock(), Spoiler(seed)
    village, town = Station(VILLAGE, clock), Station(TOWN, clock)
    scans = [queue_scan(village, chance.randrange(1, 90_000), seed * 100 + one, 500 + one) for one in range(4)]
    village.outbox.queue(TOWN, *(parcel(number, size=chance.randrange(40, 3000)) for number in range(1, 61)))
    below = chance.randbytes(50_000)
    town.shelf.put(below)
    town.outbox.queue(VILLAGE, *(down_parcel(number) for number in range(1, 41)), down_parcel(99, (below,)))
    up, down = sorted(village.outbox.rows[TOWN]), sorted(town.outbox.rows[VILLAGE])
    carrier = courier(village, DoorWire(town, spoiler.before, spoiler.after))
    for _ in range(30):
        carrier.carry_once()
        clock.advance(40)
    spoiler.healed = True
    for _ in range(4):
        clock.advance(7 * 3600)
        carrier.carry_once()
    assert sorted(town.receiver.admitted) == up
    assert sorted(village.receiver.admitted) == down
    assert not village.outbox.due(TOWN, 1) and not town.outbox.due(VILLAGE, 1)
    assert all(town.shelf.is_whole(scan) for scan in scans) and village.shelf.is_whole(digest(below))


class Running:
    """A courier that runs in its own thread."""

    def __init__(self, station: Station, wire: DoorWire, poll_s: float = 60.0) -> None:
        self.stop, self.wake = threading.Event(), threading.Event()
        carrier = courier(station, wire, poll_s=poll_s)
        self.thread = threading.Thread(target=carrier.run, args=(self.stop, self.wake))
        self.thread.start()

    def end(self) -> None:
        self.stop.set()
        self.wake.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def running(village: Station, town: Station) -> Iterator[tuple[Running, DoorWire]]:
    wire = DoorWire(town)
    run = Running(village, wire)
    yield run, wire
    run.end()


def wait_for(seen: threading.Event) -> None:
    assert seen.wait(10)


def test_a_scan_that_becomes_whole_while_a_trip_is_on_goes_without_a_pause(
    village: Station, town: Station, running: tuple[Running, DoorWire]
) -> None:
    run, wire = running
    first, second = b"first scan" * 100, b"second scan" * 100
    arrived = threading.Event()

    def becomes_whole(name: str, answer: bytes) -> bytes:
        # The trip has looked at the shelf: nothing more was there. Its last answer is on its way.
        if name == "put" and wire.calls.count("put") == 1:
            village.shelf.send(TOWN, village.shelf.put(second))
            run.wake.set()
        elif name == "put":
            arrived.set()
        return answer

    wire.after = becomes_whole
    village.outbox.queue(TOWN, parcel(scans=[first, second]))
    village.shelf.send(TOWN, village.shelf.put(first))
    run.wake.set()
    wait_for(arrived)


def test_the_courier_wakes_when_something_is_queued(village: Station, town: Station, running: tuple[Running, DoorWire]) -> None:
    run, wire = running
    arrived = threading.Event()

    def notice(name: str, body: bytes) -> bytes:
        if b"yizhan parcel 1" in body:
            arrived.set()
        return body

    wire.before = notice
    village.outbox.queue(TOWN, parcel())
    run.wake.set()
    wait_for(arrived)


def test_a_failure_is_followed_by_another_try(village: Station, town: Station) -> None:
    wire = DoorWire(town)
    wire.is_up = False
    arrived = threading.Event()

    def notice(name: str, body: bytes) -> bytes:
        arrived.set()
        return body

    wire.before = notice
    failed = threading.Event()
    village.link_log.on_failure = failed.set
    run = Running(village, wire)
    wait_for(failed)
    wire.is_up = True
    wait_for(arrived)
    run.end()


def test_trouble_of_the_station_does_not_end_the_courier(village: Station, town: Station) -> None:
    wire = DoorWire(town)
    arrived = threading.Event()
    troubles = iter([RuntimeError("database is locked")])

    def trouble(next_hop: str) -> None:
        error = next(troubles, None)
        if error is not None:
            raise error

    def notice(name: str, body: bytes) -> bytes:
        arrived.set()
        return body

    village.outbox.retry_refused = trouble  # type: ignore[method-assign]  # a box that fails once
    wire.before = notice
    run = Running(village, wire)
    wait_for(arrived)
    run.end()


def test_a_door_that_says_busy_is_tried_later(village: Station, town: Station) -> None:
    def busy(name: str, body: bytes) -> bytes:
        if name == "exchange":
            raise DoorError("busy")
        return body

    village.outbox.queue(TOWN, parcel())
    assert courier(village, DoorWire(town, before=busy)).carry_once().failure == "busy"


def test_a_parcel_the_parent_stumbles_over_is_found_while_scans_are_asked_about(village: Station, town: Station) -> None:
    """Each exchange asks about the scan that waits; that must not hide which parcel it is, nor go on for ever."""
    ids = village.outbox.queue(TOWN, *(parcel(number) for number in range(1, 5)))
    town.receiver.poison.add(ids[1])
    enclosure_id = queue_scan(village, 100_000)
    wire = DoorWire(town)
    report = courier(village, wire).carry_once(_stop_at(wire, 100))
    assert [refusal.parcel_id for refusal in report.set_aside] == [ids[1]]
    assert town.shelf.is_whole(enclosure_id) and len(village.outbox.stored[TOWN]) == 4


def test_a_parent_that_stumbles_over_every_exchange_counts_as_down_while_scans_wait(village: Station, town: Station) -> None:
    queue_scan(village, 100_000)

    def stumble(name: str, body: bytes) -> bytes:
        if name == "exchange":
            raise DoorError("error")
        return body

    wire = DoorWire(town, before=stumble)
    assert courier(village, wire).carry_once(_stop_at(wire, 100)).failure == "error"
    assert wire.calls.count("exchange") < 10


def _stop_at(wire: DoorWire, calls: int) -> threading.Event:
    """Set when so many calls were made: what would never end fails instead."""
    stop, before = threading.Event(), wire.before

    def count(name: str, body: bytes) -> bytes:
        if len(wire.calls) >= calls:
            stop.set()
        return before(name, body)

    wire.before = count
    return stop
