import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from signing import der, sm2
from signing.errors import BadSignatureError, DecryptionError, MalformedError, NoSm2Error
from signing.libcrypto import candidates, load
from signing.sm2 import Sm2, message_digest, system_sm2
from tests.signing.county import flipped
from tests.signing.vectors import published


def number(text: str) -> bytes:
    return der.integer(int(text, 16))


def known() -> tuple[Sm2, bytes, bytes, dict[str, Any]]:
    vector = published("sm2")
    return system_sm2(), bytes.fromhex(vector["scalar"]), bytes.fromhex("04" + vector["x"] + vector["y"]), vector


def test_the_published_signature_holds() -> None:
    crypto, _, point, vector = known()
    signature = der.sequence(number(vector["r"]), number(vector["s"]))
    crypto.verify(crypto.public_key(point), bytes.fromhex(vector["message"]), signature, bytes.fromhex(vector["identifier"]))


def test_what_is_signed_for_the_published_message_is_the_published_digest() -> None:
    _, _, point, vector = known()
    message, identifier = bytes.fromhex(vector["message"]), bytes.fromhex(vector["identifier"])
    assert message_digest(point, message, identifier).hex() == message_digest(point, message).hex() == vector["e"]


def test_the_published_ciphertext_opens() -> None:
    crypto, scalar, point, vector = known()
    ciphertext = der.sequence(
        number(vector["c1_x"]), number(vector["c1_y"]), der.octets(bytes.fromhex(vector["c3"])), der.octets(bytes.fromhex(vector["c2"]))
    )
    assert crypto.decrypt(crypto.private_key(scalar, point), ciphertext) == bytes.fromhex(vector["plain"])


def test_another_identifier_is_another_signature() -> None:
    crypto, scalar, point, _ = known()
    signature = crypto.sign(crypto.private_key(scalar, point), b"text", b"ALICE123@YAHOO.COM")
    crypto.verify(crypto.public_key(point), b"text", signature, b"ALICE123@YAHOO.COM")
    with pytest.raises(BadSignatureError):
        crypto.verify(crypto.public_key(point), b"text", signature)


def test_a_flipped_byte_of_a_signature_is_refused() -> None:
    crypto, scalar, point, _ = known()
    signature = crypto.sign(crypto.private_key(scalar, point), b"text")
    for other in (*flipped(signature), signature + b"\x00", signature[:-1], b""):
        with pytest.raises(BadSignatureError):
            crypto.verify(crypto.public_key(point), b"text", other)


def test_a_new_key_signs_and_opens() -> None:
    crypto = system_sm2()
    scalar, point = crypto.generate()
    pair, public = crypto.private_key(scalar, point), crypto.public_key(point)
    crypto.verify(public, b"", crypto.sign(pair, b""))
    assert crypto.decrypt(pair, crypto.encrypt(public, b"k" * 16)) == b"k" * 16
    other, _ = crypto.generate(), None
    with pytest.raises(DecryptionError):
        crypto.decrypt(crypto.private_key(*other), crypto.encrypt(public, b"k" * 16))


def test_points_off_the_curve_and_strangers_halves_are_refused() -> None:
    crypto, scalar, point, _ = known()
    for wrong in (point[:-1] + bytes((point[-1] ^ 1,)), b"\x04" + bytes(64), b"\x00", b"", point[:-1]):
        with pytest.raises(MalformedError):
            crypto.public_key(wrong)
    for wrong in (bytes(32), b"\x01" * 32, b"\xff" * 32):
        with pytest.raises(MalformedError):
            crypto.private_key(wrong, point)
    assert crypto.private_key(scalar, point)


def test_a_pair_that_was_proven_proves_no_other() -> None:
    crypto = system_sm2()
    (scalar, point), (other, _) = crypto.generate(), crypto.generate()
    for _ in range(2):
        crypto.private_key(scalar, point)
        with pytest.raises(MalformedError):
            crypto.private_key(other, point)


def test_a_library_that_fails_the_known_answers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sm2, "_KNOWN_CIPHERTEXT", sm2._KNOWN_CIPHERTEXT[:-1] + b"\x00")
    with pytest.raises(NoSm2Error, match="known answer"):
        Sm2()


def test_a_library_that_accepts_everything_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sm2, "verify", lambda *_: None)
    with pytest.raises(NoSm2Error, match="wrong message"):
        Sm2()


def test_no_library_is_said_with_what_was_tried() -> None:
    with pytest.raises(NoSm2Error, match="libcrypto-of-nowhere") as caught:
        Sm2(["libcrypto-of-nowhere.so"])
    assert "libcrypto-of-nowhere" in caught.value.why


def test_a_library_without_the_calls_is_passed_over() -> None:
    assert load(["libc.so.6", *candidates()])
    with pytest.raises(NoSm2Error, match=r"libc\.so\.6"):
        load(["libc.so.6"])


def test_a_libcrypto_that_is_set_up_to_give_no_sm2_away_is_refused(tmp_path: Path) -> None:
    sections = ("openssl_conf = here", "[here]", "alg_section = only", "[only]", "default_properties = fips=yes", "")
    (tmp_path / "strict.cnf").write_text("\n".join(sections), encoding="ascii")
    environment = {**os.environ, "OPENSSL_CONF": str(tmp_path / "strict.cnf")}
    done = subprocess.run([sys.executable, "-c", "from signing.sm2 import Sm2; Sm2()"], env=environment, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1].startswith("signing.errors.NoSm2Error")


def test_the_version_of_libcrypto_is_told_as_people_write_it() -> None:
    major, minor, patch = Sm2().version.split(".")
    assert int(major) >= 3 and minor.isdigit() and patch.isdigit()


def test_threads_share_keys() -> None:
    crypto, scalar, point, _ = known()
    pair, public, done = crypto.private_key(scalar, point), crypto.public_key(point), []

    def work(name: bytes) -> None:
        for _ in range(20):
            crypto.verify(public, name, crypto.sign(pair, name))
        done.append(name)

    threads = [threading.Thread(target=work, args=(bytes((number,)),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4
