"""Appointing (指派) a person to act for a further village of the township: one more certificate of the same key, and a seal.

The person keeps one key and one PIN, and opens the key with it to ask. With the parent's folder at hand it is asked and granted in one go;
else the request goes up like any letter, a person at the parent confirms it, and what comes is filed by `Filing`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from node.clock import Clock
from node.config import DIVISION_DIGITS
from node.enrolment.asking import NewKey, ask_for_person, take_certificates
from node.enrolment.founding import BY_HAND, Above, registrar_of
from node.enrolment.office import opened
from node.errors import NotAllowedError, RequestError
from node.roles import Tier
from node.staff.acting import VILLAGE_NAME, Village
from node.staff.holders import Holders
from node.staff.keyring import SEAL_OF
from node.staff.tokens import Tokens
from node.station import Station
from node.store import Store
from node.store.records import AuditRecord, PersonRecord
from node.succession.register import Register
from signing.certificates import PREFIX_DIGITS, Certificate, parse_certificate
from signing.errors import SigningError
from signing.seal import parse_seal

DISMISSED = "dismissed:"
"""In `store.meta`: certificates by which nobody here acts any longer, though they may not be taken back yet."""


def appoint(place: Path, person_name: str, village: Village, pin: str, above: Above, clock: Clock) -> None:
    """Let a person of the station in `place` act for a further village, at once; the parent's folder is at hand.

    Raises:
        RequestError: as `ask`.
        NotAllowedError: as `ask`; `no_authority` the station above may not certify.
        PinError, PinLockedError: the key did not open.
    """
    with _at_home(place, clock) as (holders, station, store, register):
        request = ask(holders, station, store, person_name, village, pin, clock)
        with opened(above.parent, clock) as parent, registrar_of(parent, clock) as (registrar, _):
            taken = registrar.take(request)
            answer = registrar.confirm(taken.digest, BY_HAND)
        take_certificates(station, store, register, answer, taken.digest)
        Filing(station, store).run(clock.now())


def ask(holders: Holders, station: Station, store: Store, person_name: str, village: Village, pin: str, clock: Clock) -> bytes:
    """The request for a further village, signed by the person's key; the village's name is remembered here.

    Raises:
        RequestError: `village_wrong` no village of this township, or the person's own; `village_name_bad`.
        NotAllowedError: `no_key` the person has no certificate yet, or is disabled.
        PinError, PinLockedError, KeyFileError, TokenError: the key did not open.
    """
    record, own = _certified(station, store, person_name)
    _check(station, own, village)
    key = holders.open(record.key_name or "", pin, own.public_key)
    try:
        request = ask_for_person(station, NewKey(person_name, own.name, own.roles, (village.division,), key.public, key.sign), clock)
    finally:
        key.close()
    with store.transaction():
        store.meta.set(VILLAGE_NAME + village.division, village.name.strip())
        store.audit.append(AuditRecord(clock.now(), person_name, "village_asked", person_name, {"division": village.division}))
    return request


def dismiss(store: Store, person_name: str, division: str, at: datetime, by: str = "") -> str | None:
    """The person acts for this village no longer: the certificate's digest, which is to be revoked; None when it was so before."""
    digest = store.person_certificates.get(person_name, division)
    if digest is not None:
        with store.transaction():
            store.person_certificates.remove(person_name, division)
            store.meta.set(DISMISSED + digest, person_name)
            store.audit.append(AuditRecord(at, by, "village_dismissed", person_name, {"division": division, "certificate": digest}))
    return digest


class Filing:
    """Files certificates of further villages by whatever road they came: one of a key that lies here proves itself."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

    def run(self, now: datetime) -> None:
        """A chore: every certificate that has come for a person's key and another village, once its seal is here too."""
        if self._station.tier is not Tier.VILLAGE:
            return
        people = [one for one in self._store.people.all() if one.certificate is not None and not one.disabled]
        known = {digest for one in people for digest in self._store.person_certificates.of(one.name).values()}
        fresh = [one for one in self._certificates() if one.digest not in known]
        with self._store.transaction():
            for person in people:
                for certificate in fresh:
                    self._file(person, certificate, now)

    def _file(self, person: PersonRecord, certificate: Certificate, now: datetime) -> None:
        own = self._station.trust.get(person.certificate or "")
        is_further = certificate.public_key == own.public_key and certificate.division != own.division
        if not is_further or self._store.person_certificates.get(person.name, certificate.division) is not None:
            return
        if self._store.meta.get(DISMISSED + certificate.digest) is not None or not self._stands(certificate):
            return
        seal = self._seal_for(certificate)
        if seal is None:
            return
        self._store.meta.set(SEAL_OF + certificate.digest, seal)
        self._store.person_certificates.put(person.name, certificate.division, certificate.digest)
        facts = {"division": certificate.division, "certificate": certificate.digest}
        self._store.audit.append(AuditRecord(now, self._station.station, "village_appointed", person.name, facts))

    def _certificates(self) -> Iterable[Certificate]:
        found = (self._station.trust.get(row.digest) for row in self._store.certificates.all("certificate"))
        return (one for one in found if one.usage == "person" and self._station.is_me(one.station))

    def _stands(self, certificate: Certificate) -> bool:
        trust = self._station.trust
        try:
            return not any(trust.revoked(one) for one in trust.path(certificate))
        except SigningError:
            return False

    def _seal_for(self, certificate: Certificate) -> str | None:
        """The newest seal that lists the certificate, by its digest."""
        found = []
        for row in self._store.certificates.all("seal"):
            try:
                seal = parse_seal(self._station.suite, row.der)
            except SigningError:
                continue
            if seal.lists(self._station.suite, certificate):
                found.append((seal.created_at, seal.digest))
        return max(found)[1] if found else None


@contextmanager
def _at_home(place: Path, clock: Clock) -> Iterator[tuple[Holders, Station, Store, Register]]:
    with opened(place, clock) as office:
        trust, register = office.register()
        holders = Holders(office.folder, office.suite, office.store, Tokens(office.config.keys, office.suite))
        yield holders, office.station(trust, register), office.store, register


def _certified(station: Station, store: Store, person_name: str) -> tuple[PersonRecord, Certificate]:
    record = store.people.get(person_name)
    if record is None or record.disabled or record.practice or record.certificate is None or record.key_name is None:
        raise NotAllowedError("no_key")
    der = store.certificates.get(record.certificate, "certificate")
    if der is None:
        raise NotAllowedError("no_key")
    return record, parse_certificate(station.suite, der)


def _check(station: Station, own: Certificate, village: Village) -> None:
    code, digits = village.division, DIVISION_DIGITS[Tier.VILLAGE]
    is_code = len(code) == digits and code.isascii() and code.isdigit() and code[9:] != "000"
    in_township = code.startswith(station.station[: PREFIX_DIGITS["township"]])
    if station.tier is not Tier.VILLAGE or not is_code or not in_township or code == own.division:
        raise RequestError("village_wrong", division=code)
    if not 1 <= len(village.name.strip()) <= 64 or not village.name.isprintable():
        raise RequestError("village_name_bad")
