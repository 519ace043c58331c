"""What other programs say of what is made here: the openssl command, and the cryptography library's own ASN.1 and curves."""

import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import pytest
from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from signing.algorithms import suite
from signing.issuing import issue_revocations
from signing.revocations import Revocation, parse_revocations
from signing.seal import parse_signature, rebuild_signature
from tests.signing.county import CONTENT, NOW, SUITES, county

BOTH = pytest.mark.parametrize("name", SUITES)
MESSAGE = "示例：一份办件".encode()
DIGEST = {"gm": ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"], "p256": ["-digest", "sha256"]}
VERIFY_OPTIONS = {"gm": ["-vfyopt", "distid:1234567812345678"], "p256": []}


@dataclass(frozen=True)
class Openssl:
    """Runs openssl in a folder that files are put into first."""

    folder: Path

    def put(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=False, timeout=60)

    def verifies(self, name: str, public: bytes, message: bytes, signature: bytes) -> bool:
        keys = ["-pubin", "-inkey", self.put("public", public), "-keyform", "DER"]
        files = ["-in", self.put("message", message), "-sigfile", self.put("signature", signature)]
        return self.run("pkeyutl", "-verify", "-rawin", *keys, *files, *DIGEST[name]).returncode == 0


@pytest.fixture
def openssl(tmp_path: Path) -> Openssl:
    return Openssl(tmp_path)


@BOTH
def test_openssl_accepts_our_signatures_and_no_others(name: str, openssl: Openssl) -> None:
    private = county(name).private["agent"]
    signature = suite(name).sign(private, MESSAGE)
    assert openssl.verifies(name, private.public, MESSAGE, signature)
    assert not openssl.verifies(name, private.public, MESSAGE + b"x", signature)
    assert not openssl.verifies(name, county(name).private["reviewer"].public, MESSAGE, signature)


@BOTH
def test_we_accept_openssls_signatures_by_our_key_file(name: str, openssl: Openssl) -> None:
    private = county(name).private["agent"]
    key = openssl.put("private", suite(name).dump_private(private))
    signed = openssl.run(
        "pkeyutl", "-sign", "-rawin", "-inkey", key, "-keyform", "DER", "-in", openssl.put("message", MESSAGE), *DIGEST[name]
    )
    assert signed.returncode == 0, signed.stderr
    suite(name).verify(private.public, MESSAGE, signed.stdout)


@BOTH
def test_we_take_keys_that_openssl_made(name: str, openssl: Openssl) -> None:
    kind = ["-algorithm", "SM2"] if name == "gm" else ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    pem = openssl.run("genpkey", *kind)
    made = openssl.run("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", "-in", openssl.put("key.pem", pem.stdout))
    private = suite(name).load_private(made.stdout)
    assert openssl.verifies(name, private.public, MESSAGE, suite(name).sign(private, MESSAGE))


def test_openssl_opens_a_key_wrapped_with_sm2_and_we_open_openssls(openssl: Openssl) -> None:
    gm, private = suite("gm"), county("gm").private["reader"]
    key = openssl.put("private", gm.dump_private(private))
    wrapped_here = openssl.put("wrapped", gm.wrap(private.public, b"k" * 16))
    opened = openssl.run("pkeyutl", "-decrypt", "-inkey", key, "-keyform", "DER", "-in", wrapped_here)
    assert opened.stdout == b"k" * 16
    public = openssl.put("public", private.public)
    wrapped = openssl.run("pkeyutl", "-encrypt", "-pubin", "-inkey", public, "-keyform", "DER", "-in", openssl.put("plain", b"j" * 16))
    assert gm.unwrap(private, wrapped.stdout) == b"j" * 16


@BOTH
def test_openssl_digests_are_ours(name: str, openssl: Openssl) -> None:
    printed = openssl.run("dgst", f"-{suite(name).digest_name}", "-r", openssl.put("message", MESSAGE)).stdout
    assert printed.split()[0].decode() == suite(name).digest(MESSAGE).partition(":")[2]


@BOTH
def test_openssl_accepts_our_certificates_hop_by_hop(name: str, openssl: Openssl) -> None:
    made = county(name)
    for who, certificate in made.certificates.items():
        pem = openssl.run("x509", "-inform", "DER", "-in", openssl.put("der", certificate.der))
        openssl.put(f"{who}.pem", pem.stdout)
    for issuer, who in (("root", "township"), ("root", "approver"), ("township", "agent"), ("township", "reader")):
        hop = ["-partial_chain", "-trusted", f"{issuer}.pem", f"{who}.pem"]
        assert openssl.run("verify", "-x509_strict", *VERIFY_OPTIONS[name], *hop).returncode == 0
    wrong = openssl.run("verify", *VERIFY_OPTIONS[name], "-partial_chain", "-trusted", "root.pem", "agent.pem")
    assert wrong.returncode != 0


@BOTH
def test_openssl_accepts_a_roots_signature_over_itself(name: str, openssl: Openssl) -> None:
    root = county(name).certificates["root"]
    assert openssl.verifies(name, root.public_key, root.tbs, root.signature)


@BOTH
def test_openssl_reads_and_accepts_our_revocation_list(name: str, openssl: Openssl) -> None:
    made = county(name)
    revocation = Revocation(made.certificates["agent"].serial, NOW, "key_compromise")
    data = issue_revocations(made.suite, made.signer("township"), 5, [revocation], NOW, NOW + timedelta(days=30))
    printed = openssl.run("crl", "-inform", "DER", "-in", openssl.put("list", data), "-noout", "-text").stdout.decode()
    assert f"{revocation.serial:X}" in printed.replace(":", "")
    assert "Key Compromise" in printed
    # `openssl crl` and `verify -crl_check` do not hand the identifier on, so the signature is checked over the list's bytes.
    listed = parse_revocations(made.suite, data)
    assert openssl.verifies(name, made.certificates["township"].public_key, listed.tbs, listed.signature)


@BOTH
def test_openssl_accepts_both_signatures_of_a_seal_signature(name: str, openssl: Openssl) -> None:
    made = county(name)
    data = rebuild_signature(made.suite, made.seals["agent"], made.certificates["agent"].der, made.sealed(), CONTENT)
    signed = parse_signature(made.suite, data)
    assert openssl.verifies(name, signed.signer.public_key, signed.tbs, signed.signature)
    assert openssl.verifies(name, signed.seal.maker.public_key, signed.seal.info, signed.seal.signature)
    assert openssl.run("asn1parse", "-inform", "DER", "-in", openssl.put("ses", data)).returncode == 0


def test_the_cryptography_library_signs_and_verifies_p256_as_we_do() -> None:
    p256 = suite("p256")
    private = p256.generate()
    key, public = load_der_private_key(p256.dump_private(private), None), load_der_public_key(private.public)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    p256.verify(private.public, MESSAGE, key.sign(MESSAGE, ec.ECDSA(hashes.SHA256())))
    public.verify(p256.sign(private, MESSAGE), MESSAGE, ec.ECDSA(hashes.SHA256()))


# The grammar of GB/T 38540-2020 once more, declared to another decoder.


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
