"""Bodies (函件内容): what the letters of an act say beside who, when and to whom; checked, and nothing of it sealed yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forms.errors import AnswerError
from node.casework.branches import Branches
from node.casework.case import REASON_NEEDED, Event, SideEvent
from node.casework.casebook import Casebook
from node.casework.drafts import Drafts
from node.casework.held import Content
from node.casework.letter import EnclosureEntry
from node.casework.views import Mark
from node.clock import to_text
from node.errors import NotFoundError, RequestError
from node.paperwork.values import RESERVED, SEAL_APPROVAL
from node.store.records import CaseRecord

MAX_TEXT = 2000
MAX_NAME = 50

Said = tuple[dict[str, Any], tuple[EnclosureEntry, ...]]
"""A body and the pages that go with it."""


@dataclass(frozen=True)
class HeadPin:
    """The village head who types the PIN on somebody else's page: login name, PIN, and where that key is on a token, the seal's own."""

    name: str
    pin: str
    seal_pin: str | None = None


@dataclass(frozen=True)
class Act:
    """What a person asks for: the event, and what goes with it.

    `shown` is the digest of what the page showed and `expected_head` the letter last seen; None means not checked, which only
    the API may leave so. `enclosure` is the id of the page to be erased, `branch` the last letter of the branch that is to count.
    `head` opens the village committee's own seal, `seal_approval` is who approved its use on paper; neither where the act goes without.
    `seal_pin` opens the unit's seal where the person's own key is on a token. `batch` says that it is one of several sealed in one go.
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
    head: HeadPin | None = None
    seal_approval: str | None = None
    batch: bool = False
    seal_pin: str | None = None


class Bodies:
    """Makes the bodies of letters."""

    def __init__(self, casebook: Casebook, drafts: Drafts, branches: Branches) -> None:
        self._casebook = casebook
        self._drafts = drafts
        self._branches = branches

    def of_event(self, event: Event, record: CaseRecord, act: Act, content: Content) -> Said:
        """The body of an event of a case that holds this.

        Raises:
            RequestError: something that it needs is not given.
            AnswerError: a submission breaks the form's rules, or a material is missing.
        """
        note = text_of("note", act.note)
        if event is Event.SUBMITTED:
            return self.submission(record, content, note, act.seal_approval)
        body: dict[str, Any] = {"note": note} if note else {}
        if event in REASON_NEEDED:
            reason = text_of("reason", act.reason)
            if not reason:
                raise RequestError("reason_needed", event=event.value)
            body["reason"] = reason
        if event is Event.RETURNED:
            body["marks"] = self._marks(record, act.marks)
        if event is Event.DELIVERED:
            receiver = text_of("receiver", act.receiver)
            if not receiver:
                raise RequestError("receiver_needed")
            self._drafts.paperwork.check_collect(record, receiver)
            body["receiver"] = receiver
        return body, ()

    def submission(self, record: CaseRecord, content: Content, note: str, seal_approval: str | None = None) -> Said:
        """The body of a submission of what the case holds, with all pages that were attached.

        Raises:
            AnswerError: it breaks the form's rules, or a material is missing.
            RequestError: `seal_approval_scan` the head's approval on paper was not scanned; `seal_approval_by` no name.
        """
        self._drafts.check_may_submit(record)
        checked = self._drafts.checked(record, content.answers)
        problems = (*checked.problems, *self._drafts.missing(record, checked.clean))
        if problems:
            raise AnswerError(problems)
        papers = content.papers or self._drafts.papers(record, content.answers)
        body = {"answers": dict(checked.clean), "first_contact_at": to_text(papers.first_contact_at or record.opened_at)}
        body |= self._drafts.paperwork.submission(papers)
        if seal_approval is not None:
            body[SEAL_APPROVAL] = _approval(seal_approval, content.entries)
        if note:
            body["note"] = note
        return body, content.entries

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
            rows.append({**place, **row, "comment": text_of("comment", mark.comment) or "请核对"})
        return rows

    def of_side(self, kind: SideEvent, record: CaseRecord, act: Act) -> Said:
        """The body of a side letter.

        Raises:
            RequestError: `text_needed`, `supplement_needed`.
            NotFoundError: the page or the branch that it names is not here.
            NotAllowedError: the mandate does not cover a supplement.
        """
        text = text_of("text", act.text or act.note or act.reason)
        if not text:
            raise RequestError("text_needed", event=kind.value)
        if kind is SideEvent.ERASED:
            return {"enclosure": self._enclosure_of(record, act.enclosure), "reason": text}, ()
        if kind is SideEvent.BRANCH_NAMED:
            if not record.forked or act.branch not in self._branches.heads(record.case_number):
                raise NotFoundError("letter", act.branch or "")
            return {"head": act.branch, "reason": text}, ()
        body: dict[str, Any] = {"text": text}
        entries: tuple[EnclosureEntry, ...] = ()
        if kind is SideEvent.SUPPLEMENT:
            entries = self._drafts.supplements(record, self._casebook.history(record.case_number))
            if not entries:
                raise RequestError("supplement_needed")
            self._drafts.paperwork.check_act(record, "supplement")
            body |= self._drafts.paperwork.supplement(record.case_number, frozenset(entry.plain for entry in entries))
        return body, entries

    def _enclosure_of(self, record: CaseRecord, wanted: str | None) -> str:
        if wanted not in {entry.enclosure_id for entry in self._casebook.history(record.case_number).enclosures()}:
            raise NotFoundError("page", wanted or "")
        return wanted or ""


def _approval(by: str, entries: Sequence[EnclosureEntry]) -> dict[str, Any]:
    name = by.strip()
    if not any(entry.material == SEAL_APPROVAL for entry in entries):
        raise RequestError("seal_approval_scan")
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise RequestError("seal_approval_by")
    return {"by": name, "paper": True}


def text_of(name: str, text: str | None) -> str:
    """A text as a letter may hold it.

    Raises:
        RequestError: `text_too_long`.
    """
    clean = (text or "").strip()
    if len(clean) > MAX_TEXT:
        raise RequestError("text_too_long", field=name, most=MAX_TEXT)
    return clean
