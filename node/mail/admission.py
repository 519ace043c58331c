"""Admission (收件核验): what becomes of one letter that came in. The table of `docs/formats.md`, in its order.

1. known id: nothing happens
2. its origin is the parcel's maker (or the parcel refills a replaced station)
3. certificates, seals, form package and predecessor are here, else it waits
4. each seal stands: signature, certificate path, seal, proven time
5. the persons who sign belong to the origin station, and act for the village that the letter names, which is the case's; the seals
   may stand together under it: a person's first, a unit's last, of that village or organ, the village committee's only with its head
6. it follows the head of its case; two letters after one are a fork
7. TRANSITIONS allows it for the signer's certified role and tier, and it names the right holder
8. the form's rules hold for its answers, by the letter's own date and package, which was not withdrawn by then
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from forms.catalogue import Catalogue
from forms.errors import FormError, UnknownItemError
from forms.schema import Form
from forms.validate import Problem, check, missing_materials
from node.casework.branches import LOST, Branches
from node.casework.case import SIDE_ROLES, Case, Event, SideEvent, Signatory
from node.casework.casebook import Casebook
from node.casework.deciding import decides_by
from node.casework.history import COUNTED
from node.casework.letter import Letter, SealedLetter, read_frame
from node.casework.ownership import owned
from node.casework.pages import supplied_materials
from node.casework.seal_rules import fault
from node.clock import county_day
from node.errors import NodeError, NotFoundError, RequestError, TransitionError
from node.mail.packing import enclosures_named
from node.mail.proven_times import CLOCK_TOLERANCE, ProvenTimes
from node.seals.status import KIND as REGISTER
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord, LetterRecord
from signing.errors import SigningError, UnknownSignerError
from signing.report import STATES, Register, SealPolicy, SealReport
from signing.trust import Interval
from signing.verify import verify_compact

AFTER_FORK = ("forked", "follows_set_aside")
"""Why letters were set aside that may count once a branch is named."""

REVOKED = "revoked"
"""Why a letter was set aside: a key under it had been taken back, or a seal stopped, when another station first received it."""

AGAINST = frozenset({REVOKED, *STATES})
"""Codes of a seal's check that say so."""


@dataclass(frozen=True)
class Verdict:
    """What became of a letter: its outcome and why; what it waits for; the case it makes, when it changes one."""

    outcome: str
    reason: str | None = None
    needs: tuple[str, ...] = ()
    case: Case | None = None
    record: CaseRecord | None = None
    forks: bool = False


