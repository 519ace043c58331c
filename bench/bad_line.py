"""How long a case with scans needs over a bad line, against what the line could carry at best.

The case is submitted while the line is dead and the stations are stopped. Then the township starts, and the village behind a line
of so many kbit/s each way and so much latency one way, that breaks after every so many KB. Timed from the village's first connection until
the township holds every enclosure whole (its files are looked at, nothing is asked over the line); divided by payload / bandwidth. The
payload is all that had to arrive whole: scans, their previews, which go first, and the documents that the village seals. Letters, receipts,
headers, greetings and what goes again are no payload; what they cost is in the ratio. The proxy's own lateness is checked.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from bench.county import County, wait_for
from bench.ground import Ground, filled_at, pin, scan_of, station, submit_at
from bench.letters import submit_varied
from bench.sealed_cases import publish
from bench.shaped import Link, shaped_link
from bench.table import Row
from bench.visitor import picture
from node.config import load_config
from node.store.files import EnclosureFiles, free_bytes

SCAN_BYTES, WITHIN_S, MOST = 300_000, 240.0, 1000
LATE_MS = 100
"""Beyond this lateness of its timers the proxy's line was slower than asked."""


@dataclass(frozen=True)
class Weather:
    """A line: its name, rate, and how often it breaks; how many large scans go over it, or forms; what is wanted and what others do."""

    name: str
    kbit: int
    reset_every_kb: int
    cases: int
    scans: int
    target: str
    peers: str
    latency_ms: int = 150
    scan_bytes: int = SCAN_BYTES
    forms: int = 0

    def ratio(self, took_s: float, payload: int) -> float:
        """How many times as long as the line needs for the payload at best."""
        return took_s / (payload * 8 / (self.kbit * 1000))


LINES = (
    Weather("128 kbit/s, cut every 256 KB, 2 scans of 300 KB", 128, 256, 1, 2, "≤ 1.15", "NNCP 1.63; Morango, PouchDB never"),
    Weather("1 Mbit/s, cut every 512 KB, 7 scans of 300 KB", 1000, 512, 3, 7, "≤ 1.08", "NNCP 1.21"),
    Weather("1 Mbit/s, cut every 512 KB, 500 forms of 4 KB", 1000, 512, 0, 0, "≤ 0.60", "NNCP 1.39", forms=500),
    Weather("64 kbit/s, no cuts, 1 scan of 200 KB", 64, 0, 1, 1, "arrives", "NNCP: not delivered", scan_bytes=200_000),
    Weather("24 kbit/s, 300 ms, 1 scan of 100 KB", 24, 0, 1, 1, "arrives", "trial 1.21", 300, 100_000),
)


def measure(ground: Ground) -> Iterator[Row]:
    for weather in LINES:
        ratio, sent = _forms(ground, weather) if weather.forms else _drain(ground, weather)
        yield Row(f"{weather.name}: time / ideal", weather.target, weather.peers, f"{ratio:.2f} ({sent})")


def _drain(ground: Ground, weather: Weather) -> tuple[float, str]:
    with ground.county() as county:
        wanted = _submitted(county, weather)
        with _behind(county, weather) as link:
            took_s = _time(link, county.place("township") / "enclosures", wanted)
            stats = link.stats()
    payload = sum(size for _, size in wanted)
    scans = sum(size for _, size in wanted if size > weather.scan_bytes // 2)
    ratio = weather.ratio(took_s, payload)
    return ratio, f"{ratio * payload / scans:.2f} of the scans alone; {_told(took_s, payload, stats)}"


def _forms(ground: Ground, weather: Weather) -> tuple[float, str]:
    """Forms without scans; the payload is their sealed letters, and they are there when the township shows all cases."""
    with ground.county() as county:
        publish(county)
        with station(county, "village1") as village:
            payload = submit_varied(village, 0, weather.forms)
        with _behind(county, weather) as link, station(county, "township") as township:
            took_s = _timed(link, lambda: township.store.cases.count() >= weather.forms)
            return weather.ratio(took_s, payload), _told(took_s, payload, link.stats())


def _told(took_s: float, payload: int, stats: Mapping[str, Any]) -> str:
    late = f", proxy late {stats['timer_late_max_ms']:.0f} ms" if stats["timer_late_max_ms"] > LATE_MS else ""
    return f"{took_s:.1f} s, {stats['up_bytes'] / payload:.3f} sent up, {stats['resets']} cuts{late}"


@contextmanager
def _behind(county: County, weather: Weather) -> Iterator[Link]:
    """The township runs, and the village starts behind the line."""
    county.start("township")
    county.wait_up("township")
    shape = {"kbit": weather.kbit, "latency_ms": weather.latency_ms, "reset_every_kb": weather.reset_every_kb, "seed": 1}
    with shaped_link(county.ports["township"], **shape) as link:
        county.call_parent_at("village1", *link.address)
        county.start("village1")
        yield link


def _submitted(county: County, weather: Weather) -> list[tuple[str, int]]:
    """Submit the cases while nothing runs; ids and sizes of what has to arrive."""
    left = weather.scans
    with station(county, "village1") as village:
        _, form = village.desk.item("pension_enrol")
        for case in range(weather.cases):
            large = min(left, len(form.sample_materials))
            left -= large
            pages = {
                material: scan_of(weather.scan_bytes, f"{case} {at}") if at < large else picture(f"{case} {at}")
                for at, material in enumerate(form.sample_materials)
            }
            number = filled_at(village, pages)
            submit_at(village, number, pin=pin("agent1"))
        shelf, parent = village.store.enclosures, load_config(county.place("township")).station.id
        return [(one, shelf.size_bytes(one) or 0) for one in shelf.to_send(parent, MOST)]


def _time(link: Link, folder: Path, wanted: list[tuple[str, int]]) -> float:
    """Seconds from the first connection until all are whole."""
    files = EnclosureFiles(folder, 0, free_bytes)
    missing = {enclosure_id for enclosure_id, _ in wanted}

    def all_here() -> bool:
        missing.difference_update([one for one in missing if files.path(one).exists()])
        return not missing

    return _timed(link, all_here)


def _timed(link: Link, all_here: Callable[[], bool]) -> float:
    """Seconds from the first connection until all is there.

    Raises:
        RuntimeError: the line did not bring it in time.
    """
    if not wait_for(lambda: link.stats()["accepted"] > 0, 30, 0.005):
        raise RuntimeError("the village does not call")
    began = monotonic()
    if not wait_for(all_here, WITHIN_S, 0.02):
        raise RuntimeError(f"not all has arrived in {WITHIN_S:.0f} s")
    return monotonic() - began
