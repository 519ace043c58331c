"""Acts (办理): what a person seals. One act is one letter; letter, case row and outgoing parcel are kept in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from forms.errors import AnswerError
from node.casework.branches import Branches
from node.casework.case import ENCLOSURES_NEEDED, REASON_NEEDED, SIDE_ROLES, Case, CaseState, Event, Holder, SideEvent, Signatory
from node.casework.case import Desk as CaseDesk
from node.casework.casebook import Casebook, shown_digest
from node.casework.deciding import decides_by
from node.casework.drafts import OPEN_STATES, Drafts, entry_of
from node.casework.letter import CONTEXT, EnclosureEntry, Letter, SealedLetter, make_frame, read_frame
from node.casework.practice import check_same_world
from node.casework.views import Mark
from node.clock import Clock, county_day, to_text
from node.errors import NotAllowedError, NotFoundError, RequestError, StaleError
from node.mail.dispatch import Dispatch
from node.paperwork.values import RESERVED
from node.roles import Role, Tier
from node.staff.keyring import Keyring, PersonalSigner
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, CaseRecord, LetterRecord
from signing.seal import sign_compact

MAX_TEXT = 2000
URGENT = frozenset({Event.RETURNED, Event.NOT_ACCEPTED, Event.APPROVED, Event.DENIED, SideEvent.URGE})
"""Letters that overtake others on the road: the village waits for them."""


@dataclass(frozen=True)
class Act:
    """What a person asks for: the event, and what goes with it.

    `shown` is the digest of what the page showed and `expected_head` the letter last seen; None means not checked, which only
    the API may leave so. `enclosure` is the id of the page to be erased, `branch`
    the last letter of the branch that is to count.
    """

    event: str
    pin: str | None = None
    shown: str | None = None
    expected_head: str | None = None
    reason: str | None = None
    note: str | None = None
    receiver: str | None = None
    text: str | None = None
    marks: tuple[Mark, ...] = ()
    enclosure: str | None = None
    branch: str | None = None


class Acts:
    """Seals events and side letters. `may_seal` raises when this station may not touch a case now."""

    def __init__(
        self,
        station: Station,
        store: Store,
        casebook: Casebook,
        drafts: Drafts,
        keyring: Keyring,
        dispatch: Dispatch,
        clock: Clock,
        may_seal: Callable[[str], None],
    ) -> None:
        self._station = station
        self._store = store
        self._casebook = casebook
        self._drafts = drafts
        self._keyring = keyring
        self._dispatch = dispatch
        self._clock = clock
        self._may_seal = may_seal
        self._branches = Branches(station, store, casebook)

    def signatory(self, person: Person) -> Signatory:
        """The person as the table of transitions knows one."""
        known = set(Role)
        roles = frozenset(Role(role) for role in person.roles if role in known)
        return Signatory(self._station.station, Tier(self._station.tier), roles, self._keyring.name_of(person))

    def act(self, person: Person, number: str, act: Act) -> CaseRecord:
        """Do it: check everything, seal once, keep it with its parcel, wake the courier. A refusal changes nothing.

        Raises:
            TransitionError, NotAllowedError: the table, the role or the desk forbids it.
            AnswerError: a submission breaks the form's rules, or a material is missing.
            StaleError: `head` or `shown` another came first.
            PinError, PinLockedError: the key did not open.
        """
        record = self._casebook.find(number)
        if person.practice:
            return self._practise(person, record, act)
        self._may_seal(record.case_number)
        if act.event in set(SideEvent):
            return self._side(person, record, SideEvent(act.event), act)
        if act.event not in set(Event):
            raise RequestError("event", given=act.event)
        event = Event(act.event)
        seen = self._check_fresh(record, act)
        case = self._casebook.case(record)
        if record.forked:
            raise NotAllowedError("forked")
        after = case.after(event, self.signatory(person), "")
        body, entries = self._body(event, record, case, act)
        if event in ENCLOSURES_NEEDED:
            self._check_whole(record)
        letter = self._letter(record, event, body, entries, after.holder)
        if event is Event.SUBMITTED:
            decides = decides_by(letter, self._casebook.form(record))
            letter = replace(letter, holder=case.after(event, self.signatory(person), "", decides).holder)
            self._check_somebody_decides(person, letter)
        return self._seal(person, record, letter, act.pin, seen)

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
        seen = self._check_fresh(record, act)
        self._casebook.case(record).after(Event.SUBMITTED, self.signatory(person), "")
        note = _text("note", act.note)
        body, _entries = self._submission(record, note)
        with self._store.transaction():
            fresh = self._casebook.find(record.case_number)
            if fresh.state != record.state or self.shown(fresh) != seen:
                raise StaleError("shown", {"head": None, "state": fresh.state})
            return self._drafts.practice.submit(person, fresh, body["answers"], note, self._clock.now())

    def seal_name(self, person: Person, record: CaseRecord) -> str:
        """The name of the seal that the person would seal a letter of this case with; empty when there is none."""
        return self._keyring.seal_name(person, self._division(record))

    def _division(self, record: CaseRecord) -> str:
        """The village in whose name this station writes in this case: the case's at its origin, elsewhere its own."""
        return record.division if self._station.is_me(record.origin) else ""

    def shown(self, record: CaseRecord) -> str:
        """The digest of what a page of this case shows now."""
        if CaseState(record.state) in (CaseState.DRAFT, CaseState.RETURNED) and self._station.is_me(record.origin):
            answers: Mapping[str, Any] = self._drafts.draft(record).answers
            entries = tuple(entry_of(row) for row in self._store.materials.list(record.case_number))
        else:
            history = self._casebook.history(record.case_number)
            answers, entries = history.answers(), history.enclosures()
            if self._drafts.is_supplementing(record):
                # What waits is told apart from what went up: the same pages must not go up twice.
                entries += tuple(replace(one, material=f"+{one.material}") for one in self._drafts.supplements(record))
        pages = tuple((entry.material, entry.page, entry.plain) for entry in entries)
        papers = self._papers_shown(record, answers)
        return shown_digest(self._station, answers, pages, record.package, record.head, papers)

    def _papers_shown(self, record: CaseRecord, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a submission would say of the papers; nothing of a case that is not filled in here."""
        if CaseState(record.state) not in OPEN_STATES or not self._station.is_me(record.origin):
            return {}
        return self._drafts.paperwork.submission(self._drafts.papers(record, answers))

    def _check_fresh(self, record: CaseRecord, act: Act) -> str:
        """The digest of what the case shows now, before anything is read from it for the letter."""
        if act.expected_head is not None and act.expected_head != record.head:
            raise StaleError("head", {"head": record.head, "given": act.expected_head, "state": record.state})
        shown = self.shown(record)
        if act.shown is not None and act.shown != shown:
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

    def _body(self, event: Event, record: CaseRecord, case: Case, act: Act) -> tuple[dict[str, Any], tuple[EnclosureEntry, ...]]:
        note = _text("note", act.note)
        if event is Event.SUBMITTED:
            return self._submission(record, note)
        body: dict[str, Any] = {"note": note} if note else {}
        if event in REASON_NEEDED:
            reason = _text("reason", act.reason)
            if not reason:
                raise RequestError("reason_needed", event=event.value)
            body["reason"] = reason
        if event is Event.RETURNED:
            body["marks"] = self._marks(record, act.marks)
        if event is Event.DELIVERED:
            receiver = _text("receiver", act.receiver)
            if not receiver:
                raise RequestError("receiver_needed")
            self._drafts.paperwork.check_collect(record, receiver)
            body["receiver"] = receiver
        return body, ()

    def _submission(self, record: CaseRecord, note: str) -> tuple[dict[str, Any], tuple[EnclosureEntry, ...]]:
        self._drafts.check_may_submit(record)
        draft = self._drafts.draft(record)
        checked = self._drafts.checked(record, draft.answers)
        problems = (*checked.problems, *self._drafts.missing(record, checked.clean))
        if problems:
            raise AnswerError(problems)
        papers = self._drafts.papers(record, draft.answers)
        body = {"answers": dict(checked.clean), "first_contact_at": to_text(papers.first_contact_at or record.opened_at)}
        body |= self._drafts.paperwork.submission(papers)
        if note:
            body["note"] = note
        return body, tuple(entry_of(row) for row in self._store.materials.list(record.case_number))

    def _marks(self, record: CaseRecord, marks: Sequence[Mark]) -> list[dict[str, Any]]:
        form = self._casebook.form(record)
        fields, materials = {one.id for one in form.fields()}, {one.id for one in form.materials} | RESERVED
        rows: list[dict[str, Any]] = []
        for mark in marks:
            if (mark.field is None) == (mark.material is None):
                raise RequestError("mark", given=mark.comment)
            if (mark.field or "") not in fields and (mark.material or "") not in materials | fields:
                raise RequestError("mark", given=mark.field or mark.material)
            place = {"field": mark.field} if mark.field else {"material": mark.material}
            row = {"row": mark.row} if mark.row is not None else {}
            rows.append({**place, **row, "comment": _text("comment", mark.comment) or "请核对"})
        return rows

    def _acceptance_number(self, record: CaseRecord) -> str:
        """The number (受理号) of the first acceptance stays; else division, day and a serial of this station."""
        earlier = self._casebook.history(record.case_number).acceptance_number()
        if earlier:
            return earlier
        today = self._today()
        serial = self._store.counters.next(f"acceptance:{today:%Y%m%d}")
        return f"{self._station.station[:6]}{today:%Y%m%d}{self._station.station[6:14]}{serial:04d}"

    def _today(self) -> date:
        return county_day(self._clock.now())

    def _side(self, person: Person, record: CaseRecord, kind: SideEvent, act: Act) -> CaseRecord:
        if record.head is None:
            raise NotAllowedError("not_submitted")
        if not self.signatory(person).may(SIDE_ROLES[kind]):
            raise NotAllowedError("role")
        text = _text("text", act.text or act.note or act.reason)
        if not text:
            raise RequestError("text_needed", event=kind.value)
        body: dict[str, Any] = {"text": text}
        entries: tuple[EnclosureEntry, ...] = ()
        seen = self._check_fresh(record, act) if kind in (SideEvent.SUPPLEMENT, SideEvent.ERASED) else None
        if kind is SideEvent.ERASED:
            body = {"enclosure": self._enclosure_of(record, act.enclosure), "reason": text}
        if kind is SideEvent.BRANCH_NAMED:
            if not record.forked or act.branch not in self._branches.heads(record.case_number):
                raise NotFoundError("letter", act.branch or "")
            body = {"head": act.branch, "reason": text}
        if kind is SideEvent.SUPPLEMENT:
            entries = self._drafts.supplements(record)
            if not entries:
                raise RequestError("supplement_needed")
            self._drafts.paperwork.check_act(record, "supplement")
            body |= self._drafts.paperwork.supplement(record.case_number, frozenset(entry.plain for entry in entries))
        return self._seal(person, record, self._letter(record, kind, body, entries, None), act.pin, seen)

    def _enclosure_of(self, record: CaseRecord, wanted: str | None) -> str:
        if wanted not in {entry.enclosure_id for entry in self._casebook.history(record.case_number).enclosures()}:
            raise NotFoundError("page", wanted or "")
        return wanted or ""

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
            division=self._division(record),
        )

    def _seal(self, person: Person, record: CaseRecord, letter: Letter, pin: str | None, seen: str | None) -> CaseRecord:
        """Open the key, seal, keep. `seen` is what the case showed when the letter was made; None for a side letter."""
        if record.practice:
            raise NotAllowedError("practice")  # the one place where a practice case would become a letter and a parcel
        signer = self._keyring.signer_for(person, pin, letter.division)
        if letter.event is Event.ACCEPTED:
            # Not before the key is open: a wrong PIN must not use a number up.
            letter = replace(letter, body={**letter.body, "acceptance_number": self._acceptance_number(record)})
        sealed = self._make(letter, signer)
        with self._store.transaction():
            return self._keep(person, sealed, record, seen)

    def _take_side(self, sealed: SealedLetter) -> None:
        self._casebook.take_side(sealed)
        if sealed.letter.kind == SideEvent.BRANCH_NAMED:
            record = self._casebook.find(sealed.letter.case_number)
            self._branches.choose(record, str(sealed.letter.body["head"]), sealed.letter.at)

    def _make(self, letter: Letter, signer: PersonalSigner) -> SealedLetter:
        payload = letter.payload()
        seal = sign_compact(self._station.suite, signer.signer, signer.seal, CONTEXT + payload, letter.at)
        return read_frame(make_frame(payload, (seal,)), self._station.suite.digest)

    def _keep(self, person: Person, sealed: SealedLetter, before: CaseRecord, seen: str | None) -> CaseRecord:
        """Keep letter, case row and parcel. What another tab or process changed since the letter was made stops it here."""
        letter, at = sealed.letter, sealed.letter.at
        self._may_seal(letter.case_number)
        record = self._casebook.find(before.case_number)
        is_stopped = record.forked and letter.event is not None
        if record.head != before.head or is_stopped or (seen is not None and self.shown(record) != seen):
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


def _text(name: str, text: str | None) -> str:
    clean = (text or "").strip()
    if len(clean) > MAX_TEXT:
        raise RequestError("text_too_long", field=name, most=MAX_TEXT)
    return clean
