"""Mandates (代办委托书): the applicant lets the station act for a while; signed before a witness, scanned back, revoked at any time."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from node.clock import Clock, county_day
from node.errors import NotFoundError, RequestError
from node.paperwork.members import state_on
from node.paperwork.names import same_name
from node.paperwork.values import POWERS, SIGNED, STANDING, MandateLine
from node.roles import Role
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, CaseRecord
from node.store.records.papers import MandateRecord

LONGEST_TERM = timedelta(days=366)
USUAL_TERM = timedelta(days=180)
LONGEST_NAME = 40
LONGEST_REASON = 200
_PHONE = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")
_ID = re.compile(r"[0-9A-Za-z]{6,30}")


@dataclass(frozen=True)
class Terms:
    """What a mandate is to say; days are of the county."""

    principal: str
    principal_id: str
    powers: tuple[str, ...]
    begins: date
    ends: date
    witness: str
    witness_phone: str
    signed: str = SIGNED[0]


class Mandates:
    """Mandates of this station's cases."""

    def __init__(self, station: Station, store: Store, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._clock = clock

    def make(self, person: Person, record: CaseRecord, terms: Terms) -> MandateLine:
        """Keep what the paper is to say, to be printed and signed; one that was not scanned back yet is written anew.

        One whose scan was taken away again keeps its number, so that the scan stays of what was signed.

        Raises:
            RequestError: `mandate_stands` one that was scanned back is not revoked; else which part cannot be, `mandate_…` or `witness_…`.
        """
        terms = self._checked(terms)
        now = self._clock.now().replace(microsecond=0)
        with self._store.transaction():
            last = self._last(record.case_number)
            if last is not None and last.revoked_at is None and self._line(last).pages:
                raise RequestError("mandate_stands")
            again = last is not None and last.revoked_at is None and not last.pages
            number = (last.number if last else 0) + (0 if again else 1)
            mandate = MandateRecord(
                case_number=record.case_number,
                number=number,
                principal=terms.principal,
                principal_id=terms.principal_id,
                powers=terms.powers,
                begins=terms.begins.isoformat(),
                ends=terms.ends.isoformat(),
                witness=terms.witness,
                witness_phone=terms.witness_phone,
                signed=terms.signed,
                made_at=now,
                made_by=person.name,
            )
            self._store.papers.put_mandate(mandate)
            self._store.audit.append(AuditRecord(now, person.name, "mandate_made", record.case_number, {"number": number}))
        return self._line(mandate)

    def revoke(self, person: Person, record: CaseRecord, reason: str) -> MandateLine:
        """Keep that the applicant took it back, and when; it cannot be undone.

        Raises:
            NotFoundError: there is none, or it was revoked before.
            RequestError: `mandate_reason`.
        """
        told = reason.strip()
        if not told or len(told) > LONGEST_REASON:
            raise RequestError("mandate_reason", most=LONGEST_REASON)
        now = self._clock.now().replace(microsecond=0)
        with self._store.transaction():
            last = self._last(record.case_number)
            if last is None or last.revoked_at is not None:
                raise NotFoundError("mandate", record.case_number)
            gone = replace(last, revoked_at=now, revoked_by=person.name, reason=told)
            self._store.papers.put_mandate(gone)
            self._store.audit.append(AuditRecord(now, person.name, "mandate_revoked", record.case_number, {"number": gone.number}))
        return self._line(gone)

    def current(self, case_number: str) -> MandateLine | None:
        """The last mandate of a case, as it stands now; None when there never was one."""
        last = self._last(case_number)
        return None if last is None else self._line(last)

    def check_awaits_page(self, case_number: str) -> None:
        """Return when a scan can belong to a mandate.

        Raises:
            RequestError: `mandate_first` nothing was printed that it could be of.
        """
        last = self._last(case_number)
        if last is None or last.revoked_at is not None:
            raise RequestError("mandate_first")

    def page_kept(self, case_number: str, plain: str) -> None:
        """A scan came back; in the caller's transaction.

        Raises:
            RequestError: `mandate_old_page` it is the scan of a mandate before this one.
        """
        last = self._last(case_number)
        if any(plain in one.pages for one in self._store.papers.mandates(case_number) if last is not None and one.number != last.number):
            raise RequestError("mandate_old_page")
        if last is not None and last.revoked_at is None and plain not in last.pages:
            self._store.papers.put_mandate(replace(last, pages=(*last.pages, plain)))

    def fault(self, case_number: str, power: str) -> str | None:
        """Why nobody may act by a mandate now: `missing`, `unscanned`, `early`, `expired`, `revoked` or `power`; None when one may."""
        mandate = self.current(case_number)
        if mandate is None:
            return "missing"
        if mandate.state != STANDING:
            return mandate.state
        return None if power in mandate.powers else "power"

    def is_agent(self, name: str) -> bool:
        """Whether an agent of this station has this name, however it is written."""
        agents = (one.display_name for one in self._store.people.all() if Role.AGENT in one.roles)
        return same_name(name) in map(same_name, agents)

    def _last(self, case_number: str) -> MandateRecord | None:
        return next(reversed(self._store.papers.mandates(case_number)), None)

    def _line(self, mandate: MandateRecord) -> MandateLine:
        """The mandate with its state: a scan counts only while it is among the case's pages."""
        here = {row.plain_digest for row in self._store.materials.list(mandate.case_number)}
        pages = tuple(page for page in mandate.pages if page in here)
        begins, ends = date.fromisoformat(mandate.begins), date.fromisoformat(mandate.ends)
        state = state_on(begins, ends, county_day(self._clock.now()))
        if mandate.revoked_at is not None:
            state = "revoked"
        elif not pages and state != "expired":
            state = "unscanned"
        return MandateLine(
            principal=mandate.principal,
            principal_id=mandate.principal_id,
            powers=tuple(mandate.powers),
            begins=begins,
            ends=ends,
            witness=mandate.witness,
            witness_phone=mandate.witness_phone,
            signed=mandate.signed,
            state=state,
            content=self._content(mandate),
            pages=pages,
            number=mandate.number,
            made_at=mandate.made_at,
            revoked_at=mandate.revoked_at,
            reason=mandate.reason,
        )

    def _content(self, mandate: MandateRecord) -> str:
        """The digest of all that the paper says."""
        said: Mapping[str, object] = {
            "case": mandate.case_number,
            "number": mandate.number,
            "principal": mandate.principal,
            "principal_id": mandate.principal_id,
            "powers": list(mandate.powers),
            "from": mandate.begins,
            "until": mandate.ends,
            "witness": mandate.witness,
            "witness_phone": mandate.witness_phone,
            "signed": mandate.signed,
        }
        return self._station.digest_of(said)

    def _checked(self, terms: Terms) -> Terms:
        """The terms, cleaned.

        Raises:
            RequestError: they cannot stand on a mandate.
        """
        terms = replace(
            terms,
            principal=_clean(terms.principal),
            principal_id=_clean(terms.principal_id).upper(),
            witness=_clean(terms.witness),
            witness_phone=_clean(terms.witness_phone),
            powers=tuple(one for one in POWERS if one in terms.powers),
        )
        if not _is_name(terms.principal):
            raise RequestError("mandate_principal")
        if not _ID.fullmatch(terms.principal_id):
            raise RequestError("mandate_principal_id")
        if not terms.powers or terms.signed not in SIGNED:
            raise RequestError("mandate_powers")
        if terms.ends < max(terms.begins, county_day(self._clock.now())) or terms.ends - terms.begins > LONGEST_TERM:
            raise RequestError("mandate_term")
        self._check_witness(terms)
        return terms

    def _check_witness(self, terms: Terms) -> None:
        if not _is_name(terms.witness):
            raise RequestError("witness_needed")
        if not _PHONE.fullmatch(terms.witness_phone):
            raise RequestError("witness_phone")
        if same_name(terms.witness) == same_name(terms.principal):
            raise RequestError("witness_is_principal", name=terms.witness)
        if self.is_agent(terms.witness):
            raise RequestError("witness_is_agent", name=terms.witness)


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _is_name(text: str) -> bool:
    return 2 <= len(same_name(text)) and len(text) <= LONGEST_NAME and text.isprintable()
