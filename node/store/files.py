"""Files of enclosures: whole ones under their digest, parts beside them. What is whole is on the disk for good before it is said so."""

import os
import shutil
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from node.errors import DiskFullError
from node.store.failures import translated

PART = ".part"
FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)


def free_bytes(folder: Path) -> int:
    """The room left on the disk of `folder`."""
    return shutil.disk_usage(folder).free


def sync_folder(folder: Path) -> None:
    """Makes a rename in `folder` last a power cut; Windows cannot open folders and keeps renames in its journal."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Makes a folder, and those it lies in, that last a power cut: else what is synced inside would go with its folder's name."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def write_file(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all: beside it, on the disk, renamed. What fails leaves nothing.

    Raises:
        DiskFullError: no room.
        StoreError: the disk would not.
    """
    beside = path.with_name(f"{path.name}.{os.urandom(4).hex()}{PART}")
    with translated():
        try:
            with os.fdopen(os.open(beside, FLAGS | os.O_EXCL, 0o600), "r+b") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except BaseException:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def make_private(path: Path) -> None:
    """Makes an empty file that only its owner may read, if there is none; what is written beside it takes after it.

    Raises:
        StoreError: the disk would not.
    """
    with translated():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)


class EnclosureFiles:
    """Files by enclosure id, `<folder>/<2 hex>/<hex>`. Every method turns an error of the disk into a `StoreError`."""

    def __init__(self, folder: Path, floor_bytes: int, free: Callable[[Path], int]) -> None:
        self._folder = folder
        self._floor_bytes = floor_bytes
        self._free = free
        self._making = threading.Lock()

    def reserve(self, size_bytes: int) -> None:
        """Refuses what would leave less than the floor free.

        Raises:
            DiskFullError: too little room.
        """
        with translated():
            make_folder(self._folder)
            left = self._free(self._folder) - size_bytes
        if left < self._floor_bytes:
            raise DiskFullError(f"{size_bytes} more bytes would leave {left}, below {self._floor_bytes}")

    def has_room(self, size_bytes: int) -> bool:
        """Whether so many bytes more would leave the floor free."""
        try:
            self.reserve(size_bytes)
        except DiskFullError:
            return False
        return True

    def path(self, enclosure_id: str) -> Path:
        """Where the whole one lies.

        Raises:
            ValueError: no enclosure id.
        """
        algorithm, _, name = enclosure_id.partition(":")
        if not algorithm.isalnum() or len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise ValueError("not an enclosure id")
        return self._folder / name[:2] / name

    def part(self, enclosure_id: str) -> Path:
        """Where its part lies."""
        path = self.path(enclosure_id)
        return path.with_name(path.name + PART)

    def write_part(self, enclosure_id: str, offset: int, data: bytes) -> None:
        """Writes a piece into the part, on the disk when this returns."""
        path = self.part(enclosure_id)
        with translated():
            self._make_part(path)
            with os.fdopen(os.open(path, FLAGS, 0o600), "r+b") as file:
                file.seek(offset)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())

    def _make_part(self, path: Path) -> None:
        """Makes an empty part whose name lasts, if there is none; a piece beside it waits until it does."""
        with self._making:
            if not path.exists():
                make_folder(path.parent)
                os.close(os.open(path, FLAGS, 0o600))
                sync_folder(path.parent)

    def read_part(self, enclosure_id: str) -> bytes | None:
        """All of the part; of the whole one when it was renamed already; None when neither is there."""
        for path in (self.part(enclosure_id), self.path(enclosure_id)):
            with translated(), suppress(FileNotFoundError):
                return path.read_bytes()
        return None

    def make_whole(self, enclosure_id: str) -> None:
        """Renames the part; done before is as good."""
        path = self.path(enclosure_id)
        with translated():
            try:
                os.replace(self.part(enclosure_id), path)
            except FileNotFoundError:
                if not path.exists():
                    raise
            sync_folder(path.parent)

    def write_whole(self, enclosure_id: str, data: bytes) -> None:
        """Keeps a whole one: a file of its own beside, on the disk, renamed. What fails leaves nothing."""
        path = self.path(enclosure_id)
        with translated():
            make_folder(path.parent)
        write_file(path, data)

    def read(self, enclosure_id: str, offset: int, length: int) -> bytes:
        """Bytes of a whole one; fewer at its end.

        Raises:
            StoreError: the file is not there or cannot be read.
        """
        with translated(), self.path(enclosure_id).open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def remove(self, enclosure_id: str) -> None:
        """Removes the whole one and its part."""
        with translated():
            self.path(enclosure_id).unlink(missing_ok=True)
            self.part(enclosure_id).unlink(missing_ok=True)

    def remove_part(self, enclosure_id: str) -> None:
        """Removes the part."""
        with translated():
            self.part(enclosure_id).unlink(missing_ok=True)

    def remove_strays(self, named: Collection[str], before: datetime) -> int:
        """Removes files of enclosures not `named`, and of writes that never ended, that are older than `before`; how many."""
        keep = {self.path(enclosure_id).name for enclosure_id in named}
        keep |= {name + PART for name in keep}
        gone = 0
        with translated():
            for path in self._folder.glob("??/*"):
                if path.name not in keep and path.stat().st_mtime < before.timestamp():
                    path.unlink(missing_ok=True)
                    gone += 1
        return gone
