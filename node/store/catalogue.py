"""The catalogue as it is kept: releases, the packages and calendars that they name, the shelf that they add up to, imports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from peewee import BaseQuery, fn

from node.store.database import Group
from node.store.prepared import prepared

APPLIED, WAITING = "applied", "waiting"
PACKAGE, CALENDAR = "package", "calendar"
CALENDAR_IN_FORCE = "catalogue_calendar"
"""In `store.meta`: the digest of the calendar that the newest release with one has named."""


@dataclass(frozen=True)
class ReleaseRecord:
    """A release as it came; `state` is `applied` or `waiting`, `brought_by` who made the parcel, empty where it was made here."""

    digest: str
    number: int
    state: str
    data: bytes
    received_at: datetime
    brought_by: str = ""


@dataclass(frozen=True)
class ContentRecord:
    """A package or calendar; `item` and `entry` (how it stands in a list) are a package's. No entry: this program cannot read it."""

    digest: str
    kind: str
    data: bytes
    item: str = ""
    entry: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ShelfVersionRecord:
    """A version that a release has named; `place` is its order among those of its item, `since` when it came to stand as it does."""

    item: str
    package: str
    place: int
    standing: str
    initials: str
    since: datetime


@dataclass(frozen=True)
class ImportRecord:
    """What was imported last for an item, by whom."""

    item: str
    package: str
    initials: str
    imported_at: datetime
    imported_by: str


STEADY = "shelf"
"""Seldom written, and asked for with every letter."""


