"""The book of releases (发布簿): what of the chain is in force at this station, and how the next release comes into force.

The county that makes a release and the stations that get it apply it by the same few lines.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from forms.entries import entry_of
from forms.errors import SchemaError
from forms.schema import Form
from forms.shipped import Shipped
from node.catalogue.fold import Item, ShelfState, Version
from node.catalogue.release import CALENDAR, PUBLISH, Release, read_release
from node.clock import from_text, to_text
from node.enrolment.documents import Document
from node.errors import RequestError
from node.store import Store
from node.store.catalogue import APPLIED, CALENDAR_IN_FORCE, PACKAGE, ContentRecord, ReleaseRecord, ShelfVersionRecord
from node.store.catalogue import CALENDAR as CALENDAR_KIND
from node.store.records import AuditRecord
from signing.algorithms import Suite

CALENDAR_SINCE = "catalogue_calendar_since"
"""In `store.meta`: when the calendar in force was published."""

TakeCalendar = Callable[[bytes, datetime], None]
"""Given a calendar's bytes and when it was published; in the transaction that applies the release."""


@dataclass(frozen=True)
class Head:
    """The end of the chain here: number and digest of the release in force; 0 and None before the first."""

    number: int = 0
    digest: str | None = None


class ReleaseBook:
    """Reads and writes the chain and the shelf; whether a release is to be believed is judged elsewhere."""

    def __init__(self, suite: Suite, store: Store, shipped: Shipped, take_calendar: TakeCalendar) -> None:
        self._suite = suite
        self._store = store
        self._shipped = shipped
        self._take_calendar = take_calendar

    def head(self) -> Head:
        """The end of the chain."""
        newest = self._store.catalogue.newest()
        return Head() if newest is None else Head(newest.number, newest.digest)

    def releases(self) -> tuple[Document[Release], ...]:
        """The releases in force, oldest first."""
        return tuple(read_release(row.data) for row in self._store.catalogue.applied())

    def state(self) -> ShelfState:
        """The shelf as the releases in force make it."""
        closed = self._store.catalogue.items()
        rows = groupby(self._store.catalogue.versions(), key=lambda one: one.item)
        versions = {item: tuple(Version(one.package, one.standing, one.initials) for one in group) for item, group in rows}
        items = {item: Item(versions.get(item, ()), is_closed) for item, is_closed in closed.items()}
        return ShelfState(items, self._store.meta.get(CALENDAR_IN_FORCE))

    def missing(self, release: Release) -> tuple[str, ...]:
        """What a release names and is not here."""
        held = self._store.catalogue.held(release.contents)
        return tuple(one for one in release.contents if one not in held and self._shipped.package(one) is None)

    def keep_package(self, data: bytes) -> None:
        """Keep a package, with its entry when this program can read it."""
        digest = self._suite.digest(data)
        try:
            form = Form.from_bytes(data)
        except SchemaError:
            self._store.catalogue.put_content(ContentRecord(digest, PACKAGE, data))
            return
        self._store.catalogue.put_content(ContentRecord(digest, PACKAGE, data, form.id, entry_of(form, digest).to_json()))

    def keep_calendar(self, data: bytes) -> None:
        """Keep a calendar."""
        self._store.catalogue.put_content(ContentRecord(self._suite.digest(data), CALENDAR_KIND, data))

    def read_again(self) -> None:
        """At the start: use what the program before this one could not read, packages and the calendar."""
        calendar, since = self._store.meta.get(CALENDAR_IN_FORCE), self._store.meta.get(CALENDAR_SINCE)
        if calendar is not None and since is not None:
            self._use_calendar(calendar, from_text(since))
        for digest in self._store.catalogue.unread():
            try:
                form = Form.from_bytes(self._store.catalogue.content(digest) or b"")
            except SchemaError:
                continue
            self._store.catalogue.set_entry(digest, form.id, entry_of(form, digest).to_json())

    def fault(self, release: Release, digest: str) -> str | None:
        """Why a release whose contents are all here cannot follow the one in force: `chain`, `item` or `state`; None when it can."""
        head = self.head()
        if (release.number, release.before) != (head.number + 1, head.digest):
            return "chain"
        for change in release.changes:
            if change.act == PUBLISH and self._item_of(change.package) not in (change.item, ""):
                return "item"
            if change.act == CALENDAR and self._store.catalogue.content(change.calendar, CALENDAR_KIND) is None:
                return "item"
        return None if self.state().after(release.changes).digest(self._suite) == release.state else "state"

    def apply(self, document: Document[Release], at: datetime) -> None:
        """Put a release into force, in one transaction: the shelf, the calendar and the chain change together.

        Raises:
            ValueError: it cannot follow, see `fault`, or something that it names is not here.
        """
        release, digest = document.content, document.digest(self._suite)
        if self.missing(release) or self.fault(release, digest):
            raise ValueError("release")
        after = self.state().after(release.changes)
        with self._store.transaction():
            self._keep_shipped(change.package for change in release.changes if change.act == PUBLISH)
            for item in dict.fromkeys(change.item for change in release.changes if change.act != CALENDAR):
                self._put_item(item, after.items[item], release.made_at)
            if after.calendar is not None and any(change.act == CALENDAR for change in release.changes):
                self._store.meta.set(CALENDAR_IN_FORCE, after.calendar)
                self._store.meta.set(CALENDAR_SINCE, to_text(release.made_at))
                self._use_calendar(after.calendar, release.made_at)
            self._store.catalogue.put_release(ReleaseRecord(digest, release.number, APPLIED, document.data, at))
            self._store.catalogue.set_applied(digest)
            facts = {"number": release.number, "changes": len(release.changes), "by": release.by, "reason": release.reason}
            self._store.audit.append(AuditRecord(at, release.station, "catalogue_applied", digest, facts))

    def _item_of(self, package: str) -> str | None:
        """Of which item a package is; empty when this program cannot read it."""
        found = self._store.catalogue.item_of(package)
        if found is not None:
            return found
        data = self._shipped.package(package)
        return None if data is None else Form.from_bytes(data).id

    def _keep_shipped(self, packages: Iterable[str]) -> None:
        """A package that so far came with the program alone: it stays when another program comes without it."""
        wanted = list(packages)
        held = self._store.catalogue.held(wanted)
        for package in wanted:
            if package not in held and (data := self._shipped.package(package)) is not None:
                self.keep_package(data)

    def _put_item(self, name: str, item: Item, at: datetime) -> None:
        rows = [ShelfVersionRecord(name, one.package, place, one.standing, one.initials, at) for place, one in enumerate(item.versions)]
        self._store.catalogue.put_item(name, item.closed, rows, at)

    def _use_calendar(self, digest: str, since: datetime) -> None:
        data = self._store.catalogue.content(digest, CALENDAR_KIND)
        if data is None:
            raise ValueError("calendar")
        try:
            self._take_calendar(data, since)
        except RequestError:
            # Of a newer form than this program reads: the calendar before it stays in force until the program is updated.
            self._store.audit.append(AuditRecord(since, "", "calendar_unread", digest, {}))
