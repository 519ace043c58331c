"""Lacking credentials: sends again what a letter of ours waits for elsewhere.

Certificates and seals travel once, and not always in the parcel of the letter. Where their parcel was lost or refused for good, the letter
waits until its maker sends them again.
"""

from collections.abc import Callable, Sequence

from node.clock import Clock
from node.mail.dispatch import Dispatch
from node.mail.receipts import read_receipt
from node.station import Station
from node.store import Store
from node.store.records import RoadMark

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
        rows = (self._store.letters.get(one) for one in letter_ids)
        mine = [row.letter_id for row in rows if row is not None and self._station.is_me(row.origin)]
        if not mine or not self._may_pack():
            return
        waiting: dict[str, list[str]] = {}
        for letter_id, marks in self._store.letters.roads(mine).items():
            for mark in filter(self._lacks, marks):
                waiting.setdefault(self._station.current(mark.station), []).append(letter_id)
        for station, ids in waiting.items():
            self._send(station, ids)

    def _send(self, station: str, letter_ids: Sequence[str]) -> None:
        again = self._store.certificates.unsent(station, letter_ids)
        if again and not self._station.is_me(station) and self._dispatch.can_read(station):
            self._store.certificates.mark_sent(station, again)
            self._dispatch.send_behind(again, lambda case_number: (station,), self._clock.now())

    def _lacks(self, mark: RoadMark) -> bool:
        """Whether the last that a station said of a letter is that it lacks a certificate or a seal."""
        record = self._store.receipts.get(mark.receipt_id) if mark.outcome == "waiting" and mark.receipt_id else None
        if record is None:
            return False
        said = read_receipt(record.data, self._station.suite.digest).letters
        return any(one.letter_id == mark.letter_id and one.reason in REASONS for one in said)
