"""Bytes on the wire for one hop, counted by a proxy that shapes nothing: TCP payload both ways, HTTP and session included.

The village's courier runs in this process and is told when to carry; the township is a process. *Forms*: the scans stay at home
(asking about them is answered with no before it reaches the wire), the payload is the sealed letter as it lies in the store; once with
one case an exchange (twenty of them), once with fifty waiting cases. *Scans*: three scans of about 250 KB go along, the payload
is what the cleaned pictures weigh. *Idle*: one exchange with nothing to say, bytes both ways and time, best of ten.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from bench.county import County
from bench.ground import Ground, filled_at, pin, scan_of, station, submit_at
from bench.table import Row
from bench.visitor import picture
from node.assemble import Node
from node.commands.demo import HOST
from sync.boxes import Piece
from sync.errors import DoorError
from sync.http import HttpWire
from sync.wire import EnclosureState, Wire
from tests.tools.shaped_proxy import ShapedProxy

SINGLY, BATCH, WINDOW, IDLE = 20, 50, 25, 10
SCAN_BYTES = 250_000


class LettersOnly(HttpWire):
    """A wire that carries no enclosures."""

    def enclosure(self, token: str, enclosure_id: str) -> EnclosureState:
        raise DoorError("unknown_enclosure")

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState:
        raise DoorError("unknown_enclosure")

    def get_piece(self, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        raise DoorError("unknown_enclosure")

    def missing(self) -> tuple[Piece, ...]:
        return ()


@dataclass(frozen=True)
class Line:
    """A village in this process, and the proxy between it and the township."""

    village: Node
    link: ShapedProxy

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
        _submitted(forms.village, 1, picture("first"))
        forms.carried()
        yield Row("wire / payload, forms singly", "≤ 0.40", "Morango 0.53; PouchDB 1.25; ODK 1.92", f"{_singly(forms):.2f}")
        payload = _submitted(forms.village, BATCH, picture("batch"))
        yield Row("wire / payload, forms in batches", "≤ 0.30", "NNCP 1.32", f"{forms.carried() / payload:.2f}")
        idle = [_idle(forms) for _ in range(IDLE)]
        text = f"{min(one[0] for one in idle)} B, {min(one[1] for one in idle) * 1000:.0f} ms"
        yield Row("idle exchange: bytes both ways, time", "< 1 KB, < 100 ms", "PouchDB 60 ms", text)
    with line(ground, HttpWire) as scans:
        _submitted(scans.village, 1, picture("first"))
        scans.carried()
        payload = _scans(scans.village)
        yield Row("wire / payload, scans of 250 KB", "≤ 1.02", "NNCP 1.007; ODK 1.006; PouchDB 1.335", f"{scans.carried() / payload:.3f}")


@contextmanager
def line(ground: Ground, new_wire: Callable[[str], Wire]) -> Iterator[Line]:
    """A township that runs, a village that is told when to carry, and bytes counted between them."""
    with ground.county() as county, ShapedProxy([(f"{HOST}:0", f"{HOST}:{county.ports['township']}")]) as link:
        _shut_off(county, link)
        with station(county, "village1", new_wire) as village:
            yield Line(village, link)


def _shut_off(county: County, link: ShapedProxy) -> None:
    county.call_parent_at("village1", *link.listen[0])
    county.start("township")
    county.wait_up("township")


def _submitted(village: Node, count: int, scan: bytes) -> int:
    """Submit so many cases; the bytes of their letters."""
    size_bytes = 0
    for at in range(count):
        number = filled_at(village, scan)
        submit_at(village, number, pin=pin("agent1") if at % WINDOW == 0 else None)
        size_bytes += sum(len(row.frame) for row in village.store.letters.of_case(number))
    return size_bytes


def _singly(forms: Line) -> float:
    payload = wire = 0
    for number in range(SINGLY):
        payload += _submitted(forms.village, 1, picture(f"single {number}"))
        wire += forms.carried()
    return wire / payload


def _idle(forms: Line) -> tuple[int, float]:
    began = perf_counter()
    size_bytes = forms.carried()
    return size_bytes, perf_counter() - began


def _scans(village: Node) -> int:
    """Submit a case with three large scans; the bytes of the cleaned pictures."""
    scan = scan_of(SCAN_BYTES, "scan")
    number = filled_at(village, scan)
    submit_at(village, number)
    return sum(row.size_bytes for row in village.store.materials.list(number))
