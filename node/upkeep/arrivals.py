"""Arrivals (到货): an update that comes down the road, from the record that announces it to a checked file in the station's folder.

Believed of the county alone, and only when newer than what was announced before; what is refused is audited and changes nothing else.
The file is checked like one from a drive, and once more by `Updates` when it is applied.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from node.casework.contents import ENCLOSURE_CONTEXT
from node.clock import Clock
from node.errors import RequestError
from node.folder import PRIVATE_FOLDER
from node.roles import Tier
from node.station import Station
from node.store import Store
from node.store.files import write_file
from node.store.records import AuditRecord
from node.upkeep.published import Published, read_published
from node.upkeep.sources import check_all, opened, signed_release
from signing.errors import SigningError

META, STATE = "update_announced", "update_state"
"""Names in `store.meta`: the record of the newest update that was announced, and how far it is."""

COMING, READY, USED, REFUSED = "coming", "ready", "used", "refused"


@dataclass(frozen=True)
class Announced:
    """The newest update that was announced: `state` is one of the four above."""

    update: Published
    state: str


def announced(store: Store) -> Announced | None:
    """What the county announced last, and how far it is here."""
    kept = store.meta.get(META)
    return None if kept is None else Announced(read_published(kept.encode("ascii")), store.meta.get(STATE) or COMING)


class Arrivals:
    """Updates of a station that come from its county.

    `in_use` tells the sequence in use, None where the program was not put there by the installer: then it is only kept for those below.
    """

    def __init__(
        self,
        station: Station,
        store: Store,
        clock: Clock,
        folder: Path,
        in_use: Callable[[], int | None],
        has_room: Callable[[int], bool],
    ) -> None:
        self._station = station
        self._store = store
        self._clock = clock
        self._folder = folder
        self._in_use = in_use
        self._has_room = has_room

    def note(self, maker: str, data: bytes) -> None:
        """An `update` record came from `maker`: remember it, or say in the audit log why not. In the caller's transaction."""
        if not self._station.is_county(maker) or self._station.is_me(maker):
            self._audit_refusal(self._station.suite.digest(data), "not_county", maker)
            return
        try:
            told = read_published(data)
        except RequestError:
            self._audit_refusal(self._station.suite.digest(data), "form", maker)
            return
        if why := self._fault(told):
            self._audit_refusal(told.enclosure_id, why, maker)
            return
        self._take(told, announced(self._store))

    def _fault(self, told: Published) -> str | None:
        """What does not fit between the record and the enclosure that its parcel named."""
        if self._store.enclosures.size_bytes(told.enclosure_id) not in (told.enclosure_bytes, None):
            return "size"
        owner = self._store.enclosures.makers([told.enclosure_id]).get(told.enclosure_id)
        return None if owner is not None and self._station.is_county(owner) else "maker"

    def _take(self, told: Published, before: Announced | None) -> None:
        if before is not None and told.order <= before.update.order:
            if told.enclosure_id != before.update.enclosure_id:
                self._store.enclosures.erase(told.enclosure_id)
            return
        self._store.meta.set(META, told.to_bytes().decode("ascii"))
        self._store.meta.set(STATE, COMING)
        if before is not None and before.update.enclosure_id != told.enclosure_id:
            self._store.enclosures.erase(before.update.enclosure_id)

    def look(self, now: datetime) -> None:
        """Go on with what was announced, as far as it is here; a chore."""
        found, in_use = announced(self._store), self._in_use()
        self._tidy(found)
        if found is None or in_use is None or found.state == REFUSED:
            return
        if in_use >= found.update.sequence:
            self._finish(found)
        elif self.ready() is None and self._store.enclosures.whole(found.update.enclosure_id):
            self._open(found.update)

    def ready(self) -> Path | None:
        """The checked file of the newest update; None when there is none that is newer than what is in use."""
        found, in_use = announced(self._store), self._in_use()
        if found is None or found.state != READY or in_use is None or in_use >= found.update.sequence:
            return None
        path = self._path(found.update)
        return path if path.is_file() else None

    def sequence(self) -> int | None:
        """The sequence of the newest update that was announced."""
        found = announced(self._store)
        return None if found is None else found.update.sequence

    def _open(self, update: Published) -> None:
        """Make the file out of its enclosure, and check everything of it. What is wrong for good is refused; the rest is tried again."""
        path, key = self._path(update), self._store.enclosures.key(update.enclosure_id)
        if key is None:
            self._refuse(update, "key")
            return
        if not self._has_room(update.size_bytes):
            return
        try:
            data = self._station.suite.decrypt(key, self._store.enclosures.read(update.enclosure_id), ENCLOSURE_CONTEXT)
        except SigningError:
            self._refuse(update, "key")
            return
        if not update.is_of(self._station.suite, data):
            self._refuse(update, "digest")
            return
        self._folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        write_file(path, data)
        if why := self._wrong_with(path, update):
            path.unlink()
            self._refuse(update, why)
        else:
            self._set_state(update, READY)

    def _wrong_with(self, path: Path, update: Published) -> str | None:
        try:
            with opened(path) as source:
                release = signed_release(source, self._station.suite, self._station.trust)
                check_all(source, release, whole=False)
        except RequestError as error:
            return error.code
        return None if (release.version, release.sequence) == (update.version, update.sequence) else "another"

    def _finish(self, found: Announced) -> None:
        """It is in use, or a newer one: the file goes, and at a village, which hands it to nobody, the enclosure too."""
        if found.state == USED:
            return
        with self._store.transaction():
            if self._set_state(found.update, USED) and self._station.tier is Tier.VILLAGE:
                self._store.enclosures.erase(found.update.enclosure_id)
        self._tidy(announced(self._store))

    def _tidy(self, found: Announced | None) -> None:
        """Files of updates that were announced before this one, or that are not needed any more, go."""
        keep = None if found is None or found.state in (USED, REFUSED) else self._path(found.update)
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            if path != keep:
                with suppress(OSError):
                    path.unlink()

    def _refuse(self, update: Published, why: str) -> None:
        with self._store.transaction():
            if self._set_state(update, REFUSED):
                self._audit_refusal(update.enclosure_id, why, self._station.station)

    def _set_state(self, update: Published, state: str) -> bool:
        """False when another was announced meanwhile."""
        with self._store.transaction():
            found = announced(self._store)
            if found is None or found.update != update:
                return False
            self._store.meta.set(STATE, state)
        return True

    def _path(self, update: Published) -> Path:
        return self._folder / f"{update.version}-{update.sequence}.yzu"

    def _audit_refusal(self, about: str, why: str, came_from: str) -> None:
        line = AuditRecord(self._clock.now(), self._station.station, "update_refused", about, {"why": why, "from": came_from})
        self._store.audit.append(line)
