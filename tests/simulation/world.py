"""The world of one seed: stations copied from the founded county when first needed, power, weather, and what people were told."""

import hashlib
import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from forms.errors import FormError
from node.assemble import Node, assemble
from node.errors import NodeError
from node.scanning.intake import Cleaned
from signing.algorithms import PrivateKey, Suite
from signing.errors import SigningError
from sync.errors import SyncError
from tests.simulation.county import BOTTOM_UP, SITES
from tests.simulation.power import PowerCut
from tests.simulation.schedule import EventLog, Schedule, StationClock
from tests.simulation.weather import Weather
from tests.simulation.wire import SimWire

REFUSALS = (NodeError, FormError, SyncError, SigningError)
"""What a station may say no with."""


@dataclass
class Promises:
    """What people were told: letters that were sealed (with their case and station), drafts that were saved, numbers given.

    `scans` is what was scanned; `lost_scans` are enclosures that only a disk had which has died. So are `lost_letters`, but that one may
    lie on a stick or a sheet yet, and come without its scans.
    """

    letters: dict[str, tuple[str, str]] = field(default_factory=dict)
    drafts: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    scans: dict[str, bytes] = field(default_factory=dict)
    lost_scans: set[str] = field(default_factory=set)
    lost_letters: set[str] = field(default_factory=set)


class World:
    """Everything that a seed happens to."""

    def __init__(self, place: Path, founded: Path, seed: int) -> None:
        self.place = place
        self._founded = founded
        self.chance = random.Random(f"world {seed}")
        self.schedule = Schedule()
        self.log = EventLog()
        self.weather = Weather()
        # A door of before opens a session first, and exchanges then.
        self.has_together = self.chance.random() < 0.7
        self.clocks = {name: StationClock(self.schedule) for name in SITES}
        self.nodes: dict[str, Node] = {}
        self.off: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.unanswered: Counter[str] = Counter()
        self.promises = Promises()
        self.restored: set[str] = set()
        self.broken: list[str] = []
        self.starts: Counter[str] = Counter()
        self._stranger: PrivateKey | None = None

    def say(self, who: str, what: str) -> None:
        """One line of the log."""
        self.log.add(self.schedule.now_s, who, what)

    @property
    def known(self) -> tuple[str, ...]:
        """The stations that have had a part in anything, from the bottom up."""
        return tuple(name for name in BOTTOM_UP if (self.place / name).exists())

    def is_on(self, name: str) -> bool:
        """Whether a station has power."""
        return name not in self.off

    def node(self, name: str) -> Node:
        """A station, put together when first asked for."""
        if name not in self.nodes:
            if not (self.place / name).exists():
                shutil.copytree(self._founded / name, self.place / name)
            above = SITES[name].parent
            node = assemble(self.place / name, self.clocks[name], lambda url: SimWire(self, name, above or ""))
            node.desk._drafts._clean = _cleaned
            # Here a courier's hand is the one thread there is, which needs its connection again at once.
            node.store.close_thread = lambda: None  # type: ignore[method-assign]
            self.nodes[name] = node
            self.starts[name] += 1
        return self.nodes[name]

    def stop(self, name: str) -> None:
        """Let go of a station as it is: nothing in memory is left."""
        node = self.nodes.pop(name, None)
        if node is not None:
            node.store.close()

    def die(self, name: str, when: str) -> None:
        """The power goes; it comes back after a while."""
        self.say(name, f"power cut {when}")
        self.counts["power cut"] += 1
        self.stop(name)
        self.off.add(name)
        self.schedule.after(self.chance.uniform(10, 3000), partial(self.off.discard, name))

    def restart_if_asked(self, name: str) -> None:
        """Put a station together anew that asks for it, as `serve` does."""
        if name in self.nodes and self.nodes[name].restart.is_set():
            self.say(name, "starts again")
            self.stop(name)

    def do(self, name: str, what: str, run: Callable[[], Any]) -> Any:
        """Something is done at a station: None when it has no power, loses it, or says no."""
        if not self.is_on(name):
            return None
        try:
            return run()
        except PowerCut as cut:
            self.die(cut.station, f"in {what}")
        except REFUSALS as error:
            self.counts["refusals"] += 1
            self.say(name, f"{what} refused: {getattr(error, 'code', '')} {type(error).__name__} {error}")
        return None

    def carry(self, name: str) -> bool:
        """A courier goes; whether anything moved."""
        self.unanswered[name] = 0
        report = self.do(name, "carrying", lambda: _courier(self.node(name)).carry_once())
        self.restart_if_asked(name)
        if report is None:
            return False
        self.counts["carryings"] += 1
        facts = f"up {report.sent}/{report.pieces_up} down {report.received}/{report.pieces_down} {report.failure or ''}"
        self.say(name, f"carried {facts} {','.join(sorted(one.why for one in report.set_aside))}")
        return bool(report.moved or report.failure or report.set_aside)

    def chores(self, name: str) -> None:
        """A station does what comes round, but for what costs much and carries nothing."""
        self.do(name, "chores", lambda: self.node(name).chores.run_due(all_of_them=True, without=("backup", "health", "memory")))
        self.restart_if_asked(name)

    def later(self, line: str, what: str, call: Callable[[], Any]) -> None:
        """A call that its caller has given up arrives all the same."""

        def arrive() -> None:
            try:
                call()
            except SyncError as error:
                self.say(line, f"late {what} refused: {getattr(error, 'code', '') or getattr(error, 'why', '')}")
            else:
                self.say(line, f"late {what} arrived")

        self.schedule.after(self.chance.uniform(31, 9000), arrive)

    def stranger(self, suite: Suite) -> PrivateKey:
        """A key of nobody in the county."""
        if self._stranger is None:
            self._stranger = suite.generate()
        return self._stranger

    def set_wrong(self, name: str, days: float) -> None:
        """A clock jumps; after a while somebody sets it right."""
        self.say(name, f"clock wrong by {days:.0f} days")
        self.counts["clock"] += 1
        self.clocks[name].wrong_by = timedelta(days=days)
        self.schedule.after(self.chance.uniform(600, 7200), partial(self.set_right, name))

    def set_right(self, name: str) -> None:
        """The clock is right again."""
        self.clocks[name].wrong_by = timedelta()

    def close(self) -> None:
        """Stop everything and leave nothing behind."""
        for name in list(self.nodes):
            self.stop(name)
        shutil.rmtree(self.place, ignore_errors=True)


def _courier(node: Node) -> Any:
    assert node.courier is not None
    return node.courier


def _cleaned(data: bytes) -> Cleaned:
    """What intake makes of a picture, without the child process: here pictures are bytes."""
    return Cleaned("image/jpeg", data, hashlib.sha256(data).digest() * 6, 900, 600, 1)
