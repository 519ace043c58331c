"""What a person must look at (有问题待人工): letters that were set aside here, and ours that another station did not take."""

from collections.abc import Iterator

from node.casework.case import CaseState
from node.casework.history import COUNTED
from node.casework.letter import read_frame
from node.casework.views import SetAside
from node.mail.admission import REVOKED
from node.mail.receipts import ReceiptError, read_receipt
from node.station import Station
from node.store import Store
from node.store.records import CaseFilter, CaseRecord, LetterRecord, RoadMark

NOT_TAKEN = ("set_aside", "refused")
UNDER_WAY = (CaseState.SUBMITTED, CaseState.ACCEPTED, CaseState.FORWARDED, CaseState.SUSPENDED, CaseState.RETURNED)
WATCHED = 200
"""So many cases that are elsewhere, last changed first, are looked through for signs from there."""


class SetAsides:
    """Finds such letters; changes nothing."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

    def by_case(self) -> dict[str, tuple[SetAside, ...]]:
        """The letters by case number; a number may be of a case that is not here."""
        found: dict[str, tuple[SetAside, ...]] = {}
        for number, told in (*self._here(), *self._elsewhere()):
            found[number] = (*found.get(number, ()), told)
        return found

    def _here(self) -> Iterator[tuple[str, SetAside]]:
        for row in self._store.letters.set_aside_list():
            if self._is_sealed_again(row):
                continue
            yield row.case_number, SetAside(row.kind, self._station.name_of(row.origin), self._station.name, row.reason, row.received_at)

    def _is_sealed_again(self, row: LetterRecord) -> bool:
        """Whether its own station has sealed the same act anew, and that one counts."""
        if row.reason != REVOKED:
            return False
        others = (one for one in self._store.letters.of_case(row.case_number) if one.outcome in COUNTED and one.kind == row.kind)
        letters = (read_frame(one.frame, self._station.suite.digest).letter for one in others)
        current = self._station.current
        return any(one.instead_of == row.letter_id and current(one.origin) == current(row.origin) for one in letters)

    def _elsewhere(self) -> Iterator[tuple[str, SetAside]]:
        away = self._store.cases.page(CaseFilter(not_holder_station=self._station.station, states=UNDER_WAY), WATCHED)
        records: dict[str, CaseRecord] = {record.head: record for record in away if record.head}
        for letter_id, marks in self._store.letters.roads(records).items():
            letter = None
            path = self._station.path_of(records[letter_id].origin)
            for mark in (one for one in marks if one.outcome in NOT_TAKEN and self._station.current(one.station) in path):
                letter = letter or self._store.letters.get(letter_id)
                if letter is not None:
                    names = self._station.name_of(letter.origin), self._station.name_of(mark.station)
                    yield records[letter_id].case_number, SetAside(letter.kind, *names, self._why(mark), mark.at)

    def _why(self, mark: RoadMark) -> str | None:
        """The reason that the other station's receipt gives."""
        record = self._store.receipts.get(mark.receipt_id) if mark.receipt_id else None
        if record is None:
            return None
        try:
            letters = read_receipt(record.data, self._station.suite.digest).letters
        except ReceiptError:
            return None
        return next((one.reason for one in letters if one.letter_id == mark.letter_id), None)
