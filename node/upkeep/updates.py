"""Updates (更新): a signed release is checked, laid beside the version in use, and left for the keeper to try.

Refused: not the county's, older than or the same as what runs, not made for this version, damaged, for another system, no room.
What is refused changes nothing.
"""

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from node.clock import Clock, to_text
from node.errors import RequestError
from node.upkeep.environment import InstallError, Run, make_environment, packages_in, run_program
from node.upkeep.releases import RELEASE, Release, as_numbers
from node.upkeep.sources import Source, check_file, opened, signed_release
from node.upkeep.versions import Entry, Staged, Versions, name_of
from signing.algorithms import Suite
from signing.trust import TrustStore

SPARE_BYTES = 200 << 20
UPDATE_SUFFIX = ".yzu"
INCOMING = "0-incoming"
PIP = "pip-"


def installation_of(station: Path) -> Versions:
    """The installation that a station's folder belongs to.

    Raises:
        RequestError: `update_not_installed`, the program was not put there by the installer.
    """
    versions = Versions(station.resolve().parent)
    if station.resolve() != versions.station or versions.current() is None:
        raise RequestError("update_not_installed")
    return versions


@dataclass(frozen=True)
class Overview:
    """What a page or a doctor tells of updates: the version in use, one that waits, what became of each, newest first."""

    current: Entry | None
    waiting: Staged | None
    history: tuple[Entry, ...]


class Updates:
    """The updates of one installation."""

    def __init__(
        self,
        versions: Versions,
        suite: Suite,
        trust: TrustStore,
        clock: Clock,
        *,
        free: Callable[[Path], int],
        run: Run = run_program,
        back_up: Callable[[], None] | None = None,
    ) -> None:
        self._versions = versions
        self._suite = suite
        self._trust = trust
        self._clock = clock
        self._free = free
        self._run = run
        self._back_up = back_up
        self._at_it = threading.Lock()

    def overview(self) -> Overview:
        """What is there now."""
        history = self._versions.history()
        return Overview(self._versions.newest(), self._versions.staged(), tuple(reversed(history)))

    def check(self, path: Path) -> Release:
        """The release at `path`, when it may follow the version in use.

        Raises:
            RequestError: it may not; see the module.
        """
        with opened(path) as source:
            return self._check(source)

    def stage(self, path: Path) -> Release:
        """Check a release, make a backup, lay it beside the version in use; the keeper tries it within a second.

        Raises:
            RequestError: it was refused, and nothing has changed.
        """
        if self._versions.staged() is not None or not self._at_it.acquire(blocking=False):
            raise RequestError("update_waits")
        try:
            return self._stage(path)
        finally:
            self._at_it.release()

    def _stage(self, path: Path) -> Release:
        with opened(path) as source:
            release = self._check(source)
            incoming = self._versions.folder(INCOMING)
            shutil.rmtree(incoming, ignore_errors=True)
            try:
                self._copy(source, release, incoming)
                if self._back_up is not None:
                    self._back_up()
                self._build(release, incoming)
            finally:
                shutil.rmtree(incoming, ignore_errors=True)
        self._versions.stage(Staged(name_of(release.version, release.sequence), release.version, release.sequence))
        return release

    def _check(self, source: Source) -> Release:
        release = signed_release(source, self._suite, self._trust)
        newest = self._versions.newest()
        if newest is not None and release.sequence <= newest.sequence:
            raise RequestError("update_older", version=release.version, made_at=to_text(release.made_at), current=newest.version)
        if newest is not None and as_numbers(newest.version) < as_numbers(release.least):
            raise RequestError("update_least", least=release.least, current=newest.version)
        self._check_room(release)
        return release

    def _check_room(self, release: Release) -> None:
        current = self._versions.current()
        used = 0 if current is None else folder_bytes(self._versions.folder(current))
        database = sum(path.stat().st_size for path in self._versions.station.glob("yizhan.db*"))
        needed = used + database + sum(file.size_bytes for file in release.wheels()) + SPARE_BYTES
        if self._free(self._versions.root) < needed:
            raise RequestError("update_disk", needed_mib=needed >> 20)

    def _copy(self, source: Source, release: Release, incoming: Path) -> None:
        incoming.mkdir(parents=True)
        names = source.names()
        for file in release.wheels():
            if file.name in names:
                check_file(source, file, incoming / Path(file.name).name)
        (incoming / RELEASE).write_bytes(release.to_bytes())

    def _build(self, release: Release, incoming: Path) -> None:
        name, current = name_of(release.version, release.sequence), self._versions.current()
        pip = next(iter(sorted(incoming.glob(PIP + "*.whl"))), self._versions.pip)
        like = None if current is None else self._versions.folder(current)
        place = self._versions.folder(name)
        try:
            has_packages = like is not None and packages_in(like).is_dir()
            make_environment(place, incoming, pip, release.pins, like if has_packages else None, run=self._run)
        except InstallError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise RequestError("update_platform", why=error.output[-300:]) from error


def folder_bytes(place: Path) -> int:
    """How much the files of a folder hold."""
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
