"""The desk for USB sticks (U盘): which are in the machine, what lies on them; one bundle at a time is written or read in the background."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from node.clock import Clock
from node.errors import NodeError, RequestError
from node.mail.bundles import SUFFIX, Bundles, Look, Preview, room_at
from node.mail.trips import Trip, TripBook, outcome_of
from node.store import Store
from node.store.records import AuditRecord
from node.upkeep.drives import Drive
from signing.errors import SigningError
from sync.bundle_writing import UNFINISHED
from sync.errors import SyncError
from sync.handover import MAX_BUNDLE_BYTES, BundleReport

MOST_FILES = 40
"""Of one drive, the newest: each is opened to be listed."""

STALE_S = 3600
UPLOAD_BYTES = 48 << 20
"""The largest file that a browser hands over: it is in memory meanwhile."""

KEPT_DOWNLOADS = 3
FINISHES_SOON_S, ENDS_WITHIN_S = 3.0, 20.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FoundBundle:
    """A bundle on a drive; `look` is None when it cannot be trusted, and `error` says why."""

    drive: Drive
    file: str
    size_bytes: int
    look: Look | None
    error: str = ""


@dataclass(frozen=True)
class Job:
    """What is under way: `out` or `in`, and where."""

    direction: str
    where: str


class UsbDesk:
    """Everything that people do with sticks. Safe for threads; one stick is worked at a time."""

    def __init__(self, bundles: Bundles, store: Store, drives: Callable[[], list[Drive]], folder: Path, clock: Clock) -> None:
        self.bundles = bundles
        self.trips = TripBook(store.meta)
        self._store = store
        self._drives = drives
        self._folder = folder
        self._clock = clock
        self._guard = threading.Lock()
        self._job: Job | None = None
        self._thread: threading.Thread | None = None

    def drives(self) -> list[Drive]:
        """What is plugged in, also what can only be read."""
        return self._drives()

    def found(self) -> list[FoundBundle]:
        """The bundles on all drives: those for here that are whole first, of these the newest; last what cannot be read."""
        found = [self._looked_at(drive, path) for drive in self._drives() for path in _bundles_on(drive.place)]
        return sorted(found, key=_turn)

    def running(self) -> Job | None:
        """What is under way in this process."""
        with self._guard:
            return self._job

    def preview(self, to: str, place: str, max_mib: int | None = None) -> Preview:
        """What would be written; `place` names a drive, or is empty for a file that the browser fetches.

        Raises:
            RequestError: `bundle_to`, `drive_gone`.
            BundleError: `gone`.
        """
        return self.bundles.preview(to, self._most(place, max_mib))

    def write(self, by: str, to: str, place: str, max_mib: int | None = None) -> str:
        """Begin to write a bundle; the trip's id, under which its report will be.

        Raises:
            RequestError: `bundle_to`, `drive_gone`, `usb_busy`.
            BundleError: `gone`.
        """
        most = self._most(place, max_mib)
        target = self.bundles.neighbour(to)
        folder = self._drive(place).place if place else self._folder
        path = self.bundles.new_path(folder, target)

        def work() -> BundleReport:
            folder.mkdir(parents=True, exist_ok=True)
            self._sweep(folder)
            return self.bundles.write_to(path, target, most)

        return self._begin(Trip("", "out", self._clock.now(), by, target, path.name, self._place_name(place), is_here=not place), work)

    def read(self, by: str, place: str, file: str) -> str:
        """Begin to read a bundle that lies on a drive; the trip's id.

        Raises:
            RequestError: `drive_gone`, `file_missing`, `usb_busy`.
        """
        drive = self._drive(place)
        path = next((one for one in _bundles_on(drive.place) if one.relative_to(drive.place).as_posix() == file), None)
        if path is None:
            raise RequestError("file_missing", name=file)
        trip = Trip("", "in", self._clock.now(), by, "", path.name, drive.name, drive=str(drive.place))
        return self._begin(trip, lambda: self.bundles.read_from(path))

    def read_upload(self, by: str, name: str, data: bytes) -> str:
        """Begin to read a bundle that a browser has handed over; the trip's id.

        Raises:
            RequestError: `file_needed`, `bundle_too_large`, `usb_busy`.
            StoreError: the disk here is full.
        """
        if not data:
            raise RequestError("file_needed")
        if len(data) > UPLOAD_BYTES:
            raise RequestError("bundle_too_large", limit_mib=UPLOAD_BYTES >> 20)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"upload{SUFFIX}"

        def work() -> BundleReport:
            path.write_bytes(data)
            try:
                return self.bundles.read_from(path)
            finally:
                path.unlink(missing_ok=True)

        return self._begin(Trip("", "in", self._clock.now(), by, "", name[-120:] or path.name, ""), work)

    def download(self, trip_id: str) -> Path:
        """The file of a trip that a browser is to fetch.

        Raises:
            RequestError: `file_missing`, there is none, or no more.
        """
        trip = self.trips.get(trip_id)
        path = self._folder / trip.file if trip and trip.is_here and trip.direction == "out" else None
        if path is None or not path.is_file():
            raise RequestError("file_missing", name=trip.file if trip else trip_id)
        return path

    def wait(self, seconds: float | None = FINISHES_SOON_S) -> None:
        """Return when nothing is under way any more, or after so many seconds."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def close(self) -> None:
        """Let what is under way come to its end, within bounds."""
        self.wait(ENDS_WITHIN_S)

    def _begin(self, trip: Trip, work: Callable[[], BundleReport]) -> str:
        with self._guard:
            if self._job is not None:
                raise RequestError("usb_busy")
            self._job = Job(trip.direction, trip.place)
        try:
            trip_id = self.trips.add(trip)
            self._thread = threading.Thread(target=self._run, args=(trip_id, work), name="usb")
            self._thread.start()
        except BaseException:
            # Nothing is under way: whoever tries again must not be told that something is.
            self._free()
            raise
        return trip_id

    def _free(self) -> None:
        with self._guard:
            self._job = None

    def _run(self, trip_id: str, work: Callable[[], BundleReport]) -> None:
        report, error = None, ""
        try:
            report = work()
        except (NodeError, SigningError, SyncError, OSError) as failure:
            log.info("a bundle could not be worked: %s", type(failure).__name__)
            error = code_of(failure)
        finally:
            try:
                self._finish(trip_id, report, error or ("" if report else "failed"))
            finally:
                self._free()
                self._store.close_thread()

    def _finish(self, trip_id: str, report: BundleReport | None, error: str) -> None:
        trip = self.trips.get(trip_id)
        if trip is None:
            return
        answer = self.bundles.answer_to(report.from_station) if report and trip.direction == "in" else None
        with suppress(NodeError), self._store.transaction():
            done = self.trips.finish(trip, outcome_of(report) if report else None, error, answer or "")
            what = {"out": "bundle_written", "in": "bundle_read"}[trip.direction]
            detail = {"file": trip.file, "place": trip.place, "error": error, **(done.outcome.counts() if done.outcome else {})}
            self._store.audit.append(AuditRecord(self._clock.now(), trip.by, what, done.station, detail))

    def _most(self, place: str, max_mib: int | None) -> int:
        asked = MAX_BUNDLE_BYTES if max_mib is None else min(MAX_BUNDLE_BYTES, max(0, max_mib) << 20)
        if not place:
            return min(asked, UPLOAD_BYTES)
        return min(asked, room_at(self._drive(place).place))

    def _drive(self, place: str) -> Drive:
        for drive in self._drives():
            if str(drive.place) == place:
                return drive
        raise RequestError("drive_gone")

    def _place_name(self, place: str) -> str:
        return self._drive(place).name if place else ""

    def _looked_at(self, drive: Drive, path: Path) -> FoundBundle:
        file = path.relative_to(drive.place).as_posix()
        try:
            return FoundBundle(drive, file, path.stat().st_size, self.bundles.look(path))
        except (NodeError, SigningError, SyncError, OSError) as error:
            return FoundBundle(drive, file, 0, None, code_of(error))

    def _sweep(self, folder: Path) -> None:
        """What a stick that was pulled out has left, and in our own folder also what nobody fetched."""
        before = self._clock.now().timestamp() - STALE_S
        for path in folder.glob(UNFINISHED):
            with suppress(OSError):
                if path.stat().st_mtime < before:
                    path.unlink()
        if folder == self._folder:
            for path in sorted(folder.glob(f"*{SUFFIX}"), key=_changed_at)[:-KEPT_DOWNLOADS]:
                with suppress(OSError):
                    path.unlink()


def code_of(error: Exception) -> str:
    """What went wrong, as one word for the pages."""
    return str(getattr(error, "code", "")) or type(error).__name__


def _bundles_on(place: Path) -> list[Path]:
    """Bundles in a drive's own folder and one below, the newest first. Links are passed over: they lead anywhere."""
    found = [path for path in _files_of(place) if path.suffix == SUFFIX and not path.name.startswith(".")]
    return sorted(found, key=_changed_at, reverse=True)[:MOST_FILES]


def _turn(one: FoundBundle) -> tuple[bool, bool, bool, bool, float, str]:
    if one.look is None:
        return True, True, True, True, 0.0, one.file
    return False, one.look.is_own, not one.look.is_for_here, one.look.is_short, -one.look.made_at.timestamp(), one.file


def _files_of(place: Path, depth: int = 1) -> Iterator[Path]:
    with suppress(OSError):
        for path in place.iterdir():
            if path.is_symlink():
                continue
            if path.is_dir() and depth:
                yield from _files_of(path, depth - 1)
            elif path.is_file():
                yield path


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
