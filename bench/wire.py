"""Bytes on the wire for one hop, counted by a proxy that shapes nothing: TCP payload both ways, HTTP, session and receipts included.

The village's courier runs in this process and is told when to carry; the township is a process. The payload is the sealed letter as
it lies in the store: a form of 31 answers, other ones in each, submitted at the desk; it is packed as it leaves. *Singly*: one letter
an exchange, twenty of them, until the `stored` receipt is here; the township's `arrived` receipt rides in the same answer, and is counted.
Before them four letters have come to township and county, and both have said so: later ones are compressed after those, as on any
day but a village's first. *The first*: before anybody has said anything. *The county's receipt too*: it comes later, in a parcel, and is
acknowledged. The byte budget is that of one letter, on average. The answers share phrases more than those of people would: what the same
letters cost where no free text is like another stands in the decision. *Fifty waiting*: what a village has after a day without a line. With
three scans, a letter also carries their names and keys, which nothing can compress; the scans stay at home (asking about them is answered
with no before it reaches the wire). *Scans*: three of about 250 KB go along, the payload is what the cleaned pictures, their previews and
the sealed document weigh.
*Idle*: one exchange with nothing to say, bytes both ways and time, best of ten.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, sleep
from typing import Any

from bench.county import County
from bench.ground import Ground, filled_at, station, submit_at
from bench.letters import submit_varied, with_scans
from bench.scans import scan_of
from bench.sealed_cases import publish
from bench.shaped import Link, shaped_link
from bench.table import Row
from node.assemble import Node
from node.config import load_config
from sync.errors import DoorError
from sync.http import HttpWire
from sync.parcel import read_parcel
from sync.wire import EnclosureState, ParentWire

SINGLY, BATCH, IDLE, SIGNATURE_BYTES = 20, 50, 10, 71
READERS, KNOWN_WITHIN, LOOK_S = 2, 20, 3.0
SCAN_BYTES = 250_000


class LettersOnly(HttpWire):
    """A wire that carries no enclosures, and counts the bodies of its calls."""

    bodies_up = bodies_down = 0

    def _send(self, method: str, path: str, token: str | None, body: bytes | None, *rest: Any) -> tuple[int, bytes]:
        status, answer = super()._send(method, path, token, body, *rest)
        LettersOnly.bodies_up += len(body or b"")
        LettersOnly.bodies_down += len(answer)
        return status, answer

    def enclosure(self, token: str, enclosure_id: str) -> EnclosureState:
        raise DoorError("unknown_enclosure")

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState | None:
        raise DoorError("unknown_enclosure")

    def get_piece(self, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        raise DoorError("unknown_enclosure")


@dataclass(frozen=True)
class Line:
    """A village in this process, and the proxy between it and the township."""

    village: Node
    link: Link
    parent: str
    county: County

    def carried(self) -> int:
        """Bytes that one carrying puts on the wire, both ways."""
        before = self.link.stats()["total_bytes"]
        assert self.village.courier is not None
        report = self.village.courier.carry_once()
        if report.failure is not None:
            raise RuntimeError(report.failure)
        return int(self.link.stats()["total_bytes"] - before)


def measure(ground: Ground) -> Iterator[Row]:
    with line(ground, LettersOnly, publish) as forms:
        yield from _forms(forms)
        with_scans(forms.village, 1)
        forms.carried()
        yield Row("  with the names and keys of three scans, singly", "", "", f"{_singly_with_scans(forms):.2f}")
        idle = [_idle(forms) for _ in range(IDLE)]
        text = f"{min(one[0] for one in idle)} B, {min(one[1] for one in idle) * 1000:.0f} ms"
        yield Row("idle exchange: bytes both ways, time", "< 1 KB, < 100 ms", "PouchDB 60 ms", text)
    with line(ground, HttpWire) as scans:
        with_scans(scans.village, 1)
        scans.carried()
        payload = _scans(scans.village, scans.parent)
        yield Row("wire / payload, scans of 250 KB", "≤ 1.02", "NNCP 1.007; ODK 1.006; PouchDB 1.335", f"{scans.carried() / payload:.3f}")


def _forms(forms: Line) -> Iterator[Row]:
    """Letters without scans: singly, and fifty waiting."""
    submit_varied(forms.village, 0, 1)
    forms.carried()
    payload = submit_varied(forms.village, 1, 1)
    first = forms.carried() / payload
    forms.county.start("county")
    forms.county.wait_up("county")
    for at in (2, 3):
        payload = submit_varied(forms.village, at, 1)
        with_county = (forms.carried() + _until_known(forms)) / payload
    forms.county.stop("county")
    payload, budget = 0, Counter[str]()
    for at in range(SINGLY):
        payload += submit_varied(forms.village, 4 + at, 1)
        budget += _budget(forms)
    text = f"{budget.total() / payload:.2f}; the first {first:.2f}; the county's receipt too {with_county:.2f}"
    yield Row(f"wire / payload, forms of {payload / SINGLY / 1000:.1f} KB, singly", "≤ 0.40", "Morango 0.53; PouchDB 1.25; ODK 1.92", text)
    yield Row("  bytes of one", "", "", ", ".join(f"{name} {size / SINGLY:.0f}" for name, size in budget.items()))
    payload = submit_varied(forms.village, 4 + SINGLY, BATCH)
    yield Row("  fifty waiting", "≤ 0.30", "NNCP 1.32", f"{forms.carried() / payload:.2f}")


def _until_known(forms: Line) -> int:
    """Carry until the county's word on every letter is here, and acknowledged; the bytes of that."""
    size_bytes = 0
    for _ in range(KNOWN_WITHIN):
        sleep(LOOK_S)
        size_bytes += forms.carried()
        ids = [
            row.letter_id
            for case in forms.village.store.cases.page(limit=10)
            for row in forms.village.store.letters.of_case(case.case_number)
        ]
        marks = forms.village.store.letters.roads(ids)
        if all(len([one for one in found if one.mark == "arrived"]) == READERS for found in marks.values()):
            return size_bytes
    raise RuntimeError("the county does not say that it has the letters")


