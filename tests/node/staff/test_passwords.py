"""Passwords and PINs."""

import pytest

from node.errors import RequestError
from node.staff.passwords import check_password, check_pin, is_plain


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kT4-xqz", "password_short"),
        ("x" * 60 + "y" * 69, "password_long"),
        ("lantu\ud800kexing", "password_letters"),
        ("PassWord123", "password_common"),
        ("aaaaaaaaaa", "password_common"),
        ("98765432", "password_common"),
        ("Agent1agent1", "password_name"),
        ("agent12026", "password_name"),
    ],
)
def test_a_poor_password_is_refused_with_its_reason(password: str, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        check_password(password, "agent1")
    assert caught.value.code == code


@pytest.mark.parametrize("password", ["lantu kexing", "村口有三棵老槐树", "mtqrvlzw"])
def test_a_long_uncommon_password_of_one_kind_is_enough(password: str) -> None:
    check_password(password, "agent1")


def test_a_county_may_ask_for_kinds_of_characters() -> None:
    check_password("Lantu-kexing", "agent1", mix=True)
    with pytest.raises(RequestError) as caught:
        check_password("lantu kexing", "agent1", mix=True)
    assert caught.value.code == "password_mix"


@pytest.mark.parametrize(
    ("pin", "code"), [("82741", "pin_short"), ("123456", "pin_plain"), ("666666", "pin_plain"), ("8" + "3" * 128, "pin_long")]
)
def test_a_poor_pin_is_refused_with_its_reason(pin: str, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        check_pin(pin)
    assert caught.value.code == code


def test_a_good_pin_passes() -> None:
    check_pin("827413")
    assert not is_plain("827413")
