"""Seals to be put on a document: who signs, with which seal, and where its picture is seen. PDF and OFD share these."""

from dataclasses import dataclass, field
from datetime import datetime

from signing.certificates import Certificate
from signing.errors import DocumentError
from signing.keys import Signer

CARRIED = frozenset({"authority"})
"""Usages of the certificates that a document brings along: no root, which nobody may believe for being there."""
MOST_AUTHORITIES = 12
"""New ones of one act: three over each signer and each maker would be many."""
_TENTHS = 10


@dataclass(frozen=True)
class StampPlace:
    """Where a seal's picture is seen: a page (counted from 0) and its middle, in mm from the page's upper left corner."""

    page: int
    x_mm: float
    y_mm: float

    def tenths(self) -> tuple[int, int, int]:
        """Page and middle in tenths of a millimetre, which is how documents keep them."""
        return self.page, round(self.x_mm * _TENTHS), round(self.y_mm * _TENTHS)


@dataclass(frozen=True)
class VisibleSeal:
    """One seal to be put on a document: its signer, the seal (DER), and its place; without a place no picture is shown."""

    signer: Signer
    seal: bytes = field(repr=False)
    place: StampPlace | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentSeal:
    """One seal signature found in a document, to be judged by `verify.verify_signature` on `content`.

    `property_info` is what its propertyInfo must be where it stands. `changed` names protected parts whose bytes are not those sealed:
    with any, the content is not what was sealed, whatever `signature` says of `content`.
    """

    property_info: str
    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    place: StampPlace | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class CmsFinding:
    """What the signature for ordinary readers is worth: `code` is empty where it holds, else `bad_signature` or `other_content`.

    `signer` is its certificate (P-256), `chain` the others that came with it; whether they lead to a root is not judged.
    """

    code: str
    signer: Certificate
    chain: tuple[Certificate, ...]
    at: datetime


def checked_place(place: StampPlace, pages: int) -> StampPlace:
    """The place as documents keep it.

    Raises:
        DocumentError: `place`, no such page, or a middle that no sheet has.
    """
    page, x, y = place.tenths()
    if not 0 <= page < pages or not (0 <= x <= 9999 and 0 <= y <= 9999):
        raise DocumentError("place", f"{page}")
    return StampPlace(page, x / _TENTHS, y / _TENTHS)
