"""How long a case with scans needs over a bad line, against what the line could carry at best.

The case is submitted while the line is dead and the stations are stopped. Then the township starts, and the village behind a line
of so many kbit/s each way and so much latency one way, that breaks after every so many KB. Timed from the village's first connection until
the township holds the payload whole (its files are looked at, nothing is asked over the line); divided by payload / bandwidth. The payload
is what was given to be carried, here as in `bench.roads`: pages as the village keeps them, or the sealed letters of forms. Previews,
letters beside pages, receipts, headers, greetings and what goes again are no payload; what they cost is in the ratio. Documents that
the village seals go behind all pages: beside it stands the same for all enclosures, until the last of them is whole.
*Sent again*: the village's courier runs in this process, and every piece whose call broke is counted. The proxy's own lateness is checked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from bench.county import County, wait_for
from bench.ground import Ground, filled_at, pin, station, submit_at
from bench.letters import submit_varied
from bench.scans import scan_of
from bench.sealed_cases import publish
from bench.shaped import Link, shaped_link
from bench.table import Row
from bench.visitor import picture
from node.config import load_config
from node.store.files import EnclosureFiles, free_bytes
from sync.errors import LinkDownError
from sync.http import HttpWire
from sync.wire import EnclosureState

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


CUT = LINES[1]
"""On which it is counted what goes again."""


@dataclass(frozen=True)
class Wanted:
    """What has to arrive: sizes of pages as they are kept, and of all enclosures, by id."""

    pages: Mapping[str, int]
    all: Mapping[str, int]

    @property
    def payload(self) -> int:
        """The bytes that were given to be carried."""
        return sum(self.pages.values())


class Broken(HttpWire):
    """A wire that notes how large the pieces were whose calls broke: all of each goes again."""

    def __init__(self, base_url: str, broken: list[int]) -> None:
        super().__init__(base_url)
        self._broken = broken

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState | None:
        try:
            return super().put_piece(token, enclosure_id, offset, data)
        except LinkDownError:
            self._broken.append(len(data))
            raise


def measure(ground: Ground) -> Iterator[Row]:
    for weather in LINES:
        ratio, sent = _forms(ground, weather) if weather.forms else _drain(ground, weather)
        yield Row(f"{weather.name}: time / ideal", weather.target, weather.peers, f"{ratio:.2f} ({sent})")
    yield Row(f"{CUT.name}: sent again after a cut", "≤ 32 KB", "", _again(ground, CUT))


def _drain(ground: Ground, weather: Weather) -> tuple[float, str]:
    with ground.county() as county:
        wanted = _submitted(county, weather)
        folder = county.place("township") / "enclosures"
        with _behind(county, weather) as link:
            began = _called(link)
            took_s = _arrived(folder, wanted.pages) - began
            stats = link.stats()
            all_s = _arrived(folder, wanted.all) - began
    everything = sum(wanted.all.values())
    kept = f"{len(wanted.pages)} pages of {wanted.payload // len(wanted.pages) // 1000} KB as kept"
    with_rest = f"{weather.ratio(all_s, everything):.2f} with previews and documents counted"
    return weather.ratio(took_s, wanted.payload), f"{with_rest}; {kept}; {_told(took_s, wanted.payload, stats)}"


def _again(ground: Ground, weather: Weather) -> str:
    """How many bytes of pieces were sent again, at most and all in all, and how many pieces for each cut."""
    broken: list[int] = []
    with ground.county() as county:
        wanted, parent = _submitted(county, weather), load_config(county.place("township")).station.id
        county.start("township")
        county.wait_up("township")
        with shaped_link(county.ports["township"], **_shape(weather)) as link:
            county.call_parent_at("village1", *link.address)
            with station(county, "village1", lambda url: Broken(url, broken)) as village:
                assert village.courier is not None
                while village.store.enclosures.to_send(parent, 1):
                    village.courier.carry_once()
            stats, given = link.stats(), sum(wanted.all.values())
    cuts = max(1, stats["resets"])
    return f"{max(broken, default=0) / 1000:.1f} KB at most, {sum(broken) / given:.3f} of all, {len(broken) / cuts:.1f} pieces a cut"


def _forms(ground: Ground, weather: Weather) -> tuple[float, str]:
    """Forms without scans; the payload is their sealed letters, and they are there when the township shows all cases."""
    with ground.county() as county:
        publish(county)
        with station(county, "village1") as village:
            payload = submit_varied(village, 0, weather.forms)
        with _behind(county, weather) as link, station(county, "township") as township:
            began = _called(link)
            took_s = _when(lambda: township.store.cases.count() >= weather.forms) - began
            return weather.ratio(took_s, payload), _told(took_s, payload, link.stats())


def _told(took_s: float, payload: int, stats: Mapping[str, Any]) -> str:
    late = f", proxy late {stats['timer_late_max_ms']:.0f} ms" if stats["timer_late_max_ms"] > LATE_MS else ""
    return f"{took_s:.1f} s, {stats['up_bytes'] / payload:.3f} sent up, {stats['resets']} cuts{late}"


@contextmanager
def _behind(county: County, weather: Weather) -> Iterator[Link]:
    """The township runs, and the village starts behind the line."""
    county.start("township")
    county.wait_up("township")
    with shaped_link(county.ports["township"], **_shape(weather)) as link:
        county.call_parent_at("village1", *link.address)
        county.start("village1")
        yield link


def _shape(weather: Weather) -> dict[str, float]:
    return {"kbit": weather.kbit, "latency_ms": weather.latency_ms, "reset_every_kb": weather.reset_every_kb, "seed": 1}


def _submitted(county: County, weather: Weather) -> Wanted:
    """Submit the cases while nothing runs; what has to arrive."""
    left, kept = weather.scans, dict[str, int]()
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
            kept |= {row.enclosure_id: row.size_bytes for row in village.store.materials.list(number)}
        shelf, parent = village.store.enclosures, load_config(county.place("township")).station.id
        return Wanted(kept, {one: shelf.size_bytes(one) or 0 for one in shelf.to_send(parent, MOST)})


def _arrived(folder: Path, wanted: Iterable[str]) -> float:
    """When all of these are whole."""
    files, missing = EnclosureFiles(folder, 0, free_bytes), set(wanted)

    def all_here() -> bool:
        missing.difference_update([one for one in missing if files.path(one).exists()])
        return not missing

    return _when(all_here)


def _called(link: Link) -> float:
    """When the village's first connection came.

    Raises:
        RuntimeError: it does not call.
    """
    if not wait_for(lambda: link.stats()["accepted"] > 0, 30, 0.005):
        raise RuntimeError("the village does not call")
    return monotonic()


def _when(all_here: Callable[[], bool]) -> float:
    """When all is there.

    Raises:
        RuntimeError: the line did not bring it in time.
    """
    if not wait_for(all_here, WITHIN_S, 0.02):
        raise RuntimeError(f"not all has arrived in {WITHIN_S:.0f} s")
    return monotonic()
