"""What a station that knows a case can say of the time of its documents: from its own records of receipts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from node.casework.casebook import Casebook
from node.casework.history import COUNTED, Admitted
from node.casework.reading import Reading
from node.errors import NodeError
from node.evidence.documents import parts_of
from node.evidence.grounds import Dated
from node.evidence.times import STATION, Carried, CarriedTimes
from node.mail.admission import Admission


@dataclass(frozen=True)
class KnownTimes:
    """Times of documents by the letters of the cases that they name, if those are here."""

    casebook: Casebook
    admission: Admission
    reading: Reading

    def of(self, part: bytes, at: datetime, hints: Iterable[str]) -> Dated | None:
        """When the letter that carries this very part was first received by another station; None when no case here has it."""
        for number in hints:
            found = CarriedTimes(self._carried(number)).of(part, at, ())
            if found is not None:
                return found
        return None

    def _carried(self, number: str) -> list[Carried]:
        try:
            letters = [one for one in self.casebook.letters(self.casebook.find(number).case_number) if one.outcome in COUNTED]
        except NodeError:
            return []
        carried: list[Carried] = []
        for one in letters:
            letter = one.sealed.letter
            if letter.documents is None or letter.event is None:
                continue
            try:
                parts = parts_of(self.reading.content(letter.documents))
            except NodeError:
                continue  # it has not come here yet
            carried.append(Carried(letter.at, parts, self._dated(one)))
        return carried

    def _dated(self, one: Admitted) -> Dated:
        latest = self.admission.times.first_receipt(one.sealed, one.received_at)
        earliest = self.admission.times.not_before(one.sealed)
        earliest = None if earliest and latest and earliest > latest else earliest
        return Dated((earliest, latest), latest, STATION if earliest or latest else "")
