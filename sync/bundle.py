"""The bundle file (U盘包): the same receipts, parcels and enclosures as the network carries, under one signed manifest.

Where each record lies follows from the manifest, so damage to one of them does not hide the others.
"""

import base64
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from sync.errors import BundleError, RecordError
from sync.exchange import MAX_RECEIPT_BYTES
from sync.parcel import DIGEST, MAX_ENCLOSURE_BYTES, MAX_PARCEL_BYTES, STATION, TIME
from sync.records import HEAD, MAX_HEAD_BYTES, json_bytes, read_json, record_head
from sync.wire import Identity, StationCheck

CONTEXT = b"yizhan bundle 1\n"
KINDS = ("receipt", "parcel", "enclosure")
MOST_BYTES = {"receipt": MAX_RECEIPT_BYTES, "parcel": MAX_PARCEL_BYTES, "enclosure": MAX_ENCLOSURE_BYTES}
MAX_ENTRIES = 50_000
"""Of each kind."""

MAX_MANIFEST_BYTES = 16 << 20
MAX_SIGNATURE_BYTES = 256
STEP_BYTES = 64 * 1024

MAX_CERTIFICATES = 8

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
class EnclosureSource:
    """An enclosure to be written: `read` gives bytes by offset and length."""

    enclosure_id: str
    size_bytes: int
    read: Callable[[int, int], bytes]

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, in order."""
        for offset in range(0, self.size_bytes, STEP_BYTES):
            yield self.read(offset, min(STEP_BYTES, self.size_bytes - offset))


def write_bundle(
    path: Path,
    identity: Identity,
    made_at: str,
    digest: Digest,
    receipts: Sequence[bytes] = (),
    parcels: Sequence[bytes] = (),
    enclosures: Sequence[EnclosureSource] = (),
) -> Manifest:
    """Write a bundle whole or not at all: to a temporary file beside `path`, synced, then renamed over it.

    Raises:
        BundleError: `disk_full`, `unwritable`, or `wrong_enclosure` when a source gives other bytes than it said; nothing is left.
    """
    manifest = Manifest(
        from_station=identity.station,
        made_at=made_at,
        receipts=tuple(Entry(digest(data), len(data)) for data in receipts),
        parcels=tuple(Entry(digest(data), len(data)) for data in parcels),
        enclosures=tuple(Entry(source.enclosure_id, source.size_bytes) for source in enclosures),
        signer=identity.signer,
        certificates=identity.certificates,
    )
    try:
        _write_atomically(path, _bundle_bytes(manifest, identity, receipts, parcels, enclosures))
    except OSError as error:
        raise BundleError("disk_full" if error.errno in (ENOSPC, EDQUOT) else "unwritable") from error
    return manifest


def _bundle_bytes(
    manifest: Manifest, identity: Identity, receipts: Sequence[bytes], parcels: Sequence[bytes], enclosures: Sequence[EnclosureSource]
) -> Iterator[bytes]:
    stated = manifest.to_bytes()
    yield CONTEXT
    yield from _record("manifest", stated)
    yield from _record("signature", identity.sign(CONTEXT + stated))
    for kind, items in (("receipt", receipts), ("parcel", parcels)):
        for data in items:
            yield from _record(kind, data)
    for source in enclosures:
        yield record_head("enclosure", source.size_bytes)
        written = 0
        for piece in source.pieces():
            written += len(piece)
            yield piece
        if written != source.size_bytes:
            raise BundleError("wrong_enclosure")
        yield b"\n"


def _record(kind: str, data: bytes) -> Iterator[bytes]:
    yield record_head(kind, len(data))
    yield data
    yield b"\n"


def _write_atomically(path: Path, parts: Iterable[bytes]) -> None:
    handle, name = tempfile.mkstemp(prefix=".bundle-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # Windows cannot open a folder, and some file systems of USB disks will not sync one.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


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
            self.manifest = self._read_manifest(verify)
            self._begins = self._file.tell()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "BundleReader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def found(self) -> Iterator[Found]:
        """Every entry of the manifest in order, with what became of it; reads each once to compare its digest.

        Raises:
            BundleError: `unreadable`, the disk gives an error.
        """
        at = self._begins
        for kind in KINDS:
            for entry in self.manifest.entries(kind):
                head = record_head(kind, entry.size_bytes)
                yield Found(kind, entry, at + len(head), self._state(at, head, entry))
                at += len(head) + entry.size_bytes + 1

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

    def _read_manifest(self, verify: StationCheck) -> Manifest:
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
        return manifest

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


def _manifest(value: Any) -> Manifest:
    names = {"from", "made_at", "signer", "certificates", "receipts", "parcels", "enclosures"}
    if not isinstance(value, dict) or set(value) != names:
        raise BundleError("manifest")
    for name, pattern in (("from", STATION), ("made_at", TIME), ("signer", DIGEST)):
        if not isinstance(value[name], str) or not pattern.fullmatch(value[name]):
            raise BundleError("manifest")
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
