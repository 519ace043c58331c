"""What a case shows somebody now (所见即所签): what it holds, the unit's seal that is offered, and the digest of it all.

Nothing is sealed that the person did not see: an act compares the digest with the page's before it makes the letter, and what the case
holds once more in the transaction that keeps it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.procedure import DYNAMIC, deciding_tier
from node.casework.case import CaseState, Event, Signatory
from node.casework.casebook import Casebook, shown_digest
from node.casework.drafts import OPEN_STATES, Drafts
from node.casework.held import Content
from node.casework.letter import EnclosureEntry
from node.casework.pages import entry_of
from node.casework.sealing import Matter, Sealing
from node.casework.views import NO_OFFER, SealOffer
from node.clock import Clock, county_day
from node.paperwork.values import CasePapers
from node.roles import Role, Tier
from node.staff.keyring import Keyring
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord
from signing.canonical import canonical_bytes

_ROLES = {one.value: one for one in Role}


@dataclass(frozen=True)
class Seen:
    """What a case shows this person now: the digest of it all, the unit's seal that is offered, and why the person may not seal.

    `by` is the person as the table of transitions knows one.

    `sources` is what the store held of a case that is filled in here, as text: from the same the same follows. Empty of all others.
    """

    digest: str
    content: Content
    matter: Matter
    by: Signatory
    offer: SealOffer = NO_OFFER
    recusal: str = ""
    sources: str = ""


class Seeing:
    """Looks at cases for people of this station."""

    def __init__(
        self, station: Station, store: Store, casebook: Casebook, drafts: Drafts, keyring: Keyring, sealing: Sealing, clock: Clock
    ) -> None:
        self._station = station
        self._store = store
        self._casebook = casebook
        self._drafts = drafts
        self._keyring = keyring
        self._sealing = sealing
        self._clock = clock

    def signatory(self, person: Person) -> Signatory:
        """The person as the table of transitions knows one."""
        roles = frozenset(_ROLES[role] for role in person.roles if role in _ROLES)
        return Signatory(self._station.station, Tier(self._station.tier), roles, self._keyring.name_of(person))

    def division(self, record: CaseRecord) -> str:
        """The village in whose name this station writes in this case: the case's at its origin, elsewhere its own."""
        return record.division if self._station.is_me(record.origin) else ""

    def shown(self, person: Person, record: CaseRecord) -> Seen:
        """What a page of this case shows the person now, as one digest, with the unit's seal that it says would be put on."""
        content = self._content(record)
        matter = Matter(record, self._casebook.form(record), content.answers, self.division(record))
        by = self.signatory(person)
        offer = self._offer(person, by, matter)
        recusal = "" if record.practice else self._sealing.recusal(person.name, matter)
        papers = self._papers_shown(content.papers)
        sources = self._sources(record, content.stored, content.entries, papers) if content.stored else ""
        return Seen(self._digest(record, content, papers, offer), content, matter, by, offer, recusal, sources)

    def is_other(self, record: CaseRecord, seen: Seen) -> bool:
        """Whether the case holds anything else by now than when it was `seen`; in the transaction that keeps what was made of that."""
        if seen.sources and self._is_open_here(record):
            # Rules that were worked out for these very answers on this very day come to the same.
            papers = self._papers_shown(self._drafts.papers(record, seen.content.answers))
            if self._sources(record, self._store.drafts.text(record.case_number), self._pages(record), papers) == seen.sources:
                return False
        content = self._content(record)
        return self._digest(record, content, self._papers_shown(content.papers), seen.offer) != seen.digest

    def _sources(self, record: CaseRecord, stored: str, entries: Sequence[EnclosureEntry], papers: Mapping[str, Any]) -> str:
        """What the digest comes from, beside the offer: as text, since `True` and `1` are equal and are not the same answer."""
        pages = [(entry.material, entry.page, _said_of(entry)) for entry in entries]
        held = (self._drafts.today(), record.item_id, record.package, record.head, pages, papers)
        return f"{held!r} {stored}"

    def _offer(self, person: Person, by: Signatory, matter: Matter) -> SealOffer:
        """The unit's seal under what this person may do now. What the village head decides bears it then, not when it is handed in."""
        case = self._casebook.case(matter.record)
        events = case.events_for(by) if self._station.is_me(matter.record.holder_station) else ()
        if Event.SUBMITTED in events and self._decides_in_village(matter):
            events = tuple(one for one in events if one is not Event.SUBMITTED)
        return self._sealing.offer(person, matter, events) if events else NO_OFFER

    def _decides_in_village(self, matter: Matter) -> bool:
        form, answers = matter.form, matter.answers
        if form.tiers["decides"] != DYNAMIC:
            return str(form.tiers["decides"]) == Tier.VILLAGE
        clean = self._drafts.checked(matter.record, answers).clean
        return deciding_tier(form.tiers, clean, form.parameters, county_day(self._clock.now())) == Tier.VILLAGE

    def _is_open_here(self, record: CaseRecord) -> bool:
        return CaseState(record.state) in OPEN_STATES and self._station.is_me(record.origin)

    def _content(self, record: CaseRecord) -> Content:
        if self._is_open_here(record):
            # Before the answers: if another tab saves them in between, they are told from these.
            stored = self._store.drafts.text(record.case_number)
            answers = self._drafts.draft(record).answers
            return Content(answers, self._pages(record), stored=stored, papers=self._drafts.papers(record, answers))
        history = self._casebook.history(record.case_number)
        return Content(history.answers(), history.enclosures(), history, self._drafts.waiting(record, history))

    def _pages(self, record: CaseRecord) -> tuple[EnclosureEntry, ...]:
        return tuple(entry_of(row) for row in self._store.materials.list(record.case_number))

    def _digest(self, record: CaseRecord, content: Content, papers: Mapping[str, Any], offer: SealOffer) -> str:
        pages = [(entry.material, entry.page, _said_of(entry)) for entry in content.entries]
        # What waits is told apart from what went up: the same pages must not go up twice.
        pages += [(f"+{entry.material}", entry.page, _said_of(entry)) for entry in content.waiting]
        return shown_digest(self._station, content.answers, pages, record.package, record.head, papers, offer.digest)

    def _papers_shown(self, papers: CasePapers | None) -> Mapping[str, Any]:
        """What a submission would say of the papers; nothing of a case that is not filled in here."""
        return {} if papers is None else self._drafts.paperwork.submission(papers)


def _said_of(entry: EnclosureEntry) -> str:
    """The page's content, and what is said of how it was taken: that is sealed too."""
    return f"{entry.plain} {canonical_bytes(entry.taken.to_json()).decode()}" if entry.taken else entry.plain
