"""Adoption (换用): takes new certificates of this station's own keys into use, by whatever road they came.

A certificate of a key that lies here proves itself, so no message has to be believed: the one that lasts longest, of those that stand,
is used. The old one stays where it is, for what it signed.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from node.clock import Clock
from node.enrolment.authority import STATION_USAGES
from node.enrolment.issuing import OWN
from node.enrolment.personal_keys import PENDING
from node.staff.keyring import SEAL_OF
from node.station import FOREVER, Station
from node.store import Store
from node.store.records import AuditRecord, PersonRecord
from signing.certificates import Certificate
from signing.errors import SigningError
from signing.seal import KINDS, Seal, parse_seal


class Adoption:
    """Looks through what is here. `restart` is called when the station's own keys have new certificates: those are read at the start."""

    def __init__(self, station: Station, store: Store, clock: Clock, restart: Callable[[], None]) -> None:
        self._station = station
        self._store = store
        self._clock = clock
        self._restart = restart

    def run(self, now: datetime) -> None:
        """A chore, and done at once when an answer has come."""
        own = {usage: digest for usage in STATION_USAGES if (digest := self._store.meta.get(OWN + usage))}
        mine = [one for one in self._certificates() if one.station == self._station.station and self._lasts_until(one) is not None]
        with self._store.transaction():
            changed = [self._adopt_own(usage, digest, mine, now) for usage, digest in own.items()]
            for person in self._store.people.all():
                self._adopt_new_key(person, mine, now)
                if person.certificate is not None:
                    self._adopt_persons(self._store.people.get(person.name) or person, mine, now)
            if any(changed):
                self._store.after_commit(self._restart)

    def _certificates(self) -> Iterable[Certificate]:
        return (self._station.trust.get(row.digest) for row in self._store.certificates.all("certificate"))

    def _lasts_until(self, certificate: Certificate) -> datetime | None:
        """When it and all above it end; None when it is not proven, or it or one above it was taken back."""
        trust = self._station.trust
        try:
            path = trust.path(certificate)
        except SigningError:
            return None
        return None if any(trust.revoked(one) for one in path) else min(one.not_after for one in path)

    def _better(self, digest: str, mine: Iterable[Certificate]) -> Certificate | None:
        """The certificate to use in place of this one, None when it is the best there is."""
        held = self._station.trust.get(digest)
        same = [one for one in mine if one.public_key == held.public_key and _is_same(one, held)]
        best = max(same, key=lambda one: (one.not_after, one.not_before, one.digest), default=None)
        if best is None or best.digest == digest:
            return None
        stands = held.digest in {one.digest for one in same}
        return best if not stands or best.not_after > held.not_after else None

    def _adopt_own(self, usage: str, digest: str, mine: Iterable[Certificate], now: datetime) -> bool:
        better = self._better(digest, mine)
        if better is None:
            return False
        self._store.meta.set(OWN + usage, better.digest)
        self._audit("certificate_adopted", better, now, usage)
        return True

    def _adopt_new_key(self, person: PersonRecord, mine: list[Certificate], now: datetime) -> None:
        """A key that was made here and had no certificate: the person seals with it once the certificates and a seal are here."""
        key_name, _, key_id = (self._store.meta.get(PENDING + person.name) or "").partition(" ")
        theirs = [one for one in mine if one.usage == "person" and one.key_id == key_id]
        own = max((one for one in theirs if one.division == one.station[:12]), key=lambda one: (one.not_after, one.digest), default=None)
        seal = None if own is None else self._seal_for(own)
        if own is None or seal is None:
            return
        self._store.meta.set(SEAL_OF + own.digest, seal.digest)
        self._store.people.put(replace(person, key_name=key_name, certificate=own.digest))
        for division in self._store.person_certificates.of(person.name):
            further = next((one for one in theirs if one.division == division), None)
            if further is not None and (seal := self._seal_for(further)) is not None:
                self._store.meta.set(SEAL_OF + further.digest, seal.digest)
                self._store.person_certificates.put(person.name, division, further.digest)
        self._store.meta.delete(PENDING + person.name)
        self._audit("key_certified", own, now, person.name)

    def _adopt_persons(self, person: PersonRecord, mine: list[Certificate], now: datetime) -> None:
        if (better := self._with_seal(person.certificate or "", mine)) is not None:
            self._store.people.put(replace(person, certificate=better.digest))
            self._audit("certificate_adopted", better, now, person.name)
        for division, digest in self._store.person_certificates.of(person.name).items():
            if (better := self._with_seal(digest, mine)) is not None:
                self._store.person_certificates.put(person.name, division, better.digest)
                self._audit("certificate_adopted", better, now, person.name)

    def _with_seal(self, digest: str, mine: list[Certificate]) -> Certificate | None:
        """The better certificate, once there is a seal that lists it: nothing can be sealed without."""
        better = self._better(digest, mine)
        seal = None if better is None else self._seal_for(better)
        if better is None or seal is None:
            return None
        self._store.meta.set(SEAL_OF + better.digest, seal.digest)
        return better

    def _seal_for(self, certificate: Certificate) -> Seal | None:
        """The newest seal that lists the certificate and whose maker stands."""
        found: list[Seal] = []
        for row in self._store.certificates.all("seal"):
            try:
                seal = parse_seal(self._station.suite, row.der)
                listed = seal.lists(self._station.suite, certificate) and seal.kind == _PERSONAL
                if listed and self._station.trust.revoked_before(seal.maker, FOREVER) is None:
                    found.append(seal)
            except SigningError:
                continue
        return max(found, key=lambda seal: (seal.created_at, seal.digest), default=None)

    def _audit(self, what: str, certificate: Certificate, now: datetime, whose: str) -> None:
        self._store.audit.append(AuditRecord(now, self._station.station, what, certificate.digest, {"whose": whose}))


_PERSONAL = KINDS["person"]


def _is_same(one: Certificate, other: Certificate) -> bool:
    return (one.usage, one.station, one.division, one.tier) == (other.usage, other.station, other.division, other.tier)
