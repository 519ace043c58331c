"""All papers of a case together (纸面手续): what drafts keep of them, what is sealed of them, and what a case shows of them."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from typing import Any

from forms.problems import Problem
from forms.schema import Form
from node.clock import Clock, county_day
from node.config import PolicySettings
from node.errors import NotAllowedError
from node.paperwork.cards import Cards
from node.paperwork.mandates import Mandates
from node.paperwork.members import read_mandate, read_members, write_mandate, write_members
from node.paperwork.originals import Originals
from node.paperwork.signatures import SIGNED_FORM, Signatures
from node.paperwork.standby import Standby, code_of_receipt
from node.paperwork.values import MANDATE, STANDING, CasePapers
from node.staff.people import Person
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord, MaterialRecord

REQUIRED = "required"
"""Of a policy: without it nothing is sealed. Any other value only shows what there is."""


class Paperwork:
    """Papers of this station's cases. `policy` says which of them must be there."""

    def __init__(self, station: Station, store: Store, clock: Clock, policy: PolicySettings) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self.mandates = Mandates(station, store, clock)
        self.originals = Originals(store, clock)
        self.signatures = Signatures(station, store, clock)
        self.standby = Standby(station, store, clock)
        self.cards = Cards(store)

    def page_kept(
        self, person: Person, record: CaseRecord, form: Form, answers: Mapping[str, Any], row: MaterialRecord, signing: str | None
    ) -> tuple[MaterialRecord, ...]:
        """A page was kept, in the caller's transaction; the slots that it fills beside its own."""
        if row.material == MANDATE:
            self.mandates.page_kept(record.case_number, row.plain_digest)
        if signing is None and row.material != SIGNED_FORM:
            return ()
        return self.signatures.page_kept(person, record, form, answers, row, signing)

    def problems(self, record: CaseRecord, form: Form, answers: Mapping[str, Any]) -> tuple[Problem, ...]:
        """What of the papers forbids to submit: a form signed under other answers, and what the policy asks for and is not there."""
        found = list(self.signatures.problems(record, form, answers))
        if self._policy.mandate == REQUIRED:
            powers = ("file",) if record.head is None else ("file", "supplement")
            faults = (self.mandates.fault(record.case_number, power) for power in powers)
            found += [Problem(None, f"mandate_{fault}", material=MANDATE) for fault in faults if fault][:1]
        if self._policy.originals == REQUIRED:
            unseen = self.originals.unseen(record.case_number, form)
            found += [Problem(None, "original_unseen", {"name": form.material(name).name}, material=name) for name in unseen]
        return tuple(found)

    def check_act(self, record: CaseRecord, power: str) -> None:
        """Return when the station may act for the applicant, or need not prove it.

        Raises:
            NotAllowedError: `mandate_…` why not.
        """
        fault = self.mandates.fault(record.case_number, power) if self._policy.mandate == REQUIRED else None
        if fault:
            raise NotAllowedError(f"mandate_{fault}")

    def check_collect(self, record: CaseRecord, receiver: str) -> None:
        """Return when the receiver of a result is no agent of this station, or one that may collect it; see `check_act`."""
        if self.mandates.is_agent(receiver):
            self.check_act(record, "collect")

    def of_draft(self, record: CaseRecord, form: Form, answers: Callable[[], Mapping[str, Any]]) -> CasePapers:
        """The papers of a case that is being filled in here; `answers` are those that count, worked out when they are needed."""
        if not self._store.papers.has_any(record.case_number):
            return CasePapers(first_contact_at=record.opened_at)
        receipt = self.standby.of_case(record.case_number)
        return CasePapers(
            mandate=self.mandates.current(record.case_number),
            originals=self.originals.lines(record.case_number),
            signed=self.signatures.line(record, form, answers),
            standby=code_of_receipt(receipt) if receipt else "",
            first_contact_at=receipt.written_at if receipt and receipt.written_at else record.opened_at,
            cards=self.cards.lines(record, form, answers),
        )

    def of_letters(
        self, record: CaseRecord, form: Form, submitted: Mapping[str, Any], later: tuple[Mapping[str, Any], ...], pages: AbstractSet[str]
    ) -> CasePapers:
        """The papers that a case's letters name: of the last submission's body, and the mandate of a supplement since.

        `pages` are the digests of the mandate's scans among the case's pages: a mandate whose scan is not there is only claimed.
        """
        answers = submitted.get("answers")
        said = answers if "signed" in submitted and isinstance(answers, Mapping) else None
        digest = "" if said is None else self.signatures.digest(record, form, said)
        papers = read_members(submitted, digest, self._today())
        told = [read_mandate(body["mandate"], self._today()) for body in (submitted, *later) if "mandate" in body]
        # Where the mandate was written one knows more than the letters say: that it was taken back since.
        here = self.mandates.current(record.case_number)
        claimed = next(reversed(told), None)
        if claimed is not None and claimed.state == STANDING and not pages & set(claimed.pages):
            claimed = replace(claimed, state="unscanned", pages=())
        return replace(papers, mandate=here or claimed)

    def put_back(self, record: CaseRecord, form: Form, submitted: Mapping[str, Any]) -> None:
        """Take ticks and signature from the last submission, at a station that stands in the place of the one that kept them.

        A mandate and a card are not put back: what only they say is in no letter, so they are written and read anew.
        """
        papers, answers = read_members(submitted, "", self._today()), submitted.get("answers")
        self.originals.put_back(record.case_number, papers.originals)
        if papers.signed is not None and isinstance(answers, Mapping):
            self.signatures.put_back(record, form, papers.signed, answers)

    def submission(self, papers: CasePapers) -> dict[str, Any]:
        """The members of a submission's body."""
        return write_members(papers)

    def supplement(self, case_number: str, pages: frozenset[str]) -> dict[str, Any]:
        """The members of a supplement that brings the scan of a mandate."""
        mandate = self.mandates.current(case_number)
        brought = mandate is not None and mandate.state == STANDING and not pages.isdisjoint(mandate.pages)
        return {"mandate": write_mandate(mandate)} if mandate is not None and brought else {}

    def forget(self, case_number: str) -> None:
        """Forget the papers of a draft that is thrown away, in the caller's transaction."""
        self.standby.release(case_number)
        self._store.papers.forget(case_number)

    def _today(self) -> date:
        return county_day(self._clock.now())
