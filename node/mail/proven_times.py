"""Proven times (可证时间): between which moments a letter can have been sealed, whatever its signer's clock says."""

from datetime import datetime, timedelta

from node.casework.letter import SealedLetter
from node.station import Station
from node.store import Store
from node.store.records import LetterRecord
from signing.trust import Interval

CLOCK_TOLERANCE = timedelta(minutes=10)
"""Clocks of honest stations may differ by this much without a mark."""


class ProvenTimes:
    """Reads them from what this station received, and from the receipts of others that are here."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

    def of(self, sealed: SealedLetter, received_at: datetime) -> Interval:
        """When the letter can have been sealed: after its station had what it follows, and before it came here itself.

        A bound that this station's clock cannot have set rightly is left out, so that a wrong clock of ours refuses nothing: what
        remains unproven is flagged.
        """
        latest = received_at if self._station.is_plausible(received_at) else None
        earliest = self.not_before(sealed)
        return (None if earliest and latest and earliest > latest else earliest), latest

    def not_before(self, sealed: SealedLetter) -> datetime | None:
        """The latest moment known here before which the letter cannot have been sealed; None when nothing is known.

        That a letter before it came here says nothing of when its own station had that: on a dead line a township accepts, forwards an
        hour later, and both come at once. So each letter of the chain is asked, the last first, when the station of the next one had it.
        """
        origin, after = self._station.current(sealed.letter.origin), sealed.letter.after
        while after is not None and (before := self._store.letters.get(after)) is not None:
            had_at = self._had(before, origin)
            if had_at is not None and self._station.is_plausible(had_at):
                return had_at
            origin, after = self._station.current(before.origin), before.after
        return None

    def first_receipt(self, sealed: SealedLetter, received_at: datetime) -> datetime | None:
        """When the first station other than its own received a letter, as far as is known here; None when none has.

        A receipt from before the letter was sealed shows that one of two clocks is wrong, and proves nothing.
        """
        origin = self._station.current(sealed.letter.origin)
        marks = self._store.letters.roads([sealed.letter_id])[sealed.letter_id]
        others = [one.at for one in marks if one.mark in ("stored", "arrived") and self._station.current(one.station) != origin]
        if origin != self._station.station and self._station.is_plausible(received_at):
            others.append(received_at)
        return min((at for at in others if at >= sealed.letter.at - CLOCK_TOLERANCE), default=None)

    def _had(self, before: LetterRecord, station: str) -> datetime | None:
        """When `station` had a letter of another one; what this station wrote nobody had before."""
        here, writer = self._station.station, self._station.current(before.origin)
        if writer == station:
            return None
        if here in (station, writer):
            return before.received_at
        marks = self._store.letters.roads([before.letter_id])[before.letter_id]
        its = (one.at for one in marks if one.mark in ("stored", "arrived") and self._station.current(one.station) == station)
        return min(its, default=None)
