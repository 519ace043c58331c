"""Lacking credentials: sends again what a letter of ours waits for elsewhere.

Certificates and seals travel once, and not always in the parcel of the letter. Where their parcel was lost or refused for good, the letter
waits until its maker sends them again; and once more where a station on the way is replaced, which may have died with them.
A letter that comes back to an old copy of its maker may have been ahead of its scans: those that the copy has go again too.
"""

from collections.abc import Callable, Sequence

from node.casework.letter import read_frame
from node.casework.ownership import ids_of
from node.clock import Clock
from node.mail.dispatch import Dispatch
from node.mail.receipts import read_receipt
from node.station import Station
from node.store import Store
from node.store.records import LetterRecord, RoadMark

REASONS = ("certificate", "seal")
"""Why a letter waits that its maker can help."""


class Lacking:
    """Sends credentials again, once for each letter and station, so that one that never takes them is not sent them for ever."""

    def __init__(self, station: Station, store: Store, dispatch: Dispatch, clock: Clock, may_pack: Callable[[], bool]) -> None:
        self._station = station
        self._store = store
        self._dispatch = dispatch
        self._clock = clock
        self._may_pack = may_pack

    def look(self, letter_ids: Sequence[str]) -> None:
        """Send again what lies behind those of these letters that are ours and wait for it elsewhere; in the caller's transaction."""
        for station, ids in self._waiting(letter_ids).items():
            self._send(station, ids)

    def look_anew(self, letter_ids: Sequence[str], new: str) -> None:
        """The same where `new` stands in a neighbour's place: what was sent that way may lie nowhere any more, and nobody says so again."""
        for station, ids in self._waiting(letter_ids).items():
            if self._station.directory.next_hop(station, self._station.station) == new:
                self._store.certificates.forget_sent(station, ids)
                self._send(station, ids)

    def came_back(self, letter_ids: Sequence[str], parcel_id: str) -> None:
        """The same for letters of a refill, in the caller's transaction. What others said of one of ours may have come before it did.

        Scans go again of those alone that this parcel brought: of what the copy knew, it knows too what is on its way.
        """
        self.look(letter_ids)
        for row in (row for row in self._mine(letter_ids) if row.parcel_id == parcel_id):
            scans = self._store.enclosures.whole_of(ids_of(read_frame(row.frame, self._station.suite.digest).letter.enclosures))
            readers = self._dispatch.readers_of(row.case_number[:14])
            for hop in self._station.directory.next_hops(readers, self._station.station) if scans else ():
                self._store.enclosures.queue(hop, sorted(scans))

    def _mine(self, letter_ids: Sequence[str]) -> list[LetterRecord]:
        rows = (self._store.letters.get(one) for one in letter_ids)
        return [row for row in rows if row is not None and self._station.is_me(row.origin)]

    def _waiting(self, letter_ids: Sequence[str]) -> dict[str, list[str]]:
        """Those of these letters that are ours and wait for credentials, by the station where they wait."""
        mine = [row.letter_id for row in self._mine(letter_ids)]
        waiting: dict[str, list[str]] = {}
        for letter_id, marks in self._store.letters.roads(mine).items() if mine else ():
            for mark in filter(self._lacks, marks):
                waiting.setdefault(self._station.current(mark.station), []).append(letter_id)
        return waiting

    def _send(self, station: str, letter_ids: Sequence[str]) -> None:
        again = self._store.certificates.unsent(station, letter_ids)
        if again and self._may_pack() and not self._station.is_me(station) and self._dispatch.can_read(station):
            self._store.certificates.mark_sent(station, again)
            self._dispatch.send_behind(again, lambda case_number: (station,), self._clock.now())

    def _lacks(self, mark: RoadMark) -> bool:
        """Whether the last that a station said of a letter is that it lacks a certificate or a seal."""
        record = self._store.receipts.get(mark.receipt_id) if mark.outcome == "waiting" and mark.receipt_id else None
        if record is None:
            return False
        said = read_receipt(record.data, self._station.suite.digest).letters
        return any(one.letter_id == mark.letter_id and one.reason in REASONS for one in said)
