"""The outside of a backup (备份), format `yizhan backup 1`: whose it is, what opens it, the sealed stream, and the station's signature.

Three parts: the first line and a header in the clear; the stream; a trailer with the digest of all before it, signed by the station's key.
"""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from node.clock import from_text
from node.errors import RequestError
from node.store.failures import translated
from signing.algorithms import SUITES, PrivateKey, Suite
from signing.algorithms import suite as suite_of
from signing.canonical import canonical_bytes, parse_canonical
from signing.certificates import Certificate
from signing.envelope import verify_station
from signing.errors import MalformedError, SigningError
from signing.keys import Signer
from signing.recovery import RecoveryKey, open_recovery_key
from signing.sealed_stream import LENGTH_BYTES, SealedReader, SealedWriter, chunks
from signing.trust import TrustStore
from sync.records import HEAD, MAX_HEAD_BYTES, Record, record_head

CONTEXT = b"yizhan backup 1\n"
FAMILY = b"yizhan backup "
MAX_HEADER_BYTES = 64 * 1024
MAX_TRAILER_BYTES = 1024
MAX_RECORD_BYTES = 32 * 1024 * 1024
HEADER_MEMBERS = {"suite", "station", "made_at", "key", "wrapped", "signer", "certificates"}


@dataclass(frozen=True)
class Header:
    """What everybody can read. `certificates` are the signer's path with the root, DER; `wrapped` the content key for `key`."""

    suite: str
    station: str
    made_at: str
    key: RecoveryKey
    wrapped: bytes
    signer: str
    certificates: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        """The first two lines of the file."""
        members = {
            "suite": self.suite,
            "station": self.station,
            "made_at": self.made_at,
            "key": self.key.to_json(),
            "wrapped": text_of(self.wrapped),
            "signer": self.signer,
            "certificates": [text_of(der) for der in self.certificates],
        }
        return CONTEXT + canonical_bytes(members) + b"\n"


class ArchiveWriter:
    """Writes a backup into an open file, record by record."""

    def __init__(self, file: BinaryIO, suite: Suite, header: Header, key: bytes) -> None:
        self._file = file
        self._outside = suite.hasher()
        head = header.to_bytes()
        self._put(head)
        self._stream = SealedWriter(suite, key, suite.hash(head), self._put)

    def record(self, kind: str, data: bytes) -> None:
        """Add a record."""
        for part in (record_head(kind, len(data)), data, b"\n"):
            self._stream.write(part)

    def finish(self, signer: Signer) -> str:
        """Write the end and sign; the digest of the whole."""
        self._stream.finish()
        digest = self._outside.digest()
        self._file.write(trailer_of(digest, signer.sign(CONTEXT + digest.encode())))
        return digest

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._outside.update(data)


class ArchiveReader:
    """Reads records out of a backup whose outside was checked.

    Raises:
        RequestError: `backup_damaged`, at any record.
    """

    def __init__(self, file: BinaryIO, suite: Suite, header: Header, key: bytes) -> None:
        self._file = file
        self._outside = suite.hasher()
        self._held: Record | None = None
        head = header.to_bytes()
        if self._take(len(head)) != head:
            raise RequestError("backup_damaged")
        self._stream = SealedReader(suite, key, suite.hash(head), self._take)

    def next(self, *kinds: str) -> Record | None:
        """The next record when it is one of these kinds, else None; it then waits for who asks for it."""
        if self._held is None:
            self._held = self._read()
        if self._held is None or self._held.kind not in kinds:
            return None
        record, self._held = self._held, None
        return record

    def next_any(self) -> Record | None:
        """The next record whatever it is; None at the end."""
        record, self._held = self._held or self._read(), None
        return record

    def digest(self) -> str:
        """The digest of all that was read: at the end, of all before the trailer."""
        return self._outside.digest()

    def _take(self, length: int) -> bytes:
        data = self._file.read(length)
        self._outside.update(data)
        return data

    def _read(self) -> Record | None:
        try:
            line = self._stream.line(MAX_HEAD_BYTES)
            if not line:
                return None
            head = HEAD.fullmatch(line)
            if head is None or int(head[2]) > MAX_RECORD_BYTES:
                raise RequestError("backup_damaged")
            data = self._stream.read(int(head[2]))
            if len(data) != int(head[2]) or self._stream.read(1) != b"\n":
                raise RequestError("backup_damaged")
        except SigningError as error:
            raise RequestError("backup_damaged") from error
        return Record(head[1].decode("ascii"), data)


