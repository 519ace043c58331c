"""The bundle file (U盘包) and how it is read: receipts, parcels and enclosures as by the network, under one signed manifest.

Where each record lies follows from the manifest, so damage to one of them does not hide the others.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from sync.errors import BundleError, RecordError
from sync.exchange import MAX_RECEIPT_BYTES
from sync.parcel import DIGEST, MAX_ENCLOSURE_BYTES, MAX_PARCEL_BYTES, STATION, TIME
from sync.records import HEAD, MAX_HEAD_BYTES, json_bytes, read_json, record_head
from sync.waybill import CONTEXT as WAYBILL_CONTEXT
from sync.waybill import MAX_WAYBILL_BYTES, Waybill, read_waybill
from sync.wire import StationCheck

CONTEXT = b"yizhan bundle 1\n"
KINDS = ("receipt", "parcel", "enclosure")
MOST_BYTES = {"receipt": MAX_RECEIPT_BYTES, "parcel": MAX_PARCEL_BYTES, "enclosure": MAX_ENCLOSURE_BYTES}
MAX_ENTRIES = 50_000
"""Of each kind."""

MAX_MANIFEST_BYTES = 16 << 20
MAX_SIGNATURE_BYTES = 256
STEP_BYTES = 1 << 20

FIRST_YEAR, LAST_YEAR = 1000, 9998
MAX_CERTIFICATES = 8
MOST_UNREADABLE = 8
"""So many entries that the disk will not give, one after another: it has been pulled out, or is dead. No more are asked for."""

Digest = Callable[[bytes], str]
DigestParts = Callable[[Iterable[bytes]], str]
"""The digest of the parts joined, which may be too many for the memory."""

Learn = Callable[[Sequence[bytes]], None]
"""Is given the writer's certificates, which nobody has checked yet."""


def learn_nothing(certificates: Sequence[bytes]) -> None:
    """For readers that know all writers already."""


@dataclass(frozen=True)
class Entry:
    """One thing in a bundle."""

    entry_id: str
    size_bytes: int


@dataclass(frozen=True)
class Manifest:
    """What a bundle holds; `made_at` is text such as `2026-11-22T03:04:05Z`, `signer` the digest of the station's certificate.

    `certificates` (DER) let a station that has never heard of the writer check its signature.
    """

    from_station: str
    made_at: str
    receipts: tuple[Entry, ...]
    parcels: tuple[Entry, ...]
    enclosures: tuple[Entry, ...]
    signer: str
    certificates: tuple[bytes, ...] = ()

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        lists = {f"{kind}s": [{"id": it.entry_id, "size": it.size_bytes} for it in self.entries(kind)] for kind in KINDS}
        certificates = [base64.b64encode(der).decode("ascii") for der in self.certificates]
        head = {"from": self.from_station, "made_at": self.made_at, "signer": self.signer, "certificates": certificates}
        return json_bytes({**head, **lists})

    def entries(self, kind: str) -> tuple[Entry, ...]:
        """The entries of `receipt`, `parcel` or `enclosure`, in the order of the file."""
        return {"receipt": self.receipts, "parcel": self.parcels, "enclosure": self.enclosures}[kind]


@dataclass(frozen=True)
class Found:
    """One entry of the manifest as it lies in the file: `state` is `whole`, `damaged` or `missing`; `at` where its bytes begin."""

    kind: str
    entry: Entry
    at: int
    state: str


