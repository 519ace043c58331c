"""A disk that keeps a record of all it is told, so that afterwards the power can be cut at any moment of it.

What was written and not yet synced may be there after the cut, or not, or half; so may the name of a file that was made, moved or removed
before its folder was synced. This is stricter than today's file systems, which mostly keep more.
"""

import errno
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeAlias

SECTOR = 512


@dataclass(frozen=True)
class Write:
    """Bytes of a file; files have numbers, since their names change."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class Shorten:
    """A file ends here."""

    file: int
    size: int


@dataclass(frozen=True)
class Sync:
    """What the file was told is on the disk for good."""

    file: int


@dataclass(frozen=True)
class Name:
    """A name in a folder means this file from now on, or nothing; `gone` is the name that the same file had before."""

    path: str
    file: int | None
    gone: str | None = None


@dataclass(frozen=True)
class NewFolder:
    """A folder was made."""

    path: str


@dataclass(frozen=True)
class SyncFolder:
    """The names in a folder are on the disk for good."""

    path: str


@dataclass(frozen=True)
class Told:
    """A station has answered for something: from here on it may not be lost."""

    station: str
    fact: tuple[str, ...]


Op: TypeAlias = Write | Shorten | Sync | Name | NewFolder | SyncFolder | Told


class Disk:
    """The folder of a county, whose stations are folders in it; everything below it that is told to the disk is written down."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.ops: list[Op] = []
        self.room: dict[str, int] = {}
        """How many more bytes a station's disk takes; a station that is not named has room without end."""
        self._lock = threading.Lock()
        self._numbers = {self.name(path): number for number, path in enumerate(files_below(place))}
        self._owners = {number: name.partition("/")[0] for name, number in self._numbers.items()}
        self._sizes = {number: (place / name).stat().st_size for name, number in self._numbers.items()}

    def name(self, path: Path | str) -> str:
        """The name below the county's folder."""
        return Path(path).relative_to(self.place).as_posix()

    def station_of(self, op: Op) -> str:
        """Whose disk an op is of."""
        if isinstance(op, Write | Shorten | Sync):
            return self._owners[op.file]
        return op.station if isinstance(op, Told) else op.path.partition("/")[0]

    def holds(self, path: object) -> bool:
        """Whether a path is of this disk."""
        return isinstance(path, (str, Path)) and str(path).startswith(f"{self.place}{os.sep}")

    def knows(self, name: str) -> bool:
        """Whether there is a file of this name."""
        return name in self._numbers

    def number(self, name: str) -> int:
        """The file of a name; a new one when there is none."""
        with self._lock:
            if name not in self._numbers:
                file = len(self._owners)
                self._numbers[name], self._sizes[file], self._owners[file] = file, 0, name.partition("/")[0]
                self.ops.append(Name(name, file))
            return self._numbers[name]

    def write(self, name: str, file: int, offset: int, data: bytes) -> None:
        """Raises OSError when the disk is full; then nothing of it is written."""
        with self._lock:
            more = max(0, offset + len(data) - self._sizes[file])
            self._take_room(name.partition("/")[0], more)
            self._sizes[file] += more
            self.ops.append(Write(file, offset, data))

    def shorten(self, name: str, file: int, size: int) -> None:
        with self._lock:
            self._take_room(name.partition("/")[0], size - self._sizes[file])
            self._sizes[file] = size
            self.ops.append(Shorten(file, size))

    def move(self, old: str, new: str) -> None:
        with self._lock:
            over, file = self._numbers.get(new), self._numbers.pop(old)
            self._numbers[new] = file
            self._give_back(new, over)
            self.ops.append(Name(new, file, old))

    def remove(self, name: str) -> None:
        with self._lock:
            self._give_back(name, self._numbers.pop(name))
            self.ops.append(Name(name, None))

    def sync(self, file: int) -> None:
        with self._lock:
            self.ops.append(Sync(file))

    def note(self, op: NewFolder | SyncFolder | Told) -> None:
        with self._lock:
            self.ops.append(op)

    def _take_room(self, station: str, size: int) -> None:
        if station in self.room:
            if size > self.room[station]:
                raise OSError(errno.ENOSPC, "No space left on device")
            self.room[station] -= size

    def _give_back(self, name: str, file: int | None) -> None:
        station = name.partition("/")[0]
        if file is not None and station in self.room:
            self.room[station] += self._sizes[file]


