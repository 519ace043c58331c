"""Base45: bytes in the characters of a QR code's alphanumeric mode, which scanners that type can type too.

Source: RFC 9285.
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LETTERS = 45


def encode(data: bytes) -> str:
    """Three characters for each two bytes, two for a last one."""
    written: list[str] = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, _LETTERS)
            written.append(ALPHABET[digit])
    return "".join(written)


def decode(text: str) -> bytes:
    """The bytes that `encode` made this of.

    Raises:
        ValueError: it made no such text.
    """
    data = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        if len(group) == 1 or any(character not in _VALUES for character in group):
            raise ValueError("no base45")
        value = sum(_VALUES[character] * _LETTERS**place for place, character in enumerate(group))
        if value >= 256 ** (len(group) - 1):
            raise ValueError("no base45")
        data += value.to_bytes(len(group) - 1, "big")
    return bytes(data)
