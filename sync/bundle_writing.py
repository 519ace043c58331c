"""Writing a bundle: whole, on the disk and read back, or not at all."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from errno import EACCES, EDQUOT, EFBIG, ENOSPC, EPERM, EROFS
from pathlib import Path
from typing import BinaryIO

from sync.bundle import CONTEXT, STEP_BYTES, Digest, Entry, Manifest
from sync.errors import BundleError
from sync.records import record_head
from sync.waybill import CONTEXT as WAYBILL_CONTEXT
from sync.waybill import Waybill
from sync.wire import Identity

CODE_OF_ERRNO = {ENOSPC: "disk_full", EDQUOT: "disk_full", EROFS: "read_only", EACCES: "read_only", EPERM: "read_only", EFBIG: "file_limit"}
READABLE = 0o644
"""Who reads a stick at the other end is another user of another machine; what lies on it is encrypted."""

UNFINISHED = ".bundle-*.part"
"""What a stick that was pulled out while it was written to has left."""


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


@dataclass(frozen=True)
class Load:
    """What goes into a bundle, in the order of the file; with `to`, a waybill says for whom it is and what is `held` here."""

    receipts: Sequence[bytes] = ()
    parcels: Sequence[bytes] = ()
    enclosures: Sequence[EnclosureSource] = ()
    to: str | None = None
    held: tuple[str, ...] = ()


def write_bundle(path: Path, identity: Identity, made_at: str, digest: Digest, load: Load) -> Manifest:
    """Write a bundle to a temporary file beside `path`, sync it, read it back, then rename it over `path`.

    Raises:
        BundleError: nothing is left. `disk_full`; `read_only`, the disk may not be written to; `file_limit`, it takes no file so
            large; `gone`, its folder is not there any more; `unwritable`; `read_back`, it gave other bytes than it got;
            `wrong_enclosure`, a source gave other bytes than it said.
    """
    manifest = Manifest(
        from_station=identity.station,
        made_at=made_at,
        receipts=tuple(Entry(digest(data), len(data)) for data in load.receipts),
        parcels=tuple(Entry(digest(data), len(data)) for data in load.parcels),
        enclosures=tuple(Entry(source.enclosure_id, source.size_bytes) for source in load.enclosures),
        signer=identity.signer,
        certificates=identity.certificates,
    )
    try:
        _write_atomically(path, _bundle_bytes(manifest, identity, digest, load))
    except OSError as error:
        raise BundleError(_code_of(error, path.parent)) from error
    return manifest


def _code_of(error: OSError, folder: Path) -> str:
    with suppress(OSError):
        if error.errno in CODE_OF_ERRNO:
            return CODE_OF_ERRNO[error.errno]
        return "unwritable" if folder.is_dir() else "gone"
    return "gone"


def _bundle_bytes(manifest: Manifest, identity: Identity, digest: Digest, load: Load) -> Iterator[bytes]:
    stated = manifest.to_bytes()
    yield CONTEXT
    yield from _record("manifest", stated)
    yield from _record("signature", identity.sign(CONTEXT + stated))
    for kind, items in (("receipt", load.receipts), ("parcel", load.parcels)):
        for data in items:
            yield from _record(kind, data)
    for source in load.enclosures:
        yield record_head("enclosure", source.size_bytes)
        written = 0
        for piece in source.pieces():
            written += len(piece)
            yield piece
        if written != source.size_bytes:
            raise BundleError("wrong_enclosure")
        yield b"\n"
    if load.to is not None:
        waybill = Waybill(digest(stated), load.to, load.held).to_bytes()
        yield from _record("waybill", waybill)
        yield from _record("signature", identity.sign(WAYBILL_CONTEXT + waybill))


def _record(kind: str, data: bytes) -> Iterator[bytes]:
    yield record_head(kind, len(data))
    yield data
    yield b"\n"


def _write_atomically(path: Path, parts: Iterable[bytes]) -> None:
    handle, name = tempfile.mkstemp(prefix=UNFINISHED.split("*")[0], suffix=UNFINISHED.split("*")[1], dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            given = hashlib.sha256()
            for part in parts:
                file.write(part)
                given.update(part)
            file.flush()
            os.fsync(file.fileno())
            if _read_back(file) != given.digest():
                raise BundleError("read_back")
        with suppress(OSError):
            os.chmod(name, READABLE)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(path.parent)


def _read_back(file: BinaryIO) -> bytes:
    """The digest of what the disk gives; where the system can be asked, it reads from the disk and not from its memory."""
    advise: Callable[..., None] | None = getattr(os, "posix_fadvise", None)
    if advise is not None:
        with suppress(OSError):
            advise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    file.seek(0)
    found = hashlib.sha256()
    while data := file.read(STEP_BYTES):
        found.update(data)
    return found.digest()


def _sync_folder(folder: Path) -> None:
    # Windows cannot open a folder, and some file systems of USB disks will not sync one.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
