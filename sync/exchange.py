"""What one exchange says in each direction, as records and back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sync.errors import RecordError
from sync.parcel import MAX_PARCEL_BYTES
from sync.records import Record, json_bytes, read_json, read_records, write_records

MAX_EXCHANGE_BYTES = 4 << 20
"""The most that either side says at once."""

MAX_PARCELS = 128
MAX_RECORDS = 2048
MAX_RECEIPT_BYTES = 256 * 1024
MAX_REPORT_BYTES = 4096
MAX_REPORTS_BYTES = 8192
"""Of one exchange: how stations do must not keep letters waiting."""

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

    `reports` go up: how stations do, as JSON. Where any came, `at` goes down: the time at the parent.
    """

    receipts: tuple[bytes, ...] = ()
    refused: tuple[Refusal, ...] = ()
    parcels: tuple[bytes, ...] = ()
    down_bytes: int | None = None
    reports: tuple[bytes, ...] = ()
    at: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.receipts or self.refused or self.parcels or self.reports or self.at)

    def to_bytes(self) -> bytes:
        """As records: limits, time, reports, receipts, refused, parcels."""
        return write_records(self._records())

    def _records(self) -> Iterator[Record]:
        if self.down_bytes is not None:
            yield Record("limits", json_bytes({"down": self.down_bytes}))
        if self.at is not None:
            yield Record("time", json_bytes({"at": self.at}))
        for report in self.reports:
            yield Record("report", report)
        for receipt in self.receipts:
            yield Record("receipt", receipt)
        for refusal in self.refused:
            yield Record("refused", json_bytes({"parcel": refusal.parcel_id, "why": refusal.why}))
        for parcel in self.parcels:
            yield Record("parcel", parcel)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Letterbag":
        """What `to_bytes` wrote. Records of a kind that is not known are passed over: a newer peer may say more.

        Raises:
            RecordError: anything else.
        """
        receipts: list[bytes] = []
        refused: list[Refusal] = []
        parcels: list[bytes] = []
        reports: list[bytes] = []
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
        return cls(tuple(receipts), tuple(refused), tuple(parcels), down_bytes, tuple(reports), at)


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
