"""Numbers with a check: resident id, credit code, disability certificate; each with its standard. More of bodies is in `codes.py`."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from operator import mul
from typing import Any

from forms.expressions.days import real_day

Fault = tuple[str, Mapping[str, Any]]

# Source: GB/T 2260, first two digits; 83 is used in numbers of residents from Taiwan.
PROVINCES = frozenset("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split())
DISABILITY_KINDS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
DISABILITY_LEVELS = ("一级", "二级", "三级", "四级")

_ID_18 = re.compile(r"[0-9]{17}[0-9X]")
_ID_15 = re.compile(r"[0-9]{15}")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DISABILITY = re.compile(r"[0-9]{17}[0-9X][1-7][1-4]")


def id_check_character(first_17: str) -> str:
    """The check character of a citizen number.

    Source: GB 11643-1999, check character (mod 11-2).
    """
    return "10X98765432"[sum(map(mul, map(int, first_17), _ID_WEIGHTS)) % 11]


def id_fault(number: str, today: date) -> Fault | None:
    """Why this is not a valid citizen number (公民身份号码), or None; lower-case x counts as X.

    A division code missing from today's list is no fault: abolished divisions stay in numbers.
    Source: GB 11643-1999; births before 1900 are taken for mistakes.
    """
    return _id_fault(number.upper(), today)


@lru_cache(maxsize=16)
def _id_fault(number: str, today: date) -> Fault | None:
    """The rules of a form ask this of the same few numbers again and again."""
    if _ID_15.fullmatch(number):
        return "id_15", {"upgraded": upgraded_id(number, today)}
    if not _ID_18.fullmatch(number):
        return "id_length", {}
    if number[:2] not in PROVINCES:
        return "id_province", {}
    born = _birth_in(number)
    if born is None or born.year < 1900:
        return "id_date", {}
    if born > today:
        return "id_future", {}
    return None if id_check_character(number[:17]) == number[17] else ("id_check", {})


def upgraded_id(old: str, today: date) -> str | None:
    """The 18-character form of a 15-digit number (first generation), or None when that is not valid either.

    Source: GB 11643-1999: 19 goes before the year, the check character is appended.
    """
    first_17 = f"{old[:6]}19{old[6:]}"
    number = first_17 + id_check_character(first_17)
    return number if id_fault(number, today) is None else None


def birth_in_id(number: str, today: date) -> date | None:
    """The birth date in a valid citizen number, else None."""
    return None if id_fault(number, today) else _birth_in(number)


def gender_in_id(number: str, today: date) -> str | None:
    """男 or 女 by the 17th digit of a valid citizen number, else None."""
    if id_fault(number, today):
        return None
    return "男" if int(number[16]) % 2 else "女"


def _birth_in(number: str) -> date | None:
    return real_day(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def is_credit_code(code: str) -> bool:
    """Whether this is a unified social credit code (统一社会信用代码) with its check character.

    Source: GB 32100-2015: weights 3^(i-1) mod 31.
    """
    if len(code) != 18 or any(character not in _USCC_ALPHABET for character in code):
        return False
    total = sum(_USCC_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code[:17]))
    return _USCC_ALPHABET[-total % 31] == code[17]


def disability_parts(card: str, today: date) -> tuple[str, str] | None:
    """(category, level) of a disability certificate number (残疾人证号), or None when it is not valid.

    Source: rules for the certificate: citizen number + category digit + level digit; names of both in GB/T 26341.
    """
    if not _DISABILITY.fullmatch(card) or id_fault(card[:18], today):
        return None
    return DISABILITY_KINDS[int(card[18]) - 1], DISABILITY_LEVELS[int(card[19]) - 1]


def disability_number(number: str, kind: str, level: str, today: date) -> str | None:
    """The certificate number of a citizen number, a category and a level; None when one of them is not valid."""
    if id_fault(number, today) or kind not in DISABILITY_KINDS or level not in DISABILITY_LEVELS:
        return None
    return f"{number}{DISABILITY_KINDS.index(kind) + 1}{DISABILITY_LEVELS.index(level) + 1}"
