"""The size of a WebP, read from its header: its decoder takes memory for all of it when it is only opened.

Source: RFC 9649, 2.5 to 2.7; RFC 6386, 9.1.
"""


def canvas_of(data: bytes) -> tuple[int, int]:
    """Width and height; 0 and 0 where the header does not tell."""
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        return 0, 0
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    return 0, 0
