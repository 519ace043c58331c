"""Branches (分支): a case with two state letters after one. It stands still until the county names which of them counts.

The letters of the other branch stay where they are, set aside, with their seals and for good; they are no longer part of the case.
"""

from datetime import datetime

from node.casework.case import Case, CaseState, new_case
from node.casework.casebook import Casebook
from node.casework.deciding import decides_by, deciding_at_first
from node.casework.history import COUNTED
from node.casework.letter import SealedLetter, read_frame
from node.errors import NotFoundError, TransitionError
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord, LetterRecord

LOST = "branch_not_named"


class Branches:
    """Chooses a branch, in the caller's transaction."""

    def __init__(self, station: Station, store: Store, casebook: Casebook) -> None:
        self._station = station
        self._store = store
        self._casebook = casebook

    def heads(self, case_number: str) -> tuple[str, ...]:
        """The ids of the state letters here that none of the case's follows: the ends of its branches."""
        rows = [row for row in self._store.letters.of_case(case_number) if self._read(row).letter.event]
        followed = {row.after for row in rows}
        return tuple(row.letter_id for row in rows if row.letter_id not in followed)

    def choose(self, record: CaseRecord, head: str, at: datetime) -> CaseRecord:
        """The case as the branch that ends in `head` makes it.

        Raises:
            NotFoundError: that letter, or one before it, is not here.
            TransitionError: what it tells was never allowed; nothing changes.
        """
        rows = {row.letter_id: row for row in self._store.letters.of_case(record.case_number)}
        chain = self._chain(rows, head)
        folded = self._fold(record, chain)
        for row in rows.values():
            in_chain = row.letter_id in {one.letter_id for one in chain}
            if in_chain and row.outcome not in COUNTED:
                self._store.letters.set_outcome(row.letter_id, "admitted")
            elif not in_chain and row.outcome in COUNTED and self._read(row).letter.event:
                self._store.letters.set_outcome(row.letter_id, "set_aside", LOST)
        return self._casebook.rewrite(record, folded, at)

    def case_at(self, record: CaseRecord, head: str | None) -> Case:
        """The case as it was after the state letter `head`; a draft for None.

        Raises:
            NotFoundError: that letter, or one before it, is not a letter of this case here.
            TransitionError: what it tells was never allowed.
        """
        rows = {row.letter_id: row for row in self._store.letters.of_case(record.case_number)}
        folded = self._fold(record, self._chain(rows, head))
        return folded[-1][0] if folded else self._draft(record)

    def _chain(self, rows: dict[str, LetterRecord], head: str | None) -> list[LetterRecord]:
        chain: list[LetterRecord] = []
        at = head
        while at is not None:
            if at not in rows:
                raise NotFoundError("letter", at)
            chain.append(rows[at])
            at = rows[at].after
        return chain[::-1]

    def _fold(self, record: CaseRecord, chain: list[LetterRecord]) -> list[tuple[Case, SealedLetter, datetime]]:
        """The case after each letter of the chain."""
        case, form = self._draft(record), self._casebook.form(record)
        folded: list[tuple[Case, SealedLetter, datetime]] = []
        for row in chain:
            sealed = self._read(row)
            event = sealed.letter.event
            if event is None:
                raise TransitionError(CaseState(case.state), sealed.letter.kind, "row")
            case = case.after(event, self._casebook.signatory_of(sealed), row.letter_id, decides_by(sealed.letter, form))
            folded.append((case, sealed, row.received_at))
        return folded

    def _draft(self, record: CaseRecord) -> Case:
        form, path = self._casebook.form(record), self._station.path_of(record.origin)
        return new_case(record.case_number, record.item_id, record.package, path, deciding_at_first(form))

    def _read(self, row: LetterRecord) -> SealedLetter:
        return read_frame(row.frame, self._station.suite.digest)
