"""Packing (封装): what goes into a parcel and comes out of it. Compress, encrypt for every reader, sign; and back.

Order of a parcel's making: records → deflate with a preset dictionary → one content key → wrapped for each reader → signed by
the station. What comes out of `unpack` is authentic as a parcel; the letters in it are still to be judged one by one.
"""

import base64
import binascii
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import node
from node.casework.letter import EnclosureEntry
from node.clock import from_text, to_text
from node.station import Station
from signing.canonical import canonical_bytes, parse_canonical
from signing.certificates import Certificate
from signing.envelope import decrypt_body, encrypt_body, new_content_key, unwrap, wrap_for
from signing.errors import SigningError
from sync.errors import SyncError
from sync.parcel import DIGEST as ENCLOSURE
from sync.parcel import NamedEnclosure, Parcel, ParcelHeader, Reader, WrappedKey, associated_bytes
from sync.records import Record, read_records, write_records

MAX_LETTERS = 64
MAX_UNPACKED_BYTES = 8 << 20
MAX_RECORDS = 4096
OVERHEAD_BYTES = 28
"""Nonce and tag of the body."""

DICTIONARY = (Path(node.__file__).parent / "data" / "letters.dictionary").read_bytes()
"""Text that letters of the shipped items often hold; both sides must have it, so it is named by digest and never edited."""


LIKE = b"L"
"""The first octet of a body that says after which earlier letters it was compressed; a zlib stream begins otherwise."""

MOST_NAMED, NAME_BYTES = 4, 8
STREAM_HEAD_BYTES = 6
"""Two octets, then the DICTID. Source: RFC 1950."""


@dataclass(frozen=True)
class Earlier:
    """A letter of the maker's that the readers of a parcel hold."""

    letter_id: str
    frame: bytes


FindEarlier = Callable[[str, str], bytes | None]
"""The frame of a maker's letter whose id begins so, where it is here."""


def find_none(maker: str, prefix: str) -> bytes | None:
    """For who holds no letters."""
    return None


class PackingError(Exception):
    """A parcel that cannot be opened; `code` is `not_a_reader`, `decryption`, `compression`, `records` or `dictionary`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Contents:
    """What lies in a parcel. `keys` are enclosure keys by enclosure id; `others` records of kinds unknown here.

    In class `copies`, `received` says when the maker had got each letter, and `refills` end a refill.
    """

    letters: list[bytes] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    certificates: list[bytes] = field(default_factory=list)
    seals: list[bytes] = field(default_factory=list)
    revocations: list[bytes] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)
    packages: list[bytes] = field(default_factory=list)
    received: dict[str, datetime] = field(default_factory=dict)
    refills: list[bytes] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    updates: list[bytes] = field(default_factory=list)
    releases: list[bytes] = field(default_factory=list)
    calendars: list[bytes] = field(default_factory=list)
    catalogue_wanted: list[bytes] = field(default_factory=list)
    seal_lists: list[bytes] = field(default_factory=list)
    others: list[Record] = field(default_factory=list)

    def to_bytes(self) -> bytes:
        """The records, certificates first so that what needs them comes after."""
        rows = [Record("certificate", der) for der in self.certificates]
        rows += [Record("seal", der) for der in self.seals]
        rows += [Record("revocations", der) for der in self.revocations]
        rows += [Record("seal_register", data) for data in self.seal_lists]
        rows += [Record("catalogue", data) for data in self.releases]
        rows += [Record("package", data) for data in self.packages]
        rows += [Record("calendar", data) for data in self.calendars]
        rows += [Record("letter", frame) for frame in self.letters]
        rows += [
            Record("key", canonical_bytes({"enclosure": one, "key": base64.b64encode(key).decode()})) for one, key in self.keys.items()
        ]
        rows += [Record("receipt", data) for data in self.receipts]
        rows += [Record("received", canonical_bytes({"letter": one, "at": to_text(at)})) for one, at in self.received.items()]
        rows += [Record("refill", data) for data in self.refills]
        rows += [Record("request", data) for data in self.requests]
        rows += [Record("answer", data) for data in self.answers]
        rows += [Record("update", data) for data in self.updates]
        rows += [Record("catalogue_wanted", data) for data in self.catalogue_wanted]
        return write_records(rows)


@dataclass(frozen=True)
class Addressee:
    """A reader of a parcel to be made: its number in the maker's count, and its encryption certificate."""

    number: int
    certificate: Certificate


def pack(
    station: Station,
    contents: Contents,
    *,
    parcel_class: str,
    readers: Sequence[Addressee],
    urgent: bool,
    made_at: datetime,
    enclosures: Sequence[NamedEnclosure] = (),
    like: Sequence[Earlier] = (),
) -> bytes:
    """A parcel from this station, as it will be carried. `like` are earlier letters of its own that all readers are known to hold."""
    suite = station.suite
    plain = _deflate(contents.to_bytes(), like)
    key = new_content_key(suite)
    header = ParcelHeader(
        from_station=station.station,
        to=tuple(Reader(reader.certificate.station, reader.number) for reader in readers),
        parcel_class=parcel_class,
        urgent=urgent,
        made_at=to_text(made_at),
        enclosures=tuple(enclosures),
        keys=tuple(WrappedKey(one.certificate.station, one.certificate.digest, wrap_for(suite, key, one.certificate)) for one in readers),
        dictionary=suite.digest(DICTIONARY),
        length=len(plain) + OVERHEAD_BYTES,
        signer=station.signer.certificate.digest,
    )
    associated = associated_bytes(header)
    signed = associated + encrypt_body(suite, key, plain, associated)
    return signed + station.signer.sign(signed)


