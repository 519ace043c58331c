"""A station's shelf (事项架): what the county's releases say of each item, and of items that none has named what the program brings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from forms.entries import ItemEntry, read_entry
from forms.shipped import CURRENT, FILLABLE, UNKNOWN, WITHDRAWN, Shipped
from node.store import Store


class CountyShelf:
    """Implements `forms.catalogue.Shelf`. An item that a release has named is what releases say of it, and nothing else."""

    def __init__(self, store: Store, shipped: Shipped) -> None:
        self._store = store
        self._shipped = shipped

    def edition(self) -> str:
        """The number of the release in force: another process of this station may have applied one."""
        return str(self._store.catalogue.number())

    def current(self) -> Iterator[ItemEntry]:
        """The version of each item that new cases are opened with, by item id."""
        named = self._store.catalogue.items()
        found = [one for one in self._shipped.current() if one.id not in named]
        rows = self._store.catalogue.current_entries()
        found += [replace(read_entry(entry), initials=initials) for entry, initials in rows if entry is not None]
        return iter(sorted(found, key=lambda one: one.id))

    def standing(self, item_id: str, package_digest: str) -> str:
        """How a version stands. One that comes with the program may be filled in until its item or it is withdrawn."""
        version = self._store.catalogue.version(item_id, package_digest)
        if version is not None:
            return version.standing
        by_program, closed = self._shipped.standing(item_id, package_digest), self._store.catalogue.closed(item_id)
        if by_program == UNKNOWN or closed is None:
            return by_program
        return WITHDRAWN if closed[0] else FILLABLE

    def withdrawn_at(self, item_id: str, package_digest: str) -> datetime | None:
        """When a version was withdrawn, as the release says that did it; None when it was not."""
        version, closed = self._store.catalogue.version(item_id, package_digest), self._store.catalogue.closed(item_id)
        if version is not None:
            return version.since if version.standing == WITHDRAWN else None
        return closed[1] if closed is not None and closed[0] else None

    def package(self, package_digest: str) -> bytes | None:
        """The bytes of a version, on the shelf or not."""
        return self._shipped.package(package_digest) or self._store.catalogue.content(package_digest)


__all__ = ["CURRENT", "FILLABLE", "UNKNOWN", "WITHDRAWN", "CountyShelf"]
