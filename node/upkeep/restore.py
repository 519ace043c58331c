"""Puts a station back from a backup, into an empty folder, whole or not at all.

What comes back has the standing `restored`: it reads and saves drafts, and numbers and seals nothing until it has its next number, since it
may have numbered and sealed after the backup was made.
"""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from node.clock import Clock
from node.config import Config, EnclosureSettings, load_config, write_config
from node.enrolment.office import open_store_of
from node.errors import DiskFullError, RequestError
from node.folder import StationFolder
from node.store import Store
from node.store.dump import LATEST_SCHEMA, Row
from node.store.failures import translated
from node.store.files import free_bytes
from node.store.records import AuditRecord
from node.store.upgrades import VERSION as SCHEMA
from node.succession import standing
from node.upkeep.archive import ArchiveReader, Header, check_outside, read_header, unlock
from node.upkeep.backup import PAGE, PART, Progress, quietly, sync_folder_if_can, to_disk
from node.upkeep.contents import FILE_PATH, members_of, pieces_of, rows_of
from signing.algorithms import suite as suite_of
from signing.errors import DecryptionError, RecoveryCodeError
from signing.keys import box, machine_secret

RESTORED_FROM = "restored_from"
"""In `store.meta`: when the backup was made that this station came out of."""

IN_FOLDER = "sqlite"
"""As another place for the tables: a file in the station's folder."""

META_TABLE = "meta"


@dataclass(frozen=True)
class RestoreReport:
    """A station that came back. `missing` counts scans that were not in the backup; they are asked for again."""

    station: str
    name: str
    made_at: str
    rows: int
    files: int
    missing: int


def restore(path: Path, place: Path, code: str, clock: Clock, database: str | None = None, progress: Progress = quietly) -> RestoreReport:
    """Restore the backup at `path` into the folder `place`, which is empty or not there.

    `database` is another place for the tables than the backed-up settings say: an address, or `sqlite` for a file in the folder.

    Raises:
        RequestError: `restore_not_empty`, `restore_database`; `backup_unreadable`, `backup_not_one`, `backup_newer`, `backup_damaged`,
            `backup_signature`.
        RecoveryCodeError: `form`, `check` or `wrong`.
        DiskFullError: no room; nothing is left.
        StoreError, ConfigError: the disk, the database or the backed-up settings would not; nothing is left.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise RequestError("restore_not_empty", dir=str(place))
    header = read_header(path)
    try:
        key = unlock(header, code)
    except DecryptionError as error:
        raise RecoveryCodeError("wrong") from error
    check_outside(path)
    with Beside(place) as beside, path.open("rb") as file:
        if free_bytes(beside.folder.root) < path.stat().st_size:
            raise DiskFullError("less room than the backup takes")
        archive = ArchiveReader(file, suite_of(header.suite), header, key)
        return Unpacking(archive, header, beside, clock, progress).run(database)


class Beside:
    """A folder beside `place` that takes its name when told to; when something fails inside, neither is left.

    Raises:
        StoreError: the disk would not.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._is_settled = False
        self.folder = StationFolder(place.with_name(f"{place.name}.{secrets.token_hex(4)}{PART}"))

    def __enter__(self) -> "Beside":
        with translated():
            self._place.parent.mkdir(parents=True, exist_ok=True)
            self.folder.make()
        return self

    def settle(self) -> None:
        """Take the name."""
        with translated():
            # An empty folder would be in the way on Windows.
            if self._place.exists():
                self._place.rmdir()
            self.folder.root.rename(self._place)
        self._is_settled = True
        sync_folder_if_can(self._place.parent)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        shutil.rmtree(self.folder.root, ignore_errors=True)
        if kind is not None and self._is_settled:
            shutil.rmtree(self._place, ignore_errors=True)


