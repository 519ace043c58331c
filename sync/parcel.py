"""A parcel (交换包) from outside: its header and where its parts begin and end. Never what is inside."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.errors import ParcelError, RecordError
from sync.records import json_bytes, read_json

CONTEXT = b"yizhan parcel 1\n"
CLASSES = frozenset({"letters", "copies", "receipts", "catalogue", "certificates"})
RANKS = frozenset({"preview", "full"})
MAX_PARCEL_BYTES = 1 << 20
MAX_HEADER_BYTES = MAX_PARCEL_BYTES // 2
MAX_READERS = 64
MAX_ENCLOSURES = 4096
MAX_ENCLOSURE_BYTES = 999_999_999
MAX_NUMBER = 2**53 - 1
MIN_BODY_BYTES = 12 + 16
MAX_WRAPPED_CHARS = 2048
MIN_SIGNATURE_BYTES, MAX_SIGNATURE_BYTES = 8, 256

STATION = re.compile(r"[0-9]{14}")
DIGEST = re.compile(r"(?:sm3|sha256):[0-9a-f]{64}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True)
class Reader:
    """A station that may open the parcel, and the number that the maker counts for it, from 1."""

    station: str
    number: int


@dataclass(frozen=True)
class NamedEnclosure:
    """An enclosure that the parcel's letters name: id, bytes of the ciphertext, `preview` or `full`."""

    enclosure_id: str
    size_bytes: int
    rank: str


@dataclass(frozen=True)
class WrappedKey:
    """The content key for one reader: digest of its encryption certificate, and the wrapped key."""

    station: str
    certificate: str
    wrapped: bytes


@dataclass(frozen=True)
class ParcelHeader:
    """What stands on the outside of a parcel; `made_at` is text such as `2026-11-22T03:04:05Z`."""

    from_station: str
    to: tuple[Reader, ...]
    parcel_class: str
    urgent: bool
    made_at: str
    enclosures: tuple[NamedEnclosure, ...]
    keys: tuple[WrappedKey, ...]
    dictionary: str | None
    length: int
    signer: str

    @property
    def readers(self) -> tuple[str, ...]:
        """The stations it is for."""
        return tuple(reader.station for reader in self.to)


@dataclass(frozen=True)
class Parcel:
    """A parcel's bytes and its parts; nothing is verified but the form."""

    parcel_id: str
    data: bytes
    header: ParcelHeader
    body_at: int

    @property
    def associated(self) -> bytes:
        """All bytes before the body: what the body's encryption is bound to."""
        return self.data[: self.body_at]

    @property
    def body(self) -> bytes:
        """Nonce, ciphertext and tag."""
        return self.data[self.body_at : self.body_at + self.header.length]

    @property
    def signed(self) -> bytes:
        """All bytes before the signature."""
        return self.data[: self.body_at + self.header.length]

    @property
    def signature(self) -> bytes:
        """The maker station's signature, DER."""
        return self.data[self.body_at + self.header.length :]


def header_bytes(header: ParcelHeader) -> bytes:
    """The header line without its LF: canonical JSON."""
    return json_bytes(
        {
            "from": header.from_station,
            "to": [{"station": reader.station, "number": reader.number} for reader in header.to],
            "class": header.parcel_class,
            "urgent": header.urgent,
            "made_at": header.made_at,
            "enclosures": [{"id": it.enclosure_id, "size": it.size_bytes, "rank": it.rank} for it in header.enclosures],
            "keys": [_key_value(key) for key in header.keys],
            "dictionary": header.dictionary,
            "length": header.length,
            "signer": header.signer,
        }
    )


def associated_bytes(header: ParcelHeader) -> bytes:
    """All bytes of a parcel with this header that come before the body."""
    return CONTEXT + header_bytes(header) + b"\n"


