"""Puts a station back from a backup, into an empty folder, whole or not at all.

What comes back has the standing `restored`: it reads and saves drafts, and numbers and seals nothing until it has its next number, since it
may have numbered and sealed after the backup was made.
"""

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from node.clock import Clock
from node.config import Config, DatabaseSettings, EnclosureSettings, load_config, write_config
from node.errors import ConfigError, CorruptError, RequestError, StoreError
from node.folder import StationFolder
from node.staff.enrol import open_store_of
from node.store import Store
from node.store.database import translated
from node.store.dump import LATEST_SCHEMA
from node.store.files import EnclosureFiles, free_bytes
from node.store.upgrades import VERSION as SCHEMA
from node.succession import standing
from node.upkeep.archive import ArchiveReader, Header, check_outside, read_header, signer_of, unlock
from node.upkeep.backup import PART, Progress, quietly, sync_folder_if_can
from node.upkeep.contents import FILE_PATH, members_of, pieces_of, rows_of
from signing.algorithms import suite as suite_of
from signing.errors import SigningError
from signing.keys import box, machine_secret

RESTORED_FROM = "restored_from"
"""In `store.meta`: when the backup was made that this station came out of."""

TABLE_NAME = re.compile(r"[a-z_]{1,40}")
SPOOL_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class RestoreReport:
    """A station that came back. `missing` counts scans that were not in the backup; they are asked for again."""

    station: str
    name: str
    made_at: str
    rows: int
    files: int
    enclosures: int
    missing: int


def restore(
    path: Path, place: Path, code: str, clock: Clock, database_url: str | None = None, progress: Progress = quietly
) -> RestoreReport:
    """Restore the backup at `path` into the folder `place`, which is empty or not there. `database_url` is another place for the tables.

    Raises:
        RequestError: `restore_not_empty`, `restore_database`; `backup_unreadable`, `backup_not_one`, `backup_newer`, `backup_damaged`,
            `backup_signature`.
        RecoveryCodeError: `form`, `check` or `wrong`.
        DiskFullError: no room; nothing is left.
        StoreError: the disk or the database would not; nothing is left.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise RequestError("restore_not_empty", dir=str(place))
    header = read_header(path)
    key = _unlocked(header, code)
    check_outside(path)
    with _folder_beside(place) as folder, translated(), path.open("rb") as file:
        inside = Inside(ArchiveReader(file, suite_of(header.suite), header, key), header, folder, clock, file, progress)
        return inside.restore(path.stat().st_size, database_url)


def _unlocked(header: Header, code: str) -> bytes:
    key = unlock(header, code)
    try:
        signer_of(header)
    except SigningError as error:
        raise RequestError("backup_signature") from error
    return key


@contextmanager
def _folder_beside(place: Path) -> Iterator[StationFolder]:
    """A folder beside `place` that takes its name when all inside went well, and is gone otherwise.

    Raises:
        StoreError: the disk would not.
    """
    beside = place.with_name(f"{place.name}.{secrets.token_hex(4)}{PART}")
    folder = StationFolder(beside)
    with translated():
        place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with translated():
            folder.make()
        yield folder
        with translated():
            # An empty folder is in the way on Windows.
            if place.exists():
                place.rmdir()
            beside.rename(place)
        sync_folder_if_can(place.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


class Inside:
    """One restore under way: records are read in the order in which `node.upkeep.backup` wrote them."""

    def __init__(
        self, archive: ArchiveReader, header: Header, folder: StationFolder, clock: Clock, file: BinaryIO, progress: Progress
    ) -> None:
        self._archive = archive
        self._header = header
        self._folder = folder
        self._clock = clock
        self._file = file
        self._progress = progress

    def restore(self, size: int, database_url: str | None) -> RestoreReport:
        """Files need no database and rows need the settings, which come later in the stream: rows wait in a second reading."""
        (schema,) = members_of(self._archive.next("about"), "schema")
        if not isinstance(schema, int) or schema > LATEST_SCHEMA:
            raise RequestError("backup_newer")
        raise NotImplementedError
