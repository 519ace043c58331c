"""Personal keys: PIN, attempts, and the window in which no PIN is asked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.commands.demo_county import PEOPLE
from node.config import KeySettings, PolicySettings
from node.enrolment.founding import NewPerson, NewStation, enrol_person, found_station
from node.enrolment.office import open_store_of, opened
from node.errors import NotAllowedError
from node.folder import StationFolder
from node.roles import Tier
from node.staff.holders import Holders
from node.staff.keyring import Keyring
from node.staff.people import Person
from node.staff.tokens import Tokens
from node.store import Store
from signing.algorithms import suite as suite_of
from signing.errors import KeyFileError, PinError, PinLockedError
from signing.seal import parse_seal
from tests.fakes import SetClock

SUITE = suite_of("p256")
PIN = "739164"
APPROVER = Person("approver", "示例审批员", ("approver",), "session one")
OTHER_TAB = replace(APPROVER, session_id="session two")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    found_station(folder, NewStation("示例县", Tier.COUNTY, "131025000000", suite="p256"), None, SetClock())
    enrol_person(folder, NewPerson("approver", "示例审批员", ("approver",), "xiancheng-1694-nan", PIN), None, SetClock())
    enrol_person(folder, NewPerson("admin", "示例管理员", ("admin",), "jifang-9482-men", None), None, SetClock())
    return folder


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(place: Path, clock: SetClock) -> Iterator[Store]:
    with opened(place, clock) as office:
        yield office.store
        record = office.store.people.get("approver")
        assert record is not None and record.key_name is not None
        office.store.pins.succeeded(record.key_name)


def keyring_of(place: Path, store: Store, clock: SetClock, policy: PolicySettings | None = None) -> Keyring:
    holders = Holders(StationFolder(place), SUITE, store, Tokens(KeySettings(), SUITE))
    return Keyring(holders, SUITE, store, clock, policy or PolicySettings())


@pytest.fixture
def keyring(place: Path, store: Store, clock: SetClock) -> Keyring:
    return keyring_of(place, store, clock)


def refusal(keyring: Keyring, person: Person, pin: str | None = None) -> str:
    with pytest.raises(NotAllowedError) as caught:
        keyring.open(person, pin)
    return caught.value.code


def test_the_pin_opens_a_key_that_signs_as_the_person_with_the_persons_seal(keyring: Keyring) -> None:
    personal = keyring.open(APPROVER, PIN)
    certificate = personal.signer.certificate
    SUITE.verify(certificate.public_key, b"letter", personal.signer.sign(b"letter"))
    assert (certificate.name, certificate.roles) == ("示例审批员", ("approver",))
    assert parse_seal(SUITE, personal.seal).holders == (certificate.der,)


def test_without_a_pin_and_without_a_window_a_pin_is_asked_for(keyring: Keyring) -> None:
    assert not keyring.is_open(APPROVER)
    assert refusal(keyring, APPROVER) == "pin_needed"


def test_the_window_closes_after_its_minutes(keyring: Keyring, clock: SetClock) -> None:
    keyring.open(APPROVER, PIN)
    clock.move(minutes=9)
    assert keyring.is_open(APPROVER)
    keyring.open(APPROVER, None)
    clock.move(minutes=1)
    assert not keyring.is_open(APPROVER)
    assert refusal(keyring, APPROVER) == "pin_needed"


def test_a_clock_set_back_does_not_hold_the_window_open(keyring: Keyring, clock: SetClock) -> None:
    keyring.open(APPROVER, PIN)
    clock.move(days=-1)
    assert refusal(keyring, APPROVER) == "pin_needed"


def test_the_window_closes_after_its_uses(place: Path, store: Store, clock: SetClock) -> None:
    keyring = keyring_of(place, store, clock, PolicySettings(key_uses=3))
    keyring.open(APPROVER, PIN)
    keyring.open(APPROVER, None)
    keyring.open(APPROVER, None)
    assert not keyring.is_open(APPROVER)
    assert refusal(keyring, APPROVER) == "pin_needed"


def test_a_policy_of_no_minutes_asks_every_time(place: Path, store: Store, clock: SetClock) -> None:
    keyring = keyring_of(place, store, clock, PolicySettings(key_minutes=0))
    keyring.open(APPROVER, PIN)
    assert refusal(keyring, APPROVER) == "pin_needed"


def test_the_window_is_of_one_login_and_ends_with_it(keyring: Keyring) -> None:
    keyring.open(APPROVER, PIN)
    assert not keyring.is_open(OTHER_TAB)
    assert refusal(keyring, OTHER_TAB) == "pin_needed"
    keyring.lock(APPROVER.session_id)
    assert refusal(keyring, APPROVER) == "pin_needed"


def test_the_window_is_of_one_person(keyring: Keyring) -> None:
    keyring.open(APPROVER, PIN)
    assert not keyring.is_open(replace(APPROVER, name="admin"))


def test_another_process_has_no_window(keyring: Keyring, place: Path, store: Store, clock: SetClock) -> None:
    keyring.open(APPROVER, PIN)
    assert refusal(keyring_of(place, store, clock), APPROVER) == "pin_needed"


def test_five_wrong_pins_lock_the_key_even_for_the_right_one_and_after_a_restart(
    keyring: Keyring, place: Path, store: Store, clock: SetClock
) -> None:
    left = []
    for wrong in range(5):
        with pytest.raises(PinError) as caught:
            keyring.open(APPROVER, f"90817{wrong}")
        left.append(caught.value.attempts_left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(PinLockedError):
        keyring.open(APPROVER, PIN)
    folder = StationFolder(place)
    with opened(place, clock) as office:
        again = open_store_of(folder, office.config, clock)
        with pytest.raises(PinLockedError):
            keyring_of(place, again, clock).open(APPROVER, PIN)
        again.close()


def test_a_key_that_was_locked_loses_its_open_window_too(keyring: Keyring) -> None:
    keyring.open(APPROVER, PIN)
    for _ in range(5):
        with pytest.raises(PinError):
            keyring.open(OTHER_TAB, "000001")
    with pytest.raises(PinLockedError):
        keyring.open(APPROVER, None)
    assert not keyring.is_open(APPROVER)


def test_a_right_pin_forgives_the_wrong_ones_before_it(keyring: Keyring) -> None:
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(PinError):
                keyring.open(APPROVER, "908172")
        keyring.open(APPROVER, PIN)


def test_full_width_digits_are_the_same_pin(keyring: Keyring) -> None:
    keyring.open(APPROVER, "７３９１６４")


def test_who_has_no_key_is_told_so(keyring: Keyring) -> None:
    assert refusal(keyring, Person("admin", "示例管理员", ("admin",)), PIN) == "no_key"
    assert refusal(keyring, Person("nobody", "无", ())) == "no_key"


def test_a_disabled_person_loses_an_open_window(keyring: Keyring, store: Store) -> None:
    keyring.open(APPROVER, PIN)
    record = store.people.get("approver")
    assert record is not None
    store.people.put(replace(record, disabled=True))
    try:
        assert refusal(keyring, APPROVER) == "no_key"
    finally:
        store.people.put(record)


def test_a_key_file_of_another_machine_is_a_wrong_pin_or_a_missing_secret(keyring: Keyring, place: Path) -> None:
    secret = StationFolder(place).machine_secret
    kept = secret.read_bytes()
    secret.write_bytes(bytes(32))
    try:
        with pytest.raises(PinError):
            keyring.open(APPROVER, PIN)
        secret.unlink()
        with pytest.raises(KeyFileError):
            keyring.open(APPROVER, PIN)
        assert not secret.exists()
    finally:
        secret.write_bytes(kept)


def test_the_pins_of_the_demo_are_good_enough_and_differ() -> None:
    assert len({person.pin for person in PEOPLE}) == len({person.password for person in PEOPLE}) == len(PEOPLE)
