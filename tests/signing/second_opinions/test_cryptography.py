"""What the cryptography library says: its curves, and its own decoder of ASN.1, given the grammar of GB/T 38540-2020 once more."""

from typing import Annotated

import pytest
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from signing.algorithms import suite
from signing.seal import parse_signature, rebuild_signature
from tests.signing.county import CONTENT, NOW, SUITES, county
from tests.signing.second_opinions.programs import MESSAGE

BOTH = pytest.mark.parametrize("name", SUITES)


def test_the_cryptography_library_signs_and_verifies_p256_as_we_do() -> None:
    p256 = suite("p256")
    private = p256.generate()
    key, public = load_der_private_key(p256.dump_private(private), None), load_der_public_key(private.public)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    p256.verify(private.public, MESSAGE, key.sign(MESSAGE, ec.ECDSA(hashes.SHA256())))
    public.verify(p256.sign(private, MESSAGE), MESSAGE, ec.ECDSA(hashes.SHA256()))


@asn1.sequence
class Header:
    mark: asn1.IA5String
    version: int
    vendor: asn1.IA5String


@asn1.sequence
class Properties:
    kind: int
    name: str
    form: int
    holders: list[bytes]
    created_at: asn1.GeneralizedTime
    valid_from: asn1.GeneralizedTime
    valid_to: asn1.GeneralizedTime


@asn1.sequence
class Image:
    media: asn1.IA5String
    data: bytes
    width: int
    height: int


@asn1.sequence
class Info:
    header: Header
    seal_id: asn1.IA5String
    properties: Properties
    picture: Image


@asn1.sequence
class WholeSeal:
    info: Info
    maker: bytes
    algorithm: x509.ObjectIdentifier
    signature: asn1.BitString


@asn1.sequence
class ToSign:
    version: int
    seal: WholeSeal
    time: asn1.GeneralizedTime
    data_hash: asn1.BitString
    property_info: asn1.IA5String


@asn1.sequence
class SesSignature:
    to_sign: ToSign
    signer: bytes
    algorithm: x509.ObjectIdentifier
    signature: asn1.BitString
    timestamp: Annotated[asn1.BitString | None, asn1.Explicit(0)]


@BOTH
def test_another_decoder_reads_a_seal_signature_and_writes_it_back_byte_for_byte(name: str) -> None:
    made = county(name)
    data = rebuild_signature(made.suite, made.seals["agent"], made.certificates["agent"].der, made.sealed(), CONTENT)
    read = asn1.decode_der(SesSignature, data)
    assert asn1.encode_der(read) == data
    assert asn1.encode_der(read.to_sign) == parse_signature(made.suite, data).tbs
    assert read.to_sign.seal.info.properties.name == "示例代办员"
    assert read.to_sign.seal.info.properties.holders == [made.certificates["agent"].der]
    assert read.to_sign.time.as_datetime() == NOW
    assert read.to_sign.data_hash.as_bytes() == made.suite.hash(CONTENT)
    assert read.algorithm.dotted_string == {"gm": "1.2.156.10197.1.501", "p256": "1.2.840.10045.4.3.2"}[name]
