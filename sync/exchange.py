"""What one exchange says in each direction, as records and back."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.boxes import Piece
from sync.errors import RecordError
from sync.parcel import DIGEST, MAX_PARCEL_BYTES
from sync.records import Record, json_bytes, read_json, read_records, write_records
from sync.wire import EnclosureState

MAX_EXCHANGE_BYTES = 4 << 20
"""The most that either side says at once."""

MAX_PARCELS = 128
MAX_RECORDS = 2048
MAX_RECEIPT_BYTES = 256 * 1024
RECEIPT_LINE = b"yizhan receipt 1\n"
"""What a receipt begins with."""

MAX_REPORT_BYTES = 4096
MAX_REPORTS_BYTES = 8192
"""Of one exchange: how stations do must not keep letters waiting."""

MAX_IDS = 256
"""Enclosures that one record names."""

MAX_STATE_RANGES = 64
LEAST_DOWN_BYTES, MOST_DOWN_BYTES = 1024, 1 << 20
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


@dataclass(frozen=True)
class Refusal:
    """A parcel that was not taken, and why (a code)."""

    parcel_id: str
    why: str


@dataclass(frozen=True)
class Letterbag:
    """One side of an exchange; `down_bytes` is what the caller wants back at most, and only the caller says it.

    `reports` go up: how stations do, as JSON. Where any came, `at` goes down: the time at the parent. `asks` go up: of which enclosures
    the caller would know how much is there; `states` come down. `held` goes up: enclosures that the caller has got whole.
    """

    receipts: tuple[bytes, ...] = ()
    refused: tuple[Refusal, ...] = ()
    parcels: tuple[bytes, ...] = ()
    down_bytes: int | None = None
    reports: tuple[bytes, ...] = ()
    at: str | None = None
    asks: tuple[str, ...] = ()
    states: Mapping[str, EnclosureState] = field(default_factory=dict)
    held: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.receipts or self.refused or self.parcels or self.reports or self.at or self.asks or self.states or self.held)

    def to_bytes(self) -> bytes:
        """As records: limits, time, reports, what is asked and told of enclosures, receipts, refused, parcels."""
        return write_records(self._records())

    def _records(self) -> Iterator[Record]:
        if self.down_bytes is not None:
            yield Record("limits", json_bytes({"down": self.down_bytes}))
        if self.at is not None:
            yield Record("time", json_bytes({"at": self.at}))
        for report in self.reports:
            yield Record("report", report)
        if self.asks:
            yield Record("ask", json_bytes({"enclosures": list(self.asks)}))
        if self.held:
            yield Record("held", json_bytes({"enclosures": list(self.held)}))
        for enclosure_id, state in self.states.items():
            missing = [[piece.offset, piece.length] for piece in state.missing[:MAX_STATE_RANGES]]
            yield Record("enclosure", json_bytes({"id": enclosure_id, "size": state.size_bytes, "missing": missing}))
        for receipt in self.receipts:
            yield Record("receipt", receipt)
        for refusal in self.refused:
            yield Record("refused", json_bytes({"parcel": refusal.parcel_id, "why": refusal.why}))
        for parcel in self.parcels:
            yield Record("parcel", parcel)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Letterbag":
        """What `to_bytes` wrote. Records of a kind that is not known are passed over: a newer peer may say more.

        Not a receipt whose kind was spoilt on the way: the one beside it would count, and what this one says would never be said again.

        Raises:
            RecordError: anything else.
        """
        receipts: list[bytes] = []
        refused: list[Refusal] = []
        parcels: list[bytes] = []
        reports: list[bytes] = []
        asks: list[str] = []
        held: list[str] = []
        states: dict[str, EnclosureState] = {}
        down_bytes, at = None, None
        for record in read_records(data, MAX_RECORDS, MAX_PARCEL_BYTES):
            if record.kind == "receipt":
                receipts.append(_bounded(record.data))
            elif record.kind == "refused":
                refused.append(_refusal(record.data))
            elif record.kind == "parcel":
                parcels.append(record.data)
            elif record.kind == "limits":
                down_bytes = _limits(record.data)
            elif record.kind == "report":
                reports.append(record.data)
            elif record.kind == "time":
                at = _time(record.data)
            elif record.kind == "ask":
                asks += _ids(record.data)
            elif record.kind == "held":
                held += _ids(record.data)
            elif record.kind == "enclosure":
                states |= _state(record.data)
            elif record.data.startswith(RECEIPT_LINE):
                receipts.append(_bounded(record.data))
        bounded = tuple(asks[:MAX_IDS]), states, tuple(held[:MAX_IDS])
        return cls(tuple(receipts), tuple(refused), tuple(parcels), down_bytes, tuple(reports), at, *bounded)


def _ids(data: bytes) -> list[str]:
    value = read_json(data, canonical=False)
    ids = value.get("enclosures") if isinstance(value, dict) else None
    if not isinstance(ids, list) or len(ids) > MAX_IDS or not all(isinstance(one, str) and DIGEST.fullmatch(one) for one in ids):
        raise RecordError("json")
    return ids


def _state(data: bytes) -> dict[str, EnclosureState]:
    value = read_json(data, canonical=False)
    if not isinstance(value, dict) or not isinstance(value.get("id"), str) or not _is_count(value.get("size")):
        raise RecordError("json")
    missing = value.get("missing")
    if not isinstance(missing, list) or len(missing) > MAX_STATE_RANGES or not all(_is_range(pair) for pair in missing):
        raise RecordError("json")
    return {value["id"]: EnclosureState(value["size"], tuple(Piece(*pair) for pair in missing))}


def _is_range(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(_is_count(number) for number in pair)


def _is_count(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 0


def _bounded(receipt: bytes) -> bytes:
    if len(receipt) > MAX_RECEIPT_BYTES:
        raise RecordError("too_large")
    return receipt


def _refusal(data: bytes) -> Refusal:
    value = read_json(data, canonical=False)
    if not isinstance(value, dict):
        raise RecordError("json")
    parcel_id, why = value.get("parcel"), value.get("why")
    if not isinstance(parcel_id, str) or not isinstance(why, str) or len(parcel_id) > 100 or len(why) > 200:
        raise RecordError("json")
    return Refusal(parcel_id, why)


def _time(data: bytes) -> str:
    value = read_json(data, canonical=False)
    at = value.get("at") if isinstance(value, dict) else None
    if not isinstance(at, str) or not _TIME.fullmatch(at):
        raise RecordError("json")
    return at


def _limits(data: bytes) -> int:
    value = read_json(data, canonical=False)
    down = value.get("down") if isinstance(value, dict) else None
    if not isinstance(down, int) or isinstance(down, bool):
        raise RecordError("json")
    return max(LEAST_DOWN_BYTES, min(MOST_DOWN_BYTES, down))
