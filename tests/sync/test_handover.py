"""By hand from one station's boxes to another's, mixed with the network."""

import random
from pathlib import Path

import pytest

from sync.errors import BundleError
from sync.handover import BundleReport, bundle_in, bundle_out
from tests.sync.fakes import (
    MADE_AT,
    TOWN,
    VILLAGE,
    DoorWire,
    FakeClock,
    Station,
    courier,
    digest,
    digest_parts,
    identity,
    parcel,
    verify,
)

SCAN = random.Random(3).randbytes(150_000)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def village(clock: FakeClock) -> Station:
    station = Station(VILLAGE, clock)
    station.outbox.queue(TOWN, *(parcel(number) for number in range(1, 101)), parcel(200, scans=[SCAN]))
    station.shelf.send(TOWN, station.shelf.put(SCAN))
    return station


@pytest.fixture
def town(clock: FakeClock) -> Station:
    return Station(TOWN, clock)


def give(station: Station, path: Path, to: str = TOWN, receipts: tuple[bytes, ...] = ()) -> BundleReport:
    now = station.clock.now()
    return bundle_out(path, to, identity(station.me), station.outbox, station.shelf, digest, MADE_AT, now, receipts)


def take(station: Station, path: Path) -> BundleReport:
    return bundle_in(path, station.receiver, station.shelf, digest_parts, verify)


def test_a_bundle_carries_what_the_network_would(village: Station, town: Station, tmp_path: Path) -> None:
    given = give(village, tmp_path / "up")
    assert (given.parcels, given.enclosures) == (101, 1)
    assert given.size_bytes == (tmp_path / "up").stat().st_size
    taken = take(town, tmp_path / "up")
    assert (taken.parcels, taken.new, taken.known, taken.enclosures, taken.is_whole) == (101, 101, 0, 1, True)
    assert town.shelf.is_whole(digest(SCAN))


def test_handed_over_is_not_stored(village: Station, tmp_path: Path) -> None:
    give(village, tmp_path / "up")
    assert len(village.outbox.handed_over) == 101
    assert len(village.outbox.due(TOWN, 1 << 30, 1000)) == 101


def test_a_bundle_twice_is_once(village: Station, town: Station, tmp_path: Path) -> None:
    give(village, tmp_path / "up")
    take(town, tmp_path / "up")
    again = take(town, tmp_path / "up")
    assert (again.new, again.known, again.enclosures) == (0, 101, 1)
    assert len(town.receiver.admitted) == 101


def test_receipts_go_back_by_bundle(village: Station, town: Station, tmp_path: Path) -> None:
    give(village, tmp_path / "up")
    parcels = [row.data for row in village.outbox.due(TOWN, 1 << 30, 1000)]
    receipts = town.receiver.take_in(parcels, VILLAGE, "network").receipts
    give(town, tmp_path / "down", VILLAGE, receipts)
    report = take(village, tmp_path / "down")
    assert (report.parcels, report.is_whole) == (0, True)
    assert village.outbox.due(TOWN, 1) == []


def test_network_after_bundle_admits_nothing_twice_and_sends_no_scan_again(village: Station, town: Station, tmp_path: Path) -> None:
    give(village, tmp_path / "up")
    take(town, tmp_path / "up")
    report = courier(village, DoorWire(town)).carry_once()
    assert (len(town.receiver.admitted), report.bytes_up, report.waiting) == (101, 0, False)


def test_bundle_after_half_a_scan_by_network_makes_it_whole(village: Station, town: Station, tmp_path: Path) -> None:
    town.shelf.expect(digest(SCAN), len(SCAN))
    town.shelf.write_piece(digest(SCAN), 0, SCAN[:50_000])
    give(village, tmp_path / "up")
    assert take(town, tmp_path / "up").enclosures == 1
    assert town.shelf.is_whole(digest(SCAN))


def test_a_part_that_was_wrong_before_does_not_spoil_a_good_bundle(village: Station, town: Station, tmp_path: Path) -> None:
    town.shelf.expect(digest(SCAN), len(SCAN))
    held = town.shelf.held[digest(SCAN)]
    town.shelf.write_piece(digest(SCAN), 0, SCAN[:50_000])
    keep = town.shelf.write_piece
    spoilt = [True]

    def write_once_wrong(enclosure_id: str, offset: int, data: bytes) -> None:
        keep(enclosure_id, offset, data if not spoilt.pop() else bytes(len(data))) if spoilt else keep(enclosure_id, offset, data)

    town.shelf.write_piece = write_once_wrong  # type: ignore[method-assign]  # the disk gives other bytes once
    give(village, tmp_path / "up")
    assert take(town, tmp_path / "up").is_whole
    assert bytes(held.data) == SCAN


def test_a_bundle_cut_in_half_gives_what_is_whole_and_names_the_rest(village: Station, town: Station, tmp_path: Path) -> None:
    give(village, tmp_path / "up")
    data = (tmp_path / "up").read_bytes()
    (tmp_path / "up").write_bytes(data[: data.index(SCAN) + 1000])
    report = take(town, tmp_path / "up")
    assert (report.new, report.damaged, report.missing, report.is_whole) == (101, (digest(SCAN),), (), False)
    assert town.shelf.writes == []


def test_a_damaged_scan_never_reaches_the_shelf(village: Station, town: Station, tmp_path: Path) -> None:
    give(village, tmp_path / "up")
    data = bytearray((tmp_path / "up").read_bytes())
    data[data.index(SCAN) + 99] ^= 1
    (tmp_path / "up").write_bytes(data)
    assert take(town, tmp_path / "up").damaged == (digest(SCAN),)
    assert town.shelf.writes == []


def test_a_refused_parcel_is_named_and_its_scan_skipped(village: Station, town: Station, tmp_path: Path) -> None:
    refused = digest(parcel(200, scans=[SCAN]))
    town.receiver.refuse.add(refused)
    give(village, tmp_path / "up")
    report = take(town, tmp_path / "up")
    assert [refusal.parcel_id for refusal in report.refused] == [refused]
    assert (report.new, report.skipped, report.is_whole) == (100, (digest(SCAN),), False)


def test_a_small_disk_takes_letters_before_scans(village: Station, tmp_path: Path) -> None:
    now = village.clock.now()
    out = tmp_path / "up"
    report = bundle_out(out, TOWN, identity(), village.outbox, village.shelf, digest, MADE_AT, now, max_bytes=120_000)
    assert (report.parcels, report.enclosures) == (101, 0)


def test_a_bundle_that_cannot_be_written_marks_nothing(village: Station, tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        give(village, tmp_path / "none" / "up")
    assert village.outbox.handed_over == []
