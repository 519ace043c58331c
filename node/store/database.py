"""One database behind one face: SQLite, SQLCipher or PostgreSQL; transactions; errors of the drivers turned into ours."""

import errno
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from peewee import BaseQuery, Database, Model, PeeweeException, PostgresqlDatabase, SchemaManager, SqliteDatabase
from playhouse.sqlcipher_ext import SqlCipherDatabase

from node.errors import BusyError, CorruptError, DiskFullError, StoreError
from node.store.tables import Tables

BUSY_TIMEOUT_S = 10
PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": "on",
    "secure_delete": "on",
    "temp_store": "memory",
    "trusted_schema": "off",
    "cache_size": -500,
    "journal_size_limit": 4_000_000,
}
WRITE_LOCK = "SELECT pg_advisory_xact_lock(2037410408, hashtext(current_schema()))"
ROWS_AT_ONCE = 40
"""Of a stream from PostgreSQL; one row may be a megabyte."""

DRIVERS = ("sqlite3", "sqlcipher3", "psycopg")

# peewee logs each statement with its values at DEBUG: they hold personal data, so no logging setting may bring them out.
logging.getLogger("peewee").setLevel(logging.WARNING)

# What drivers say, lower case; the first that is found anywhere in the chain of exceptions decides.
SIGNS: tuple[tuple[type[StoreError], tuple[str, ...]], ...] = (
    (DiskFullError, ("database or disk is full", "no space left on device", "cannot rollback", "could not extend file", "disk full")),
    (BusyError, ("database is locked", "table is locked", "lock timeout", "could not obtain lock", "deadlock detected")),
    (CorruptError, ("not a database", "malformed", "file is encrypted", "checksum", "invalid page")),
)


class CountyDatabase(PostgresqlDatabase):
    """PostgreSQL that waits for a lock no longer than SQLite does."""

    def _initialize_connection(self, conn: Any) -> None:
        conn.execute(f"SET lock_timeout = {BUSY_TIMEOUT_S * 1000}")
        conn.execute("SET client_min_messages = warning")


def make_database(place: str, key: bytes | None) -> Database:
    """A database object, not opened yet.

    `place` is a `postgresql://` address or the path of a SQLite file; with `key` (32 bytes, raw) the file is a SQLCipher one.
    """
    if place.startswith("postgresql://"):
        return CountyDatabase(place, prefer_psycopg3=True, connect_timeout=BUSY_TIMEOUT_S)
    pragmas = PRAGMAS | {"busy_timeout": BUSY_TIMEOUT_S * 1000}
    if key is None:
        return SqliteDatabase(place, pragmas=pragmas, lock_type="IMMEDIATE")
    if len(key) != 32:
        raise ValueError("a database key is 32 bytes")
    raw_key = f"x'{key.hex()}'"
    encrypted: Database = SqlCipherDatabase(place, passphrase=raw_key, pragmas=pragmas, lock_type="IMMEDIATE")
    return encrypted


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it came from."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def translate(error: BaseException) -> StoreError:
    """What an error of a driver or of the file system means here."""
    causes = list(chain(error))
    if any(isinstance(cause, OSError) and cause.errno == errno.ENOSPC for cause in causes):
        return DiskFullError(str(error))
    said = " ".join(str(cause) for cause in causes).lower()
    for family, signs in SIGNS:
        if any(sign in said for sign in signs):
            return family(str(error))
    return StoreError(str(error))


def from_driver(error: BaseException) -> bool:
    """Is this an error of peewee or of a driver that peewee did not wrap (rows are fetched lazily)?"""
    return isinstance(error, PeeweeException) or type(error).__module__.partition(".")[0] in DRIVERS


@contextmanager
def translated() -> Iterator[None]:
    """Turns errors of the driver and of the file system into `StoreError`s.

    Raises:
        StoreError: what went wrong.
    """
    try:
        yield
    except OSError as error:
        raise translate(error) from error
    except Exception as error:
        if not from_driver(error):
            raise
        raise translate(error) from error


class Thread(threading.local):
    """What a thread is in the middle of."""

    def __init__(self) -> None:
        self.inside = False
        self.failure: BaseException | None = None
        self.afterwards: list[Callable[[], None]] = []
        self.done: set[str] = set()


