"""The desk's drawer of documents (文书): which there are of a case, and each as a file: the sealed one where there is one, else a print."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.schema import Field
from node.casework.case import Event
from node.casework.casebook import Casebook
from node.casework.desk import Desk
from node.casework.views import CaseView, LetterLine
from node.clock import county_day
from node.documents.carried import KINDS
from node.documents.certificate import read_certificate
from node.documents.facts import CaseFacts, Organ
from node.documents.layout import Layout, QrCode
from node.documents.ofd_pages import ofd_files
from node.documents.pages import DECISIONS, CasePages
from node.documents.sealing import Documents
from node.drawing.process import DrawingProcess
from node.errors import NotFoundError
from node.evidence.standing import FAULTY, SEALED, UNVERIFIED
from node.roles import Tier
from node.staff.people import Person
from signing.ofd import new_ofd

FORMATS = ("pdf", "ofd")
PRINT = "print"
_MADE_BY = {"receipt": ("submitted",), "notice": ("returned",), "acceptance": (Event.ACCEPTED,), "result": tuple(DECISIONS)}
"""The events whose last letter brings a document about."""
_STATES = (SEALED, UNVERIFIED, FAULTY)
"""From the best to the worst."""


@dataclass(frozen=True)
class DocumentLine:
    """A document that a case has; `at` is when it came about, `number` a certificate's identifier.

    `state` is `print` where it bears no electronic seals here; else how those stand: `sealed`, all of them; `unverified`, of some it
    cannot be said here; `faulty`, one does not, or the file is not as it was sealed.
    """

    kind: str
    state: str
    at: datetime | None = None
    number: str = ""

    @property
    def sealed(self) -> bool:
        """Whether it bears electronic seals that were judged here and stand."""
        return self.state == SEALED


class DocumentDesk:
    """Documents, for people at this station.

    `sealed` has the sealed files of a case by name (`form.pdf`, `result.ofd` ...), `standing` says how the seals of such a file stand,
    `masked` gives answers without whole numbers.
    """

    def __init__(
        self,
        desk: Desk,
        casebook: Casebook,
        pages: CasePages,
        drawing: DrawingProcess,
        sealed: Documents,
        standing: Callable[[str, bytes], str],
        masked: Callable[[Iterable[Field], Mapping[str, Any]], Mapping[str, Any]],
    ) -> None:
        self._desk = desk
        self._casebook = casebook
        self._pages = pages
        self._drawing = drawing
        self._sealed = sealed
        self._standing = standing
        self._masked = masked

    def lines(self, person: Person, number: str) -> tuple[DocumentLine, ...]:
        """The documents that the case has now, in the order in which they come about."""
        view = self._desk.case(person, number)
        return self.lines_of(view, self._desk.letters(person, view.line.case_number))

    def lines_of(self, view: CaseView, letters: tuple[LetterLine, ...]) -> tuple[DocumentLine, ...]:
        """The same, for a page that has read the case and its letters already."""
        states = self._states(view)
        found: list[DocumentLine] = [DocumentLine("form", states.get("form", PRINT), view.opened_at)]
        for kind, events in _MADE_BY.items():
            if letter := _latest(letters, *events):
                found.append(DocumentLine(kind, states.get(kind, PRINT), letter.claimed_at))
        decided = _latest(letters, *DECISIONS)
        if decided is not None and (given := read_certificate(decided.body)):
            found.append(DocumentLine("certificate", states.get("certificate", PRINT), decided.claimed_at, given.id))
        return tuple(found)

    def _states(self, view: CaseView) -> dict[str, str]:
        """How the seals of each sealed document stand, the worse of its PDF and OFD."""
        states: dict[str, str] = {}
        for name, data in self._sealed.assemble(view.line.case_number).items():
            kind = name.partition(".")[0]
            if kind not in _rewritten(view):
                states[kind] = max(states.get(kind, SEALED), self._standing(name, data), key=_STATES.index)
        return states

    def file(self, person: Person, number: str, kind: str, file_format: str, *, printing: bool = False) -> bytes:
        """A document that acts seal; who opens a sealed form of a case that is not in his hands sees it whole, and that is logged.

        Raises:
            NotFoundError: there is no such document, or not yet.
            DrawingError: it could not be drawn.
        """
        if kind not in KINDS or file_format not in FORMATS:
            raise NotFoundError("document", kind)
        view = self._desk.case(person, number)
        sealed = self._sealed.assemble(view.line.case_number).get(f"{kind}.{file_format}")
        if sealed is None or kind in _rewritten(view):
            return self.written(self.layout(person, view, kind, printing=printing), file_format)
        if kind == "form" and not view.line.mine:
            self._desk.reveal(person, view.line.case_number)
        return sealed

    def layout(self, person: Person, view: CaseView, kind: str, *, printing: bool = False) -> Layout:
        """The pages of a document that acts seal, as it stands now.

        Raises:
            NotFoundError: there is no such document, or not yet.
        """
        return self._form(person, view, printing) if kind == "form" else self._decided(person, view, kind)

    def facts(self, person: Person, number: str) -> CaseFacts:
        """Which case it is, as every document says it.

        Raises:
            CaseNotFoundError: none that this person may see.
        """
        return self._pages.facts(self._casebook.find(self._desk.case(person, number).line.case_number))

    def written(self, layout: Layout, file_format: str) -> bytes:
        """A layout as a file, without seals.

        Raises:
            DrawingError: it could not be drawn.
        """
        return self._drawing.render_pdf(layout) if file_format == "pdf" else new_ofd(ofd_files(layout))

    def qr(self, text: str) -> QrCode:
        """The QR code of a text."""
        return self._drawing.qr(text)

    def _form(self, person: Person, view: CaseView, printing: bool) -> Layout:
        record, papers = self._casebook.find(view.line.case_number), self._desk.papers
        to_sign = (papers.print_form if printing else papers.form_to_sign)(person, record.case_number)
        # Who holds the case sees its numbers anyway, and the applicant signs what is printed.
        shown = None if view.line.mine else self._masked(self._casebook.form(record).fields(), to_sign.answers)
        signed = view.papers.signed.way if view.papers.signed and view.papers.signed.agrees else ""
        entries = papers.pages(person, record.case_number)
        cards = view.papers.cards
        return self._pages.form(record, to_sign.answers, entries, signed=signed, checked_on=view.checked_on, shown=shown, cards=cards)

    def _decided(self, person: Person, view: CaseView, kind: str) -> Layout:
        events = _MADE_BY["acceptance" if kind == "acceptance" else "result"]
        letter = _latest(self._desk.letters(person, view.line.case_number), *events)
        if letter is None:
            raise NotFoundError("document", kind)
        record = self._casebook.find(view.line.case_number)
        organ = Organ(letter.tier, view.village_name if letter.tier == Tier.VILLAGE else letter.station_name)
        if kind == "acceptance":
            return self._pages.acceptance(record, letter.body, organ, county_day(letter.claimed_at), letter.letter_id)
        make = self._pages.result if kind == "result" else self._pages.certificate
        return make(record, letter.event, letter.body, organ, county_day(letter.claimed_at))


def _rewritten(view: CaseView) -> frozenset[str]:
    """Documents whose seals are of something older: while a case is put right here its form is what is being filled in now."""
    return frozenset({"form"}) if view.version is not None else frozenset()


def _latest(letters: tuple[LetterLine, ...], *events: str) -> LetterLine | None:
    return next((one for one in reversed(letters) if one.event in events), None)
