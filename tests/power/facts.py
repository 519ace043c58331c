"""Whether a disk, as it is found after a power cut, still has what its station had answered for, and nothing by halves."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

IDS = {"letter": ("letters", "letter_id"), "parcel": ("parcels", "parcel_id"), "receipt": ("receipts", "receipt_id")}


class Found:
    """The disk of one station, read by the SQLite that came with Python."""

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        self._enclosures = folder / "enclosures"
        self._database = database
        self._here = {kind: {row[0] for row in self._ask(f"SELECT {column} FROM {table}")} for kind, (table, column) in IDS.items()}
        rows = self._ask("SELECT enclosure_id, state, received, size_bytes FROM enclosures")
        self._shelf = {enclosure_id: (state, json.loads(received or "[]"), size) for enclosure_id, state, received, size in rows}

    def faults(self, told: Iterable[tuple[str, ...]]) -> Iterator[str]:
        """In words; nothing when all is well."""
        yield from (str(row[0]) for row in self._ask("PRAGMA integrity_check") if row[0] != "ok")
        yield from (f"points nowhere: {row}" for row in self._ask("PRAGMA foreign_key_check"))
        yield from self._halves()
        for fact in dict.fromkeys(told):
            if not self._stands(*fact):
                yield f"lost: {' '.join(fact)}"

    def _ask(self, sql: str, *values: Any) -> list[Any]:
        return self._database.execute(sql, values).fetchall()

    def _halves(self) -> Iterator[str]:
        """What one transaction keeps, or one file and its row."""
        for (head,) in self._ask("SELECT head FROM cases WHERE head IS NOT NULL"):
            if head not in self._here["letter"]:
                yield f"a case without its letter {head}"
        sealed = "SELECT letter_id FROM letters WHERE parcel_id IS NULL"
        to_go = {row[0] for row in self._ask("SELECT letter_id FROM unpacked UNION SELECT letter_id FROM parcel_letters")}
        yield from (f"a letter that never goes: {row[0]}" for row in self._ask(sealed) if row[0] not in to_go)
        for enclosure_id, (state, runs, size) in self._shelf.items():
            if state == "whole" and not self._is_whole(enclosure_id, size):
                yield f"said to be whole: {enclosure_id}"
            if state == "partial" and len(self._bytes(enclosure_id)) < max(start + length for start, length in runs):
                yield f"said to be here: {enclosure_id}"

    def _stands(self, kind: str, what: str, *more: str) -> bool:
        if kind in IDS:
            return what in self._here[kind]
        if kind == "draft":
            return bool(self._ask("SELECT 1 FROM cases WHERE case_number = ?", what))
        state, runs, size = self._shelf.get(what, ("", [], 0))
        if kind == "whole" or state == "whole":
            return state == "whole" and self._is_whole(what, size)
        offset, length, digest = int(more[0]), int(more[1]), more[2]
        is_noted = any(start <= offset and offset + length <= start + run for start, run in runs)
        return is_noted and hashlib.sha256(self._bytes(what)[offset : offset + length]).hexdigest() == digest

    def _is_whole(self, enclosure_id: str, size: int) -> bool:
        data = self._bytes(enclosure_id, is_whole=True)
        return len(data) == size and hashlib.sha256(data).hexdigest() == enclosure_id.partition(":")[2]

    def _bytes(self, enclosure_id: str, is_whole: bool = False) -> bytes:
        name = enclosure_id.partition(":")[2]
        path = self._enclosures / name[:2] / name
        for each in (path,) if is_whole else (path.with_name(f"{name}.part"), path):
            if each.exists():
                return each.read_bytes()
        return b""


def faults_of(folder: Path, told: Iterable[tuple[str, ...]]) -> list[str]:
    """What is wrong with the disk of a station."""
    try:
        with closing(sqlite3.connect(folder / "yizhan.db")) as database:
            # It is read and thrown away.
            database.execute("PRAGMA synchronous = off")
            return list(Found(folder, database).faults(told))
    except (sqlite3.Error, ValueError) as error:
        return [f"the database: {error}"]
