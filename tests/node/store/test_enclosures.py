"""The shelf: pieces, whole files, keys, and what a crash or a full disk leaves."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from node.errors import DiskFullError, StoreError
from node.store import DamagedEnclosureError, Store
from node.store.records import EnclosureRecord
from sync.boxes import Piece, Shelf
from sync.errors import NoRoomError
from tests.node.store.conftest import Place, digest
from tests.node.store.samples import COUNTY, TOWN

UP = "13102510500001"

DATA = bytes(range(256)) * 400
ID = digest(DATA)
PIECE = 10_000


def pieces() -> list[tuple[int, bytes]]:
    return [(offset, DATA[offset : offset + PIECE]) for offset in range(0, len(DATA), PIECE)]


def files(place: Place) -> list[Path]:
    return sorted(path for path in (place.folder / "enclosures").rglob("*") if path.is_file())


def another(text: str) -> tuple[str, bytes]:
    return digest(text.encode()), text.encode()


def test_the_store_is_the_shelf_that_the_courier_asks_for(store: Store) -> None:
    shelf: Shelf = store.enclosures
    store.enclosures.expect(ID, len(DATA))
    assert shelf.missing(ID) == [Piece(0, len(DATA))]


def test_pieces_in_any_order_and_twice_make_the_whole(store: Store, place: Place) -> None:
    store.enclosures.expect(ID, len(DATA))
    for offset, data in [*reversed(pieces()[1:]), *pieces()[4:7], pieces()[0], pieces()[0]]:
        assert not store.enclosures.whole(ID)
        store.enclosures.write_piece(ID, offset, data)
        if offset == 0:
            break
    store.enclosures.write_piece(ID, *pieces()[2])
    assert store.enclosures.whole(ID)
    assert store.enclosures.missing(ID) == []
    assert store.enclosures.read(ID) == DATA
    assert [path.name for path in files(place)] == [ID.partition(":")[2]]


def test_what_is_missing_is_told_by_runs_and_outlives_the_process(place: Place) -> None:
    store = place.open()
    store.enclosures.expect(ID, len(DATA))
    store.enclosures.write_piece(ID, 20_000, DATA[20_000:30_000])
    store.enclosures.write_piece(ID, 25_000, DATA[25_000:35_000])
    assert place.open().enclosures.missing(ID) == [Piece(0, 20_000), Piece(35_000, len(DATA) - 35_000)]
    assert place.open().enclosures.get(ID) == EnclosureRecord(ID, len(DATA), "partial", "full", 15_000)


def test_a_wrong_byte_makes_all_of_it_missing_again(store: Store, place: Place) -> None:
    store.enclosures.expect(ID, len(DATA))
    store.enclosures.write_piece(ID, 0, b"\xff" + DATA[1:])
    assert not store.enclosures.whole(ID)
    assert store.enclosures.missing(ID) == [Piece(0, len(DATA))]
    assert store.enclosures.get(ID) == EnclosureRecord(ID, len(DATA), "expected", "full", 0, 1)
    assert files(place) == []
    store.enclosures.write_piece(ID, 0, DATA)
    assert store.enclosures.read(ID, 5, 10) == DATA[5:15]


def test_a_piece_of_nothing_named_or_past_the_end_is_refused(store: Store, place: Place) -> None:
    with pytest.raises(ValueError):
        store.enclosures.write_piece(ID, 0, b"x")
    store.enclosures.expect(ID, len(DATA))
    for offset in (-1, len(DATA), len(DATA) - 5):
        with pytest.raises(ValueError):
            store.enclosures.write_piece(ID, offset, b"ten bytes.")
    assert files(place) == []
    assert store.enclosures.size_bytes(ID) == len(DATA)
    assert store.enclosures.size_bytes(digest(b"other")) is None


@pytest.mark.parametrize("name", ["", "sm3:", "sm3:../../etc/passwd", f"sm3:{'A' * 64}", f"../x:{'a' * 64}", "a" * 64])
def test_an_id_that_is_none_never_becomes_a_path(store: Store, name: str) -> None:
    with pytest.raises(ValueError):
        store.enclosures.expect(name, 10)


def test_a_whole_one_is_kept_once_and_only_if_it_is_what_its_id_says(store: Store, place: Place) -> None:
    with pytest.raises(DamagedEnclosureError):
        store.enclosures.put_whole(ID, DATA[:-1])
    assert files(place) == []
    store.enclosures.put_whole(ID, DATA, "preview")
    store.enclosures.put_whole(ID, DATA)
    assert store.enclosures.get(ID) == EnclosureRecord(ID, len(DATA), "whole", "preview", len(DATA))
    assert store.enclosures.whole_of([ID, digest(b"other")]) == {ID}
    assert len(files(place)) == 1


def test_a_whole_one_by_another_road_ends_the_pieces(store: Store, place: Place) -> None:
    store.enclosures.expect(ID, len(DATA))
    store.enclosures.write_piece(ID, *pieces()[3])
    store.enclosures.put_whole(ID, DATA)
    store.enclosures.write_piece(ID, *pieces()[4])
    assert store.enclosures.read(ID) == DATA
    assert [path.suffix for path in files(place)] == [""]


def test_what_is_not_whole_cannot_be_read(store: Store) -> None:
    store.enclosures.expect(ID, len(DATA))
    with pytest.raises(StoreError):
        store.enclosures.read(ID)
    store.enclosures.put_whole(ID, DATA)
    with pytest.raises(ValueError):
        store.enclosures.read(ID, -1, 5)
    assert store.enclosures.read(ID, len(DATA) - 3, 100) == DATA[-3:]


def test_a_power_cut_before_the_rename_is_made_good(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place.open()
    store.enclosures.expect(ID, len(DATA))
    with monkeypatch.context() as cut:
        cut.setattr("os.replace", refuse)
        with pytest.raises(StoreError):
            store.enclosures.write_piece(ID, 0, DATA)
    assert [path.suffix for path in files(place)] == [".part"]
    assert place.open().enclosures.read(ID) == DATA
    assert [path.suffix for path in files(place)] == [""]


def test_a_power_cut_after_the_rename_is_made_good(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place.open()
    store.enclosures.expect(ID, len(DATA))
    with monkeypatch.context() as cut:
        # Folders are synced before too, when they and the part are new.
        cut.setattr("node.store.files.sync_folder", lambda folder: refuse() if "" in {path.suffix for path in files(place)} else None)
        with pytest.raises(StoreError):
            store.enclosures.write_piece(ID, 0, DATA)
    assert [path.suffix for path in files(place)] == [""]
    assert not store.enclosures.whole(ID)
    assert store.enclosures.missing(ID) == []
    assert store.enclosures.read(ID) == DATA


def test_a_part_that_vanished_is_asked_for_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place.open()
    store.enclosures.expect(ID, len(DATA))
    for offset, data in pieces()[:-1]:
        store.enclosures.write_piece(ID, offset, data)
    files(place)[0].unlink()
    store.enclosures.write_piece(ID, *pieces()[-1])
    assert store.enclosures.missing(ID) == [Piece(0, len(DATA))]


def test_a_whole_one_whose_file_somebody_took_away_is_missing_from_then_on_and_stops_no_other(place: Place) -> None:
    store = place.open()
    store.enclosures.put_whole(ID, DATA)
    store.enclosures.queue(UP, [ID])
    files(place)[0].unlink()
    with pytest.raises(StoreError):
        store.enclosures.read(ID)
    record = store.enclosures.get(ID)
    assert record is not None and (record.state, record.damaged) == ("expected", 1)
    assert store.enclosures.to_send(UP, 9) == []
    store.enclosures.write_piece(ID, 0, DATA)
    assert store.enclosures.to_send(UP, 9) == [ID] and store.enclosures.read(ID) == DATA


def refuse(*given: object) -> None:
    raise OSError("the power went")


def test_a_write_that_fails_leaves_no_file(store: Store, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as cut:
        cut.setattr("os.replace", refuse)
        with pytest.raises(StoreError):
            store.enclosures.put_whole(ID, DATA)
    assert files(place) == []
    assert store.enclosures.get(ID) is None


def test_below_the_floor_no_enclosure_is_taken_and_the_rest_goes_on(place: Place) -> None:
    place.free = lambda folder: 50_000
    store = place.open(floor_bytes=40_000)
    store.enclosures.expect(ID, len(DATA))
    with pytest.raises(DiskFullError):
        store.enclosures.put_whole(ID, DATA)
    with pytest.raises(DiskFullError):
        store.enclosures.write_piece(ID, 0, DATA[:100])
    assert files(place) == []
    small, data = another("small")
    store.enclosures.put_whole(small, data)
    store.meta.set("name", "value")
    assert store.enclosures.wanted(UP, 5) == [], "it is asked for again once there is room"


def test_previews_are_wanted_before_full_ones(store: Store) -> None:
    ids = [another(str(number))[0] for number in range(4)]
    store.enclosures.expect_many([(ids[0], 9, "full"), (ids[1], 9, "preview"), (ids[2], 9, "full"), (ids[3], 9, "preview")])
    store.enclosures.expect(ids[0], 9, "full")
    assert store.enclosures.wanted(UP, 3) == [ids[1], ids[3], ids[0]]
    store.enclosures.put_whole(ids[1], b"1")
    assert store.enclosures.wanted(UP, 9) == [ids[3], ids[0], ids[2]]


def test_what_is_on_its_way_up_is_not_asked_from_above(store: Store) -> None:
    from_below, from_above = another("below")[0], another("above")[0]
    store.enclosures.expect_many([(from_below, 9, "full"), (from_above, 9, "full")])
    store.enclosures.queue(UP, [from_below])
    assert store.enclosures.wanted(UP, 9) == [from_above]


def test_whoever_carries_is_woken_when_what_a_hop_waits_for_becomes_whole(store: Store) -> None:
    woken: list[int] = []
    store.on_queued(lambda: woken.append(1))
    for number, queued in enumerate((False, True)):
        name, data = another(str(number))
        store.enclosures.expect(name, len(data), "full")
        if queued:
            store.enclosures.queue(UP, [name])
        store.enclosures.write_piece(name, 0, data)
        assert store.enclosures.whole(name)
    assert woken == [1]


def test_what_goes_to_a_hop_is_whole_here_and_not_held_there(store: Store) -> None:
    names = ["full", "urgent", "preview", "held", "coming"]
    ids = {name: another(name)[0] for name in names}
    for name in names[:4]:
        store.enclosures.put_whole(*another(name), "preview" if name == "preview" else "full")
    store.enclosures.expect(ids["coming"], 6)
    store.enclosures.held_by(COUNTY, ids["held"])
    store.enclosures.queue(COUNTY, [ids["full"], ids["preview"], ids["held"], ids["coming"]])
    store.enclosures.queue(COUNTY, [ids["urgent"]], urgent=True)
    assert store.enclosures.to_send(COUNTY, 10) == [ids["preview"], ids["urgent"], ids["full"]]
    assert store.enclosures.to_send(TOWN, 10) == []
    assert store.enclosures.bytes_to_send() == len("full" + "urgent" + "preview")
    store.enclosures.put_whole(*another("coming"))
    store.enclosures.held_by(COUNTY, ids["preview"])
    assert store.enclosures.to_send(COUNTY, 2) == [ids["urgent"], ids["full"]]
    assert ids["coming"] in store.enclosures.to_send(COUNTY, 10)


def test_an_erased_one_is_gone_and_never_taken_again(store: Store, place: Place) -> None:
    store.enclosures.put_whole(ID, DATA)
    store.enclosures.put_key(ID, b"k" * 16)
    store.enclosures.erase(ID)
    assert files(place) == []
    assert store.enclosures.key(ID) is None
    assert store.enclosures.size_bytes(ID) is None
    store.enclosures.put_whole(ID, DATA)
    store.enclosures.expect(ID, len(DATA))
    store.enclosures.write_piece(ID, 0, DATA)
    assert (files(place), store.enclosures.wanted(UP, 5), store.enclosures.missing(ID)) == ([], [], [])


def test_the_first_station_that_names_one_is_its_maker_and_what_others_say_changes_nothing(store: Store) -> None:
    store.enclosures.expect(ID, len(DATA), "preview", TOWN)
    store.enclosures.expect(ID, 5, "full", COUNTY)
    store.enclosures.made_by([(ID, 6, "full")], COUNTY)
    store.enclosures.expect(ID, 7)
    assert store.enclosures.makers([ID, digest(b"other")]) == {ID: TOWN}
    assert store.enclosures.get(ID) == EnclosureRecord(ID, len(DATA), "expected", "preview")


def test_what_was_said_of_nobodys_gives_way_to_what_its_maker_says(store: Store) -> None:
    store.enclosures.expect(ID, 2 * len(DATA), "preview")
    store.enclosures.write_piece(ID, len(DATA), b"of something else")
    store.enclosures.made_by([(ID, len(DATA), "full")], TOWN)
    assert store.enclosures.makers([ID]) == {ID: TOWN}
    assert store.enclosures.missing(ID) == [Piece(0, len(DATA))]
    for _ in range(2):  # the first time the longer part is found to be no good
        store.enclosures.write_piece(ID, 0, DATA)
    assert store.enclosures.read(ID) == DATA


def test_a_maker_that_comes_late_leaves_what_is_whole_as_it_is(store: Store) -> None:
    store.enclosures.expect(ID, len(DATA))
    store.enclosures.put_whole(ID, DATA)
    store.enclosures.expect(ID, 5, "preview", TOWN)
    assert (store.enclosures.read(ID), store.enclosures.makers([ID])) == (DATA, {ID: TOWN})


def test_the_first_key_stays(store: Store) -> None:
    store.enclosures.put_key(ID, b"first")
    store.enclosures.put_keys({ID: b"second", digest(b"x"): b"other"})
    store.enclosures.put_keys({})
    assert (store.enclosures.key(ID), store.enclosures.key(digest(b"x"))) == (b"first", b"other")
    store.enclosures.drop_key(ID)
    assert store.enclosures.key(ID) is None


def test_what_is_written_unnamed_is_known_only_with_the_transaction_that_names_it(store: Store, place: Place) -> None:
    assert store.enclosures.write_unnamed(DATA) == ID
    assert store.enclosures.get(ID) is None and [path.name for path in files(place)] == [ID.partition(":")[2]]
    with pytest.raises(KeyError), store.transaction():
        store.enclosures.name(ID, len(DATA), "late", UP, b"key")
        raise KeyError
    assert (store.enclosures.get(ID), store.enclosures.key(ID)) == (None, None)
    with store.transaction():
        store.enclosures.name(ID, len(DATA), "late", UP, b"key")
    assert store.enclosures.get(ID) == EnclosureRecord(ID, len(DATA), "whole", "late", len(DATA), 0)
    assert (store.enclosures.read(ID), store.enclosures.key(ID), store.enclosures.makers([ID])) == (DATA, b"key", {ID: UP})


def test_what_was_written_and_came_to_nothing_is_removed_and_what_is_named_stays(store: Store, place: Place) -> None:
    other = store.enclosures.write_unnamed(b"came to nothing")
    store.enclosures.name(store.enclosures.write_unnamed(DATA), len(DATA), "late", UP, b"key")
    store.enclosures.drop_unnamed(other)
    store.enclosures.drop_unnamed(ID)
    assert store.enclosures.read(ID) == DATA and [path.name for path in files(place)] == [ID.partition(":")[2]]


def test_parts_nobody_touches_and_files_nobody_names_are_swept(store: Store, place: Place) -> None:
    kept, data = another("kept")
    store.enclosures.put_whole(kept, data)
    store.enclosures.expect(ID, len(DATA))
    store.enclosures.write_piece(ID, *pieces()[0])
    stray = files(place)[0].with_name("f" * 64)
    stray.write_bytes(b"nobody's")
    for path in files(place):
        os.utime(path, (place.clock.now().timestamp(), place.clock.now().timestamp()))
    assert store.enclosures.sweep(timedelta(days=7)) == 0
    place.clock.go(days=8)
    assert store.enclosures.sweep(timedelta(days=7)) == 2
    assert [path.name for path in files(place)] == [kept.partition(":")[2]]
    assert store.enclosures.missing(ID) == [Piece(0, len(DATA))]
    assert store.enclosures.read(kept) == data


def test_what_becomes_whole_while_parts_are_swept_stays_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that jumps makes every part stale, also the one whose last piece comes in this moment and is acknowledged."""
    store = place.open()
    other, bytes_ = another("a part that nobody touches any more")
    for name, size_bytes, data in ((other, len(bytes_), bytes_[:3]), (ID, len(DATA), DATA[:-1])):
        store.enclosures.expect(name, size_bytes)
        store.enclosures.write_piece(name, 0, data)
    place.clock.go(days=3650)
    remove, told = store.enclosures._files.remove_part, list[bool]()

    def remove_while_the_last_piece_comes(enclosure_id: str) -> None:
        store.enclosures.write_piece(ID, len(DATA) - 1, DATA[-1:])
        told.append(store.enclosures.whole(ID))
        remove(enclosure_id)

    monkeypatch.setattr(store.enclosures._files, "remove_part", remove_while_the_last_piece_comes)
    store.enclosures.sweep(timedelta(days=30))
    assert told[0] and store.enclosures.whole(ID)
    assert store.enclosures.read(ID) == DATA


