"""Letters, what they wait for, and their road."""

from datetime import timedelta

from node.store import Store
from node.store.records import ReceiptRecord, RoadMark
from tests.node.store.conftest import START
from tests.node.store.samples import CASE, COUNTY, TOWN, VILLAGE, letter


def test_a_letter_comes_back_as_it_was(store: Store) -> None:
    given = letter("a", after="sm3:z", reason="why", outcome="flagged", parcel_id="sm3:p", frame=bytes(range(256)))
    assert store.letters.add(given)
    found = store.letters.get("sm3:a")
    assert found is not None
    assert found == letter("a", after="sm3:z", reason="why", outcome="flagged", parcel_id="sm3:p", frame=bytes(range(256)), seq=found.seq)


def test_a_known_letter_changes_nothing(store: Store) -> None:
    store.letters.add(letter("a"))
    assert not store.letters.add(letter("a", outcome="set_aside", frame=b"other"))
    found = store.letters.get("sm3:a")
    assert found is not None and (found.outcome, found.frame) == ("admitted", letter("a").frame)
    assert store.letters.add_many([letter("a"), letter("b"), letter("c")]) == 2
    assert store.letters.add_many([]) == 0


def test_letters_of_a_case_come_in_the_order_of_admission(store: Store) -> None:
    names = ["c", "a", "b", "d"]
    for name in names:
        store.letters.add(letter(name, at=START - timedelta(days=len(name))))
    store.letters.add(letter("x", case_number="other"))
    assert [one.letter_id for one in store.letters.of_case(CASE)] == [f"sm3:{name}" for name in names]


def test_what_follows_a_letter_shows_a_fork(store: Store) -> None:
    store.letters.add_many([letter("a"), letter("b", after="sm3:a"), letter("c", after="sm3:a")])
    assert [one.letter_id for one in store.letters.after("sm3:a")] == ["sm3:b", "sm3:c"]


def test_known_ids_are_told_from_unknown_ones(store: Store) -> None:
    store.letters.add(letter("a"))
    assert store.letters.known(["sm3:a", "sm3:b"]) == {"sm3:a"}
    assert store.letters.exists("sm3:a") and not store.letters.exists("sm3:b")
    assert store.letters.get("sm3:b") is None


def test_a_waiting_letter_is_found_by_what_it_waits_for(store: Store) -> None:
    store.letters.add_many([letter("b", outcome="waiting"), letter("a", outcome="waiting")])
    store.letters.park("sm3:b", ["letter:sm3:x", "package:sm3:y", "package:sm3:y"])
    store.letters.park("sm3:a", ["letter:sm3:x"])
    assert [one.letter_id for one in store.letters.parked("letter:sm3:x")] == ["sm3:b", "sm3:a"]
    assert store.letters.needs("sm3:b") == ["letter:sm3:x", "package:sm3:y"]
    assert store.needs.all() == ["letter:sm3:x", "package:sm3:y"]
    store.letters.park("sm3:b", ["package:sm3:y"])
    assert [one.letter_id for one in store.letters.parked("letter:sm3:x")] == ["sm3:a"]
    store.letters.unpark("sm3:b")
    assert store.letters.parked("package:sm3:y") == []


def test_an_outcome_can_change_and_is_counted(store: Store) -> None:
    store.letters.add_many([letter("a", outcome="waiting"), letter("b", outcome="set_aside", reason="fork"), letter("c")])
    store.letters.set_outcome("sm3:a", "admitted")
    assert store.letters.outcomes() == {"admitted": 2, "set_aside": 1}
    assert [(one.letter_id, one.reason) for one in store.letters.set_aside_list()] == [("sm3:b", "fork")]


def test_marks_of_the_road_are_kept_once_with_their_first_time(store: Store) -> None:
    later = START + timedelta(hours=1)
    store.letters.mark("sm3:a", TOWN, "stored", START, None, "sm3:r1")
    store.letters.mark("sm3:a", TOWN, "stored", later)
    store.letters.mark("sm3:a", COUNTY, "arrived", later, "waiting", "sm3:r2")
    store.letters.mark("sm3:a", COUNTY, "arrived", later, "admitted", "sm3:r3")
    assert store.letters.roads(["sm3:a", "sm3:b"]) == {
        "sm3:a": [
            RoadMark("sm3:a", TOWN, "stored", START, None, "sm3:r1"),
            RoadMark("sm3:a", COUNTY, "arrived", later, "admitted", "sm3:r3"),
        ],
        "sm3:b": [],
    }


def test_what_an_earlier_receipt_says_changes_nothing_when_it_comes_late(store: Store) -> None:
    for number in (3, 4):
        store.receipts.add(ReceiptRecord(f"sm3:r{number}", COUNTY, number, "arrived", START, b"receipt"))
    store.letters.mark("sm3:a", COUNTY, "arrived", START, "admitted", "sm3:r4")

    store.letters.mark("sm3:a", COUNTY, "arrived", START, "waiting", "sm3:r3")

    assert store.letters.roads(["sm3:a"])["sm3:a"] == [RoadMark("sm3:a", COUNTY, "arrived", START, "admitted", "sm3:r4")]


def test_letters_are_counted_by_how_far_they_came(store: Store) -> None:
    store.letters.add_many([letter(name) for name in "abcd"] + [letter("x", origin=COUNTY)])
    store.letters.mark_many(
        [
            RoadMark("sm3:a", TOWN, "stored", START),
            RoadMark("sm3:a", COUNTY, "arrived", START),
            RoadMark("sm3:b", TOWN, "handed_over", START),
            RoadMark("sm3:c", TOWN, "stored", START),
            RoadMark("sm3:x", TOWN, "arrived", START),
        ]
    )
    assert store.letters.furthest([VILLAGE]) == {"queued": 1, "handed_over": 1, "stored": 1, "arrived": 1}


def test_those_of_many_needs_that_anything_waits_for(store: Store) -> None:
    store.letters.add(letter("a"))
    store.letters.park("sm3:a", ["letter:sm3:77", "seal:sm3:x"])
    assert store.needs.awaited([f"letter:sm3:{number}" for number in range(100)]) == {"letter:sm3:77"}
    assert store.needs.awaited(["seal:sm3:x"]) == {"seal:sm3:x"} and store.needs.awaited([]) == set()
