"""How long a case with scans needs over a bad line, against what the line could carry at best.

The case is submitted while the line is dead and the stations are stopped. Then the township starts, and the village behind a line
of so many kbit/s each way, 150 ms one way, that breaks after every so many KB. Timed from the village's first connection until
the township holds every scan whole (its files are looked at, nothing is asked over the line); divided by payload / bandwidth, where
the payload is the scans alone, not letters, previews or receipts. The proxy's own lateness is checked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from bench.county import County, wait_for
from bench.ground import Ground, filled_at, pin, scan_of, station, submit_at
from bench.shaped import Link, shaped_link
from bench.table import Row
from bench.visitor import picture
from node.store.files import EnclosureFiles, free_bytes

LATENCY_MS, SCAN_BYTES, WITHIN_S = 150, 300_000, 240.0
LATE_MS = 100
"""Beyond this lateness of its timers the proxy's line was slower than asked."""


@dataclass(frozen=True)
class Weather:
    """A line: its name, rate, and how often it breaks; how many large scans go over it; what is wanted and what others do."""

    name: str
    kbit: int
    reset_every_kb: int
    cases: int
    scans: int
    target: str
    peers: str


LINES = (
    Weather("128 kbit/s, cut every 256 KB, 2 scans of 300 KB", 128, 256, 1, 2, "≤ 1.15", "NNCP 1.63; Morango, PouchDB never"),
    Weather("1 Mbit/s, cut every 512 KB, 7 scans of 300 KB", 1000, 512, 3, 7, "≤ 1.08", "NNCP 1.21"),
)


def measure(ground: Ground) -> Iterator[Row]:
    for weather in LINES:
        ratio, sent = _drain(ground, weather)
        yield Row(f"{weather.name}: time / ideal", weather.target, weather.peers, f"{ratio:.2f} ({sent})")


def _drain(ground: Ground, weather: Weather) -> tuple[float, str]:
    with ground.county() as county:
        wanted = _submitted(county, weather)
        county.start("township")
        county.wait_up("township")
        shape = {"kbit": weather.kbit, "latency_ms": LATENCY_MS, "reset_every_kb": weather.reset_every_kb, "seed": 1}
        with shaped_link(county.ports["township"], **shape) as link:
            county.call_parent_at("village1", *link.address)
            county.start("village1")
            took_s = _time(link, county.place("township") / "enclosures", wanted)
            stats = link.stats()
    payload = sum(size for _, size in wanted if size > SCAN_BYTES // 2)
    late = f", proxy late {stats['timer_late_max_ms']:.0f} ms" if stats["timer_late_max_ms"] > LATE_MS else ""
    ratio = took_s / (payload * 8 / (weather.kbit * 1000))
    return ratio, f"{took_s:.1f} s, {stats['up_bytes'] / payload:.3f} sent up, {stats['resets']} cuts{late}"


def _submitted(county: County, weather: Weather) -> list[tuple[str, int]]:
    """Submit the cases while nothing runs; ids and sizes of what has to arrive."""
    wanted: list[tuple[str, int]] = []
    left = weather.scans
    with station(county, "village1") as village:
        _, form = village.desk.item("pension_enrol")
        for case in range(weather.cases):
            large = min(left, len(form.sample_materials))
            left -= large
            pages = {
                material: scan_of(SCAN_BYTES, f"{case} {at}") if at < large else picture(f"{case} {at}")
                for at, material in enumerate(form.sample_materials)
            }
            number = filled_at(village, pages)
            submit_at(village, number, pin=pin("agent1"))
            wanted += [(row.enclosure_id, row.size_bytes) for row in village.store.materials.list(number)]
    return wanted


def _time(link: Link, folder: Path, wanted: list[tuple[str, int]]) -> float:
    """Seconds from the first connection until all are whole.

    Raises:
        RuntimeError: the line did not bring them in time.
    """
    files = EnclosureFiles(folder, 0, free_bytes)
    if not wait_for(lambda: link.stats()["accepted"] > 0, 30, 0.005):
        raise RuntimeError("the village does not call")
    began = monotonic()
    missing = {enclosure_id for enclosure_id, _ in wanted}

    def all_here() -> bool:
        missing.difference_update([one for one in missing if files.path(one).exists()])
        return not missing

    if not wait_for(all_here, WITHIN_S, 0.02):
        raise RuntimeError(f"{len(missing)} of {len(wanted)} have not arrived in {WITHIN_S:.0f} s")
    return monotonic() - began
