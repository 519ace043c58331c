"""A line, what is sent over it, and how long that took: what ours and every peer are given, and what they give back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

from bench.processes import wait_for
from bench.shaped import Link

CALLS_WITHIN_S = 30.0
LATE_MS = 100
"""Beyond this lateness of its timers the proxy's line was slower than asked."""


@dataclass(frozen=True)
class Document:
    """Something to be carried: a name, and what is in it."""

    name: str
    data: bytes

    def written(self, folder: Path) -> Path:
        """The file of it in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / self.name
        file.write_bytes(self.data)
        return file


@dataclass(frozen=True)
class Drained:
    """Seconds from the first connection until all was there, the payload's bytes, and what the line counted."""

    took_s: float
    payload: int
    stats: Mapping[str, Any]

    @property
    def wire(self) -> float:
        """Bytes on the wire, both ways, for each byte of payload."""
        return float(self.stats["total_bytes"] / self.payload)

    def ratio(self, kbit: float) -> float:
        """How many times as long as the line needs at best."""
        return self.took_s / (self.payload * 8 / (kbit * 1000))

    def text(self, kbit: float) -> str:
        """The ratio, and what it is made of."""
        late = f", proxy late {self.stats['timer_late_max_ms']:.0f} ms" if self.stats["timer_late_max_ms"] > LATE_MS else ""
        return f"{self.ratio(kbit):.2f} ({self.took_s:.1f} s, wire {self.wire:.3f}, {self.stats['resets']} cuts{late})"


@dataclass(frozen=True)
class RoadLine:
    """A line and what is to go over it: `kbit` each way, so much latency one way, a cut after so many KB (0: none).

    `scans` are the sizes in bytes of pages; `forms` how many forms of 4 KB instead; `cases` how many cases the scans are shared among.
    """

    name: str
    kbit: int
    latency_ms: int
    reset_every_kb: int
    target: str
    within_s: float
    scans: tuple[int, ...] = ()
    forms: int = 0
    cases: int = 1

    def shape(self) -> dict[str, float]:
        """For the proxy."""
        return {"kbit": self.kbit, "latency_ms": self.latency_ms, "reset_every_kb": self.reset_every_kb, "seed": 1}


class Carrier(Protocol):
    """Ours or a peer."""

    @property
    def name(self) -> str:
        """What it is called in the table."""
        ...

    def missing(self) -> str | None:
        """Why it cannot be measured here, if it cannot."""
        ...

    def drain(self, line: RoadLine, documents: Sequence[Document]) -> Drained | None:
        """Carry them over the line; None when that did not end in the line's time."""
        ...


def timed(link: Link, all_here: Callable[[], bool], payload: int, within_s: float) -> Drained | None:
    """From the first connection until all are there.

    Raises:
        RuntimeError: nobody calls.
    """
    if not wait_for(lambda: link.stats()["accepted"] > 0, CALLS_WITHIN_S, 0.005):
        raise RuntimeError("nobody calls")
    began = monotonic()
    if not wait_for(all_here, within_s, 0.02):
        return None
    return Drained(monotonic() - began, payload, link.stats())
