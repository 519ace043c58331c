"""Writes a backup of a running station: a stream into a file beside, read back whole, and only then given its name."""

import errno
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from node.clock import Clock, to_text
from node.errors import DiskFullError, NotAllowedError, RequestError, StoreError
from node.folder import StationFolder
from node.station import Station
from node.store import Store
from node.store.failures import translated
from node.store.files import free_bytes
from node.upkeep.archive import MAX_TRAILER_BYTES, ArchiveReader, ArchiveWriter, Header, check_trailer
from node.upkeep.contents import PIECE_BYTES, SMALL, write_file, write_table
from node.upkeep.recovery import RecoveryKeys
from node.version import VERSION
from signing.canonical import canonical_bytes
from signing.envelope import new_content_key

PART = ".part"
PAGE = 200


Progress = Callable[[str, int, int], None]
"""Is told the step (`rows`, `enclosures` or `reading`) and how much of how much is done (0 when nobody knows); may stop it by raising."""


def quietly(step: str, done: int, total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class BackupReport:
    """A backup that was written and read back. `missing` counts scans that should be at the station and are not, or are damaged.

    `files` are all others, pictures that wait to become pages among them.
    """

    path: Path
    size_bytes: int
    rows: int
    files: int
    enclosures: int
    missing: int
    seconds: float
    digest: str


class Backup:
    """Makes backups of one station; threads may, several at once."""

    def __init__(
        self,
        station: Station,
        folder: StationFolder,
        store: Store,
        keys: RecoveryKeys,
        clock: Clock,
        floor_bytes: int,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self.station = station.station
        self._station = station
        self._folder = folder
        self._store = store
        self.keys = keys
        self._clock = clock
        self._floor_bytes = floor_bytes
        self._free = free

    def is_ready(self) -> bool:
        """Whether there is a key for backups."""
        return self.keys.current() is not None

    def shortage(self, folder: Path) -> int:
        """How many bytes too few are free in `folder` for a backup of now, about.

        Raises:
            StoreError: the disk or the database would not.
        """
        with translated():
            same_disk = folder.stat().st_dev == self._folder.root.stat().st_dev
            free = self._free(folder)
        floor = self._floor_bytes if same_disk else 0
        return max(0, self.needed_bytes() + floor - free)

    def needed_bytes(self) -> int:
        """About how large a backup is now."""
        database = self._folder.database.stat().st_size if self._folder.database.exists() else 0
        return database + self._store.dump.whole_bytes()[1] + self._store.shots.bytes_here()

    def write(self, path: Path, progress: Progress = quietly) -> BackupReport:
        """Write and verify a backup, whole or not at all.

        Raises:
            NotAllowedError: `no_recovery_code`, there is no key for backups yet.
            RequestError: `backup_exists`; `backup_folder`, there is no such folder; `backup_file_limit`, the disk takes no file so large;
                `backup_read_back`, the disk gave other bytes than were written.
            DiskFullError: no room; nothing is left.
            StoreError: the disk or the database would not.
        """
        began = time.perf_counter()
        self._check_place(path)
        header, key = self._header()
        with written_beside(path) as (file, beside):
            archive = ArchiveWriter(file, self._station.suite, header, key)
            about = {"program": VERSION, "schema": self._store.dump.schema()}
            archive.record("about", canonical_bytes(about))
            # What a restore must have before it can make tables goes first.
            files = self._write_files(archive, [*(self._folder.root / name for name in SMALL), self._folder.database_key])
            rows = self._write_tables(archive, progress)
            files += self._write_keys(archive) + self._write_shots(archive)
            enclosures, missing = self._write_enclosures(archive, progress)
            counts = {"rows": rows, "files": files, "enclosures": enclosures, "missing": missing}
            archive.record("end", canonical_bytes(counts))
            digest = archive.finish(self._station.signer)
            to_disk(file)
            size = beside.stat().st_size
            self._read_back(beside, header, key, progress)
        return BackupReport(path, size, rows, files, enclosures, missing, time.perf_counter() - began, digest)

    def _check_place(self, path: Path) -> None:
        if not path.parent.is_dir():
            raise RequestError("backup_folder", name=str(path.parent))
        if path.exists():
            raise RequestError("backup_exists", name=path.name)
        short = self.shortage(path.parent)
        if short:
            raise DiskFullError(f"{short} bytes too few")

    def _header(self) -> tuple[Header, bytes]:
        held = self.keys.current()
        if held is None:
            raise NotAllowedError("no_recovery_code")
        suite, signer = self._station.suite, self._station.signer
        key = new_content_key(suite)
        header = Header(
            suite=suite.name,
            station=self._station.station,
            made_at=to_text(self._clock.now()),
            key=held.key,
            wrapped=suite.wrap(held.key.public, key),
            signer=signer.certificate.digest,
            certificates=tuple(one.der for one in self._station.trust.path(signer.certificate)),
        )
        return header, key

    def _write_tables(self, archive: ArchiveWriter, progress: Progress) -> int:
        rows = 0
        with self._store.dump.everything() as tables:
            for table in tables:
                rows += write_table(archive, table)
                progress("rows", rows, 0)
        return rows

    def _write_keys(self, archive: ArchiveWriter) -> int:
        """Every other key file. After the tables, so that no row speaks of a key file that is not there."""
        files = sorted(path for path in self._folder.keys.iterdir() if path.is_file() and not path.is_symlink())
        return self._write_files(archive, [path for path in files if path != self._folder.database_key])

    def _write_files(self, archive: ArchiveWriter, paths: Sequence[Path]) -> int:
        count = 0
        for path in paths:
            with translated(), suppress(FileNotFoundError):
                data = path.read_bytes()
                write_file(archive, path.relative_to(self._folder.root).as_posix(), len(data), [data] if data else [])
                count += 1
        return count

    def _write_shots(self, archive: ArchiveWriter) -> int:
        """Pictures that wait to become pages: they were acknowledged. Those that went since the tables were read do not come along."""
        count = 0
        for file_id in self._store.shots.file_ids():
            data = self._store.shots.file(file_id)
            if data is not None:
                self._write_file(archive, "shots", file_id, data)
                count += 1
        return count

    @staticmethod
    def _write_file(archive: ArchiveWriter, folder: str, file_id: str, data: bytes) -> None:
        name = file_id.partition(":")[2]
        pieces = (data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES))
        write_file(archive, f"{folder}/{name[:2]}/{name}", len(data), pieces)

    def _write_enclosures(self, archive: ArchiveWriter, progress: Progress) -> tuple[int, int]:
        """Those that are whole now: what was erased since the tables were read does not come along."""
        total, done, missing, place = self._store.dump.whole_bytes()[0], 0, 0, 0
        while page := self._store.dump.whole(place, PAGE):
            for _, enclosure_id in page:
                data = self._sound(enclosure_id)
                if data is None:
                    missing += 1
                    continue
                self._write_file(archive, "enclosures", enclosure_id, data)
                done += 1
                progress("enclosures", done, total)
            place = page[-1][0]
        return done, missing

    def _sound(self, enclosure_id: str) -> bytes | None:
        """A scan, if it is what its id says: a damaged one is not carried along, a restored station asks for it again."""
        try:
            data = self._store.enclosures.read(enclosure_id)
        except StoreError:
            return None
        return data if self._station.suite.digest(data) == enclosure_id else None

    def _read_back(self, path: Path, header: Header, key: bytes, progress: Progress) -> None:
        """Open all of it again, from the disk where the system can be told to, and compare what is there with what was written."""
        size = path.stat().st_size
        progress("reading", 0, size)
        with translated(), path.open("rb") as file:
            forget_cached(file)
            try:
                archive = ArchiveReader(file, self._station.suite, header, key)
                while archive.next_any() is not None:
                    progress("reading", file.tell(), size)
                check_trailer(self._station.suite, header, file.read(MAX_TRAILER_BYTES), archive.digest())
            except RequestError as error:
                raise RequestError("backup_read_back") from error


@contextmanager
def written_beside(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file that gets its name when all inside went well, and is gone otherwise; another that has the name by then stays.

    Raises:
        RequestError: `backup_exists`, `backup_file_limit`.
        StoreError: the disk would not.
    """
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with translated():
            handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with translated_here(), os.fdopen(handle, "w+b") as file:
            yield file, beside
        with translated():
            give_name(beside, path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@contextmanager
def translated_here() -> Iterator[None]:
    """As `translated`, and tells of a disk that takes no file so large: a stick formatted with FAT stops at 4 GiB."""
    try:
        with translated():
            yield
    except StoreError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EFBIG:
            raise RequestError("backup_file_limit") from error
        raise


def give_name(beside: Path, path: Path) -> None:
    """Rename, never over another file."""
    try:
        os.link(beside, path)
    except FileExistsError as error:
        raise RequestError("backup_exists", name=path.name) from error
    except OSError:
        # No hard links on this file system (FAT on a USB disk).
        if path.exists():
            raise RequestError("backup_exists", name=path.name) from None
        beside.rename(path)
    sync_folder_if_can(path.parent)


def sync_folder_if_can(folder: Path) -> None:
    """Makes a rename last a power cut. Windows cannot open folders, and some file systems of USB disks will not sync one."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def to_disk(file: BinaryIO) -> None:
    """All that was written is on the disk when this returns."""
    file.flush()
    os.fsync(file.fileno())


def forget_cached(file: BinaryIO) -> None:
    """Ask the system to read the file from the disk and not from its memory; only Linux can be asked."""
    advise: Callable[..., None] | None = getattr(os, "posix_fadvise", None)
    if advise is not None:
        with suppress(OSError):
            advise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
