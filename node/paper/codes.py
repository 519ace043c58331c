"""What stands in the codes of a sheet: a parcel or a receipt, made small, cut in parts that each prove themselves; and back.

`docs/formats.md` has the layout byte by byte. Pure.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import node
from node.errors import RequestError
from node.paper.base45 import decode, encode
from sync.parcel import CONTEXT as PARCEL_CONTEXT

PARCEL, RECEIPT = "parcel", "receipt"
START = "YZ1:"
MAX_CHARS = 3391
"""What the largest QR code (version 40) holds in alphanumeric mode at error correction M."""
MOST_CODES = 4
"""Two sheets of two codes. More is for a USB disk."""
MAX_UNPACKED_BYTES = 64 * 1024

DICTIONARY = (Path(node.__file__).parent / "data" / "paper.dictionary").read_bytes()
"""What the heads of parcels and receipts have in common; never edited, it belongs to version 1."""

_KINDS = {PARCEL: b"P", RECEIPT: b"R"}
_NAMES = {mark: kind for kind, mark in _KINDS.items()}
_HEAD = struct.Struct(">c8sBB")
_SUM = struct.Struct(">I")
SHARE_BYTES = (MAX_CHARS - len(START)) // 3 * 2 - _HEAD.size - _SUM.size


@dataclass(frozen=True)
class Part:
    """One code that was read whole: of which kind, the first eight octets of the id's digest, part `number` of `of`."""

    kind: str
    prefix: bytes
    number: int
    of: int
    share: bytes

    @property
    def sheet(self) -> tuple[str, bytes, int]:
        """What all codes of one sheet have in common."""
        return self.kind, self.prefix, self.of


def texts_of(kind: str, name: str, data: bytes) -> tuple[str, ...]:
    """The texts of the codes that carry `data`, a parcel or a receipt whose id is `name`.

    Raises:
        RequestError: `paper_too_large`, with how many codes it would be.
    """
    packed = _packed(kind, data)
    of = max(1, -(-len(packed) // SHARE_BYTES))
    if of > MOST_CODES:
        raise RequestError("paper_too_large", codes=of, most=MOST_CODES)
    share = -(-len(packed) // of)
    return tuple(_text(Part(kind, prefix_of(name), at + 1, of, packed[at * share : (at + 1) * share])) for at in range(of))


def read_text(text: str) -> Part:
    """The part in the text of one code.

    Raises:
        RequestError: `paper_foreign` no code of ours, `paper_version` of a later program, `paper_damaged` not as it was printed.
    """
    if not text.startswith(START):
        raise RequestError("paper_version" if text[:2] == START[:2] and text[3:4] == ":" else "paper_foreign")
    if len(text) > MAX_CHARS:
        raise RequestError("paper_damaged")
    try:
        frame = decode(text[len(START) :])
        mark, prefix, number, of = _HEAD.unpack_from(frame)
        (told,) = _SUM.unpack_from(frame, len(frame) - _SUM.size)
        kind = _NAMES[mark]
    except (ValueError, KeyError, struct.error) as error:
        raise RequestError("paper_damaged") from error
    share = frame[_HEAD.size : -_SUM.size]
    if zlib.crc32(frame[: -_SUM.size]) != told or not 1 <= number <= of <= MOST_CODES or not 0 < len(share) <= SHARE_BYTES:
        raise RequestError("paper_damaged")
    return Part(kind, prefix, number, of, share)


def join(parts: Sequence[Part]) -> bytes:
    """The parcel or the receipt that all parts together are; whether it has the id they name is for the caller to see.

    Raises:
        RequestError: `paper_damaged` they do not belong together.
    """
    packed = b"".join(part.share for part in sorted(parts, key=lambda part: part.number))
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS, zdict=DICTIONARY)
    try:
        head = unpacker.decompress(packed, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise RequestError("paper_damaged") from error
    if not unpacker.eof:
        raise RequestError("paper_damaged")
    return head + unpacker.unused_data


def prefix_of(name: str) -> bytes:
    """The first eight octets of an id's digest."""
    return bytes.fromhex(name.partition(":")[2][:16])


def _packed(kind: str, data: bytes) -> bytes:
    """A parcel's two lines deflated, then its body and signature as they are: these are as good as random. A receipt deflated whole."""
    at = data.index(b"\n", len(PARCEL_CONTEXT)) + 1 if kind == PARCEL else len(data)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zdict=DICTIONARY)
    return packer.compress(data[:at]) + packer.flush() + data[at:]


def _text(part: Part) -> str:
    frame = _HEAD.pack(_KINDS[part.kind], part.prefix, part.number, part.of) + part.share
    return START + encode(frame + _SUM.pack(zlib.crc32(frame)))
