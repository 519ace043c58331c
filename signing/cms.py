"""The signature for ordinary readers: CMS SignedData with P-256 and SHA-256 over bytes that stand elsewhere ("detached").

There is one form only, so the reader writes again what it has read and compares: every octet is accounted for. The national seals
travel in an unsigned attribute of ours: by it the same signature that an ordinary reader checks leads to those.

Source: RFC 5652 (CMS), RFC 5035 (signing-certificate-v2), RFC 5754 (algorithms).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from signing import der
from signing.algorithms import suite
from signing.certificates import Certificate, parse_certificate
from signing.errors import BadSignatureError
from signing.keys import Signer

SUITE = "p256"
"""Whatever a county's suite is: no ordinary reader knows another that we have."""

LONGEST_SIGNATURE = 72
"""Octets of an ECDSA or SM2 signature in DER at most."""

_DATA, _SIGNED_DATA = der.oid("1.2.840.113549.1.7.1"), der.oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE, _MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.3"), der.oid("1.2.840.113549.1.9.4")
_SIGNING_TIME, _SIGNING_CERTIFICATE = der.oid("1.2.840.113549.1.9.5"), der.oid("1.2.840.113549.1.9.16.2.47")
_SEALS = der.oid("2.25.230706981969946072353057904227299948924")
_SHA256, _ECDSA_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1")), der.sequence(der.oid("1.2.840.10045.4.3.2"))
_WHAT = "cms"


@dataclass(frozen=True)
class AttachedSeal:
    """A seal signature as the attribute carries it, the rest being known: digests of certificate and seal (32 octets), the value."""

    signer: bytes
    seal: bytes
    signature: bytes = field(repr=False)


@dataclass(frozen=True)
class Cms:
    """A signature taken apart. The signer's certificate is the only one in it."""

    signer: Certificate
    at: datetime
    digest: bytes
    signature: bytes = field(repr=False)
    seals: tuple[AttachedSeal, ...]


def sign_cms(document: Signer, content: bytes, at: datetime, seals: Sequence[AttachedSeal]) -> bytes:
    """The document key's signature over `content`, DER."""
    digest = hashlib.sha256(content).digest()
    signature = document.sign(der.tlv(der.SET, _signed_attributes(document.certificate, at, digest)))
    return _written(Cms(document.certificate, at, digest, signature, tuple(seals)))


def digests(signer: Certificate, chain: Iterable[Certificate]) -> tuple[str, ...]:
    """What names the certificates of a signature: their digests, the signer's first, the others' once each, ordered by their bytes."""
    others = sorted({each.der for each in chain} - {signer.der})
    return tuple(suite(SUITE).digest(each) for each in (signer.der, *others))


def cms_room(document: Certificate, at: datetime, seals: int) -> int:
    """How many octets such a signature has at most."""
    longest = bytes(LONGEST_SIGNATURE)
    attached = AttachedSeal(bytes(32), bytes(32), longest)
    return len(_written(Cms(document, at, bytes(32), longest, (attached,) * seals)))


def parse_cms(data: bytes) -> Cms:
    """The signature in `data` (not trusted), its form checked and nothing else.

    Raises:
        MalformedError: it is none of ours.
    """
    outer = der.Reader(_WHAT, data)
    content = outer.enter()
    outer.done()
    content.oid()
    signed = content.enter(0xA0).enter()
    signed.integer()
    signed.slice(der.SET)
    signed.slice(der.SEQUENCE)
    certificate = parse_certificate(suite(SUITE), signed.enter(0xA0).slice(der.SEQUENCE))
    cms = _read_signer(signed.enter(der.SET).enter(), certificate)
    if _written(cms) != data:
        raise outer.fault("not in the one form")
    return cms


def check_cms(cms: Cms, content: bytes) -> str:
    """What is wrong with the signature over `content`: nothing (empty), `other_content` or `bad_signature`."""
    if hashlib.sha256(content).digest() != cms.digest:
        return "other_content"
    attributes = der.tlv(der.SET, _signed_attributes(cms.signer, cms.at, cms.digest))
    try:
        suite(SUITE).verify(cms.signer.public_key, attributes, cms.signature)
    except BadSignatureError:
        return "bad_signature"
    return ""


def _read_signer(signer: der.Reader, certificate: Certificate) -> Cms:
    signer.integer()
    signer.slice(der.SEQUENCE)
    signer.slice(der.SEQUENCE)
    attributes = _read_attributes(signer.enter(0xA0))
    signer.slice(der.SEQUENCE)
    signature = signer.octets()
    seals = _read_seals(signer.enter(0xA1)) if signer.more else ()
    if attributes.keys() != {_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME, _SIGNING_CERTIFICATE}:
        raise signer.fault("signer or attributes")
    digest, time = der.Reader(_WHAT, attributes[_MESSAGE_DIGEST]).octets(), der.Reader(_WHAT, attributes[_SIGNING_TIME]).x509_time()
    return Cms(certificate, time, digest, signature, seals)


def _read_attributes(listed: der.Reader) -> dict[bytes, bytes]:
    found = {}
    for attribute in listed.each(der.SEQUENCE):
        name = attribute.oid()
        found[name] = attribute.contents(der.SET)
    return found


def _read_seals(listed: der.Reader) -> tuple[AttachedSeal, ...]:
    attribute = listed.enter()
    attribute.oid()
    rows = attribute.enter(der.SET).enter()
    return tuple(AttachedSeal(row.octets(), row.octets(), row.bits()) for row in rows.each(der.SEQUENCE))


def _written(cms: Cms) -> bytes:
    unsigned = der.tlv(0xA1, _attribute(_SEALS, _seal_rows(cms.seals))) if cms.seals else b""
    signer = der.sequence(
        der.integer(1),
        _issuer_and_serial(cms.signer),
        _SHA256,
        der.tlv(0xA0, _signed_attributes(cms.signer, cms.at, cms.digest)),
        _ECDSA_SHA256,
        der.octets(cms.signature),
        unsigned,
    )
    signed = der.sequence(
        der.integer(1),
        der.tlv(der.SET, _SHA256),
        der.sequence(_DATA),
        der.tlv(0xA0, cms.signer.der),
        der.tlv(der.SET, signer),
    )
    return der.sequence(_SIGNED_DATA, der.explicit(0, signed))


def _seal_rows(seals: Iterable[AttachedSeal]) -> bytes:
    return der.sequence(*(der.sequence(der.octets(one.signer), der.octets(one.seal), der.bits(one.signature)) for one in seals))


def _signed_attributes(signer: Certificate, at: datetime, digest: bytes) -> bytes:
    """The attributes in the order of DER, without the tag of their set."""
    certificate = der.sequence(der.sequence(der.sequence(der.octets(hashlib.sha256(signer.der).digest()))))
    attributes = (
        _attribute(_CONTENT_TYPE, _DATA),
        _attribute(_MESSAGE_DIGEST, der.octets(digest)),
        _attribute(_SIGNING_TIME, der.x509_time(at)),
        _attribute(_SIGNING_CERTIFICATE, certificate),
    )
    return b"".join(sorted(attributes))


def _attribute(name: bytes, value: bytes) -> bytes:
    return der.sequence(name, der.tlv(der.SET, value))


def _issuer_and_serial(certificate: Certificate) -> bytes:
    return der.sequence(certificate.issuer, der.integer(certificate.serial))
