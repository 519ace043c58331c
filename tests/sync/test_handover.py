"""By hand from one station's boxes to another's, mixed with the network."""

import random
from pathlib import Path

import pytest

from sync.bundle import BundleReader
from sync.errors import BundleError
from sync.handover import BASE_BYTES, ENTRY_BYTES, BundleReport, Choice, bundle_in, bundle_out, choose
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
def village(clock: FakeClock) -> Station:
    station = Station(VILLAGE, clock)
    station.outbox.queue(TOWN, *(parcel(number) for number in range(1, 101)), parcel(200, scans=[SCAN]))
    station.shelf.send(TOWN, station.shelf.put(SCAN))
    return station


def give(station: Station, path: Path, to: str = TOWN, receipts: tuple[bytes, ...] = ()) -> BundleReport:
    return write(station, path, choose(to, station.outbox, station.shelf, receipts), to)


def write(station: Station, path: Path, choice: Choice, to: str = TOWN) -> BundleReport:
    return bundle_out(path, to, choice, identity(station.me), station.outbox, digest, MADE_AT, station.clock.now())


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


def test_a_small_disk_takes_letters_before_scans_and_says_what_is_left(village: Station, tmp_path: Path) -> None:
    choice = choose(TOWN, village.outbox, village.shelf, max_bytes=120_000)
    report = write(village, tmp_path / "up", choice)
    assert (report.parcels, report.enclosures) == (101, 0)
    assert (report.left_parcels, report.left_enclosures, report.left_bytes) == (0, 1, len(SCAN))


@pytest.mark.parametrize("room", [25_000, 60_000, 200_000, 260_000])
def test_no_bundle_is_larger_than_it_may_be(village: Station, tmp_path: Path, room: int) -> None:
    choice = choose(TOWN, village.outbox, village.shelf, [b"a receipt"], room, held=[digest(b"held")] * 20)
    report = write(village, tmp_path / "up", choice)
    assert report.size_bytes <= choice.size_bytes <= room
    assert report.parcels + report.left_parcels == 101


def test_no_scan_goes_where_a_letter_had_no_room(village: Station) -> None:
    small = village.shelf.put(b"a small scan")
    village.shelf.send(TOWN, small)
    room = BASE_BYTES + 2 * ENTRY_BYTES + len(parcel(1)) + len(b"a small scan")
    choice = choose(TOWN, village.outbox, village.shelf, max_bytes=room)
    assert (len(choice.load.parcels), choice.left_parcels, choice.load.enclosures) == (1, 100, [])


def test_where_nothing_fits_nothing_is_written(village: Station, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no_room"):
        write(village, tmp_path / "up", choose(TOWN, village.outbox, village.shelf, max_bytes=100))
    assert (list(tmp_path.iterdir()), village.outbox.handed_over) == ([], [])


def test_what_had_no_room_goes_with_the_next_disks_until_all_is_there(village: Station, town: Station, tmp_path: Path) -> None:
    scans = [random.Random(number).randbytes(40_000) for number in range(6)]
    village.outbox.queue(TOWN, parcel(201, scans=scans))
    village.shelf.send(TOWN, *map(village.shelf.put, scans))
    carried: set[str] = set()
    for disk in range(9):
        choice = choose(TOWN, village.outbox, village.shelf, max_bytes=220_000, was_carried=carried.__contains__)
        write(village, tmp_path / f"{disk}", choice)
        carried.update((*choice.parcel_ids, *(one.enclosure_id for one in choice.load.enclosures)))
        assert take(town, tmp_path / f"{disk}").is_whole
        if not choice.left_bytes:
            break
    assert all(town.shelf.is_whole(digest(one)) for one in (SCAN, *scans))
    assert disk == 2 and len(town.receiver.admitted) == 102


def test_the_answer_says_which_scans_need_not_come_again(village: Station, town: Station, tmp_path: Path) -> None:
    give(village, tmp_path / "up")
    take(town, tmp_path / "up")
    write(town, tmp_path / "down", choose(VILLAGE, town.outbox, town.shelf, held=[digest(SCAN), digest(b"not of here")]), VILLAGE)
    assert take(village, tmp_path / "down").learned == 1
    assert village.shelf.to_send(TOWN, 10) == []


def test_what_is_not_for_here_is_left_alone_and_said_for_whom(village: Station, town: Station, tmp_path: Path) -> None:
    give(village, tmp_path / "up")
    report = bundle_in(
        tmp_path / "up", town.receiver, town.shelf, digest_parts, verify, has_way=lambda header, came_from: TOWN not in header.readers
    )
    assert len(report.elsewhere) == 101 and report.elsewhere[0].readers == (TOWN,)
    assert (report.parcels, report.skipped, report.is_whole, town.receiver.admitted) == (0, (), False, [])


def test_a_scan_of_another_size_than_its_letter_says_is_skipped(village: Station, town: Station, tmp_path: Path) -> None:
    town.shelf.expect(digest(SCAN), 10)
    give(village, tmp_path / "up")
    assert take(town, tmp_path / "up").skipped == (digest(SCAN),)
    assert town.shelf.writes == []


def test_where_there_is_no_room_the_letters_still_come_and_the_scan_is_named(village: Station, town: Station, tmp_path: Path) -> None:
    def refuse(enclosure_id: str, offset: int, data: bytes) -> None:
        raise MemoryError

    keep, town.shelf.write_piece = town.shelf.write_piece, refuse  # type: ignore[method-assign]  # the disk is full
    give(village, tmp_path / "up")
    report = bundle_in(tmp_path / "up", town.receiver, town.shelf, digest_parts, verify, full=(MemoryError,))
    assert (report.new, report.no_room, report.is_whole) == (101, (digest(SCAN),), False)
    assert (TOWN, digest(SCAN)) not in village.shelf.holders
    town.shelf.write_piece = keep  # type: ignore[method-assign]
    again = take(town, tmp_path / "up")
    assert (again.known, again.new_enclosures, again.is_whole) == (101, 1, True)


def test_a_stick_that_is_pulled_out_while_a_scan_is_read_leaves_the_letters(
    village: Station, town: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(village, tmp_path / "up")
    ends_at = (tmp_path / "up").read_bytes().index(SCAN) + 10
    read_at = BundleReader._read_at

    def pulled(self: BundleReader, at: int, length: int) -> bytes:
        if at + length > ends_at:
            raise BundleError("unreadable")
        return read_at(self, at, length)

    monkeypatch.setattr(BundleReader, "_read_at", pulled)
    report = take(town, tmp_path / "up")
    assert (report.new, report.damaged, report.lost_enclosures) == (101, (digest(SCAN),), 1)


def test_a_bundle_that_cannot_be_written_marks_nothing(village: Station, tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        give(village, tmp_path / "none" / "up")
    assert village.outbox.handed_over == []


def test_behind_a_receipt_that_was_lost_none_is_taken(village: Station, town: Station, tmp_path: Path) -> None:
    receipts = (b"what became of the letters" * 9, b"that their parcels are stored" * 9, b"more" * 99)
    give(town, tmp_path / "down", VILLAGE, receipts)
    data = (tmp_path / "down").read_bytes()
    (tmp_path / "down").write_bytes(data.replace(receipts[1], receipts[1].upper()))

    report = take(village, tmp_path / "down")

    assert (report.receipts, report.damaged) == (1, (digest(receipts[1]),))


def test_a_receipt_without_room_takes_those_behind_it_along(town: Station) -> None:
    receipts = (b"first", b"large" * 9000, b"last")
    assert choose(VILLAGE, town.outbox, town.shelf, receipts, max_bytes=40_000).load.receipts == (b"first",)
