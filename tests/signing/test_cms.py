"""The signature for ordinary readers: openssl accepts it, and there is one form only."""

import subprocess
from pathlib import Path

import pytest

from signing import cms, der
from signing.algorithms import suite
from signing.cms import AttachedSeal, check_cms, cms_room, digests, parse_cms, sign_cms
from signing.errors import MalformedError, SigningError
from tests.signing.county import NOW
from tests.signing.papers import offices

CONTENT = b"the bytes of a sample document"
SEALS = (AttachedSeal(b"\x01" * 32, b"\x02" * 32, b"signature of the person"), AttachedSeal(b"\x03" * 32, b"\x04" * 32, b"of the unit"))


def signed(seals: tuple[AttachedSeal, ...] = SEALS) -> bytes:
    office = offices("p256")["township"]
    return sign_cms(office.document, CONTENT, NOW, seals)


def test_what_was_signed_is_read_again() -> None:
    office, found = offices("p256")["township"], parse_cms(signed())
    assert found.signer.der == office.document.certificate.der and found.at == NOW and found.seals == SEALS
    assert check_cms(found, CONTENT) == ""
    assert digests(found.signer, office.chain) == tuple(suite("p256").digest(one.der) for one in office.chain)


def test_without_seals_there_is_no_unsigned_attribute() -> None:
    found = parse_cms(signed(()))
    assert found.seals == () and check_cms(found, CONTENT) == ""


def test_other_content_and_another_key_are_told_apart() -> None:
    found, other = parse_cms(signed()), offices("p256")["county"].document
    assert check_cms(found, CONTENT + b".") == "other_content"
    forged = sign_cms(other, CONTENT, NOW, ())
    assert check_cms(cms.Cms(found.signer, NOW, found.digest, parse_cms(forged).signature, ()), CONTENT) == "bad_signature"


def test_openssl_verifies_it_up_to_the_document_root(tmp_path: Path) -> None:
    office = offices("gm")["village"]
    root = next(one for one in office.chain if one.usage == "root")
    (tmp_path / "root.der").write_bytes(root.der)
    (tmp_path / "content").write_bytes(CONTENT)
    (tmp_path / "signature").write_bytes(sign_cms(office.document, CONTENT, NOW, SEALS))

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *arguments], cwd=tmp_path, capture_output=True, check=False, timeout=30)

    assert run("x509", "-inform", "DER", "-in", "root.der", "-out", "root.pem").returncode == 0
    verify = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "content", "-CAfile", "root.pem")
    done = run(*verify, "-attime", str(int(NOW.timestamp())), "-out", "out")
    assert done.returncode == 0, done.stderr
    (tmp_path / "content").write_bytes(CONTENT + b".")
    assert run(*verify, "-attime", str(int(NOW.timestamp())), "-out", "out").returncode != 0


def test_the_room_kept_is_enough_and_little_more() -> None:
    office = offices("p256")["township"]
    room = cms_room(office.document.certificate, NOW, 2)
    real = tuple(AttachedSeal(bytes(32), bytes(32), office.person.sign(bytes([place]))) for place in range(2))
    assert 0 <= room - len(signed(real)) <= 12


def test_every_octet_changed_is_refused_or_seen() -> None:
    good = signed()
    sound = parse_cms(good)
    for place in range(len(good)):
        changed = good[:place] + bytes((good[place] ^ 1 << place % 8,)) + good[place + 1 :]
        try:
            found = parse_cms(changed)
        except SigningError:
            continue
        # What the signature is not over, the document names: certificates by digest, seals by what they sign themselves.
        assert check_cms(found, CONTENT) or (found.signer, found.seals) != (sound.signer, sound.seals)


@pytest.mark.parametrize("change", ["trailing", "other_order", "twice"])
def test_a_second_spelling_is_refused(change: str) -> None:
    good = signed()
    digest = der.tlv(der.SET, der.sequence(der.oid("2.16.840.1.101.3.4.2.1")))
    other = {
        "trailing": good + b"\0",
        "other_order": good.replace(digest, der.tlv(der.SET, der.sequence(der.oid("2.16.840.1.101.3.4.2.2"))), 1),
        "twice": good + good,
    }[change]
    with pytest.raises(MalformedError):
        parse_cms(other)
