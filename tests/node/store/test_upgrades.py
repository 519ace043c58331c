"""Old databases become new ones, and newer ones are refused."""

import pytest

from node.errors import CorruptError, StoreError
from node.store.database import Connection, make_database
from node.store.tables import Tables, tables
from node.store.upgrades import UPGRADES, VERSION, prepare
from tests.node.store.conftest import Place


def connection(place: Place) -> tuple[Connection, Tables]:
    made = Connection(make_database(place.address, place.key))
    return made, tables(made.database)


def add_phone(connection: Connection, tables: Tables) -> None:
    connection.run("ALTER TABLE people ADD COLUMN phone TEXT")


def fail(connection: Connection, tables: Tables) -> None:
    connection.run("ALTER TABLE nowhere ADD COLUMN phone TEXT")


def test_a_new_database_has_the_newest_version(place: Place) -> None:
    store = place.open()
    assert store.meta.get(VERSION) == str(1 + len(UPGRADES))
    assert place.open().meta.get(VERSION) == str(1 + len(UPGRADES))


def test_an_old_database_is_upgraded_step_by_step_and_once(place: Place) -> None:
    place.open().counters.next("receipt")
    made, bound = connection(place)
    steps = (*UPGRADES, add_phone)
    assert prepare(made, bound, steps) == len(steps) + 1
    assert prepare(made, bound, steps) == len(steps) + 1
    assert made.run("SELECT phone FROM people") == []
    assert made.run("SELECT value FROM counters WHERE name = 'receipt'") == [(1,)]
    made.close_thread()


def test_a_newer_database_is_refused_untouched(place: Place) -> None:
    store = place.open()
    store.meta.set(VERSION, "99")
    with pytest.raises(CorruptError):
        place.open()
    assert store.meta.get(VERSION) == "99"


def test_an_upgrade_that_fails_changes_nothing(place: Place) -> None:
    store = place.open()
    made, bound = connection(place)
    with pytest.raises(StoreError):
        prepare(made, bound, (*UPGRADES, add_phone, fail))
    made.close_thread()
    assert store.meta.get(VERSION) == str(1 + len(UPGRADES))
    with pytest.raises(StoreError):
        store._connection.run("SELECT phone FROM people")
