"""Waking whoever carries, and opening."""

import threading

import pytest

from node.store import Store
from tests.node.store.conftest import START, Place, digest
from tests.node.store.samples import TOWN, parcel


def queue(store: Store, name: str) -> None:
    store.outbox.put(parcel(name))
    store.outbox.queue(f"sm3:{name}", TOWN, START)


def test_queueing_wakes_once_and_only_after_the_commit(store: Store) -> None:
    woken: list[bool] = []
    store.on_queued(lambda: woken.append(store._connection.in_transaction))
    with store.transaction():
        queue(store, "a")
        queue(store, "b")
        assert woken == []
    assert woken == [False]
    assert store.changes() == 1
    queue(store, "c")
    assert (woken, store.changes()) == ([False, False], 2)


def test_what_is_taken_back_wakes_nobody(store: Store) -> None:
    woken: list[None] = []
    store.on_queued(lambda: woken.append(None))
    with pytest.raises(ZeroDivisionError), store.transaction():
        queue(store, "a")
        raise ZeroDivisionError
    assert (woken, store.changes()) == ([], 0)
    queue(store, "b")
    assert (len(woken), store.changes()) == (1, 1)


def test_another_process_sees_that_something_was_queued(place: Place) -> None:
    store, other = place.open(), place.open()
    before = other.changes()
    queue(store, "a")
    assert other.changes() > before


def test_work_for_after_the_commit_is_done_then_or_at_once(store: Store) -> None:
    done: list[str] = []
    store.after_commit(lambda: done.append("at once"))
    with store.transaction():
        store.after_commit(lambda: done.append("afterwards"))
        assert done == ["at once"]
    assert done == ["at once", "afterwards"]


def test_a_store_can_be_opened_by_several_at_once(place: Place) -> None:
    opened: list[Store] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            store = place.open()
            queue(store, threading.current_thread().name)
            opened.append(store)
            store.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, name=f"t{number}") for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert place.open().changes() == len(opened) == 4


def test_only_its_owner_reads_what_lies_on_the_disk(place: Place) -> None:
    store = place.open()
    store.enclosures.put_whole(digest(b"scan"), b"scan")
    files = [path for path in place.folder.rglob("*") if path.is_file()]
    assert files != []
    assert {path.stat().st_mode & 0o077 for path in files} == {0}
