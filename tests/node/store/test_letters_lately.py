"""Letters that a parcel may be compressed after: the newest of one maker's that all readers have, found again by how their ids begin."""

from datetime import timedelta

from node.store import Store
from node.store.letters import LOOKED_AT, MOST_LATELY
from tests.node.store.conftest import START
from tests.node.store.samples import COUNTY, TOWN, VILLAGE, letter


def lately(store: Store, *readers: str) -> list[str]:
    return [one.letter_id.removeprefix("sm3:") for one in store.letters.arrived_lately(VILLAGE, readers)]


def test_only_what_all_readers_have_said_to_have_is_given_the_newest_first(store: Store) -> None:
    store.letters.add_many([letter("a"), letter("b"), letter("c"), letter("d", origin=TOWN)])
    for name, stations in (("a", (TOWN, COUNTY)), ("b", (TOWN, COUNTY)), ("c", (TOWN,)), ("d", (TOWN, COUNTY))):
        for station in stations:
            store.letters.mark(f"sm3:{name}", station, "arrived", START, "admitted", "sm3:r")
    store.letters.mark("sm3:c", COUNTY, "stored", START, None, "sm3:r")
    assert lately(store, TOWN, COUNTY) == ["b", "a"] and lately(store, TOWN) == ["c", "b", "a"]
    assert lately(store, TOWN, "13102510500002") == []


def test_only_a_few_of_the_last_letters_are_looked_at(store: Store) -> None:
    names = [f"{number:03}" for number in range(MOST_LATELY + 2)]
    store.letters.add_many([letter(name) for name in names])
    for name in names:
        store.letters.mark(f"sm3:{name}", TOWN, "arrived", START + timedelta(minutes=1), "admitted", "sm3:r")
    assert lately(store, TOWN) == names[:1:-1]
    store.letters.add_many([letter(f"x{number}", origin=TOWN) for number in range(LOOKED_AT - 1)])
    assert lately(store, TOWN) == names[-1:]
    store.letters.add_many([letter("y", origin=TOWN)])
    assert lately(store, TOWN) == []


def test_a_frame_is_found_by_the_one_id_of_its_maker_that_begins_so(store: Store) -> None:
    store.letters.add_many([letter("00ff"), letter("00fe"), letter("0a", origin=TOWN)])
    assert store.letters.frame_of(VILLAGE, "sm3:00ff") == letter("00ff").frame
    assert store.letters.frame_of(VILLAGE, "sm3:00f") is None, "there are two"
    assert store.letters.frame_of(VILLAGE, "sm3:0a") is store.letters.frame_of(VILLAGE, "sm3:0") is None
    assert store.letters.frame_of(TOWN, "sm3:0a") == letter("0a").frame
    assert store.letters.frame_of(TOWN, "sha256:0a") is None
