"""The lines of print on a sheet: how high they are and how many. So a card, with few and large ones, is told from a page."""

from dataclasses import dataclass

from PIL import Image

from node.scanning.quality.sheet import Sheet

_COLUMNS = range(1, 4)
"""Of five, as text may begin far in and end early."""
_OF = 5
_LEAST_INK, _USUAL_INK = 2, 5
"""A row has print when its ink is that much, and so large a part of what the well printed rows have."""
_LEAST_PX = 3
"""What is lower is a ruled line."""
_HIGHEST = 0.15
"""Of the sheet: what is higher is no line."""


@dataclass(frozen=True)
class Lines:
    """`high` is a share of the sheet's long side, in the middle of all ink; `count` is of three columns together."""

    high: float
    count: int


def lines_of(sheet: Sheet) -> Lines:
    """The lines of a sheet that lies upright or on its side: across the lines there are many more pieces than there are lines."""
    ways = [_runs(sheet.ink), _runs(sheet.ink.transpose(Image.Transpose.ROTATE_90))]
    runs = min((way for way in ways if way), key=len, default=[])
    return Lines(_middle(runs) / max(sheet.ink.size), len(runs))


def _runs(ink: Image.Image) -> list[tuple[int, int]]:
    """Of every line in every column: its height and its ink."""
    found = []
    for column in _COLUMNS:
        strip = ink.crop((ink.width * column // _OF, 0, ink.width * (column + 1) // _OF, ink.height))
        found += _runs_down(strip.resize((1, ink.height), Image.Resampling.BOX).tobytes())
    return [run for run in found if run[0] < ink.height * _HIGHEST]


def _runs_down(rows: bytes) -> list[tuple[int, int]]:
    least = max(_LEAST_INK, sorted(rows)[len(rows) * 97 // 100] // _USUAL_INK)
    found, high, ink = [], 0, 0
    for value in (*rows, 0):
        if value > least:
            high, ink = high + 1, ink + value
            continue
        if high >= _LEAST_PX:
            found.append((high, ink))
        high, ink = 0, 0
    return found


def _middle(runs: list[tuple[int, int]]) -> int:
    """The height below which half of the ink lies; faint marks and noise weigh little."""
    left = sum(ink for _, ink in runs) / 2
    for high, ink in sorted(runs):
        left -= ink
        if left <= 0:
            return high
    return 0
