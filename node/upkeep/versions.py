"""The folder of an installation: which versions of the program lie there, which one is in use, what was staged, and what became of it.

Standard library only: the installer runs this before anything is installed.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

CURRENT, STAGED, HISTORY = "current", "staged.json", "updates.json"
LONGEST_HISTORY = 100


@dataclass(frozen=True)
class Staged:
    """A version that waits to be tried, and how far that is, so that it can be begun again after a power cut.

    `tries` counts starts of the trial; `served` is set before it opens its doors for the first time. `going_back` says why it failed,
    `may_restore` that nothing is lost by putting the copy of the database back, `restoring` that this has begun.
    """

    name: str
    version: str
    sequence: int
    tries: int = 0
    served: bool = False
    going_back: str = ""
    may_restore: bool = False
    restoring: bool = False


@dataclass(frozen=True)
class Entry:
    """One line of the history: `result` is `installed`, `applied`, `undone` or `kept_unhealthy`; `why` a code."""

    version: str
    sequence: int
    at: str
    result: str
    why: str = ""

    @property
    def in_use(self) -> bool:
        """Whether this version came into use."""
        return self.result != "undone"


class Versions:
    """`root` holds `versions/<version>-<sequence>`, `current` (a text file: every system has those), `staged.json` and `updates.json`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def station(self) -> Path:
        """The station's own folder; no version is ever inside of it."""
        return self.root / "station"

    @property
    def before(self) -> Path:
        """Copies of databases, made before an update."""
        return self.root / "before"

    @property
    def pip(self) -> Path:
        """What installs packages: a wheel that runs as it is."""
        return self.root / "pip.whl"

    def folder(self, name: str) -> Path:
        """Where a version is.

        Raises:
            ValueError: `name` is not the name of a version.
        """
        if not name or not name[0].isdigit() or not all(sign.isascii() and (sign.isalnum() or sign in ".-+") for sign in name):
            raise ValueError(name)
        return self.root / "versions" / name

    def python(self, name: str, system: str = os.name) -> Path:
        """The interpreter of a version."""
        return python_in(self.folder(name), system)

    def current(self) -> str | None:
        """The version in use; None when nothing is installed."""
        try:
            return (self.root / CURRENT).read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def use(self, name: str) -> None:
        """Make a version the one in use."""
        self.folder(name)
        write_whole(self.root / CURRENT, name + "\n")

    def staged(self) -> Staged | None:
        """What waits to be tried."""
        found = _read(self.root / STAGED)
        return None if found is None else Staged(**found)

    def stage(self, staged: Staged) -> Staged:
        """Keep what waits to be tried, and how far that is."""
        write_whole(self.root / STAGED, json.dumps(asdict(staged)))
        return staged

    def unstage(self) -> None:
        """Nothing waits any more."""
        (self.root / STAGED).unlink(missing_ok=True)

    def history(self) -> tuple[Entry, ...]:
        """What became of each version, oldest first."""
        return tuple(Entry(**each) for each in _read(self.root / HISTORY) or ())

    def note(self, entry: Entry) -> None:
        """Add a line to the history. The same line again, after a power cut, is one line."""
        lines = [*(one for one in self.history() if one != entry), entry][-LONGEST_HISTORY:]
        write_whole(self.root / HISTORY, json.dumps([asdict(each) for each in lines]))

    def newest(self) -> Entry | None:
        """The newest version that ever came into use: nothing older may follow."""
        return max((one for one in self.history() if one.in_use), key=lambda one: one.sequence, default=None)

    def discard(self, name: str) -> None:
        """Delete one version."""
        shutil.rmtree(self.folder(name), ignore_errors=True)

    def prune(self, *keep: str) -> None:
        """Delete all versions but these."""
        for place in self._folders():
            if place.name not in keep:
                shutil.rmtree(place, ignore_errors=True)

    def _folders(self) -> Iterator[Path]:
        place = self.root / "versions"
        return place.iterdir() if place.is_dir() else iter(())


def python_in(folder: Path, system: str = os.name) -> Path:
    """The interpreter of a virtual environment."""
    return folder / "Scripts" / "python.exe" if system == "nt" else folder / "bin" / "python"


def name_of(version: str, sequence: int) -> str:
    """The name of a version's folder: two builds of one version lie beside each other."""
    return f"{version}-{sequence}"


def write_whole(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    draft = path.with_name(path.name + ".tmp")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
