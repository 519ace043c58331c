"""What the letters of a case add up to: its answers, its enclosures, its marks. Pure; derived, never stored as truth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from node.casework.case import Event, SideEvent
from node.casework.letter import EnclosureEntry, Letter, SealedLetter
from node.casework.views import Mark

COUNTED = ("admitted", "flagged")
"""Outcomes of letters that make up a case's history."""


@dataclass(frozen=True)
class Admitted:
    """A letter of the case with what this station knows of it."""

    sealed: SealedLetter
    received_at: datetime
    outcome: str
    reason: str | None


@dataclass
class History:
    """A case read from its admitted letters, in the order of the chain."""

    states: list[Admitted] = field(default_factory=list)
    sides: list[Admitted] = field(default_factory=list)

    @property
    def last(self) -> Admitted | None:
        """The last state letter."""
        return self.states[-1] if self.states else None

    def latest(self, *events: Event) -> Admitted | None:
        """The last state letter of one of these events."""
        return next((one for one in reversed(self.states) if one.sealed.letter.event in events), None)

    def answers(self) -> Mapping[str, Any]:
        """The answers as last submitted."""
        submitted = self.latest(Event.SUBMITTED)
        answers = submitted.sealed.letter.body.get("answers") if submitted else None
        return answers if isinstance(answers, dict) else {}

    def enclosures(self) -> tuple[EnclosureEntry, ...]:
        """The pages as last submitted, then those of supplements since; without the erased, and without sealed documents."""
        submitted = self.latest(Event.SUBMITTED)
        if submitted is None:
            return ()
        entries = list(submitted.sealed.letter.enclosures)
        for letter in self._since(submitted):
            if letter.kind == SideEvent.SUPPLEMENT:
                entries += letter.enclosures
        erased = {one.sealed.letter.body.get("enclosure") for one in self.sides if one.sealed.letter.kind == SideEvent.ERASED}
        return tuple(entry for entry in entries if entry.enclosure_id not in erased and not entry.is_documents)

    def submitted_bodies(self) -> tuple[Mapping[str, Any], ...]:
        """The body of the last submission, then those of supplements; none of a case that was never submitted."""
        submitted = self.latest(Event.SUBMITTED)
        if submitted is None:
            return ()
        return (submitted.sealed.letter.body, *(letter.body for letter in self._since(submitted) if letter.kind == SideEvent.SUPPLEMENT))

    def _since(self, submitted: Admitted) -> tuple[Letter, ...]:
        """The side letters since a submission."""
        known = {one.sealed.letter_id for one in self.states[: self.states.index(submitted)]}
        return tuple(one.sealed.letter for one in self.sides if one.sealed.letter.after not in known)

    def before(self, letter_id: str) -> "History":
        """The case as it stood before one of its state letters; as it stands where that is none of them."""
        ids = [one.sealed.letter_id for one in self.states]
        if letter_id not in ids:
            return self
        known = ids[: ids.index(letter_id)]
        return History(self.states[: len(known)], [one for one in self.sides if one.sealed.letter.after in known])

    def marks(self) -> tuple[Mark, ...]:
        """The marks of the last return, while the case is returned."""
        last = self.last
        if last is None or last.sealed.letter.event is not Event.RETURNED:
            return ()
        return read_marks(last.sealed.letter.body.get("marks"))

    def reason(self) -> str | None:
        """The reason or note of the last state letter."""
        body = self.last.sealed.letter.body if self.last else {}
        text = body.get("reason") or body.get("note")
        return text if isinstance(text, str) else None

    def acceptance_number(self) -> str | None:
        """The county's acceptance number (受理号), once accepted."""
        accepted = next((one for one in self.states if one.sealed.letter.event is Event.ACCEPTED), None)
        number = accepted.sealed.letter.body.get("acceptance_number") if accepted else None
        return number if isinstance(number, str) else None


def read_marks(rows: object) -> tuple[Mark, ...]:
    """The marks in a letter's body; rows that are none are left out."""
    if not isinstance(rows, list):
        return ()
    return tuple(
        Mark(str(row["comment"]), row.get("field"), row.get("material"), row.get("row"))
        for row in rows
        if isinstance(row, dict) and row.get("comment")
    )


def in_chain_order(letters: Iterable[Admitted]) -> tuple[Admitted, ...]:
    """The letters as the chain orders them, whatever the order in which they came.

    Each state letter is followed by the side letters that hang from it; at the end stands what is not part of the chain (set
    aside, or waiting).
    """
    here = list(letters)
    below: dict[str | None, list[Admitted]] = {}
    for one in here:
        if one.outcome in COUNTED:
            below.setdefault(one.sealed.letter.after, []).append(one)
    ordered: list[Admitted] = []
    after: str | None = None
    # A letter's id is the digest of what names the one before it, so the walk cannot come round again.
    while found := below.get(after, []):
        ordered += [one for one in found if one.sealed.letter.event is None]
        state = next((one for one in found if one.sealed.letter.event), None)
        if state is None:
            break
        ordered.append(state)
        after = state.sealed.letter_id
    placed = {one.sealed.letter_id for one in ordered}
    return (*ordered, *(one for one in here if one.sealed.letter_id not in placed))


def read_history(letters: Iterable[Admitted]) -> History:
    """The history in these letters, given in the order of the chain; what is set aside or waits is not part of it."""
    history = History()
    for one in letters:
        if one.outcome in COUNTED:
            (history.states if one.sealed.letter.event else history.sides).append(one)
    return history
