"""CPU time of one case over one hop: packed and queued at one station, taken in at the next, its receipt taken at the first.

Everything runs in this process on real databases: pack (compress, encrypt for two readers, sign), `take_in` (verify, decrypt,
check the letter's seal, its certificate path and the form's rules, keep it, sign the receipt and queue the news for the others),
`take_receipts`. Parcels are taken in one by one. Sealing the letter is not a hop's work and is left out. Fifty letters; certificates
are known from a case before. CPU time of the process, best of three. The trial's letters named no scans; so the first two rows.
How fast the machine is at the moment, the last row says.
"""

from collections.abc import Callable, Iterator
from time import process_time

from bench.ground import Ground, filled_at, pin, station, submit_at
from bench.letters import send, with_scans, without_scans
from bench.table import Row
from bench.visitor import picture
from node.assemble import Node
from node.casework.letter import SealedLetter
from signing.algorithms import suite

LETTERS, ROUNDS, VERIFICATIONS = 50, 3, 200
MakeLetters = Callable[[Node, int], list[SealedLetter]]


def measure(ground: Ground) -> Iterator[Row]:
    yield _row(ground, "no scans", without_scans, 1, "a trial 5.4")
    yield _row(ground, "no scans", without_scans, LETTERS, "a trial 1.6")
    yield _row(ground, "three scans", with_scans, 1, "–")
    yield _row(ground, "three scans", with_scans, LETTERS, "–")
    yield Row("  of that, one SM2 verification", "", "the trial's machine 0.73", f"{_verification_s() * 1000:.2f}")


def _row(ground: Ground, kind: str, make: MakeLetters, batch: int, trial: str) -> Row:
    pack_s, take_s, receipt_s = min((_round(ground, make, batch) for _ in range(ROUNDS)), key=sum)
    total = f"{_ms(pack_s + take_s + receipt_s)} (pack {_ms(pack_s)}, take in {_ms(take_s)}, receipt {_ms(receipt_s)})"
    return Row(f"CPU ms a case and hop, {kind}, {batch} a parcel", "", trial, total)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000 / LETTERS:.1f}"


def _round(ground: Ground, make: MakeLetters, batch: int) -> tuple[float, float, float]:
    """CPU seconds of all letters: packing, taking in, taking the receipts."""
    with ground.county() as county, station(county, "village1") as village, station(county, "township") as township:
        submit_at(village, filled_at(village, picture("first")), pin=pin("agent1"))
        before = _due(village, township)
        receipts = _taken_in(village, township, before)
        village.mailroom.take_receipts(receipts, township.station.station)
        letters = make(village, LETTERS)
        known = set(_due(village, township))
        began = process_time()
        for at in range(0, LETTERS, batch):
            send(village, letters[at : at + batch])
        packed = process_time()
        made = [data for data in _due(village, township) if data not in known]
        handed = process_time()
        receipts = _taken_in(village, township, made)
        taken = process_time()
        for receipt in receipts:
            village.mailroom.take_receipts([receipt], township.station.station)
        return packed - began, taken - handed, process_time() - taken


def _due(village: Node, township: Node) -> list[bytes]:
    return [parcel.data for parcel in village.outgoing.due(township.station.station, 1 << 30, 1 << 20)]


def _taken_in(village: Node, township: Node, parcels: list[bytes]) -> list[bytes]:
    return [one for data in parcels for one in township.mailroom.take_in([data], village.station.station, "network").receipts]


def _verification_s() -> float:
    """CPU seconds of one SM2 verification with a known key, best of three rounds."""
    gm = suite("gm")
    key, message = gm.generate(), b"x" * 4096
    signature = gm.sign(key, message)

    def one_round() -> float:
        began = process_time()
        for _ in range(VERIFICATIONS):
            gm.verify(key.public, message, signature)
        return (process_time() - began) / VERIFICATIONS

    return min(one_round() for _ in range(ROUNDS))
