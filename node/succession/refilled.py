"""Being refilled: what a station that stands in another's place still waits for, and which cases it must leave alone until then.

The old station may have sealed what only a neighbour has. Who seals on without it forks the case. So a case may be touched only when all
who could have it have given what they hold.
"""

import json

from node.errors import NotAllowedError
from node.station import Station
from node.store import Store
from signing.canonical import parse_canonical
from signing.errors import SigningError

AWAITED = "refills_awaited"
FROM = "refill_from:"
MOST_PARCELS = 20_000


class Refilled:
    """Knows what is still to come."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

    def begin(self) -> None:
        """Called at each start: a station that replaces another waits for all neighbours that it knows of, from its first start on."""
        if not self._station.signer.certificate.replaces or self._store.meta.get(AWAITED) is not None:
            return
        directory, me = self._station.directory, self._station.station
        parent = directory.parent_of(me)
        neighbours = [*([parent] if parent else []), *directory.children(me)]
        self._store.meta.set(AWAITED, json.dumps(neighbours))

    def note(self, maker: str, data: bytes) -> None:
        """Keep what a neighbour's last parcel says: which parcels its refill was. Told again, it replaces what was told before.

        What nobody waits for is not kept.
        """
        if maker not in json.loads(self._store.meta.get(AWAITED) or "[]"):
            return
        try:
            told = parse_canonical(data)
            parcels = [str(one) for one in told["parcels"]]
        except (SigningError, KeyError, TypeError):
            return
        if told.get("for") == self._station.station and len(parcels) <= MOST_PARCELS:
            self._store.meta.set(FROM + maker, json.dumps(parcels))

    def awaited(self) -> tuple[str, ...]:
        """The neighbours whose refill is not whole yet. One that was itself replaced since has nothing more than this station gives it."""
        kept: list[str] = json.loads(self._store.meta.get(AWAITED) or "[]")
        left = [one for one in kept if self._station.current(one) == one and not self._is_whole(one)]
        if left != kept:
            self._store.meta.set(AWAITED, json.dumps(left))
        return tuple(left)

    def may_fill(self, new: str) -> bool:
        """Whether nobody is waited for who could still have letters that `new` is to get: nobody above or below it but itself.

        One village that gives nothing must not keep the others waiting.
        """
        above = self._station.path_of(new)
        return not any(one != new and (one in above or new in self._station.path_of(one)) for one in self.awaited())

    def check_case(self, case_number: str) -> None:
        """Return when nothing of this case can still be elsewhere.

        Raises:
            NotAllowedError: `refill_awaited`, another station of the case's path has not given what it holds.
        """
        if case_number.startswith(self._station.station):
            return
        path = self._station.path_of(case_number[:14])
        if any(one in path for one in self.awaited()):
            raise NotAllowedError("refill_awaited")

    def _is_whole(self, neighbour: str) -> bool:
        text = self._store.meta.get(FROM + neighbour)
        if text is None:
            return False
        parcels = json.loads(text)
        return self._store.outbox.known_of(parcels) == set(parcels)
