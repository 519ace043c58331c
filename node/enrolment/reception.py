"""The reception (受理处): what pages and commands call about invitations and requests, at a station that runs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.chores import Chore
from node.enrolment.invitations import Inviting
from node.enrolment.registrar import Registrar
from node.store import Store
from signing.trust import TrustStore


@dataclass(frozen=True)
class Reception:
    """Who decides on requests, and who invites."""

    registrar: Registrar
    inviting: Inviting


class CatchingUp:
    """Learns what another process of this station has granted, such as a command while the pages run."""

    def __init__(self, store: Store, trust: TrustStore, look_again: Callable[[], None]) -> None:
        self._store = store
        self._trust = trust
        self._look_again = look_again
        self._seen = store.certificates.count("certificate")

    def chore(self) -> Chore:
        """What comes round."""
        return Chore("certificates", timedelta(seconds=5), self.run)

    def run(self, _now: datetime) -> None:
        """Look whether there are others than before."""
        kept = self._store.certificates.count("certificate")
        if kept != self._seen:
            for record in self._store.certificates.all("certificate"):
                self._trust.add(record.der)
            self._look_again()
            self._seen = kept
