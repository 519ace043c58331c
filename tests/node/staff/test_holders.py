"""Keys wherever they are held: on a USB key (our stub of SKF, SM2) and on a PKCS#11 token (SoftHSM 2, P-256), as the keyring opens them."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.config import KeySettings, PolicySettings
from node.enrolment.founding import NewPerson, NewStation, enrol_person, found_station
from node.enrolment.office import opened
from node.errors import NotAllowedError
from node.folder import StationFolder
from node.roles import Tier
from node.staff.holders import Holders
from node.staff.keyring import Keyring
from node.staff.people import Person
from node.staff.tokens import Tokens, holder_of, open_token_key
from node.store import Store
from signing.algorithms import suite as suite_of
from signing.custody import PinCustodian
from signing.errors import PinError, PinLockedError, TokenError
from signing.keys import machine_secret, open_key_file
from signing.tokens.skf import skf_token
from tests.fakes import SetClock
from tests.signing.tokens import softhsm
from tests.signing.tokens.stub import PIN, TRIES, Drawer, library

GM = suite_of("gm")
FILE_PIN, NEW_PIN = "739164", "911842"
NAME, DEVICE = "skf:YIZHAN/approver", "ukey"
APPROVER = Person("approver", "示例审批员", ("approver",), "session one")
OTHER_TAB = replace(APPROVER, session_id="session two")
UKEY = KeySettings(skf=library(64), skf_long=64)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county of suite gm whose approver's key was moved from its file to a token."""
    folder = tmp_path_factory.mktemp("county")
    found_station(folder, NewStation("示例县", Tier.COUNTY, "131025000000", suite="gm"), None, SetClock())
    enrol_person(folder, NewPerson("approver", "示例审批员", ("approver",), "xiancheng-1694-nan", FILE_PIN), None, SetClock())
    with opened(folder, SetClock()) as office:
        record = office.store.people.get("approver")
        assert record is not None and record.key_name is not None
        path, secret = office.folder.personal_key(record.key_name), machine_secret(office.folder.machine_secret)
        private = open_key_file(path, GM, FILE_PIN, secret)
        assert private.scalar is not None
        path.unlink()
        (folder / "scalar").write_text(private.scalar.hex())
        office.store.people.put(replace(record, key_name=NAME))
    return folder


@pytest.fixture
def store(place: Path) -> Iterator[Store]:
    with opened(place, SetClock()) as office:
        yield office.store


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def drawer(place: Path, drawer: Drawer) -> Drawer:
    """The approver's token is plugged in."""
    drawer.plug_in(DEVICE, "YIZHAN/approver", scalars=((place / "scalar").read_text(),))
    return drawer


def holders_of(place: Path, store: Store, settings: KeySettings = UKEY, suite: str = "gm") -> Holders:
    return Holders(StationFolder(place), suite_of(suite), store, Tokens(settings, suite_of(suite)))


@pytest.fixture
def keyring(place: Path, store: Store, clock: SetClock, drawer: Drawer) -> Keyring:
    return Keyring(holders_of(place, store), GM, store, clock, PolicySettings(key_minutes=10, key_uses=3))


def code(keyring: Keyring, person: Person, pin: str | None = None) -> str:
    with pytest.raises((NotAllowedError, TokenError)) as caught:
        keyring.open(person, pin)
    return str(vars(caught.value)["code"])


def test_a_key_on_a_token_opens_and_seals_like_one_in_a_file(keyring: Keyring) -> None:
    opened_key = keyring.open(APPROVER, PIN)
    GM.verify(opened_key.signer.certificate.public_key, b"letter", opened_key.signer.sign(b"letter"))
    assert opened_key.person_name == "approver" and opened_key.seal
    assert opened_key.custodian is None, "a key that is not in memory opens no seal's slot"
    assert keyring.holder(APPROVER) == "skf" == holder_of(NAME)


def test_the_window_keeps_the_tokens_login_for_so_many_uses_and_minutes(keyring: Keyring, clock: SetClock) -> None:
    keyring.open(APPROVER, PIN)
    for _ in range(2):
        keyring.open(APPROVER, None).signer.sign(b"letter")
    assert code(keyring, APPROVER) == "pin_needed", "three uses"
    last = keyring.open(APPROVER, PIN)
    assert code(keyring, OTHER_TAB) == "pin_needed", "another session"
    clock.move(minutes=10)
    keyring.sweep(clock.now())
    with pytest.raises(TokenError) as out:
        last.signer.sign(b"letter")
    assert out.value.code == "login"
    assert code(keyring, APPROVER) == "pin_needed", "ten minutes"


def test_logging_out_takes_the_tokens_login_with_it(keyring: Keyring) -> None:
    held = keyring.open(APPROVER, PIN)
    keyring.lock(APPROVER.session_id)
    with pytest.raises(TokenError):
        held.signer.sign(b"letter")


def test_a_key_that_is_not_to_be_kept_leaves_neither_window_nor_login(keyring: Keyring, drawer: Drawer) -> None:
    held = keyring.open(APPROVER, PIN, keep=False)
    held.signer.sign(b"letter")
    assert not keyring.is_open(APPROVER)
    del held
    assert not skf_token(str(UKEY.skf), UKEY.skf_long, GM).logins


