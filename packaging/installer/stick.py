"""The bundle folder on the stick: its list, its checksums, the invitations on it, and where requests and answers go."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SUMS, LIST, SIGNATURE, WHEELS = "SHA256SUMS", "bundle.json", "bundle.sig", "wheels"
INVITATIONS, REQUESTS, ANSWERS = "invitations", "requests", "answers"
FIRST_LINE = b"yizhan invitation 1"
LARGEST_INVITATION = 32 * 1024


@dataclass(frozen=True)
class Place:
    """A station that an invitation is for."""

    station: str
    name: str
    parent: str
    path: Path
    url: str | None = None

    @property
    def label(self) -> str:
        """As it is offered."""
        return f"{self.name}（{self.station}，上级：{self.parent}）"


class Stick:
    """The folder that `install.py` lies in."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def wheels(self) -> Path:
        """The packages."""
        return self.root / WHEELS

    def release(self) -> dict[str, Any]:
        """What `bundle.json` says; its form is checked by the program, later."""
        found: dict[str, Any] = json.loads((self.root / LIST).read_text(encoding="utf-8"))
        return found

    def wrong_files(self) -> list[str]:
        """Names of files that are missing, are not what `SHA256SUMS` says, or are packages that it does not name."""
        sums = dict(self._sums())
        wrong = [name for name, digest in sums.items() if _sha256(self.root / name) != digest]
        strangers = [path.name for path in self.wheels.glob("*") if f"{WHEELS}/{path.name}" not in sums]
        return wrong + strangers if sums else [SUMS]

    def program_wheel(self) -> Path:
        """The program itself."""
        return self._wheel("yizhan-")

    def pip_wheel(self) -> Path:
        """What installs packages."""
        return self._wheel("pip-")

    def invitations(self, search: str = "") -> list[Place]:
        """The stations that invitations on the stick are for, those whose name or number holds `search`."""
        places = [place for path in sorted((self.root / INVITATIONS).glob("*.invitation")) if (place := read_place(path))]
        return sorted((one for one in places if search in one.name or search in one.station), key=lambda one: one.station)

    def request(self, station: str) -> Path:
        """Where a station's request goes."""
        return self.root / REQUESTS / f"{station}.request"

    def answer(self, station: str) -> Path:
        """Where the answer to it comes."""
        return self.root / ANSWERS / f"{station}.answer"

    def _wheel(self, start: str) -> Path:
        return sorted(self.wheels.glob(start + "*.whl"))[-1]

    def _sums(self) -> Iterator[tuple[str, str]]:
        try:
            lines = (self.root / SUMS).read_text(encoding="utf-8").splitlines()
        except OSError:
            return
        for line in lines:
            digest, _, name = line.partition("  ")
            yield name, digest


def read_place(path: Path) -> Place | None:
    """The station that an invitation is for; None of a file that is none. Nothing in it is believed here: joining checks it."""
    try:
        with path.open("rb") as file:
            lines = file.read(LARGEST_INVITATION + 1).split(b"\n")
        said = json.loads(lines[1]) if lines[0] == FIRST_LINE else None
        return (
            None
            if said is None
            else Place(str(said["station"]), str(said["name"]), str(said["parent"]["name"]), path, said["parent"].get("url"))
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
