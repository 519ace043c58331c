"""The one byte form of what is signed: RFC 8785 with integers only.

Source: RFC 8785 (JSON Canonicalization Scheme); its members sort by UTF-16 code units (3.2.3).
"""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from signing.errors import MalformedError

_LARGEST = 2**53 - 1
_DEEPEST = 200
_BEYOND_BMP, _DIGITS = b"\xf0", b"0" * 16
_SHAPES = bytes.maketrans(b"123456789[,-\xf1\xf2\xf3\xf4", b"0" * 9 + b":" * 3 + _BEYOND_BMP * 4)
"""Every digit as 0, what may stand before a number as a colon, and the first byte of whatever is beyond the BMP as one byte."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
_ENCODER_AS_SORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def canonical_bytes(value: Any) -> bytes:
    """`value` as canonical JSON in UTF-8. Lists, tuples, dicts with text keys, text, integers up to 2^53 - 1, booleans, `None`.

    Raises:
        ValueError: anything else is in it, or text that is not Unicode.
    """
    return _written(value, _inspect(value, _DEEPEST))


def _written(value: Any, beyond_bmp: bool) -> bytes:
    if beyond_bmp:
        return _ENCODER_AS_SORTED.encode(_sorted_by_utf16(value)).encode()
    return _ENCODER.encode(value).encode()


def parse_canonical(data: bytes, max_depth: int = 64) -> Any:
    """The value that `canonical_bytes` wrote as `data`; `data` is not trusted, its length is the caller's to bound.

    Raises:
        MalformedError: not the canonical bytes of any value, or nested deeper than `max_depth`.
    """
    try:
        value = _DECODER.decode(data.decode())
        # What is parsed here holds no floats; so few brackets cannot be too deep.
        is_plain = data.count(b"{") + data.count(b"[") <= max_depth and not _is_remarkable(data)
        if _written(value, not is_plain and _inspect(value, max_depth)) != data:
            raise MalformedError("json", "not canonical")
    except (ValueError, RecursionError) as error:
        raise MalformedError("json", type(error).__name__) from error
    return value


def _is_remarkable(data: bytes) -> bool:
    """Whether it must be looked at member by member: for a character beyond the BMP, or for what may be a number beyond 2^53 - 1.

    Such a number has 16 digits. A regular expression would take longer for this than all the rest of the reading.
    """
    shapes = data.translate(_SHAPES)
    return _BEYOND_BMP in shapes or b":" + _DIGITS in shapes or shapes.startswith(_DIGITS)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(text)


_DECODER = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)


def _inspect(value: Any, depth_left: int) -> bool:
    """Refuse what has no canonical form; answer whether a member's name leaves the BMP, where code point order is not UTF-16 order."""
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return False
    if isinstance(value, int):
        if not -_LARGEST <= value <= _LARGEST:
            raise ValueError("integer beyond 2^53 - 1")
        return False
    if depth_left == 0:
        raise ValueError("nested too deep")
    if isinstance(value, dict):
        beyond = _any_beyond_bmp(value)
        for member in value.values():
            if type(member) is not str:
                beyond |= _inspect(member, depth_left - 1)
        return beyond
    if isinstance(value, list | tuple):
        beyond = False
        for member in value:
            if type(member) is not str:
                beyond |= _inspect(member, depth_left - 1)
        return beyond
    raise ValueError(f"{type(value).__name__} has no canonical form")


def _any_beyond_bmp(names: Iterable[Any]) -> bool:
    for name in names:
        if not isinstance(name, str):
            raise ValueError("a member's name is not text")
        if not name.isascii() and max(name) > "\uffff":
            return True
    return False


def _sorted_by_utf16(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted_by_utf16(value[name]) for name in sorted(value, key=lambda text: text.encode("utf-16-be", "surrogatepass"))}
    if isinstance(value, list | tuple):
        return [_sorted_by_utf16(member) for member in value]
    return value
