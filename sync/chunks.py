"""Enclosures in pieces: arithmetic of byte ranges, and how large the next piece should be. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isqrt

from sync.boxes import Piece

MAX_PIECE_BYTES = 65_536
"""The most that the peers' door takes or gives at once."""

LEAST_BYTES, FIRST_BYTES, MOST_BYTES = 8 * 1024, 16 * 1024, 32 * 1024
PIECE_COST_BYTES = 400
"""What a piece costs beside its own bytes: headers both ways, and the work of two stations."""

FEWEST, FIRST_COUNT, MOST_COUNT = 3, 4, 8
QUICK_S, SLOW_S = 1.0, 2.5
"""Pieces that are answered sooner than this leave the line idle; slower ones stand in line before letters."""

_VARIETY = (1.0, 0.72, 0.88, 0.6)


def merge(pieces: Iterable[Piece]) -> list[Piece]:
    """The same bytes as the fewest pieces, in order; overlaps and neighbours become one."""
    merged: list[Piece] = []
    for piece in sorted((piece for piece in pieces if piece.length > 0), key=lambda piece: piece.offset):
        if merged and piece.offset <= merged[-1].offset + merged[-1].length:
            last = merged[-1]
            merged[-1] = Piece(last.offset, max(last.length, piece.offset + piece.length - last.offset))
        else:
            merged.append(piece)
    return merged


def gaps(size_bytes: int, held: Iterable[Piece]) -> list[Piece]:
    """What of `size_bytes` is not in `held`, in order."""
    missing: list[Piece] = []
    at = 0
    for piece in merge(held):
        if piece.offset > at:
            missing.append(Piece(at, min(piece.offset, size_bytes) - at))
        at = max(at, piece.offset + piece.length)
        if at >= size_bytes:
            return missing
    if at < size_bytes:
        missing.append(Piece(at, size_bytes - at))
    return missing


def split(pieces: Sequence[Piece], size_bytes: int) -> Iterator[Piece]:
    """The same bytes in the same order, none longer than `size_bytes`."""
    for piece in pieces:
        for offset in range(piece.offset, piece.offset + piece.length, size_bytes):
            yield Piece(offset, min(size_bytes, piece.offset + piece.length - offset))


def take_first(pieces: list[Piece], size_bytes: int) -> Piece:
    """Cuts about `size_bytes` off the front of a list that is not empty, changing it: a third more rather than leave a splinter."""
    first = pieces.pop(0)
    if first.length <= max(size_bytes, min(size_bytes * 4 // 3, MAX_PIECE_BYTES)):
        return first
    pieces.insert(0, Piece(first.offset + size_bytes, first.length - size_bytes))
    return Piece(first.offset, size_bytes)


@dataclass
class Sizer:
    """How many bytes to send at once: grows with acknowledged progress, halves on a break.

    `patience_s` is the time above which an acknowledgement is too slow for anything larger.
    """

    least: int = LEAST_BYTES
    size: int = FIRST_BYTES
    most: int = MOST_BYTES
    growth: float = 1.5
    patience_s: float = 4.0
    _turn: int = 0

    def next_bytes(self) -> int:
        """The size of the next piece. Sizes differ, since workers that finish together leave the line idle for a round trip."""
        self._turn = (self._turn + 1) % len(_VARIETY)
        return max(1, int(self.size * _VARIETY[self._turn]))

    def acknowledged(self, count: int, took_s: float) -> None:
        """`count` bytes came through after `took_s` seconds. Only a piece of about this size says anything of a larger one."""
        if took_s > 2 * self.patience_s:
            self.size = max(self.least, int(self.size / self.growth))
        elif took_s <= self.patience_s and count * 2 >= self.size:
            self.size = min(self.most, int(self.size * self.growth))

    def broken(self) -> None:
        """The line broke under one."""
        self.size = max(self.least, self.size // 2)


@dataclass
class PieceSizer:
    """How large the next piece should be, and how many may be on their way.

    A piece that is cut is sent again, half of it on average; each piece costs its headers. With `B` bytes from break to break the
    best size is the root of `2 * cost * B`: 14 KB where each 256 KB break, 64 KB only where many megabytes came through.
    After a break a piece is never above `MOST_BYTES`. What is answered slowly goes smaller whatever the sum says.
    """

    size: int = FIRST_BYTES
    count: int = FIRST_COUNT
    patience_s: float = 4.0
    _run: int = 0
    _typical: int = 1 << 20
    _turn: int = 0

    def next_bytes(self) -> int:
        """The size of the next piece. Sizes differ, since workers that finish together leave the line idle for a round trip."""
        self._turn = (self._turn + 1) % len(_VARIETY)
        return max(1, int(self.size * _VARIETY[self._turn]))

    def acknowledged(self, count: int, took_s: float) -> None:
        """`count` bytes came through after `took_s` seconds. Only a piece of about this size says anything of a larger one."""
        self._run += count
        if took_s > 2 * self.patience_s:
            self.size = max(LEAST_BYTES, self.size * 2 // 3)
        elif took_s <= self.patience_s and count * 2 >= self.size:
            self.size = max(self.size, min(self._best(MAX_PIECE_BYTES), self.size * 3 // 2))
        if took_s < QUICK_S:
            self.count = min(MOST_COUNT, self.count + 1)
        elif took_s > SLOW_S:
            self.count = max(FEWEST, self.count - 1)

    def broken(self) -> None:
        """The line broke under one. Several that break together are one break."""
        if self._run:
            self._typical = (self._typical + 3 * self._run) // 4
            self._run = 0
        self.size = min(self.size, self._best(MOST_BYTES))

    def _best(self, most: int) -> int:
        run = max(self._run, self._typical)
        return max(LEAST_BYTES, min(most, isqrt(2 * PIECE_COST_BYTES * run)))
