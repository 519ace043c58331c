"""The tray: parts of sheets that were read and wait for their other parts, in memory."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from node.paper.codes import Part

MOST_SHEETS = 32
KEPT_FOR = timedelta(hours=2)


@dataclass
class _Pile:
    at: datetime
    parts: dict[int, Part] = field(default_factory=dict)


class Tray:
    """Collects parts, whoever reads them and in whatever order. What is lost here is read once more: nothing was answered for it."""

    def __init__(self) -> None:
        self._piles: dict[tuple[str, bytes, int], _Pile] = {}
        self._lock = threading.Lock()

    def put(self, part: Part, at: datetime) -> tuple[Part, ...]:
        """Lay down a part; all parts of its sheet that are here now, in order.

        A whole sheet stays for a while too: whoever holds its first code before the camera once more is not asked for the others.
        """
        key = part.sheet
        with self._lock:
            pile = self._piles.setdefault(key, _Pile(at))
            pile.at = at
            pile.parts[part.number] = part
            self._drop_old(at)
            return tuple(pile.parts[number] for number in sorted(pile.parts))

    def drop(self, part: Part) -> None:
        """Forget a sheet whose parts do not fit together: it is read anew."""
        with self._lock:
            self._piles.pop(part.sheet, None)

    def __len__(self) -> int:
        return len(self._piles)

    def _drop_old(self, at: datetime) -> None:
        for key in [key for key, pile in self._piles.items() if at - pile.at > KEPT_FOR]:
            del self._piles[key]
        while len(self._piles) > MOST_SHEETS:
            del self._piles[min(self._piles, key=lambda key: self._piles[key].at)]