def test_pieces_by_several_threads_make_the_whole(store: Store) -> None:
    store.enclosures.expect(ID, len(DATA))
    todo = pieces()
    failures: list[BaseException] = []

    def work(own: list[tuple[int, bytes]]) -> None:
        try:
            for offset, data in own:
                store.enclosures.write_piece(ID, offset, data)
            store.close_thread()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(todo[number::3],)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.enclosures.read(ID) == DATA


def test_an_erased_file_that_a_power_cut_left_goes_at_the_next_start(place: Place) -> None:
    store = place.open()
    store.enclosures.put_whole(ID, DATA)
    kept = [path for path in files(place)]
    store.enclosures.erase(ID)
    assert kept and files(place) == []
    kept[0].write_bytes(DATA)
    place.open()
    assert files(place) == []


def test_bulk_is_wanted_and_sent_last_and_is_no_backlog(store: Store) -> None:
    (update, file), (scan, page), (small, preview) = another("update"), another("scan"), another("preview")
    for enclosure_id, data, rank in ((update, file, "bulk"), (scan, page, "full"), (small, preview, "preview")):
        store.enclosures.expect(enclosure_id, len(data), rank)
    assert store.enclosures.wanted(UP, 10) == [small, scan, update]
    assert [one for one in (update, scan, small) if store.enclosures.may_wait(one)] == [update]
    for enclosure_id, data in ((update, file), (scan, page), (small, preview)):
        store.enclosures.put_whole(enclosure_id, data)
    store.enclosures.queue(TOWN, [update, scan, small])
    assert store.enclosures.to_send(TOWN, 10) == [small, scan, update]
    assert store.enclosures.bytes_to_send() == len(page) + len(preview)


