"""The rows of the table: for each, what is measured of ours and of every peer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from bench import end_to_end, throughput, wire
from bench.ground import Ground
from bench.roads import sticks
from bench.roads.line import Carrier, Document, RoadLine
from bench.roads.nncp import Nncp
from bench.roads.ours import Ours
from bench.roads.pouchdb import PouchDb
from bench.scans import scan_of
from bench.table import Row
from node.scanning.cleaning import clean

HEADS = ("what", "target", "NNCP", "PouchDB", "ours")
ABSENT = "not here"
NOTHING = "–"
IDLE_ROUNDS, HOPS_WITHIN_S = 5, 60.0
PAGE, FORMS, SINGLY = 300_000, 500, 20

LINES = (
    RoadLine("128 kbit/s, 150 ms, cut every 256 KB, 2 scans of 300 KB", 128, 150, 256, "≤ 1.15", 150, (PAGE,) * 2),
    RoadLine("1 Mbit/s, 150 ms, cut every 512 KB, 7 scans of 300 KB", 1000, 150, 512, "≤ 1.08", 100, (PAGE,) * 7),
    RoadLine("1 Mbit/s, 150 ms, cut every 512 KB, 500 forms of 4 KB", 1000, 150, 512, "≤ 0.60", 180, forms=FORMS),
    RoadLine("64 kbit/s, no faults, one scan of 200 KB", 64, 150, 0, "comes", 120, (200_000,)),
    RoadLine("24 kbit/s, 300 ms, one scan of 100 KB", 24, 300, 0, "comes", 150, (100_000,)),
    RoadLine("128 kbit/s, 150 ms, cut every 256 KB, 40 cases of a scan of 60 KB", 128, 150, 256, NOTHING, 400, (60_000,) * 40, cases=40),
)
FREE = RoadLine("", 0, 0, 0, "", 120)
"""A line that is not shaped; only its bytes are counted."""

SMALL = {"scans": 1, "forms": 20}


@dataclass(frozen=True)
class RoadRow:
    """One row: what was measured, what is wanted, and each one's figure."""

    what: str
    target: str
    nncp: str
    pouchdb: str
    ours: str

    def cells(self) -> tuple[str, ...]:
        """As the heads say."""
        return (self.what, self.target, self.nncp, self.pouchdb, self.ours)


Measure = Callable[[], list[RoadRow]]


