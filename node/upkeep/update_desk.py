"""Updates as a page offers them: what lies on the drives that are plugged in or came down the road, and the one that is being made ready.

Made ready in a thread. At a county the page also offers what lies on a drive to all stations below.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
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
from node.upkeep.arrivals import Arrivals
from node.upkeep.backup_schedule import Backups
from node.upkeep.drives import Drive, removable_drives
from node.upkeep.published import Published
from node.upkeep.publishing import Publisher
from node.upkeep.releases import RELEASE, Release
from node.upkeep.updates import UPDATE_SUFFIX, Overview, Updates, installation_of

ROAD = "road"
"""The name of the offer that came down the road."""

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


def maybe_updates_of(place: Path, station: Station, clock: Clock, backups: Backups) -> Updates | None:
    """The same; None where the program was not installed by the installer."""
    try:
        return updates_of(place, station, clock, backups)
    except RequestError:
        return None


def update_desk_of(updates: Updates | None, store: Store, clock: Clock, arrivals: Arrivals, publisher: Publisher) -> "UpdateDesk":
    """The same for its pages; also where the program was not installed by the installer, and can only say so."""

    def note(who: str, name: str) -> None:
        store.audit.append(AuditRecord(clock.now(), who, "update_begun", name, {}))

    return UpdateDesk(updates, removable_drives, note, arrivals, publisher)


@dataclass(frozen=True)
class Offer:
    """An update on a drive, or the one that came down the road: `name` is what the page posts.

    `refused` says why it may not be taken, None when it may.
    """

    name: str
    version: str
    made_at: datetime | None
    refused: NodeError | None

    @property
    def by_road(self) -> bool:
        """Whether it came down the road."""
        return self.name == ROAD


@dataclass(frozen=True)
class Sent:
    """What was published last, and how many stations have not been sent it yet."""

    update: Published
    waiting: int


class UpdateDesk:
    """The updates of a station that runs. `updates` None: the program was not put there by the installer."""

    def __init__(
        self,
        updates: Updates | None,
        drives: Callable[[], list[Drive]],
        note: Callable[[str, str], None],
        arrivals: Arrivals,
        publisher: Publisher,
    ) -> None:
        self._updates = updates
        self._drives = drives
        self._note = note
        self._arrivals = arrivals
        self._publisher = publisher
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._failure: NodeError | None = None

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
        """The update that came down the road, and those on the drives that are plugged in now."""
        return [] if self._updates is None else [self._offer(self._updates.check, name, path) for name, path in self._found()]

    def to_publish(self) -> list[Offer]:
        """The update files on the drives, as a county may send them to all its stations."""
        return [self._offer(self._publisher.check, name, path) for name, path in self._on_drives() if path.is_file()]

    def published(self) -> Sent | None:
        """What was sent to all stations last."""
        newest = self._publisher.newest()
        return None if newest is None else Sent(newest, len(self._publisher.waiting()))

    def publish(self, who: str, name: str) -> None:
        """Send the update file of this name to all stations; a chore puts it on the road.

        Raises:
            RequestError: it is not there any more (`update_path`), or may not be published.
            NotAllowedError, StoreError: not by this station now; no room.
        """
        path = dict(self._on_drives()).get(name)
        if path is None:
            raise RequestError("update_path")
        try:
            self._publisher.publish(path, who)
        except OSError as error:
            raise RequestError("update_damaged", name=path.name) from error

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
    def _offer(check: Callable[[Path], Release], name: str, path: Path) -> Offer:
        try:
            release = check(path)
        except NodeError as error:
            return Offer(name, "", None, error)
        except OSError:
            return Offer(name, "", None, RequestError("update_damaged", name=path.name))
        return Offer(name, release.version, release.made_at, None)

    def _found(self) -> Sequence[tuple[str, Path]]:
        if self._updates is None:
            return ()
        received = self._arrivals.ready()
        return [*([] if received is None else [(ROAD, received)]), *self._on_drives()]

    def _on_drives(self) -> Iterator[tuple[str, Path]]:
        """Update files at the top of a drive, and bundle folders there."""
        for drive in self._drives():
            with suppress(OSError):
                for path in sorted(drive.place.iterdir()):
                    if path.suffix == UPDATE_SUFFIX or (path / RELEASE).is_file():
                        yield f"{drive.name}/{path.name}", path
                if (drive.place / RELEASE).is_file():
                    yield drive.name, drive.place
