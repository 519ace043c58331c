"""What helps with filling in: answers of earlier cases, and the way to a newer version. The part of the desk that drafts alone need."""

from collections.abc import Mapping
from dataclasses import dataclass

from node.casework.casebook import Casebook
from node.casework.drafts import Drafts
from node.casework.practice import check_same_world
from node.casework.reuse import Offer, Reuse
from node.casework.versions import Upgrade, Versions
from node.staff.people import Person


@dataclass(frozen=True)
class Aids:
    """What earlier cases can answer, the newer version if there is one, and whether the draft's own was withdrawn."""

    offers: tuple[Offer, ...]
    upgrade: Upgrade | None
    withdrawn: bool


class FillingHelp:
    """Offers and upgrades, for those who may know of the case."""

    def __init__(self, casebook: Casebook, drafts: Drafts, reuse: Reuse, versions: Versions) -> None:
        self._casebook = casebook
        self._drafts = drafts
        self._reuse = reuse
        self._versions = versions

    def offers(self, person: Person, number: str) -> tuple[Offer, ...]:
        """What reviewed cases of the same person can answer; see `Reuse.offers`."""
        self._check_world(person, number)
        return self._reuse.offers(person, number)

    def take(self, person: Person, number: str, version: int, wanted: Mapping[str, str]) -> int:
        """Answer what was ticked; see `Reuse.take`."""
        self._check_world(person, number)
        return self._reuse.take(person, number, version, wanted)

    def aids(self, person: Person, number: str) -> Aids:
        """All that a page of an open draft tells beside the fields.

        Raises:
            NotAllowedError: the case is not open for this person.
        """
        record = self._drafts.open_for_change(person, number)
        check_same_world(person, record)
        return Aids(self._reuse.offers_in(person, record), self._versions.upgrade(record), self._drafts.is_withdrawn(record))

    def upgrade(self, person: Person, number: str) -> Upgrade | None:
        """The newer version that an open draft can move to, or None.

        Raises:
            NotAllowedError: the case is not open for this person.
        """
        self._check_world(person, number)
        return self._versions.upgrade(self._drafts.open_for_change(person, number))

    def is_withdrawn(self, person: Person, number: str) -> bool:
        """Whether the county has withdrawn the version that a draft is on."""
        self._check_world(person, number)
        return self._drafts.is_withdrawn(self._drafts.open_for_change(person, number))

    def move(self, person: Person, number: str, version: int, package: str) -> int:
        """Move a draft to the newer version; see `Versions.move`."""
        self._check_world(person, number)
        return self._versions.move(person, number, version, package)

    def package(self, item_id: str, digest: str) -> bytes:
        """The bytes of a form package that a case here may be on.

        Raises:
            UnknownItemError: it is not here.
        """
        return self._versions.package(item_id, digest)

    def _check_world(self, person: Person, number: str) -> None:
        check_same_world(person, self._casebook.find(number))
