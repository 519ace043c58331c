"""How much a JPEG keeps in memory besides its picture, read from its header.

A progressive JPEG, or one whose colours come one after the other, is whole in memory as coefficients before its first row is there.

Source: ITU-T T.81, B.1 and B.2 (markers, frame header, scan header).
"""

_SCAN, _END = 0xDA, 0xD9
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_BARE = frozenset({0x00, 0x01, 0xFF, *range(0xD0, 0xD9)})
"""Bytes after 0xFF that begin no segment."""
_BYTES_OF_COEFFICIENT = 2


def coefficient_bytes(data: bytes) -> int:
    """Bytes of the coefficients that a decoder of this JPEG holds at once; 0 where it needs to hold none, or there is no frame."""
    at, frame, is_progressive = 2, b"", False
    while (at := data.find(b"\xff", at)) != -1 and at + 4 <= len(data):
        mark = data[at + 1]
        if mark in _BARE:
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if mark in _FRAMES:
            frame, is_progressive = body, mark in _PROGRESSIVE
        if mark in (_SCAN, _END):
            return _held(frame) if is_progressive or _comes_apart(frame, body) else 0
        at += 2 + max(length, 2)
    return 0


def _comes_apart(frame: bytes, scan: bytes) -> bool:
    return len(frame) > 5 and len(scan) > 0 and scan[0] < frame[5]


def _held(frame: bytes) -> int:
    """Of all components, each with its own sampling."""
    if len(frame) < 6:
        return 0
    height, width, count = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big"), frame[5]
    samplings = [(frame[7 + 3 * one] >> 4, frame[7 + 3 * one] & 15) for one in range(count) if 7 + 3 * one < len(frame)]
    if not samplings or not all(across and down for across, down in samplings):
        return 0
    most = max(across for across, _ in samplings) * max(down for _, down in samplings)
    return sum(width * height * across * down // most for across, down in samplings) * _BYTES_OF_COEFFICIENT