def unpack(station: Station, parcel: Parcel, find: FindEarlier = find_none) -> Contents:
    """What lies in a parcel whose signature was checked. `find` finds letters that it was compressed after.

    Raises:
        PackingError: not for this station, altered, or not what a station would make.
    """
    openers = {station.station: station.encryption_key, **station.earlier_keys}
    found = next(((key.wrapped, openers[key.station]) for key in parcel.header.keys if key.station in openers), None)
    if found is None:
        raise PackingError("not_a_reader")
    try:
        key = unwrap(station.suite, *found)
        plain = decrypt_body(station.suite, key, parcel.body, parcel.associated)
    except SigningError as error:
        raise PackingError("decryption") from error
    return _sort_records(_inflate(station, plain, parcel.header, find))


def enclosures_named(entries: Sequence[EnclosureEntry]) -> list[NamedEnclosure]:
    """The outside of a parcel names these enclosures: previews first, each once."""
    named = {
        entry.preview.enclosure_id: NamedEnclosure(entry.preview.enclosure_id, entry.preview.size_bytes, "preview")
        for entry in entries
        if entry.preview
    }
    named |= {entry.enclosure_id: NamedEnclosure(entry.enclosure_id, entry.size_bytes, "full") for entry in entries}
    return list(named.values())


def _deflate(data: bytes, like: Sequence[Earlier]) -> bytes:
    packer = zlib.compressobj(level=9, zdict=DICTIONARY + b"".join(one.frame for one in like))
    names = b"".join(bytes.fromhex(one.letter_id.partition(":")[2])[:NAME_BYTES] for one in like)
    head = LIKE + bytes([len(like)]) + names if like else b""
    return head + packer.compress(data) + packer.flush()


def _inflate(station: Station, data: bytes, header: ParcelHeader, find: FindEarlier) -> bytes:
    if header.dictionary is not None and header.dictionary != station.suite.digest(DICTIONARY):
        raise PackingError("dictionary")
    frames: list[bytes] = []
    if data[:1] == LIKE and header.dictionary is not None:
        frames, data = _named(station, data, header.from_station, find)
    dictionary = DICTIONARY + b"".join(frames)
    if frames and (len(data) < STREAM_HEAD_BYTES or zlib.adler32(dictionary) != int.from_bytes(data[2:STREAM_HEAD_BYTES], "big")):
        raise PackingError("dictionary")
    unpacker = zlib.decompressobj(zdict=dictionary) if header.dictionary else zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise PackingError("compression") from error
    if not unpacker.eof or unpacker.unused_data:
        raise PackingError("compression")
    return plain


def _named(station: Station, data: bytes, maker: str, find: FindEarlier) -> tuple[list[bytes], bytes]:
    """The letters that a body names, all of them the maker's own, and the stream behind the names.

    Another's are not looked at: whether it can be unpacked would tell the maker what is in them.
    """
    count = data[1] if len(data) > 1 else 0
    end = len(LIKE) + 1 + count * NAME_BYTES
    if not 0 < count <= MOST_NAMED or len(data) < end:
        raise PackingError("compression")
    algorithm = station.suite.digest(b"").partition(":")[0]
    names = [data[at : at + NAME_BYTES].hex() for at in range(len(LIKE) + 1, end, NAME_BYTES)]
    frames = [frame for name in names if (frame := find(maker, f"{algorithm}:{name}")) is not None]
    if len(frames) < count:
        raise PackingError("dictionary")
    return frames, data[end:]


def _sort_records(data: bytes) -> Contents:
    contents = Contents()
    lists = {
        "letter": contents.letters,
        "certificate": contents.certificates,
        "seal": contents.seals,
        "revocations": contents.revocations,
        "receipt": contents.receipts,
        "package": contents.packages,
        "refill": contents.refills,
        "request": contents.requests,
        "answer": contents.answers,
        "update": contents.updates,
        "catalogue": contents.releases,
        "calendar": contents.calendars,
        "catalogue_wanted": contents.catalogue_wanted,
        "seal_register": contents.seal_lists,
    }
    try:
        for record in read_records(data, MAX_RECORDS, MAX_UNPACKED_BYTES):
            if record.kind == "key":
                fields = parse_canonical(record.data)
                if not ENCLOSURE.fullmatch(fields["enclosure"]):
                    raise PackingError("records")
                contents.keys[fields["enclosure"]] = base64.b64decode(fields["key"], validate=True)
            elif record.kind == "received":
                fields = parse_canonical(record.data)
                contents.received[str(fields["letter"])] = from_text(fields["at"])
            elif record.kind in lists:
                lists[record.kind].append(record.data)
            else:
                contents.others.append(record)
    except (SyncError, SigningError, KeyError, TypeError, ValueError, binascii.Error) as error:
        raise PackingError("records") from error
    if len(contents.letters) > MAX_LETTERS:
        raise PackingError("records")
    return contents
