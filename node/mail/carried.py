"""What is on sticks (已交U盘) and not acknowledged yet: the next bundle takes first what no earlier one has."""

import json
from collections.abc import Callable, Iterable

from node.store.counters import Meta

NAME = "bundle_carried:"
"""In `store.meta`, with the station's id for which the bundles were."""

MOST, SHORT = 20_000, 16


class CarriedBook:
    """Remembers ids of parcels and enclosures by neighbour. Only an order follows from it: what is forgotten here goes all the same."""

    def __init__(self, meta: Meta) -> None:
        self._meta = meta

    def of(self, to: str) -> Callable[[str], bool]:
        """Whether an id was in a bundle for `to`."""
        known = set(self._read(to))
        return lambda one: _short(one) in known

    def add(self, to: str, ids: Iterable[str]) -> None:
        """These are in a bundle now; of very many the oldest are forgotten."""
        fresh = [_short(one) for one in ids]
        known = dict.fromkeys([*self._read(to), *fresh])
        self._meta.set(NAME + to, json.dumps(list(known)[-MOST:]))

    def _read(self, to: str) -> list[str]:
        return list(json.loads(self._meta.get(NAME + to) or "[]"))


def _short(one: str) -> str:
    return one.partition(":")[2][:SHORT]
