"""What Python tells the disk of files, recorded: `os.open`, `write`, `fsync`, `replace`, `unlink` and `mkdir` of paths on it."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.power.disk import Disk, NewFolder, SyncFolder


class Watch:
    """Stands between the program and `os`; other files than those of the disk pass by."""

    def __init__(self, disk: Disk, patch: pytest.MonkeyPatch) -> None:
        self._disk = disk
        self._open, self._fdopen, self._replace, self._unlink, self._mkdir = os.open, os.fdopen, os.replace, os.unlink, os.mkdir
        self._fsync = os.fsync
        self._handles: dict[int, tuple[str, int]] = {}
        """What was opened: its name, and the inode, since the numbers of handles come again."""
        for name in ("open", "fdopen", "fsync", "replace", "unlink", "mkdir"):
            patch.setattr(os, name, getattr(self, name))

    def open(self, path: Any, flags: int, *more: Any, **named: Any) -> int:
        handle = self._open(path, flags, *more, **named)
        if self._disk.holds(path) and not str(path).endswith("-shm"):
            name = self._disk.name(path)
            self._handles[handle] = (name, os.fstat(handle).st_ino)
            if not os.path.isdir(path):
                file = self._disk.number(name)
                if flags & os.O_TRUNC:
                    self._disk.shorten(name, file, 0)
        return handle

    def fdopen(self, handle: int, mode: str = "r", *more: Any, **named: Any) -> Any:
        name = self._of(handle)
        file = self._fdopen(handle, mode, *more, **named)
        return file if name is None else RecordedWriter(file, self._disk, name)

    def fsync(self, handle: int) -> None:
        name = self._of(handle)
        if name is None:
            self._fsync(handle)
        elif (self._disk.place / name).is_dir():
            self._disk.note(SyncFolder(name))
        else:
            self._disk.sync(self._disk.number(name))

    def replace(self, old: Any, new: Any, **named: Any) -> None:
        if self._disk.holds(old):
            self._learn(Path(old))
        self._replace(old, new, **named)
        if self._disk.holds(old):
            self._disk.move(self._disk.name(old), self._disk.name(new))

    def _learn(self, path: Path) -> None:
        """Settings are written past `os.open`, and synced before they are moved; that is not what is recorded here."""
        name = self._disk.name(path)
        if not self._disk.knows(name):
            file = self._disk.number(name)
            self._disk.write(name, file, 0, path.read_bytes())
            self._disk.sync(file)

    def unlink(self, path: Any, **named: Any) -> None:
        self._unlink(path, **named)
        if self._disk.holds(path) and not named.get("dir_fd"):
            self._disk.remove(self._disk.name(path))

    def mkdir(self, path: Any, *more: Any, **named: Any) -> None:
        self._mkdir(path, *more, **named)
        if self._disk.holds(path):
            self._disk.note(NewFolder(self._disk.name(path)))

    def _of(self, handle: int) -> str | None:
        name, inode = self._handles.get(handle, (None, 0))
        return name if name is not None and os.fstat(handle).st_ino == inode else None


class RecordedWriter:
    """A file that is written."""

    def __init__(self, file: Any, disk: Disk, name: str) -> None:
        self._file = file
        self._disk = disk
        self._name = name

    def write(self, data: bytes) -> int:
        self._disk.write(self._name, self._disk.number(self._name), self._file.tell(), bytes(data))
        return int(self._file.write(data))

    def __enter__(self) -> "RecordedWriter":
        return self

    def __exit__(self, *more: Any) -> None:
        self._file.close()

    def __getattr__(self, what: str) -> Any:
        return getattr(self._file, what)
