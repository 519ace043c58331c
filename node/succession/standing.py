"""The standing (在册状态) of this station: whether it may number and seal, or must first become somebody, or is nobody any more.

- `active`: it may;
- `restored`: it came out of a backup, runs on another machine, or the parent has seen more of it than it remembers. What it would number
  now may have been numbered before, so it gets its next number first. Reading, and saving drafts, go on;
- `superseded`: another station stands in its place. It still hands over what it has;
- `revoked`: its certificate was taken back.
"""

from node.errors import NotAllowedError
from node.station import Station
from node.store import Store

META = "standing"
ACTIVE, RESTORED, SUPERSEDED, REVOKED = "active", "restored", "superseded", "revoked"
WHY = "standing_why"

COUNTED_FOR = "counted_for"
"""In `store.meta`: the earlier number for which all of it still counts, until the station starts under its next."""


class Standing:
    """Answers for one station, always as of now."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

    def state(self) -> str:
        """One of the four above."""
        own = self._station.signer.certificate
        if self._station.trust.revoked(own):
            return REVOKED
        if not self._station.is_me(self._station.station):
            return SUPERSEDED
        return self._store.meta.get(META) or ACTIVE

    def check_may_seal(self) -> None:
        """Return when this station may give numbers and seal.

        Raises:
            NotAllowedError: `standing_restored`, `standing_superseded` or `standing_revoked`.
        """
        state = self.state()
        if state != ACTIVE:
            raise NotAllowedError(f"standing_{state}")

    def check_may_pack(self) -> None:
        """Return when this station may give numbers to parcels.

        Raises:
            NotAllowedError: as `check_may_seal`.
        """
        if not self.may_pack():
            raise NotAllowedError(f"standing_{self.state()}")

    def may_pack(self) -> bool:
        """Whether it may give numbers to parcels: one out of an old copy would give some twice, one that was replaced still hands over."""
        state = self.state()
        return state == ACTIVE or (state == SUPERSEDED and self._store.meta.get(META) is None and self._store.meta.get(COUNTED_FOR) is None)

    def mark_restored(self, why: str) -> None:
        """From now on only reading, until a new number comes. `why` is `backup`, `machine`, `numbers` or `doubled`."""
        if self._store.meta.get(META) is None:
            with self._store.transaction():
                self._store.meta.set(META, RESTORED)
                self._store.meta.set(WHY, why)

    def was_restored(self) -> bool:
        """Whether it was marked `restored` and has no number since, whatever else has become of it."""
        return self._store.meta.get(META) is not None

    def why(self) -> str | None:
        """Why it is `restored`, as `mark_restored` was told."""
        return self._store.meta.get(WHY)

    def mark_active(self) -> None:
        """It has a number that nobody had before; in the caller's transaction."""
        self._store.meta.delete(META)
        self._store.meta.delete(WHY)