class Unpacking:
    """One restore under way; what comes in which order is up to `node.upkeep.backup`."""

    def __init__(self, archive: ArchiveReader, header: Header, beside: Beside, clock: Clock, progress: Progress) -> None:
        self._archive = archive
        self._header = header
        self._beside = beside
        self._folder = beside.folder
        self._clock = clock
        self._progress = progress
        self._rows = self._files = 0

    def run(self, database: str | None) -> RestoreReport:
        """Everything, in the order of the stream: first settings and secrets, then rows, then keys and scans."""
        (schema,) = members_of(self._archive.next("about"), "schema")
        if not isinstance(schema, int) or schema > LATEST_SCHEMA:
            raise RequestError("backup_newer", name=self._header.station)
        self._take_files()
        config = self._settings(database)
        store = open_store_of(self._folder, config, self._clock)
        try:
            missing = self._fill(store, is_elsewhere=config.database.url is not None)
        finally:
            store.close()
        if config.database.url is None:
            self._beside.settle()
        return RestoreReport(self._header.station, config.station.name, self._header.made_at, self._rows, self._files, missing)

    def _settings(self, database: str | None) -> Config:
        """The settings as they are from now on, and a key for the database where there is none yet."""
        found = load_config(self._folder.root)
        url = found.database.url if database is None else None if database == IN_FOLDER else database
        # Scans are put into the folder: another disk that the settings name need not be there any more.
        config = replace(found, database=replace(found.database, url=url), enclosures=EnclosureSettings())
        if config != found:
            write_config(self._folder.root, config)
        if url is None and config.database.encrypted and not self._folder.database_key.exists():
            boxed = box(machine_secret(self._folder.machine_secret), secrets.token_bytes(32))
            self._write("keys/" + self._folder.database_key.name, [boxed])
        return config

    def _fill(self, store: Store, is_elsewhere: bool) -> int:
        """All rows and the remaining files in one transaction: a server's tables must not be full when the folder is not there."""
        if not store.dump.is_blank():
            raise RequestError("restore_database")
        with store.transaction():
            while record := self._archive.next("table"):
                self._take_table(store, *members_of(record, "name", "columns"))
            store.dump.count_on()
            store.dump.forget_parts()
            self._take_files()
            members_of(self._archive.next("end"), "rows", "files")
            if self._archive.next_any() is not None:
                raise RequestError("backup_damaged")
            missing = self._mark_missing(store)
            self._drop_shots(store)
            self._mark_restored(store)
            if is_elsewhere:
                self._beside.settle()
        return missing

    def _take_table(self, store: Store, name: str, columns: list[str]) -> None:
        if name not in store.dump.names():
            raise RequestError("backup_damaged")
        try:
            rows = (row for row in rows_of(self._archive) if (name, row[0]) != (META_TABLE, SCHEMA))
            store.dump.fill(name, tuple(columns), self._counted(rows))
        except (KeyError, TypeError, IndexError) as error:
            raise RequestError("backup_damaged") from error

    def _counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self._rows += 1
            if self._rows % 1000 == 0:
                self._progress("rows", self._rows, 0)
            yield row

    def _take_files(self) -> None:
        while record := self._archive.next("file"):
            path, size = members_of(record, "path", "size")
            if not isinstance(path, str) or not FILE_PATH.fullmatch(path) or type(size) is not int:
                raise RequestError("backup_damaged")
            self._write(path, pieces_of(self._archive, size))
            self._files += 1
            self._progress("enclosures", self._files, 0)

    def _write(self, path: str, pieces: Iterable[bytes]) -> None:
        place = self._folder.root / path
        with translated():
            place.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    file.write(piece)
                to_disk(file)

    def _mark_missing(self, store: Store) -> int:
        """Scans that the tables call whole and that did not come along are expected again; how many."""
        place = missing = 0
        while page := store.dump.whole(place, PAGE):
            names = [(enclosure_id, enclosure_id.partition(":")[2]) for _, enclosure_id in page]
            gone = [enclosure_id for enclosure_id, name in names if not (self._folder.enclosures / name[:2] / name).is_file()]
            store.dump.mark_missing(gone)
            place, missing = page[-1][0], missing + len(gone)
        return missing

    def _drop_shots(self, store: Store) -> None:
        """Pictures that the tables name and that did not come along: they went while the backup was made."""
        names = {file_id: file_id.partition(":")[2] for file_id in store.shots.file_ids()}
        store.shots.drop_rows([one for one, name in names.items() if not (self._folder.shots / name[:2] / name).is_file()])

    def _mark_restored(self, store: Store) -> None:
        store.meta.set(standing.META, standing.RESTORED)
        store.meta.set(standing.WHY, "backup")
        store.meta.set(RESTORED_FROM, self._header.made_at)
        detail = {"made_at": self._header.made_at}
        store.audit.append(AuditRecord(self._clock.now(), self._header.station, "restored", self._header.station, detail))