class Connection:
    """One database, opened by each thread when it first asks."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.is_postgresql = isinstance(database, PostgresqlDatabase)
        self._thread = Thread()
        self._execute: Callable[..., Any] = database.execute
        self._execute_sql: Callable[..., Any] = database.execute_sql
        self._cursor: Callable[..., Any] = database.cursor

    @property
    def in_transaction(self) -> bool:
        """Is this thread inside a transaction?"""
        return self._thread.inside

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one writer at a time. Inside another it is part of it; what fails inside fails the whole.

        Raises:
            StoreError: nothing was kept.
            RuntimeError: a part failed and the failure was swallowed; nothing was kept.
        """
        if self._thread.inside:
            with self._part():
                yield
            return
        self._begin()
        try:
            yield
            if self._thread.failure is not None:
                raise RuntimeError("a part of this transaction failed") from self._thread.failure
            with translated():
                self.database.commit()
        except BaseException:
            self._roll_back()
            raise
        finally:
            afterwards = self._leave()
        for call in afterwards:
            call()

    def after_commit(self, call: Callable[[], None]) -> None:
        """Runs `call` once what this transaction does is kept for good; at once outside of one."""
        if self._thread.inside:
            self._thread.afterwards.append(call)
        else:
            call()

    def rows(self, query: BaseQuery) -> list[dict[str, Any]]:
        """All rows of a query, by column.

        Raises:
            StoreError: the database would not.
        """
        with self._statement():
            return list(query.dicts().execute(self.database))

    def first(self, query: BaseQuery) -> dict[str, Any] | None:
        """The first row of a query, or None.

        Raises:
            StoreError: the database would not.
        """
        return next(iter(self.rows(query)), None)

    def write(self, query: BaseQuery) -> int:
        """Runs a change in a transaction; how many rows it touched.

        Raises:
            StoreError: the database would not; nothing was changed.
        """
        with self.transaction(), self._statement():
            return int(self._execute(query).rowcount)

    def change(self, sql: str, values: Sequence[Any]) -> int:
        """Runs a change whose SQL was made before, in a transaction; how many rows it touched.

        Raises:
            StoreError: the database would not; nothing was changed.
        """
        with self.transaction(), self._statement():
            return int(self._execute_sql(sql, values or None).rowcount)

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Runs a statement that is no query of a table, or one that was made before.

        Raises:
            StoreError: the database would not.
        """
        with self._statement():
            cursor = self._execute_sql(sql, values or None)
            return list(cursor.fetchall()) if cursor.description else []

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that this thread asks inside is answered as of one moment, while others go on writing. Nothing may be written inside.

        Raises:
            StoreError: the database would not.
            RuntimeError: a transaction is open.
        """
        if self._thread.inside:
            raise RuntimeError("a transaction is open")
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if self.is_postgresql else "BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one, never all in memory; inside `snapshot`.

        Raises:
            StoreError: the database would not.
        """
        with translated():
            if not self.is_postgresql:
                yield from self._execute_sql(sql)
                return
            self._execute_sql(f"DECLARE yizhan_rows NO SCROLL CURSOR FOR {sql}")
            while rows := self._execute_sql(f"FETCH {ROWS_AT_ONCE} FROM yizhan_rows").fetchall():
                yield from rows
            self._execute_sql("CLOSE yizhan_rows")

    def fill(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Runs an insert for each row; inside a transaction.

        Raises:
            StoreError: the database would not.
        """
        with self._statement():
            self._cursor().executemany(sql, rows)

    def once(self, what: str) -> bool:
        """True when asked for the first time in this transaction."""
        first = what not in self._thread.done
        self._thread.done.add(what)
        return first

    def create(self, models: Iterable[type[Model]]) -> None:
        """Makes tables, in the given order.

        Raises:
            StoreError: the database would not.
        """
        with self._statement():
            for model in models:
                SchemaManager(model, self.database).create_all(safe=False)

    def has(self, model: type[Model]) -> bool:
        """Is there this table?

        Raises:
            StoreError: the database would not.
        """
        with self._statement():
            return bool(self.database.table_exists(model))

    def check(self, quick: bool = False) -> list[str]:
        """What the database finds wrong with itself; empty when nothing. PostgreSQL looks after itself."""
        if self.is_postgresql:
            return []
        problems = [str(row[0]) for row in self.run(f"PRAGMA {'quick' if quick else 'integrity'}_check") if row[0] != "ok"]
        if problems and not self._thread.inside:
            # A connection that has met a damaged page may refuse every write from then on.
            self._give_up()
        return problems

    def close_thread(self) -> None:
        """Closes this thread's connection; the next question opens another."""
        if self._thread.inside:
            raise RuntimeError("a transaction is open")
        with translated():
            self.database.close()

    def _begin(self) -> None:
        with self._statement():
            self.database.begin()
            if self.is_postgresql:
                self._execute_sql(WRITE_LOCK)
        self._thread.inside = True

    def _leave(self) -> list[Callable[[], None]]:
        """Forgets the transaction; what is left to call when it was kept."""
        thread = self._thread
        afterwards, thread.afterwards = thread.afterwards, []
        thread.inside, thread.failure = False, None
        thread.done.clear()
        return afterwards

    def _roll_back(self) -> None:
        """Takes everything back. A full disk or a lost server has done so already: then the connection is given up."""
        self._thread.afterwards.clear()
        try:
            self.database.rollback()
        except Exception as error:
            if not from_driver(error):
                raise
            self._give_up()

    def _give_up(self) -> None:
        """Forgets this thread's connection, whatever state it is in."""
        with suppress(Exception):
            self.database.close()

    @contextmanager
    def _part(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._thread.failure = self._thread.failure or error
            raise

    @contextmanager
    def _statement(self) -> Iterator[None]:
        """Translates; inside a transaction remembers the failure, outside drops a connection that is no use any more."""
        try:
            with translated():
                yield
        except BaseException as error:
            if self._thread.inside:
                self._thread.failure = self._thread.failure or error
            elif not self.database.is_closed() and (self.is_postgresql or isinstance(error, CorruptError)):
                self._give_up()
            raise


class Group:
    """A part of the store: some tables and what is asked of them."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self._connection = connection
        self._tables = tables
