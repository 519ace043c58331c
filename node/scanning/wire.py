"""Messages between the node and the child that decodes: a small JSON head, then pieces of bytes.

Layout: 4 bytes big-endian length of the head, the head (JSON with `sizes`, the pieces' lengths), then the pieces.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">I")
_MAX_HEAD = 65_536


def write_message(stream: BinaryIO, head: Mapping[str, Any], *pieces: bytes) -> None:
    """Write one message and flush it."""
    encoded = json.dumps({**head, "sizes": [len(piece) for piece in pieces]}).encode()
    stream.write(_LENGTH.pack(len(encoded)) + encoded)
    for piece in pieces:
        stream.write(piece)
    stream.flush()


def read_message(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    """One message, or None when the other side has gone.

    Raises:
        ValueError: the stream does not speak this protocol.
    """
    start = stream.read(_LENGTH.size)
    if len(start) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(start)
    if length > _MAX_HEAD:
        raise ValueError("head too long")
    encoded = stream.read(length)
    if len(encoded) < length:
        return None
    head: dict[str, Any] = json.loads(encoded)
    pieces = [stream.read(size) for size in head["sizes"]]
    if any(len(piece) < size for piece, size in zip(pieces, head["sizes"], strict=True)):
        return None
    return head, pieces
