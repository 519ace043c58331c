"""Backups as they come round: one a day by itself, or when somebody asks; in a thread of its own, so that nothing waits for it."""

import hashlib
import json
import logging
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from node.clock import COUNTY_ZONE, Clock, from_text, to_text
from node.config import BackupSettings
from node.errors import DiskFullError, NodeError, NotAllowedError, RequestError
from node.folder import StationFolder
from node.store import Store
from node.store.failures import translated
from node.upkeep.backup import PART, Backup, BackupReport, Progress, forget_cached, to_disk, written_beside
from node.upkeep.drives import Drive
from signing.errors import SigningError

META, DONE_AT = "backup_last", "backup_done_at"
"""In `store.meta`: how the last one went, as JSON; when one was last put into the folder."""

SUFFIX = ".backup"
NAME = re.compile(r"yizhan-\d{14}-(\d{8}-\d{6})\.backup")
TRY_AGAIN = timedelta(hours=1)
STALE = timedelta(hours=6)
COPY_BYTES = 1024 * 1024
STOPS_WITHIN_S = 20
log = logging.getLogger(__name__)


class StoppedError(Exception):
    """The station is being shut down while a backup was under way."""


@dataclass(frozen=True)
class LastBackup:
    """How the last one went: `error` is a code, None when it was written and verified; `usb` names the drive that has it or a copy."""

    at: datetime
    path: str
    size: int
    verified: bool
    error: str | None
    usb: str | None = None
    usb_error: str | None = None


@dataclass(frozen=True)
class Running:
    """One that is being made; `step` is `rows`, `enclosures`, `reading` or `copying`."""

    where: str
    step: str
    done: int
    total: int


@dataclass(frozen=True)
class KeptBackup:
    """A backup in the station's folder of backups."""

    path: Path
    made_at: datetime
    size: int


