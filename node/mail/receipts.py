"""Receipts (回执) of the road: signed, numbered and hash-linked per station, so that none can be slipped in later."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from node.clock import from_text, to_text
from node.station import Station
from node.store import Store
from node.store.records import PendingArrival, ReceiptRecord
from signing.canonical import canonical_bytes, parse_canonical
from signing.errors import SigningError

CONTEXT = b"yizhan receipt 1\n"
COUNTER = "receipt"
OUTCOMES = ("admitted", "flagged", "waiting", "set_aside", "refused")
MAX_WORD, MAX_ROWS = 100, 8192

CAN_LIKE = "like"
"""What a station says in its `arrived` receipts: it has kept these letters, and unpacks what was compressed after them."""


class ReceiptError(Exception):
    """These bytes are no receipt, or not one of the station that they name; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ArrivedLetter:
    """What a receipt says of one letter."""

    letter_id: str
    outcome: str
    reason: str | None


@dataclass(frozen=True)
class Receipt:
    """A receipt that was read; its signature is still to be checked with `signed` and `signature`."""

    receipt_id: str
    station: str
    number: int
    after: str | None
    kind: str
    at: datetime
    parcels: tuple[str, ...]
    letters: tuple[ArrivedLetter, ...]
    signer: str
    signed: bytes
    signature: bytes
    can: tuple[str, ...] = ()


def read_receipt(data: bytes, digest: Callable[[bytes], str]) -> Receipt:
    """The receipt in these bytes.

    Raises:
        ReceiptError: `layout` or `payload`.
    """
    lines = data.split(b"\n")
    if len(data) > 1 << 20 or len(lines) != 4 or lines[0] + b"\n" != CONTEXT or lines[3]:
        raise ReceiptError("layout")
    try:
        fields = parse_canonical(lines[1])
        return Receipt(
            receipt_id=digest(data),
            station=_word(fields["station"]),
            number=_number(fields["number"]),
            after=None if fields["after"] is None else _word(fields["after"]),
            kind=_word(fields["kind"]),
            at=from_text(fields["at"]),
            parcels=tuple(map(_word, _list(fields["parcels"]))),
            letters=tuple(_arrived(one) for one in _list(fields["letters"])),
            signer=_word(fields["signer"]),
            signed=lines[0] + b"\n" + lines[1] + b"\n",
            signature=base64.b64decode(lines[2], validate=True),
            can=tuple(map(_word, _list(fields.get("can", [])))),
        )
    except (SigningError, KeyError, TypeError, ValueError, binascii.Error) as error:
        raise ReceiptError("payload") from error


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_WORD:
        raise ValueError("no word")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("no number")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_ROWS:
        raise ValueError("no list")
    return value


def _arrived(row: Any) -> ArrivedLetter:
    if row["outcome"] not in OUTCOMES:
        raise ValueError("no outcome")
    return ArrivedLetter(_word(row["id"]), row["outcome"], None if row["reason"] is None else _word(row["reason"]))


class ReceiptBook:
    """Writes this station's receipts, in the caller's transaction."""

    def __init__(self, station: Station, store: Store) -> None:
        self._station = station
        self._store = store

    def stored(self, parcel_ids: Sequence[str], at: datetime) -> ReceiptRecord:
        """A receipt that says these parcels are kept here."""
        record = self._write("stored", at, {"parcels": list(parcel_ids), "letters": []})
        self._store.receipts.link_many(record.receipt_id, parcel_ids)
        return record

    def stored_before(self, parcel_ids: Sequence[str], at: datetime) -> list[ReceiptRecord]:
        """The receipts that say so of parcels that were known before, each once.

        One of an earlier number says nothing of this one, which may have come out of an older copy: it is signed anew. What was made
        here, and comes back by a roundabout way, is acknowledged too: whoever brought it would keep it for ever.
        """
        rows = {one: row for one in parcel_ids if (row := self._store.receipts.get_for_parcel(one))}
        again = [one for one in parcel_ids if one not in rows or rows[one].station != self._station.station]
        if again:
            self._store.receipts.unlink(again)
            rows |= dict.fromkeys(again, self.stored(again, at))
        return list({row.receipt_id: row for row in rows.values()}.values())

    def arrived(self, letters: Sequence[PendingArrival], at: datetime) -> ReceiptRecord:
        """A receipt that says what became of these letters here."""
        rows = [{"id": one.letter_id, "outcome": one.outcome, "reason": one.reason} for one in letters]
        return self._write("arrived", at, {"parcels": [], "letters": rows, "can": [CAN_LIKE]})

    def _write(self, kind: str, at: datetime, fields: Mapping[str, Any]) -> ReceiptRecord:
        before = self._store.receipts.last(self._station.station)
        number = self._store.counters.next(COUNTER)
        payload = {
            "station": self._station.station,
            "number": number,
            "after": before.receipt_id if before else None,
            "at": to_text(at),
            "kind": kind,
            "signer": self._station.signer.certificate.digest,
            **fields,
        }
        signed = CONTEXT + canonical_bytes(payload) + b"\n"
        data = signed + base64.b64encode(self._station.signer.sign(signed)) + b"\n"
        record = ReceiptRecord(self._station.suite.digest(data), self._station.station, number, kind, at, data)
        self._store.receipts.add(record)
        return record
