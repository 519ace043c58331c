"""CPU time of one case over one hop: packed and queued at one station, taken in at the next, its receipt taken at the first.

Everything runs in this process on real databases: pack (compress, encrypt for two readers, sign), `take_in` (verify, decrypt,
check the letter's seal, its certificate path and the form's rules, keep it, sign the receipt), `take_receipts`. Sealing the letter is not
a hop's work and is left out. Sixty-four cases; certificates are known from a case before. CPU time of the process, best of three.
"""

from collections.abc import Iterator, Sequence
from time import process_time

from bench.ground import Ground, filled_at, pin, station, submit_at
from bench.table import Row
from bench.visitor import picture
from node.assemble import Node
from node.casework.letter import SealedLetter, read_frame
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents, enclosures_named
from node.mail.receipts import ReceiptBook
from sync.boxes import QueuedParcel

CASES, ROUNDS, WINDOW = 50, 3, 25


def measure(ground: Ground) -> Iterator[Row]:
    for batch, trial in ((1, "5.4"), (50, "1.6")):
        rounds = [_round(ground, batch) for _ in range(ROUNDS)]
        pack_s, take_s, receipt_s = min(rounds, key=sum)
        total = f"{_ms(pack_s + take_s + receipt_s)} (pack {_ms(pack_s)}, take in {_ms(take_s)}, receipt {_ms(receipt_s)})"
        yield Row(f"CPU ms a case and hop, {batch} a parcel", "", f"a trial {trial}", total)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000 / CASES:.1f}"


def _round(ground: Ground, batch: int) -> tuple[float, float, float]:
    """CPU seconds of all cases: packing, taking in, taking the receipts."""
    with ground.county() as county, station(county, "village1") as village, station(county, "township") as township:
        letters = _submitted(village)
        to_township = [one for one in village.store.outbox.due(township.station.station, 1 << 30, 1 << 20)]
        first, _ = _carried(village, township, to_township[:1])
        village.mailroom.take_receipts(first, township.station.station)
        dispatch = Dispatch(village.station, village.store, ReceiptBook(village.station, village.store))
        began = process_time()
        for at in range(1, len(letters), batch):
            _pack(village, dispatch, letters[at : at + batch])
        pack_s = process_time() - began
        made = [one for one in village.store.outbox.due(township.station.station, 1 << 30, 1 << 20)][-(CASES // batch) :]
        receipts, take_s = _carried(village, township, made)
        began = process_time()
        for receipt in receipts:
            village.mailroom.take_receipts([receipt], township.station.station)
        return pack_s, take_s, process_time() - began


def _submitted(village: Node) -> list[SealedLetter]:
    """One more than are measured: the first brings the certificates along."""
    scan = picture("hop")
    numbers = [filled_at(village, scan) for _ in range(CASES + 1)]
    for at, number in enumerate(numbers):
        submit_at(village, number, pin=pin("agent1") if at % WINDOW == 0 else None)
    frames = [village.store.letters.of_case(number)[0].frame for number in numbers]
    return [read_frame(frame, village.station.suite.digest) for frame in frames]


def _pack(village: Node, dispatch: Dispatch, letters: Sequence[SealedLetter]) -> None:
    """One parcel of these letters, as `Dispatch.send_letter` makes it of one."""
    named = [entry for sealed in letters for entry in sealed.letter.enclosures]
    ids = [one.enclosure_id for one in enclosures_named(named)]
    keys = {one: key for one in ids if (key := village.store.enclosures.key(one))}
    path = village.station.path_of(letters[0].letter.case_number[:14])
    readers = [one for one in path if one != village.station.station]
    with village.store.transaction():
        contents = Contents(letters=[sealed.frame for sealed in letters], keys=keys)
        parcel_id = dispatch.send(contents, "letters", readers, urgent=False, at=village.clock.now(), named=named)
        village.store.outbox.add_letters(parcel_id, [sealed.letter_id for sealed in letters])


def _carried(village: Node, township: Node, parcels: Sequence[QueuedParcel]) -> tuple[list[bytes], float]:
    """Take these in one by one; the receipts, and the CPU seconds."""
    began = process_time()
    receipts = [one for parcel in parcels for one in township.mailroom.take_in([parcel.data], village.station.station, "network").receipts]
    return receipts, process_time() - began