class Backups:
    """The backups of a station that runs. Only one is made at a time."""

    def __init__(
        self, backup: Backup, store: Store, settings: BackupSettings, folder: StationFolder, clock: Clock, drives: Callable[[], list[Drive]]
    ) -> None:
        self.backup = backup
        self.settings = settings
        self.folder = Path(settings.folder) if settings.folder else folder.root / "backups"
        self._store = store
        self._drives = drives
        self._clock = clock
        self._guard = threading.Lock()
        self._running: Running | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._tried_at: datetime | None = None

    def run_if_due(self, now: datetime) -> None:
        """Begin the day's backup when its time has come and it was not made; also one that was missed while the machine was off."""
        tried = self._tried_at
        if not self.backup.is_ready() or not self._is_due(now) or (tried is not None and timedelta() <= now - tried < TRY_AGAIN):
            return
        # One that somebody has just begun will do.
        with suppress(RequestError):
            self.start(None)

    def start(self, drive: str | None) -> None:
        """Begin one: into the folder of backups, or onto the drive of this name.

        Raises:
            RequestError: `backup_running`; `drive_gone`, there is no such drive any more.
            NotAllowedError: `no_recovery_code`.
        """
        if not self.backup.is_ready():
            raise NotAllowedError("no_recovery_code")
        place = self.folder if drive is None else self._drive(drive).place
        with self._guard:
            if self._running is not None:
                raise RequestError("backup_running")
            self._tried_at = self._clock.now()
            self._running = Running(drive or "", "rows", 0, 0)
            self._thread = threading.Thread(target=self._run, args=(place, drive), name="backup")
            self._thread.start()

    def write_to(self, path: Path) -> BackupReport:
        """Write one to a place of somebody's choice, now, and remember how it went.

        Raises:
            NodeError: as `Backup.write`; it is remembered that it failed.
        """
        now = self._clock.now()
        try:
            report = self.backup.write(path, self._progress)
        except NodeError as error:
            self._keep_result(LastBackup(now, str(path), 0, False, code_of(error)))
            raise
        self._keep_result(LastBackup(now, str(path), report.size_bytes, True, None))
        return report

    def running(self) -> Running | None:
        """The one that is being made now, in this process."""
        with self._guard:
            return self._running

    def last(self) -> LastBackup | None:
        """How the last one went; None when there was none."""
        text = self._store.meta.get(META)
        if text is None:
            return None
        value = json.loads(text)
        return LastBackup(**(value | {"at": from_text(value["at"])}))

    def kept(self) -> list[KeptBackup]:
        """The backups in the folder, newest first."""
        found = []
        with suppress(OSError):
            for path in self.folder.iterdir():
                match = NAME.fullmatch(path.name)
                if match:
                    found.append(KeptBackup(path, time_of(match[1]), path.stat().st_size))
        return sorted(found, key=lambda one: one.made_at, reverse=True)

    def drives(self) -> list[Drive]:
        """Drives to choose from."""
        return self._drives()

    def wait(self) -> None:
        """Return when none is being made."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def close(self) -> None:
        """Stop the one that is being made; it leaves nothing."""
        self._stop.set()
        thread = self._thread
        if thread is not None:
            thread.join(STOPS_WITHIN_S)

    def _is_due(self, now: datetime) -> bool:
        local = now.astimezone(COUNTY_ZONE)
        due = datetime.combine(local.date(), self.settings.at, COUNTY_ZONE)
        due = due if due <= local else due - timedelta(days=1)
        last = self._store.meta.get(DONE_AT)
        # A clock that was once far ahead must not put backups off for years.
        return last is None or not due <= from_text(last) <= now + timedelta(days=1)

    def _drive(self, name: str) -> Drive:
        for drive in self._drives():
            if drive.name == name:
                return drive
        raise RequestError("drive_gone")

    def _run(self, place: Path, drive: str | None) -> None:
        now = self._clock.now()
        path = place / f"yizhan-{self.backup.station}-{now.astimezone(COUNTY_ZONE):%Y%m%d-%H%M%S}{SUFFIX}"
        try:
            self._keep_result(self._made(path, drive, now))
        except StoppedError:
            log.info("a backup was stopped")
        except (NodeError, SigningError, OSError) as error:
            log.error("backup failed: %s", type(error).__name__)
            self._keep_result(LastBackup(now, str(path), 0, False, code_of(error), drive))
        finally:
            with self._guard:
                self._running = None
            self._store.close_thread()

    def _made(self, path: Path, drive: str | None, now: datetime) -> LastBackup:
        if drive is not None:
            report = self.backup.write(path, self._progress)
            return LastBackup(now, str(path), report.size_bytes, True, None, drive)
        with translated():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep(now)
        self._make_room()
        report = self.backup.write(path, self._progress)
        self._thin()
        return self._copied_to_usb(LastBackup(now, str(path), report.size_bytes, True, None))

    def _make_room(self) -> None:
        """When the disk is too full and it helps, let go of old ones, the oldest first, but never of the newest."""
        short, old = self.backup.shortage(self.folder), self.kept()[1:]
        if sum(one.size for one in old) < short:
            return
        while short > 0:
            one = old.pop()
            one.path.unlink()
            short -= one.size

    def _copied_to_usb(self, made: LastBackup) -> LastBackup:
        """A second copy on a drive with the folder that the settings name, when one is in the machine."""
        path = Path(made.path)
        for drive in self._drives() if self.settings.usb is not None else ():
            folder = drive.place / (self.settings.usb or "")
            if folder.is_dir():
                try:
                    copy_checked(path, folder / path.name, self._progress)
                except (NodeError, OSError) as error:
                    return replace(made, usb_error=code_of(error))
                return replace(made, usb=drive.name)
        return made

    def _thin(self) -> None:
        for one in self.kept()[self.settings.keep :]:
            with suppress(OSError):
                one.path.unlink()

    def _sweep(self, now: datetime) -> None:
        """Remove what a power cut left of earlier ones."""
        with suppress(OSError):
            for path in self.folder.glob(f"yizhan-*{SUFFIX}.*{PART}"):
                if path.stat().st_mtime < (now - STALE).timestamp():
                    path.unlink()

    def _keep_result(self, last: LastBackup) -> None:
        with suppress(NodeError), self._store.transaction():
            self._store.meta.set(META, json.dumps(vars(last) | {"at": to_text(last.at)}))
            if last.verified and Path(last.path).parent == self.folder:
                self._store.meta.set(DONE_AT, to_text(last.at))

    def _progress(self, step: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise StoppedError
        with self._guard:
            if self._running is not None:
                self._running = replace(self._running, step=step, done=done, total=total)


def time_of(stamp: str) -> datetime:
    """The moment in a backup's name, which is county time."""
    return datetime.strptime(stamp, "%Y%m%d-%H%M%S").replace(tzinfo=COUNTY_ZONE)


def code_of(error: Exception) -> str:
    """What went wrong, as one word for the pages."""
    if isinstance(error, DiskFullError):
        return "disk_full"
    return error.code if isinstance(error, RequestError | NotAllowedError) else "failed"


def copy_checked(source: Path, target: Path, progress: Progress) -> None:
    """Copy a file whole or not at all, and read the copy back.

    Raises:
        RequestError: `backup_exists`, `backup_file_limit`, `backup_read_back`.
        StoreError: a disk would not.
    """
    given, found, size = hashlib.sha256(), hashlib.sha256(), source.stat().st_size
    with written_beside(target) as (file, _), source.open("rb") as original:
        while data := original.read(COPY_BYTES):
            file.write(data)
            given.update(data)
            progress("copying", original.tell(), size)
        to_disk(file)
        forget_cached(file)
        file.seek(0)
        while data := file.read(COPY_BYTES):
            found.update(data)
            progress("reading", file.tell(), size)
        if given.digest() != found.digest():
            raise RequestError("backup_read_back")
