"""Leaving (离岗移交): what a person has in hand is listed, and belongs to a successor from the moment that somebody else confirms it.

Three lists: open cases, papers that lie with drafts, keys and certificates. The key file is destroyed: nobody seals in another one's name.
Its certificates are taken back at once where this station issued them; else they are to be by whoever did, and the log of this station
keeps which, and why.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from node.casework.casebook import Casebook
from node.casework.drafts import OPEN_STATES
from node.casework.reading import Reading
from node.casework.views import CaseLine
from node.clock import Clock, from_text, to_text
from node.enrolment.authority import Authority
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.folder import StationFolder
from node.roles import Role
from node.seals.cabinet import Cabinet
from node.staff.acting import Acting
from node.staff.people import Person
from node.staff.tokens import FILE, holder_of
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, PersonRecord
from signing.certificates import parse_certificate
from signing.errors import SigningError

CONFIRMING = frozenset({Role.ADMIN, Role.VILLAGE_HEAD})
"""Who may confirm that somebody leaves."""

REASONS = ("affiliation_changed", "cessation_of_operation")
"""Why the certificates are taken back: the person works elsewhere, or no longer."""

DONE, DESTROY = "handover:", "destroy_key:"
"""In `store.meta`: what was handed over, by the leaver's name; key files that are still to be destroyed."""


@dataclass(frozen=True)
class CaseInHand:
    """One open case: its numbers, village, item, applicant, state, and the last day as an ISO date."""

    case_number: str
    short_number: str
    village: str
    item: str
    applicant: str
    state: str
    due_on: str | None
    provisional: bool = False


@dataclass(frozen=True)
class PaperInHand:
    """Pages of one material that lie with a case that is not sent."""

    short_number: str
    material: str
    pages: int


@dataclass(frozen=True)
class CertificateInHand:
    """One certificate of the leaver's key, with the village that it is for."""

    digest: str
    serial: str
    village: str
    not_after: str


@dataclass(frozen=True)
class Handover:
    """What passes from one person to another.

    `reason`, `confirmed_by` and `at` are empty until it is done; `unsealed` are the villages of cases for which the successor has no seal,
    `seals` the unit seals that nobody but the leaver keeps: they can be opened no more.
    """

    person: str
    person_name: str
    successor: str
    successor_name: str
    cases: tuple[CaseInHand, ...]
    papers: tuple[PaperInHand, ...]
    certificates: tuple[CertificateInHand, ...]
    unsealed: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    reason: str = ""
    confirmed_by: str = ""
    at: str = ""

    @property
    def done_at(self) -> datetime | None:
        """When it was confirmed."""
        return from_text(self.at) if self.at else None


