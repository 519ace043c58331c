"""A body of any length, encrypted as it is written and opened as it is read, in numbered chunks.

Each chunk is bound to what the stream belongs to, to its number, and to whether it is the last: none can be changed, moved, left out,
doubled or added. Before each stands its length (4 bytes); after the last a length of zero. Memory holds one chunk.

Source: the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, 2015), with the number in the associated data.
"""

from collections.abc import Callable, Iterator

from signing.algorithms import Suite
from signing.errors import MalformedError

CONTEXT = b"yizhan stream 1\n"
CHUNK_BYTES = 256 * 1024
LENGTH_BYTES = 4
_OVERHEAD = 12 + 16

Put = Callable[[bytes], object]
Take = Callable[[int], bytes]
"""The next so many bytes, fewer only at the end."""


def _bound_to(bound: bytes, number: int, is_last: bool) -> bytes:
    return CONTEXT + bound + number.to_bytes(8, "big") + bytes((is_last,))


class SealedWriter:
    """Encrypts what it is given under `key`, which must be fresh; `bound` (32 bytes) says what the stream belongs to."""

    def __init__(self, suite: Suite, key: bytes, bound: bytes, put: Put) -> None:
        self._suite = suite
        self._key = key
        self._bound = bound
        self._put_out = put
        self._waiting = bytearray()
        self._number = 0

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        self._waiting += data
        # One byte more than a chunk must be here: only then is it certain that this one is not the last.
        while len(self._waiting) > CHUNK_BYTES:
            self._put(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]

    def finish(self) -> None:
        """Write the last chunk and the end."""
        self._put(bytes(self._waiting), is_last=True)
        self._waiting.clear()
        self._put_out(bytes(LENGTH_BYTES))

    def _put(self, plain: bytes, is_last: bool) -> None:
        chunk = self._suite.encrypt(self._key, plain, _bound_to(self._bound, self._number, is_last))
        self._put_out(len(chunk).to_bytes(LENGTH_BYTES, "big"))
        self._put_out(chunk)
        self._number += 1


class SealedReader:
    """Opens what a `SealedWriter` wrote; nothing of it is trusted. `take` gives the stream's bytes and what follows it, in order."""

    def __init__(self, suite: Suite, key: bytes, bound: bytes, take: Take) -> None:
        self._suite = suite
        self._key = key
        self._bound = bound
        self._take = take
        self._chunks = self._opened()
        self._ready = bytearray()

    def read(self, length: int) -> bytes:
        """The next `length` bytes; fewer only at the end.

        Raises:
            DecryptionError: another key, or something was changed.
            MalformedError: the stream is cut.
        """
        while len(self._ready) < length:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._ready += chunk
        found = bytes(self._ready[:length])
        del self._ready[:length]
        return found

    def line(self, longest: int) -> bytes:
        """The next bytes up to and with a line feed; without one when it is not among the next `longest` bytes.

        Raises:
            DecryptionError, MalformedError: as `read`.
        """
        ahead = self.read(longest)
        end = ahead.find(b"\n") + 1 or len(ahead)
        self._ready[:0] = ahead[end:]
        return ahead[:end]

    def _opened(self) -> Iterator[bytes]:
        number, waiting = 0, b""
        for chunk in chunks(self._take):
            if waiting:
                yield self._suite.decrypt(self._key, waiting, _bound_to(self._bound, number, is_last=not chunk))
                number += 1
            waiting = chunk


def chunks(take: Take) -> Iterator[bytes]:
    """The chunks of a stream (not trusted) as they are, the last of them empty; none is opened.

    Raises:
        MalformedError: the stream is cut.
    """
    chunk = None
    while chunk != b"":
        length = int.from_bytes(_exactly(take, LENGTH_BYTES), "big")
        if length > CHUNK_BYTES + _OVERHEAD or (chunk is None and not length):
            raise MalformedError("sealed stream", "length")
        chunk = _exactly(take, length)
        yield chunk


def _exactly(take: Take, length: int) -> bytes:
    data = take(length)
    if len(data) != length:
        raise MalformedError("sealed stream", "cut")
    return data
