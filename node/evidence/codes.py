"""The code of a printed document (`node.documents.marks`) held against the letters of its case, at a station that has them."""

from collections.abc import Iterator
from dataclasses import dataclass

from node.casework.case import Event
from node.casework.casebook import Casebook
from node.casework.history import Admitted
from node.documents.marks import read_mark
from node.errors import CaseNotFoundError
from node.paperwork.signatures import signed_answers
from node.station import Station

SAME, OLDER, OTHER, UNKNOWN, UNREADABLE = "same", "older", "other", "unknown", "unreadable"
"""What a code may be: of what the case says now; of what an earlier letter said; of neither; of no case here; none at all."""
_DECIDED = (Event.APPROVED, Event.DENIED, Event.NOT_ACCEPTED)


@dataclass(frozen=True)
class CodeFinding:
    """What is known of a printed code: one of the words above, and the case and document that it names."""

    state: str
    case: str = ""
    kind: str = ""
    digest: str = ""


class PrintedCodes:
    """Looks printed codes up."""

    def __init__(self, station: Station, casebook: Casebook) -> None:
        self._station = station
        self._casebook = casebook

    def look(self, text: str) -> CodeFinding:
        """What a code (not trusted) says, against the letters that are here."""
        mark = read_mark(text)
        if mark is None:
            return CodeFinding(UNREADABLE)
        try:
            record = self._casebook.find(mark.case_number)
        except CaseNotFoundError:
            return CodeFinding(UNKNOWN, mark.case_number, mark.kind, mark.digest)
        digests = list(self._digests(record.case_number, mark.kind))
        at = next((place for place, digest in enumerate(reversed(digests)) if digest.startswith(mark.digest)), None)
        is_package = record.package.partition(":")[2].startswith(mark.package)
        state = UNKNOWN if not digests else OTHER if at is None or not is_package else SAME if at == 0 else OLDER
        return CodeFinding(state, record.case_number, mark.kind, mark.digest)

    def _digests(self, number: str, kind: str) -> Iterator[str]:
        """What each letter that such a document can be of says, in the order of the chain."""
        for one in self._casebook.history(number).states:
            event = one.sealed.letter.event
            if kind == "form" and event is Event.SUBMITTED:
                yield self._form(one)
            elif (kind in ("result", "certificate") and event in _DECIDED) or (kind, event) == ("acceptance", Event.ACCEPTED):
                letter = one.sealed.letter
                members = {"body": dict(letter.body), "case": number, "event": letter.kind, "on": letter.checked_on.isoformat()}
                yield self._station.digest_of(members)

    def _form(self, one: Admitted) -> str:
        letter = one.sealed.letter
        answers = letter.body.get("answers")
        form = self._casebook.form(self._casebook.find(letter.case_number))
        said = signed_answers(form, answers if isinstance(answers, dict) else {})
        return self._station.digest_of({"answers": said, "case": letter.case_number, "package": letter.package})
