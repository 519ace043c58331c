"""Numbers that only rise, and single facts."""

import threading

import pytest

from node.store import Store
from tests.node.store.conftest import Place


def test_numbers_start_at_one_and_rise_by_one(store: Store) -> None:
    assert store.counters.peek("case:20261122") == 0
    assert [store.counters.next("case:20261122") for _ in range(3)] == [1, 2, 3]
    assert store.counters.peek("case:20261122") == 3


def test_each_name_has_its_own_numbers(store: Store) -> None:
    store.counters.next("receipt")
    assert store.counters.next("to:13102510500001") == 1


def test_a_number_is_taken_back_with_its_transaction(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.counters.next("receipt")
        raise ZeroDivisionError
    assert store.counters.next("receipt") == 1


def test_a_number_outlives_the_process(place: Place) -> None:
    place.open().counters.next("receipt")
    assert place.open().counters.next("receipt") == 2


def test_eight_threads_lose_no_read_modify_write(store: Store) -> None:
    given: list[int] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                with store.transaction():
                    seen = int(store.meta.get("sum") or 0)
                    given.append(store.counters.next("serial"))
                    store.meta.set("sum", str(seen + 1))
            store.close_thread()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.meta.get("sum") == "80"
    assert sorted(given) == list(range(1, 81))


def test_a_fact_is_replaced_and_forgotten(store: Store) -> None:
    assert store.meta.get("station") is None
    store.meta.set("station", "13102510520101")
    store.meta.set("station", "13102510520102")
    assert store.meta.get("station") == "13102510520102"
    store.meta.delete("station")
    assert store.meta.get("station") is None


def test_facts_are_found_by_how_their_names_begin(store: Store) -> None:
    for name in ("setup:li", "setup:an", "set", "other"):
        store.meta.set(name, "x")
    assert store.meta.names("setup:") == ["setup:an", "setup:li"]
