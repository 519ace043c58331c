"""USB keys by SKF, against our own stub of the interface in both widths of ULONG."""

from ctypes import create_string_buffer
from pathlib import Path

import pytest

from signing.algorithms import suite
from signing.curves import Curve
from signing.errors import BadSignatureError, KeyFileError, PinError, PinLockedError, TokenError
from signing.tokens.skf import SkfToken, digest_to_sign
from signing.tokens.token import Place, TokenSigner, read_place
from tests.signing.county import county
from tests.signing.tokens.stub import CODE, PIN, TRIES, WIDTHS, Drawer, library

GM = suite("gm")
PLACE, OTHER = Place("YIZHAN", "agent"), Place("YIZHAN", "seal")
NEW_PIN = "911842"


@pytest.fixture(params=WIDTHS, ids=str)
def token(drawer: Drawer, request: pytest.FixtureRequest) -> SkfToken:
    return SkfToken(library(request.param), request.param, GM)


def scalar_of(name: str) -> str:
    private = county("gm").private[name]
    assert private.scalar is not None
    return private.scalar.hex()


def test_what_a_token_signs_verifies_as_sm2_with_sm3(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", str(PLACE), scalars=(scalar_of("agent"),))
    key = token.open(PLACE, PIN)
    assert key.public == county("gm").private["agent"].public
    for message in (b"", b"yizhan letter 1\n" * 999):
        GM.verify(key.public, message, key.sign(message))
    with pytest.raises(BadSignatureError):
        GM.verify(key.public, b"another", key.sign(b"one"))
    key.close()


def test_the_digest_is_that_of_the_published_example() -> None:
    # Source: GB/T 32918.5-2017, annex A.2: key and message of the example; Z and e as printed there.
    assert isinstance(GM, Curve)
    point = bytes.fromhex(
        "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    e = digest_to_sign(GM, point, b"message digest")
    assert e.hex().upper() == "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"


def test_a_signer_is_of_the_certificate_s_key_only(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", str(PLACE), scalars=(scalar_of("agent"),))
    key, people = token.open(PLACE, PIN), county("gm").certificates
    signer = TokenSigner(key, people["agent"])
    GM.verify(signer.certificate.public_key, b"m", signer.sign(b"m"))
    with pytest.raises(KeyFileError) as caught:
        TokenSigner(key, people["reviewer"])
    assert caught.value.code == "mismatch"
    key.close()


def test_a_wrong_pin_says_how_many_are_left_and_the_last_one_locks(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", str(PLACE), scalars=(scalar_of("agent"),))
    for left in (3, 2, 1):
        with pytest.raises(PinError) as caught:
            token.open(PLACE, "000000")
        assert caught.value.attempts_left == left == token.attempts_left(PLACE)
    for pin in ("000000", PIN):
        with pytest.raises(PinLockedError):
            token.open(PLACE, pin)
    assert token.attempts_left(PLACE) == 0


def test_an_unblock_code_opens_a_locked_token_with_a_new_pin(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", str(PLACE), scalars=(scalar_of("agent"),))
    for _ in range(TRIES):
        with pytest.raises((PinError, PinLockedError)):
            token.open(PLACE, "000000")
    with pytest.raises(PinError) as wrong:
        token.unblock(PLACE, "00000000", NEW_PIN)
    assert wrong.value.attempts_left == 3
    token.unblock(PLACE, CODE, NEW_PIN)
    with pytest.raises(PinError):
        token.open(PLACE, PIN)
    token.open(PLACE, NEW_PIN).close()
    assert token.attempts_left(PLACE) == TRIES


def test_the_pin_is_changed_by_who_knows_it(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", str(PLACE), scalars=(scalar_of("agent"),))
    with pytest.raises(PinError):
        token.change_pin(PLACE, "000000", NEW_PIN)
    with pytest.raises(TokenError) as form:
        token.change_pin(PLACE, PIN, "1")
    assert form.value.code == "pin_form"
    token.change_pin(PLACE, PIN, NEW_PIN)
    token.open(PLACE, NEW_PIN).close()


def test_a_token_that_is_pulled_out_says_so_and_its_key_stays_shut(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", str(PLACE), scalars=(scalar_of("agent"),))
    key = token.open(PLACE, PIN)
    key.sign(b"before")
    drawer.pull_out("one")
    with pytest.raises(TokenError) as gone:
        key.sign(b"while it is out")
    assert gone.value.code == "gone" and not key.is_there
    with pytest.raises(TokenError) as absent:
        token.open(PLACE, PIN)
    assert absent.value.code == "absent"
    drawer.put_back("one")
    with pytest.raises(TokenError) as shut:
        key.sign(b"after")
    assert shut.value.code == "login"
    token.open(PLACE, PIN).close()


def test_a_signature_that_is_not_the_keys_is_never_given_out(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", str(PLACE), scalars=(scalar_of("agent"),))
    key = token.open(PLACE, PIN)
    drawer.plug_in("one", str(PLACE), scalars=(scalar_of("reviewer"),))
    with pytest.raises(TokenError) as caught:
        key.sign(b"m")
    assert (caught.value.code, caught.value.detail) == ("failed", "signature")


def test_of_two_tokens_the_one_with_the_key_is_given_the_pin(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("a", str(PLACE), scalars=(scalar_of("reviewer"),), pin="000111")
    drawer.plug_in("b", str(PLACE), scalars=(scalar_of("agent"),))
    key = token.open(PLACE, PIN, county("gm").private["agent"].public)
    assert key.public == county("gm").private["agent"].public
    key.close()
    assert (drawer.left("a"), drawer.left("b")) == (TRIES, TRIES)
    drawer.pull_out("b")
    with pytest.raises(TokenError) as other:
        token.open(PLACE, PIN, county("gm").private["agent"].public)
    assert other.value.code == "other_key"
    assert drawer.left("a") == TRIES


def test_the_last_key_that_is_closed_takes_the_login_with_it(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", str(PLACE), str(OTHER), scalars=(scalar_of("agent"), scalar_of("reviewer")))
    first, second = token.open(PLACE, PIN), token.open(OTHER, PIN)
    first.close()
    second.sign(b"still open")
    with pytest.raises(TokenError) as shut:
        first.sign(b"closed")
    assert shut.value.code == "login"
    third = token.open(PLACE, PIN)
    second.close()
    third.close()
    with token._searching(PLACE, None) as found, pytest.raises(TokenError) as out:
        token._check(
            token._calls("SKF_ECCSignData", found.container, create_string_buffer(32), 32, create_string_buffer(128)), "ECCSignData"
        )
    assert out.value.code == "login"


def test_a_wrong_pin_ends_the_login_of_the_windows_before(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", str(PLACE), scalars=(scalar_of("agent"),))
    key = token.open(PLACE, PIN)
    with pytest.raises(PinError):
        token.open(PLACE, "000000")
    with pytest.raises(TokenError) as shut:
        key.sign(b"m")
    assert shut.value.code == "login"


def test_a_key_is_made_where_there_is_none_and_found_where_there_is_one(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", "YIZHAN/other", scalars=(scalar_of("reviewer"),))
    with pytest.raises(TokenError) as none:
        token.open(PLACE, PIN)
    assert none.value.code == "no_key"
    made = token.make(PLACE, PIN)
    GM.verify(made.public, b"m", made.sign(b"m"))
    again = token.make(PLACE, PIN)
    assert again.public == made.public != county("gm").private["reviewer"].public
    for key in (made, again):
        key.close()
    assert token.keys() == (Place("YIZHAN", "other"), PLACE)


def test_a_wrong_pin_makes_no_key(token: SkfToken, drawer: Drawer) -> None:
    drawer.plug_in("one", "YIZHAN/other", scalars=(scalar_of("reviewer"),))
    with pytest.raises(PinError):
        token.make(PLACE, "000000")
    assert token.keys() == (Place("YIZHAN", "other"),)


def test_a_library_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "skf.so").write_bytes(b"nothing")
    for path in (str(tmp_path / "skf.so"), str(tmp_path / "missing.so"), "libcrypto.so.3"):
        with pytest.raises(TokenError) as caught:
            SkfToken(path, 64, GM)
        assert caught.value.code == "no_library"


@pytest.mark.parametrize("text", ["", "a", "a/", "/b", "a/b/c", "a b/c", "a:b/c", "x" * 65 + "/b"])
def test_a_text_that_names_no_place_is_refused(text: str) -> None:
    with pytest.raises(TokenError) as caught:
        read_place(text)
    assert caught.value.code == "no_key"
