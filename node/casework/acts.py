"""Acts (办理): what a person seals. One act is one letter; letter, case row and outgoing parcel are kept in one transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from forms.errors import AnswerError
from node.casework.bodies import Act, Bodies, HeadPin, Said, text_of
from node.casework.branches import Branches
from node.casework.case import ENCLOSURES_NEEDED, SIDE_ROLES, Event, Holder, SideEvent, Signatory
from node.casework.case import Desk as CaseDesk
from node.casework.casebook import Casebook
from node.casework.deciding import decides_by
from node.casework.drafts import Drafts
from node.casework.letter import EnclosureEntry, Letter, SealedLetter
from node.casework.practice import check_same_world
from node.casework.sealing import Opened, Sealing
from node.casework.seeing import Seeing, Seen
from node.casework.views import NO_OFFER
from node.clock import Clock, county_day
from node.documents.certificate import granted
from node.documents.sealing import Attached, Documents, Prepared
from node.errors import NodeError, NotAllowedError, RequestError, StaleError
from node.mail.admission import REVOKED
from node.mail.dispatch import Dispatch
from node.roles import Role
from node.staff.keyring import Keyring
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, CaseRecord, LetterRecord
from signing.errors import SigningError

__all__ = ["Act", "Acts", "HeadPin", "Sealed", "Seen"]

URGENT = frozenset({Event.RETURNED, Event.NOT_ACCEPTED, Event.APPROVED, Event.DENIED, SideEvent.URGE})
"""Letters that overtake others on the road: the village waits for them."""

EVENTS, SIDE_EVENTS = frozenset(Event), frozenset(SideEvent)


@dataclass(frozen=True)
class Sealed:
    """What was sealed and is not kept yet: nobody has been told of it, and what is not kept has not happened."""

    person: Person
    letter: SealedLetter
    before: CaseRecord
    seen: Seen | None
    opened: Opened
    batch: bool
    attached: Attached | None = None


class Acts:
    """Seals events and side letters. `may_seal` raises when this station may not touch a case now."""

    def __init__(
        self,
        station: Station,
        store: Store,
        casebook: Casebook,
        drafts: Drafts,
        keyring: Keyring,
        sealing: Sealing,
        dispatch: Dispatch,
        clock: Clock,
        may_seal: Callable[[str], None],
        documents: Documents | None = None,
    ) -> None:
        self._station = station
        self._store = store
        self._casebook = casebook
        self._drafts = drafts
        self._keyring = keyring
        self._sealing = sealing
        self._dispatch = dispatch
        self._clock = clock
        self._may_seal = may_seal
        self._documents = documents
        self._seeing = Seeing(station, store, casebook, drafts, keyring, sealing, clock)
        self._branches = Branches(station, store, casebook)
        self._bodies = Bodies(casebook, drafts, self._branches)

    def signatory(self, person: Person) -> Signatory:
        """The person as the table of transitions knows one."""
        return self._seeing.signatory(person)

    def act(self, person: Person, number: str, act: Act, later: list[Sealed] | None = None) -> CaseRecord:
        """Do it: check everything, seal once, keep it with its parcel, wake the courier. A refusal changes nothing.

        With `later` it may be put there, for the caller to `keep`; then nothing has happened yet.

        Raises:
            TransitionError, NotAllowedError: the table, the role, the desk or kinship forbids it; `batch_head` in a batch, the head's PIN.
            AnswerError: a submission breaks the form's rules, or a material is missing.
            StaleError: `head` or `shown` another came first.
            PinError, PinLockedError: a key did not open.
        """
        with self._store.remembering():
            return self._act(person, self._casebook.find(number), act, later)

    def several(self) -> AbstractContextManager[None]:
        """Inside, acts that follow each other share what was asked of the store, as long as nobody writes anything."""
        return self._store.remembering()

    def _act(self, person: Person, record: CaseRecord, act: Act, later: list[Sealed] | None) -> CaseRecord:
        seen = self.shown(person, record) if act.batch else None
        if seen is not None and seen.offer.asks_head(act.event):
            raise NotAllowedError("batch_head")
        if person.practice:
            return self._practise(person, record, act)
        self._may_seal(record.case_number)
        if act.event in SIDE_EVENTS:
            return self._side(person, record, SideEvent(act.event), act)
        if act.event not in EVENTS:
            raise RequestError("event", given=act.event)
        event = Event(act.event)
        seen = self._check_fresh(person, record, act, seen)
        case = self._casebook.case(record)
        if record.forked:
            raise NotAllowedError("forked")
        by = seen.by
        after = case.after(event, by, "")
        self._sealing.check(seen.recusal, event, seen.matter, seen.offer, act)
        body, entries = self._bodies.of_event(event, record, act, seen.content)
        if event is Event.APPROVED:
            body |= granted(self._casebook.form(record), record.case_number, self._station.uscc, county_day(self._clock.now()))
        if event in ENCLOSURES_NEEDED:
            self._check_whole(record)
        letter = self._letter(record, event, body, entries, after.holder)
        if event is Event.SUBMITTED:
            decides = decides_by(letter, self._casebook.form(record))
            letter = replace(letter, holder=case.after(event, by, "", decides).holder)
            self._check_somebody_decides(person, letter)
        return self._seal(person, record, letter, act, seen, later)

    def _check_somebody_decides(self, person: Person, letter: Letter) -> None:
        """What the village decides must find its head (村负责人) here, and another than who files it: no other station may decide it."""
        if letter.holder is None or letter.holder.desk is not CaseDesk.HEAD:
            return
        heads = {one.name for one in self._store.people.all() if Role.VILLAGE_HEAD in one.roles and not one.disabled}
        if not heads - {person.name}:
            raise RequestError("own_village_head" if heads else "no_village_head")

    def _practise(self, person: Person, record: CaseRecord, act: Act) -> CaseRecord:
        """What somebody who practises (练习) does: all is checked as it is for others, and nothing is sealed."""
        check_same_world(person, record)
        if act.event != Event.SUBMITTED:
            raise NotAllowedError("practice")
        seen = self._check_fresh(person, record, act)
        self._casebook.case(record).after(Event.SUBMITTED, seen.by, "")
        note = text_of("note", act.note)
        body, _entries = self._bodies.submission(record, seen.content, note)
        with self._store.transaction():
            fresh = self._casebook.find(record.case_number)
            if fresh.state != record.state or self._seeing.is_other(fresh, seen):
                raise StaleError("shown", {"head": None, "state": fresh.state})
            return self._drafts.practice.submit(person, fresh, body["answers"], note, self._clock.now())

    def seal_name(self, person: Person, record: CaseRecord) -> str:
        """The name of the seal that the person would seal a letter of this case with; empty when there is none."""
        return self._keyring.seal_name(person, self._seeing.division(record))

    def shown(self, person: Person, record: CaseRecord) -> Seen:
        """What a page of this case shows the person now, as one digest, with the unit's seal that it says would be put on."""
        return self._seeing.shown(person, record)

    def _check_fresh(self, person: Person, record: CaseRecord, act: Act, shown: Seen | None = None) -> Seen:
        """What the case shows now, before anything is read from it for the letter; `shown` when that was looked at a moment ago."""
        if act.expected_head is not None and act.expected_head != record.head:
            raise StaleError("head", {"head": record.head, "given": act.expected_head, "state": record.state})
        shown = shown or self.shown(person, record)
        if act.shown is not None and act.shown != shown.digest:
            raise StaleError("shown", {"head": record.head, "state": record.state})
        return shown

    def _check_whole(self, record: CaseRecord) -> None:
        missing = [
            entry.enclosure_id
            for entry in self._casebook.history(record.case_number).enclosures()
            if not self._store.enclosures.whole(entry.enclosure_id)
        ]
        if missing:
            raise NotAllowedError("enclosures_missing")

    def _acceptance_number(self, record: CaseRecord) -> str:
        """The number (受理号) of the first acceptance stays; else division, day and a serial of this station."""
        earlier = self._casebook.history(record.case_number).acceptance_number()
        if earlier:
            return earlier
        today = county_day(self._clock.now())
        serial = self._store.counters.next(f"acceptance:{today:%Y%m%d}")
        return f"{self._station.station[:6]}{today:%Y%m%d}{self._station.station[6:14]}{serial:04d}"

    def _side(self, person: Person, record: CaseRecord, kind: SideEvent, act: Act) -> CaseRecord:
        if record.head is None:
            raise NotAllowedError("not_submitted")
        if not self.signatory(person).may(SIDE_ROLES[kind]):
            raise NotAllowedError("role")
        seen = self._check_fresh(person, record, act) if kind in (SideEvent.SUPPLEMENT, SideEvent.ERASED) else None
        body, entries = self._bodies.of_side(kind, record, act)
        return self._seal(person, record, self._letter(record, kind, body, entries, None), act, seen)

    def _letter(
        self,
        record: CaseRecord,
        kind: Event | SideEvent,
        body: Mapping[str, Any],
        entries: tuple[EnclosureEntry, ...],
        holder: Holder | None,
    ) -> Letter:
        now = self._clock.now().replace(microsecond=0)
        return Letter(
            kind=kind.value,
            case_number=record.case_number,
            origin=self._station.station,
            after=record.head,
            at=now,
            checked_on=county_day(now),
            item_id=record.item_id,
            package=record.package,
            holder=holder,
            body=body,
            enclosures=entries,
            instead_of=self._sealed_before(record, kind),
            division=self._seeing.division(record),
        )

    def _sealed_before(self, record: CaseRecord, kind: Event | SideEvent) -> str | None:
        """The letter of ours that this one takes the place of: the same act, whose key or seal had been taken back when it came."""
        rows = self._store.letters.of_case(record.case_number) if kind in EVENTS else []
        same = [row for row in rows if (row.outcome, row.reason) == ("set_aside", REVOKED) and (row.kind, row.after) == (kind, record.head)]
        return next((row.letter_id for row in reversed(same) if self._station.is_me(row.origin)), None)

    def _seal(
        self, person: Person, record: CaseRecord, letter: Letter, act: Act, seen: Seen | None, later: list[Sealed] | None = None
    ) -> CaseRecord:
        """Open the keys, seal, keep. `seen` is what the case showed when the letter was made; None for a side letter."""
        if record.practice:
            raise NotAllowedError("practice")  # the one place where a practice case would become a letter and a parcel
        opened = self._sealing.open(person, letter, seen.offer if seen else NO_OFFER, act)
        if letter.event is Event.ACCEPTED:
            # Not before the key is open: a wrong PIN must not use a number up.
            letter = replace(letter, body={**letter.body, "acceptance_number": self._acceptance_number(record)})
        with self._documents_of(record, letter, opened, seen) as attached:
            if attached is not None:
                letter = replace(letter, enclosures=(*letter.enclosures, attached.entry))
            sealed = Sealed(person, self._sealing.seal(letter, opened), record, seen, opened, act.batch, attached)
            if later is not None and attached is None:
                later.append(sealed)
                return record
            return self.keep([sealed])[-1]

    def keep(self, acts: Sequence[Sealed]) -> list[CaseRecord]:
        """Keep what was sealed, all or nothing; the cases.

        Raises:
            StaleError: `head` one of the cases has changed since. Nothing was kept.
            NotAllowedError: this station may not seal now.
        """
        with self._store.transaction():
            return [self._kept(one) for one in acts]

    def _kept(self, one: Sealed) -> CaseRecord:
        if one.attached is not None and self._documents is not None:
            self._documents.keep(one.attached)
        kept = self._keep(one.person, one.letter, one.before, one.seen)
        if one.seen is not None:  # a side letter bears the person's seal alone
            self._sealing.note(one.person, one.seen.matter, one.letter, one.opened, batch=one.batch)
        return kept

    @contextmanager
    def _documents_of(self, record: CaseRecord, letter: Letter, opened: Opened, seen: Seen | None) -> Iterator[Attached | None]:
        """The documents that this act seals, on the disk; gone again when the letter does not come about. None without the unit's seal."""
        if self._documents is None or opened.unit is None:
            yield None
            return
        prepared = self._documents.prepare(record, letter, seen.digest if seen else "", keep=False)
        attached = self._documents.write(letter, prepared, opened.persons, opened.unit) if prepared else None
        try:
            yield attached
        except (NodeError, SigningError):
            if attached is not None:
                self._documents.let_go(attached)
            raise

    def documents_ahead(self, person: Person, number: str) -> Prepared | None:
        """The documents of the person's next act, made before it: then the act is quick, and a page can tell what will be missing.

        None where no document would be sealed, or it is too early to say.
        """
        record = self._casebook.find(number)
        seen = self.shown(person, record)
        if self._documents is None or not seen.offer.digest or seen.recusal:
            return None
        event = Event(seen.offer.events[0])
        said: Said = ({}, ())
        if event is Event.SUBMITTED:
            try:
                said = self._bodies.submission(record, seen.content, "")
            except (AnswerError, NodeError):
                return None
        return self._documents.prepare(record, self._letter(record, event, *said, None), seen.digest)

    def _take_side(self, sealed: SealedLetter) -> None:
        self._casebook.take_side(sealed)
        if sealed.letter.kind == SideEvent.BRANCH_NAMED:
            record = self._casebook.find(sealed.letter.case_number)
            self._branches.choose(record, str(sealed.letter.body["head"]), sealed.letter.at)

    def _keep(self, person: Person, sealed: SealedLetter, before: CaseRecord, seen: Seen | None) -> CaseRecord:
        """Keep letter, case row and parcel. What another tab or process changed since the letter was made stops it here."""
        letter, at = sealed.letter, sealed.letter.at
        self._may_seal(letter.case_number)
        record = self._casebook.find(before.case_number)
        is_stopped = record.forked and letter.event is not None
        is_other = seen is not None and self._seeing.is_other(record, seen)
        if record.head != before.head or is_stopped or is_other:
            raise StaleError("head", {"head": record.head, "given": before.head, "state": record.state})
        self._store.letters.add(
            LetterRecord(
                sealed.letter_id, letter.case_number, letter.kind, letter.origin, letter.after, letter.at, at, sealed.frame, "admitted"
            )
        )
        if letter.event is not None:
            decides = decides_by(letter, self._casebook.form(record))
            case = self._casebook.case(record).after(letter.event, self.signatory(person), sealed.letter_id, decides)
            record = self._casebook.put(record, case, sealed, at)
        if letter.is_side:
            self._take_side(sealed)
        self._store.audit.append(AuditRecord(at, person.name, f"sealed_{letter.kind}", letter.case_number, {"letter": sealed.letter_id}))
        self._dispatch.send_letter(sealed, urgent=letter.kind in URGENT, at=at)
        return record
