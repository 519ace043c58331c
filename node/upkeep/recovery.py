"""The key of this station's backups: made with a new recovery code (恢复码), remembered without it."""

import json
from dataclasses import dataclass
from datetime import datetime

from node.clock import Clock, from_text, to_text
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from node.upkeep.archive import owner_of
from signing.recovery import RecoveryKey, make_recovery_key, new_code

META = "backup_key"


@dataclass(frozen=True)
class HeldKey:
    """The key that backups are made for now, and since when."""

    key: RecoveryKey
    made_at: datetime


class RecoveryKeys:
    """Remembers the one that counts; earlier backups keep the one they were made with, and its code."""

    def __init__(self, station: Station, store: Store, clock: Clock) -> None:
        self._station = station
        self._store = store
        self._clock = clock

    def current(self) -> HeldKey | None:
        """The key in use; None before there was any."""
        text = self._store.meta.get(META)
        if text is None:
            return None
        value = json.loads(text)
        return HeldKey(RecoveryKey.from_json(value["key"]), from_text(value["made_at"]))

    def renew(self, who: str) -> str:
        """Make a new key; its code, which is never to be had again."""
        code, now = new_code(), self._clock.now()
        key = make_recovery_key(self._station.suite, owner_of(self._station.trust.root, self._station.station), code)
        with self._store.transaction():
            self._store.meta.set(META, json.dumps({"made_at": to_text(now), "key": key.to_json()}))
            self._store.audit.append(AuditRecord(now, who, "recovery_code_made", self._station.station))
        return code
