"""Whether a pattern could take exponential time: whether, in a repeat, it can read one text in two ways.

Its signs (the positions) and what may follow what make a graph. Two different ways through a circle of it that read the same text
double the time with each turn. A set stands for those of some samples that are in it: every sign the pattern names, and its neighbours.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

MOST_COPIES, MOST_COPIES_OF_GROUP, MOST_POSITIONS = 50, 3, 600
MOST_VARIABLE = 16
"""Quantifiers of one pattern that may take the same sign or leave it: each could double the time. One that is no `?` counts twice."""

_COMMON = "09azAZ_ \t\n-.é一龥\U0001f600"
_NUMBERS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class _Part:
    """Some of a pattern: whether it can be empty, where it can begin and end."""

    nullable: bool = True
    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()


class Ways:
    """Told the tokens of a pattern one by one, then asked."""

    def __init__(self, pattern: str) -> None:
        named = {ord(one) for one in pattern} | {int(one, 16) for one in re.findall(r"\\u([0-9a-fA-F]{4})", pattern)}
        near = {code + step for code in named for step in (-1, 0, 1)} | set(map(ord, _COMMON))
        self._samples = [chr(code) for code in sorted(near) if 0 <= code < 0x110000]
        self._masks: list[int] = []
        self._follow: Counter[tuple[int, int]] = Counter()
        self._tokens: list[tuple[str, str, str]] = []
        self._variable: Counter[int] = Counter()
        self._is_loose = False

    def see(self, kind: str, text: str, python: str) -> None:
        """One token as it stands, and as Python reads it."""
        self._tokens.append((kind, text, python))

    def are_many(self) -> bool:
        """Whether it could take exponential time."""
        self._alternatives(0)
        return self._is_loose or max(self._variable.values(), default=0) > MOST_VARIABLE or self._is_doubled()

    def _alternatives(self, at: int) -> tuple[_Part, int]:
        """The part that begins with this token, up to the end of its group, and what stands there."""
        found, part = [], _Part()
        while at < len(self._tokens) and self._tokens[at][0] != "close":
            kind, text, _ = self._tokens[at]
            if text == "|" and kind == "plain":
                found.append(part)
                part, at = _Part(), at + 1
            elif kind == "plain" and text in "^$":
                at += 1
            else:
                piece, at = self._piece(at)
                part = self._joined(part, piece)
        found.append(part)
        together = _Part(
            any(one.nullable for one in found),
            frozenset().union(*(one.first for one in found)),
            frozenset().union(*(one.last for one in found)),
        )
        return together, at

    def _piece(self, at: int) -> tuple[_Part, int]:
        """A sign or group with its quantifier."""
        if self._tokens[at][0] == "open":
            part, end = self._alternatives(at + 1)
            end, most_copies = end + 1, MOST_COPIES_OF_GROUP
        else:
            part, end, most_copies = self._sign(at), at + 1, MOST_COPIES
        if end >= len(self._tokens) or self._tokens[end][0] != "quantifier":
            return part, end
        least, most = _bounds(self._tokens[end][1])
        if least != most:
            self._note(part, 1 if most == 1 else 2)
        if most is None or most > most_copies or len(self._masks) > MOST_POSITIONS:
            # So many turns that may each be empty: which of them are can be chosen in as many ways.
            self._is_loose |= most is not None and part.nullable
            self._link(part.last, part.first)
            return _Part(part.nullable or least == 0, part.first, part.last), end + 1
        return (self._copied(at, part, least, most) if most else _Part()), end + 1

    def _copied(self, at: int, part: _Part, least: int, most: int) -> _Part:
        """A part as often as its quantifier says, each copy after the one before it."""
        found, before = replace(part, nullable=part.nullable or least == 0, last=part.last if least <= 1 else frozenset()), part
        for number in range(2, most + 1):
            copy = self._alternatives(at + 1)[0] if self._tokens[at][0] == "open" else self._sign(at)
            self._link(before.last, copy.first)
            first = found.first | copy.first if part.nullable else found.first
            found = replace(found, first=first, last=found.last | copy.last if number >= least else found.last)
            before = replace(copy, last=before.last | copy.last) if copy.nullable else copy
        return found

    def _sign(self, at: int) -> _Part:
        sign = re.compile(self._tokens[at][2], re.ASCII)
        self._masks.append(sum(1 << place for place, one in enumerate(self._samples) if sign.fullmatch(one)))
        here = frozenset((len(self._masks) - 1,))
        return _Part(False, here, here)

    def _note(self, part: _Part, weight: int) -> None:
        """Count a quantifier for each sample that it could begin with."""
        mask = 0
        for one in part.first:
            mask |= self._masks[one]
        self._variable.update({place: weight for place in range(len(self._samples)) if mask >> place & 1})

    def _joined(self, part: _Part, after: _Part) -> _Part:
        self._link(part.last, after.first)
        first = part.first | after.first if part.nullable else part.first
        last = part.last | after.last if after.nullable else after.last
        return _Part(part.nullable and after.nullable, first, last)

    def _link(self, ends: Iterable[int], beginnings: Iterable[int]) -> None:
        starts = list(beginnings)
        self._follow.update((one, other) for one in ends for other in starts)

    def _is_doubled(self) -> bool:
        """Whether two ways lead from a sign of a circle back to it by the same text."""
        circle = _circles(self._follow, len(self._masks))
        steps = [pair for pair in self._follow if circle[pair[0]] is not None and circle[pair[0]] == circle[pair[1]]]
        if any(self._follow[pair] > 1 for pair in steps):
            return True
        onward, back = _neighbours(steps), _neighbours([(after, before) for before, after in steps])
        alike = [(one, one) for one, name in enumerate(circle) if name is not None]
        seen = self._reached(alike, onward)
        return any(one != other for one, other in seen & self._reached(alike, back))

    def _reached(self, pairs: Sequence[tuple[int, int]], steps: dict[int, list[int]]) -> set[tuple[int, int]]:
        seen, waiting = set(pairs), list(pairs)
        while waiting:
            one, other = waiting.pop()
            for after in steps.get(one, ()):
                for beside in steps.get(other, ()):
                    if self._masks[after] & self._masks[beside] and (after, beside) not in seen:
                        seen.add((after, beside))
                        waiting.append((after, beside))
        return seen


def _bounds(quantifier: str) -> tuple[int, int | None]:
    if quantifier[0] in "*+?":
        return (1 if quantifier[0] == "+" else 0), (1 if quantifier[0] == "?" else None)
    numbers = [int(one) for one in _NUMBERS.findall(quantifier)]
    return numbers[0], None if ",}" in quantifier else numbers[-1]


def _neighbours(steps: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for one, other in steps:
        found.setdefault(one, []).append(other)
    return found


def _circles(steps: Iterable[tuple[int, int]], count: int) -> list[int | None]:
    """Of each position the least one that it shares a circle with; None where it is on none."""
    onward, reach = _neighbours(steps), []
    for start in range(count):
        seen, waiting = set(), list(onward.get(start, ()))
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += onward.get(one, ())
        reach.append(seen)
    return [min(other for other in reach[one] if one in reach[other]) if one in reach[one] else None for one in range(count)]
