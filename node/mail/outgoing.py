"""Outgoing mail (待发): letters are packed into parcels when a road is really open, as many in one as go together.

An act keeps its letter and a row that says that it is to leave. Whoever has a road, the courier, the door or a USB bundle, asks what is
due, and only then are parcels made: a village that was off for three days sends one parcel of forty letters, and on a line that works a
letter leaves at once in a parcel of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from node.casework.letter import SealedLetter, read_frame
from node.clock import Clock
from node.mail.dispatch import Dispatch
from node.mail.mailroom import UNKNOWN_MAKER, WAITING_FULL
from node.mail.packing import MAX_LETTERS
from node.mail.quotas import QUOTA
from node.station import Station
from node.store import Store
from node.store.records import UnpackedLetter, WaitingParcel
from sync.boxes import QueuedParcel

MOST_BYTES = 400 * 1024
"""Of letters in one parcel; with keys, names of enclosures and certificates it stays below what a parcel may weigh."""

MOST_ENCLOSURES = 1000
"""Named outside one parcel, about a hundred bytes each."""

MOST_SCAN_BYTES = 128 << 20
"""Of the enclosures that one parcel names: where a quota is nearly used up, it is refused with all that lies in it."""

STANDING = "standing"
"""Why letters wait on every road: this station came out of an old copy, or was taken back."""

PASSING = frozenset({QUOTA, UNKNOWN_MAKER, WAITING_FULL})
"""Why a parcel is refused that will be taken later, as it is."""

LEAST_ROOM, SHRINKS = 32 * 1024, 6
"""A parcel is made for the room that the road has now, never less than this; letters packed together shrink to about a sixth."""


class Outgoing:
    """What leaves this station; implements `sync.boxes.Outbox` around the store's outbox. Safe for threads and several processes.

    A station out of an old copy packs nothing before it has its next number: it would give parcels numbers that it has given before.
    """

    def __init__(self, station: Station, store: Store, dispatch: Dispatch, clock: Clock, may_pack: Callable[[], bool]) -> None:
        self._station = station
        self._store = store
        self._dispatch = dispatch
        self._clock = clock
        self._may_pack = may_pack

    def due(self, next_hop: str, limit_bytes: int, limit_count: int = 64) -> list[QueuedParcel]:
        """Packs what goes towards `next_hop`, then gives what is due: at least one if any, then up to `limit_bytes`."""
        self.pack(next_hop, limit_bytes)
        return self._store.outbox.due(next_hop, limit_bytes, limit_count)

    def has_due(self, next_hop: str) -> bool:
        """Whether anything waits for `next_hop`, packed or not; packs nothing."""
        if self._store.outbox.has_due(next_hop):
            return True
        return self._may_pack() and bool(self._paths(next_hop) or self._dispatch.arrival_readers(next_hop))

    def pack(self, next_hop: str, room_bytes: int) -> int:
        """Pack letters that go towards `next_hop` and are not set aside, and what is to be said of those that came; how many parcels.

        Each parcel is made in a transaction of its own. Of two who pack at once, one waits for the other and finds nothing left.
        """
        if not self._may_pack():
            return 0
        most_bytes = min(MOST_BYTES, max(room_bytes, LEAST_ROOM) * SHRINKS)
        made = self._dispatch.pack_arrivals(next_hop, self._clock.now())
        while paths := self._paths(next_hop):
            apart = self._store.waiting.has_refused(next_hop, QUOTA)
            with self._store.transaction():
                made += self._pack_one(paths, most_bytes, apart)
        return made

    def pack_case(self, case_number: str) -> None:
        """Pack what waits of one case by itself where it goes to several neighbours, so that it can be stopped for one of them alone.

        In the caller's transaction. Where nothing may be packed now, its letters stay together.
        """
        station = case_number[:14]
        if len(self.hops_of(station)) < 2 or not self._may_pack() or not self._dispatch.can_be_read(station):
            return
        while rows := [row for row in self._store.unpacked.of_case(case_number) if not row.set_aside]:
            self._pack_rows(rows[:MAX_LETTERS], MOST_BYTES)

    def send_credentials(self, next_hop: str, parcel_ids: Sequence[str]) -> None:
        """These parcels are stopped: certificates and seals that ride in them go alone, or letters of others would wait there for them."""
        if parcel_ids and self._may_pack():
            self._dispatch.send_credentials(parcel_ids, next_hop, self._clock.now())

    def waiting_parcels(self, limit: int = 200) -> list[WaitingParcel]:
        """What waits, one by one: parcels in the order in which they go, then letters that are in no parcel yet, for each hop once."""
        waiting = self._store.outbox.waiting_parcels(limit)
        for row in self._store.unpacked.all(limit - len(waiting)):
            for hop in self.hops_of(row.station):
                state = "held" if row.set_aside else "unpacked"
                waiting.append(WaitingParcel(row.letter_id, hop, state, row.at, row.size_bytes, row.urgent, 0, self.why_not(hop), None))
        return waiting[:limit]

    def why_not(self, next_hop: str) -> str | None:
        """Why nothing is packed for `next_hop` now: `standing`, it may not be; or what the line to the parent says when it is down."""
        if not self._may_pack():
            return STANDING
        if next_hop != self._station.directory.parent_of(self._station.station):
            return None
        link = self._store.link.state()
        return link.why if link.state == "down" else None

    def waiting_for(self, next_hop: str) -> int:
        """How many parcels, and letters that are in none yet, wait for `next_hop`."""
        loose = self._store.unpacked.count([one for one in self._store.unpacked.paths(all_of_them=True) if next_hop in self.hops_of(one)])
        return self._store.outbox.waiting_for(next_hop) + loose

    def hops_of(self, station: str) -> dict[str, list[str]]:
        """The neighbours that letters along the path of `station` go to, with whom they go to behind each."""
        return self._station.directory.next_hops(self._dispatch.readers_of(station), self._station.station)

    def mark_failed(self, next_hop: str, parcel_ids: Sequence[str], why: str, at: datetime) -> None:
        """Remember why these did not go."""
        self._store.outbox.mark_failed(next_hop, parcel_ids, why, at)

    def mark_refused(self, next_hop: str, refused: Sequence[tuple[str, str]], at: datetime) -> None:
        """`next_hop` would not take these (parcel id, why). Credentials in what it will hardly ever take go alone, once for each parcel."""
        with self._store.transaction():
            self._store.outbox.mark_refused(next_hop, refused, at)
            stopped = [one for one, why in refused if why not in PASSING and self._store.outbox.hops_of(one).get(next_hop) == "refused"]
            ids = self._store.certificates.unsent(next_hop, stopped)
            if ids and self._may_pack():
                self._store.certificates.mark_sent(next_hop, ids)
                self._dispatch.send_credentials(ids, next_hop, at)

    def retry_refused(self, next_hop: str) -> None:
        """What `next_hop` refused is due once more."""
        self._store.outbox.retry_refused(next_hop)

    def hurried(self) -> int:
        """A number that rises when a person wants something to be tried now."""
        return self._store.outbox.hurried()

    def mark_handed_over(self, next_hop: str, parcel_ids: Sequence[str], at: datetime) -> None:
        """These went out in a bundle."""
        self._store.outbox.mark_handed_over(next_hop, parcel_ids, at)

    def _paths(self, next_hop: str) -> list[str]:
        """The stations along whose paths something waits to be packed for `next_hop`."""
        return [one for one in self._store.unpacked.paths() if next_hop in self.hops_of(one) and self._dispatch.can_be_read(one)]

    def _pack_one(self, paths: Sequence[str], most_bytes: int, apart: bool) -> int:
        """One parcel of the letters that go next and have the same readers; 0 when another process has packed them meanwhile."""
        rows = self._store.unpacked.due(paths, MAX_LETTERS)
        return self._pack_rows(rows, most_bytes, apart) if rows else 0

    def _pack_rows(self, rows: Sequence[UnpackedLetter], most_bytes: int, apart: bool = False) -> int:
        """One parcel of the first of these and what goes together with it; 0 when none of them is here."""
        together = list(self._together(rows, most_bytes, apart))
        letters = [letter for _, letter in together]
        if not letters:
            return 0
        self._store.unpacked.remove(letter.letter_id for letter in letters)
        urgent, since = rows[0].urgent, min(row.at for row, _ in together)
        for own in (True, False):
            # Letters of a number that this station had before go as copies: a parcel's letters are its maker's own.
            if some := [one for one in letters if (one.letter.origin == self._station.station) is own]:
                parcel_id = self._dispatch.send_packed(some, rows[0].station, urgent=urgent, own=own, since=since, at=self._clock.now())
                for hop in self.hops_of(rows[0].station) if rows[0].first else ():
                    self._store.outbox.put_first(hop, [parcel_id], True)
        return 1

    def _together(self, rows: Sequence[UnpackedLetter], most_bytes: int, apart: bool) -> Iterable[tuple[UnpackedLetter, SealedLetter]]:
        """From the first on, those for the same readers, as many as one parcel holds.

        `apart` keeps letters with scans and letters without apart: a quota refuses the one kind, and takes the other.
        """
        has_scans: bool | None = None
        enclosures = scan_bytes = 0
        for place, row in enumerate(rows):
            if (row.station, row.urgent, row.first) != (rows[0].station, rows[0].urgent, rows[0].first):
                continue
            record = self._store.letters.get(row.letter_id)
            if record is None:
                # Its letter was taken back with the transaction that a broken program split: nothing is left to send.
                self._store.unpacked.remove([row.letter_id])
                continue
            known = self._dispatch.just_sealed.take(record.letter_id, record.frame)
            letter = known or read_frame(record.frame, self._station.suite.digest)
            has_scans = bool(letter.letter.enclosures) if has_scans is None else has_scans
            if apart and has_scans != bool(letter.letter.enclosures):
                continue
            most_bytes -= len(record.frame)
            enclosures += 2 * len(letter.letter.enclosures)
            scan_bytes += sum(one.size_bytes for one in letter.letter.enclosures)
            if place and (most_bytes < 0 or enclosures > MOST_ENCLOSURES or scan_bytes > MOST_SCAN_BYTES):
                return
            yield row, letter
