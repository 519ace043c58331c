"""Exchanges made small: zlib with a preset dictionary that grows with what both ends of a session have said."""

import re
import threading
import zlib
from collections.abc import Iterator, Sequence
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

MEMORY_BYTES = 8 * 1024

_PARCEL = re.compile(rb'yizhan parcel 1\n\{[^\n]*"length":([0-9]{1,9})[^\n]*\}\n')
"""A parcel up to its body, and how long the body says to be."""


@dataclass(frozen=True)
class Memory:
    """What both ends have said in this session, the last of it."""

    said: bytes = b""

    @property
    def dictionary(self) -> bytes:
        """The preset dictionary."""
        return STATIC + self.said

    def after(self, *said: bytes) -> "Memory":
        """The memory after more was said."""
        return Memory((self.said + b"".join(said))[-MEMORY_BYTES:])


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
    for found in _PARCEL.finditer(data):
        if found.start() >= at:
            yield data[at : found.end()]
            at = found.end() + int(found[1])
            yield data[found.end() : at]
    yield data[at:]


def unsqueeze(data: bytes, memories: Sequence[Memory], most: int) -> tuple[bytes, Memory]:
    """The data again, and with which of the memories it was squeezed.

    Raises:
        RecordError: `dictionary`, it needs another one; `compressed`, the bytes are damaged; `too_large`, more than `most` would come out.
    """
    named = int.from_bytes(data[2:6], "big") if len(data) > 6 and data[1] & 0x20 else None
    memory = next((one for one in memories if zlib.adler32(one.dictionary) == named), None)
    if memory is None:
        raise RecordError("dictionary")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS, memory.dictionary)
    try:
        plain = unpacker.decompress(data, most + 1)
    except zlib.error as error:
        raise RecordError("compressed") from error
    if len(plain) > most:
        raise RecordError("too_large")
    if not unpacker.eof or unpacker.unused_data:
        raise RecordError("compressed")
    return plain, memory


class Memories:
    """The memories of a door's sessions: after each exchange the one before is kept too, for a caller whose answer was lost.

    Those used last are kept, 16 MB at most; a caller that was forgotten says it in full.
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
