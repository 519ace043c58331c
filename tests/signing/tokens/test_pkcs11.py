"""PKCS#11 tokens, against SoftHSM 2. It counts no wrong PINs and has no SM2."""

from pathlib import Path

import pytest

from signing.algorithms import suite
from signing.errors import KeyFileError, PinError, TokenError
from signing.tokens.pkcs11 import Pkcs11Token
from signing.tokens.token import Place, TokenSigner
from tests.signing.county import county
from tests.signing.tokens import softhsm
from tests.signing.tokens.softhsm import CODE, LABEL, PIN

P256 = suite("p256")
PLACE, OTHER = Place(LABEL, "agent"), Place(LABEL, "seal")
NEW_PIN = "911842"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    softhsm.make_token(tmp_path)
    return tmp_path


@pytest.fixture
def token(place: Path) -> Pkcs11Token:
    return Pkcs11Token(softhsm.library(), P256)


def test_a_key_is_made_on_the_token_once_and_what_it_signs_verifies(token: Pkcs11Token) -> None:
    with pytest.raises(TokenError) as none:
        token.open(PLACE, PIN)
    assert none.value.code == "no_key"
    key = token.make(PLACE, PIN)
    for message in (b"", b"yizhan letter 1\n" * 999):
        P256.verify(key.public, message, key.sign(message))
    again = token.make(PLACE, PIN)
    assert again.public == key.public
    assert token.keys() == (PLACE,)
    key.close()
    again.sign(b"still open")
    again.close()
    with pytest.raises(TokenError) as shut:
        again.sign(b"m")
    assert shut.value.code == "login"


def test_another_certificate_s_key_is_refused(token: Pkcs11Token) -> None:
    key = token.make(PLACE, PIN)
    with pytest.raises(KeyFileError) as caught:
        TokenSigner(key, county("p256").certificates["agent"])
    assert caught.value.code == "mismatch"
    key.close()
    with pytest.raises(TokenError) as other:
        token.open(PLACE, "not even tried", county("p256").private["agent"].public)
    assert other.value.code == "other_key"
    token.open(PLACE, PIN, key.public).close()


def test_a_wrong_pin_is_refused_and_shuts_what_was_open(token: Pkcs11Token) -> None:
    first, second = token.make(PLACE, PIN), token.make(OTHER, PIN)
    first.sign(b"both are open")
    with pytest.raises(PinError) as wrong:
        token.open(PLACE, "000000")
    assert wrong.value.attempts_left is None is token.attempts_left(PLACE)
    for key in (first, second):
        with pytest.raises(TokenError) as shut:
            key.sign(b"m")
        assert shut.value.code == "login"
    token.open(PLACE, PIN).close()


def test_a_key_that_a_wrong_pin_shut_stays_shut_when_another_is_opened(token: Pkcs11Token) -> None:
    first = token.make(PLACE, PIN)
    with pytest.raises(PinError):
        token.open(PLACE, "000000")
    second = token.open(PLACE, PIN)
    with pytest.raises(TokenError) as shut:
        first.sign(b"m")
    assert shut.value.code == "login"
    second.sign(b"m")
    second.close()


def test_the_pin_is_changed_by_who_knows_it_and_set_anew_by_the_unblock_code(token: Pkcs11Token) -> None:
    token.make(PLACE, PIN).close()
    with pytest.raises(PinError):
        token.change_pin(PLACE, "000000", NEW_PIN)
    with pytest.raises(TokenError) as form:
        token.change_pin(PLACE, PIN, "1")
    assert form.value.code == "pin_form"
    token.change_pin(PLACE, PIN, NEW_PIN)
    token.open(PLACE, NEW_PIN).close()
    with pytest.raises(PinError):
        token.unblock(PLACE, "00000000", PIN)
    token.unblock(PLACE, CODE, PIN)
    with pytest.raises(PinError):
        token.open(PLACE, NEW_PIN)
    token.open(PLACE, "７３５１６４").close()


def test_a_token_that_is_pulled_out_says_so_and_comes_back_with_its_pin(token: Pkcs11Token, place: Path) -> None:
    key = token.make(PLACE, PIN)
    softhsm.pull_out(place)
    with pytest.raises(TokenError) as gone:
        key.sign(b"while it is out")
    assert gone.value.code == "gone" and not key.is_there
    with pytest.raises(TokenError) as absent:
        token.open(PLACE, PIN)
    assert absent.value.code == "absent" and token.attempts_left(PLACE) is None
    softhsm.put_back(place)
    with pytest.raises(TokenError) as shut:
        key.sign(b"m")
    assert shut.value.code == "login"
    token.open(PLACE, PIN, key.public).close()


def test_a_token_that_is_plugged_in_later_is_seen(token: Pkcs11Token, place: Path) -> None:
    with pytest.raises(TokenError) as absent:
        token.make(Place("second", "agent"), PIN)
    assert absent.value.code == "absent"
    softhsm.make_token(place, "second")
    token.make(Place("second", "agent"), PIN).close()


def test_a_library_that_is_none_and_another_suite_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p11.so").write_bytes(b"nothing")
    for path in (str(tmp_path / "p11.so"), str(tmp_path / "missing.so"), "libcrypto.so.3"):
        with pytest.raises(TokenError) as caught:
            Pkcs11Token(path, P256)
        assert caught.value.code == "no_library"
    with pytest.raises(TokenError) as unable:
        Pkcs11Token(softhsm.library(), suite("gm"))
    assert unable.value.code == "unable"
