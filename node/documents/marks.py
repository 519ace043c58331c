"""The text of the QR code on a document: which case and document it is, and the beginning of the digest of what it says.

No address and nothing personal is in it: whoever has the file or the case holds them against each other.
"""

import re
from dataclasses import dataclass

_DIGEST = 32
"""Hexadecimal digits of a digest that the code carries where it does not carry the whole."""
_MARK = re.compile(r"([0-9]{25}) ([a-z_]{2,20}) ([0-9a-f]{12}) ((?:sm3|sha256):[0-9a-f]{16,64})")


@dataclass(frozen=True)
class Mark:
    """What a code says: `package` are twelve digits of the item version's digest, `digest` is the beginning of the content's."""

    case_number: str
    kind: str
    package: str
    digest: str


def mark_text(case_number: str, kind: str, package: str, digest: str) -> str:
    """The text of the code of a document whose content has `digest` (`sm3:…`), of a case under the item version `package`."""
    name, _, digits = digest.partition(":")
    return f"{case_number} {kind} {package.partition(':')[2][:12]} {name}:{digits[:_DIGEST]}"


def read_mark(text: str) -> Mark | None:
    """What a code says, None when it is no code of a document."""
    found = _MARK.fullmatch(text.strip())
    return Mark(*found.groups()) if found else None
