"""Which passwords and PINs are good enough. Length and not being a common one; kinds of characters only by policy."""

from functools import cache
from itertools import pairwise
from pathlib import Path

import node
from node.errors import RequestError

SHORTEST_PASSWORD = 8
SHORTEST_PIN = 6
LONGEST = 128
KINDS_OF_A_MIX = 3
COMMON_FILE = Path(node.__file__).parent / "data" / "common_passwords.txt"


def check_password(password: str, name: str, *, mix: bool = False) -> None:
    """Let a good password pass.

    Args:
        password: What was chosen.
        name: The login name, which may not be the password.
        mix: Whether it must hold three kinds of characters. Source: GB/T 22239-2019, 8.1.4.1, as counties read it.

    Raises:
        RequestError: `password_short`, `password_long`, `password_letters`, `password_name`, `password_common` or `password_mix`.
    """
    folded = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        raise RequestError("password_short", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST:
        raise RequestError("password_long", most=LONGEST)
    if not password.isprintable():
        raise RequestError("password_letters")
    if name.casefold() in folded and not folded.replace(name.casefold(), "").strip("0123456789"):
        raise RequestError("password_name")
    if folded in _common() or is_plain(folded):
        raise RequestError("password_common")
    if mix and _kinds(password) < KINDS_OF_A_MIX:
        raise RequestError("password_mix", kinds=KINDS_OF_A_MIX)


def check_pin(pin: str) -> None:
    """Let a good PIN pass.

    Raises:
        RequestError: `pin_short`, `pin_long` or `pin_plain`.
    """
    if len(pin) < SHORTEST_PIN:
        raise RequestError("pin_short", least=SHORTEST_PIN)
    if len(pin) > LONGEST:
        raise RequestError("pin_long", most=LONGEST)
    if pin.casefold() in _common() or is_plain(pin) or not pin.isprintable():
        raise RequestError("pin_plain")


def is_plain(text: str) -> bool:
    """Whether the text is one step repeated: 111111, 123456, 87654321, abcdefgh."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(steps) <= 1 and steps <= {-1, 0, 1}


def _kinds(password: str) -> int:
    tests = (str.isdigit, str.islower, str.isupper, lambda letter: not letter.isalnum())
    return sum(any(test(letter) for letter in password) for test in tests)


@cache
def _common() -> frozenset[str]:
    lines = COMMON_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
