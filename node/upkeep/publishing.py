"""Publishing (发布): a county sends an update file down the road, to every station of its, and to those that join later.

The file becomes an enclosure under a key of its own, and parcels of class `catalogue` name it and bring the key. Each station is sent the
newest one, once; what was published before is taken back from the shelf.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from node.casework.contents import ENCLOSURE_CONTEXT
from node.casework.letter import EnclosureEntry
from node.clock import Clock
from node.errors import NotAllowedError, RequestError
from node.mail.cargo import CATALOGUE
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents
from node.station import Station
from node.store import Store
from node.store.enclosure_queries import BULK
from node.store.records import AuditRecord
from node.upkeep.published import MAX_FILE_BYTES, Published, read_published
from node.upkeep.releases import Release
from node.upkeep.sources import check_all, opened, signed_release
from signing.envelope import new_content_key
from signing.errors import SigningError
from sync.parcel import MAX_READERS

META = "update_published"
MEDIA = "application/zip"


class Publisher:
    """Of a county's station. `in_use` tells the sequence that runs here; `may_send` raises when this station may make no parcels now."""

    def __init__(
        self,
        station: Station,
        store: Store,
        dispatch: Dispatch,
        clock: Clock,
        in_use: Callable[[], int],
        may_send: Callable[[], None],
    ) -> None:
        self._station = station
        self._store = store
        self._dispatch = dispatch
        self._clock = clock
        self._in_use = in_use
        self._may_send = may_send

    def newest(self) -> Published | None:
        """What was published last."""
        kept = self._store.meta.get(META)
        return None if kept is None else read_published(kept.encode("ascii"))

    def check(self, path: Path) -> Release:
        """The release in a file, when it may be published; its files are still to be looked at.

        Raises:
            RequestError: `publish_county`, this is no county; `publish_file`, a folder; `publish_large`; `publish_older` than what was
                published or runs here; else what is wrong with the file, see `sources`.
        """
        if not self._station.is_county(self._station.station):
            raise RequestError("publish_county")
        if not path.is_file():
            raise RequestError("publish_file", name=path.name)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise RequestError("publish_large", most_mib=MAX_FILE_BYTES >> 20)
        with opened(path) as source:
            release = signed_release(source, self._station.suite, self._station.trust)
        newest = self.newest()
        if release.sequence < max(self._in_use(), 0 if newest is None else newest.sequence):
            raise RequestError("publish_older", version=release.version)
        return release

    def publish(self, path: Path, who: str) -> Published:
        """Take a file for all stations; `send` brings it to them. The same file again goes under a new key.

        Raises:
            RequestError: as `check`; `update_damaged`; or `publish_older`, another file was published under this sequence.
            NotAllowedError: this station may make no parcels now.
            DiskFullError: no room to keep it; nothing has changed.
        """
        release, data = self.check(path), path.read_bytes()
        self._may_send()
        with opened(path) as source:
            check_all(source, release, whole=False)
        before, digest = self.newest(), self._station.suite.digest(data)
        if before is not None and before.sequence == release.sequence and before.digest != digest:
            raise RequestError("publish_older", version=release.version)
        key = new_content_key(self._station.suite)
        cipher = self._station.suite.encrypt(key, data, ENCLOSURE_CONTEXT)
        made = Published(
            version=release.version,
            sequence=release.sequence,
            published_at=self._clock.now().replace(microsecond=0),
            size_bytes=len(data),
            digest=digest,
            enclosure_id=self._station.suite.digest(cipher),
        )
        self._store.enclosures.put_whole(made.enclosure_id, cipher, BULK, self._station.station)
        with self._store.transaction():
            self._store.enclosures.put_key(made.enclosure_id, key)
            self._store.meta.set(META, made.to_bytes().decode("ascii"))
            if before is not None:
                self._store.enclosures.erase(before.enclosure_id)
            facts = {"version": made.version, "sequence": made.sequence}
            self._store.audit.append(AuditRecord(self._clock.now(), who, "update_published", made.enclosure_id, facts))
        return made

    def waiting(self) -> list[str]:
        """The stations that have not been sent the newest one and can be."""
        made = self.newest()
        if made is None or not self._store.enclosures.whole(made.enclosure_id):
            return []
        mark = self._mark(made)
        return [one for one in self._readers() if not self._store.certificates.sent_to(one, mark)]

    def send(self, now: datetime) -> None:
        """Send the newest one to whom it has not been sent; a chore."""
        with suppress(NotAllowedError):
            self._may_send()
            waiting = self.waiting()
            for start in range(0, len(waiting), MAX_READERS):
                self._send(waiting[start : start + MAX_READERS], now)

    def _send(self, readers: list[str], now: datetime) -> None:
        made = self.newest()
        key = None if made is None else self._store.enclosures.key(made.enclosure_id)
        if made is None or key is None:
            return
        named = EnclosureEntry("", 0, made.digest, made.enclosure_id, made.enclosure_bytes, MEDIA)
        contents = Contents(keys={made.enclosure_id: key}, updates=[made.to_bytes()])
        with self._store.transaction():
            self._dispatch.send(contents, CATALOGUE, readers, urgent=False, at=now, named=[named])
            for reader in readers:
                self._store.certificates.mark_sent(reader, [self._mark(made)])

    def _mark(self, made: Published) -> str:
        """Under what it is remembered who was sent it: beside the certificates, so that a station that lost everything gets it again."""
        return self._station.suite.digest(made.to_bytes())

    def _readers(self) -> Iterable[str]:
        for entry in self._station.directory.entries():
            if entry.successor is None and not self._station.is_me(entry.station) and self._can_read(entry.station):
                yield entry.station

    def _can_read(self, station: str) -> bool:
        record = self._store.stations.get(station)
        if record is None or record.encrypt_certificate is None:
            return False
        try:
            return self._station.trust.revoked(self._station.trust.get(record.encrypt_certificate)) is None
        except SigningError:
            return False
