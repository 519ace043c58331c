"""Reads a form package's bytes: strict JSON, and members of the types that the format names."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from forms.errors import SchemaError
from forms.expressions.evaluate import TreeError, compile_tree

MAX_PACKAGE_BYTES = 4 << 20
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_HALF_SIGN = re.compile(rb"\\u[dD][89a-fA-F]")
_CODE = re.compile(r"[a-z0-9_]{1,40}")

Reader = Callable[[Any, str], Any]
Members = Mapping[str, tuple[Reader, bool]]
"""Member name → (reader, whether it must be there)."""


def parse_json(data: bytes) -> Any:
    """The value of UTF-8 JSON text with integers only and no member twice.

    Raises:
        SchemaError: anything else, or more than `MAX_PACKAGE_BYTES`.
    """
    if len(data) > MAX_PACKAGE_BYTES:
        raise SchemaError("", "package_too_large")
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_unique)
        if _HALF_SIGN.search(data):
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # half of a sign can neither be shown nor kept
        return value
    except (ValueError, RecursionError) as error:
        raise SchemaError("", "not_json") from error


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("member twice")
    return members


def read_members(raw: Any, where: str, members: Members) -> dict[str, Any]:
    """The members of one mapping, each read by its reader; absent optional ones are left out.

    Raises:
        SchemaError: not a mapping, a member missing, unknown or of another type.
    """
    if not isinstance(raw, dict):
        raise SchemaError(where, "not_a_mapping")
    unknown = sorted(set(raw) - set(members))
    if unknown:
        raise SchemaError(f"{where}.{unknown[0]}", "unknown_member")
    found = {}
    for name, (reader, needed) in members.items():
        if name in raw:
            found[name] = reader(raw[name], f"{where}.{name}")
        elif needed:
            raise SchemaError(f"{where}.{name}", "missing_member")
    return found


def of_type(*types: type) -> Reader:
    """Lets values of these JSON types through; booleans are not integers."""

    def read(raw: Any, where: str) -> Any:
        if not isinstance(raw, types) or (isinstance(raw, bool) and bool not in types):
            raise SchemaError(where, "wrong_type")
        return raw

    return read


def one_of(*allowed: str) -> Reader:
    """Lets only these texts through."""

    def read(raw: Any, where: str) -> Any:
        if raw not in allowed:
            raise SchemaError(where, "not_allowed_here")
        return raw

    return read


def list_of(reader: Reader, most: int) -> Reader:
    """A list of at most `most` members, as a tuple."""

    def read(raw: Any, where: str) -> Any:
        if not isinstance(raw, list) or len(raw) > most:
            raise SchemaError(where, "wrong_type")
        return tuple(reader(member, f"{where}.{place}") for place, member in enumerate(raw))

    return read


def count_up_to(most: int) -> Reader:
    """An integer from 0 to `most`."""

    def read(raw: Any, where: str) -> Any:
        if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= most:
            raise SchemaError(where, "out_of_range")
        return raw

    return read


def or_null(reader: Reader) -> Reader:
    """What the reader reads, or null."""
    return lambda raw, where: None if raw is None else reader(raw, where)


def _matching(pattern: re.Pattern[str], code: str) -> Reader:
    def read(raw: Any, where: str) -> Any:
        if not isinstance(raw, str) or not pattern.fullmatch(raw):
            raise SchemaError(where, code)
        return raw

    return read


def tree(raw: Any, where: str) -> Any:
    """A rule tree that compiles."""
    try:
        compile_tree(raw)
    except TreeError as error:
        raise SchemaError(where, error.code) from error
    return raw


def is_identifier(text: str) -> bool:
    """Whether a text may be the id of a field, material, parameter or list."""
    return _ID.fullmatch(text) is not None


identifier = _matching(_ID, "not_an_id")
problem_code = _matching(_CODE, "not_a_code")
any_text = of_type(str)
any_value = of_type(str, int, bool, list, dict, type(None))
truth = of_type(bool)
mapping = of_type(dict)
