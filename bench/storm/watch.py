"""What processes use while a storm goes over them, and when each village has got rid of what it had. Linux only."""

import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from bench.memory import resident_mb
from node.assemble import Node, assemble
from node.clock import SystemClock

SAMPLE_EVERY_S = 0.5
LOOK_EVERY_S = 0.25


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(pid: int) -> float:
    """The most memory that a process ever held (VmHWM), in MB of 10^6 bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


@dataclass
class Use:
    """One process: its memory over time (seconds, MB), and at the end the most it held and the CPU it used since the beginning."""

    series: list[tuple[float, float]] = field(default_factory=list)
    peak_mb: float = 0.0
    cpu_s: float = 0.0


class Meter(threading.Thread):
    """Looks at processes now and then until it is read."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        super().__init__(name="meter", daemon=True)
        self._pids = pids
        self._began = monotonic()
        self._before = {name: cpu_s(pid) for name, pid in pids.items()}
        self._uses = {name: Use() for name in pids}
        self._stop_now = threading.Event()

    def run(self) -> None:
        """A sample of each, again and again."""
        while not self._stop_now.wait(SAMPLE_EVERY_S):
            for name, pid in self._pids.items():
                with suppress(OSError, StopIteration):
                    self._uses[name].series.append((round(monotonic() - self._began, 2), round(resident_mb(pid), 1)))

    def read(self) -> dict[str, Use]:
        """Stop; what each used. The processes must still be there."""
        self._stop_now.set()
        self.join()
        for name, pid in self._pids.items():
            self._uses[name].peak_mb = round(peak_mb(pid), 1)
            self._uses[name].cpu_s = round(cpu_s(pid) - self._before[name], 2)
        return self._uses


@dataclass
class Village:
    """One village that is waited for: seconds until its parent had taken all it had, and until it knew all to be at the county."""

    name: str
    node: Node
    letters: Sequence[str]
    county: str
    given_s: float | None = None
    arrived_s: float | None = None
    _seen: int = 0

    @classmethod
    def at(cls, place: Path) -> "Village":
        """The village in a folder; its letters are those that it holds now."""
        node = assemble(place, SystemClock())
        me = node.station.station
        letters = [row.letter_id for row in node.store.letters.of_origin(me, node.clock.now().replace(year=2000))]
        return cls(place.name, node, letters, node.station.path_of(me)[-1])

    def look(self, place: Path, now_s: float) -> None:
        """See how far it is, if its database has changed."""
        seen = max(file.stat().st_mtime_ns for file in (place / "yizhan.db", place / "yizhan.db-wal") if file.exists())
        if seen == self._seen and self.given_s is not None:
            return
        self._seen = seen
        status = self.node.desk.status()
        if self.given_s is None and not (status.queued or status.handed_over or status.bytes_waiting):
            self.given_s = round(now_s, 2)
        if self.given_s is not None and self._is_all_at_county():
            self.arrived_s = round(now_s, 2)

    def _is_all_at_county(self) -> bool:
        roads = self.node.store.letters.roads(self.letters)
        return all(any(mark.mark == "arrived" and mark.station == self.county for mark in marks) for marks in roads.values())


def wait_for_all(folder: Path, villages: Sequence[Village], within_s: float) -> bool:
    """Look at them until all have arrived; False when that takes too long."""
    began = monotonic()
    open_ones = list(villages)
    while open_ones and monotonic() - began < within_s:
        sleep(LOOK_EVERY_S)
        for village in open_ones:
            village.look(folder / village.name, monotonic() - began)
        open_ones = [one for one in open_ones if one.arrived_s is None]
    return not open_ones
