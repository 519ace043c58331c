"""Issuing: certificates and revocation lists, made by an authority's key.

Source: RFC 5280 (4.1, 5.1).
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from signing import der
from signing.algorithms import PrivateKey, Suite
from signing.canonical import canonical_bytes
from signing.certificates import (
    AUTHORITIES,
    AUTHORITY_KEY_ID,
    BASIC_CONSTRAINTS,
    KEY_USAGE,
    PROFILE_OID,
    SUBJECT_KEY_ID,
    Certificate,
    CertificateProfile,
    basic_constraints,
    key_id_of,
    key_usage,
    parse_certificate,
)
from signing.errors import CertificateError
from signing.keys import Signer
from signing.revocations import CRL_NUMBER, REASON_CODE, REASONS, Revocation

_COUNTRY, _ORGANIZATION, _COMMON_NAME = der.oid("2.5.4.6"), der.oid("2.5.4.10"), der.oid("2.5.4.3")


class Enrolled(NamedTuple):
    """A new key and its certificate; the key is to be put in a key file."""

    private: PrivateKey
    certificate: Certificate


def enrol(suite: Suite, issuer: Signer | None, profile: CertificateProfile, not_before: datetime, not_after: datetime) -> Enrolled:
    """Make a key and certify it in one call; without an issuer it certifies itself and must be a root.

    Raises:
        CertificateError: the issuer may not certify this profile.
    """
    private = suite.generate()
    if issuer is None:
        certified = issue_root(suite, private, profile, not_before, not_after)
    else:
        certified = issue(suite, issuer, private.public, profile, not_before, not_after)
    return Enrolled(private, parse_certificate(suite, certified))


def issue_root(suite: Suite, private: PrivateKey, profile: CertificateProfile, not_before: datetime, not_after: datetime) -> bytes:
    """A county's root certificate over its own key.

    Raises:
        CertificateError: the profile is not a root's.
    """
    if profile.usage != "root" or profile.fault():
        raise CertificateError(profile.fault() or "usage")
    key_id = key_id_of(suite, private.public)
    tbs = _tbs(suite, (_distinguished_name(profile), key_id), private.public, profile, (not_before, not_after), _new_serial())
    return _signed(suite, tbs, suite.sign(private, tbs))


def issue(
    suite: Suite,
    issuer: Signer,
    public_key: bytes,
    profile: CertificateProfile,
    not_before: datetime,
    not_after: datetime,
    serial: int | None = None,
) -> bytes:
    """A certificate for somebody's `public_key`, DER. The serial is random unless given.

    Raises:
        CertificateError: nobody, or not this issuer, may certify this profile; `code` says why.
        MalformedError: `public_key` is none of this suite.
    """
    fault = profile.fault() or issuer.certificate.nesting_fault(profile)
    if fault or not_after < not_before:
        raise CertificateError(fault or "validity", issuer.certificate.digest)
    suite.check_public(public_key)
    by = issuer.certificate.subject, issuer.certificate.key_id
    tbs = _tbs(suite, by, public_key, profile, (not_before, not_after), serial or _new_serial())
    return _signed(suite, tbs, issuer.sign(tbs))


def issue_revocations(
    suite: Suite, issuer: Signer, number: int, revoked: Iterable[Revocation], issued_at: datetime, next_update: datetime
) -> bytes:
    """Revocation list `number` of an authority: all that it revoked until now, not only what is new. DER.

    Raises:
        CertificateError: the issuer is no authority.
    """
    if issuer.certificate.usage not in AUTHORITIES:
        raise CertificateError("issuer_usage", issuer.certificate.digest)
    entries = [_revoked_entry(revocation) for revocation in sorted(revoked, key=lambda revocation: revocation.serial)]
    extensions = der.sequence(
        _extension(AUTHORITY_KEY_ID, _authority_key_id(issuer.certificate.key_id)), _extension(CRL_NUMBER, der.integer(number))
    )
    tbs = der.sequence(
        der.integer(1),
        der.sequence(suite.signature_oid),
        issuer.certificate.subject,
        der.x509_time(issued_at),
        der.x509_time(next_update),
        der.sequence(*entries) if entries else b"",
        der.explicit(0, extensions),
    )
    return _signed(suite, tbs, issuer.sign(tbs))


def _revoked_entry(revocation: Revocation) -> bytes:
    reason = der.sequence(_extension(REASON_CODE, der.integer(REASONS[revocation.reason], der.ENUMERATED)))
    return der.sequence(der.integer(revocation.serial), der.x509_time(revocation.at), reason)


def _new_serial() -> int:
    return secrets.randbits(126) | 1 << 126


def _signed(suite: Suite, tbs: bytes, signature: bytes) -> bytes:
    return der.sequence(tbs, der.sequence(suite.signature_oid), der.bits(signature))


def _tbs(
    suite: Suite,
    issuer: tuple[bytes, str],
    public_key: bytes,
    profile: CertificateProfile,
    validity: tuple[datetime, datetime],
    serial: int,
) -> bytes:
    issuer_name, issuer_key_id = issuer
    extensions = der.sequence(
        _extension(BASIC_CONSTRAINTS, basic_constraints(profile), critical=True),
        _extension(KEY_USAGE, key_usage(profile), critical=True),
        _extension(SUBJECT_KEY_ID, der.octets(bytes.fromhex(key_id_of(suite, public_key)))),
        _extension(AUTHORITY_KEY_ID, _authority_key_id(issuer_key_id)),
        _extension(PROFILE_OID, der.utf8(_profile_text(profile))),
    )
    return der.sequence(
        der.explicit(0, der.integer(2)),
        der.integer(serial),
        der.sequence(suite.signature_oid),
        issuer_name,
        der.sequence(*(der.x509_time(moment) for moment in validity)),
        _distinguished_name(profile),
        public_key,
        der.explicit(3, extensions),
    )


def _extension(name: bytes, value: bytes, critical: bool = False) -> bytes:
    return der.sequence(name, der.boolean(True) if critical else b"", der.octets(value))


def _authority_key_id(key_id: str) -> bytes:
    return der.sequence(der.tlv(0x80, bytes.fromhex(key_id)))


def _profile_text(profile: CertificateProfile) -> str:
    members = {
        "usage": profile.usage,
        "station": profile.station,
        "division": profile.division,
        "tier": profile.tier,
        "roles": list(profile.roles),
        "name": profile.name,
    }
    if profile.replaces:
        members["replaces"] = profile.replaces
    return canonical_bytes(members).decode()


def _distinguished_name(profile: CertificateProfile) -> bytes:
    """C=CN, O=station or division, CN=name."""
    parts = (
        (_COUNTRY, der.printable("CN")),
        (_ORGANIZATION, der.utf8(profile.station or profile.division)),
        (_COMMON_NAME, der.utf8(profile.name)),
    )
    return der.sequence(*(der.tlv(der.SET, der.sequence(kind, value)) for kind, value in parts))
