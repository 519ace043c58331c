"""Letters and receipts that lie in no parcel yet."""

from dataclasses import replace
from datetime import timedelta

from node.store import Store
from node.store.records import UnpackedLetter
from tests.node.store.conftest import START
from tests.node.store.samples import CASE, COUNTY, TOWN, VILLAGE


def add(store: Store, name: str, **given: object) -> UnpackedLetter:
    row = UnpackedLetter(f"sm3:{name}", CASE, VILLAGE, False, 100, START)
    row = replace(row, **given)  # type: ignore[arg-type]
    store.unpacked.add(row)
    return row


def due(store: Store, *paths: str, limit: int = 64) -> list[str]:
    return [one.letter_id.removeprefix("sm3:") for one in store.unpacked.due(paths or (VILLAGE, TOWN), limit)]


def test_a_letter_waits_once_until_it_is_packed(store: Store) -> None:
    row = add(store, "a")
    add(store, "a", urgent=True)
    (found,) = store.unpacked.all(10)
    assert replace(found, seq=0) == row
    assert store.unpacked.remove(["sm3:a", "sm3:b"]) == 1
    assert store.unpacked.all(10) == [] and store.unpacked.paths() == []


def test_urgent_letters_then_those_that_people_put_first_then_the_oldest(store: Store) -> None:
    other = CASE[:-1] + "0"
    add(store, "a")
    add(store, "b", case_number=other)
    add(store, "c", urgent=True)
    assert due(store) == ["c", "a", "b"] and due(store, limit=1) == ["c"]
    store.unpacked.put_first(other, True)
    assert due(store) == ["c", "b", "a"]
    store.unpacked.put_first(other, False)
    assert due(store) == ["c", "a", "b"]


def test_what_is_set_aside_is_counted_and_not_packed(store: Store) -> None:
    other = CASE[:-1] + "0"
    add(store, "a", at=START + timedelta(hours=1))
    add(store, "b", case_number=other, station=TOWN, size_bytes=30)
    store.unpacked.set_aside(other, True)
    assert due(store) == ["a"] and store.unpacked.paths() == [VILLAGE]
    assert sorted(store.unpacked.paths(all_of_them=True)) == sorted([VILLAGE, TOWN])
    summary = store.outbox.waiting()
    assert (summary.queued, summary.unpacked, summary.held, summary.size_bytes, summary.oldest_since) == (1, 1, 1, 130, START)
    assert store.waiting.is_aside(other) and not store.waiting.is_aside(CASE)
    store.unpacked.set_aside(other, False)
    assert due(store, TOWN) == ["b"] and store.unpacked.count([TOWN]) == 1


def test_who_queues_a_letter_wakes_the_courier(store: Store) -> None:
    woken: list[int] = []
    store.on_queued(lambda: woken.append(store.changes()))
    add(store, "a")
    store.unpacked.put_first(CASE, True)
    store.outbox.hurry()
    assert len(woken) == 3 and store.outbox.hurried() == 1


def test_receipts_are_taken_together_by_those_who_read_them(store: Store) -> None:
    for name, readers in (("a", (COUNTY,)), ("b", (VILLAGE, COUNTY)), ("c", (COUNTY,)), ("d", (COUNTY,))):
        store.unpacked_receipts.add(f"sm3:{name}", readers)
    assert sorted(store.unpacked_receipts.readers()) == sorted([(COUNTY,), (VILLAGE, COUNTY)])
    assert store.unpacked_receipts.take_for((COUNTY,), 2) == ["sm3:a", "sm3:c"]
    assert store.unpacked_receipts.take_for((COUNTY,), 2) == ["sm3:d"]
    assert store.unpacked_receipts.take_for((COUNTY,), 2) == []
    assert store.unpacked_receipts.readers() == [(VILLAGE, COUNTY)]
