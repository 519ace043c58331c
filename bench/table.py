"""Rows of the table that `python -m bench` prints, and the small sums that measurements share."""

import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HEADS = ("what", "target", "peers", "ours")


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, what is wanted, what others need for it, and what we need."""

    what: str
    target: str
    peers: str
    ours: str

    def cells(self) -> tuple[str, ...]:
        return (self.what, self.target, self.peers, self.ours)


def best(measure: Callable[[], float], runs: int) -> float:
    """The least of several runs: on a shared machine it is nearest to what the work costs."""
    return min(measure() for _ in range(runs))


def p95(values: Iterable[float]) -> float:
    """The 95th percentile, by nearest rank."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * 0.95) - 1]


def as_text(rows: Sequence[Row]) -> str:
    """Rows under their heads, in columns."""
    return in_columns([HEADS, *(row.cells() for row in rows)])


def in_columns(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells, in columns."""
    widths = [max(_width(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(_line(line, widths) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
