"""Exchanges folded, the second way of packing: what is chance is cut out and carried as it is, the text that is left is squeezed.

Digests in hex, signatures and keys in base64, and what is sealed in a parcel do not compress. Beside them the text lost its short
codes, and they themselves took more than their octets. Digests that were said before are known to both ends: they stay in the text.
"""

import base64
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from sync.errors import RecordError
from sync.records import read_records
from sync.squeeze import Memory, bodies, unpacked

HEX, BASE64, RAW = 1, 2, 3
"""Octets that say what stood there in the text: 32 octets cut out, in hex; so many, in base64; so many, as they are.

Each takes something of what was cut, so that who unfolds has no more work than was sent.
"""

_MARKS = re.compile(rb"[\x01-\x03]")
_CHANCE = re.compile(rb"(?:sm3|sha256):([0-9a-f]{64})|([A-Za-z0-9+/]{40,340}={0,2})")
_RAW_LENGTH_BYTES = 3
MAX_RECORDS = 4096
SUM_BYTES = 4
"""CRC-32: the stream's own sum does not cover what was cut out."""


def names_in(data: bytes, digest: Callable[[bytes], str], most_bytes: int = 1 << 20) -> bytes:
    """The ids of parcels and receipts in what was said, in order: the answer, or the next receipt, will name them."""
    try:
        records = read_records(data, MAX_RECORDS, most_bytes)
        return "".join(digest(one.data) for one in records if one.kind in ("parcel", "receipt")).encode()
    except RecordError:
        return b""


def fold(data: bytes, memory: Memory) -> bytes:
    """The data as a zlib stream of its text, which names its dictionary; behind that what was cut out of it, and a sum of all."""
    text, cut = bytearray(), bytearray()
    dictionary, sealed = memory.full, list(_sealed(data))
    begins, ends = [0, *(end for _, end in sealed)], [*(begin for begin, _ in sealed), len(data)]
    parts = [data[begin:end] for begin, end in zip(begins, ends, strict=True)]
    often = Counter(found[1] for part in parts for found in _CHANCE.finditer(part) if found[1])
    kept = {one for one, times in often.items() if times > 1 or one in dictionary}
    for part, (begin, end) in zip(parts, [*sealed, (0, 0)], strict=True):
        _cut_chance(part, kept, text, cut)
        _cut_out(data[begin:end], text, cut)
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_FILTERED, dictionary)
    return packer.compress(bytes(text)) + packer.flush() + bytes(cut) + _sum_of(data)


def unfold(data: bytes, memories: Sequence[Memory], most: int) -> tuple[bytes, Memory]:
    """The data again, and with which of the memories it was folded.

    Raises:
        RecordError: as `sync.squeeze.unsqueeze`.
    """
    text, rest, memory = unpacked(data, memories, most, lambda one: one.full)
    plain = _put_back(text, rest[:-SUM_BYTES], most)
    if _sum_of(plain) != rest[-SUM_BYTES:]:
        raise RecordError("compressed")
    return plain, memory


def _sum_of(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(SUM_BYTES, "big")


def _sealed(data: bytes) -> Iterator[tuple[int, int]]:
    """Where sealed bodies of parcels begin, and where the signatures behind them end."""
    at = 0
    for begin, end in bodies(data):
        if begin >= at and end + 1 < len(data):
            at = min(len(data), end + 2 + data[end + 1])
            yield begin, at


def _cut_chance(data: bytes, kept: set[bytes], text: bytearray, cut: bytearray) -> None:
    """Cut digests, but those that are said elsewhere too, and base64 out of a part of the data."""
    at = 0
    for found in _CHANCE.finditer(data):
        _put(data[at : found.start()], text, cut)
        at = found.end()
        if found[1]:
            text += found[0][: -len(found[1])]
            if found[1] in kept:
                text += found[1]
            else:
                text.append(HEX)
                cut += bytes.fromhex(found[1].decode())
        elif (octets := _octets(found[2])) is not None:
            text += bytes([BASE64, len(octets)])
            cut += octets
        else:
            text += found[2]
    _put(data[at:], text, cut)


def _octets(text: bytes) -> bytes | None:
    """What is written in base64, if it is written in the one right way."""
    try:
        octets = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return octets if len(octets) < 256 and base64.b64encode(octets) == text else None


def _put(data: bytes, text: bytearray, cut: bytearray) -> None:
    """Text as it is; none that anybody would say has marks in it."""
    if _MARKS.search(data):
        _cut_out(data, text, cut)
    else:
        text += data


def _cut_out(data: bytes, text: bytearray, cut: bytearray) -> None:
    if data:
        text += bytes([RAW]) + len(data).to_bytes(_RAW_LENGTH_BYTES, "big")
        cut += data


def _put_back(text: bytes, cut: bytes, most: int) -> bytes:
    whole = bytearray()
    taken = at = 0
    for found in _MARKS.finditer(text):
        if found.start() < at:
            continue
        whole += text[at : found.start()]
        mark = text[found.start()]
        head = text[found.end() : found.end() + {HEX: 0, BASE64: 1, RAW: _RAW_LENGTH_BYTES}[mark]]
        at = found.end() + len(head)
        length = 32 if mark == HEX else int.from_bytes(head, "big")
        octets = cut[taken : taken + length]
        taken += length
        if not length or taken > len(cut) or len(whole) > most:
            raise RecordError("compressed")
        whole += octets.hex().encode() if mark == HEX else base64.b64encode(octets) if mark == BASE64 else octets
    whole += text[at:]
    if len(whole) > most:
        raise RecordError("too_large")
    if taken != len(cut):
        raise RecordError("compressed")
    return bytes(whole)
