"""Credentials (凭证) that come with parcels and greetings: certificates, seals and revocation lists. Kept, never judged here."""

from collections.abc import Callable, Iterable, Sequence

from node.clock import Clock
from node.mail.packing import Contents
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord
from signing.certificates import Certificate, parse_certificate
from signing.errors import SigningError

Enter = Callable[[Sequence[Certificate]], Iterable[str]]
"""Given certificates that are new here: the stations that are known by them now."""


def again(certificate: Certificate) -> str:
    """What a parcel waits for whose maker's key must be certified again."""
    return f"again:{certificate.key_id}"


class Credentials:
    """Keeps what is new, in the caller's transaction. `tell` hears of each new revocation list and who brought it."""

    def __init__(self, station: Station, store: Store, clock: Clock, tell: Callable[[str, str, bytes], None]) -> None:
        self._station = station
        self._store = store
        self._clock = clock
        self._tell = tell
        self._enter: Enter = lambda certificates: ()

    def on_certificates(self, enter: Enter) -> None:
        """`enter` is given the certificates that are new here."""
        self._enter = enter

    def take(self, contents: Contents, maker: str) -> tuple[list[str], list[bytes]]:
        """Keep what lies in a parcel; what may have been waited for, and the revocation lists that are new."""
        digest = self._station.suite.digest
        found = self.take_certificates(contents.certificates, only_proven=False)
        lists = self.take_revocations(contents.revocations, maker)
        for der in contents.seals:
            if self._store.certificates.put(digest(der), der, "seal"):
                found.append(f"seal:{digest(der)}")
        return found, lists

    def take_certificates(self, certificates: Sequence[bytes], *, only_proven: bool) -> list[str]:
        """Keep certificates that are new, issuers first; what they may have been waited for.

        One whose issuer is not here is kept all the same when its bringer is known: it is judged whenever it is used, never by
        being here. What a stranger shows and does not prove leaves nothing behind, neither in memory nor in the audit log.
        """
        digest = self._station.suite.digest
        found: list[str] = []
        fresh: list[Certificate] = []
        for der in certificates:
            try:
                if only_proven:
                    self._station.trust.path(parse_certificate(self._station.suite, der))
                certificate = self._station.trust.add(der)
            except SigningError as error:
                if not only_proven:
                    self._audit("certificate_refused", digest(der), type(error).__name__)
                continue
            if self._store.certificates.put(digest(der), der, "certificate"):
                fresh.append(certificate)
                found += [f"certificate:{name}" for name in (*certificate.known_as, again(certificate))]
        return found + [f"station:{station}" for station in self._enter(fresh)] if fresh else found

    def take_revocations(self, lists: Sequence[bytes], maker: str, *, is_shown: bool = False) -> list[bytes]:
        """Keep revocation lists that prove themselves, when none of their authority with a higher number is here; those that are new.

        Of what a stranger shows (`is_shown`) one refusal is noted, however many there are.
        """
        digest = self._station.suite.digest
        fresh: list[bytes] = []
        refused = 0
        for der in lists:
            try:
                self._station.trust.add_revocations(der)
            except SigningError as error:
                refused += 1
                if refused == 1 or not is_shown:
                    self._audit("revocations_refused", digest(der), type(error).__name__)
                continue
            is_newest = any(one.digest == digest(der) for one in self._station.trust.lists())
            if is_newest and self._store.certificates.put(digest(der), der, "revocations"):
                fresh.append(der)
                self._tell("revocations", maker, der)
        return fresh

    def _audit(self, what: str, about: str, why: str) -> None:
        self._store.audit.append(AuditRecord(self._clock.now(), self._station.station, what, about, {"why": why}))
