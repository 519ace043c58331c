"""Addresses of network scanners: those of `node.toml`, and those that people have typed in, which the station remembers."""

import json
from collections.abc import Sequence

from node.clock import Clock
from node.errors import RequestError
from node.setting_values import scanner_address
from node.staff.people import Person
from node.store import Store
from node.store.records import AuditRecord

META = "scanner_addresses"
"""In `store.meta`, as JSON."""
MOST_ADDRESSES = 20
ABOUT = "scanners"


class Addresses:
    """Reads and changes them."""

    def __init__(self, store: Store, configured: Sequence[str], clock: Clock) -> None:
        self._store = store
        self._configured = tuple(configured)
        self._clock = clock

    def all(self) -> tuple[str, ...]:
        """All, each once; those of the settings first."""
        return tuple(dict.fromkeys((*self._configured, *self.typed())))

    def typed(self) -> tuple[str, ...]:
        """Those that people have typed in."""
        return tuple(json.loads(self._store.meta.get(META) or "[]"))

    def add(self, who: Person, text: str) -> str:
        """Remember one; its address in full.

        Raises:
            RequestError: `scanner_address` it is none, or not near by; `scanners_full`.
        """
        address = checked(text)
        with self._store.transaction():
            known = self.typed()
            if address not in self.all():
                if len(known) >= MOST_ADDRESSES:
                    raise RequestError("scanners_full", most=MOST_ADDRESSES)
                self._keep(who, "scanner_added", address, (*known, address))
        return address

    def remove(self, who: Person, address: str) -> None:
        """Forget one that was typed in; one of the settings stays."""
        with self._store.transaction():
            known = self.typed()
            if address in known:
                self._keep(who, "scanner_removed", address, [one for one in known if one != address])

    def _keep(self, who: Person, what: str, address: str, addresses: Sequence[str]) -> None:
        self._store.meta.set(META, json.dumps(list(addresses)))
        self._store.audit.append(AuditRecord(self._clock.now(), who.name, what, ABOUT, {"address": address}))


def checked(text: str) -> str:
    """An address that may be called.

    Raises:
        RequestError: `scanner_address`.
    """
    try:
        return scanner_address(text)
    except ValueError as error:
        raise RequestError("scanner_address") from error
