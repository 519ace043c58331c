"""SQLite on a recorded disk: a file system of `apsw`, and a peewee database on it that stands in for `sqlite3`.

apsw brings an SQLite of its own; it is the same engine, and what it leaves behind is read by the one that stations use.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import apsw
from peewee import SqliteDatabase
from sqlcipher3 import dbapi2

from tests.power.disk import Disk, SyncFolder, folder_of

RECORDED = ("", "-wal", "-journal")
"""What SQLite adds to the name of a database for the files that count."""


class RecordingVfs(apsw.VFS):
    """The system's own, and a record beside it."""

    def __init__(self, name: str, disk: Disk) -> None:
        self._disk = disk
        super().__init__(name, base="")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 (SQLite's name)
        """A file, recorded when it is of the disk."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None or not self._disk.holds(path):
            return apsw.VFSFile("", name, flags)
        return RecordedFile(name, flags, self._disk, self._disk.name(path))

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """Remove a file."""
        super().xDelete(filename, syncdir)
        if self._disk.holds(filename):
            self._disk.remove(self._disk.name(filename))
            if syncdir:
                self._disk.note(SyncFolder(folder_of(self._disk.name(filename))))


class RecordedFile(apsw.VFSFile):
    """A file of a database."""

    def __init__(self, name: Any, flags: list[int], disk: Disk, recorded: str) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        self._name = recorded
        self._number = disk.number(recorded)
        self._is_new = True

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write, or say that the disk is full."""
        _told(lambda: self._disk.write(self._name, self._number, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Shorten."""
        _told(lambda: self._disk.shorten(self._name, self._number, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Sync; the first time the name too, as SQLite does it on Unix."""
        # Nothing of the tests outlives a real cut: the real disk need not be waited for.
        self._disk.sync(self._number)
        if self._is_new:
            self._disk.note(SyncFolder(folder_of(self._name)))
            self._is_new = False


def _told(tell: Callable[[], None]) -> None:
    """Say a full disk as SQLite's own files do: nothing of the system's error comes along."""
    is_full = False
    try:
        tell()
    except OSError:
        is_full = True
    if is_full:
        raise apsw.FullError("database or disk is full")


class RecordedDatabase(SqliteDatabase):
    """peewee's SQLite, through `apsw` and the file system of that name."""

    def __init__(self, place: Path | str, vfs: str, pragmas: Mapping[str, str | int]) -> None:
        super().__init__(str(place), pragmas=dict(pragmas), lock_type="IMMEDIATE")
        self._vfs = vfs

    def _connect(self) -> "Plug":
        plug = Plug(apsw.Connection(self.database, vfs=self._vfs))
        self._add_conn_hooks(plug)  # type: ignore[attr-defined]  # peewee's own way in, which its types do not name
        return plug


class Plug:
    """An `apsw` connection, asked as one of `sqlite3` is."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.apsw = connection
        connection.set_busy_timeout(10_000)

    @property
    def in_transaction(self) -> bool:
        """Is a transaction open?"""
        return bool(self.apsw.in_transaction)

    def cursor(self) -> "Cursor":
        return Cursor(self)

    def commit(self) -> None:
        if self.in_transaction:
            self.cursor().execute("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.cursor().execute("ROLLBACK")

    def close(self) -> None:
        self.apsw.close(True)

    def create_function(self, name: str, count: int, function: Any, **more: Any) -> None:
        self.apsw.create_scalar_function(name, function, count, **more)


class Cursor:
    """One statement; all its rows are fetched at once."""

    def __init__(self, plug: Plug) -> None:
        self._plug = plug
        self._rows: Iterator[Any] = iter(())
        self.description: Sequence[Any] = ()
        self.rowcount = -1

    @property
    def lastrowid(self) -> int:
        """The row that was put last."""
        return int(self._plug.apsw.last_insert_rowid())

    def execute(self, sql: str, values: Sequence[Any] = ()) -> "Cursor":
        before = self._plug.apsw.total_changes()
        said: sqlite3.Error | None = None
        try:
            self._rows = iter(self._fetched(sql, values))
        except apsw.Error as error:
            said = (sqlite3.IntegrityError if isinstance(error, apsw.ConstraintError) else sqlite3.OperationalError)(str(error))
        if said is not None:
            raise said  # as `sqlite3` says it: alone
        self.rowcount = self._plug.apsw.total_changes() - before
        return self

    def _fetched(self, sql: str, values: Sequence[Any]) -> list[Any]:
        cursor = self._plug.apsw.cursor()
        found: list[Any] = []
        for row in cursor.execute(sql, tuple(values)):
            if not found:
                self.description = cursor.get_description()
            found.append(row)
        return found

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        count = 0
        for row in rows:
            self.execute(sql, row)
            count += self.rowcount
        self.rowcount = count

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def close(self) -> None:
        """Holds nothing."""


def as_plain_file(database: Path, key: bytes) -> None:
    """Write an encrypted database anew as an open one, in its place."""
    plain = database.with_suffix(".plain")
    connection = dbapi2.connect(str(database))
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
        connection.execute("SELECT sqlcipher_export('plain')")
        connection.execute("DETACH DATABASE plain")
    finally:
        connection.close()
    os.replace(plain, database)
