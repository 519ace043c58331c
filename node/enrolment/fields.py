"""Reading the members of a signed document: each is of one form and bounded, or the document is none."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from node.errors import EnrolmentError

LONGEST_NAME, LONGEST_REASON, LONGEST_URL = 64, 200, 200
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DIGEST = re.compile(r"(sm3|sha256):[0-9a-f]{64}")
_WORD = re.compile(r"[a-z0-9_.\-]{1,32}")
T = TypeVar("T")
Reader = Callable[[Any], T]


def damaged(what: str) -> EnrolmentError:
    """The error of a document with a member that is not as it must be; `what` names it."""
    return EnrolmentError("document_damaged", what=what)


def members_of(value: Any, names: set[str], what: str) -> Mapping[str, Any]:
    """`value` as an object with these members and no others.

    Raises:
        EnrolmentError: it is not.
    """
    if not isinstance(value, dict) or value.keys() != names:
        raise damaged(what)
    return value


def read(members: Mapping[str, Any], name: str, reader: Reader[T]) -> T:
    """One member, read.

    Raises:
        EnrolmentError: it is not what the reader takes.
    """
    try:
        return reader(members[name])
    except (ValueError, TypeError, KeyError) as error:
        raise damaged(name) from error


def maybe(reader: Reader[T]) -> Reader[T | None]:
    """A reader that also takes null."""
    return lambda value: None if value is None else reader(value)


def several(reader: Reader[T], least: int, most: int) -> Reader[tuple[T, ...]]:
    """A reader of a list of `least` to `most`."""

    def of(value: Any) -> tuple[T, ...]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise ValueError("count")
        return tuple(reader(one) for one in value)

    return of


def one_of(*words: str) -> Reader[str]:
    """A reader of one of these words."""

    def of(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError("word")
        return value

    return of


def text(most: int) -> Reader[str]:
    """A reader of one line of text that is not blank."""

    def of(value: Any) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= most or not value.isprintable() or not value.strip():
            raise ValueError("text")
        return value

    return of


def matching(form: re.Pattern[str]) -> Reader[str]:
    """A reader of text of one form."""

    def of(value: Any) -> str:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise ValueError("form")
        return value

    return of


def digits(count: int) -> Reader[str]:
    """A reader of so many ASCII digits."""
    return matching(re.compile(rf"[0-9]{{{count}}}"))


hex_id = matching(re.compile(r"[0-9a-f]{32}"))
digest = matching(_DIGEST)
word = matching(_WORD)
station, division = digits(14), digits(12)
name = text(LONGEST_NAME)
reason = text(LONGEST_REASON)


def octets(most: int) -> Reader[bytes]:
    """A reader of base64 in its one spelling."""

    def of(value: Any) -> bytes:
        if not isinstance(value, str) or len(value) > (most + 2) // 3 * 4:
            raise ValueError("octets")
        try:
            data = base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise ValueError("octets") from error
        if not data or len(data) > most or base64_text(data) != value:
            raise ValueError("octets")
        return data

    return of


def url(value: Any) -> str:
    """The address of a door, `http://host:port`.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(text(LONGEST_URL)(value))
    fits = parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.query and not parts.fragment
    if not fits or not value.isascii() or value.endswith("/") or " " in value or parts.port == 0:
        raise ValueError("url")
    return str(value)


def moment(value: Any) -> datetime:
    """A time in UTC, whole seconds.

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(matching(_MOMENT)(value))


def moment_text(at: datetime) -> str:
    """How a document writes a time."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def base64_text(data: bytes) -> str:
    """How a document writes octets."""
    return base64.b64encode(data).decode()
