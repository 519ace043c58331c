import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given
from hypothesis import strategies as st

from signing import der
from signing.algorithms import SUITES, Suite, suite
from signing.errors import BadSignatureError, DecryptionError, MalformedError, SigningError
from tests.signing.county import SUITES as NAMES
from tests.signing.county import county, flipped
from tests.signing.vectors import published

BOTH = pytest.mark.parametrize("name", NAMES)


def test_the_table_names_both_suites_and_no_other() -> None:
    assert tuple(SUITES) == NAMES
    with pytest.raises(ValueError):
        suite("rsa")


def test_sm3_gives_the_published_digests() -> None:
    for case in published("sm3")["cases"]:
        message = bytes.fromhex(case["message"])
        assert suite("gm").hash(message).hex() == case["digest"]
        assert suite("gm").digest(message) == f"sm3:{case['digest']}"


def test_sha_256_gives_the_published_digest() -> None:
    vector = published("sha256")
    assert suite("p256").hash(bytes.fromhex(vector["message"])).hex() == vector["digest"]


def test_sm4_gives_the_published_block() -> None:
    vector = {name: bytes.fromhex(value) for name, value in published("sm4").items() if name != "source"}
    block = Cipher(SM4(vector["key"]), ECB())
    assert block.encryptor().update(vector["plain"]) == vector["cipher"]
    assert block.decryptor().update(vector["cipher"]) == vector["plain"]


@pytest.mark.parametrize(("name", "vectors"), [("gm", "sm4_gcm"), ("p256", "aes_gcm")])
def test_a_body_is_encrypted_as_published(name: str, vectors: str) -> None:
    vector = {member: bytes.fromhex(value) for member, value in published(vectors).items() if member != "source"}
    data = vector["nonce"] + vector["cipher"] + vector["tag"]
    assert suite(name).decrypt(vector["key"], data, vector["associated"]) == vector["plain"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("secrets.token_bytes", lambda size: vector["nonce"][:size])
        assert suite(name).encrypt(vector["key"], vector["plain"], vector["associated"]) == data


def test_the_published_p256_signature_holds() -> None:
    vector = published("p256")
    p256 = suite("p256")
    prefix = p256.generate().public[:-65]
    signature = der.sequence(der.integer(int(vector["r"], 16)), der.integer(int(vector["s"], 16)))
    p256.verify(prefix + bytes.fromhex("04" + vector["x"] + vector["y"]), bytes.fromhex(vector["message"]), signature)


@BOTH
def test_digests_in_pieces_are_the_same(name: str) -> None:
    hasher = suite(name).hasher()
    hasher.update(b"one ")
    hasher.update(b"two")
    assert hasher.digest() == suite(name).digest(b"one two")
    assert suite(name).digest(b"").partition(":")[0] == suite(name).digest_name


@BOTH
def test_keys_come_back_from_pkcs8(name: str) -> None:
    algorithms = suite(name)
    private = algorithms.generate()
    again = algorithms.load_private(algorithms.dump_private(private))
    assert again.public == private.public
    algorithms.verify(private.public, b"text", algorithms.sign(again, b"text"))


@BOTH
def test_a_private_key_does_not_print_itself(name: str) -> None:
    private = suite(name).generate()
    assert private.scalar is not None
    assert private.scalar.hex() not in repr(private)
    assert str(private.scalar) not in repr(private)


@BOTH
def test_a_signature_of_another_key_or_message_is_refused(name: str) -> None:
    algorithms = suite(name)
    one, two = algorithms.generate(), algorithms.generate()
    signature = algorithms.sign(one, b"text")
    for public, message in ((two.public, b"text"), (one.public, b"texT"), (one.public, b"")):
        with pytest.raises(BadSignatureError):
            algorithms.verify(public, message, signature)


def test_keys_of_the_other_suite_are_refused() -> None:
    gm, p256 = suite("gm"), suite("p256")
    with pytest.raises(MalformedError):
        gm.verify(p256.generate().public, b"", b"")
    with pytest.raises(MalformedError):
        p256.check_public(gm.generate().public)
    with pytest.raises(MalformedError):
        gm.load_private(p256.dump_private(p256.generate()))


@BOTH
def test_a_flipped_byte_of_an_encrypted_body_is_refused(name: str) -> None:
    algorithms, key = suite(name), bytes(suite(name).key_bytes)
    data = algorithms.encrypt(key, b"plain", b"header")
    assert algorithms.decrypt(key, data, b"header") == b"plain"
    for other in (*flipped(data), data[:-1], data[:27], b""):
        with pytest.raises(DecryptionError):
            algorithms.decrypt(key, other, b"header")
    for wrong_key, associated in ((key, b"headeR"), (b"\x01" * len(key), b"header"), (b"", b"header"), (key + b"\x00", b"header")):
        with pytest.raises(DecryptionError):
            algorithms.decrypt(wrong_key, data, associated)


@BOTH
def test_the_same_body_is_never_encrypted_the_same(name: str) -> None:
    key = bytes(suite(name).key_bytes)
    assert suite(name).encrypt(key, b"", b"") != suite(name).encrypt(key, b"", b"")


@BOTH
def test_a_wrapped_key_of_another_length_is_refused(name: str) -> None:
    algorithms = suite(name)
    private = algorithms.generate()
    with pytest.raises(DecryptionError):
        algorithms.unwrap(private, algorithms.wrap(private.public, b"short"))


@given(st.sampled_from(NAMES), st.binary(max_size=200))
def test_hostile_bytes_end_in_signing_errors(name: str, data: bytes) -> None:
    algorithms: Suite = suite(name)
    private = county(name).private["reader"]
    for refuse in (
        lambda: algorithms.check_public(data),
        lambda: algorithms.load_private(data),
        lambda: algorithms.verify(private.public, b"", data),
        lambda: algorithms.unwrap(private, data),
        lambda: algorithms.decrypt(bytes(algorithms.key_bytes), data, b""),
    ):
        with pytest.raises(SigningError):
            refuse()
