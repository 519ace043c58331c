"""The database of a stopped station, copied before an update and put back when the update fails. Standard library only.

A plain copy of the files, as encrypted as they are. Not a backup: it stays on this machine and holds no scans.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from node.upkeep.processes import station_settings

NAME = "yizhan.db"
WHOLE = "whole"
PARTS = ("-wal", "-shm")
"""What SQLite writes beside a database."""
BLOCK_BYTES = 1 << 20


class DatabaseCopy:
    """Copies of `station`'s database files below `place`, one for each version that was tried."""

    def __init__(self, station: Path, place: Path) -> None:
        self._station = station
        self._place = place

    def save(self, name: str) -> None:
        """Copy the database, once: what a trial has written since must not take the copy's place. On PostgreSQL nothing is copied.

        Raises:
            OSError: the disk would not.
        """
        target = self._place / name
        if (target / WHOLE).exists() or self._elsewhere():
            return
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True, mode=0o700)
        for path in self._files():
            _copy(path, target / path.name)
        (target / WHOLE).touch()

    def restore(self, name: str) -> bool:
        """Put a copy back; False when there is none. Begun again after a power cut it ends the same.

        Raises:
            OSError: the disk would not; the copy is still whole.
        """
        source = self._place / name
        if not (source / WHOLE).exists():
            return False
        for part in PARTS:
            (self._station / (NAME + part)).unlink(missing_ok=True)
        for path in sorted(source.glob(NAME + "*"), reverse=True):
            draft = self._station / (path.name + ".back")
            _copy(path, draft)
            draft.replace(self._station / path.name)
        return True

    def mark(self) -> str:
        """A text that differs once anything was written to the database."""
        digest = hashlib.sha256()
        for path in self._files():
            # What an opening by itself makes is no change.
            if not path.name.endswith("-shm") and path.stat().st_size:
                digest.update(path.name.encode())
                with path.open("rb") as file:
                    while block := file.read(BLOCK_BYTES):
                        digest.update(block)
        return digest.hexdigest()

    def forget(self, name: str) -> None:
        """Delete a copy."""
        shutil.rmtree(self._place / name, ignore_errors=True)

    def forget_others(self, name: str) -> None:
        """Delete all copies but this one, which is kept until the next update."""
        for place in self._place.iterdir() if self._place.is_dir() else ():
            if place.name != name:
                shutil.rmtree(place, ignore_errors=True)

    def _elsewhere(self) -> bool:
        return "url" in station_settings(self._station).get("database", {})

    def _files(self) -> Iterator[Path]:
        for part in ("", *PARTS):
            path = self._station / (NAME + part)
            if path.is_file():
                yield path


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("r+b") as file:
        os.fsync(file.fileno())
    os.chmod(target, 0o600)
