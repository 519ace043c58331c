"""Publishing (发布): a county changes the shelf of all its stations, by releases that it signs; nothing is published that the lint refuses.

What is imported lies here until it is published. Everything is checked first; then the releases are signed, and come into force together.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from forms.authoring.lint.findings import Finding
from forms.catalogue import Catalogue
from forms.entries import ItemEntry, entry_of, read_entry
from forms.errors import UnknownItemError
from forms.schema import Form
from forms.shipped import CURRENT, UNKNOWN, WITHDRAWN, Shipped
from node.catalogue.book import Head, ReleaseBook
from node.catalogue.release import CALENDAR, MAX_CHANGES, PUBLISH, WITHDRAW, WITHDRAW_VERSION, Change, Release, read_release, sign_release
from node.catalogue.sending import MOST_CONTENT_BYTES, carried_bytes
from node.catalogue.views import Imported, Published, ShelfItem, ShelfVersion
from node.clock import Clock
from node.enrolment import fields
from node.enrolment.documents import Document
from node.errors import LintError, RequestError
from node.station import Station
from node.store import Store
from node.store.catalogue import ImportRecord
from node.store.records import AuditRecord

MAX_INITIALS = 64


Lint = Callable[[Form, Form | None], Sequence[Finding]]
"""Finds what is wrong with a form that is to take the place of another."""


class Publisher:
    """Of a county's station. `may_send` raises when this station may make no parcels now; `awaited` names whose refill is not here yet."""

    def __init__(
        self,
        station: Station,
        store: Store,
        book: ReleaseBook,
        catalogue: Catalogue,
        shipped: Shipped,
        clock: Clock,
        lint: Lint,
        may_send: Callable[[], None],
        awaited: Callable[[], Sequence[str]],
    ) -> None:
        self._station = station
        self._store = store
        self._book = book
        self._catalogue = catalogue
        self._shipped = shipped
        self._clock = clock
        self._lint = lint
        self._may_send = may_send
        self._awaited = awaited

    def head(self) -> Head:
        """The number and digest of the release in force."""
        return self._book.head()

    def releases(self) -> tuple[Published, ...]:
        """The releases in force, newest first."""
        return tuple(self._published(document) for document in reversed(self._book.releases()))

    def imported(self) -> tuple[Imported, ...]:
        """What was imported and not published since, by item."""
        rows = ((row, self._catalogue.form(row.item, row.package)) for row in self._store.catalogue.imports())
        return tuple(self._imported(row, form) for row, form in rows)

    def imported_package(self, item_id: str) -> bytes:
        """The package that was imported last for an item, to look at and to try.

        Raises:
            RequestError: `catalogue_not_imported`.
        """
        return self._form_of(self._import(item_id)).data

    def findings(self, item_id: str) -> tuple[Finding, ...]:
        """What the lint says of the package that was imported last for an item.

        Raises:
            RequestError: `catalogue_not_imported`.
        """
        return self._look(self._form_of(self._import(item_id)))

    def shelf(self) -> tuple[ShelfItem, ...]:
        """Every item that is or was on the shelf, by id."""
        state, current = self._book.state(), {entry.id: entry for entry in self._catalogue.entries()}
        shipped = {entry.id: entry for entry in self._shipped.current()}
        found = [
            ShelfItem(one.id, one.name, one, self._shipped_versions(one.id), is_shipped=True)
            for one in shipped.values()
            if one.id not in state.items
        ]
        for item_id, item in state.items.items():
            named = {one.package: one.standing for one in item.versions}
            older = [one for one in self._shipped_versions(item_id) if one.package not in named]
            versions = [ShelfVersion(one.package, self._catalogue.standing(item_id, one.package)) for one in older]
            versions += [ShelfVersion(package, standing) for package, standing in named.items()]
            found.append(ShelfItem(item_id, self._name_of(item_id), current.get(item_id), tuple(versions), is_shipped=False))
        return tuple(sorted(found, key=lambda one: one.id))

    def take_import(self, package: bytes, initials: str, who: str) -> ItemEntry:
        """Keep a package, to be published later, in place of what was imported for its item before. Nobody else sees it.

        Raises:
            SchemaError: it is none.
            RequestError: `catalogue_county` this is no county; `catalogue_initials`; `catalogue_too_large`.
        """
        self._check_county()
        form, digest = Form.from_bytes(package), self._station.suite.digest(package)
        if len(initials) > MAX_INITIALS or not initials.isascii() or (initials and not initials.isalnum()):
            raise RequestError("catalogue_initials", item=form.name)
        _check_size(form)
        now = self._clock.now()
        with self._store.transaction():
            self._book.keep_package(package)
            self._drop_import(form.id, digest)
            self._store.catalogue.put_import(ImportRecord(form.id, digest, initials.lower(), now, who))
            self._store.audit.append(AuditRecord(now, who, "catalogue_imported", form.id, {"package": digest}))
        return entry_of(form, digest, initials.lower())

    def drop_import(self, item_id: str, who: str) -> None:
        """Throw away what was imported for an item.

        Raises:
            RequestError: `catalogue_not_imported`.
        """
        row = self._import(item_id)
        with self._store.transaction():
            self._drop_import(item_id)
            self._store.audit.append(AuditRecord(self._clock.now(), who, "catalogue_import_dropped", item_id, {"package": row.package}))

    def publish_items(self, items: Sequence[str], reason: str, who: str, seen: str | None = None) -> tuple[Published, ...]:
        """Publish what was imported for these items, or all that was; the releases made. `seen` is the one package that was looked at.

        Raises:
            RequestError: `catalogue_nothing`; `catalogue_not_imported`; `catalogue_known`, it is on the shelf; `catalogue_too_large`;
                or one of those of `_check`.
            LintError: the lint refuses one of them; nothing is published.
            NotAllowedError: this station may send nothing now.
        """
        self._check(reason, who)
        wanted = items or [one.entry.id for one in self.imported() if not one.is_published]
        if not wanted:
            raise RequestError("catalogue_nothing")
        rows = [self._import(item) for item in dict.fromkeys(wanted)]
        for row in rows:
            if seen is not None and row.package != seen:
                raise RequestError("catalogue_not_imported", item=row.item)
            self._check_publishable(row)
        changes = [Change(PUBLISH, row.item, row.package, row.initials) for row in rows]
        return self._release(changes, reason, who)

    def withdraw_version(self, item_id: str, package: str, reason: str, who: str) -> tuple[Published, ...]:
        """Withdraw one version: nothing may be filed under it any more. The last one before it that still stands is current again.

        Raises:
            RequestError: `catalogue_unknown`, no such version; `catalogue_withdrawn` it is already; or one of those of `_check`.
            NotAllowedError: this station may send nothing now.
        """
        self._check(reason, who)
        standing = self._catalogue.standing(item_id, package)
        if standing == UNKNOWN:
            raise RequestError("catalogue_unknown", item=item_id)
        if standing == WITHDRAWN:
            raise RequestError("catalogue_withdrawn", item=self._name_of(item_id))
        return self._release([Change(WITHDRAW_VERSION, item_id, package)], reason, who)

    def withdraw_item(self, item_id: str, reason: str, who: str) -> tuple[Published, ...]:
        """Take an item off the shelf, with all its versions.

        Raises:
            RequestError: `catalogue_unknown`, no such item on the shelf; or one of those of `_check`.
            NotAllowedError: this station may send nothing now.
        """
        self._check(reason, who)
        item = self._book.state().items.get(item_id)
        standing = [one.standing for one in item.versions] if item is not None else []
        is_gone = item is not None and item.closed and all(one == WITHDRAWN for one in standing)
        if is_gone or (item is None and self._shipped.item(item_id) is None):
            raise RequestError("catalogue_unknown", item=item_id)
        return self._release([Change(WITHDRAW, item_id)], reason, who)

    def publish_calendar(self, data: bytes, reason: str, who: str) -> tuple[Published, ...]:
        """Publish a work calendar, which was checked.

        Raises:
            RequestError: `catalogue_known`, it is in force; `catalogue_too_large`; or one of those of `_check`.
            NotAllowedError: this station may send nothing now.
        """
        self._check(reason, who)
        digest = self._station.suite.digest(data)
        if self._book.state().calendar == digest:
            raise RequestError("catalogue_known", item="calendar")
        if carried_bytes(data) > MOST_CONTENT_BYTES:
            raise RequestError("catalogue_too_large", item="calendar", most_kib=MOST_CONTENT_BYTES // 1024)
        return self._release([Change(CALENDAR, calendar=digest)], reason, who, calendar=data)

    def _release(self, changes: Sequence[Change], reason: str, who: str, calendar: bytes | None = None) -> tuple[Published, ...]:
        """Sign releases of these changes and put them into force, all or none.

        Raises:
            RequestError: `catalogue_busy`, meanwhile another release came into force, or somebody imported or threw away an item of these.
        """
        now, head = self._clock.now().replace(microsecond=0), self._book.head()
        documents = list(self._signed(changes, reason, who, now, head))
        with self._store.transaction():
            if self._book.head() != head or not self._still_imported(changes):
                raise RequestError("catalogue_busy")
            if calendar is not None:
                self._book.keep_calendar(calendar)
            for document in documents:
                self._book.apply(document, now)
            for change in changes:
                if change.act == PUBLISH:
                    self._store.catalogue.drop_import(change.item)
        return tuple(map(self._published, documents))

    def _signed(self, changes: Sequence[Change], reason: str, who: str, now: datetime, head: Head) -> Iterator[Document[Release]]:
        """Releases of at most `MAX_CHANGES` each, one after the other."""
        signer, suite = self._station.signer, self._station.suite
        state, number, before = self._book.state(), head.number, head.digest
        for start in range(0, len(changes), MAX_CHANGES):
            some = tuple(changes[start : start + MAX_CHANGES])
            state, number = state.after(some), number + 1
            release = Release(
                number=number,
                before=before,
                made_at=now,
                by=who,
                reason=reason,
                changes=some,
                state=state.digest(suite),
                station=self._station.station,
                signer=signer.certificate.digest,
            )
            document = read_release(sign_release(release, signer.sign))
            before = document.digest(suite)
            yield document

    def _check(self, reason: str, who: str) -> None:
        """Return when this station may publish now.

        Raises:
            RequestError: `catalogue_county`; `catalogue_reason`, none that can be shown; `catalogue_clock`, this clock cannot be right;
                `catalogue_behind`, neighbours of a restored county have not given the chain back, or what follows it has not come whole.
            NotAllowedError: this station may send nothing now.
        """
        self._check_county()
        self._may_send()
        try:
            fields.reason(reason)
            fields.name(who)
        except ValueError as error:
            raise RequestError("catalogue_reason", most=fields.LONGEST_REASON) from error
        if not self._station.is_plausible(self._clock.now()):
            raise RequestError("catalogue_clock")
        behind = [self._station.name_of(one) for one in self._awaited()]
        if behind or self._store.catalogue.waiting():
            raise RequestError("catalogue_behind", stations="、".join(behind))

    def _check_county(self) -> None:
        if not self._station.is_county(self._station.station):
            raise RequestError("catalogue_county")

    def _check_publishable(self, row: ImportRecord) -> None:
        form = self._form_of(row)
        if self._catalogue.standing(row.item, row.package) == CURRENT:
            raise RequestError("catalogue_known", item=form.name)
        _check_size(form)
        findings = self._look(form)
        if any(one.level == "refuse" for one in findings):
            raise LintError(form.name, findings)

    def _look(self, form: Form) -> tuple[Finding, ...]:
        try:
            before = self._catalogue.newest(form.id)[1]
        except UnknownItemError:
            before = None
        return tuple(self._lint(form, before))

    def _import(self, item_id: str) -> ImportRecord:
        found = next((row for row in self._store.catalogue.imports() if row.item == item_id), None)
        if found is None:
            raise RequestError("catalogue_not_imported", item=item_id)
        return found

    def _still_imported(self, changes: Sequence[Change]) -> bool:
        """Whether what is to be published is still what lies ready: a newer import of the same item is not thrown away unseen."""
        imports = {row.item: row.package for row in self._store.catalogue.imports()}
        return all(imports.get(change.item) == change.package for change in changes if change.act == PUBLISH)

    def _form_of(self, row: ImportRecord) -> Form:
        return self._catalogue.form(row.item, row.package)

    def _drop_import(self, item_id: str, keep: str = "") -> None:
        """Forget an import; its package goes too, unless a release has named it."""
        for row in self._store.catalogue.imports():
            if row.item == item_id:
                self._store.catalogue.drop_import(item_id)
                if row.package != keep and self._store.catalogue.version(item_id, row.package) is None:
                    self._store.catalogue.drop_content(row.package)

    def _imported(self, row: ImportRecord, form: Form) -> Imported:
        entry = entry_of(form, row.package, row.initials)
        try:
            before: str | None = self._catalogue.entry(row.item).digest
        except UnknownItemError:
            before = None
        return Imported(entry, before, row.imported_at, row.imported_by)

    def _published(self, document: Document[Release]) -> Published:
        items = dict.fromkeys(change.item for change in document.content.changes if change.item)
        return Published(document.digest(self._station.suite), document.content, {item: self._name_of(item) for item in items})

    def _shipped_versions(self, item_id: str) -> tuple[ShelfVersion, ...]:
        return tuple(ShelfVersion(one, self._shipped.standing(item_id, one)) for one in self._shipped.versions_of(item_id))

    def _name_of(self, item_id: str) -> str:
        """The name of an item, on the shelf or not any more; its id where no version of it can be read."""
        entry = self._store.catalogue.entry_of_item(item_id)
        if entry is not None:
            return read_entry(entry).name
        shipped = self._shipped.item(item_id)
        return item_id if shipped is None else shipped.name


def _check_size(form: Form) -> None:
    if carried_bytes(form.data) > MOST_CONTENT_BYTES:
        raise RequestError("catalogue_too_large", item=form.name, most_kib=MOST_CONTENT_BYTES // 1024)
