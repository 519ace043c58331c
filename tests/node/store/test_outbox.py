"""Parcels: known for good, queued by hop."""

from datetime import timedelta

import pytest

from node.errors import StoreError
from node.store import Store
from node.store.records import WaitingParcel, WaitingSummary
from sync.boxes import Outbox, QueuedParcel
from tests.node.store.conftest import START
from tests.node.store.samples import COUNTY, TOWN, VILLAGE, parcel


def keep(store: Store, *names: str, urgent: tuple[str, ...] = (), hop: str = TOWN, size: int = 100) -> None:
    for name in names:
        store.outbox.put(parcel(name, data=name.encode() * size, urgent=name in urgent))
        store.outbox.queue(f"sm3:{name}", hop, START)


def due(store: Store, limit_bytes: int = 10**6, limit_count: int = 64, hop: str = TOWN) -> str:
    return "".join(one.parcel_id.removeprefix("sm3:") for one in store.outbox.due(hop, limit_bytes, limit_count))


def test_the_store_is_the_outbox_that_the_courier_asks_for(store: Store) -> None:
    outbox: Outbox = store.outbox
    keep(store, "a", size=1)
    assert outbox.due(TOWN, 10) == [QueuedParcel("sm3:a", b"a", False)]


def test_a_parcel_comes_back_as_it_was_and_is_known_once(store: Store) -> None:
    given = parcel("a", data=bytes(range(256)), urgent=True, from_hop=TOWN)
    assert store.outbox.put(given, ["sm3:x", "sm3:y", "sm3:x"])
    assert not store.outbox.put(parcel("a", data=b"other"), ["sm3:z"])
    assert store.outbox.get("sm3:a") == given
    assert store.outbox.letters_of(["sm3:a", "sm3:b"]) == {"sm3:a": ["sm3:x", "sm3:y"], "sm3:b": []}
    assert store.outbox.known("sm3:a") and not store.outbox.known("sm3:b")
    assert store.outbox.get("sm3:b") is None


def test_letters_of_a_parcel_opened_later_are_added(store: Store) -> None:
    store.outbox.put(parcel("a"))
    store.outbox.add_letters("sm3:a", ["sm3:x"])
    store.outbox.add_letters("sm3:a", ["sm3:x", "sm3:y"])
    store.outbox.add_letters("sm3:a", [])
    assert store.outbox.letters_of(["sm3:a"]) == {"sm3:a": ["sm3:x", "sm3:y"]}


def test_urgent_parcels_go_first_then_the_oldest(store: Store) -> None:
    keep(store, "a", "b", "c", "d", urgent=("c",))
    assert due(store) == "cabd"
    assert due(store, limit_count=2) == "ca"
    assert due(store, hop=COUNTY) == ""


def test_a_batch_keeps_to_its_bytes_but_never_starves(store: Store) -> None:
    keep(store, "a", "b", "c")
    assert due(store, 250) == "ab"
    assert due(store, 1) == "a"


def test_a_parcel_is_queued_once_a_hop(store: Store) -> None:
    keep(store, "a")
    store.outbox.queue("sm3:a", TOWN, START + timedelta(hours=1))
    store.outbox.queue_many(["sm3:a", "sm3:a"], COUNTY, START)
    store.outbox.queue_many([], COUNTY, START)
    assert (due(store), due(store, hop=COUNTY)) == ("a", "a")
    assert store.outbox.waiting_parcels()[0].since == START


def test_only_what_is_here_can_be_queued(store: Store) -> None:
    with pytest.raises(StoreError):
        store.outbox.queue("sm3:a", TOWN, START)


def test_a_receipt_ends_the_waiting_of_its_hop_alone(store: Store) -> None:
    keep(store, "a", "b")
    store.outbox.queue("sm3:a", COUNTY, START)
    store.outbox.mark_stored(["sm3:a", "sm3:strange"], TOWN, "sm3:r", START)
    assert (due(store), due(store, hop=COUNTY)) == ("b", "a")
    assert store.outbox.hops_of("sm3:a") == {TOWN: "stored", COUNTY: "queued"}
    assert store.outbox.counts() == {"queued": 2, "stored": 1}


