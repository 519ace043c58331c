"""The weather of a line: what it does to calls, out of the seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

KINDS = ("drop", "lose", "double", "late", "spoil_up", "spoil_down", "cut_up", "cut_down", "lie")
"""Lost on the way there, lost on the way back, twice, much later, a byte changed, its end missing, answered by somebody else."""

WALLS = ("dead", "one_way", "swallowing")
"""A line that takes nothing; one over which calls go, and no answer; one that takes bytes and does nothing with them."""

CALM = "calm"


@dataclass
class Weather:
    """The same for all lines but for walls, which stand on single lines for a while."""

    rates: dict[str, float] = field(default_factory=dict)
    walls: dict[str, str] = field(default_factory=dict)

    @classmethod
    def drawn(cls, chance: random.Random) -> "Weather":
        """Some kinds of faults, each seldom or often."""
        return cls({kind: chance.choice((0.03, 0.08, 0.2)) for kind in KINDS if chance.random() < 0.4})

    def clear(self) -> None:
        """From now on every line is good."""
        self.rates.clear()
        self.walls.clear()

    def end_wall(self, line: str) -> None:
        """A line is what the weather makes of it again."""
        self.walls.pop(line, None)

    def of(self, line: str, chance: random.Random) -> str:
        """What becomes of one call over a line."""
        if line in self.walls:
            return self.walls[line]
        for kind, rate in self.rates.items():
            if chance.random() < rate:
                return kind
        return CALM


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """One byte is another."""
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ chance.randrange(1, 256)]) + data[at + 1 :]


def cut(data: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return data[: chance.randrange(len(data))] if data else data


def mangled(kind: str, chance: random.Random) -> Callable[[bytes], bytes]:
    """What `spoil_…` and `cut_…` do."""
    return lambda data: spoilt(data, chance) if kind.startswith("spoil") else cut(data, chance)
