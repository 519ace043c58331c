"""Letters under keys that were taken back (吊销): put aside when they were first received after that, wherever they are found.

Revocation is judged at the first receipt by another station, so that all tiers judge alike. What is put aside may count after all, when
an earlier receipt comes or the key is certified again. A list may come after the letters: one that nothing follows is taken out of
its case again, which then stands as before it and can be acted on anew, at its own station too. One that others acted on stays, flagged.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from node.casework.branches import Branches
from node.casework.case import CaseState, Desk
from node.casework.casebook import Casebook
from node.casework.history import COUNTED
from node.casework.letter import SealedLetter, read_frame
from node.errors import NodeError
from node.mail.admission import REVOKED, Admission, Verdict
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord, LetterRecord
from signing.certificates import PREFIX_DIGITS, Certificate
from signing.errors import SigningError
from signing.revocations import RevocationList, parse_revocations

Judged = tuple[LetterRecord, Verdict]
_ABOVE = ("authority", "seal_maker")

Stopped = tuple[str, str, datetime]
"""Of a unit's seal that may not be used: its digest, its number, and since when."""


class RevokedLetters:
    """Judges such letters again, in the caller's transaction."""

    def __init__(self, station: Station, store: Store, casebook: Casebook, admission: Admission) -> None:
        self._station = station
        self._store = store
        self._casebook = casebook
        self._admission = admission
        self._branches = Branches(station, store, casebook)

    def judge_again(self, lists: Sequence[bytes], at: datetime) -> list[Judged]:
        """What has become different: by these lists, which are new here, and for what was put aside before."""
        return self._judged(self._touched(lists), at)

    def judge_stopped(self, stopped: Iterable[Stopped], at: datetime) -> list[Judged]:
        """The same by the county's list of seals that may not be used, which is new here."""
        return self._judged(self._under(stopped), at)

    def _judged(self, touched: Iterable[LetterRecord], at: datetime) -> list[Judged]:
        aside = self._store.letters.with_outcome("set_aside", REVOKED)
        freed = [judged for row in aside for judged in self._free(row, at)]
        back = [judged for row in touched for judged in self._put_back(row, at)]
        return freed + back

    def _under(self, stopped: Iterable[Stopped]) -> list[LetterRecord]:
        """Letters that count here and bear one of these seals, the newest first. A seal is put on at the stations of its township."""
        found: dict[str, LetterRecord] = {}
        for digest, seal_id, since in stopped:
            digits = PREFIX_DIGITS["township"] if seal_id[9:12] != "000" else 12
            for entry in self._directory_below(seal_id[:digits]):
                rows = self._store.letters.of_origin(entry, since)
                counted = (row for row in rows if row.outcome in COUNTED and row.reason != REVOKED)
                found |= {row.letter_id: row for row in counted if digest.encode() in row.frame}
        return sorted(found.values(), key=lambda row: -row.seq)

    def _directory_below(self, prefix: str) -> list[str]:
        return [entry.station for entry in self._station.directory.entries() if entry.station.startswith(prefix)]

    def _free(self, row: LetterRecord, at: datetime) -> Iterator[Judged]:
        """A letter that stands after all, and then what followed it."""
        sealed = self._read(row)
        if self._admission.is_revoked(sealed, row.received_at, at):
            return
        verdict = self._admission.admit_again(row, sealed, at)
        yield row, verdict
        if verdict.outcome in COUNTED:
            for other in self._store.letters.of_case(row.case_number):
                if other.outcome == "set_aside" and other.reason == "follows_set_aside":
                    yield other, self._admission.admit_again(other, self._read(other), at)

    def _touched(self, lists: Sequence[bytes]) -> list[LetterRecord]:
        """Letters that count here and may be under a key of these lists, the newest first: what follows goes before what it follows."""
        since: dict[str, datetime] = {}
        for der in lists:
            for station, moment in self._stations_of(parse_revocations(self._station.suite, der)):
                since[station] = min(moment, since.get(station, moment))
        rows = [row for station, moment in since.items() for row in self._store.letters.of_origin(station, moment)]
        return sorted((row for row in rows if row.outcome in COUNTED), key=lambda row: -row.seq)

    def _stations_of(self, listed: RevocationList) -> Iterator[tuple[str, datetime]]:
        """The stations whose letters a list may touch, and since when."""
        revoked = {one.serial: one for one in listed.revoked}
        for row in self._store.certificates.all("certificate"):
            certificate = self._station.trust.get(row.digest)
            revocation = revoked.get(certificate.serial) if certificate.issuer_key_id == listed.issuer_key_id else None
            if revocation is not None:
                yield from ((station, revocation.at) for station in self._below(certificate))

    def _below(self, certificate: Certificate) -> Iterable[str]:
        if certificate.usage not in _ABOVE and certificate.station:
            return (certificate.station,)
        # A unit's seal may be put on at any station that writes for its village: one of the same township.
        digits = PREFIX_DIGITS["township" if certificate.tier == "village" else certificate.tier]
        prefix = certificate.division[:digits]
        return self._directory_below(prefix)

    def _put_back(self, row: LetterRecord, at: datetime) -> Iterator[Judged]:
        sealed = self._read(row)
        if not self._admission.is_revoked(sealed, row.received_at, at):
            return
        record = self._store.cases.get(row.case_number)
        if sealed.letter.event is None or record is None:
            verdict = Verdict("set_aside", REVOKED)
        elif record.head == row.letter_id and not record.forked and self._take_out(record, row, at):
            verdict = Verdict("set_aside", REVOKED)
        else:
            # People have acted on it: what they sealed stays, and they are shown that it hangs from a seal that does not hold.
            self._store.cases.put(replace(record, flags=tuple(dict.fromkeys((*record.flags, REVOKED))), updated_at=at))
            verdict = Verdict("flagged", REVOKED)
        self._store.letters.set_outcome(row.letter_id, verdict.outcome, verdict.reason)
        yield row, verdict

    def _take_out(self, record: CaseRecord, row: LetterRecord, at: datetime) -> bool:
        """Put the case back to before its last letter; whether that was possible."""
        if row.after is not None:
            try:
                before = self._branches.choose(record, row.after, at)
            except (NodeError, SigningError):
                return False
            self._store.cases.put(replace(before, flags=record.flags))
        elif self._station.is_me(record.origin):
            me = self._station.station
            draft = replace(record, state=CaseState.DRAFT, holder_station=me, holder_desk=Desk.AGENT, head=None, flags=(), extra={})
            self._store.cases.put(replace(draft, updated_at=at))
        else:
            self._store.cases.delete(record.case_number)
        return True

    def _read(self, row: LetterRecord) -> SealedLetter:
        return read_frame(row.frame, self._station.suite.digest)
