"""Electronic seal (电子印章) and seal signature (电子签章), version 4, and the compact form in which letters carry them.

A seal is made once by a seal maker for the certificates of its holders. A seal signature covers the whole seal, a time and the digest of
what is sealed. A compact seal names seal and certificate by digest; the full `SES_Signature` is rebuilt from them byte for byte.

Parsing keeps the original slices: signatures are verified over those, never over a re-encoding.

Source: GB/T 38540-2020, read through two open implementations; `SES_ESPictrueInfo` is the standard's spelling.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from signing import der
from signing.algorithms import Suite
from signing.certificates import Certificate, parse_certificate
from signing.errors import BadSignatureError, MalformedError, SealError
from signing.keys import Signer
from signing.seal_image import Picture

VERSION = 4
LETTER_PROPERTY = "letter:v1"
"""The propertyInfo of a seal signature over a letter."""

KINDS = {"organ": 1, "person": 2}
"""Kinds of seal: a unit's (单位章) and a person's (个人章)."""

_WHOLE_CERTIFICATES, _CERTIFICATE_DIGESTS = 1, 2
_REMEMBERED_SEALS = 128
_SEAL, _SIGNATURE = "electronic seal", "seal signature"


@dataclass(frozen=True, kw_only=True)
class Seal:
    """An electronic seal as it came. Nothing in it is believed before `verify` says so.

    `holders` are whole certificates in DER, or their digests of 32 octets.
    """

    der: bytes = field(repr=False)
    digest: str
    info: bytes = field(repr=False)
    seal_id: str
    name: str
    kind: int
    holders: tuple[bytes, ...] = field(repr=False)
    created_at: datetime
    valid_from: datetime
    valid_to: datetime
    picture: Picture = field(repr=False)
    maker: Certificate
    algorithm: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def lists(self, suite: Suite, certificate: Certificate) -> bool:
        """Whether the certificate is one of its holders'."""
        return certificate.der in self.holders or suite.hash(certificate.der) in self.holders


@dataclass(frozen=True)
class CompactSeal:
    """A seal signature as a letter carries it: two digests, the claimed time (UTC, whole seconds) and the signature value in DER."""

    signer: str
    seal: str
    at: datetime
    signature: bytes


@dataclass(frozen=True, kw_only=True)
class SealSignature:
    """A seal signature taken apart; `tbs` are the bytes its signature is over."""

    tbs: bytes = field(repr=False)
    seal: Seal
    at: datetime
    data_hash: bytes
    property_info: str
    signer: Certificate
    algorithm: bytes
    signature: bytes = field(repr=False)
    timestamp: bytes | None = field(default=None, repr=False)


def make_seal(
    suite: Suite,
    maker: Signer,
    *,
    seal_id: str,
    name: str,
    kind: str,
    holders: Sequence[Certificate],
    picture: Picture,
    created_at: datetime,
    valid_from: datetime,
    valid_to: datetime,
    vendor: str = "YIZHAN",
) -> bytes:
    """A new electronic seal, DER. `seal_id` is ASCII; `kind` is a name of `KINDS`; holders' certificates go in whole.

    Raises:
        SealError: the maker may not make it (`code` `not_a_seal_maker`, `outside_maker`), or it is never valid (`validity`).
    """
    if maker.certificate.usage != "seal_maker":
        raise SealError(6, "not_a_seal_maker")
    if not may_make(maker.certificate, KINDS[kind]) or not holders or not all(maker.certificate.covers(holder) for holder in holders):
        raise SealError(6, "outside_maker")
    if valid_to < valid_from:
        raise SealError(8, "validity")
    info = der.sequence(
        der.sequence(der.ia5("ES"), der.integer(VERSION), der.ia5(vendor)),
        der.ia5(seal_id),
        der.sequence(
            der.integer(KINDS[kind]),
            der.utf8(name),
            der.integer(_WHOLE_CERTIFICATES),
            der.sequence(*(der.octets(holder.der) for holder in holders)),
            *(der.generalized_time(moment) for moment in (created_at, valid_from, valid_to)),
        ),
        der.sequence(der.ia5(picture.media), der.octets(picture.data), der.integer(picture.width_mm), der.integer(picture.height_mm)),
    )
    return der.sequence(info, der.octets(maker.certificate.der), suite.signature_oid, der.bits(maker.sign(info)))


