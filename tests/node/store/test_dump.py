"""Everything out of one kind of database and into another: as of one moment, and nothing changed on the way."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from node.errors import StoreError
from node.store import Store, open_store
from node.store.dump import LATEST_SCHEMA, LEFT_OUT, Row
from node.store.records import PersonRecord
from tests.node.store.conftest import KEY, START, HandClock, Place, digest
from tests.node.store.samples import case, letter, parcel

Everything = dict[str, tuple[tuple[str, ...], list[Row]]]


def stocked(store: Store) -> None:
    """A little of everything, with every kind of value."""
    store.letters.add(letter("one", frame=bytes(range(256)) * 9))
    store.cases.put(case(title="示例　甲\u2028“引号”\n"))
    store.outbox.put(parcel("p", data=b"\0\xff" * 700), [letter("one").letter_id])
    store.outbox.queue(parcel("p").parcel_id, "13102510500001", START)
    store.people.put(PersonRecord("a", "示例甲", ("agent",), "hash", START))
    store.counters.next("receipt")
    store.meta.set("fact", "值")
    store.enclosures.put_whole(digest(b"scan"), b"scan")
    store.enclosures.put_key(digest(b"scan"), b"k" * 32)


def read(store: Store) -> Everything:
    with store.dump.everything() as tables:
        return {table.name: (table.columns, list(table.rows)) for table in tables}


def fill(store: Store, found: Everything) -> None:
    with store.transaction():
        for name, (columns, rows) in found.items():
            store.dump.fill(name, columns, [row for row in rows if (name, row[0]) != ("meta", "schema_version")])
        store.dump.count_on()


@pytest.fixture
def other(tmp_path: Path) -> Callable[[bytes | None], Store]:
    """An empty SQLite store, with or without a key."""

    def make(key: bytes | None) -> Store:
        return open_store(tmp_path / "other" / "node.db", key, digest=digest, clock=HandClock())

    return make


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
def test_what_one_database_holds_another_takes(store: Store, other: Callable[[bytes | None], Store], key: bytes | None) -> None:
    stocked(store)
    found, filled = read(store), other(key)
    assert filled.dump.is_blank() and not store.dump.is_blank()
    fill(filled, found)
    assert {name: sorted(rows, key=repr) for name, (_, rows) in read(filled).items()} == {
        name: sorted(rows, key=repr) for name, (_, rows) in found.items()
    }
    assert filled.letters.get(letter("one").letter_id) == store.letters.get(letter("one").letter_id)
    filled.close()


def test_every_database_takes_what_sqlite_holds_and_counts_on(place: Place, other: Callable[[bytes | None], Store]) -> None:
    source = other(None)
    stocked(source)
    store = place.open()
    fill(store, read(source))
    stocked_seq = store._connection.run("SELECT max(seq) FROM letters")[0][0]
    store.letters.add(letter("two"))
    assert store._connection.run("SELECT max(seq) FROM letters")[0][0] == stocked_seq + 1
    source.close()


def test_logins_and_leases_stay_behind(store: Store) -> None:
    assert read(store).keys() == store.dump.names()
    assert not store.dump.names() & LEFT_OUT
    assert store.dump.schema() == LATEST_SCHEMA


def test_it_is_one_moment_although_others_write_meanwhile(store: Store) -> None:
    store.meta.set("side", "before")
    with store.dump.everything() as tables:
        first = next(tables)
        assert first.name == "counters" and list(first.rows) is not None

        def write() -> None:
            store.counters.next("side")
            store.meta.set("side", "after")
            store.close_thread()

        writer = Thread(target=write)
        writer.start()
        writer.join(20)
        assert not writer.is_alive()
        rows = [row for table in tables for row in table.rows if table.name == "meta"]
    assert ("side", "before") in rows
    assert store.meta.get("side") == "after"


def test_a_column_that_an_older_program_did_not_know_gets_what_a_new_row_has(store: Store) -> None:
    with store.transaction():
        store.dump.fill(
            "people",
            ("name", "display_name", "roles", "password_hash", "created_at", "disabled"),
            [("a", "甲", "[]", "", "2026-11-22T03:04:05Z", 0)],
        )
    person = store.people.get("a")
    assert person is not None and person.practice is False and person.key_name is None


def test_a_column_that_nobody_knows_is_a_mistake(store: Store) -> None:
    with pytest.raises(KeyError):
        store.dump.fill("people", ("name", "shoe_size"), [("a", 43)])


def test_nothing_can_be_read_as_of_a_moment_inside_a_transaction(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction(), store.dump.everything():
        pass


def test_a_row_that_does_not_fit_fills_nothing(store: Store) -> None:
    with pytest.raises(StoreError), store.transaction():
        store.dump.fill("meta", ("name", "value"), [("x", "1"), ("x", "2")])
    assert store.meta.get("x") is None