class Comparison:
    """Ours and the peers; with `peers` empty only ours."""

    def __init__(self, ground: Ground, ours: Ours, nncp: Nncp | None, pouchdb: PouchDb | None, *, small: bool) -> None:
        self._ground = ground
        self._ours = ours
        self._nncp = nncp if nncp is not None and nncp.missing() is None else None
        self._pouchdb = pouchdb if pouchdb is not None and pouchdb.missing() is None else None
        self._small = small

    def rows(self) -> Iterator[tuple[str, Measure]]:
        """The rows by name, each to be measured when it is called."""
        for line in LINES[:1] + LINES[2:4] if self._small else LINES:
            yield line.name, lambda line=line: [self._drained(self._sized(line))]  # type: ignore[misc]
        yield "wire and rate", self._wire
        yield "singly and idle", self._singly
        yield "submit to visible", self._two_hops
        yield "sticks", self._sticks
        if not self._small:
            yield "throughput", lambda: [_beside(row) for row in throughput.measure(self._ground)]

    def _sized(self, line: RoadLine) -> RoadLine:
        if not self._small:
            return line
        return replace(line, scans=line.scans[: SMALL["scans"]], forms=min(line.forms, SMALL["forms"]), cases=1, within_s=60)

    def _documents(self, line: RoadLine) -> Sequence[Document]:
        return self._forms[: line.forms] if line.forms else [_page(size, number) for number, size in enumerate(line.scans)]

    @cached_property
    def _forms(self) -> list[Document]:
        return self._ours.letters(SMALL["forms"] if self._small else FORMS)

    def _drained(self, line: RoadLine) -> RoadRow:
        documents = self._documents(line)
        figures = {one.name: _figure(one, line, documents) for one in self._all()}
        if self._nncp is not None and line.reset_every_kb == 0:
            default = replace(self._nncp, deadline_s=None)
            figures["NNCP"] += "; with default timers " + _figure(default, line, documents)
        return self._row(f"{line.name}: time / ideal", line.target, figures)

    def _wire(self) -> list[RoadRow]:
        """Bytes on the wire for each of payload on a line without limits; and, since nothing limits it, how many forms a second."""
        forms = replace(FREE, forms=SMALL["forms"] if self._small else FORMS)
        scans = replace(FREE, scans=(250_000,) * (2 if self._small else 7))
        wires: dict[str, str] = {}
        rates: dict[str, str] = {}
        pages: dict[str, str] = {}
        for one in self._all():
            drained = one.drain(forms, self._documents(forms))
            wires[one.name] = f"{drained.wire:.2f}" if drained else "does not end"
            rates[one.name] = f"{forms.forms / drained.took_s:.0f}" if drained else "does not end"
            drained = one.drain(scans, self._documents(scans))
            pages[one.name] = f"{drained.wire:.3f}" if drained else "does not end"
        return [
            self._row(f"wire / payload, {forms.forms} forms of 4 KB waiting", "≤ 0.30", wires),
            self._row("  these forms over one hop, a second", NOTHING, rates),
            self._row(f"wire / payload, {len(scans.scans)} scans of 250 KB", "≤ 1.02", pages),
        ]

    def _singly(self) -> list[RoadRow]:
        found = list(wire.measure(self._ground))
        ours = {"singly": _of(found, "wire / payload, forms"), "idle": _of(found, "idle exchange")}
        forms = self._forms[: 3 if self._small else SINGLY]
        singly, idle = {"ours": ours["singly"]}, {"ours": ours["idle"]}
        if self._nncp is not None:
            singly["NNCP"] = f"{self._nncp.singly(forms):.2f}"
            idle["NNCP"] = _idle_text(*self._nncp.idle(IDLE_ROUNDS))
        if self._pouchdb is not None:
            singly["PouchDB"] = f"{self._pouchdb.singly(forms):.2f}"
            idle["PouchDB"] = _idle_text(*self._pouchdb.idle(forms[0], IDLE_ROUNDS))
        return [
            self._row("wire / payload, forms singly", "≤ 0.40", singly),
            self._row("idle check: bytes both ways, time", "< 1 KB, < 100 ms", idle),
        ]

    def _two_hops(self) -> list[RoadRow]:
        figures = {"ours": _of(list(end_to_end.measure(self._ground)), "submit to visible")}
        if self._nncp is not None:
            figures["NNCP"] = _seconds(self._nncp.two_hops_s(self._forms[0], HOPS_WITHIN_S))
        if self._pouchdb is not None:
            figures["PouchDB"] = _seconds(self._pouchdb.two_hops_s(self._forms[0], HOPS_WITHIN_S)) + ", unsigned"
        return [self._row("submit to visible at the county, two hops (ours: median / worst)", "< 1 s", figures)]

    def _sticks(self) -> list[RoadRow]:
        page = _page(100_000, 0)
        cut, twice = {"ours": sticks.bundle_cut(self._ground, page.data)}, {"ours": f"{sticks.twice(self._ground, page.data)} time"}
        if self._nncp is not None:
            cut["NNCP"] = self._nncp.bundle_cut([_page(100_000, number) for number in range(sticks.CASES)])
            twice["NNCP"] = f"{self._nncp.twice(page)} times"
        return [
            self._row("a bundle cut at 60 %", "named, not 0", cut, absent="no bundles"),
            self._row("the same item by network and on a stick: arrives", "1 time", twice, absent="no bundles"),
        ]

    def _all(self) -> list[Carrier]:
        return [one for one in (self._nncp, self._pouchdb, self._ours) if one is not None]

    def _row(self, what: str, target: str, figures: Mapping[str, str], absent: str = NOTHING) -> RoadRow:
        nncp = figures.get("NNCP", absent) if self._nncp else ABSENT
        pouchdb = figures.get("PouchDB", absent) if self._pouchdb else ABSENT
        return RoadRow(what, target, nncp, pouchdb, figures["ours"])


def _figure(carrier: Carrier, line: RoadLine, documents: Sequence[Document]) -> str:
    drained = carrier.drain(line, documents)
    return f"not in {line.within_s:.0f} s" if drained is None else drained.text(line.kbit)


@lru_cache(maxsize=64)
def _page(size: int, number: int) -> Document:
    """The so-manieth page of a size."""
    return Document(f"page-{number:02}.scan", clean(scan_of(size, f"page {size} {number}")).data)


def _of(rows: Sequence[Row], what: str) -> str:
    """What one of these rows says of ours."""
    return next((row.ours for row in rows if row.what.startswith(what)), "not measured")


def _beside(row: Row) -> RoadRow:
    return RoadRow(row.what, row.target, NOTHING, NOTHING, row.ours)


def _idle_text(size_bytes: int, took_s: float) -> str:
    return f"{size_bytes} B, {took_s * 1000:.0f} ms"


def _seconds(took_s: float | None) -> str:
    return "does not come" if took_s is None else f"{took_s:.2f} s"