UNIT_KINDS = ("unit", "service", "approval")
"""Kinds of units' seals: the unit's own (公章), 便民服务专用章, 行政审批专用章."""


def kind_of(seal_id: str) -> str:
    """What the seal's number says that it is: one of `UNIT_KINDS`, `person`, or empty for none of them."""
    parts = seal_id.split("-")
    return parts[1] if len(parts) > 2 and parts[1] in (*UNIT_KINDS, "person") else ""


def may_make(maker: Certificate, kind: int) -> bool:
    """Whether such a maker may make seals of a kind: a unit's seal (单位章) is the county's to make, a personal one also the township's."""
    return kind != KINDS["organ"] or maker.tier == "county"


@lru_cache(maxsize=_REMEMBERED_SEALS)
def parse_seal(suite: Suite, data: bytes) -> Seal:
    """The seal in `data` (not trusted), its form checked, its maker's signature not. The last ones are remembered.

    Raises:
        MalformedError: not a seal.
        SealError: of another version, with an extension that must be understood, or its maker's certificate is none of ours (`code`
            `version`, `critical_extension`, `certificate`).
    """
    outer = der.Reader(_SEAL, data)
    seal = _read_seal(suite, outer)
    outer.done()
    return seal


@lru_cache(maxsize=_REMEMBERED_SEALS)
def is_made_by_its_maker(suite: Suite, data: bytes) -> bool:
    """Whether the maker's signature in this seal (parsed before) holds. Whether the maker may is another question."""
    seal = parse_seal(suite, data)
    try:
        suite.verify(seal.maker.public_key, seal.info, seal.signature)
    except BadSignatureError:
        return False
    return True


def _read_seal(suite: Suite, outer: der.Reader) -> Seal:
    data = outer.slice(der.SEQUENCE)
    whole = der.Reader(_SEAL, data).enter()
    info = whole.slice(der.SEQUENCE)
    maker, algorithm, signature = whole.octets(), whole.oid(), whole.bits()
    whole.done()
    reader = der.Reader(_SEAL, info).enter()
    _read_header(reader.enter())
    seal_id = reader.text(der.IA5)
    properties, picture = reader.enter(), reader.enter()
    if reader.more:
        _skip_extensions(reader.enter())
    reader.done()
    kind, name, holders = properties.integer(), properties.text(der.UTF8), _read_holders(properties)
    created_at, valid_from, valid_to = (properties.generalized_time() for _ in range(3))
    properties.done()
    return Seal(
        der=data,
        digest=suite.digest(data),
        info=info,
        seal_id=seal_id,
        name=name,
        kind=kind,
        holders=holders,
        created_at=created_at,
        valid_from=valid_from,
        valid_to=valid_to,
        picture=_read_picture(picture),
        maker=_read_certificate(suite, maker, step=6),
        algorithm=algorithm,
        signature=signature,
    )


def _read_certificate(suite: Suite, data: bytes, *, step: int) -> Certificate:
    """The certificate inside; one that is none of ours fails at the step that looks at it."""
    try:
        return parse_certificate(suite, data)
    except MalformedError as error:
        raise SealError(step, "certificate") from error


def _read_header(header: der.Reader) -> None:
    if header.text(der.IA5) != "ES":
        raise header.fault("not a seal")
    if header.integer() != VERSION:
        raise SealError(1, "version")
    header.text(der.IA5)
    header.done()


def _read_holders(properties: der.Reader) -> tuple[bytes, ...]:
    form, listed = properties.integer(), properties.enter()
    holders = []
    while listed.more:
        if form == _WHOLE_CERTIFICATES:
            holders.append(listed.octets())
        elif form == _CERTIFICATE_DIGESTS:
            entry = listed.enter()
            entry.text(der.PRINTABLE)
            holders.append(entry.octets())
            entry.done()
        else:
            raise listed.fault("holders")
    return tuple(holders)


def _read_picture(reader: der.Reader) -> Picture:
    picture = Picture(reader.text(der.IA5), reader.octets(), reader.integer(), reader.integer())
    reader.done()
    return picture


