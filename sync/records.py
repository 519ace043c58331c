"""Records: `kind SP length LF`, `length` bytes, `LF`, again and again. The inside of a parcel, an exchange and a bundle."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sync.errors import RecordError

HEAD = re.compile(rb"([a-z_]{1,32}) (0|[1-9][0-9]{0,8})\n")
"""The line before a record's content."""

MAX_HEAD_BYTES = 32 + 1 + 9 + 1
"""The longest such line."""


@dataclass(frozen=True)
class Record:
    """One record: what kind, and its content."""

    kind: str
    data: bytes


def record_head(kind: str, length: int) -> bytes:
    """The line before a content of `length` bytes.

    Raises:
        ValueError: no such kind or length can be written.
    """
    head = f"{kind} {length}\n".encode("ascii")
    if not HEAD.fullmatch(head):
        raise ValueError(f"not a record head: {kind!r} {length}")
    return head


def write_records(records: Iterable[Record]) -> bytes:
    """The records as bytes, in order.

    Raises:
        ValueError: a kind that the format has no room for.
    """
    parts: list[bytes] = []
    for record in records:
        parts += (record_head(record.kind, len(record.data)), record.data, b"\n")
    return b"".join(parts)


def read_records(data: bytes, max_count: int, max_bytes: int) -> Iterator[Record]:
    """The records in `data`, one by one; nothing is trusted. `max_bytes` bounds each content.

    Raises:
        RecordError: at the place where the bytes stop being records, or a bound is passed.
    """
    at = count = 0
    while at < len(data):
        count += 1
        if count > max_count:
            raise RecordError("too_many")
        head = HEAD.match(data, at, at + MAX_HEAD_BYTES)
        if head is None:
            raise RecordError("head")
        length = int(head[2])
        if length > max_bytes:
            raise RecordError("too_large")
        end = head.end() + length
        if end >= len(data):
            raise RecordError("cut")
        if data[end : end + 1] != b"\n":
            raise RecordError("end")
        yield Record(head[1].decode("ascii"), data[head.end() : end])
        at = end + 1


def json_bytes(value: Any) -> bytes:
    """Canonical JSON of a value whose member names are ASCII and whose numbers are integers.

    Source: RFC 8785, for that subset.

    Raises:
        ValueError: text that is not Unicode, a number that is not finite.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def read_json(data: bytes, canonical: bool = True) -> Any:
    """The value of JSON from outside. Bytes that `json_bytes` would not have written are refused, so that one value has one form.

    What is not signed may be of any form: `canonical=False`.

    Raises:
        RecordError: not JSON, not canonical, too deep, or a number that is not an integer.
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_no_float, parse_constant=_no_float)
        same = not canonical or json_bytes(value) == data
    except (ValueError, RecursionError) as error:
        raise RecordError("json") from error
    if not same:
        raise RecordError("json")
    return value


def _no_float(text: str) -> Any:
    raise ValueError(text)
