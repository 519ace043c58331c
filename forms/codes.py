"""Codes of bodies, divisions, items and certificates: what each is made of and its check; each with its standard.

Numbers of people are in `checks.py`.
"""

import re
from dataclasses import dataclass

from forms.checks import is_credit_code

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ITEM = re.compile(r"([0-9A-Z]{18})([1-6])([0-9]{12})([0-9]{2})?")
_DIVISION = re.compile(r"[1-8][0-9]{5}(?:[0-9]{3}(?:[0-9]{3})?)?")
_CERTIFICATE = re.compile(r"1\.2\.156\.3005\.2\.([0-9A-Z]{18}[0-9]{3})\.([0-9A-Z]{6,18})\.([0-9A-Z]{1,40})\.([0-9]{3})\.([0-9A-Z])")
CERTIFICATE_ROOT = "1.2.156.3005.2"
LEVELS = {6: "county", 9: "township", 12: "village"}


def is_organisation_code(code: str) -> bool:
    """Whether this is an organisation code (组织机构代码) of 9 characters with its check character.

    Source: GB 11714-1997: weights 3 7 9 10 5 8 4 2, mod 11.
    """
    if not _ORGANISATION.fullmatch(code):
        return False
    total = sum(_LETTERS.index(character) * weight for character, weight in zip(code, _ORGANISATION_WEIGHTS, strict=False))
    return "0X987654321"[total % 11] == code[8]


@dataclass(frozen=True)
class CreditCode:
    """The parts of a valid unified social credit code; `body_agrees` says whether the body's own code within has its check too."""

    register: str
    kind: str
    division: str
    body: str
    body_agrees: bool


def credit_code(code: str) -> CreditCode | None:
    """The parts of a unified social credit code, None when its check character is wrong.

    Source: GB 32100-2015: register 1, kind 1, division 6, body 9 (GB 11714), check 1.
    """
    if not is_credit_code(code):
        return None
    return CreditCode(code[0], code[1], code[2:8], code[8:17], is_organisation_code(code[8:17]))


@dataclass(frozen=True)
class ItemCode:
    """The parts of an implementation code (实施编码, 31 digits) or of one of its business items (业务办理项编码, 33 digits)."""

    body: str
    level: str
    basic: str
    business: str | None


def item_code(code: str) -> ItemCode | None:
    """The parts of an item's code, None when it is none or its body has no valid credit code.

    Source: GB/T 39554.1-2020: credit code of the body 18, level 1 (4 is the county), basic code 12, business item 2.
    """
    parts = _ITEM.fullmatch(code)
    if parts is None or not is_credit_code(parts[1]):
        return None
    return ItemCode(parts[1], parts[2], parts[3], parts[4])


def division_level(code: str) -> str | None:
    """Of a division code of 6, 9 or 12 digits, filled up with zeros or not: `county`, `township` or `village`; else None.

    Source: GB/T 2260 (six digits), GB/T 10114 (three of the township), statistical code of the village (three).
    """
    if not _DIVISION.fullmatch(code) or code[2:6] == "0000":
        return None
    if len(code) == 12 and code.endswith("000"):
        code = code[:6] if code.endswith("000000") else code[:9]
    return None if len(code) > 6 and code[6:9] == "000" else LEVELS[len(code)]


@dataclass(frozen=True)
class CertificateId:
    """The parts of an electronic certificate's id (电子证照标识); `check_agrees` is false of some that others issued all the same."""

    kind: str
    issuer: str
    serial: str
    version: str
    check_agrees: bool


def certificate_id(text: str) -> CertificateId | None:
    """The parts of an electronic certificate's id, None when it has another shape.

    A check character that does not agree is a reason to look twice, not to refuse: published ones have been seen.
    Source: GB/T 36904-2018.
    """
    parts = _CERTIFICATE.fullmatch(text)
    if parts is None:
        return None
    kind, issuer, serial, version, check = parts.groups()
    return CertificateId(kind, issuer, serial, version, mod_37_36(kind + issuer + serial + version) == check)


def make_certificate_id(kind: str, issuer: str, serial: str, version: str = "001") -> str:
    """The id of an electronic certificate that we issue, with its check character.

    Raises:
        ValueError: one of the parts has another shape.
    """
    made = f"{CERTIFICATE_ROOT}.{kind}.{issuer}.{serial}.{version}.{mod_37_36(kind + issuer + serial + version)}"
    if certificate_id(made) is None:
        raise ValueError(made)
    return made


def mod_37_36(text: str) -> str:
    """The check character of digits and capital letters.

    Source: ISO 7064, MOD 37,36.

    Raises:
        ValueError: another character.
    """
    rest = 36
    for character in text:
        rest = (rest + _LETTERS.index(character)) % 36 or 36
        rest = rest * 2 % 37
    return _LETTERS[(37 - rest) % 36]