class Admission:
    """Judges letters and writes what became of them, in the caller's transaction. `register` says what speaks against a seal."""

    def __init__(self, station: Station, store: Store, catalogue: Catalogue, casebook: Casebook, register: Register | None = None) -> None:
        self._station = station
        self._store = store
        self._catalogue = catalogue
        self._casebook = casebook
        self.times = ProvenTimes(station, store)
        self._branches = Branches(station, store, casebook)
        self._policy = SealPolicy(register=register)

    def admit(self, sealed: SealedLetter, maker: str, *, copies: bool, parcel_id: str, at: datetime) -> Verdict | None:
        """Judge a letter and keep it; None when it was known (1). What it waits for is remembered."""
        if self._store.letters.exists(sealed.letter_id):
            return None
        verdict = self._judge(sealed, maker, copies=copies, at=at)
        if verdict.outcome != "refused":
            self._store.letters.add(_record(sealed, verdict, parcel_id, at))
        self._settle(sealed, verdict, at)
        return verdict

    def admit_again(self, row: LetterRecord, sealed: SealedLetter, at: datetime) -> Verdict:
        """Judge a letter that waited; it may wait on."""
        verdict = self._judge(sealed, sealed.letter.origin, copies=False, at=row.received_at)
        self._store.letters.unpark(row.letter_id)
        self._store.letters.set_outcome(row.letter_id, verdict.outcome, verdict.reason)
        self._settle(sealed, verdict, at)
        return verdict

    def _settle(self, sealed: SealedLetter, verdict: Verdict, at: datetime) -> None:
        if sealed.letter.enclosures and verdict.outcome in COUNTED:
            entries = enclosures_named(sealed.letter.enclosures)
            named = ((one.enclosure_id, one.size_bytes, one.rank) for one in entries)
            self._store.enclosures.made_by(named, sealed.letter.origin)
            self._store.enclosures.belong_to(sealed.letter.case_number, (one.enclosure_id for one in entries))
            late = {one.enclosure_id for one in sealed.letter.enclosures if one.is_documents}
            self._store.enclosures.let_ride_late(owned(self._station, self._store, late, sealed.letter.origin))
        if sealed.letter.is_side and verdict.outcome in COUNTED:
            self._casebook.take_side(sealed)
            if sealed.letter.kind == SideEvent.BRANCH_NAMED:
                self.take_branch(sealed, at)
        if verdict.needs:
            self._store.letters.park(sealed.letter_id, verdict.needs)
        if verdict.forks and verdict.record is not None:
            self._store.cases.put(replace(verdict.record, forked=True, updated_at=at))
        if verdict.forks or verdict.reason in AFTER_FORK:
            for row in self._named(sealed.letter.case_number):
                self.take_branch(read_frame(row.frame, self._station.suite.digest), at)
        elif verdict.case is not None and verdict.record is not None:
            flags = (verdict.reason,) if verdict.outcome == "flagged" and verdict.reason else ()
            self._casebook.put(verdict.record, verdict.case, sealed, at, flags=flags)

    def _judge(self, sealed: SealedLetter, maker: str, *, copies: bool, at: datetime) -> Verdict:
        letter = sealed.letter
        if letter.origin != maker and not (copies and self._is_on_the_path(maker, letter.case_number)):  # (2)
            return Verdict("refused", "origin")
        needs = tuple(self._missing(sealed))  # (3)
        if needs:
            return Verdict("waiting", needs[0].split(":")[0], needs)
        flag, refusal = self._check_seals(sealed, at)  # (4)
        if refusal:
            return Verdict("set_aside" if refusal == REVOKED else "refused", refusal)
        origin = self._station.current(letter.origin)
        persons = [one for one in map(self._station.trust.get, (seal.signer for seal in sealed.seals)) if one.usage != "organ"]
        if any(self._station.current(one.station) != origin for one in persons):  # (5)
            return Verdict("set_aside", "signer_station")
        if any(one.division != letter.village for one in persons):
            return Verdict("set_aside", "signer_division")
        if code := fault(letter, self._casebook.applied(sealed)):
            return Verdict("set_aside", f"seals_{code}")
        by = self._casebook.signatory_of(sealed)
        record = self._store.cases.get(letter.case_number)
        if record is not None and _is_of_another_village(letter, record):
            return Verdict("set_aside", "division")
        if letter.event is None:
            return self._beside(sealed, record, by, flag)
        return self._follow(sealed, record, by, flag, at)

    def _is_on_the_path(self, maker: str, case_number: str) -> bool:
        """Whether a station could have held the letters of this case, as far as is known here."""
        village = case_number[:14]
        return village not in self._station.directory or self._station.current(maker) in self._station.path_of(village)

    def _missing(self, sealed: SealedLetter) -> Iterable[str]:
        letter = sealed.letter
        if letter.event is None and not letter.is_side:
            yield f"kind:{letter.kind}"
        for seal in sealed.seals:
            try:
                self._station.trust.path(self._station.trust.get(seal.signer))
            except UnknownSignerError as error:
                yield f"certificate:{error.digest}"
            except SigningError:
                pass  # complete but invalid: the seal's check says so
            if self._store.certificates.get(seal.seal, "seal") is None:
                yield f"seal:{seal.seal}"
        try:
            self._catalogue.form(letter.item_id, letter.package)
        except UnknownItemError:
            yield f"package:{letter.package}"
        # A holder too may have its number so new that a hurried letter came before its certificate.
        named = (letter.origin, letter.case_number[:14], *((letter.holder.station[:14],) if letter.holder else ()))
        for station in dict.fromkeys(named):
            if station not in self._station.directory:
                yield f"station:{station}"
        if letter.after is not None:
            before = self._store.letters.get(letter.after)
            if before is None or before.outcome == "waiting":
                yield f"letter:{letter.after}"

    def _check_seals(self, sealed: SealedLetter, at: datetime) -> tuple[str | None, str | None]:
        """(flag, refusal): an undetermined seal is a flag, an invalid one a refusal, of which `revoked` may be lifted again."""
        flag: str | None = None
        revoked = False
        for number in range(len(sealed.seals)):
            try:
                report = self.report(sealed, number, at)
            except SigningError:
                return None, "seal"
            if _is_revoked(report):
                revoked = True
            elif report.verdict == "invalid":
                return None, "seal"
            if report.verdict == "undetermined" or not _is_dated(sealed, number):
                flag = "clock"
        return flag, REVOKED if revoked else None

    def is_revoked(self, sealed: SealedLetter, received_at: datetime, now: datetime) -> bool:
        """Whether a key or a seal under this letter had been taken back when another station first received it, or by now if none has."""
        unreceived = self._station.is_me(sealed.letter.origin) and self.times.first_receipt(sealed, received_at) is None
        try:
            reports = [self._verify(sealed, number, (None, now)) if unreceived else self.report(sealed, number, received_at)
                       for number in range(len(sealed.seals))]  # fmt: skip
        except SigningError:
            return False
        return any(map(_is_revoked, reports))

    def report(self, sealed: SealedLetter, number: int, received_at: datetime) -> SealReport:
        """The numbered steps for one seal of a letter, by its proven time.

        Raises:
            SigningError: what it needs is not here, or the bytes are no seal.
        """
        earliest, latest = self.times.of(sealed, received_at)
        # Where nothing was ever taken back or stopped, nobody has to be asked.
        may_matter = self._station.trust.lists() or self._store.certificates.all(REGISTER)
        first_receipt = self.times.first_receipt(sealed, received_at) if may_matter else None
        found = self._verify(sealed, number, (earliest, latest), first_receipt)
        if found.verdict == "invalid" and sealed.letter.at > received_at + CLOCK_TOLERANCE:
            # One of the two clocks is wrong, and it may be ours: without our bound the seal may be merely unproven.
            without_ours = self._verify(sealed, number, (None, None), first_receipt)
            return found if without_ours.verdict == "invalid" else without_ours
        return found

    def _verify(self, sealed: SealedLetter, number: int, proven: Interval, first_receipt: datetime | None = None) -> SealReport:
        return verify_compact(
            self._station.suite,
            self._station.trust,
            lambda digest: self._store.certificates.get(digest, "seal"),
            sealed.seals[number],
            sealed.sealed_content,
            proven,
            self._policy,
            first_receipt=first_receipt,
        )

    def take_branch(self, sealed: SealedLetter, at: datetime) -> None:
        """The county has named the branch of a forked case: the case becomes what it says, and what hung from it is judged again."""
        number, head = sealed.letter.case_number, sealed.letter.body.get("head")
        record = self._store.cases.get(number)
        if record is None or not record.forked or not isinstance(head, str):
            return
        try:
            self._branches.choose(record, head, at)
        except (NodeError, SigningError):
            return  # a branch that is not whole here: the case stands still, and a person sees it
        for row in self._store.letters.of_case(number):
            if row.outcome == "set_aside" and row.reason in AFTER_FORK:
                self.admit_again(row, read_frame(row.frame, self._station.suite.digest), at)

    def _follow(self, sealed: SealedLetter, record: CaseRecord | None, by: Signatory, flag: str | None, at: datetime) -> Verdict:
        letter = sealed.letter
        event = letter.event
        if event is None:
            raise ValueError(letter.kind)
        form = self._catalogue.form(letter.item_id, letter.package)
        try:
            record = record or self._casebook.open_from_letter(sealed, form, at)
        except RequestError:
            return Verdict("set_aside", "case_number")
        if record.forked:
            return Verdict("set_aside", "forked")
        if letter.after != record.head:  # (6)
            return self._off_the_chain(sealed, record, event, by)
        if (record.item_id, record.package) != (letter.item_id, letter.package):
            return Verdict("set_aside", "item")
        try:
            case = self._casebook.case(record).after(event, by, sealed.letter_id, decides_by(letter, form))  # (7)
        except TransitionError as error:
            return Verdict("set_aside", f"transition_{error.code}")
        if letter.holder is None or replace(letter.holder, station=self._station.current(letter.holder.station)) != case.holder:
            return Verdict("set_aside", "holder")
        if event is Event.SUBMITTED and rule_problems(form, sealed):  # (8)
            flag = "rules"
        elif letter.after is None and self._is_late(letter):
            flag = "withdrawn_version"
        return Verdict("flagged" if flag else "admitted", flag, case=case, record=record)

    def _is_late(self, letter: Letter) -> bool:
        """Whether a case was begun under a version that had been withdrawn by then: its village had not heard of it yet."""
        withdrawn = self._catalogue.withdrawn_at(letter.item_id, letter.package)
        return withdrawn is not None and letter.at > withdrawn + CLOCK_TOLERANCE

    def _beside(self, sealed: SealedLetter, record: CaseRecord | None, by: Signatory, flag: str | None) -> Verdict:
        """A side letter: of its case's path, by a role that may write it (7); it changes no state."""
        kind = SideEvent(sealed.letter.kind)
        if record is None or by.station not in self._station.path_of(record.origin):
            return Verdict("set_aside", "case")
        before = self._store.letters.get(sealed.letter.after) if sealed.letter.after else None
        if before is None or before.case_number != record.case_number or before.kind not in set(Event):
            return Verdict("set_aside", "follows_set_aside")
        if not by.may(SIDE_ROLES[kind]):
            return Verdict("set_aside", "transition_role")
        return Verdict("flagged" if flag else "admitted", flag)

    def _off_the_chain(self, sealed: SealedLetter, record: CaseRecord, event: Event, by: Signatory) -> Verdict:
        """A letter that does not follow the head: a fork only when its signer could have written it where it hangs."""
        before = self._store.letters.get(sealed.letter.after) if sealed.letter.after else None
        if before is not None and (before.outcome == "set_aside" or before.case_number != record.case_number):
            return Verdict("set_aside", "follows_set_aside")
        try:
            self._branches.case_at(record, sealed.letter.after).after(event, by, sealed.letter_id)
        except NotFoundError:
            return Verdict("set_aside", "follows_set_aside")
        except TransitionError as error:
            return Verdict("set_aside", f"transition_{error.code}")
        if self._is_named(record.case_number):
            return Verdict("set_aside", LOST)
        return Verdict("set_aside", "fork", record=record, forks=True)

    def _is_named(self, case_number: str) -> bool:
        """Whether the county has named the branch that the case is on here: what comes of another one stops nothing again."""
        counted = {row.letter_id for row in self._store.letters.of_case(case_number) if row.outcome in COUNTED}
        frames = (read_frame(row.frame, self._station.suite.digest) for row in self._named(case_number))
        return any(sealed.letter.body.get("head") in counted for sealed in frames)

    def _named(self, case_number: str) -> list[LetterRecord]:
        """The county's letters that name a branch of this case."""
        rows = self._store.letters.of_case(case_number)
        return [row for row in rows if row.kind == SideEvent.BRANCH_NAMED and row.outcome in COUNTED]


