"""How a database of an older program becomes one of this program.

A new database is made with all tables at once. When tables change, a function is added to the end of `UPGRADES`: it changes a
database of the version before. Released ones are never edited.
"""

from collections.abc import Callable, Sequence

from node.errors import CorruptError
from node.store.counters import Meta
from node.store.database import Connection
from node.store.tables import Tables

VERSION = "schema_version"
Upgrade = Callable[[Connection, Tables], None]


def add_enrolment(connection: Connection, tables: Tables) -> None:
    """To 2: invitations, requests, reports, certificates for several villages; whose case, practice, who made an enclosure."""
    connection.create((tables.invitations, tables.requests, tables.reports, tables.person_certificates))
    for column in (
        "cases ADD COLUMN division TEXT NOT NULL DEFAULT ''",
        "cases ADD COLUMN practice INTEGER NOT NULL DEFAULT 0",
        "people ADD COLUMN practice INTEGER NOT NULL DEFAULT 0",
        "enclosures ADD COLUMN maker TEXT",
    ):
        connection.run(f"ALTER TABLE {column}")


def add_forms(connection: Connection, tables: Tables) -> None:
    """To 3: the catalogue's releases and shelf; papers at the counter."""
    connection.create((tables.releases, tables.contents, tables.shelf_items, tables.shelf_versions, tables.imports))
    # Releases that came before were not understood: the station asks for them.
    Meta(connection, tables).set("catalogue_ask", "1")
    connection.create((tables.reuse,))
    connection.create((tables.mandates, tables.originals, tables.printed_forms, tables.signed_pages, tables.standby_receipts))


def add_seals(connection: Connection, tables: Tables) -> None:
    """To 4: uses of seals; whose cases are a person's own or kin's; the county's seal register, and the seals of a station."""
    connection.create((tables.seal_uses, tables.kin))
    connection.create((tables.seals, tables.seal_history, tables.held_seals))


def add_roads(connection: Connection, tables: Tables) -> None:
    """To 5: letters that are packed when they leave; who made what waits, and where it stands; what people said of it."""
    connection.create((tables.unpacked, tables.unpacked_receipts))
    large = "BIGINT" if connection.is_postgresql else "INTEGER"
    for column in (
        "queue ADD COLUMN maker TEXT NOT NULL DEFAULT ''",
        f"queue ADD COLUMN turn {large} NOT NULL DEFAULT 0",
        f"queue ADD COLUMN place {large} DEFAULT 0",
        "queue ADD COLUMN first INTEGER NOT NULL DEFAULT 0",
        "enclosures ADD COLUMN case_number TEXT",
        "enclosure_hops ADD COLUMN first INTEGER NOT NULL DEFAULT 0",
        "enclosure_hops ADD COLUMN set_aside INTEGER NOT NULL DEFAULT 0",
        "enclosure_hops ADD COLUMN maker TEXT NOT NULL DEFAULT ''",
        f"enclosure_hops ADD COLUMN turn {large} NOT NULL DEFAULT 0",
        "enclosure_hops ADD COLUMN why TEXT",
        "enclosure_hops ADD COLUMN tried_at TEXT",
    ):
        connection.run(f"ALTER TABLE {column}")
    connection.run("UPDATE queue SET place = NULL WHERE state NOT IN ('queued', 'handed_over')")
    connection.run("DROP INDEX IF EXISTS enclosurehoptable_next_hop_held")
    for index, columns in (
        ("queuetable_next_hop_place", "queue (next_hop, place)"),
        ("queuetable_next_hop_maker_place", "queue (next_hop, maker, place)"),
        ("queuetable_maker_state", "queue (maker, state)"),
        ("enclosuretable_case_number", "enclosures (case_number)"),
        ("enclosuretable_maker_state", "enclosures (maker, state)"),
        ("enclosurehoptable_next_hop_held_turn", "enclosure_hops (next_hop, held, turn)"),
        ("enclosurehoptable_next_hop_maker_held_turn", "enclosure_hops (next_hop, maker, held, turn)"),
    ):
        connection.run(f"CREATE INDEX IF NOT EXISTS {index} ON {columns}")


def add_shots(connection: Connection, tables: Tables) -> None:
    """To 6: pictures that wait to become pages; how a page was taken, and what it was made of; cards that were read."""
    connection.create((tables.shots, tables.cards))
    for column in ("taken TEXT", "made_of TEXT NOT NULL DEFAULT '[]'"):
        connection.run(f"ALTER TABLE materials ADD COLUMN {column}")


UPGRADES: tuple[Upgrade, ...] = (add_enrolment, add_forms, add_seals, add_roads, add_shots)


def prepare(connection: Connection, tables: Tables, upgrades: Sequence[Upgrade] = UPGRADES) -> int:
    """Makes or upgrades all tables in one transaction; the version they have now (1 without any upgrade).

    Raises:
        CorruptError: made by a newer program, or not a database, or not with this key.
    """
    latest = 1 + len(upgrades)
    meta = Meta(connection, tables)
    with connection.transaction():
        found = version(connection, meta, tables)
        if found > latest:
            raise CorruptError(f"schema {found} is newer than {latest}")
        if found == 0:
            connection.create(tables.all())
        for upgrade in upgrades[found - 1 :] if found else ():
            upgrade(connection, tables)
        if found != latest:
            meta.set(VERSION, str(latest))
    return latest


def version(connection: Connection, meta: Meta, tables: Tables) -> int:
    """The version of what is there; 0 of an empty database."""
    if not connection.has(tables.meta):
        return 0
    return int(meta.get(VERSION) or 0)