class CatalogueStore(Group):
    """Kept as told, never judged here."""

    def put_release(self, release: ReleaseRecord) -> bool:
        """Keeps a release; False when it was here before."""
        table = self._tables.releases
        return self._connection.write(table.insert(asdict(release)).on_conflict(conflict_target=[table.digest], action="nothing")) > 0

    def release(self, digest: str) -> ReleaseRecord | None:
        """The release, or None."""
        table = self._tables.releases
        row = self._connection.first(table.select().where(table.digest == digest))
        return ReleaseRecord(**row) if row else None

    def newest(self) -> ReleaseRecord | None:
        """The release in force; None before the first."""
        table = self._tables.releases
        row = self._connection.first(table.select().where(table.state == APPLIED).order_by(table.number.desc()).limit(1))
        return ReleaseRecord(**row) if row else None

    def number(self) -> int:
        """The number of the release in force, 0 before the first; cheap to ask."""
        row = self._highest().first()
        return int(row["number"] or 0) if row else 0

    def applied(self, after: int = 0) -> list[ReleaseRecord]:
        """The releases in force with a higher number than `after`, in order."""
        table = self._tables.releases
        query = table.select().where((table.state == APPLIED) & (table.number > after)).order_by(table.number)
        return [ReleaseRecord(**row) for row in self._connection.rows(query)]

    def applied_digests(self) -> list[str]:
        """The digests of the releases in force, in order; without their bytes."""
        table = self._tables.releases
        query = table.select(table.digest).where(table.state == APPLIED).order_by(table.number)
        return [row["digest"] for row in self._connection.rows(query)]

    def waiting(self) -> list[ReleaseRecord]:
        """Releases that wait for what they name, or for one before them; by number."""
        return [ReleaseRecord(**row) for row in self._waiting().rows()]

    def set_applied(self, digest: str) -> None:
        """A release is in force now."""
        table = self._tables.releases
        self._connection.write(table.update(state=APPLIED).where(table.digest == digest))

    def drop_release(self, digest: str) -> None:
        """Forgets a release that can never be in force."""
        table = self._tables.releases
        self._connection.write(table.delete().where(table.digest == digest))

    def put_content(self, content: ContentRecord) -> bool:
        """Keeps a package or calendar; False when it was here before."""
        table = self._tables.contents
        return self._connection.write(table.insert(asdict(content)).on_conflict(conflict_target=[table.digest], action="nothing")) > 0

    def content(self, digest: str, kind: str = PACKAGE) -> bytes | None:
        """The bytes of that name, or None."""
        table = self._tables.contents
        row = self._connection.first(table.select(table.data).where((table.digest == digest) & (table.kind == kind)))
        return bytes(row["data"]) if row else None

    def drop_content(self, digest: str) -> None:
        """Forgets a package or calendar that nothing names."""
        table = self._tables.contents
        self._connection.write(table.delete().where(table.digest == digest))

    def entry_of_item(self, item: str) -> Mapping[str, Any] | None:
        """How the version of an item that was published last stands in a list; None when there is none that can be read."""
        contents, versions = self._tables.contents, self._tables.shelf_versions
        query = versions.select(contents.entry).join(contents, on=(contents.digest == versions.package))
        query = query.where((versions.item == item) & contents.entry.is_null(False)).order_by(versions.place.desc()).limit(1)
        row = self._connection.first(query)
        return None if row is None else row["entry"]

    def item_of(self, digest: str) -> str | None:
        """Of which item a package that is kept here is; None when it is not here."""
        table = self._tables.contents
        row = self._connection.first(table.select(table.item).where((table.digest == digest) & (table.kind == PACKAGE)))
        return str(row["item"]) if row else None

    def held(self, digests: Iterable[str]) -> set[str]:
        """Those of the packages and calendars that are kept here."""
        table = self._tables.contents
        query = table.select(table.digest).where(table.digest.in_(list(digests)))
        return {row["digest"] for row in self._connection.rows(query)}

    def unread(self) -> list[str]:
        """Packages that the program could not read when they came."""
        return [row["digest"] for row in self._unread().rows()]

    def set_entry(self, digest: str, item: str, entry: Mapping[str, Any]) -> None:
        """How a package stands in a list, now that it can be read."""
        table = self._tables.contents
        self._connection.write(table.update(item=item, entry=entry).where(table.digest == digest))

    def items(self) -> dict[str, bool]:
        """The items that a release has named, and whether they are closed."""
        table = self._tables.shelf_items
        return {row["item"]: bool(row["closed"]) for row in self._connection.rows(table.select().order_by(table.item))}

    def names(self, digest: str) -> bool:
        """Whether something that is in force or was imported names this package or calendar."""
        versions, imports, meta = self._tables.shelf_versions, self._tables.imports, self._tables.meta
        queries = (
            versions.select(versions.item).where(versions.package == digest),
            imports.select(imports.item).where(imports.package == digest),
            meta.select(meta.name).where((meta.name == CALENDAR_IN_FORCE) & (meta.value == digest)),
        )
        return any(self._connection.first(query) is not None for query in queries)

    def closed(self, item: str) -> tuple[bool, datetime] | None:
        """Whether an item is closed, and since when it is or is not; None when no release has named it."""
        return self._connection.steadily(STEADY, f"closed {item}", lambda: self._asked_closed(item))

    def _asked_closed(self, item: str) -> tuple[bool, datetime] | None:
        row = self._closed(item).first()
        return (bool(row["closed"]), row["since"]) if row else None

    def versions(self) -> list[ShelfVersionRecord]:
        """All versions that a release has named, by item and place."""
        table = self._tables.shelf_versions
        return [ShelfVersionRecord(**row) for row in self._connection.rows(table.select().order_by(table.item, table.place))]

    def version(self, item: str, package: str) -> ShelfVersionRecord | None:
        """A version; None when no release has named it."""
        return self._connection.steadily(STEADY, f"version {item} {package}", lambda: self._asked_version(item, package))

    def _asked_version(self, item: str, package: str) -> ShelfVersionRecord | None:
        row = self._version(item, package).first()
        return ShelfVersionRecord(**row) if row else None

    def put_item(self, item: str, closed: bool, versions: Sequence[ShelfVersionRecord], at: datetime) -> None:
        """Keeps an item with all its versions as they are since `at`; what stands as it did stands since when it did."""
        table = self._tables.shelf_versions
        before = self.closed(item)
        stood = {row["package"]: row for row in self._connection.rows(table.select().where(table.item == item))}
        rows = [asdict(one) for one in versions]
        for row in rows:
            old = stood.get(row["package"])
            row["since"] = old["since"] if old is not None and old["standing"] == row["standing"] else at
        self._connection.changed(STEADY)
        with self._connection.transaction():
            self._put_closed(item, closed, before[1] if before is not None and before[0] == closed else at)
            self._connection.write(table.delete().where(table.item == item))
            if rows:
                self._connection.write(table.insert_many(rows))

    def _put_closed(self, item: str, closed: bool, since: datetime) -> None:
        table = self._tables.shelf_items
        query = table.insert(item=item, closed=closed, since=since)
        self._connection.write(query.on_conflict(conflict_target=[table.item], preserve=[table.closed, table.since]))

    def current_entries(self) -> list[tuple[Mapping[str, Any] | None, str]]:
        """(entry, initials) of the version of each item that new cases are opened with, by item."""
        contents, versions = self._tables.contents, self._tables.shelf_versions
        query = versions.select(contents.entry, versions.initials).join(contents, on=(contents.digest == versions.package))
        rows = self._connection.rows(query.where(versions.standing == "current").order_by(versions.item))
        return [(row["entry"], row["initials"]) for row in rows]

    def put_import(self, imported: ImportRecord) -> None:
        """Keeps what was imported for an item, in place of what was before."""
        table = self._tables.imports
        kept = [table.package, table.initials, table.imported_at, table.imported_by]
        self._connection.write(table.insert(asdict(imported)).on_conflict(conflict_target=[table.item], preserve=kept))

    def imports(self) -> list[ImportRecord]:
        """What was imported last for each item, by item."""
        table = self._tables.imports
        return [ImportRecord(**row) for row in self._connection.rows(table.select().order_by(table.item))]

    def drop_import(self, item: str) -> None:
        """Forgets what was imported for an item: it was published, or is not wanted."""
        table = self._tables.imports
        self._connection.write(table.delete().where(table.item == item))

    @prepared
    def _closed(self, item: str) -> BaseQuery:
        table = self._tables.shelf_items
        return table.select().where(table.item == item)

    @prepared
    def _version(self, item: str, package: str) -> BaseQuery:
        table = self._tables.shelf_versions
        return table.select().where((table.item == item) & (table.package == package))

    @prepared
    def _highest(self) -> BaseQuery:
        table = self._tables.releases
        return table.select(fn.MAX(table.number).alias("number")).where(table.state == APPLIED)

    @prepared
    def _waiting(self) -> BaseQuery:
        table = self._tables.releases
        return table.select().where(table.state == WAITING).order_by(table.number, table.digest)

    @prepared
    def _unread(self) -> BaseQuery:
        table = self._tables.contents
        return table.select(table.digest).where((table.item == "") & (table.kind == PACKAGE))
