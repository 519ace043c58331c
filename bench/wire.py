"""Bytes on the wire for one hop, counted by a proxy that shapes nothing: TCP payload both ways, HTTP, session and receipts included.

The village's courier runs in this process and is told when to carry; the township is a process. The scans stay at home in all
but the last rows (asking about them is answered with no before it reaches the wire). The payload is the sealed letter as it lies in the
store. *Singly*: one letter an exchange, twenty of them. *Fifty waiting*: as many parcels in one exchange, which is what a village has
after a day without a line. *Fifty in one parcel*: what packing them together gives. With three scans, a letter also carries
their names and keys, which nothing can compress. *Scans*: three of about 250 KB go along, the payload is what the cleaned pictures and
their previews weigh. *Idle*: one exchange with nothing to say, bytes both ways and time, best of ten.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from bench.county import County
from bench.ground import Ground, filled_at, scan_of, station, submit_at
from bench.letters import send, with_scans, without_scans
from bench.shaped import Link, shaped_link
from bench.table import Row
from node.assemble import Node
from node.casework.letter import SealedLetter
from node.config import load_config
from sync.errors import DoorError
from sync.http import HttpWire
from sync.wire import EnclosureState, Wire

SINGLY, BATCH, IDLE = 20, 50, 10
SCAN_BYTES = 250_000


class LettersOnly(HttpWire):
    """A wire that carries no enclosures."""

    def enclosure(self, token: str, enclosure_id: str) -> EnclosureState:
        raise DoorError("unknown_enclosure")

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState:
        raise DoorError("unknown_enclosure")

    def get_piece(self, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        raise DoorError("unknown_enclosure")


@dataclass(frozen=True)
class Line:
    """A village in this process, and the proxy between it and the township."""

    village: Node
    link: Link
    parent: str

    def carried(self) -> int:
        """Bytes that one carrying puts on the wire, both ways."""
        before = self.link.stats()["total_bytes"]
        assert self.village.courier is not None
        report = self.village.courier.carry_once()
        if report.failure is not None:
            raise RuntimeError(report.failure)
        return int(self.link.stats()["total_bytes"] - before)


def measure(ground: Ground) -> Iterator[Row]:
    with line(ground, LettersOnly) as forms:
        with_scans(forms.village, 1)
        forms.carried()
        yield from _forms(forms)
        yield Row("  with the names and keys of three scans, singly", "", "", f"{_singly_with_scans(forms):.2f}")
        idle = [_idle(forms) for _ in range(IDLE)]
        text = f"{min(one[0] for one in idle)} B, {min(one[1] for one in idle) * 1000:.0f} ms"
        yield Row("idle exchange: bytes both ways, time", "< 1 KB, < 100 ms", "PouchDB 60 ms", text)
    with line(ground, HttpWire) as scans:
        with_scans(scans.village, 1)
        scans.carried()
        payload = _scans(scans.village)
        yield Row("wire / payload, scans of 250 KB", "≤ 1.02", "NNCP 1.007; ODK 1.006; PouchDB 1.335", f"{scans.carried() / payload:.3f}")


def _forms(forms: Line) -> Iterator[Row]:
    """Letters without scans: singly, fifty waiting, fifty in one parcel."""
    letters = without_scans(forms.village, SINGLY + 2 * BATCH)
    forms.carried()
    kilobytes = len(letters[0].frame) / 1000
    wire = parcels = 0
    for letter in letters[:SINGLY]:
        send(forms.village, [letter])
        parcels += sum(len(parcel.data) for parcel in forms.village.store.outbox.due(forms.parent, 1 << 30, 1))
        wire += forms.carried()
    payload = _size(letters[:SINGLY])
    text = f"{wire / payload:.2f} (the parcel alone {parcels / payload:.2f})"
    yield Row(f"wire / payload, forms of {kilobytes:.1f} KB, singly", "≤ 0.40", "Morango 0.53; PouchDB 1.25; ODK 1.92", text)
    for letter in letters[SINGLY:-BATCH]:
        send(forms.village, [letter])
    yield Row("  fifty waiting", "≤ 0.30", "NNCP 1.32", f"{forms.carried() / _size(letters[SINGLY:-BATCH]):.2f}")
    send(forms.village, letters[-BATCH:])
    yield Row("  fifty in one parcel", "≤ 0.30", "", f"{forms.carried() / _size(letters[-BATCH:]):.2f}")


def _size(letters: Sequence[SealedLetter]) -> int:
    return sum(len(letter.frame) for letter in letters)


@contextmanager
def line(ground: Ground, new_wire: Callable[[str], Wire]) -> Iterator[Line]:
    """A township that runs, a village that is told when to carry, and bytes counted between them."""
    with ground.county() as county, shaped_link(county.ports["township"]) as link:
        _shut_off(county, link)
        with station(county, "village1", new_wire) as village:
            yield Line(village, link, load_config(county.place("township")).station.id)


def _shut_off(county: County, link: Link) -> None:
    county.call_parent_at("village1", *link.address)
    county.start("township")
    county.wait_up("township")


def _singly_with_scans(forms: Line) -> float:
    payload = wire = 0
    for _ in range(SINGLY):
        payload += _size(with_scans(forms.village, 1))
        wire += forms.carried()
    return wire / payload


def _idle(forms: Line) -> tuple[int, float]:
    began = perf_counter()
    size_bytes = forms.carried()
    return size_bytes, perf_counter() - began


def _scans(village: Node) -> int:
    """Submit a case with three large scans; the bytes of the cleaned pictures and their previews."""
    number = filled_at(village, scan_of(SCAN_BYTES, "scan"))
    submit_at(village, number)
    rows = village.store.materials.list(number)
    return sum(row.size_bytes + (row.preview["size"] if row.preview else 0) for row in rows)
