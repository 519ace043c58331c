"""Values of the catalogue that pages and commands of a county show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from forms.entries import ItemEntry
from node.catalogue.release import Release


@dataclass(frozen=True)
class Published:
    """A release in force, as pages show it; `names` are the names of the items that it changes, by id."""

    digest: str
    release: Release
    names: Mapping[str, str]


@dataclass(frozen=True)
class Imported:
    """A package that lies ready: `before` is the version on the shelf, None for a new item."""

    entry: ItemEntry
    before: str | None
    imported_at: datetime
    imported_by: str

    @property
    def is_published(self) -> bool:
        """Whether this very version is on the shelf."""
        return self.entry.digest == self.before


@dataclass(frozen=True)
class ShelfVersion:
    """A version of an item that is or was on the shelf: `standing` is `current`, `fillable` or `withdrawn`."""

    package: str
    standing: str


@dataclass(frozen=True)
class ShelfItem:
    """An item with all its versions, oldest first; `is_shipped`: no release has named it, it comes with the program."""

    id: str
    name: str
    current: ItemEntry | None
    versions: tuple[ShelfVersion, ...]
    is_shipped: bool
