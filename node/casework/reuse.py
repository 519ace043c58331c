"""Reuse of answers (信息复用): what reviewed cases of the same person hold, offered field by field and taken with a tick.

Reviewed is a submission that the township or the county accepted and that nobody has returned, denied or withdrawn since. Whose
answers they are says a citizen number; a form may ask several people, and the ids of one person's fields begin alike (`h_id_no`,
`h_mobile`). The index is derived: it is read from the letters of whatever cases it does not know yet, so a restored or refilled
station has it as well. It holds a digest in place of the number: the number itself stands in the same encrypted database, so a key would
guard nothing, but nobody who looks into the table reads it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from forms.fields import form_fault, surroundings
from forms.persons import fields_of, persons_of
from forms.schema import Field, Form
from forms.settle import is_empty, settle
from node.casework.case import CaseState, Event
from node.casework.casebook import Casebook
from node.casework.drafts import Drafts
from node.casework.history import Admitted, History
from node.clock import Clock, county_day
from node.errors import NotFoundError
from node.roles import Tier
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, CaseRecord

READ_AT_ONCE = 300
"""So many cases are read into the index at most when somebody asks; a chore reads the rest."""
REVIEWED_STATES = frozenset(
    {CaseState.ACCEPTED, CaseState.FORWARDED, CaseState.SUSPENDED, CaseState.APPROVED, CaseState.DELIVERED, CaseState.CLOSED}
)
SPOILT = frozenset({Event.RETURNED, Event.NOT_ACCEPTED, Event.DENIED, Event.WITHDRAWN, Event.TERMINATED})
NEVER = frozenset({"photo", "photo_list", "signature", "table", "id_no", "computed"})
"""Kinds that are not offered: pictures are taken anew, and the number itself was just typed."""
CONTEXT = b"yizhan reuse 1\n"


@dataclass(frozen=True)
class Offer:
    """One field that an earlier case can answer. `current` is what stands in it now, "" when nothing does."""

    field: Field
    value: Any
    current: Any
    case_number: str
    short_number: str
    item_name: str
    accepted_on: date


class Reuse:
    """Finds and gives answers of earlier cases."""

    def __init__(self, station: Station, store: Store, casebook: Casebook, drafts: Drafts, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._casebook = casebook
        self._drafts = drafts
        self._clock = clock
        self._read_up_to = 0

    def offers(self, person: Person, number: str) -> tuple[Offer, ...]:
        """What earlier cases can answer in this draft, newest case first; what is answered so already is left out.

        Raises:
            NotAllowedError: the case is not open for this person.
        """
        return self.offers_in(person, self._drafts.open_for_change(person, number))

    def offers_in(self, person: Person, record: CaseRecord) -> tuple[Offer, ...]:
        """The same of a case that is known to be open for this person."""
        form = self._casebook.form(record)
        answers = self._drafts.draft(record).answers
        found: dict[str, Offer] = {}
        for part, id_no in persons_of(form, answers, self._drafts.today()).items():
            for source, there in self._cases_of(person, record, id_no):
                for offer in self._of_case(form, answers, part, source, there):
                    found.setdefault(offer.field.id, offer)
        asked = self._asked(form, {**answers, **{name: offer.value for name, offer in found.items()}})
        offers = (found[one.id] for one in form.fields() if one.id in found and one.id in asked)
        return tuple(offer for offer in offers if offer.value != offer.current)

    def take(self, person: Person, number: str, version: int, wanted: Mapping[str, str]) -> int:
        """Answer the ticked fields (field → number of the case it was seen from); the draft's new version.

        Raises:
            NotFoundError: `reuse` one of them is not offered, or from another case by now; nothing was changed.
            StaleError: see `Drafts.save_answers`.
        """
        offers = {offer.field.id: offer for offer in self.offers(person, number)}
        for name, source in wanted.items():
            if name not in offers or offers[name].case_number != source:
                raise NotFoundError("reuse", name)
        with self._store.transaction():
            new, _problems = self._drafts.save_answers(person, number, version, {name: offers[name].value for name in wanted})
            facts = {"fields": sorted(wanted), "from": sorted(set(wanted.values()))}
            case_number = self._casebook.find(number).case_number
            self._store.audit.append(AuditRecord(self._clock.now(), person.name, "prefilled", case_number, facts))
        return new

    def catch_up(self, _at: datetime) -> None:
        """Read cases that the index does not know as they are now; what a chore does."""
        self._read_on()

    def _read_on(self) -> None:
        last = self._store.reuse.last()
        if last <= self._read_up_to:
            return
        rows = self._store.reuse.unread(self._read_up_to, last, READ_AT_ONCE)
        for record in rows:
            persons = list(self._persons_in(record))
            with self._store.transaction():
                if record.head is not None:
                    self._store.reuse.put(record.case_number, record.head, persons)
        self._read_up_to = last if len(rows) < READ_AT_ONCE else rows[-1].seq

    def _persons_in(self, record: CaseRecord) -> Iterator[tuple[str, str]]:
        history = self._casebook.history(record.case_number)
        review = self._review(record, history)
        if review is None:
            return
        named = persons_of(self._casebook.form(record), history.answers(), county_day(review.received_at))
        yield from ((self._digest(id_no), part) for part, id_no in named.items())

    def _review(self, record: CaseRecord, history: History) -> Admitted | None:
        """The letter that accepted what was last submitted; None while nobody has, or when it was taken back since."""
        submitted = history.latest(Event.SUBMITTED)
        if submitted is None or record.forked or CaseState(record.state) not in REVIEWED_STATES:
            return None
        since = history.states[history.states.index(submitted) + 1 :]
        if any(one.sealed.letter.event in SPOILT for one in since):
            return None
        accepted = (one for one in since if one.sealed.letter.event is Event.ACCEPTED)
        return next((one for one in accepted if self._station.tier_of(one.sealed.letter.origin) is not Tier.VILLAGE), None)

    def _cases_of(self, person: Person, record: CaseRecord, id_no: str) -> list[tuple[CaseRecord, str]]:
        """Reviewed cases of the person with this number that were taken in here, of villages for which the agent acts."""
        self._read_on()
        if record.practice:
            return []
        mine = {"" if one.division == self._drafts.acting.own else one.division for one in self._drafts.acting.villages(person)}
        return [
            (source, part)
            for source, part in self._store.reuse.of(self._digest(id_no))
            if source.case_number != record.case_number and self._station.is_me(source.origin) and source.division in mine
        ]

    def _of_case(self, form: Form, answers: Mapping[str, Any], part: str, source: CaseRecord, there: str) -> Iterator[Offer]:
        history = self._casebook.history(source.case_number)
        review = self._review(source, history)
        old, known = self._casebook.form(source), history.answers()
        named = persons_of(old, known, self._drafts.today())
        if review is None or named.get(there, "") != persons_of(form, answers, self._drafts.today()).get(part):
            return  # the index is a hint; whose answers these are says the case itself
        givers = {one.common_key: one for one in fields_of(old, there)}
        around = surroundings(form, ())
        for one in fields_of(form, part):
            giver = givers.get(one.common_key)
            value = known.get(giver.id) if giver is not None and giver.kind == one.kind else None
            if is_empty(value) or one.kind in NEVER or form_fault(value, one, around):
                continue
            yield Offer(
                one, value, answers.get(one.id, ""), source.case_number, source.short_number, old.name, county_day(review.sealed.letter.at)
            )

    def _asked(self, form: Form, answers: Mapping[str, Any]) -> set[str]:
        """The fields that would be asked with these answers, calculated ones left out."""
        settled = settle(form, answers, self._drafts.today(), surroundings(form, ()))
        return {name for name, one in settled.fields.items() if one.relevant and not one.calculated and one.fault is None}

    def _digest(self, id_no: str) -> str:
        return self._station.suite.digest(CONTEXT + id_no.encode())