def read_parcel(data: bytes, digest: Callable[[bytes], str]) -> Parcel:
    """The parcel that these bytes are; its id is `digest` of all of them.

    Raises:
        ParcelError: any byte out of place.
    """
    if len(data) > MAX_PARCEL_BYTES:
        raise ParcelError("too_large")
    if not data.startswith(CONTEXT):
        raise ParcelError("context")
    end = data.find(b"\n", len(CONTEXT), len(CONTEXT) + MAX_HEADER_BYTES + 1)
    if end < 0:
        raise ParcelError("header")
    try:
        header = _header(read_json(data[len(CONTEXT) : end]))
    except RecordError as error:
        raise ParcelError("header") from error
    if not MIN_SIGNATURE_BYTES <= len(data) - (end + 1 + header.length) <= MAX_SIGNATURE_BYTES:
        raise ParcelError("length")
    return Parcel(digest(data), data, header, end + 1)


def _key_value(key: WrappedKey) -> dict[str, str]:
    return {"station": key.station, "key": key.certificate, "wrapped": base64.b64encode(key.wrapped).decode("ascii")}


_MEMBERS = ("from", "to", "class", "urgent", "made_at", "enclosures", "keys", "dictionary", "length", "signer")


def _header(value: Any) -> ParcelHeader:
    value = _mapping(value, _MEMBERS, "header")
    readers = tuple(_reader(item) for item in _list(value["to"], 1, MAX_READERS, "to"))
    _distinct((reader.station for reader in readers), "to")
    enclosures = tuple(_enclosure(item) for item in _list(value["enclosures"], 0, MAX_ENCLOSURES, "enclosures"))
    _distinct((item.enclosure_id for item in enclosures), "enclosures")
    keys = tuple(_key(item) for item in _list(value["keys"], 0, MAX_READERS, "keys"))
    _distinct((key.station for key in keys), "keys")
    return ParcelHeader(
        from_station=_text(value["from"], STATION, "from"),
        to=readers,
        parcel_class=_one_of(value["class"], CLASSES, "class"),
        urgent=_boolean(value["urgent"], "urgent"),
        made_at=_time(value["made_at"]),
        enclosures=enclosures,
        keys=keys,
        dictionary=None if value["dictionary"] is None else _text(value["dictionary"], DIGEST, "dictionary"),
        length=_integer(value["length"], MIN_BODY_BYTES, MAX_PARCEL_BYTES, "length"),
        signer=_text(value["signer"], DIGEST, "signer"),
    )


def _reader(value: Any) -> Reader:
    value = _mapping(value, ("station", "number"), "to")
    return Reader(_text(value["station"], STATION, "to"), _integer(value["number"], 1, MAX_NUMBER, "to"))


def _enclosure(value: Any) -> NamedEnclosure:
    value = _mapping(value, ("id", "size", "rank"), "enclosures")
    size_bytes = _integer(value["size"], 1, MAX_ENCLOSURE_BYTES, "enclosures")
    return NamedEnclosure(_text(value["id"], DIGEST, "enclosures"), size_bytes, _one_of(value["rank"], RANKS, "enclosures"))


def _key(value: Any) -> WrappedKey:
    value = _mapping(value, ("station", "key", "wrapped"), "keys")
    return WrappedKey(_text(value["station"], STATION, "keys"), _text(value["key"], DIGEST, "keys"), _base64(value["wrapped"]))


def _mapping(value: Any, members: tuple[str, ...], code: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(members):
        raise ParcelError(code)
    return value


def _list(value: Any, least: int, most: int, code: str) -> list[Any]:
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise ParcelError(code)
    return value


def _text(value: Any, pattern: re.Pattern[str], code: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ParcelError(code)
    return value


def _one_of(value: Any, allowed: frozenset[str], code: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ParcelError(code)
    return value


def _integer(value: Any, least: int, most: int, code: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ParcelError(code)
    return value


def _boolean(value: Any, code: str) -> bool:
    if not isinstance(value, bool):
        raise ParcelError(code)
    return value


def _time(value: Any) -> str:
    text = _text(value, TIME, "made_at")
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError as error:
        raise ParcelError("made_at") from error
    return text


def _base64(value: Any) -> bytes:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_WRAPPED_CHARS:
        raise ParcelError("keys")
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ParcelError("keys") from error
    # Base64 has spare bits at its end: one key must have one form.
    if base64.b64encode(data).decode("ascii") != value:
        raise ParcelError("keys")
    return data


def _distinct(names: Iterable[str], code: str) -> None:
    listed = list(names)
    if len(set(listed)) != len(listed):
        raise ParcelError(code)
