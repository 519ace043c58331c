"""The items that come with the program (随附事项): a folder with one folder per item, one file per version, and an index of them all."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from forms.entries import ItemEntry, entry_of, read_entry
from forms.schema import Form

ITEMS = Path(__file__).parent / "items"
INDEX = "index.json"
FORMAT = "yizhan items 1"
CURRENT, FILLABLE, WITHDRAWN, UNKNOWN = "current", "fillable", "withdrawn", "unknown"
"""How a version stands: new cases are opened with it; drafts may be finished with it; it may be used no more; never heard of."""


@dataclass(frozen=True)
class _Version:
    """A file of the folder: its place among the versions of its item, and how it stands in a list."""

    path: Path
    number: int
    entry: ItemEntry


class Shipped:
    """The shelf of a program before any release; implements `forms.catalogue.Shelf`. Files are read when they are asked for."""

    def __init__(self, digest: Callable[[bytes], str], folder: Path = ITEMS) -> None:
        self._digest = digest
        self._folder = folder

    def edition(self) -> str:
        """It never changes while the program runs."""
        return ""

    def current(self) -> Iterator[ItemEntry]:
        """The newest version of every item, by item id."""
        return (entry for _, entry in sorted(self._newest.items()))

    def item(self, item_id: str) -> ItemEntry | None:
        """The newest version of an item."""
        return self._newest.get(item_id)

    def standing(self, item_id: str, package_digest: str) -> str:
        """How a version stands: the newest is current, older ones may still be filled in."""
        found = self._versions.get(package_digest)
        if found is None or found.entry.id != item_id:
            return UNKNOWN
        return CURRENT if self._newest[item_id].digest == package_digest else FILLABLE

    def withdrawn_at(self, item_id: str, package_digest: str) -> datetime | None:
        """Nothing that comes with a program is withdrawn by it."""
        return None

    def package(self, package_digest: str) -> bytes | None:
        """The bytes of that version; None when it is none of these."""
        found = self._versions.get(package_digest)
        return None if found is None else found.path.read_bytes()

    def versions_of(self, item_id: str) -> tuple[str, ...]:
        """The versions of an item by digest, oldest first."""
        mine = [one for one in self._versions.values() if one.entry.id == item_id]
        return tuple(one.entry.digest for one in sorted(mine, key=lambda one: one.number))

    @cached_property
    def _newest(self) -> dict[str, ItemEntry]:
        ordered = sorted(self._versions.values(), key=lambda one: (one.entry.id, one.number))
        return {one.entry.id: one.entry for one in ordered}

    @cached_property
    def _versions(self) -> dict[str, _Version]:
        index = self._folder / INDEX
        found = self._listed(index) if index.is_file() else (self._looked_at(path) for path in package_files(self._folder))
        return {one.entry.digest: one for one in found}

    def _listed(self, index: Path) -> Iterator[_Version]:
        algorithm = self._digest(b"").partition(":")[0]
        for line in json.loads(index.read_text(encoding="utf-8"))["items"]:
            path = self._folder / line["file"]
            entry = read_entry(line["entry"])
            yield _Version(path, int(path.stem), replace(entry, digest=f"{algorithm}:{line[algorithm]}"))

    def _looked_at(self, path: Path) -> _Version:
        data = path.read_bytes()
        return _Version(path, int(path.stem), entry_of(Form.from_bytes(data), self._digest(data)))


def package_files(folder: Path) -> Iterator[Path]:
    """The packages in a folder of items, each item's oldest version first (`<item>/<number>.json`)."""
    for item in sorted(path for path in folder.iterdir() if path.is_dir()):
        yield from sorted(item.glob("*.json"), key=lambda one: int(one.stem))
