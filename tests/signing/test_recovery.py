"""A recovery code is typed by hand from paper: what is forgiven, what is refused, and what it opens."""

from dataclasses import replace
from typing import Any

import pytest

from signing.algorithms import suite as suite_of
from signing.errors import MalformedError, RecoveryCodeError
from signing.recovery import ALPHABET, RecoveryKey, make_recovery_key, new_code, open_recovery_key, read_code

OWNER = {"root": "sha256:" + "a" * 64, "division": "131025105201"}
CODE = new_code()


@pytest.fixture(scope="module", params=["gm", "p256"])
def suite_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def key(suite_name: str) -> RecoveryKey:
    return make_recovery_key(suite_of(suite_name), OWNER, CODE)


def test_a_code_is_eight_groups_of_four_without_letters_that_look_alike() -> None:
    groups = CODE.split("-")
    assert [len(group) for group in groups] == [4] * 8
    assert set("".join(groups)) <= set(ALPHABET) and not set("ILOU") & set(ALPHABET)
    assert new_code() != CODE


def test_small_letters_spaces_full_width_and_look_alikes_are_forgiven() -> None:
    assert read_code(CODE.lower().replace("-", " ")) == CODE
    assert read_code("".join(chr(ord(one) + 0xFEE0) for one in CODE)) == CODE
    assert read_code(CODE.replace("0", "o").replace("1", "l") + "\n") == CODE


def test_every_single_wrong_character_is_noticed() -> None:
    plain = CODE.replace("-", "")
    for place, one in enumerate(plain):
        other = ALPHABET[(ALPHABET.index(one) + 1) % 32]
        with pytest.raises(RecoveryCodeError, match="check"):
            read_code(plain[:place] + other + plain[place + 1 :])


@pytest.mark.parametrize("typed", ["", "abc", CODE[:-1], CODE + "A", CODE.replace(CODE[0], "U", 1)], ids=range(5))
def test_what_is_no_code_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(RecoveryCodeError, match="form"):
        read_code(typed)


def test_the_code_opens_its_key_and_no_other(suite_name: str, key: RecoveryKey) -> None:
    suite = suite_of(suite_name)
    secret = b"k" * suite.key_bytes
    assert suite.unwrap(open_recovery_key(suite, key, CODE), suite.wrap(key.public, secret)) == secret
    with pytest.raises(RecoveryCodeError, match="wrong"):
        open_recovery_key(suite, key, new_code())


def test_beside_another_root_division_or_public_half_the_code_does_not_open(suite_name: str, key: RecoveryKey) -> None:
    suite = suite_of(suite_name)
    for changed in (
        replace(key, owner=OWNER | {"root": "sha256:" + "b" * 64}),
        replace(key, owner=OWNER | {"division": "131025105202"}),
        replace(key, public=suite.generate().public),
    ):
        with pytest.raises(RecoveryCodeError, match="wrong"):
            open_recovery_key(suite, changed, CODE)


def test_it_is_written_and_read_as_json(key: RecoveryKey) -> None:
    assert RecoveryKey.from_json(key.to_json()) == key


@pytest.mark.parametrize(
    "change", [{"kdf": None}, {"owner": []}, {"owner": {"root": 1}}, {"public": "!"}, {"box": 7}, {"more": 1}, {"kdf": {"name": "none"}}]
)
def test_what_is_no_recovery_key_is_refused(key: RecoveryKey, change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        RecoveryKey.from_json(key.to_json() | change)


@pytest.mark.parametrize("n", [2**14, 2**18, True, "32768"])
def test_a_derivation_that_costs_nothing_or_everything_is_refused(key: RecoveryKey, n: Any) -> None:
    value = key.to_json()
    value["kdf"]["n"] = n
    with pytest.raises(MalformedError):
        RecoveryKey.from_json(value)
