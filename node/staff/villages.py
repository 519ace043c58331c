"""Appointing (指派) a person to act for a further village of the township: one more certificate of the same key, and a seal.

The person keeps one key and one PIN. Whoever certifies this station's people certifies this too; the folders of the stations above must
be at hand here, as for `people add`. What comes as an answer from the parent is filed by `file_certificate`.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from node.clock import Clock
from node.enrolment.founding import Above
from node.enrolment.issuing import BACKDATED, YEARS
from node.enrolment.office import Office, opened
from node.errors import NotAllowedError, RequestError
from node.roles import Tier
from node.staff.acting import VILLAGE_NAME, Village
from node.staff.keyring import SEAL_OF
from node.store import Store
from node.store.records import AuditRecord, PersonRecord
from signing.algorithms import Suite
from signing.certificates import PREFIX_DIGITS, Certificate, CertificateProfile, parse_certificate
from signing.issuing import issue
from signing.keys import Signer
from signing.seal import make_seal
from signing.seal_image import name_sample


@dataclass(frozen=True)
class _Made:
    certificate: Certificate
    seal: bytes


def appoint(place: Path, person_name: str, village: Village, above: Above | None, clock: Clock) -> Village:
    """Let a person of the station in `place` act for a further village; the certificate that is there for it is replaced.

    Raises:
        RequestError: `village_wrong` no village of this township, or the person's own; `village_name_bad`.
        NotAllowedError: `no_key` the person has no certificate yet, or is disabled; `no_authority` the station above may not certify.
    """
    with opened(place, clock) as office:
        record, own = _certified(office, person_name)
        _check(office, own, village)
        with _certifier(office, above, clock) as (authority, maker):
            made = _make(office.suite, authority, maker, own, village, clock.now())
        with office.store.transaction():
            _keep(office, record, village, made, clock.now())
    return village


def dismiss(store: Store, person_name: str, division: str, at: datetime) -> str | None:
    """The person acts for this village no longer: the certificate's digest, which is to be revoked; None when it was so before."""
    digest = store.person_certificates.get(person_name, division)
    if digest is not None:
        with store.transaction():
            store.person_certificates.remove(person_name, division)
            store.audit.append(AuditRecord(at, "", "village_dismissed", person_name, {"division": division, "certificate": digest}))
    return digest


def file_certificate(store: Store, suite: Suite, person_name: str, certificate: Certificate) -> None:
    """File a certificate that the parent has issued for this person's key and a further village, in the caller's transaction.

    Raises:
        NotAllowedError: `no_key` nobody is called that, it is another key's, or it is of the person's own village.
    """
    record = store.people.get(person_name)
    der = None if record is None or record.certificate is None else store.certificates.get(record.certificate, "certificate")
    own = None if der is None else parse_certificate(suite, der)
    if own is None or own.public_key != certificate.public_key or own.division == certificate.division:
        raise NotAllowedError("no_key")
    store.certificates.put(certificate.digest, certificate.der, "certificate")
    store.person_certificates.put(person_name, certificate.division, certificate.digest)


def _certified(office: Office, person_name: str) -> tuple[PersonRecord, Certificate]:
    record = office.store.people.get(person_name)
    if record is None or record.disabled or record.practice or record.certificate is None:
        raise NotAllowedError("no_key")
    der = office.store.certificates.get(record.certificate, "certificate")
    if der is None:
        raise NotAllowedError("no_key")
    return record, parse_certificate(office.suite, der)


def _check(office: Office, own: Certificate, village: Village) -> None:
    township = office.config.station.division[: PREFIX_DIGITS["township"]]
    profile = _profile(own, village.division)
    is_village = office.config.station.tier is Tier.VILLAGE and village.division.startswith(township)
    if not is_village or village.division == own.division or profile.fault():
        raise RequestError("village_wrong", division=village.division)
    if not 1 <= len(village.name) <= 64 or not village.name.isprintable() or not village.name.strip():
        raise RequestError("village_name_bad")


def _profile(own: Certificate, division: str) -> CertificateProfile:
    return CertificateProfile(usage="person", station=own.station, division=division, tier=own.tier, name=own.name, roles=own.roles)


def _make(suite: Suite, authority: Signer, maker: Signer, own: Certificate, village: Village, now: datetime) -> _Made:
    """The certificate and the seal of one village. The seal says which village it is, for everybody who reads a letter."""
    begin = now.replace(microsecond=0) - BACKDATED
    end = begin + timedelta(days=365 * YEARS["person"])
    der = issue(suite, authority, own.public_key, _profile(own, village.division), begin, end)
    certificate = parse_certificate(suite, der)
    seal = make_seal(
        suite,
        maker,
        seal_id=f"{own.station}-person-{secrets.token_hex(4)}",
        name=f"{village.name} {own.name}（样章）",
        kind="person",
        holders=[certificate],
        picture=name_sample(own.name),
        created_at=now.replace(microsecond=0),
        valid_from=certificate.not_before,
        valid_to=certificate.not_after,
    )
    return _Made(certificate, seal)


def _keep(office: Office, record: PersonRecord, village: Village, made: _Made, at: datetime) -> None:
    store, digest = office.store, office.suite.digest(made.seal)
    store.certificates.put(made.certificate.digest, made.certificate.der, "certificate")
    store.certificates.put(digest, made.seal, "seal")
    store.meta.set(SEAL_OF + made.certificate.digest, digest)
    store.meta.set(VILLAGE_NAME + village.division, village.name)
    store.person_certificates.put(record.name, village.division, made.certificate.digest)
    facts = {"division": village.division, "certificate": made.certificate.digest}
    store.audit.append(AuditRecord(at, "", "village_appointed", record.name, facts))


@contextmanager
def _certifier(office: Office, above: Above | None, clock: Clock) -> Iterator[tuple[Signer, Signer]]:
    """Who certifies here, and who makes seals."""
    if above is None:
        yield office.authority(), office.seal_maker()
        return
    with opened(above.parent, clock) as parent, opened(above.county, clock) as county:
        yield parent.authority(), county.seal_maker()