def test_a_token_that_is_pulled_out_closes_the_window(keyring: Keyring, drawer: Drawer) -> None:
    held = keyring.open(APPROVER, PIN)
    drawer.pull_out(DEVICE)
    with pytest.raises(TokenError) as gone:
        held.signer.sign(b"letter")
    assert gone.value.code == "gone" and not keyring.is_open(APPROVER)
    assert code(keyring, APPROVER) == "pin_needed"
    assert code(keyring, APPROVER, PIN) == "absent"
    drawer.put_back(DEVICE)
    assert code(keyring, APPROVER) == "pin_needed"
    keyring.open(APPROVER, PIN).signer.sign(b"letter")


def test_the_tokens_own_count_is_told_and_no_other_is_kept(keyring: Keyring, store: Store, place: Path, drawer: Drawer) -> None:
    holders = holders_of(place, store)
    for left in (3, 2, 1):
        with pytest.raises(PinError) as wrong:
            keyring.open(APPROVER, "000000")
        assert wrong.value.attempts_left == left == holders.attempts_left(NAME) == drawer.left(DEVICE)
    for pin in ("000000", PIN):
        with pytest.raises(PinLockedError):
            keyring.open(APPROVER, pin)
    assert store.pins.tried(NAME) == 0 == holders.attempts_left(NAME)


def test_somebody_elses_token_is_not_given_the_pin(keyring: Keyring, drawer: Drawer) -> None:
    drawer.pull_out(DEVICE)
    drawer.plug_in("other", "YIZHAN/approver", scalars=("11" * 32,))
    assert code(keyring, APPROVER, PIN) == "other_key"
    assert drawer.left("other") == TRIES


def test_the_pin_of_a_token_is_changed_and_unblocked(place: Path, store: Store, drawer: Drawer) -> None:
    holders = holders_of(place, store)
    holders.change_pin(NAME, PIN, NEW_PIN)
    with pytest.raises(PinError):
        holders.open(NAME, PIN)
    holders.unblock(NAME, "88112233", PIN)
    holders.open(NAME, PIN).close()
    with pytest.raises(NotAllowedError):
        holders.unblock("person-1", "88112233", PIN)


def test_without_a_library_the_key_is_missing_and_says_so(place: Path, store: Store, drawer: Drawer, tmp_path: Path) -> None:
    for settings in (KeySettings(), KeySettings(skf=str(tmp_path / "nowhere.so"))):
        holders = holders_of(place, store, settings)
        with pytest.raises(TokenError) as caught:
            holders.open(NAME, PIN)
        assert caught.value.code == "no_library"
        assert holders.missing(NAME) and holders.attempts_left(NAME) is None
    assert not holders_of(place, store).missing(NAME)


def test_a_seals_key_on_a_token_is_opened_by_its_name(drawer: Drawer) -> None:
    drawer.plug_in("seal", "YIZHAN/seal", scalars=("22" * 32,))
    key = open_token_key(Tokens(UKEY, GM), "skf:YIZHAN/seal", PIN)
    GM.verify(key.public, b"seal", key.sign(b"seal"))
    assert set(Tokens(UKEY, GM).seen()) == {NAME, "skf:YIZHAN/seal"}
    key.close()


def test_no_pin_is_ever_logged_or_printed(keyring: Keyring, place: Path, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "424242"
    with pytest.raises(PinError) as caught:
        keyring.open(APPROVER, wrong)
    opened_key, held = keyring.open(APPROVER, PIN), holders_of(place, store).open(NAME, PIN)
    told = f"{caplog.text} {caught.value!r} {opened_key!r} {held!r} {PinCustodian('ab', PIN, None)!r}"  # type: ignore[arg-type]
    told += f"{vars(held.token)} {vars(keyring)}"
    assert PIN not in told and wrong not in told
    held.close()


@pytest.fixture
def card(place: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holders:
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    softhsm.make_token(tmp_path)
    return holders_of(place, store, KeySettings(pkcs11=softhsm.library()), "p256")


def test_wrong_pins_of_a_token_that_does_not_count_are_counted_here(card: Holders, store: Store) -> None:
    name = f"pkcs11:{softhsm.LABEL}/approver"
    made, key = card.make(softhsm.PIN, name)
    assert made == name and holder_of(name) == "pkcs11"
    suite_of("p256").verify(key.public, b"letter", key.sign(b"letter"))
    key.close()
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(PinError) as wrong:
            card.open(name, "000000", key.public)
        assert wrong.value.attempts_left == left
    with pytest.raises(PinLockedError):
        card.open(name, softhsm.PIN)
    assert card.attempts_left(name) == 0
    store.pins.succeeded(name)
    card.open(name, softhsm.PIN).close()
    assert card.attempts_left(name) == 5


def test_a_token_that_is_not_plugged_in_costs_no_try(card: Holders, store: Store) -> None:
    with pytest.raises(TokenError) as absent:
        card.open("pkcs11:elsewhere/approver", softhsm.PIN)
    assert absent.value.code == "absent" and store.pins.tried("pkcs11:elsewhere/approver") == 0