def _skip_extensions(extensions: der.Reader) -> None:
    for extension in extensions.each(der.SEQUENCE):
        extension.oid()
        # Open implementations write the default out, so both ways are read.
        if extension.next_tag() == der.BOOLEAN and extension.boolean():
            raise SealError(1, "critical_extension")
        extension.octets()
        extension.done()


def tbs_bytes(seal_der: bytes, at: datetime, data_hash: bytes, property_info: str = LETTER_PROPERTY) -> bytes:
    """DER of the TBS_Sign: what a seal signature is over."""
    return der.sequence(der.integer(VERSION), seal_der, der.generalized_time(at), der.bits(data_hash), der.ia5(property_info))


def sign_compact(
    suite: Suite, signer: Signer, seal_der: bytes, content: bytes, at: datetime, property_info: str = LETTER_PROPERTY
) -> CompactSeal:
    """Put the seal on `content` at the claimed time `at`, whose fraction of a second is dropped.

    Raises:
        SealError: the signer is not among the seal's holders (`step` 4).
        MalformedError: `seal_der` is no seal.
    """
    at = at.replace(microsecond=0)
    seal = parse_seal(suite, seal_der)
    if not seal.lists(suite, signer.certificate):
        raise SealError(4, "not_listed")
    signature = signer.sign(tbs_bytes(seal_der, at, suite.hash(content), property_info))
    return CompactSeal(signer.certificate.digest, seal.digest, at, signature)


def sign_full(suite: Suite, signer: Signer, seal_der: bytes, content: bytes, at: datetime, property_info: str) -> bytes:
    """Put the seal on the bytes of a document: the full SES_Signature, DER. `property_info` is ASCII and says where it belongs.

    Raises:
        SealError: the signer is not among the seal's holders (`step` 4).
        MalformedError: `seal_der` is no seal.
    """
    compact = sign_compact(suite, signer, seal_der, content, at, property_info)
    return rebuild_signature(suite, seal_der, signer.certificate.der, compact, content, property_info)


def rebuild_signature(
    suite: Suite, seal_der: bytes, signer_der: bytes, compact: CompactSeal, content: bytes, property_info: str = LETTER_PROPERTY
) -> bytes:
    """The full SES_Signature that `compact` stands for, DER, as documents embed it."""
    tbs = tbs_bytes(seal_der, compact.at, suite.hash(content), property_info)
    return der.sequence(tbs, der.octets(signer_der), suite.signature_oid, der.bits(compact.signature))


def expand(suite: Suite, seal: Seal, signer: Certificate, compact: CompactSeal, content: bytes) -> SealSignature:
    """The seal signature that `compact` stands for, without writing it out."""
    data_hash = suite.hash(content)
    return SealSignature(
        tbs=tbs_bytes(seal.der, compact.at, data_hash),
        seal=seal,
        at=compact.at,
        data_hash=data_hash,
        property_info=LETTER_PROPERTY,
        signer=signer,
        algorithm=suite.signature_oid,
        signature=compact.signature,
    )


def parse_signature(suite: Suite, data: bytes) -> SealSignature:
    """The full seal signature in `data` (not trusted), its form checked and nothing else.

    Raises:
        MalformedError: not a seal signature of ours.
        SealError: of another version, with an extension that must be understood, or a certificate in it is none of ours.
    """
    outer = der.Reader(_SIGNATURE, data)
    whole = outer.enter()
    outer.done()
    tbs, signer, algorithm, signature = whole.slice(der.SEQUENCE), whole.octets(), whole.oid(), whole.bits()
    timestamp = None
    if whole.more:
        tagged = whole.enter(0xA0)
        timestamp = tagged.bits()
        tagged.done()
    whole.done()
    reader = der.Reader(_SIGNATURE, tbs).enter()
    if reader.integer() != VERSION:
        raise SealError(1, "version")
    seal = parse_seal(suite, reader.slice(der.SEQUENCE))
    at, data_hash, property_info = reader.generalized_time(), reader.bits(), reader.text(der.IA5)
    if reader.more:
        tagged = reader.enter(0xA0)
        _skip_extensions(tagged.enter())
        tagged.done()
    reader.done()
    return SealSignature(
        tbs=tbs,
        seal=seal,
        at=at,
        data_hash=data_hash,
        property_info=property_info,
        signer=_read_certificate(suite, signer, step=7),
        algorithm=algorithm,
        signature=signature,
        timestamp=timestamp,
    )