class _File:
    """What is on the disk for good, and what came after."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        self.pending: list[Write | Shorten] = []

    def sync(self) -> None:
        apply(self.data, self.pending)
        self.pending.clear()

    def as_it_was_told(self) -> bytes:
        return bytes(apply(bytearray(self.data), self.pending))

    def after_a_cut(self, chance: Random) -> bytes:
        kept = chance.choice((0.0, 0.5, 0.5, 0.9))
        data = bytearray(self.data)
        for op in self.pending:
            if chance.random() < kept:
                apply(data, [op])
            elif isinstance(op, Write) and chance.random() < 0.3:
                apply(data, torn(op, chance))
        return bytes(data)


def apply(data: bytearray, ops: Iterable[Write | Shorten]) -> bytearray:
    """The bytes after these ops."""
    for op in ops:
        end = op.size if isinstance(op, Shorten) else op.offset + len(op.data)
        if end > len(data):
            data.extend(bytes(end - len(data)))
        if isinstance(op, Shorten):
            del data[op.size :]
        else:
            data[op.offset : end] = op.data
    return data


def torn(op: Write, chance: Random) -> Iterator[Write]:
    """Some sectors of a write."""
    for start in range(0, len(op.data), SECTOR):
        if chance.random() < 0.5:
            yield Write(op.file, op.offset + start, op.data[start : start + SECTOR])


class Played:
    """The disks of a county up to one moment of the record; `base` is how its folder was before."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._files: dict[int, _File] = {}
        self._first = {number: path for number, path in enumerate(files_below(base))}
        self._names = {path.relative_to(base).as_posix(): number for number, path in self._first.items()}
        self._folders = {path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_dir()}
        self._pending: dict[str, list[Name | NewFolder]] = {}

    def go(self, ops: Iterable[Op]) -> None:
        """On in the record."""
        for op in ops:
            if isinstance(op, Write | Shorten):
                self._file(op.file).pending.append(op)
            elif isinstance(op, Sync):
                self._file(op.file).sync()
            elif isinstance(op, Name | NewFolder):
                self._pending.setdefault(folder_of(op.path), []).append(op)
            elif isinstance(op, SyncFolder):
                _rename(self._names, self._folders, self._pending.pop(op.path, []))

    def station(self, name: str, chance: Random | None) -> dict[str, bytes]:
        """The files of a station as they are told now, or, with `chance`, as they are found after its power was cut now."""
        names, folders = dict(self._names), set(self._folders)
        mine = [folder for folder in self._pending if folder.partition("/")[0] == name]
        for folder in sorted(mine, key=lambda path: path.count("/")):
            ops = self._pending[folder]
            _rename(names, folders, ops if chance is None else ops[: chance.randint(0, len(ops))])
        there = {path: number for path, number in names.items() if path.partition("/")[0] == name and folder_of(path) in folders}
        files = {path: self._file(number) for path, number in there.items()}
        return {path: file.as_it_was_told() if chance is None else file.after_a_cut(chance) for path, file in files.items()}

    def _file(self, number: int) -> _File:
        if number not in self._files:
            self._files[number] = _File(self._first[number].read_bytes() if number in self._first else b"")
        return self._files[number]


def _rename(names: dict[str, int], folders: set[str], ops: Iterable[Name | NewFolder]) -> None:
    for op in ops:
        if isinstance(op, NewFolder):
            folders.add(op.path)
            continue
        if op.gone is not None:
            names.pop(op.gone, None)
        if op.file is None:
            names.pop(op.path, None)
        else:
            names[op.path] = op.file


def put(files: dict[str, bytes], folder: Path) -> None:
    """Write files out, to be opened."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def files_below(place: Path) -> list[Path]:
    """All files, in a fixed order, without what databases share in memory."""
    return sorted(path for path in place.rglob("*") if path.is_file() and not path.name.endswith("-shm"))


def folder_of(path: str) -> str:
    """The folder that a file or folder lies in."""
    return path.rpartition("/")[0]