def test_what_rides_late_goes_behind_scans_and_before_bulk_and_counts_as_waiting(store: Store) -> None:
    (update, file), (papers, bundle), (scan, page) = another("update"), another("papers"), another("scan")
    for enclosure_id, data, rank in ((update, file, "bulk"), (papers, bundle, "full"), (scan, page, "full")):
        store.enclosures.expect(enclosure_id, len(data), rank)
    store.enclosures.let_ride_late([papers, update])
    assert store.enclosures.wanted(UP, 10) == [scan, papers, update]
    assert not store.enclosures.may_wait(papers) and store.enclosures.may_wait(update)
    for enclosure_id, data in ((update, file), (papers, bundle), (scan, page)):
        store.enclosures.put_whole(enclosure_id, data)
    store.enclosures.queue(TOWN, [update, papers, scan])
    assert store.enclosures.to_send(TOWN, 10) == [scan, papers, update]
    assert store.enclosures.bytes_to_send() == len(page) + len(bundle)


def test_bulk_is_not_wanted_without_room_for_it_twice(place: Place) -> None:
    (update, file), (scan, page) = another("update"), another("scan")
    room = [10**12]
    place.free = lambda folder: room[0]
    store = place.open(floor_bytes=1000)
    store.enclosures.expect(update, len(file), "bulk")
    store.enclosures.expect(scan, len(page), "full")
    assert store.enclosures.wanted(UP, 10) == [scan, update]
    room[0] = 1000 + 2 * len(file) - 1
    assert store.enclosures.wanted(UP, 10) == [scan]
    room[0] += 1
    assert store.enclosures.wanted(UP, 10) == [scan, update]


