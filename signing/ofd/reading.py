"""Reads sealed OFD files, strictly: each file is under the first seal or is a signature's, and each later seal is over those before it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from signing.algorithms import Suite
from signing.errors import DocumentError
from signing.ofd.elements import read_element
from signing.ofd.structure import (
    AUTHORITIES,
    ENTRY,
    FOLDER,
    LIST,
    MAX_BYTES,
    MOST_SIGNS,
    SEAL,
    SIGNATURE,
    VALUE,
    OfdPage,
    list_xml,
    place_of,
    read_authorities,
    read_described,
    read_pages,
    sign_folder,
)
from signing.packages import read_package
from signing.seal import parse_signature
from signing.stamps import DocumentSeal


@dataclass(frozen=True, kw_only=True)
class OfdSign:
    """One signature of an OFD file: its number, its seal, its time as Signature.xml says it, and the files that it protects."""

    number: int
    at: datetime
    seal: DocumentSeal
    protects: tuple[str, ...]


@dataclass(frozen=True)
class OfdReading:
    """A sealed OFD taken apart. Nothing in it is believed before each seal has been judged."""

    files: Mapping[str, bytes] = field(repr=False)
    signs: tuple[OfdSign, ...]
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    """Of authorities over the signers, for whoever has only the root. Each has to prove itself."""


def read_ofd(suite: Suite, data: bytes) -> OfdReading:
    """Take an OFD (not trusted) apart: every file is protected by the first seal or belongs to a signature, and there is nothing else.

    Raises:
        DocumentError: it is no OFD of ours, or something is in it that no seal accounts for.
        SigningError: a certificate or seal in it cannot be read.
    """
    files = read_package(data, MAX_BYTES)
    return OfdReading(files, check_files(suite, files)[1], carried_authorities(suite, files))


def carried_authorities(suite: Suite, files: Mapping[str, bytes]) -> tuple[bytes, ...]:
    """The certificates of authorities that the signatures of an OFD (not trusted) bring, each once.

    Raises:
        DocumentError: `certificate`, one of no authority, or too many.
        MalformedError: it is none.
    """
    parts = (files.get(sign_folder(number) + AUTHORITIES) for number in range(1, MOST_SIGNS + 1))
    return tuple(dict.fromkeys(one for part in parts if part is not None for one in read_authorities(suite, part)))


@dataclass(frozen=True)
class OpenOfd:
    """The parts of an OFD that were read and are to be sealed: the files, the pages, and how many seals there are."""

    files: Mapping[str, bytes] = field(repr=False)
    pages: tuple[OfdPage, ...]
    signs: int


def open_files(suite: Suite, files: Mapping[str, bytes]) -> OpenOfd:
    """Read the parts of an OFD (not trusted) that is to be sealed later.

    Raises:
        DocumentError, SigningError: as `read_ofd`.
    """
    pages, signs = check_files(suite, files)
    return OpenOfd(files, pages, len(signs))


def check_files(suite: Suite, files: Mapping[str, bytes]) -> tuple[tuple[OfdPage, ...], tuple[OfdSign, ...]]:
    """The pages and the signatures of the parts of an OFD (not trusted).

    Raises:
        DocumentError, SigningError: as `read_ofd`.
    """
    pages = read_pages(files)
    count = _count(files)
    protected = [name for name in files if not name.startswith(FOLDER)]
    signs = []
    for number in range(1, count + 1):
        protected += [name for name in (sign_folder(number) + AUTHORITIES,) if name in files]
        signs.append(_read_sign(suite, files, pages, number, protected))
        protected += [sign_folder(number) + one for one in (SIGNATURE, SEAL, VALUE)]
    if count and files.keys() != {*protected, LIST}:
        raise DocumentError("unaccounted", min(files.keys() ^ {*protected, LIST}))
    return pages, tuple(signs)


def _count(files: Mapping[str, bytes]) -> int:
    """How many signatures there are; the list of them must be the one for so many."""
    named = [one.text for one in read_element(files[ENTRY], ENTRY).only("DocBody").inside if one.name == "Signatures"]
    signs = {name.removeprefix(FOLDER).partition("/")[0] for name in files if name.startswith(FOLDER) and name != LIST}
    if not signs and not named and LIST not in files:
        return 0
    if not 0 < len(signs) <= MOST_SIGNS or named != [LIST] or files.get(LIST) != list_xml(len(signs)):
        raise DocumentError("signature", LIST)
    return len(signs)


def _read_sign(suite: Suite, files: Mapping[str, bytes], pages: tuple[OfdPage, ...], number: int, protected: list[str]) -> OfdSign:
    folder = sign_folder(number)
    if any(folder + one not in files for one in (SIGNATURE, SEAL, VALUE)):
        raise DocumentError("signature", folder)
    content, value = files[folder + SIGNATURE], files[folder + VALUE]
    described = read_described(suite, number, content)
    if [f"/{name}" for name in sorted(protected)] != sorted(described.references):
        raise DocumentError("unaccounted", folder)
    signed = parse_signature(suite, value)
    if signed.seal.der != files[folder + SEAL]:
        raise DocumentError("seal", folder)
    try:
        at = datetime.strptime(described.at, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise DocumentError("signature", folder) from error
    if at != signed.at:
        raise DocumentError("signature", folder)
    picture = signed.seal.picture
    seal = DocumentSeal(
        property_info=f"/{folder}{SIGNATURE}",
        content=content,
        signature=value,
        place=place_of(pages, described.stamp, picture.width_mm, picture.height_mm) if described.stamp else None,
        changed=tuple(name for name in protected if _digest(suite, files[name]) != described.references[f"/{name}"]),
    )
    return OfdSign(number=number, at=at, seal=seal, protects=tuple(protected))


def _digest(suite: Suite, data: bytes) -> str:
    return base64.b64encode(suite.hash(data)).decode()
