"""Where the paper on a picture reaches to: it is followed from cell to cell as far as nothing steps up or down.

So it is seen when a sheet goes on beyond the corners that were found, or runs out of the picture, and when the whole picture is paper.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageFilter

from node.scanning.quality.sheet import Sheet, closed
from node.scanning.shot import Corners

_CLOSED_PX, _CELLS = 320, 107
_PRINT_PX = 5
"""Of the picture in small: what is narrower is print."""
_STEP = 0.10
"""Of the brighter side: what changes more within three cells is an edge."""
_LIGHT, _COLOUR = 0.6, 0.22
"""Paper is so light, by the lightest there is, and has less colour than that."""
_OTHER_COLOUR = 0.10
"""By which a share of red or blue, by green, differs from the sheet's own: another thing's ground."""
_ALL, _LEAST = 0.80, 0.03
"""Of the picture's cells: paper all over; and too small for a sheet."""
_ON_RIM = 0.1
_INSET = 0.06


@dataclass(frozen=True)
class Reach:
    """The cells that are paper. `along` says for each rim of the picture (left, top, right, bottom) on what share of it paper lies."""

    share: float
    along: tuple[float, float, float, float]

    @property
    def is_all(self) -> bool:
        """Whether the whole picture is paper, as a scanner gives it."""
        return self.share > _ALL

    @property
    def runs_out(self) -> bool:
        """Whether the sheet goes on over one rim or two; a light desk reaches more of them."""
        return 0 < sum(one > _ON_RIM for one in self.along) < 3


def reach_of(sheet: Sheet) -> Reach:
    """How far the paper of a sheet goes on; without corners, of the largest light patch."""
    cells = _Cells(sheet.image)
    if sheet.is_whole:
        patches = cells.patches(range(len(cells.open)))
        return cells.reach(max((one for one in patches if len(one) >= _LEAST * len(cells.open)), key=cells.lightness, default=[]))
    inside = cells.inside(sheet.corners)
    cells.keep_coloured_as(inside)
    return cells.reach([at for patch in cells.patches(inside) for at in patch])


class _Cells:
    """The picture in cells, of which those are open that are light, of little colour, and no edge."""

    def __init__(self, image: Image.Image) -> None:
        small = image.reduce(max(1, round(max(image.size) / _CLOSED_PX)))
        by = max(1, round(max(small.size) / _CELLS))
        grey = closed(small.convert("L"), _PRINT_PX).reduce(by)
        self.width, self.height = grey.size
        self._scale = (grey.width / image.width, grey.height / image.height)
        red, green, blue = (band.tobytes() for band in small.reduce(by).split())
        high, low = grey.filter(ImageFilter.MaxFilter(3)).tobytes(), grey.filter(ImageFilter.MinFilter(3)).tobytes()
        lightest = sorted(high)[len(high) * 97 // 100] * _LIGHT
        self._high = high
        self.colours = [(r / max(1, g), b / max(1, g)) for r, g, b in zip(red, green, blue, strict=True)]
        self.open = [
            top - bottom <= _STEP * top + 2 and top >= lightest and (most := max(r, g, b)) - min(r, g, b) <= _COLOUR * most
            for r, g, b, top, bottom in zip(red, green, blue, high, low, strict=True)
        ]

    def keep_coloured_as(self, cells: list[int]) -> None:
        """Close the cells of another colour than these are in the middle."""
        for band in (0, 1):
            own = sorted(self.colours[at][band] for at in cells)[len(cells) // 2] if cells else 1.0
            self.open = [is_open and abs(one[band] / own - 1) < _OTHER_COLOUR for is_open, one in zip(self.open, self.colours, strict=True)]

    def lightness(self, patch: list[int]) -> int:
        """How light a patch is in the middle."""
        return sorted(self._high[at] for at in patch)[len(patch) // 2]

    def patches(self, seeds: Iterable[int]) -> list[list[int]]:
        """The open cells that hang together with each seed."""
        seen, found = [not one for one in self.open], []
        for seed in seeds:
            if not seen[seed]:
                found.append(self._grown(seed, seen))
        return found

    def _grown(self, seed: int, seen: list[bool]) -> list[int]:
        seen[seed] = True
        patch, waiting = [], [seed]
        while waiting:
            at = waiting.pop()
            patch.append(at)
            x = at % self.width
            for beside in (at - 1 if x else -1, at + 1 if x < self.width - 1 else -1, at - self.width, at + self.width):
                if 0 <= beside < len(seen) and not seen[beside]:
                    seen[beside] = True
                    waiting.append(beside)
        return patch

    def inside(self, corners: Corners) -> list[int]:
        """The cells well inside the corners."""
        middle = (sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4)
        drawn = [(x + (middle[0] - x) * _INSET, y + (middle[1] - y) * _INSET) for x, y in corners]
        points = [(x * self._scale[0], y * self._scale[1]) for x, y in drawn]
        return [at for at in range(len(self.open)) if _is_inside(at % self.width + 0.5, at // self.width + 0.5, points)]

    def reach(self, patch: list[int]) -> Reach:
        """What of the picture and of its rims a patch covers."""
        columns, rows = [at % self.width for at in patch], [at // self.width for at in patch]
        left, right = columns.count(0) / self.height, columns.count(self.width - 1) / self.height
        top, bottom = rows.count(0) / self.width, rows.count(self.height - 1) / self.width
        return Reach(len(patch) / max(1, len(self.open)), (left, top, right, bottom))


def _is_inside(x: float, y: float, points: list[tuple[float, float]]) -> bool:
    return all(
        (points[(at + 1) % 4][0] - ax) * (y - ay) - (points[(at + 1) % 4][1] - ay) * (x - ax) > 0 for at, (ax, ay) in enumerate(points)
    )
