"""Refilling (补齐) a station that stands in another's place: its neighbours give it what the old one should have held.

The station above gives the letters of all cases that have the new one on their path. One below gives those that the stations above are
not known to have: the rest comes from there. A letter that never came through the old station goes on to its other readers as well. All of
it in parcels of class `copies`, some cases at a time; a last parcel lists them, so that the new station knows when it has everything.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from node.casework.letter import EnclosureEntry, SealedLetter, read_frame
from node.mail.dispatch import Dispatch
from node.mail.packing import MAX_LETTERS, Contents
from node.station import Station
from node.store import Store
from node.store.records import CaseRecord, LetterRecord, RoadMark
from node.succession.refilled import Refilled
from node.succession.register import Succession
from signing.canonical import canonical_bytes

META = "refill_to:"
PLANNED = "refills_planned"
CASES_A_STEP = 25
MOST_WAITING = 256
"""So many parcels for one station may wait before more are made: what cannot go yet need not lie here twice."""

MOST_BYTES = 400 * 1024
"""Of letters in one parcel; with keys, receipts and certificates it stays below what a parcel may weigh."""


GiveMore = Callable[[str, datetime], list[str]]
"""Given the station that is filled: sends it what is no letter, and answers the parcels."""


@dataclass
class _Batch:
    """Letters for the same readers."""

    rows: list[LetterRecord] = field(default_factory=list)
    size_bytes: int = 0


class Refill:
    """Gives, in small steps, each of which is one transaction; a power cut between two of them costs nothing."""

    def __init__(self, station: Station, store: Store, dispatch: Dispatch, refilled: Refilled) -> None:
        self._station = station
        self._store = store
        self._dispatch = dispatch
        self._refilled = refilled
        self._give_more: GiveMore = lambda new, at: []

    def on_finish(self, give_more: GiveMore) -> None:
        """`give_more` is called before the last parcel of a refill, in its transaction: what it sends belongs to the refill."""
        self._give_more = give_more

    def plan(self, succession: Succession) -> None:
        """Remember, in the caller's transaction, that a neighbour has a successor that must be filled."""
        new = succession.new
        if not self._station.is_neighbour(new):
            return
        self._store.certificates.forget_sent(new)
        self._set_planned([*(one for one in self.planned() if one != succession.old), new])
        self._store.meta.set(META + new, json.dumps({"after": "", "parcels": [], "letters": 0}))

    def came_late(self, maker: str, _data: bytes) -> None:
        """Letters of a station that has been replaced have come, in the caller's transaction: the new one may not have them."""
        new = self._station.current(maker)
        if not self._station.is_neighbour(new):
            return
        state = json.loads(self._store.meta.get(META + new) or '{"parcels": [], "letters": 0}')
        self._set_planned([*self.planned(), new])
        self._store.meta.set(META + new, json.dumps(state | {"after": ""}))

    def planned(self) -> list[str]:
        """The stations that are still being filled from here."""
        return list(json.loads(self._store.meta.get(PLANNED) or "[]"))

    def run(self, at: datetime) -> None:
        """Go on with every refill until nothing is left to give that can be given now."""
        for new in self.planned():
            # Another process of this station may have planned it: whoever is not in the register of this one yet would be given nothing.
            if new in self._station.directory and self._refilled.may_fill(new):
                while self._store.outbox.waiting_for(new) < MOST_WAITING and self._step(new, at):
                    pass

    def _set_planned(self, stations: Sequence[str]) -> None:
        self._store.meta.set(PLANNED, json.dumps(list(dict.fromkeys(stations))))

    def _step(self, new: str, at: datetime) -> bool:
        """Some cases more; False after the last."""
        with self._store.transaction():
            state = json.loads(self._store.meta.get(META + new) or "null")
            if state is None:
                return False
            cases = self._store.cases.after_number(state["after"], CASES_A_STEP)
            if not cases:
                self._finish(new, state, at)
                return False
            for readers, batch in self._batches(new, cases):
                state["parcels"].append(self._send(readers, batch.rows, at))
                state["letters"] += len(batch.rows)
            state["after"] = cases[-1].case_number
            self._store.meta.set(META + new, json.dumps(state))
        return True

    def _finish(self, new: str, state: dict[str, Any], at: datetime) -> None:
        parcels = [*state["parcels"], *self._give_more(new, at)]
        told = {"for": new, "letters": state["letters"], "parcels": parcels}
        self._dispatch.send(Contents(refills=[canonical_bytes(told)]), "copies", [new], urgent=False, at=at)
        self._store.meta.delete(META + new)
        self._set_planned([one for one in self.planned() if one != new])

    def _batches(self, new: str, cases: Sequence[CaseRecord]) -> Iterator[tuple[tuple[str, ...], _Batch]]:
        """Letters that are owed, by readers; letters of a case stay in their order."""
        open_batches: dict[tuple[str, ...], _Batch] = {}
        for record in cases:
            path = self._station.path_of(record.origin)
            if new not in path or record.practice:
                continue
            rows = self._store.letters.of_case(record.case_number)
            marks = self._store.letters.roads([row.letter_id for row in rows])
            for row in rows:
                readers = self._readers(new, path, marks[row.letter_id])
                if not readers:
                    continue
                batch = open_batches.setdefault(readers, _Batch())
                if batch.rows and (len(batch.rows) >= MAX_LETTERS or batch.size_bytes + len(row.frame) > MOST_BYTES):
                    yield readers, open_batches.pop(readers)
                    batch = open_batches.setdefault(readers, _Batch())
                batch.rows.append(row)
                batch.size_bytes += len(row.frame)
        yield from open_batches.items()

    def _readers(self, new: str, path: tuple[str, ...], marks: Sequence[RoadMark]) -> tuple[str, ...]:
        """Who is to read a letter now: the new station, and who lies behind it and is not known to have got it. None: nobody."""
        me, arrived = self._station.station, {mark.station for mark in marks if mark.mark == "arrived"}
        behind = path[path.index(new) + 1 :] if me in path[: path.index(new)] else path[: path.index(new)][::-1]
        missing = tuple(one for one in behind if one not in arrived and self._dispatch.can_read(one))
        is_given_from_above = behind and me in path[: path.index(new)] and not missing
        return () if is_given_from_above or new in arrived else (new, *missing)

    def _send(self, readers: tuple[str, ...], rows: Sequence[LetterRecord], at: datetime) -> str:
        letters = [read_frame(row.frame, self._station.suite.digest) for row in rows]
        named = list(_entries(letters))
        contents = Contents(
            letters=[row.frame for row in rows],
            keys={one: key for sealed in letters for one, key in self._dispatch.keys_of(sealed.letter).items()},
            received={row.letter_id: row.received_at for row in rows},
            receipts=self._receipts([row.letter_id for row in rows]),
        )
        for sealed in letters:
            self._dispatch.add_credentials(contents, sealed, readers)
        parcel_id = self._dispatch.send(contents, "copies", readers, urgent=False, at=at, named=named)
        self._store.outbox.add_letters(parcel_id, [row.letter_id for row in rows])
        return parcel_id

    def _receipts(self, letter_ids: Sequence[str]) -> list[bytes]:
        """What other stations signed for these letters, so that the new one knows how far they have come."""
        marks = [mark for one in self._store.letters.roads(letter_ids).values() for mark in one]
        ids = dict.fromkeys(mark.receipt_id for mark in marks if mark.receipt_id and mark.mark == "arrived")
        found = (self._store.receipts.get(one) for one in ids if one)
        return [record.data for record in found if record is not None]


def _entries(letters: Iterable[SealedLetter]) -> Iterator[EnclosureEntry]:
    seen: set[str] = set()
    for sealed in letters:
        for entry in sealed.letter.enclosures:
            if entry.enclosure_id not in seen:
                seen.add(entry.enclosure_id)
                yield entry
