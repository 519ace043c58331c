"""Arithmetic of runs: sorted, disjoint `(start, length)` pairs of whole numbers. Pure."""

from collections.abc import Iterable

Run = tuple[int, int]


def merged(runs: Iterable[Run]) -> list[Run]:
    """The same numbers as few sorted runs; empty runs vanish."""
    found: list[Run] = []
    for start, length in sorted(runs):
        if length <= 0:
            continue
        if found and start <= sum(found[-1]):
            first = found[-1][0]
            found[-1] = (first, max(sum(found[-1]), start + length) - first)
        else:
            found.append((start, length))
    return found


def missing(runs: Iterable[Run], start: int, end: int) -> list[Run]:
    """What of `start` up to but not including `end` is in no run."""
    gaps: list[Run] = []
    at = start
    for first, length in merged(runs):
        if first >= end:
            break
        if first > at:
            gaps.append((at, first - at))
        at = max(at, first + length)
    if at < end:
        gaps.append((at, end - at))
    return gaps


def total(runs: Iterable[Run]) -> int:
    """How many numbers there are in the runs."""
    return sum(length for _, length in merged(runs))
