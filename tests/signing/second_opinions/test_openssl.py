"""What the openssl command says of what is made here, and what we say of what it makes."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing import der
from signing.algorithms import suite
from signing.certificates import CertificateProfile, key_id_of, parse_certificate
from signing.errors import CertificateError
from signing.issuing import issue_revocations
from signing.revocations import Revocation, parse_revocations
from signing.seal import parse_signature, rebuild_signature
from signing.trust import TrustStore
from tests.signing.county import CONTENT, NOW, PROFILES, SUITES, county
from tests.signing.second_opinions.programs import DIGEST, KEY_KIND, MESSAGE, SIGN_OPTIONS, VERIFY_OPTIONS, Openssl

BOTH = pytest.mark.parametrize("name", SUITES)
AGENT_SERIAL = 0x5A5A5A5A


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
    pem = openssl.run("genpkey", *KEY_KIND[name])
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


# A county whose certificates and list openssl has made.


@dataclass(frozen=True)
class Theirs:
    """Certificates and a list that openssl issued in our profile."""

    certificates: dict[str, bytes]
    revocations: bytes


def issued_by(openssl: Openssl, name: str) -> Theirs:
    keys = {who: key_of(openssl, name, who) for who in ("root", "township", "agent")}
    for who, issuer, authority in (("root", "root", "pathlen:2"), ("township", "root", "pathlen:0"), ("agent", "township", "")):
        openssl.put(f"{who}.cnf", extensions(PROFILES[who][1], keys[who], keys[issuer], authority).encode())
        openssl.made("req", "-new", "-key", f"{who}.pem", "-subj", f"/CN={who}", "-out", f"{who}.csr", *SIGN_OPTIONS[name])
        by = ["-key", "root.pem"] if who == "root" else ["-CA", f"{issuer}.crt", "-CAkey", f"{issuer}.pem"]
        serial = ["-set_serial", hex(AGENT_SERIAL + len(who)) if who != "agent" else hex(AGENT_SERIAL)]
        made = ["-extfile", f"{who}.cnf", "-extensions", "ours", "-days", "700", "-out", f"{who}.crt"]
        signing = [*SIGN_OPTIONS[name], *VERIFY_OPTIONS[name]]
        openssl.made("x509", "-req", "-in", f"{who}.csr", *by, *serial, *made, *signing)
    found = {who: openssl.made("x509", "-in", f"{who}.crt", "-outform", "DER") for who in keys}
    return Theirs(found, revoked_by(openssl, name))


def key_of(openssl: Openssl, name: str, who: str) -> str:
    """A new key, and the identifier that our profile gives it."""
    openssl.made("genpkey", *KEY_KIND[name], "-out", f"{who}.pem")
    return key_id_of(suite(name), openssl.made("pkey", "-in", f"{who}.pem", "-pubout", "-outform", "DER"))


def extensions(profile: CertificateProfile, key_id: str, issuer_key_id: str, authority: str) -> str:
    """What the certificate says, as openssl is told it."""
    members = ("division", "name", "roles", "station", "tier", "usage")
    text = json.dumps({each: getattr(profile, each) for each in members}, ensure_ascii=False, separators=(",", ":"))
    octets = der.utf8(text).hex(":")
    lines = [
        f"basicConstraints = critical, CA:{'TRUE, ' + authority if authority else 'FALSE'}",
        f"keyUsage = critical, {'keyCertSign, cRLSign' if authority else 'digitalSignature, nonRepudiation'}",
        f"subjectKeyIdentifier = {key_id}",
        f"2.5.29.35 = DER:{(bytes.fromhex('30168014') + bytes.fromhex(issuer_key_id)).hex(':')}",
        f"2.25.313732811847346029838520263372414187520 = DER:{octets}",
    ]
    return "\n".join(["[ours]", *lines, ""])


def revoked_by(openssl: Openssl, name: str) -> bytes:
    """The township's list, with the agent in it."""
    ends, since = f"{NOW + timedelta(days=900):%y%m%d%H%M%SZ}", f"{NOW:%y%m%d%H%M%SZ}"
    openssl.put("index", f"R\t{ends}\t{since},keyCompromise\t{AGENT_SERIAL:X}\tunknown\t/CN=agent\n".encode())
    openssl.put("number", b"09\n")
    digest = SIGN_OPTIONS[name][0][1:]
    lines = ["[ca]", "default_ca=here", "[here]", "database=index", "crlnumber=number", f"default_md={digest}", "crl_extensions=more"]
    openssl.put("ca.cnf", "\n".join([*lines, "[more]", "authorityKeyIdentifier=keyid:always", ""]).encode())
    by = ["-cert", "township.crt", "-keyfile", "township.pem", "-crldays", "30", *SIGN_OPTIONS[name][1:]]
    openssl.made("ca", "-gencrl", "-config", "ca.cnf", *by, "-out", "list.pem")
    return openssl.made("crl", "-in", "list.pem", "-outform", "DER")


@BOTH
def test_we_believe_a_county_whose_certificates_and_list_openssl_has_made(name: str, openssl: Openssl) -> None:
    algorithms, theirs = suite(name), issued_by(openssl, name)
    trust = TrustStore(algorithms, theirs.certificates["root"])
    trust.add(theirs.certificates["township"])
    agent = parse_certificate(algorithms, theirs.certificates["agent"])
    now = datetime.now(UTC)
    assert [each.name for each in trust.path(agent, (now, now))] == ["示例代办员", "示例镇", "示例县根"]
    signature = openssl.made("pkeyutl", "-sign", "-rawin", "-inkey", "agent.pem", "-in", openssl.put("message", MESSAGE), *DIGEST[name])
    algorithms.verify(agent.public_key, MESSAGE, signature)
    assert trust.revoked(agent) is None
    assert trust.add_revocations(theirs.revocations)
    revocation = trust.revoked(agent)
    assert revocation is not None
    assert (revocation.serial, revocation.reason, revocation.at) == (AGENT_SERIAL, "key_compromise", NOW)


@BOTH
def test_a_certificate_with_the_signature_of_another_county_by_openssl_is_not_believed(name: str, openssl: Openssl) -> None:
    algorithms, theirs = suite(name), issued_by(openssl, name)
    other = Openssl(openssl.folder / "other")
    other.folder.mkdir()
    stranger = parse_certificate(algorithms, issued_by(other, name).certificates["agent"])
    trust = TrustStore(algorithms, theirs.certificates["root"])
    trust.add(theirs.certificates["township"])
    agent = parse_certificate(algorithms, theirs.certificates["agent"])
    swapped = der.sequence(agent.tbs, der.sequence(algorithms.signature_oid), der.bits(stranger.signature))
    with pytest.raises(CertificateError) as caught:
        trust.path(parse_certificate(algorithms, swapped))
    assert caught.value.code == "bad_signature"
