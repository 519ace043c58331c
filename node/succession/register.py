"""The register of stations (站点名册): who there is and who stands in whose place, read from proven certificates and nothing else.

A station is what its `station_sign` certificate says: id, name, tier; its parent is the station of the authority that issued it; the
station that it `replaces` has it as successor. So whoever holds the certificates holds the register, and no message can change it.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from node.store import Store
from node.store.records import StationRecord
from signing.certificates import AUTHORITIES, TIERS, Certificate
from signing.errors import SigningError
from signing.trust import TrustStore
from sync.routes import Directory, StationEntry

_STATION = ("station_sign", "station_encrypt")


@dataclass(frozen=True)
class Succession:
    """A station that takes the place of another (接替)."""

    old: str
    new: str


class Register:
    """The stations that this one knows. `directory` is a value; a new one stands here as soon as what changed it is kept."""

    def __init__(self, store: Store, trust: TrustStore) -> None:
        self._store = store
        self._trust = trust
        self._listeners: list[Callable[[Succession], None]] = []
        self.directory = self._read()

    def on_succession(self, callback: Callable[[Succession], None]) -> None:
        """`callback` is called for each new succession, inside the transaction that learns it."""
        self._listeners.append(callback)

    def learn(self, certificates: Iterable[Certificate]) -> tuple[str, ...]:
        """Enter what these certificates prove, in the caller's transaction; the ids of stations that are new or have changed.

        What is not proven yet is passed over: it is given again when its issuer comes. What a revoked authority issued enters nobody.
        """
        changed: list[str] = []
        successions: list[Succession] = []
        with self._store.transaction():
            for certificate in certificates:
                if certificate.usage not in _STATION or not self._is_proven(certificate):
                    continue
                if self._enter(certificate):
                    changed.append(certificate.station)
                if succession := self._succeed(certificate):
                    successions.append(succession)
                    # A station that was taken back before it was heard of here is known by its successor.
                    changed.append(succession.old)
            if changed or successions:
                self._store.after_commit(self._refresh)
                self._refresh()
            for succession in successions:
                for tell in self._listeners:
                    tell(succession)
        return tuple(dict.fromkeys(changed))

    def learn_all(self, certificates: Sequence[Certificate]) -> tuple[str, ...]:
        """The same; a new authority may prove what was kept before it, so then everything here is looked at again.

        Not for one that proves nothing: whoever sends such ones again and again must not keep the station busy.
        """
        if any(one.usage in AUTHORITIES and self._trust.proves(one) for one in certificates):
            return self.rebuild()
        return self.learn(certificates)

    def rebuild(self) -> tuple[str, ...]:
        """Read everything anew from the certificates that are kept here."""
        kept = [self._trust.get(record.digest) for record in self._store.certificates.all("certificate")]
        return self.learn(sorted(kept, key=lambda one: (one.not_before, one.digest)))

    def look_again(self) -> None:
        """Read the stations anew: another process of this station may have entered some."""
        self._refresh()

    def _refresh(self) -> None:
        self.directory = self._read()

    def _read(self) -> Directory:
        records = self._store.stations.all()
        return Directory(StationEntry(one.station, one.name, one.tier, one.parent, one.successor) for one in records)

    def _is_proven(self, certificate: Certificate) -> bool:
        """Whether it stands, and comes from above: no township gives itself another place, or another parent than the county.

        A station whose own certificate was taken back since is entered too, where nothing is known of it: its cases and its successor need
        a place to belong to. What it signs is judged elsewhere.
        """
        with suppress(SigningError):
            path = self._trust.path(certificate)
            is_from_above = certificate.tier == "county" or TIERS.index(path[1].tier) > TIERS.index(certificate.tier)
            stands = not self._trust.revoked(certificate) or self._is_unknown(certificate)
            return is_from_above and stands and not any(self._trust.revoked(each) for each in path[1:])
        return False

    def _is_unknown(self, certificate: Certificate) -> bool:
        known = self._store.stations.get(certificate.station)
        return certificate.usage == "station_sign" and (known is None or known.sign_certificate is None)

    def _enter(self, certificate: Certificate) -> bool:
        """Whether the certificate says something newer than what was known of its station."""
        before = self._store.stations.get(certificate.station)
        record = before or StationRecord(certificate.station, certificate.name, certificate.tier)
        if certificate.usage == "station_encrypt":
            if not self._is_newer(certificate, record.encrypt_certificate):
                return False
            record = replace(record, encrypt_certificate=certificate.digest)
        else:
            if not self._is_newer(certificate, record.sign_certificate):
                return False
            record = replace(record, name=certificate.name, sign_certificate=certificate.digest, parent=self._parent_of(certificate))
        self._store.stations.put(record)
        return True

    def _is_newer(self, certificate: Certificate, known: str | None) -> bool:
        if known is None:
            return True
        if known == certificate.digest:
            return False
        with suppress(SigningError):
            old = self._trust.get(known)
            if not any(self._trust.revoked(each) for each in self._trust.path(old)):
                return (certificate.not_before, certificate.digest) > (old.not_before, old.digest)
        return True

    def _parent_of(self, certificate: Certificate) -> str | None:
        issuer = self._trust.path(certificate)[1]
        return None if certificate.tier == "county" else issuer.station

    def _succeed(self, certificate: Certificate) -> Succession | None:
        """The first successor of a station stays: a second one would split its cases between two."""
        if certificate.usage != "station_sign" or not certificate.replaces:
            return None
        old = self._store.stations.get(certificate.replaces) or StationRecord(certificate.replaces, certificate.name, certificate.tier)
        if old.successor is not None:
            return None
        self._store.stations.put(replace(old, parent=old.parent or self._parent_of(certificate), successor=certificate.station))
        return Succession(old.station, certificate.station)
