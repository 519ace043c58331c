"""One database behind one face: SQLite, SQLCipher or PostgreSQL; transactions; errors of the drivers turned into ours."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, TypeVar

from peewee import BaseQuery, Database, Model, PostgresqlDatabase, SchemaManager, SqliteDatabase
from playhouse.sqlcipher_ext import SqlCipherDatabase

from node.errors import BusyError, CorruptError
from node.store.failures import from_driver, translate, translated
from node.store.tables import Tables
from node.store.thread import MOST_REMEMBERED, Thread

BUSY_TIMEOUT_S = 10
PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": "on",
    "secure_delete": "on",
    "temp_store": "memory",
    "trusted_schema": "off",
    "cache_size": -1000,  # a KiB each: with less, pages of one exchange are written, read again and written twice
    "journal_size_limit": 4_000_000,
}
WRITE_LOCK = "SELECT pg_advisory_xact_lock(2037410408, hashtext(current_schema()))"
ROWS_AT_ONCE = 40
"""Of a stream from PostgreSQL; one row may be a megabyte."""

# peewee logs each statement with its values at DEBUG: they hold personal data, so no logging setting may bring them out.
logging.getLogger("peewee").setLevel(logging.WARNING)

Answer = TypeVar("Answer")


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


class Connection:
    """One database, opened by each thread when it first asks."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.is_postgresql = isinstance(database, PostgresqlDatabase)
        self._thread = Thread()
        self._writing = threading.Lock()
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
        if not self._thread.inside:
            with self.transaction():
                return self.change(sql, values)
        try:
            return int(self._executed(sql, values).rowcount)
        except BaseException as error:
            self._fail(error)

    def change_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Runs a change that was made before once for each row, in one go and in a transaction; how many rows they touched.

        Raises:
            StoreError: the database would not; nothing was changed.
        """
        if not self._thread.inside:
            with self.transaction():
                return self.change_each(sql, rows)
        try:
            cursor = self._cursor()
            cursor.executemany(sql, rows)
            return int(cursor.rowcount)
        except BaseException as error:
            self._fail(error)

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Runs a statement that is no query of a table, or one that was made before.

        Raises:
            StoreError: the database would not.
        """
        thread = self._thread
        is_kept = thread.answers is not None and not thread.inside
        if is_kept and thread.answers is not None and (known := thread.answers.get((sql, *values))) is not None:
            return known
        try:
            cursor = self._executed(sql, values)
            found = list(cursor.fetchall()) if cursor.description else []
        except BaseException as error:
            self._fail(error)
        if is_kept and thread.answers is not None and len(thread.answers) < MOST_REMEMBERED:
            thread.answers[(sql, *values)] = found
        return found

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """What this thread asks twice inside is asked once, outside of transactions, until it writes: for a task such as an act.

        What others change meanwhile is found out in the transaction that keeps what the task has made. A task may be one of several in
        one go, inside one for all of them: it begins with what those before it knew, if nobody has written anything since.
        """
        if self._thread.answers is not None:
            self._thread.begin_task(self._version())
            yield
            return
        self._thread.answers = {}
        try:
            yield
        finally:
            self._thread.answers = self._thread.version = None

    def _version(self) -> int | None:
        """A number that is another once any other connection, of whatever process, has written; None where there is none such.

        Source: SQLite manual, PRAGMA data_version.
        """
        with self._statement():
            return None if self.is_postgresql else int(self._executed("PRAGMA data_version", ()).fetchone()[0])

    def steadily(self, kind: str, key: str, ask: Callable[[], Answer]) -> Answer:
        """What `ask` answers; asked once in a transaction, where nobody else can write, until `changed` is said of the kind."""
        thread = self._thread
        if not thread.inside:
            return ask()
        place = (kind, key)
        if place not in thread.steady:
            if len(thread.steady) >= MOST_REMEMBERED:
                thread.steady.clear()
            thread.steady[place] = ask()
        known: Answer = thread.steady[place]
        return known

    def changed(self, kind: str) -> None:
        """Something of this kind is written."""
        steady = self._thread.steady
        for place in [place for place in steady if place[0] == kind]:
            del steady[place]

    def _executed(self, sql: str, values: Sequence[Any]) -> Any:
        """The cursor of a statement: straight from the driver, since every question goes this way."""
        cursor = self._cursor()
        cursor.execute(sql, values or ())
        return cursor

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
            self._close()

    def _begin(self) -> None:
        """Begins to write. Writers of this process stand in a queue: who finds the database locked sleeps, and mostly too long."""
        if not self._writing.acquire(timeout=BUSY_TIMEOUT_S):
            raise BusyError("another thread writes")
        try:
            with self._statement():
                self.database.begin()
                if self.is_postgresql:
                    self._execute_sql(WRITE_LOCK)
        except BaseException:
            self._writing.release()
            raise
        self._thread.inside = True
        if self._thread.answers is not None:
            self._thread.answers.clear()

    def _leave(self) -> list[Callable[[], None]]:
        """Forgets the transaction; what is left to call when it was kept."""
        thread = self._thread
        afterwards, thread.afterwards = thread.afterwards, []
        thread.inside, thread.failure = False, None
        thread.done.clear()
        thread.steady.clear()
        self._writing.release()
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
            self._close()

    def _close(self) -> None:
        self._thread.version = None  # the next connection counts from elsewhere
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
        """Translates what goes wrong inside, and takes note of it."""
        try:
            yield
        except BaseException as error:
            self._fail(error)

    def _fail(self, error: BaseException) -> NoReturn:
        """Raises the error, translated; inside a transaction it is remembered, outside a connection that is no use any more is dropped."""
        is_ours = not isinstance(error, OSError) and not (isinstance(error, Exception) and from_driver(error))
        meant = error if is_ours else translate(error)
        if self._thread.inside:
            self._thread.failure = self._thread.failure or meant
        elif not self.database.is_closed() and (self.is_postgresql or isinstance(meant, CorruptError)):
            self._give_up()
        if is_ours:
            raise error
        raise meant from error


class Group:
    """A part of the store: some tables and what is asked of them."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self._connection = connection
        self._tables = tables
