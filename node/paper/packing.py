"""The parcel of a sheet: exactly one case's letters that the next hop is not known to have, small enough for a few codes.

It is an ordinary parcel with one id by any road, queued like any other. Only the certificates and seals that a reader may lack lie in a
parcel of their own, which goes by the other roads: on paper a seal's picture alone would be two codes more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from node.casework.letter import SealedLetter, read_frame
from node.clock import Clock
from node.errors import RequestError
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents
from node.paper.codes import PARCEL, texts_of
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, LetterRecord, RoadMark

MADE = "paper:"
"""In `store.meta`, with a case number: the parcel of the sheet that was made of it last."""
_LOOKED_AT = 5000


@dataclass(frozen=True)
class PaperParcel:
    """A parcel made for paper: to which neighbour, and the texts of its codes."""

    parcel_id: str
    case_number: str
    next_hop: str
    texts: tuple[str, ...]


class PaperPacking:
    """Makes and finds the parcels of sheets. `check_may_pack` raises when this station may give no numbers to parcels."""

    def __init__(self, station: Station, store: Store, dispatch: Dispatch, clock: Clock, check_may_pack: Callable[[], None]) -> None:
        self._station = station
        self._store = store
        self._dispatch = dispatch
        self._clock = clock
        self._check_may_pack = check_may_pack

    def waits(self, case_number: str) -> bool:
        """Whether letters of this case, sealed here, wait for the neighbour that its sheet goes to."""
        return self._hop(case_number) is not None and bool(self._unsent(case_number))

    def make(self, case_number: str, who: str) -> PaperParcel:
        """Pack what waits of a case into one parcel, or take the one that it lies in already; its letters count as handed over.

        Raises:
            RequestError: `paper_nothing` nothing of it waits, `paper_held` it was set aside, `paper_too_large`.
            NotAllowedError: `standing_restored` and others: a station out of an old copy would give numbers twice.
        """
        now = self._clock.now()
        with self._store.transaction():
            hop, unsent = self._hop(case_number), self._unsent(case_number)
            if hop is None or not unsent:
                raise RequestError("paper_nothing")
            parcel_id = self._packed(hop, unsent) or self._pack(case_number, unsent)
            made = self._read(parcel_id, case_number, hop)
            self._store.meta.set(MADE + case_number, parcel_id)
            self._store.outbox.mark_handed_over(hop, [parcel_id], now)
            self._store.letters.mark_many([RoadMark(one.letter_id, hop, "handed_over", now) for one in unsent])
            self._store.audit.append(AuditRecord(now, who, "paper_made", case_number, {"parcel": parcel_id, "codes": len(made.texts)}))
        return made

    def made(self, case_number: str) -> PaperParcel | None:
        """The sheet that was made last, while its parcel has not been acknowledged; None otherwise."""
        parcel_id, hop = self._store.meta.get(MADE + case_number), self._hop(case_number)
        if parcel_id is None or hop is None or self._store.outbox.hops_of(parcel_id).get(hop) in (None, "stored"):
            return None
        return self._read(parcel_id, case_number, hop)

    def _read(self, parcel_id: str, case_number: str, hop: str) -> PaperParcel:
        parcel = self._store.outbox.get(parcel_id)
        if parcel is None or not parcel.data:
            raise RequestError("paper_nothing")
        return PaperParcel(parcel_id, case_number, hop, texts_of(PARCEL, parcel_id, parcel.data))

    def _hop(self, case_number: str) -> str | None:
        """Whom the sheet is carried to: up from where the case began, down to there from above."""
        directory, me, origin = self._station.directory, self._station.station, case_number[:14]
        return directory.parent_of(me) if self._station.is_me(origin) else directory.next_hop(origin, me)

    def _unsent(self, case_number: str) -> list[LetterRecord]:
        """This station's own letters of the case that still wait for somebody, oldest first."""
        own = [one for one in self._store.letters.of_case(case_number) if one.origin == self._station.station]
        waiting = {row.letter_id for row in self._store.unpacked.of_case(case_number)}
        waiting |= {letter for letters in self._waiting().values() for letter in letters}
        return [one for one in own if one.letter_id in waiting]

    def _waiting(self) -> dict[str, list[str]]:
        """The letters of each parcel that waits here."""
        rows = self._store.outbox.waiting_parcels(_LOOKED_AT)
        return self._store.outbox.letters_of(dict.fromkeys(row.parcel_id for row in rows))

    def _packed(self, hop: str, unsent: Sequence[LetterRecord]) -> str | None:
        """A parcel that waits for the hop, holds exactly these letters, and is small enough."""
        wanted = {one.letter_id for one in unsent}
        for parcel_id, letters in self._waiting().items():
            state = self._store.outbox.hops_of(parcel_id).get(hop)
            if state == "held" and wanted & set(letters):
                raise RequestError("paper_held")
            if set(letters) == wanted and state in ("queued", "handed_over", "refused") and self._fits(parcel_id):
                return parcel_id
        return None

    def _fits(self, parcel_id: str) -> bool:
        parcel = self._store.outbox.get(parcel_id)
        try:
            return parcel is not None and bool(texts_of(PARCEL, parcel_id, parcel.data))
        except RequestError:
            return False

    def _pack(self, case_number: str, unsent: Sequence[LetterRecord]) -> str:
        """A new parcel of these letters without the credentials behind them; those are queued beside it, where a reader may lack them."""
        if any(row.set_aside for row in self._store.unpacked.of_case(case_number)):
            raise RequestError("paper_held")
        self._check_may_pack()
        letters = [read_frame(one.frame, self._station.suite.digest) for one in unsent]
        readers = self._dispatch.readers_of(case_number[:14])
        contents = Contents(letters=[one.frame for one in letters])
        for sealed in letters:
            contents.keys |= self._dispatch.keys_of(sealed.letter)
        now, urgent = self._clock.now(), any(row.urgent for row in self._store.unpacked.of_case(case_number))
        named = [entry for one in letters for entry in one.letter.enclosures]
        since = min(one.received_at for one in unsent)
        parcel_id = self._dispatch.send(contents, "letters", readers, urgent=urgent, at=now, named=named, since=since)
        self._store.outbox.add_letters(parcel_id, [one.letter_id for one in unsent])
        self._store.unpacked.remove([one.letter_id for one in unsent])
        self._send_credentials(letters, readers)
        return parcel_id

    def _send_credentials(self, letters: Sequence[SealedLetter], readers: Sequence[str]) -> None:
        beside = Contents()
        for sealed in letters:
            self._dispatch.add_credentials(beside, sealed, readers)
        if beside.certificates or beside.seals:
            self._dispatch.send(beside, "certificates", readers, urgent=True, at=self._clock.now())