def _is_revoked(report: SealReport) -> bool:
    """Whether nothing speaks against a seal but that its key, or its maker's, was taken back, or that the register stopped it."""
    wrong = [step for step in report.steps if step.verdict == "invalid"]
    return bool(wrong) and all(step.code in AGAINST for step in wrong)


def _is_of_another_village(letter: Letter, record: CaseRecord) -> bool:
    """Whether a letter of the case's own station names another village than the case was opened for."""
    return letter.origin[:12] == record.origin[:12] and letter.village != (record.division or record.origin[:12])


def _is_dated(sealed: SealedLetter, number: int) -> bool:
    """Whether the letter's own time and day are those of its seal: only the seal's time is proven."""
    letter, at = sealed.letter, sealed.seals[number].at
    return abs(at - letter.at) <= CLOCK_TOLERANCE and letter.checked_on == county_day(letter.at)


def rule_problems(form: Form, sealed: SealedLetter) -> tuple[Problem, ...]:
    """What the form's rules say of a submission, by its own date: problems of answers, then of materials."""
    return rule_findings(form, sealed)[0]


def rule_findings(form: Form, sealed: SealedLetter) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """(problems, warnings) of a submission, by its own date and package, as the village had to find them."""
    letter = sealed.letter
    answers = letter.body.get("answers")
    if not isinstance(answers, dict):
        return (Problem(None, "type"),), ()
    attached = {entry.plain for entry in letter.enclosures}
    try:
        checked = check(form, answers, letter.checked_on, attached=attached)
        supplied = supplied_materials(form, (entry.material for entry in letter.enclosures))
        return (*checked.problems, *missing_materials(form, checked.clean, supplied, letter.checked_on)), checked.warnings
    except FormError:
        return (Problem(None, "type"),), ()


def _record(sealed: SealedLetter, verdict: Verdict, parcel_id: str, at: datetime) -> LetterRecord:
    letter = sealed.letter
    return LetterRecord(
        letter_id=sealed.letter_id,
        case_number=letter.case_number,
        kind=letter.kind,
        origin=letter.origin,
        after=letter.after,
        at=letter.at,
        received_at=at,
        frame=sealed.frame,
        outcome=verdict.outcome,
        reason=verdict.reason,
        parcel_id=parcel_id,
    )