def _budget(forms: Line) -> Counter[str]:
    """Carry the one letter that waits, and say what its bytes were; small parts by their name, `text` is what is left."""
    (parcel,) = forms.village.outgoing.due(forms.parent, 1 << 30, 1)
    header = read_parcel(parcel.data, lambda part: part.hex()).header
    LettersOnly.bodies_up = LettersOnly.bodies_down = 0
    carried = forms.carried()
    up, down = LettersOnly.bodies_up, LettersOnly.bodies_down
    keys = sum(len(key.wrapped) for key in header.keys)
    counted = Counter({"letter, sealed": header.length, f"{len(header.keys)} wrapped keys": keys, "its signature": SIGNATURE_BYTES})
    counted["header and exchange"] = up - counted.total()
    return counted + Counter({"receipts of the township": down, "HTTP": carried - up - down})


@contextmanager
def line(ground: Ground, new_wire: Callable[[str], ParentWire], prepare: Callable[[County], None] = lambda county: None) -> Iterator[Line]:
    """A township that runs, a village that is told when to carry, and bytes counted between them."""
    with ground.county() as county, shaped_link(county.ports["township"]) as link:
        prepare(county)
        _shut_off(county, link)
        with station(county, "village1", new_wire) as village:
            yield Line(village, link, load_config(county.place("township")).station.id, county)


def _shut_off(county: County, link: Link) -> None:
    county.call_parent_at("village1", *link.address)
    county.start("township")
    county.wait_up("township")


def _singly_with_scans(forms: Line) -> float:
    payload = wire = 0
    for _ in range(SINGLY):
        payload += sum(len(letter.frame) for letter in with_scans(forms.village, 1))
        wire += forms.carried()
    return wire / payload


def _idle(forms: Line) -> tuple[int, float]:
    began = perf_counter()
    size_bytes = forms.carried()
    return size_bytes, perf_counter() - began


def _scans(village: Node, parent: str) -> int:
    """Submit a case with three large scans; the bytes of all enclosures that wait: pictures, previews, and the document that was sealed."""
    submit_at(village, filled_at(village, scan_of(SCAN_BYTES, "scan")))
    return sum(village.store.enclosures.size_bytes(one) or 0 for one in village.store.enclosures.to_send(parent, 100))
