"""Wiping (清除密钥): a station whose keys were reported stolen (key_compromise) destroys them as soon as it hears of it, by whatever road.

Only a revocation list proven under the county's root says so, and only about this station's own certificate. First the audit log and a
marker, then the machine secret, without which no key file opens and an encrypted database is noise, then every key file, and a database
that is not encrypted. A power cut on the way changes nothing: the marker stands, and the next start goes on. Nothing brings a key back.

Overwriting a file says nothing sure of a flash disk, which may keep the old blocks: encrypt the disk (docs/threats.md).
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from node.clock import to_text
from node.config import Config
from node.enrolment.authority import COMPROMISED
from node.errors import NotAllowedError
from node.folder import StationFolder
from node.station import Station
from node.store import Store
from node.store.files import write_file
from node.store.records import AuditRecord
from signing.revocations import Revocation

MARKER = "wiped.json"
_BLOCK = 1 << 20
Destroy = Callable[[Path], None]


def destroy(path: Path) -> None:
    """Overwrite a file with chance, and delete it.

    Raises:
        OSError: it is in use, or the disk would not; it can be done again.
    """
    with path.open("r+b", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(secrets.token_bytes(min(left, _BLOCK)))
        os.fsync(file.fileno())
    path.unlink()


@dataclass(frozen=True)
class Wiper:
    """Wipes one station's folder; `destroy` is done to each file."""

    folder: StationFolder
    config: Config
    destroy: Destroy = destroy

    def why(self, station: Station) -> Revocation | None:
        """The revocation that says that this station's signing key was stolen; None when none does."""
        revocation = station.trust.revoked(station.signer.certificate)
        return revocation if revocation is not None and revocation.reason in COMPROMISED else None

    def wipe_if_stolen(self, station: Station, store: Store, now: datetime) -> bool:
        """Wipe when this station's key was reported stolen; whether it was. Outside of transactions.

        Raises:
            OSError: a file resisted; the next start goes on.
        """
        revocation = self.why(station)
        if revocation is None:
            return False
        if not self.is_marked():
            own = station.signer.certificate
            detail = {"reason": revocation.reason, "since": to_text(revocation.at)}
            store.audit.append(AuditRecord(now, station.station, "station_wiped", own.digest, detail))
            facts = {"station": station.station, "name": station.name, "at": to_text(now.replace(microsecond=0)), **detail}
            write_file(self._marker, json.dumps(facts, ensure_ascii=False).encode())
        store.close_thread()
        self.go_on()
        return True

    def is_marked(self) -> bool:
        """Whether a wipe was begun here, finished or not."""
        return self._marker.exists()

    def go_on(self) -> None:
        """Destroy what is left; again and again until nothing is.

        Raises:
            OSError: a file resisted; the others are gone all the same.
        """
        trouble: OSError | None = None
        for path in self._condemned():
            try:
                self.destroy(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble

    @property
    def _marker(self) -> Path:
        return self.folder.root / MARKER

    def _condemned(self) -> Iterator[Path]:
        """What opens something, the machine secret first: once that is gone, nothing else opens any more."""
        if self.folder.machine_secret.exists():
            yield self.folder.machine_secret
        yield from sorted(path for path in self.folder.keys.glob("*") if path.is_file())
        if not self.config.database.encrypted and self.config.database.url is None:
            database = self.folder.database
            yield from (path for path in (database, *(database.with_name(database.name + end) for end in _BESIDE)) if path.exists())


_BESIDE = ("-wal", "-shm", "-journal")


def check_not_wiped(folder: StationFolder, config: Config) -> None:
    """Return when this station's keys were never wiped; where they were, go on with what a power cut left, and say so.

    Raises:
        NotAllowedError: `station_wiped`.
    """
    wiper = Wiper(folder, config)
    if wiper.is_marked():
        with suppress(OSError):
            wiper.go_on()
        raise NotAllowedError("station_wiped")
