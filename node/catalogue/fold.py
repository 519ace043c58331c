"""What releases add up to: of each item its versions and how they stand, and the calendar. Pure; the same at every station."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from forms.shipped import CURRENT, FILLABLE, WITHDRAWN
from node.catalogue.release import CALENDAR, PUBLISH, WITHDRAW, Change
from signing.algorithms import Suite
from signing.canonical import canonical_bytes


@dataclass(frozen=True)
class Version:
    """A version of an item that a release has named: `standing` is `current`, `fillable` or `withdrawn`."""

    package: str
    standing: str
    initials: str


@dataclass(frozen=True)
class Item:
    """An item that a release has named: its versions, last published last; `closed` when versions not named here are withdrawn too."""

    versions: tuple[Version, ...] = ()
    closed: bool = False

    @property
    def current(self) -> Version | None:
        """The version that new cases are opened with."""
        return next((one for one in self.versions if one.standing == CURRENT), None)

    def after(self, change: Change) -> "Item":
        """The item after a change to it."""
        if change.act == WITHDRAW:
            return Item(tuple(replace(one, standing=WITHDRAWN) for one in self.versions), closed=True)
        others = tuple(one for one in self.versions if one.package != change.package)
        if change.act == PUBLISH:
            older = tuple(replace(one, standing=FILLABLE) if one.standing == CURRENT else one for one in others)
            return replace(self, versions=(*older, Version(change.package, CURRENT, change.initials)))
        return replace(self, versions=_with_current(self._without(change.package)))

    def _without(self, package: str) -> tuple[Version, ...]:
        """The versions with one withdrawn; one that no release has named before stands first, it is older than all that were."""
        if all(one.package != package for one in self.versions):
            return (Version(package, WITHDRAWN, ""), *self.versions)
        return tuple(replace(one, standing=WITHDRAWN) if one.package == package else one for one in self.versions)


def _with_current(versions: tuple[Version, ...]) -> tuple[Version, ...]:
    """The same with the last published that still stands as the current one."""
    last = next((one.package for one in reversed(versions) if one.standing != WITHDRAWN), None)
    return tuple(replace(one, standing=CURRENT) if one.package == last else one for one in versions)


@dataclass(frozen=True)
class ShelfState:
    """The shelf as releases make it; items that none has named are not in it."""

    items: Mapping[str, Item] = field(default_factory=dict)
    calendar: str | None = None

    def after(self, changes: Iterable[Change]) -> "ShelfState":
        """The shelf after these changes, in order."""
        items, calendar = dict(self.items), self.calendar
        for change in changes:
            if change.act == CALENDAR:
                calendar = change.calendar
            else:
                items[change.item] = items.get(change.item, Item()).after(change)
        return ShelfState(items, calendar)

    def digest(self, suite: Suite) -> str:
        """Its name: what a release states as `state`."""
        items = {
            name: {"closed": item.closed, "versions": [[one.package, one.standing, one.initials] for one in item.versions]}
            for name, item in self.items.items()
        }
        return suite.digest(canonical_bytes({"calendar": self.calendar, "items": items}))
