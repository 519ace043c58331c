"""Transactions, errors and what lies on the disk."""

import errno
import sqlite3
import threading

import psycopg
import pytest
from peewee import DatabaseError, OperationalError

from node.errors import BusyError, CorruptError, DiskFullError, StoreError
from node.store import Store, open_store
from node.store.database import make_database
from node.store.failures import translate
from tests.node.store.conftest import KEY, START, HandClock, Place, digest
from tests.node.store.samples import case, letter, parcel

CANARY = "131025195003078127"


def run(store: Store, sql: str) -> list[tuple[object, ...]]:
    """A statement on the connection of this thread."""
    return store._connection.run(sql)


def test_what_fails_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.letters.add(letter("a"))
        store.cases.put(case())
        store.outbox.put(parcel("p"), ["sm3:a"])
        raise ZeroDivisionError
    assert not store.letters.exists("sm3:a")
    assert store.cases.page() == []
    assert not store.outbox.known("sm3:p")


def test_a_transaction_inside_another_is_part_of_it(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        with store.transaction():
            store.letters.add(letter("a"))
        raise ZeroDivisionError
    assert not store.letters.exists("sm3:a")


def test_a_failure_that_is_swallowed_still_takes_everything_back(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.letters.add(letter("a"))
        try:
            store.outbox.queue("sm3:nowhere", "up", START)
        except StoreError:
            pass
    assert not store.letters.exists("sm3:a")
    store.letters.add(letter("b"))
    assert store.letters.exists("sm3:b")


def test_writers_of_one_process_stand_in_a_queue_and_none_is_told_that_another_writes(store: Store) -> None:
    first = threading.Barrier(9)

    def write(name: str) -> None:
        first.wait()
        for number in range(10):
            with store.transaction():
                store.letters.add(letter(f"{name}{number}"))
        store.close_thread()

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcdefgh"]
    for thread in threads:
        thread.start()
    first.wait()
    for thread in threads:
        thread.join()
    assert sum(store.letters.outcomes().values()) == 80
    assert not store._connection._writing.locked()


def test_another_thread_sees_a_transaction_only_when_it_is_done(store: Store) -> None:
    seen: list[bool] = []

    def look() -> None:
        seen.append(store.letters.exists("sm3:a"))
        store.close_thread()

    with store.transaction():
        store.letters.add(letter("a"))
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [False]
    assert store.letters.exists("sm3:a")


def test_a_thread_cannot_close_in_the_middle(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.close_thread()


def test_a_store_goes_on_after_its_thread_closed(store: Store) -> None:
    store.letters.add(letter("a"))
    store.close_thread()
    store.close_thread()
    assert store.letters.exists("sm3:a")


def test_a_full_database_says_so_and_keeps_what_it_had(place: Place) -> None:
    store = place.open()
    if not place.is_sqlite:
        assert isinstance(translate(psycopg.errors.DiskFull("could not extend file: No space left on device")), DiskFullError)
        return
    store.letters.add(letter("first"))
    pages = run(store, "PRAGMA page_count")[0][0]
    run(store, f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFullError):
        with store.transaction():
            for number in range(200):
                store.letters.add(letter(f"n{number}", frame=b"x" * 4000))
    assert [one.letter_id for one in store.letters.of_case(case().case_number)] == ["sm3:first"]
    run(store, "PRAGMA max_page_count = 1000000")
    assert store.letters.add(letter("after"))
    assert store.check() == []


def test_a_database_that_stays_locked_is_busy(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.store.database.BUSY_TIMEOUT_S", 1)
    store, other = place.open(), place.open()
    with other.transaction():
        with pytest.raises(BusyError):
            store.meta.set("name", "value")
    store.meta.set("name", "value")
    assert other.meta.get("name") == "value"


def test_another_key_does_not_open_it(place: Place) -> None:
    place.open().close()
    if place.key is None:
        with pytest.raises(ValueError):
            make_database("somewhere.db", b"short")
        return
    place.key = KEY[::-1]
    with pytest.raises(CorruptError):
        place.open()
    place.key = None
    with pytest.raises(CorruptError):
        place.open()


def test_a_file_that_is_no_database_is_refused(place: Place) -> None:
    if not place.is_sqlite:
        place.address = place.address.replace("/postgres?", "/nowhere?")
        with pytest.raises(StoreError):
            place.open()
        return
    with open(place.address, "wb") as file:
        file.write(b"not a database at all" * 1000)
    with pytest.raises(CorruptError):
        place.open()


def test_an_encrypted_store_shows_nothing_of_what_it_holds(place: Place) -> None:
    store = place.open()
    store.letters.add(letter("a", frame=CANARY.encode() * 20))
    files = [path for path in place.folder.rglob("*") if path.is_file()]
    found = any(CANARY.encode() in path.read_bytes() for path in files)
    assert found == (place.is_sqlite and place.key is None)


def test_sqlite_writes_are_on_the_disk_before_they_are_acknowledged(place: Place) -> None:
    store = place.open()
    if not place.is_sqlite:
        assert run(store, "SHOW synchronous_commit") == [("on",)]
        return
    assert run(store, "PRAGMA journal_mode") == [("wal",)]
    assert run(store, "PRAGMA synchronous") == [(2,)]
    assert run(store, "PRAGMA secure_delete") == [(1,)]
    assert run(store, "PRAGMA foreign_keys") == [(1,)]
    strict = run(store, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND strict = 0")
    assert strict == [(0,)]


def test_a_lost_server_is_found_again(place: Place) -> None:
    store = place.open()
    if place.is_sqlite:
        store.close()
        assert store.meta.get("name") is None
        return
    own = run(store, "SELECT pg_backend_pid()")[0][0]
    place.open().meta.set("name", "value")
    with psycopg.connect(place.address, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", [own])
    with pytest.raises(StoreError):
        store.meta.get("name")
    assert store.meta.get("name") == "value"


def test_a_server_lost_within_a_transaction_keeps_nothing(place: Place) -> None:
    store = place.open()
    if place.is_sqlite:
        with pytest.raises(StoreError), store.transaction():
            store.meta.set("name", "value")
            run(store, "SELECT * FROM nowhere")
        assert store.meta.get("name") is None
        return
    with pytest.raises(StoreError), store.transaction():
        store.meta.set("name", "value")
        own = run(store, "SELECT pg_backend_pid()")[0][0]
        with psycopg.connect(place.address, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", [own])
        store.meta.set("name", "other")
    assert store.meta.get("name") is None


def test_errors_are_known_by_what_is_anywhere_in_their_chain() -> None:
    full = OperationalError("cannot rollback - no transaction is active")
    full.__context__ = sqlite3.OperationalError("database or disk is full")
    assert type(translate(full)) is DiskFullError
    assert type(translate(OSError(errno.ENOSPC, "no room"))) is DiskFullError
    assert type(translate(OperationalError("database is locked"))) is BusyError
    assert type(translate(DatabaseError("database disk image is malformed"))) is CorruptError
    assert type(translate(OperationalError("no such table: x"))) is StoreError


def test_a_server_without_a_folder_for_enclosures_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        open_store("postgresql:///nowhere", digest=digest, clock=HandClock())


def test_one_process_holds_several_stations(place: Place) -> None:
    first = place.open()
    second = open_store(place.folder / "second.db", digest=digest)
    first.meta.set("station", "first")
    second.meta.set("station", "second")
    assert (first.meta.get("station"), second.meta.get("station")) == ("first", "second")
    second.close()
