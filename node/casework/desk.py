"""The desk (柜台): the one counter that pages and the API come to. It has three drawers: drafts, acts and reading."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from forms.catalogue import ItemEntry
from forms.schema import Form
from forms.validate import Problem
from node.casework.acts import Act, Acts, HeadPin, Sealed
from node.casework.attaching import Attaching
from node.casework.case import CASE_READERS
from node.casework.casebook import Casebook
from node.casework.drafts import Drafts
from node.casework.filling_help import FillingHelp
from node.casework.offering import Offering
from node.casework.pages import entry_of
from node.casework.practice import check_same_world
from node.casework.reading import Reading
from node.casework.views import Attachment, CaseLine, CaseView, LetterLine, LinkStatus, Mark
from node.documents.sealing import Prepared
from node.errors import NotAllowedError
from node.mail.line import Line
from node.paperwork.desk import PaperDesk
from node.roles import Role
from node.staff.acting import Village
from node.staff.people import Person


class Desk:
    """What people do at this station."""

    def __init__(
        self,
        offering: Offering,
        casebook: Casebook,
        drafts: Drafts,
        acts: Acts,
        reading: Reading,
        line: Line,
        filling: FillingHelp,
        papers: PaperDesk,
        attaching: Attaching,
    ) -> None:
        self._offering = offering
        self._casebook = casebook
        self._drafts = drafts
        self._acts = acts
        self._reading = reading
        self._line = line
        self.filling = filling
        self.papers = papers
        self._attaching = attaching

    def items(self, words: str = "") -> tuple[ItemEntry, ...]:
        """The items of the catalogue in which every word is found; without words, all."""
        return self._offering.items(words)

    def is_on_shelf(self, entry: ItemEntry) -> bool:
        """Whether the item is one that this station's tier takes in, or has guidance for."""
        return self._offering.is_on_shelf(entry)

    def recent_items(self, person: Person) -> tuple[ItemEntry, ...]:
        """The few items that were used here last, the person's own first."""
        return self._offering.recent(person)

    def item(self, item_id: str) -> tuple[str, Form]:
        """The newest package of an item: its digest and the form.

        Raises:
            UnknownItemError: no such item here.
        """
        return self._offering.item(item_id)

    def form_of(self, number: str) -> Form:
        """The form that a case was opened with."""
        return self._casebook.form(self._casebook.find(number))

    def villages(self, person: Person) -> tuple[Village, ...]:
        """The villages that the person may open cases for; with one there is nothing to choose."""
        return self._drafts.acting.villages(person)

    def open_case(self, person: Person, item_id: str, division: str | None = None, standby: tuple[str, datetime] | None = None) -> CaseView:
        """Open a draft of a village; its number is final. `standby` is the receipt that it is entered from, and the time on it."""
        if standby is not None:
            return self._reading.case(person, self.papers.open_case(person, item_id, *standby, division).case_number)
        return self._reading.case(person, self._drafts.open_case(person, item_id, division).case_number)

    def wipe_practice(self, person: Person) -> int:
        """Throw all practice cases of this station away; how many.

        Raises:
            NotAllowedError: `role` the person neither practises nor looks after the station.
        """
        if not person.practice and Role.ADMIN not in person.roles:
            raise NotAllowedError("role")
        return self._drafts.wipe_practice(person)

    def save_answers(self, person: Person, number: str, version: int, answers: Mapping[str, Any]) -> tuple[int, tuple[Problem, ...]]:
        """Merge answers into a draft; see `Drafts.save_answers`."""
        self._check_world(person, number)
        return self._drafts.save_answers(person, number, version, answers)

    def attach(self, person: Person, number: str, material: str, page: int, data: bytes) -> tuple[Attachment, tuple[str, ...]]:
        """Keep a page of a material; what was noticed about it as codes."""
        self._check_world(person, number)
        attached = self._attaching.attach(person, number, material, page, data)
        return self._reading.as_attachments([entry_of(attached.material)])[0], attached.warnings

    def detach(self, person: Person, number: str, material: str, page: int) -> None:
        """Take a page away."""
        self._check_world(person, number)
        self._attaching.detach(person, number, material, page)

    def attachment(self, person: Person, number: str, material: str, page: int, preview: bool = False) -> tuple[bytes, str]:
        """A page's content in the clear, and its media type."""
        self._check_reader(person, number)
        return self._reading.attachment(person, number, material, page, preview=preview)

    def discard(self, person: Person, number: str) -> None:
        """Throw away a draft that was never submitted."""
        self._check_world(person, number)
        self._drafts.discard(person, number)

    def case(self, person: Person, number: str) -> CaseView:
        """Everything of one case.

        Raises:
            NotAllowedError: `role` the person's roles have no need to see cases.
        """
        self._check_reader(person, number)
        return self._reading.case(person, number)

    def reveal(self, person: Person, number: str) -> CaseView:
        """A case to be shown unmasked; who looked is logged."""
        self._check_reader(person, number)
        return self._reading.reveal(person, number)

    def cases(
        self,
        person: Person,
        states: Sequence[str] = (),
        box: str | None = None,
        q: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> tuple[CaseLine, ...]:
        """A page of cases of a box, last changed first; none for those who have no need to see any."""
        if not is_reader(person):
            return ()
        return self._reading.cases(states, box, q, after, limit, practice=person.practice)

    def counts(self, person: Person) -> dict[str, int]:
        """How many cases each box holds; nothing for those who have no need to see any."""
        if not is_reader(person):
            return {}
        return self._reading.counts(practice=person.practice)

    def letters(self, person: Person, number: str) -> tuple[LetterLine, ...]:
        """The chain of a case with its seals' verdicts."""
        self._check_reader(person, number)
        return self._reading.letters(number)

    def act(
        self,
        person: Person,
        number: str,
        event: str,
        *,
        pin: str | None = None,
        shown: str | None = None,
        expected_head: str | None = None,
        reason: str | None = None,
        note: str | None = None,
        marks: Sequence[Mark] = (),
        receiver: str | None = None,
        text: str | None = None,
        enclosure: str | None = None,
        branch: str | None = None,
        head: HeadPin | None = None,
        seal_approval: str | None = None,
        batch: bool = False,
        seal_pin: str | None = None,
    ) -> CaseView:
        """Seal an event or a side letter; see `Acts.act`."""
        self._check_world(person, number)
        sealed = (head, seal_approval, batch, seal_pin)
        asked = Act(event, pin, shown, expected_head, reason, note, receiver, text, tuple(marks), enclosure, branch, *sealed)
        return self._reading.case(person, self._acts.act(person, number, asked).case_number)

    def act_in_batch(
        self, person: Person, number: str, event: str, later: list[Sealed], *, pin: str | None, shown: str, note: str | None
    ) -> None:
        """Seal an event as one of several, to be kept `later` with others; see `Acts.act`. Nobody looks at the case afterwards.

        Raises:
            NotAllowedError: `batch_head` the village head gives the PIN for this very case; and all that `Acts.act` raises.
        """
        with self._acts.several():
            self._check_reader(person, number)
            self._acts.act(person, number, Act(event, pin, shown, note=note, batch=True), later)

    def several(self) -> AbstractContextManager[None]:
        """Inside, acts follow each other; see `Acts.several`."""
        return self._acts.several()

    def keep(self, acts: Sequence[Sealed]) -> None:
        """Keep what was sealed, all or nothing; see `Acts.keep`."""
        self._acts.keep(acts)

    def documents_ahead(self, person: Person, number: str) -> Prepared | None:
        """The documents of the person's next act, made before it; see `Acts.documents_ahead`."""
        self._check_reader(person, number)
        return self._acts.documents_ahead(person, number)

    def _check_reader(self, person: Person, number: str) -> None:
        check_reader(person)
        self._check_world(person, number)

    def _check_world(self, person: Person, number: str) -> None:
        check_same_world(person, self._casebook.find(number))

    def status(self) -> LinkStatus:
        """The line upward, and what waits."""
        return self._line.status()


def is_reader(person: Person) -> bool:
    """Whether one of the person's roles may look at cases."""
    return not CASE_READERS.isdisjoint(person.roles)


def check_reader(person: Person) -> None:
    """Return when the person may look at cases.

    Raises:
        NotAllowedError: `role`.
    """
    if not is_reader(person):
        raise NotAllowedError("role")
