"""Ways in which bytes are spoilt, at every place or, in the ordinary run, at a fixed distance."""

import os
from collections.abc import Iterator

EVERY_BYTE = "YIZHAN_EVERY_BYTE"
"""Set in the environment, it makes every run a long one: each byte, not some."""

_APPENDED = (b"\x00", b"\n", b"0", b"\x30\x00")


def damaged(data: bytes, stride: int) -> Iterator[tuple[str, bytes]]:
    """`data` spoilt in many ways, each with its name; the places are `stride` apart, or all of them in the long run."""
    for place in range(0, len(data), 1 if os.environ.get(EVERY_BYTE) else stride):
        for mask in (0x01, 0x80):
            yield f"bit {mask:02x} of byte {place} flipped", data[:place] + bytes((data[place] ^ mask,)) + data[place + 1 :]
        yield f"cut at {place}", data[:place]
        yield f"byte {place} taken out", data[:place] + data[place + 1 :]
        yield f"byte {place} twice", data[: place + 1] + data[place:]
    for more in (*_APPENDED, data):
        yield f"{len(more)} bytes appended", data + more
