"""What one exchange says in each direction, as records and back."""

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
LEAST_DOWN_BYTES, MOST_DOWN_BYTES = 1024, 1 << 20


@dataclass(frozen=True)
class Refusal:
    """A parcel that was not taken, and why (a code)."""

    parcel_id: str
    why: str


@dataclass(frozen=True)
class Letterbag:
    """One side of an exchange; `down_bytes` is what the caller wants back at most, and only the caller says it."""

    receipts: tuple[bytes, ...] = ()
    refused: tuple[Refusal, ...] = ()
    parcels: tuple[bytes, ...] = ()
    down_bytes: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.receipts or self.refused or self.parcels)

    def to_bytes(self) -> bytes:
        """As records: limits, receipts, refused, parcels."""
        return write_records(self._records())

    def _records(self) -> Iterator[Record]:
        if self.down_bytes is not None:
            yield Record("limits", json_bytes({"down": self.down_bytes}))
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
        down_bytes = None
        for record in read_records(data, MAX_RECORDS, MAX_PARCEL_BYTES):
            if record.kind == "receipt":
                receipts.append(_bounded(record.data))
            elif record.kind == "refused":
                refused.append(_refusal(record.data))
            elif record.kind == "parcel":
                parcels.append(record.data)
            elif record.kind == "limits":
                down_bytes = _limits(record.data)
        return cls(tuple(receipts), tuple(refused), tuple(parcels), down_bytes)


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


def _limits(data: bytes) -> int:
    value = read_json(data, canonical=False)
    down = value.get("down") if isinstance(value, dict) else None
    if not isinstance(down, int) or isinstance(down, bool):
        raise RecordError("json")
    return max(LEAST_DOWN_BYTES, min(MOST_DOWN_BYTES, down))