class BundleReader:
    """An open bundle whose manifest is authentic. Of its entries nothing is trusted but that those found `whole` have their digest.

    Raises, on construction:
        BundleError: `unreadable`, `not_a_bundle`, `manifest` (damaged, or not one) or `signature`.
    """

    def __init__(self, path: Path, digest_parts: DigestParts, verify: StationCheck, learn: Learn = learn_nothing) -> None:
        self._digest_parts = digest_parts
        self._learn = learn
        try:
            self._file: BinaryIO = open(path, "rb")  # closed by __exit__, or below
        except OSError as error:
            raise BundleError("unreadable") from error
        try:
            self.is_gone = False
            self.manifest, stated = self._read_manifest(verify)
            self._begins = self._file.tell()
            self.ends = self._begins + sum(_length(kind, entry) for kind in KINDS for entry in self.manifest.entries(kind))
            self.waybill = self._read_waybill(stated, verify)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def found(self) -> Iterator[Found]:
        """Every entry of the manifest in order, with what became of it; reads each once to compare its digest.

        What the disk will not give is damaged. After several such in a row it `is_gone`, and the rest is missing.
        """
        at, unreadable = self._begins, 0
        for kind in KINDS:
            for entry in self.manifest.entries(kind):
                head, state = record_head(kind, entry.size_bytes), "missing"
                if not self.is_gone:
                    try:
                        state, unreadable = self._state(at, head, entry), 0
                    except BundleError:
                        state, unreadable = "damaged", unreadable + 1
                        self.is_gone = unreadable >= MOST_UNREADABLE
                yield Found(kind, entry, at + len(head), state)
                at += _length(kind, entry)

    @property
    def is_short(self) -> bool:
        """Whether the file ends before all that its manifest states."""
        return not self._read_at(self.ends - 1, 1)

    def read(self, found: Found) -> bytes:
        """The bytes of a whole entry.

        Raises:
            BundleError: `unreadable`.
        """
        return b"".join(data for _, data in self.pieces(found))

    def pieces(self, found: Found) -> Iterator[tuple[int, bytes]]:
        """The bytes of a whole entry as (offset, piece), in order.

        Raises:
            BundleError: `unreadable`, also when the file has become shorter.
        """
        for offset in range(0, found.entry.size_bytes, STEP_BYTES):
            length = min(STEP_BYTES, found.entry.size_bytes - offset)
            data = self._read_at(found.at + offset, length)
            if len(data) != length:
                raise BundleError("unreadable")
            yield offset, data

    def _state(self, at: int, head: bytes, entry: Entry) -> str:
        # The disk's blocks behind a record's end can be gone as well: its last LF tells that all of it is there.
        end = self._read_at(at + len(head) + entry.size_bytes, 1)
        if not end:
            return "missing" if not self._read_at(at, 1) else "damaged"
        if end != b"\n" or self._read_at(at, len(head)) != head:
            return "damaged"
        parts = (data for _, data in self.pieces(Found("", entry, at + len(head), "whole")))
        return "whole" if self._digest_parts(parts) == entry.entry_id else "damaged"

    def _read_at(self, at: int, length: int) -> bytes:
        try:
            self._file.seek(at)
            return self._file.read(length)
        except OSError as error:
            raise BundleError("unreadable") from error

    def _read_waybill(self, stated: bytes, verify: StationCheck) -> Waybill | None:
        """What stands behind the last entry, when it is this writer's word on this bundle; else nothing, and nothing is lost by it."""
        with suppress(BundleError, RecordError):
            self._read_at(self.ends, 0)
            data = self._read_record("waybill", MAX_WAYBILL_BYTES)
            signature = self._read_record("signature", MAX_SIGNATURE_BYTES)
            waybill = read_waybill(data)
            if waybill.bundle == self._digest_parts([stated]) and self._is_writers(data, signature, verify):
                return waybill
        return None

    def _is_writers(self, waybill: bytes, signature: bytes, verify: StationCheck) -> bool:
        return verify(self.manifest.from_station, self.manifest.signer, WAYBILL_CONTEXT + waybill, signature)

    def _read_manifest(self, verify: StationCheck) -> tuple[Manifest, bytes]:
        if self._read_at(0, len(CONTEXT)) != CONTEXT:
            raise BundleError("not_a_bundle")
        stated = self._read_record("manifest", MAX_MANIFEST_BYTES)
        signature = self._read_record("signature", MAX_SIGNATURE_BYTES)
        try:
            manifest = _manifest(read_json(stated))
        except RecordError as error:
            raise BundleError("manifest") from error
        self._learn(manifest.certificates)
        if not verify(manifest.from_station, manifest.signer, CONTEXT + stated, signature):
            raise BundleError("signature")
        return manifest, stated

    def _read_record(self, kind: str, most: int) -> bytes:
        at = self._file.tell()
        head = HEAD.match(self._read_at(at, MAX_HEAD_BYTES))
        if head is None or head[1] != kind.encode("ascii") or int(head[2]) > most:
            raise BundleError("manifest")
        length = int(head[2])
        data = self._read_at(at + head.end(), length + 1)
        if len(data) != length + 1 or data[-1:] != b"\n":
            raise BundleError("manifest")
        return data[:-1]


def _length(kind: str, entry: Entry) -> int:
    """Bytes of an entry in the file, with its head and its LF."""
    return len(record_head(kind, entry.size_bytes)) + entry.size_bytes + 1


def _check_moment(text: str) -> None:
    """Return when it is a moment that can be shown in every zone: whoever has a key signs what he likes."""
    try:
        year = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").year
    except ValueError as error:
        raise BundleError("manifest") from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BundleError("manifest")


def _manifest(value: Any) -> Manifest:
    names = {"from", "made_at", "signer", "certificates", "receipts", "parcels", "enclosures"}
    if not isinstance(value, dict) or set(value) != names:
        raise BundleError("manifest")
    for name, pattern in (("from", STATION), ("made_at", TIME), ("signer", DIGEST)):
        if not isinstance(value[name], str) or not pattern.fullmatch(value[name]):
            raise BundleError("manifest")
    _check_moment(value["made_at"])
    lists = {kind: _entries(value[f"{kind}s"], MOST_BYTES[kind]) for kind in KINDS}
    certificates = _certificates(value["certificates"])
    return Manifest(value["from"], value["made_at"], lists["receipt"], lists["parcel"], lists["enclosure"], value["signer"], certificates)


def _certificates(value: Any) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > MAX_CERTIFICATES:
        raise BundleError("manifest")
    try:
        return tuple(base64.b64decode(item, validate=True) for item in value)
    except (TypeError, ValueError) as error:
        raise BundleError("manifest") from error


def _entries(value: Any, most: int) -> tuple[Entry, ...]:
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        raise BundleError("manifest")
    entries = tuple(_entry(item, most) for item in value)
    if len({entry.entry_id for entry in entries}) != len(entries):
        raise BundleError("manifest")
    return entries


def _entry(value: Any, most: int) -> Entry:
    if not isinstance(value, dict) or set(value) != {"id", "size"}:
        raise BundleError("manifest")
    entry_id, size_bytes = value["id"], value["size"]
    if not isinstance(entry_id, str) or not DIGEST.fullmatch(entry_id):
        raise BundleError("manifest")
    if not isinstance(size_bytes, int) or isinstance(size_bytes, bool) or not 0 < size_bytes <= most:
        raise BundleError("manifest")
    return Entry(entry_id, size_bytes)
