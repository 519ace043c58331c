"""Keys that were locked by wrong PINs, opened again by somebody of the same station who proves who it is and says why."""

from dataclasses import replace
from pathlib import Path

import pytest

from node.config import KeySettings
from node.errors import LoginError, NotAllowedError, NotFoundError, RequestError
from node.folder import StationFolder
from node.staff.holders import Holders
from node.staff.people import Person
from node.staff.tokens import Tokens
from node.staff.unlocking import PASSWORD as BY_PASSWORD
from node.staff.unlocking import PIN as BY_PIN
from node.staff.unlocking import Proof, Unlocking
from node.store.attempts import PIN_LIMIT
from signing.algorithms import suite
from signing.errors import PinError, PinLockedError
from tests.node.staff.conftest import PASSWORD, PIN, Place
from tests.signing.tokens import softhsm

ADMIN = Person("admin1", "示例管理员", ("admin",))
OFFICER = Person("officer1", "示例密钥员", ("key_officer",))
WHY = "本人到场，忘了口令"
PROVEN = Proof(BY_PASSWORD, PASSWORD)


@pytest.fixture
def unlocking(small: Place) -> Unlocking:
    for one in (ADMIN, OFFICER):
        small.village.people.add(one.name, one.display_name, one.roles, PASSWORD)
    return small.village.unlocking


def key_name(small: Place, name: str = "agent1") -> str:
    record = small.village.store.people.get(name)
    assert record is not None and record.key_name is not None
    return record.key_name


def lock(small: Place) -> None:
    for _ in range(PIN_LIMIT):
        small.village.store.pins.begin(key_name(small))


def said(small: Place) -> list[tuple[str, str, object]]:
    rows = small.village.store.audit.page(about="agent1")
    return [(one.what, one.who, one.detail.get("reason")) for one in rows if one.what.startswith("pin_un")]


@pytest.mark.parametrize("by", [ADMIN, OFFICER], ids=lambda by: by.name)
def test_a_locked_key_opens_again_with_the_same_pin(by: Person, small: Place, unlocking: Unlocking) -> None:
    lock(small)
    agent = small.village.people.person("agent1")
    with pytest.raises(PinLockedError):
        small.village.keyring.open(agent, PIN)
    unlocking.unlock(by, "agent1", PROVEN, f" {WHY} ")
    assert small.village.keyring.open(agent, PIN)
    assert said(small) == [("pin_unlocked", by.name, WHY)]


def test_it_is_proven_by_the_own_pin_too_and_a_wrong_one_is_counted(small: Place, unlocking: Unlocking) -> None:
    lock(small)
    store, private_pin = small.village.store, "604817"
    name, _ = small.village.holders.make(private_pin)
    record = store.people.get("admin1")
    assert record is not None
    store.people.put(replace(record, key_name=name))
    with pytest.raises(PinError) as wrong:
        unlocking.unlock(ADMIN, "agent1", Proof(BY_PIN, "000001"), WHY)
    assert wrong.value.attempts_left == PIN_LIMIT - 1
    assert store.pins.tried(key_name(small)) == PIN_LIMIT and said(small) == []
    unlocking.unlock(ADMIN, "agent1", Proof(BY_PIN, private_pin), WHY)
    assert store.pins.tried(key_name(small)) == 0


@pytest.mark.parametrize(
    ("by", "name", "proof", "why", "error", "code"),
    [
        (Person("agent1", "示例代办员甲", ("agent",)), "head1", PROVEN, WHY, NotAllowedError, "role"),
        (Person("agent1", "示例代办员甲", ("agent", "admin")), "agent1", PROVEN, WHY, NotAllowedError, "unlock_self"),
        (ADMIN, "head1", PROVEN, WHY, NotAllowedError, "no_key"),
        (ADMIN, "agent1", PROVEN, " ", RequestError, "unlock_reason"),
        (ADMIN, "agent1", PROVEN, "x" * 201, RequestError, "unlock_reason"),
        (ADMIN, "agent1", Proof(BY_PASSWORD, "not-the-one-1"), WHY, LoginError, "password"),
        (ADMIN, "agent1", Proof(BY_PIN, PIN), WHY, NotAllowedError, "no_key"),
        (ADMIN, "agent1", Proof("", PASSWORD), WHY, NotAllowedError, "no_key"),
    ],
)
def test_nothing_is_unlocked_without_role_proof_and_reason(
    by: Person, name: str, proof: Proof, why: str, error: type[Exception], code: str, small: Place, unlocking: Unlocking
) -> None:
    lock(small)
    with pytest.raises(error) as caught:
        unlocking.unlock(by, name, proof, why)
    assert vars(caught.value)["code"] == code
    assert small.village.store.pins.tried(key_name(small)) == PIN_LIMIT and said(small) == []
    with pytest.raises(NotFoundError):
        unlocking.unlock(ADMIN, "nobody", PROVEN, WHY)


def test_a_token_takes_its_unblock_code_and_a_new_pin(
    small: Place, unlocking: Unlocking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    softhsm.make_token(tmp_path)
    store, p256 = small.village.store, suite("p256")
    holders = Holders(StationFolder(small.folder), p256, store, Tokens(KeySettings(pkcs11=softhsm.library()), p256))
    name, key = holders.make(softhsm.PIN, f"pkcs11:{softhsm.LABEL}/agent1")
    key.close()
    record = store.people.get("agent1")
    assert record is not None
    store.people.put(replace(record, key_name=name))
    desk, fresh = Unlocking(store, small.village.people, holders, small.clock), "911842"
    for code, new, again, reason in (
        ("00000000", fresh, fresh, "unblock_refused"),
        (softhsm.CODE, fresh, "911843", "pins_differ"),
        (softhsm.CODE, "111111", "111111", "pin_plain"),
    ):
        with pytest.raises(RequestError) as caught:
            desk.unblock(ADMIN, "agent1", PROVEN, WHY, code, new, again)
        assert caught.value.code == reason
    lock(small)
    desk.unblock(ADMIN, "agent1", PROVEN, WHY, softhsm.CODE, fresh, fresh)
    holders.open(name, fresh).close()
    assert said(small) == [("pin_unblocked", "admin1", WHY)]


def test_a_key_in_a_file_has_no_unblock_code(small: Place, unlocking: Unlocking) -> None:
    with pytest.raises(NotAllowedError) as caught:
        unlocking.unblock(ADMIN, "agent1", PROVEN, WHY, "88112233", "911842", "911842")
    assert caught.value.code == "no_unblock"


def test_who_is_alone_and_locked_out_asks_for_a_new_key(small: Place, unlocking: Unlocking) -> None:
    keys = small.village.bureau.personal_keys
    with pytest.raises(NotAllowedError) as there:
        keys.new("agent1", "604817")
    assert there.value.code == "key_there"
    lock(small)
    assert keys.new("agent1", "604817")
