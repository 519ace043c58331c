"""What a case shows somebody now (所见即所签): what it holds, the unit's seal that is offered, and the digest of it all.

Nothing is sealed that the person did not see: an act compares the digest with the page's before it makes the letter, and what the case
holds once more in the transaction that keeps it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.procedure import DYNAMIC, deciding_tier
from node.casework.case import CaseState, Event, Signatory
from node.casework.casebook import Casebook, shown_digest
from node.casework.drafts import OPEN_STATES, Drafts
from node.casework.history import History
from node.casework.letter import EnclosureEntry
from node.casework.pages import entry_of
from node.casework.sealing import Matter, Sealing
from node.casework.views import NO_OFFER, SealOffer
from node.clock import Clock, county_day
from node.roles import Role, Tier
from node.staff.keyring import Keyring
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord


@dataclass(frozen=True)
class Content:
    """What a case holds now: answers and pages; `history` is None while it is filled in here, `waiting` are pages of a later supplement."""

    answers: Mapping[str, Any]
    entries: tuple[EnclosureEntry, ...]
    history: History | None = None
    waiting: tuple[EnclosureEntry, ...] = ()


@dataclass(frozen=True)
class Seen:
    """What a case shows this person now: the digest of it all, the unit's seal that is offered, and why the person may not seal.

    `sources` is what the store held of a case that is filled in here, as text: from the same the same follows. Empty of all others.
    """

    digest: str
    content: Content
    matter: Matter
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
        known = set(Role)
        roles = frozenset(Role(role) for role in person.roles if role in known)
        return Signatory(self._station.station, Tier(self._station.tier), roles, self._keyring.name_of(person))

    def division(self, record: CaseRecord) -> str:
        """The village in whose name this station writes in this case: the case's at its origin, elsewhere its own."""
        return record.division if self._station.is_me(record.origin) else ""

    def shown(self, person: Person, record: CaseRecord) -> Seen:
        """What a page of this case shows the person now, as one digest, with the unit's seal that it says would be put on."""
        content = self._content(record)
        matter = Matter(record, self._casebook.form(record), content.answers, self.division(record))
        offer = self._offer(person, matter)
        recusal = "" if record.practice else self._sealing.recusal(person.name, matter)
        papers = self._papers_shown(record, content.answers)
        sources = self._sources(record, content, papers)
        return Seen(self._digest(record, content, papers, offer), content, matter, offer, recusal, sources)

    def is_other(self, record: CaseRecord, seen: Seen) -> bool:
        """Whether the case holds anything else by now than when it was `seen`; in the transaction that keeps what was made of that."""
        if seen.sources:
            # Rules that were worked out for these very answers on this very day come to the same.
            papers = self._papers_shown(record, seen.content.answers)
            if self._sources(record, seen.content, papers) == seen.sources:
                return False
        content = self._content(record)
        return self._digest(record, content, self._papers_shown(record, content.answers), seen.offer) != seen.digest

    def _sources(self, record: CaseRecord, content: Content, papers: Mapping[str, Any]) -> str:
        """What the digest comes from, beside the offer: as text, since `True` and `1` are equal and are not the same answer."""
        if not self._is_open_here(record):
            return ""
        draft = self._store.drafts.get(record.case_number)
        pages = [(row.material, row.page, row.plain_digest) for row in self._store.materials.list(record.case_number)]
        held = (self._drafts.today(), record.item_id, record.package, record.head, pages, papers)
        return "" if draft is None else repr((held, draft.answers))

    def _offer(self, person: Person, matter: Matter) -> SealOffer:
        """The unit's seal under what this person may do now. What the village head decides bears it then, not when it is handed in."""
        case = self._casebook.case(matter.record)
        events = case.events_for(self.signatory(person)) if self._station.is_me(matter.record.holder_station) else ()
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
            answers = self._drafts.draft(record).answers
            return Content(answers, tuple(entry_of(row) for row in self._store.materials.list(record.case_number)))
        history = self._casebook.history(record.case_number)
        return Content(history.answers(), history.enclosures(), history, self._drafts.waiting(record, history))

    def _digest(self, record: CaseRecord, content: Content, papers: Mapping[str, Any], offer: SealOffer) -> str:
        pages = [(entry.material, entry.page, entry.plain) for entry in content.entries]
        # What waits is told apart from what went up: the same pages must not go up twice.
        pages += [(f"+{entry.material}", entry.page, entry.plain) for entry in content.waiting]
        return shown_digest(self._station, content.answers, pages, record.package, record.head, papers, offer.digest)

    def _papers_shown(self, record: CaseRecord, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a submission would say of the papers; nothing of a case that is not filled in here."""
        if not self._is_open_here(record):
            return {}
        return self._drafts.paperwork.submission(self._drafts.papers(record, answers))
