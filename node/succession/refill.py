"""Refilling (补齐) a station that stands in another's place: its neighbours give it what the old one should have held.

The station above gives the letters of all cases that have the new one on their path, also those that wait and have made no case yet. One
below gives those that the stations above are not known to have: the rest comes from there. A letter that never came through the old
station goes on to its other readers as well. All of it in parcels of class `copies`, some cases at a time; a last parcel lists them, so
that the new station knows when it has everything. Credentials that a letter of this station's waits for beyond the new one go once more.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from node.casework.letter import EnclosureEntry, SealedLetter, read_frame
from node.mail.dispatch import Dispatch
from node.mail.lacking import Lacking
from node.mail.packing import MAX_LETTERS, Contents
from node.station import Station
from node.store import Store
from node.store.records import LetterRecord, RoadMark
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

    def __init__(self, station: Station, store: Store, dispatch: Dispatch, lacking: Lacking, refilled: Refilled) -> None:
        self._station = station
        self._store = store
        self._dispatch = dispatch
        self._lacking = lacking
        self._refilled = refilled
        self._give_more: GiveMore = lambda new, at: []

    def on_finish(self, give_more: GiveMore) -> None:
        """`give_more` is called before the last parcel of a refill, in its transaction: what it sends belongs to the refill."""
        self._give_more = give_more

    def plan(self, succession: Succession) -> None:
        """Remember, in the caller's transaction, that a neighbour has a successor that must be filled."""
        new = succession.new
        if not self._station.is_neighbour(new):
            self._look_beyond(new)
            return
        self._store.certificates.forget_sent(new)
        self._set_planned([*(one for one in self.planned() if one != succession.old), new])
        self._store.meta.set(META + new, json.dumps({"after": "", "parcels": [], "letters": 0}))

    def came_late(self, maker: str, _data: bytes) -> None:
        """Letters of a station that has been replaced have come, in the caller's transaction: the new one may not have them."""
        new = self._station.current(maker)
        if self._station.is_neighbour(new):
            self._plan_again(new)

    def _plan_again(self, new: str) -> None:
        state = json.loads(self._store.meta.get(META + new) or '{"parcels": [], "letters": 0}')
        self._set_planned([*self.planned(), new])
        self._store.meta.set(META + new, json.dumps(state | {"after": ""}))

    def _look_beyond(self, new: str) -> None:
        """Where the one above has lost letters, and now the one above that too: what each was to get from the other may be here alone."""
        parent = self._station.directory.parent_of(self._station.station)
        if parent is not None and new in self._station.path_of(parent) and self._has_replaced(parent):
            self._plan_again(parent)

    def _has_replaced(self, station: str) -> bool:
        return any(one.successor is not None and self._station.current(one.station) == station for one in self._station.directory.entries())

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
            numbers = self._store.letters.cases_after(state["after"], CASES_A_STEP)
            if not numbers:
                self._finish(new, state, at)
                return False
            waiting: list[str] = []
            for readers, batch in self._batches(new, numbers, waiting):
                state["parcels"].append(self._send(readers, batch.rows, at))
                state["letters"] += len(batch.rows)
            self._lacking.look_anew(waiting, new)
            state["after"] = numbers[-1]
            self._store.meta.set(META + new, json.dumps(state))
        return True

    def _finish(self, new: str, state: dict[str, Any], at: datetime) -> None:
        parcels = [*state["parcels"], *self._give_more(new, at)]
        told = {"for": new, "letters": state["letters"], "parcels": parcels}
        self._dispatch.send(Contents(refills=[canonical_bytes(told)]), "copies", [new], urgent=False, at=at)
        self._store.meta.delete(META + new)
        self._set_planned([one for one in self.planned() if one != new])

    def _batches(self, new: str, numbers: Sequence[str], waiting: list[str]) -> Iterator[tuple[tuple[str, ...], _Batch]]:
        """Letters that are owed, by readers; letters of a case stay in their order. Those that wait somewhere are added to `waiting`."""
        open_batches: dict[tuple[str, ...], _Batch] = {}
        for number in numbers:
            record = self._store.cases.get(number)
            path = self._station.path_of(record.origin if record else number[:14])
            if new not in path or (record and record.practice):
                continue
            rows = self._store.letters.of_case(number)
            marks = self._store.letters.roads([row.letter_id for row in rows])
            waiting += [letter_id for letter_id, said in marks.items() if any(mark.outcome == "waiting" for mark in said)]
            for row in rows:
                readers = self._readers(new, path, marks[row.letter_id])
                if not readers:
                    self._say_again(new, path, row, marks[row.letter_id])
                    continue
                batch = open_batches.setdefault(readers, _Batch())
                if batch.rows and (len(batch.rows) >= MAX_LETTERS or batch.size_bytes + len(row.frame) > MOST_BYTES):
                    yield readers, open_batches.pop(readers)
                    batch = open_batches.setdefault(readers, _Batch())
                batch.rows.append(row)
                batch.size_bytes += len(row.frame)
        yield from open_batches.items()

    def _say_again(self, new: str, path: tuple[str, ...], row: LetterRecord, marks: Sequence[RoadMark]) -> None:
        """Tell a station behind the new one once more that its letter arrived here: the old one may have died with the receipt."""
        maker, me = self._station.current(row.origin), self._station.station
        receipt_id = next((mark.receipt_id for mark in marks if (mark.station, mark.mark) == (me, "arrived")), None)
        is_passed_on = maker in path[: path.index(new)] and me in path[path.index(new) :]
        if receipt_id and is_passed_on and not self._store.unpacked_receipts.waits(receipt_id, (maker,)):
            self._store.unpacked_receipts.add(receipt_id, (maker,))
            self._store.note_queued()

    def _readers(self, new: str, path: tuple[str, ...], marks: Sequence[RoadMark]) -> tuple[str, ...]:
        """Who is to read a letter now: the new station, and who lies behind it and is not known to have got it. None: nobody."""
        # What was refused when it arrived is not held there.
        me, arrived = self._station.station, {mark.station for mark in marks if mark.mark == "arrived" and mark.outcome != "refused"}
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
