"""Short codes that people compare (核对码): the beginning of a digest, in letters that do not look alike."""

from signing.recovery import ALPHABET

LENGTH = 8


def code_of(digest: str) -> str:
    """`3F9A-1C07`: the first 40 bits of a digest. Source: the alphabet is Crockford's base 32."""
    number = int(digest.partition(":")[2][:10] or "0", 16)
    text = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return f"{text[:4]}-{text[4:]}"