def read_header(path: Path) -> Header:
    """The header of a file that may be anything.

    Raises:
        RequestError: `backup_unreadable`, `backup_not_one`, `backup_newer`, `backup_damaged`.
    """
    try:
        with path.open("rb") as file:
            first, line = file.readline(len(CONTEXT)), file.readline(MAX_HEADER_BYTES)
    except OSError as error:
        raise RequestError("backup_unreadable", name=path.name) from error
    if first != CONTEXT:
        raise RequestError("backup_newer" if first.startswith(FAMILY) else "backup_not_one", name=path.name)
    try:
        header = _header(parse_canonical(line.removesuffix(b"\n")))
    except (MalformedError, ValueError, TypeError, KeyError) as error:
        raise RequestError("backup_damaged") from error
    # Base64 lets several texts stand for the same octets: only the one that is written counts.
    if header.to_bytes() != first + line:
        raise RequestError("backup_damaged")
    return header


def check_outside(path: Path) -> Header:
    """The header of a backup that is whole, and signed by the station that it names, under the root and division its key is bound to.

    Reads the whole file; needs no code. Dates are not looked at: a backup is wanted when other things have ended.

    Raises:
        RequestError: as `read_header`; `backup_damaged`, `backup_signature`.
        StoreError: the disk would not.
    """
    header = read_header(path)
    suite = suite_of(header.suite)
    hasher, head = suite.hasher(), header.to_bytes()
    hasher.update(head)
    with translated(), path.open("rb") as file:
        file.seek(len(head))
        try:
            for chunk in chunks(file.read):
                hasher.update(len(chunk).to_bytes(LENGTH_BYTES, "big"))
                hasher.update(chunk)
        except MalformedError as error:
            raise RequestError("backup_damaged") from error
        trailer = file.read(MAX_TRAILER_BYTES)
    check_trailer(suite, header, trailer, hasher.digest())
    return header


def unlock(header: Header, code: str) -> bytes:
    """The content key, by the recovery code.

    Raises:
        RecoveryCodeError: `form`, `check` or `wrong`.
        DecryptionError: the header was changed.
    """
    suite = suite_of(header.suite)
    private: PrivateKey = open_recovery_key(suite, header.key, code)
    return suite.unwrap(private, header.wrapped)


def owner_of(root: Certificate, station: str) -> dict[str, str]:
    """Whose backups a recovery key opens: the county's root, and the division. A new station number in the same place is the same owner."""
    return {"root": root.digest, "division": station[:12]}


def check_trailer(suite: Suite, header: Header, trailer: bytes, digest: str) -> None:
    """Return when the last line (not trusted) is signed over `digest` by the station that the header names.

    Raises:
        RequestError: `backup_damaged`, `backup_signature`.
    """
    try:
        value = parse_canonical(trailer.removesuffix(b"\n"))
        signature = octets_of(value["signature"])
        if trailer != trailer_of(digest, signature):
            raise RequestError("backup_damaged")
    except (MalformedError, ValueError, TypeError, KeyError) as error:
        raise RequestError("backup_damaged") from error
    try:
        trust = TrustStore(suite, header.certificates[-1])
        for der in header.certificates:
            trust.add(der)
        verify_station(suite, trust, header.signer, header.station, CONTEXT + digest.encode(), signature, (None, None))
    except (SigningError, IndexError) as error:
        raise RequestError("backup_signature") from error
    if header.key.owner != owner_of(trust.root, header.station):
        raise RequestError("backup_signature")


def trailer_of(digest: str, signature: bytes) -> bytes:
    """The last line of the file."""
    return canonical_bytes({"digest": digest, "signature": text_of(signature)}) + b"\n"


def _header(value: Any) -> Header:
    if value.keys() != HEADER_MEMBERS or value["suite"] not in SUITES or not 1 <= len(value["certificates"]) <= 8:
        raise ValueError("header")
    from_text(value["made_at"])
    texts = [value["station"], value["signer"]]
    if not all(isinstance(one, str) for one in texts):
        raise TypeError("header")
    return Header(
        value["suite"],
        value["station"],
        value["made_at"],
        RecoveryKey.from_json(value["key"]),
        octets_of(value["wrapped"]),
        value["signer"],
        tuple(octets_of(der) for der in value["certificates"]),
    )


def text_of(octets: bytes) -> str:
    """Base64."""
    return base64.b64encode(octets).decode("ascii")


def octets_of(text: str) -> bytes:
    """The octets of base64.

    Raises:
        ValueError: it is none.
    """
    return base64.b64decode(text, validate=True)
