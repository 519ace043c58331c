"""Old databases become new ones, and newer ones are refused."""

import pytest

from node.errors import CorruptError, StoreError
from node.store import Store
from node.store.database import Connection, make_database
from node.store.records import MaterialRecord
from node.store.tables import Tables, tables
from node.store.upgrades import UPGRADES, VERSION, prepare
from tests.node.store.conftest import START, Place, digest
from tests.node.store.samples import COUNTY, TOWN, parcel


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


def as_of_5(made: Connection) -> None:
    """Takes back what version 6 added, as if an older program had made this database."""
    made.run("DROP TABLE shots")
    made.run("DROP TABLE cards")
    for name in ("taken", "made_of"):
        made.run(f"ALTER TABLE materials DROP COLUMN {name}")
    made.run("UPDATE meta SET value = '5' WHERE name = 'schema_version'")


def as_of_4(made: Connection) -> None:
    """Takes back what versions 5 and 6 added."""
    as_of_5(made)
    for table in ("unpacked", "unpacked_receipts"):
        made.run(f"DROP TABLE {table}")
    for index in (
        "queuetable_next_hop_place",
        "queuetable_next_hop_maker_place",
        "queuetable_maker_state",
        "enclosuretable_case_number",
        "enclosuretable_maker_state",
        "enclosurehoptable_next_hop_held_turn",
        "enclosurehoptable_next_hop_maker_held_turn",
    ):
        made.run(f"DROP INDEX {index}")
    columns = {
        "queue": ("maker", "turn", "place", "first"),
        "enclosures": ("case_number",),
        "enclosure_hops": ("first", "set_aside", "maker", "turn", "why", "tried_at"),
    }
    for table, names in columns.items():
        for name in names:
            made.run(f'ALTER TABLE {table} DROP COLUMN "{name}"')
    made.run("CREATE INDEX enclosurehoptable_next_hop_held ON enclosure_hops (next_hop, held)")
    made.run("UPDATE meta SET value = '4' WHERE name = 'schema_version'")


def indexes(store: Store) -> set[str]:
    which = "pg_indexes WHERE schemaname = current_schema()" if store._connection.is_postgresql else "sqlite_master WHERE type = 'index'"
    column = "indexname" if store._connection.is_postgresql else "name"
    return {str(name) for (name,) in store._connection.run(f"SELECT {column} FROM {which}")}


def test_what_waited_in_a_database_of_version_4_still_goes_in_its_order(place: Place) -> None:
    store = place.open()
    fresh = indexes(store)
    for name in ("a", "b", "c"):
        store.outbox.put(parcel(name))
        store.outbox.queue(f"sm3:{name}", TOWN, START)
    store.outbox.mark_stored(["sm3:b"], TOWN, None, START)
    store.enclosures.put_whole(digest(b"scan"), b"scan")
    store.enclosures.queue(TOWN, [digest(b"scan")])
    as_of_4(store._connection)
    store = place.open()
    assert store.meta.get(VERSION) == str(1 + len(UPGRADES))
    assert indexes(store) == fresh
    assert [one.parcel_id for one in store.outbox.due(TOWN, 1 << 20)] == ["sm3:a", "sm3:c"]
    assert store.enclosures.to_send(TOWN, 9) == [digest(b"scan")]
    store.outbox.put(parcel("d", from_station=COUNTY))
    store.outbox.queue("sm3:d", TOWN, START)
    store.outbox.put_first(TOWN, ["sm3:d"], True)
    assert {one.parcel_id for one in store.outbox.due(TOWN, 1 << 20)} == {"sm3:a", "sm3:c", "sm3:d"}
    assert store.unpacked.summary().queued == 0


def test_pages_of_a_database_of_version_5_say_nothing_of_how_they_were_taken(place: Place) -> None:
    store = place.open()
    fresh = indexes(store)
    store.materials.put(MaterialRecord("1", "id_card", 1, "sm3:e", "sm3:p", 1234, "image/jpeg", None, START, "li"))
    as_of_5(store._connection)
    store = place.open()
    assert store.meta.get(VERSION) == str(1 + len(UPGRADES)) and indexes(store) == fresh
    kept = store.materials.get("1", "id_card", 1)
    assert kept is not None and kept.taken is None and kept.made_of == ()
    assert store.shots.cases() == store.cards.cases() == []
