"""Shots: rows with the key of each, and the files as ciphertext.

The file is on the disk before the row names it, and goes after the row is gone. So a power cut leaves at worst a file that no row names,
which `sweep` removes; a row without its file is only what somebody else has taken away.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from peewee import fn

from node.errors import StoreError
from node.store.database import Connection, Group
from node.store.files import EnclosureFiles
from node.store.records.shots import ShotRecord
from node.store.tables import Tables


class Shots(Group):
    """Pictures that wait to become pages, by case."""

    def __init__(self, connection: Connection, tables: Tables, files: EnclosureFiles, digest: Callable[[bytes], str]) -> None:
        super().__init__(connection, tables)
        self._files = files
        self._digest = digest

    def write(self, ciphertext: bytes) -> str:
        """Writes a file that nothing names yet, on the disk when this returns; its id. Outside of transactions; `add` or `drop` follows.

        Raises:
            DiskFullError: no room; nothing was kept.
            StoreError: the disk would not.
        """
        file_id = self._digest(ciphertext)
        self._files.reserve(len(ciphertext))
        self._files.write_whole(file_id, ciphertext)
        return file_id

    def drop(self, file_id: str) -> None:
        """Removes a file that came to nothing; one that stays is swept."""
        with suppress(StoreError):
            self._files.remove(file_id)

    def add(self, shot: ShotRecord) -> None:
        """From here on it is known, with the rest that the caller's transaction keeps."""
        self._connection.write(self._tables.shots.insert(asdict(shot)))

    def get(self, shot: str) -> ShotRecord | None:
        """A shot, or None."""
        table = self._tables.shots
        row = self._connection.first(table.select().where(table.shot == shot))
        return _record(row) if row else None

    def of_case(self, case_number: str) -> list[ShotRecord]:
        """The shots of a case, first to last."""
        table = self._tables.shots
        query = table.select().where(table.case_number == case_number).order_by(table.taken_at, table.shot)
        return [_record(row) for row in self._connection.rows(query)]

    def read(self, shot: ShotRecord) -> bytes:
        """The ciphertext of a shot.

        Raises:
            StoreError: its file is not there, is not what was written, or the disk would not.
        """
        data = self._files.read(shot.file_id, 0, -1)
        if self._digest(data) != shot.file_id:
            raise StoreError(f"{shot.file_id} is damaged")
        return data

    def remove(self, shots: Iterable[ShotRecord]) -> None:
        """Forgets shots; their files go once that is kept for good."""
        gone = list(shots)
        table = self._tables.shots
        with self._connection.transaction():
            for one in gone:
                self._connection.write(table.delete().where(table.shot == one.shot))
            self._connection.after_commit(lambda: self._drop_all(gone))

    def _drop_all(self, gone: Iterable[ShotRecord]) -> None:
        for one in gone:
            self.drop(one.file_id)

    def forget(self, case_number: str) -> None:
        """Forgets all shots of a case."""
        self.remove(self.of_case(case_number))

    def cases(self) -> list[str]:
        """The cases that have shots."""
        table = self._tables.shots
        return [row["case_number"] for row in self._connection.rows(table.select(table.case_number).distinct())]

    def file_ids(self) -> list[str]:
        """The files that rows name."""
        table = self._tables.shots
        return [row["file_id"] for row in self._connection.rows(table.select(table.file_id).order_by(table.file_id))]

    def file(self, file_id: str) -> bytes | None:
        """A file as it lies there, if it is what its id says."""
        with suppress(StoreError):
            data = self._files.read(file_id, 0, -1)
            return data if self._digest(data) == file_id else None
        return None

    def drop_rows(self, file_ids: Collection[str]) -> None:
        """Forgets shots whose files did not come along."""
        table = self._tables.shots
        for file_id in file_ids:
            self._connection.write(table.delete().where(table.file_id == file_id))

    def bytes_here(self) -> int:
        """How many bytes all shots have."""
        table = self._tables.shots
        row = self._connection.first(table.select(fn.SUM(table.size_bytes).alias("bytes")))
        return int(row["bytes"] or 0) if row else 0

    def sweep(self, before: datetime) -> int:
        """Removes files older than `before` that no row names; how many."""
        return self._files.remove_strays(self.file_ids(), before)


def _record(row: dict[str, Any]) -> ShotRecord:
    return ShotRecord(**{**row, "key": bytes(row["key"])})
