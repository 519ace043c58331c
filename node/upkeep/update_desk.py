"""Updates as a page offers them: what lies on the drives that are plugged in, and the one that is being made ready, in a thread."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from node.clock import Clock
from node.errors import NodeError, RequestError
from node.station import Station
from node.store import Store
from node.store.files import free_bytes
from node.store.records import AuditRecord
from node.upkeep.backup_schedule import Backups
from node.upkeep.drives import Drive, removable_drives
from node.upkeep.releases import RELEASE
from node.upkeep.updates import UPDATE_SUFFIX, Overview, Updates, installation_of

log = logging.getLogger(__name__)


def updates_of(place: Path, station: Station, clock: Clock, backups: Backups) -> Updates:
    """The updates of the station in `place`.

    Raises:
        RequestError: `update_not_installed`.
    """

    def back_up() -> None:
        """A whole backup where a recovery code was made; the keeper copies the database in any case."""
        if backups.backup.is_ready():
            backups.start(None)
            backups.wait()
            last = backups.last()
            if last is None or last.error is not None:
                raise RequestError("update_backup")

    return Updates(installation_of(place), station.suite, station.trust, clock, free=free_bytes, back_up=back_up)


def update_desk_of(place: Path, station: Station, store: Store, clock: Clock, backups: Backups) -> "UpdateDesk":
    """The same for its pages; also where the program was not installed by the installer, and can only say so."""

    def note(who: str, name: str) -> None:
        store.audit.append(AuditRecord(clock.now(), who, "update_begun", name, {}))

    try:
        return UpdateDesk(updates_of(place, station, clock, backups), removable_drives, note)
    except RequestError:
        return UpdateDesk(None, removable_drives, note)


@dataclass(frozen=True)
class Offer:
    """An update on a drive: `name` is what the page posts. `refused` says why it may not be taken, None when it may."""

    name: str
    version: str
    made_at: datetime | None
    refused: NodeError | None


class UpdateDesk:
    """The updates of a station that runs. `updates` None: the program was not put there by the installer."""

    def __init__(self, updates: Updates | None, drives: Callable[[], list[Drive]], note: Callable[[str, str], None]) -> None:
        self._updates = updates
        self._drives = drives
        self._note = note
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._failure: NodeError | None = None

    @property
    def is_possible(self) -> bool:
        """Whether updates can be made here at all."""
        return self._updates is not None

    def overview(self) -> Overview | None:
        """What is in use, what waits, and what became of each."""
        return None if self._updates is None else self._updates.overview()

    def is_working(self) -> bool:
        """Whether one is being made ready now."""
        with self._guard:
            return self._thread is not None and self._thread.is_alive()

    def failure(self) -> NodeError | None:
        """Why the last one was not taken."""
        with self._guard:
            return self._failure

    def offers(self) -> list[Offer]:
        """The updates on the drives that are plugged in now."""
        return [] if self._updates is None else [self._offer(self._updates, name, path) for name, path in self._found()]

    def begin(self, who: str, name: str) -> None:
        """Make the offer of this name ready, in a thread; then the keeper starts the station anew. It is remembered who asked.

        Raises:
            RequestError: it is not there any more (`update_path`), or one is under way (`update_waits`).
        """
        updates, path = self._updates, dict(self._found()).get(name)
        if updates is None:
            raise RequestError("update_not_installed")
        if path is None:
            raise RequestError("update_path")
        with self._guard:
            if self._thread is not None and self._thread.is_alive():
                raise RequestError("update_waits")
            self._note(who, name)
            self._failure = None
            self._thread = threading.Thread(target=self._stage, args=(updates, path), name="update")
            self._thread.start()

    def wait(self) -> None:
        """Until nothing is being made ready."""
        with self._guard:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _stage(self, updates: Updates, path: Path) -> None:
        try:
            updates.stage(path)
        except NodeError as error:
            with self._guard:
                self._failure = error
        except OSError as error:
            log.error("an update could not be read: %s", type(error).__name__)
            with self._guard:
                self._failure = RequestError("update_damaged", name=path.name)

    @staticmethod
    def _offer(updates: Updates, name: str, path: Path) -> Offer:
        try:
            release = updates.check(path)
        except NodeError as error:
            return Offer(name, "", None, error)
        except OSError:
            return Offer(name, "", None, RequestError("update_damaged", name=path.name))
        return Offer(name, release.version, release.made_at, None)

    def _found(self) -> Iterator[tuple[str, Path]]:
        """Update files at the top of a drive, and bundle folders there."""
        for drive in self._drives() if self._updates is not None else ():
            with suppress(OSError):
                for path in sorted(drive.place.iterdir()):
                    if path.suffix == UPDATE_SUFFIX or (path / RELEASE).is_file():
                        yield f"{drive.name}/{path.name}", path
                if (drive.place / RELEASE).is_file():
                    yield drive.name, drive.place
