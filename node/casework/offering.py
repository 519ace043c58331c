"""Offering (可办事项): which service items this station takes in, which of them are found, and which were used here last."""

from forms.catalogue import Catalogue, ItemEntry
from forms.procedure import accepting_tiers
from forms.schema import Form
from node.errors import NotAllowedError
from node.roles import Tier
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import CaseFilter

MOST_RECENT = 6
LOOKED_BACK = 100
"""Cases among which the items used last are looked for."""


class Offering:
    """The items of the catalogue, and which of them this station offers."""

    def __init__(self, station: Station, store: Store, catalogue: Catalogue) -> None:
        self._station = station
        self._store = store
        self._catalogue = catalogue

    def items(self, words: str = "") -> tuple[ItemEntry, ...]:
        """All items in which every word is found, see `Catalogue.search`; without words all there are."""
        return self._catalogue.search(words) if words.strip() else self._catalogue.entries()

    def is_on_shelf(self, entry: ItemEntry) -> bool:
        """Whether this station's tier may take the item in, or there is guidance for it because nobody's tier may."""
        return entry.special_network or self._station.tier.value in entry.accepts

    def item(self, item_id: str) -> tuple[str, Form]:
        """The newest package of an item: its digest and the form.

        Raises:
            UnknownItemError: no such item here.
        """
        return self._catalogue.newest(item_id)

    def recent(self, person: Person) -> tuple[ItemEntry, ...]:
        """The items of the cases that changed last at this station, the person's own before those of others."""
        known = {entry.id: entry for entry in self._catalogue.entries() if self.is_on_shelf(entry)}
        own = CaseFilter(opened_by=person.name, practice=person.practice)
        all_here = CaseFilter(practice=person.practice)
        used = dict.fromkeys(record.item_id for wanted in (own, all_here) for record in self._store.cases.page(wanted, LOOKED_BACK))
        return tuple(known[item_id] for item_id in used if item_id in known)[:MOST_RECENT]


def is_special_network(form: Form) -> bool:
    """Whether the item is handled in a department's own network (专网), so that here there is guidance and no form."""
    return bool(form.more.get("special_network"))


def check_offered(form: Form, tier: Tier) -> None:
    """Return when a station of this tier may take the item in.

    Raises:
        NotAllowedError: `special_network` it goes through a department's own network; `tier_may_not_accept` other tiers take it in.
    """
    if is_special_network(form):
        raise NotAllowedError("special_network")
    if tier.value not in accepting_tiers(form.tiers, form.more):
        raise NotAllowedError("tier_may_not_accept")