def test_room_is_kept_for_what_was_begun_before_anything_else_is(place: Place) -> None:
    """What is begun can be finished: its declared size counts as used from its first piece on."""
    one, two = b"1" * 60_000, b"2" * 60_000
    place.free = lambda folder: 100_000
    store = place.open(floor_bytes=0)
    for data in (one, two):
        store.enclosures.expect(digest(data), len(data))
    store.enclosures.write_piece(digest(one), 0, one[:PIECE])
    with pytest.raises(NoRoomError):
        store.enclosures.write_piece(digest(two), 0, two[:PIECE])
    assert store.enclosures.missing(digest(two)) == [Piece(0, len(two))]
    for offset in range(PIECE, len(one), PIECE):
        store.enclosures.write_piece(digest(one), offset, one[offset : offset + PIECE])
    assert store.enclosures.whole(digest(one))
    store.enclosures.write_piece(digest(two), 0, two[:PIECE])


def test_what_has_no_room_is_not_wanted(place: Place) -> None:
    place.free = lambda folder: len(DATA)
    store = place.open(floor_bytes=1)
    store.enclosures.expect(ID, len(DATA))
    assert store.enclosures.wanted(UP, 9) == []
    place.free = lambda folder: len(DATA) + 1
    assert place.open(floor_bytes=1).enclosures.wanted(UP, 9) == [ID]