class Leaving:
    """Handing over, at one station."""

    def __init__(
        self,
        station: Station,
        store: Store,
        folder: StationFolder,
        casebook: Casebook,
        reading: Reading,
        acting: Acting,
        authority: Authority,
        clock: Clock,
        cabinet: Cabinet,
    ) -> None:
        self._station = station
        self._store = store
        self._folder = folder
        self._casebook = casebook
        self._reading = reading
        self._acting = acting
        self._authority = authority
        self._clock = clock
        self._cabinet = cabinet
        self._destroy_what_is_left()

    def prepare(self, name: str, successor: str | None = None) -> Handover:
        """The three lists as they stand now; without a successor these are for a first look.

        Raises:
            NotFoundError: nobody is called that.
            RequestError: `successor` is disabled, practises, is the leaver, or is no agent though there are cases.
        """
        return self._prepared(name, successor, self._kept_alone(name))

    def _prepared(self, name: str, successor: str | None, seals: tuple[str, ...]) -> Handover:
        record = self._record(name)
        lines = () if record.practice else self._reading.open_cases_of(name)
        to = None if successor is None else self._check_successor(record, successor, bool(lines))
        return Handover(
            person=name,
            person_name=record.display_name,
            successor=to.name if to else "",
            successor_name=to.display_name if to else "",
            cases=tuple(_case(line, self._village(line)) for line in lines),
            papers=tuple(paper for line in lines if line.state in OPEN_STATES for paper in self._papers(line)),
            certificates=self._certificates(record),
            unsealed=self._unsealed(to, lines) if to else (),
            seals=seals,
        )

    def confirm(self, by: Person, name: str, successor: str, reason: str) -> Handover:
        """Hand over and shut the account, all at once: cases, logins, key, certificates. What was handed over is kept to be printed.

        Raises:
            NotAllowedError: `role` the person may not confirm this; `own_leaving` nobody confirms their own.
            NotFoundError, RequestError: as `prepare`; `reason` is none; `left` it was done before.
        """
        if CONFIRMING.isdisjoint(by.roles):
            raise NotAllowedError("role")
        if by.name == name:
            raise NotAllowedError("own_leaving")
        if reason not in REASONS:
            raise RequestError("leaving_reason")
        now, seals = self._clock.now(), self._kept_alone(name)
        with self._store.transaction():
            record = self._record(name)
            if record.disabled:
                raise RequestError("left", name=name)
            seen = self._prepared(name, successor, seals)
            done = Handover(**{**vars(seen), "reason": reason, "confirmed_by": by.display_name, "at": to_text(now)})
            self._shut(record, done, by.name, now)
        self._destroy_what_is_left()
        self._take_back([one.digest for one in done.certificates], reason, by.name)
        return done

    def done(self, name: str) -> Handover:
        """What was handed over when this person left.

        Raises:
            NotFoundError: the person has not left.
        """
        text = self._store.meta.get(DONE + name)
        if text is None:
            raise NotFoundError("person", name)
        return _from_json(json.loads(text))

    def successors(self, name: str) -> tuple[PersonRecord, ...]:
        """The people who may take over."""
        return tuple(one for one in self._store.people.all() if one.name != name and not one.disabled and not one.practice)

    def _shut(self, record: PersonRecord, done: Handover, by: str, now: datetime) -> None:
        store, name = self._store, record.name
        store.cases.move_opener(name, done.successor, [one.case_number for one in done.cases])
        if record.key_name is not None and holder_of(record.key_name) == FILE:
            store.meta.set(DESTROY + record.key_name, "")
        shut = {**vars(record), "disabled": True, "key_name": None}
        store.people.put(PersonRecord(**shut))
        store.sessions.revoke_all(name)
        store.meta.set(DONE + name, json.dumps(asdict(done), ensure_ascii=False))
        facts = {"successor": done.successor, "cases": [one.case_number for one in done.cases]}
        store.audit.append(AuditRecord(now, by, "left", name, facts))
        for one in done.certificates:
            wanted = {"certificate": one.digest, "serial": one.serial, "reason": done.reason}
            store.audit.append(AuditRecord(now, by, "revocation_wanted", name, wanted))

    def _take_back(self, digests: Sequence[str], reason: str, by: str) -> None:
        """Take back what this station's own authority issued; the handover stands whether it can or not."""
        with suppress(NotAllowedError, SigningError):
            if digests:
                self._authority.revoke(digests, reason, by=by)

    def _destroy_what_is_left(self) -> None:
        """Destroy the key files of people who have left; one that the disk will not let go of is tried again at the next start."""
        for fact in self._store.meta.names(DESTROY):
            with suppress(OSError):
                self._folder.personal_key(fact.removeprefix(DESTROY)).unlink(missing_ok=True)
                self._store.meta.delete(fact)

    def _record(self, name: str) -> PersonRecord:
        record = self._store.people.get(name)
        if record is None:
            raise NotFoundError("person", name)
        return record

    def _check_successor(self, record: PersonRecord, successor: str, has_cases: bool) -> PersonRecord:
        to = self._store.people.get(successor)
        if to is None or to.disabled or to.practice or to.name == record.name:
            raise RequestError("successor", name=successor)
        if has_cases and Role.AGENT not in to.roles:
            raise RequestError("successor", name=successor)
        return to

    def _kept_alone(self, name: str) -> tuple[str, ...]:
        """Read from the files of the seals, so outside of transactions."""
        return tuple(one.name for one in self._cabinet.kept_by(name) if one.has_only(name))

    def _village(self, line: CaseLine) -> str:
        return line.division_name or self._station.name

    def _papers(self, line: CaseLine) -> tuple[PaperInHand, ...]:
        form = self._casebook.form(self._casebook.find(line.case_number))
        names = {field.id: field.label for field in form.fields()} | {one.id: one.name for one in form.materials}
        counts: dict[str, int] = {}
        for row in self._store.materials.list(line.case_number):
            counts[row.material] = counts.get(row.material, 0) + 1
        return tuple(PaperInHand(line.short_number, names.get(one, one), count) for one, count in counts.items())

    def _certificates(self, record: PersonRecord) -> tuple[CertificateInHand, ...]:
        digests = [record.certificate, *self._store.person_certificates.of(record.name).values()]
        ders = [self._store.certificates.get(one, "certificate") for one in digests if one is not None]
        found = [parse_certificate(self._station.suite, der) for der in ders if der is not None]
        return tuple(
            CertificateInHand(one.digest, f"{one.serial:x}", self._acting.name_of(one.division), to_text(one.not_after)) for one in found
        )

    def _unsealed(self, to: PersonRecord, lines: Sequence[CaseLine]) -> tuple[str, ...]:
        known = {one.name for one in self._acting.villages(Person(to.name, to.display_name, to.roles))}
        return tuple(dict.fromkeys(name for line in lines if (name := self._village(line)) not in known))


def _case(line: CaseLine, village: str) -> CaseInHand:
    due = line.deadline.due_on.isoformat() if line.deadline else None
    provisional = line.deadline is not None and line.deadline.provisional
    return CaseInHand(line.case_number, line.short_number, village, line.item_name, line.title, line.state, due, provisional)


def _from_json(told: Mapping[str, Any]) -> Handover:
    parts = {
        "cases": tuple(CaseInHand(**one) for one in told["cases"]),
        "papers": tuple(PaperInHand(**one) for one in told["papers"]),
        "certificates": tuple(CertificateInHand(**one) for one in told["certificates"]),
        "unsealed": tuple(told["unsealed"]),
        "seals": tuple(told.get("seals", ())),
    }
    return Handover(**{**told, **parts})