def test_what_went_by_bundle_or_failed_stays_due(store: Store) -> None:
    keep(store, "a", "b")
    store.outbox.mark_handed_over(TOWN, ["sm3:a"], START)
    store.outbox.mark_failed(TOWN, ["sm3:b"], "link_down", START)
    store.outbox.mark_failed(TOWN, ["sm3:b"], "timeout", START)
    store.outbox.mark_failed(TOWN, [], "timeout", START)
    assert due(store) == "ab"
    assert store.outbox.waiting_parcels() == [
        WaitingParcel("sm3:a", TOWN, "handed_over", START, 100, False, 0, None, START),
        WaitingParcel("sm3:b", TOWN, "queued", START, 100, False, 2, "timeout", START),
    ]


def test_what_a_hop_refused_waits_for_a_person_and_blocks_nothing(store: Store) -> None:
    keep(store, "a", "b")
    store.outbox.mark_refused(TOWN, [("sm3:a", "bad_signature"), ("sm3:strange", "damaged")], START)
    assert due(store) == "b"
    assert store.outbox.waiting().refused == 1
    assert store.outbox.waiting_parcels()[0].why == "bad_signature"
    store.outbox.retry_refused(COUNTY)
    assert due(store) == "b"
    store.outbox.retry_refused(TOWN)
    assert due(store) == "ab"


def test_a_late_failure_does_not_undo_a_receipt(store: Store) -> None:
    keep(store, "a")
    store.outbox.mark_stored(["sm3:a"], TOWN, "sm3:r", START)
    store.outbox.mark_failed(TOWN, ["sm3:a"], "timeout", START)
    store.outbox.mark_refused(TOWN, [("sm3:a", "late")], START)
    store.outbox.mark_handed_over(TOWN, ["sm3:a"], START)
    assert store.outbox.hops_of("sm3:a") == {TOWN: "stored"}


def test_what_waits_is_summed_up(store: Store) -> None:
    assert store.outbox.waiting() == WaitingSummary(0, 0, 0, 0, None)
    store.outbox.put(parcel("a", data=b"x" * 30))
    store.outbox.queue("sm3:a", TOWN, START + timedelta(hours=1))
    store.outbox.put(parcel("b", data=b"x" * 12))
    store.outbox.queue("sm3:b", TOWN, START)
    store.outbox.mark_handed_over(TOWN, ["sm3:a"], START)
    assert store.outbox.waiting() == WaitingSummary(1, 1, 0, 42, START)


def test_a_parcel_that_waits_is_found_and_may_be_forgotten(store: Store) -> None:
    store.outbox.put(parcel("a", received_at=START + timedelta(hours=1)))
    store.outbox.put(parcel("b"))
    store.outbox.put(parcel("c"))
    store.outbox.park("sm3:a", ["certificate:sm3:x"])
    store.outbox.park("sm3:b", ["certificate:sm3:x", "certificate:sm3:y"])
    assert [one.parcel_id for one in store.outbox.parked("certificate:sm3:x")] == ["sm3:b", "sm3:a"]
    assert [one.parcel_id for one in store.outbox.parked()] == ["sm3:b", "sm3:a"]
    assert store.letters.parked("certificate:sm3:x") == []
    store.outbox.unpark("sm3:b")
    store.outbox.forget("sm3:a")
    assert store.outbox.parked() == []
    assert not store.outbox.known("sm3:a")
    assert store.outbox.known("sm3:b")


def test_gaps_in_a_makers_numbers_are_told(store: Store) -> None:
    assert store.outbox.gaps(VILLAGE) == []
    assert store.outbox.note_number(VILLAGE, 1) == []
    assert store.outbox.note_number(VILLAGE, 5) == [(2, 3)]
    assert store.outbox.note_number(VILLAGE, 3) == [(2, 1), (4, 1)]
    assert store.outbox.note_number(VILLAGE, 3) == [(2, 1), (4, 1)]
    assert store.outbox.note_number(COUNTY, 2) == [(1, 1)]
    store.outbox.note_number(VILLAGE, 2)
    assert store.outbox.note_number(VILLAGE, 4) == []
    assert store.outbox.note_number(VILLAGE, 10**12) == [(6, 10**12 - 6)]
    assert store.outbox.gaps(VILLAGE) == [(6, 10**12 - 6)]
