"""Exchanges made small: zlib with a preset dictionary that grows with what both ends of a session have said."""

import re
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sync.errors import RecordError

STATIC = (
    b'enclosure 120\n{"id":"sm3:","missing":[[0,300000]],"size":300000}\nenclosure 125\n{"id":"sha256:","missing":[],"size":12000}\n'
    b'held 100\n{"enclosures":["sm3:","sm3:"]}\nask 100\n{"enclosures":["sha256:","sha256:"]}\n'
    b'time 29\n{"at":"2027-01-01T00:00:00Z"}\nrefused 120\n{"parcel":"sm3:","why":"signature"}\n'
    b'yizhan parcel 1\n{"class":"certificates","dictionary":null,"enclosures":[],"urgent":false}\n'
    b'yizhan parcel 1\n{"class":"letters","dictionary":"sm3:","enclosures":[{"id":"sm3:","rank":"preview","size":12000},'
    b'{"id":"sm3:","rank":"full","size":300000},{"id":"sha256:","rank":"full","size":300000}],"from":"'
    b'","keys":[{"key":"sha256:","station":"","wrapped":"'
    b'limits 14\n{"down":32768}\nlimits 15\n{"down":262144}\nlimits 15\n{"down":131072}\n'
    b'receipt 454\nyizhan receipt 1\n{"after":"sm3:","at":"2026-12-31T23:59:59Z","kind":"arrived","letters":[{"id":"sm3:",'
    b'"outcome":"admitted","reason":null}],"number":1,"parcels":[],"signer":"sha256:","station":"'
    b'receipt 454\nyizhan receipt 1\n{"after":"sm3:","at":"2026-11-22T10:00:00Z","kind":"stored","letters":[],"number":1,'
    b'"parcels":["sm3:","sm3:"],"signer":"sm3:","station":"1"}\nMEUCIQD=\n\nMEQCIA==\n\n'
    b'parcel 1377\nyizhan parcel 1\n{"class":"receipts","dictionary":"sm3:","enclosures":[],"from":"1'
    b'","keys":[{"key":"sm3:","station":"1","wrapped":"MHkCIQDMHgCIBMHoCIQA'
    b'"},{"key":"sm3:","station":"1","wrapped":"MHkCIQCMHgCIA==BB"}],"length":300,"made_at":"2026-11-22T10:00:00Z",'
    b'"signer":"sm3:","to":[{"number":1,"station":"1"},{"number":1,"station":"1"}],"urgent":true}\n'
)
"""What exchanges of any two stations have in common, the commonest last. It stands in docs/formats.md byte for byte and never changes."""

MEMORY_BYTES, NAMED_BYTES = 8 * 1024, 1024

_CONTEXT, _LENGTH = b"yizhan parcel 1\n", re.compile(rb'"length":([0-9]{1,9})')


@dataclass(frozen=True)
class Memory:
    """What both ends have said in this session, the last of it; `named` are the ids of parcels and receipts in it, for folding."""

    said: bytes = b""
    named: bytes = b""

    @property
    def dictionary(self) -> bytes:
        """The preset dictionary."""
        return STATIC + self.said

    @property
    def full(self) -> bytes:
        """The preset dictionary of what is folded."""
        return STATIC + self.said + self.named

    def after(self, said: bytes, named: bytes = b"") -> "Memory":
        """The memory after more was said, in which these ids were given to things."""
        return Memory((self.said + said)[-MEMORY_BYTES:], (self.named + named)[-NAMED_BYTES:])


def squeeze(data: bytes, memory: Memory) -> bytes:
    """The data as a zlib stream that names its dictionary.

    Source: RFC 1950, FDICT and DICTID.
    """
    # Digests and signatures do not repeat: short likenesses in them cost more than they save.
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_FILTERED, memory.dictionary)
    parts = [packer.compress(part) + packer.flush(zlib.Z_BLOCK) for part in _apart(data)]
    return b"".join(parts) + packer.flush()


def _apart(data: bytes) -> Iterator[bytes]:
    """The data in blocks: what is sealed in a parcel looks like chance, and would spoil the code in which the text around it is written."""
    at = 0
    for begin, end in bodies(data):
        yield data[at:begin]
        yield data[begin:end]
        at = end
    yield data[at:]


def bodies(data: bytes) -> Iterator[tuple[int, int]]:
    """Where what is sealed in parcels begins and ends, by what their headers say.

    No body is looked into, and of a header only the last length is looked at: its maker wrote it, and could make a search last for hours.
    """
    at = 0
    while (start := data.find(_CONTEXT, at)) >= 0:
        begin = data.find(b"\n", start + len(_CONTEXT)) + 1
        if not begin:
            return
        at = start + len(_CONTEXT)
        if said := _LENGTH.match(data, max(at, data.rfind(b'"length":', at, begin)), begin):
            at = min(len(data), begin + int(said[1]))
            yield begin, at


def unsqueeze(data: bytes, memories: Sequence[Memory], most: int) -> tuple[bytes, Memory]:
    """The data again, and with which of the memories it was squeezed.

    Raises:
        RecordError: `dictionary`, it needs another one; `compressed`, the bytes are damaged; `too_large`, more than `most` would come out.
    """
    plain, rest, memory = unpacked(data, memories, most, lambda one: one.dictionary)
    if rest:
        raise RecordError("compressed")
    return plain, memory


def unpacked(data: bytes, memories: Sequence[Memory], most: int, dictionary_of: Callable[[Memory], bytes]) -> tuple[bytes, bytes, Memory]:
    """What the stream holds, what stands behind it, and with which of the memories it was made.

    Raises:
        RecordError: as `unsqueeze`.
    """
    named = int.from_bytes(data[2:6], "big") if len(data) > 6 and data[1] & 0x20 else None
    memory = next((one for one in memories if zlib.adler32(dictionary_of(one)) == named), None)
    if memory is None:
        raise RecordError("dictionary")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS, dictionary_of(memory))
    try:
        plain = unpacker.decompress(data, most + 1)
    except zlib.error as error:
        raise RecordError("compressed") from error
    if len(plain) > most:
        raise RecordError("too_large")
    if not unpacker.eof:
        raise RecordError("compressed")
    return plain, unpacker.unused_data, memory


class Memories:
    """The memories of a door's sessions: after each exchange the one before is kept too, for a caller whose answer was lost.

    Those used last are kept, 18 MB at most; a caller that was forgotten says it in full.
    """

    def __init__(self, most: int = 1024) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._of: dict[str, tuple[Memory, ...]] = {}

    def of(self, token: str) -> tuple[Memory, ...]:
        """What a caller may have used."""
        with self._lock:
            return (*self._of.get(token, ()), Memory())

    def keep(self, token: str, used: Memory, said: Memory) -> None:
        """The caller used one, and knows the other when it gets the answer."""
        with self._lock:
            self._of.pop(token, None)
            if len(self._of) >= self._most:
                del self._of[next(iter(self._of))]
            self._of[token] = (used, said)
