"""The item desk (事项柜台) of a county: what its pages call to import items, look at them, publish and withdraw them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.authoring.lint.findings import Finding
from forms.authoring.revision import Difference, differences
from forms.catalogue import Catalogue
from forms.entries import ItemEntry
from forms.errors import UnknownItemError
from forms.schema import Form
from node.catalogue import authoring
from node.catalogue.authoring import WorkbookFault
from node.catalogue.publishing import Publisher
from node.catalogue.release import PUBLISH, WITHDRAW, WITHDRAW_VERSION
from node.catalogue.sending import ReleaseSender
from node.catalogue.views import Imported, Published, ShelfItem
from node.clock import Clock
from node.errors import NotFoundError, RequestError, StaleError
from node.station import Station

ACTS = (PUBLISH, WITHDRAW_VERSION, WITHDRAW)


@dataclass(frozen=True)
class Taken:
    """What an import gave: the item that lies ready now, or all faults of the workbook."""

    entry: ItemEntry | None
    faults: tuple[WorkbookFault, ...] = ()


@dataclass(frozen=True)
class Review:
    """An imported item before it is published: what it changes against the version on the shelf, and what the lint says."""

    imported: Imported
    form: Form
    changes: tuple[Difference, ...]
    findings: tuple[Finding, ...]

    @property
    def may_be_published(self) -> bool:
        """Whether nothing refuses it, and it is another version than the one on the shelf."""
        return not self.imported.is_published and not any(one.level == "refuse" for one in self.findings)


@dataclass(frozen=True)
class Step:
    """What is about to be signed: the number that the release will have, the digest of the one before, and the change."""

    act: str
    item: str
    name: str
    package: str
    number: int
    before: str | None
    initials: str = ""


class ItemDesk:
    """The shelf as a county looks after it."""

    def __init__(self, publisher: Publisher, sender: ReleaseSender, catalogue: Catalogue, station: Station, clock: Clock) -> None:
        self._publisher = publisher
        self._sender = sender
        self._catalogue = catalogue
        self._station = station
        self._clock = clock

    def shelf(self) -> tuple[ShelfItem, ...]:
        """Every item that is or was on the shelf, by id."""
        return self._publisher.shelf()

    def item(self, item_id: str) -> ShelfItem:
        """One of them.

        Raises:
            NotFoundError: there is none such.
        """
        found = next((one for one in self.shelf() if one.id == item_id), None)
        if found is None:
            raise NotFoundError("item", item_id)
        return found

    def head(self) -> int:
        """The number of the release in force; 0 before the first."""
        return self._publisher.head().number

    def imported(self) -> tuple[Imported, ...]:
        """What lies ready and is not published."""
        return self._publisher.imported()

    def releases(self) -> tuple[Published, ...]:
        """The releases in force, newest first."""
        return self._publisher.releases()

    def release(self, number: int) -> Published:
        """One of them.

        Raises:
            NotFoundError: there is none such.
        """
        found = next((one for one in self.releases() if one.release.number == number), None)
        if found is None:
            raise NotFoundError("release", str(number))
        return found

    def unsent(self) -> dict[str, int]:
        """Stations, by name, that the newest release was not sent to yet, and the last number that each was sent."""
        return {self._station.name_of(station): number for station, number in self._sender.waiting().items()}

    def form(self, item_id: str, package: str) -> Form:
        """A version that is kept here, on the shelf or imported.

        Raises:
            NotFoundError: it is not.
        """
        try:
            return self._catalogue.form(item_id, package)
        except UnknownItemError as error:
            raise NotFoundError("item", item_id) from error

    def take_workbook(self, data: bytes, who: str) -> Taken:
        """Read a workbook and keep its item, to be looked at and published later; with a fault nothing is kept.

        Raises:
            RequestError: `authoring_missing` here; or the package cannot be kept, see `Publisher.take_import`.
        """
        package, faults = authoring.read(data, self.parameters())
        if package is None:
            return Taken(None, faults)
        initials = authoring.initials_of(Form.from_bytes(package))
        return Taken(self._publisher.take_import(package, initials, who))

    def parameters(self) -> Mapping[str, Any]:
        """What the station adds to a workbook: the county's code and the places in it, as its directory of stations knows them."""
        entries = [one for one in self._station.directory.entries() if one.successor is None]
        divisions = {one.station[:12]: {"code": one.station[:12], "name": one.name, "level": one.tier} for one in entries}
        return {"county": self._station.station[:12], "divisions": [divisions[code] for code in sorted(divisions)]}

    def review(self, item_id: str) -> Review:
        """What was imported last for an item, to be looked at.

        Raises:
            RequestError: `catalogue_not_imported`.
        """
        imported = next((one for one in self.imported() if one.entry.id == item_id), None)
        if imported is None:
            raise RequestError("catalogue_not_imported", item=item_id)
        form = self._catalogue.form(item_id, imported.entry.digest)
        before = self._catalogue.form(item_id, imported.before).data if imported.before else None
        findings = tuple(self._publisher.findings(item_id))
        return Review(imported, form, differences(before, form.data), findings)

    def drop(self, item_id: str, who: str) -> None:
        """Throw away what was imported.

        Raises:
            RequestError: `catalogue_not_imported`.
        """
        self._publisher.drop_import(item_id, who)

    def workbook(self, item_id: str, package: str) -> bytes:
        """A version as a workbook, to begin another one from.

        Raises:
            NotFoundError: it is not here.
            RequestError: `authoring_missing` here, or `authoring_unwritable`.
        """
        return authoring.write(self.form(item_id, package).data)

    def step(self, act: str, item_id: str, package: str) -> Step:
        """What is about to be signed, to be shown to who signs it.

        Raises:
            NotFoundError: no such act, item or version.
            RequestError: `catalogue_not_imported`, or another version was imported since.
        """
        head = self._publisher.head()
        if act == PUBLISH:
            review = self.review(item_id)
            if review.imported.entry.digest != package:
                raise RequestError("catalogue_not_imported", item=item_id)
            name, initials = review.form.name, review.imported.entry.initials
        elif act in ACTS:
            item = self.item(item_id)
            name, initials = item.name, ""
            if act == WITHDRAW_VERSION and package not in {one.package for one in item.versions}:
                raise NotFoundError("item", item_id)
        else:
            raise NotFoundError("document", act)
        return Step(act, item_id, name, package if act != WITHDRAW else "", head.number + 1, head.digest, initials)

    def carry_out(self, act: str, item_id: str, package: str, number: int, reason: str, who: str) -> Published:
        """Sign what `step` showed and put it into force, as the release of that number. Done before, it is not done again.

        Raises:
            StaleError: `catalogue`, another release came in between.
            RequestError, LintError, NotAllowedError: the publisher's.
        """
        head = self.head()
        if number != head + 1:
            done = next((one for one in self.releases() if one.release.number == number), None)
            if done and any((one.act, one.item, one.package) == (act, item_id, package) for one in done.release.changes):
                return done
            raise StaleError("catalogue", {"number": head})
        self.step(act, item_id, package)
        made = self._made(act, item_id, package, reason, who)
        self._sender.send(self._clock.now())
        return made

    def _made(self, act: str, item_id: str, package: str, reason: str, who: str) -> Published:
        if act == PUBLISH:
            return self._publisher.publish_items([item_id], reason, who, package)[-1]
        if act == WITHDRAW_VERSION:
            return self._publisher.withdraw_version(item_id, package, reason, who)[-1]
        return self._publisher.withdraw_item(item_id, reason, who)[-1]
