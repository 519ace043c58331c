"""Writes and seals OFD files; see `signing.ofd.structure`."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from signing.algorithms import Suite
from signing.certificates import Certificate
from signing.errors import DocumentError
from signing.ofd.reading import OpenOfd, carried_authorities, open_files
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
    Described,
    OfdPage,
    authorities_der,
    list_xml,
    read_pages,
    sign_folder,
    signature_xml,
    stamp_of,
)
from signing.packages import read_package, write_package
from signing.seal import parse_seal, sign_full
from signing.stamps import CARRIED, VisibleSeal, checked_place

_BODY_ENDS = b"</ofd:DocBody>"
_SIGNATURES = f"<ofd:Signatures>{LIST}</ofd:Signatures>".encode()


def new_ofd(files: Mapping[str, bytes]) -> bytes:
    """An OFD file of these parts, by their paths in the package (`OFD.xml`, `Doc_0/Document.xml`, ...), without seals.

    Raises:
        DocumentError: a part's name, or they are no document that only shows something.
    """
    if any(name.startswith(FOLDER) for name in files):
        raise DocumentError("structure", FOLDER)
    read_pages(files)
    return write_ofd(files)


def write_ofd(files: Mapping[str, bytes]) -> bytes:
    """The package of these parts, `OFD.xml` first, as readers of a stream want it.

    Raises:
        DocumentError: a part's name.
    """
    first = {ENTRY: files[ENTRY]} if ENTRY in files else {}
    return write_package(first | dict(files), packed=True)


def seal_ofd(suite: Suite, data: bytes, *, seal: VisibleSeal, at: datetime, authorities: Sequence[Certificate] = ()) -> bytes:
    """`data` with one more signature, over all that is in it but the list of signatures; `authorities` as `seal_files`.

    Raises:
        DocumentError: the file is not one that can be sealed.
        SealError: the signer is not among the seal's holders.
    """
    return write_ofd(seal_files(suite, read_package(data, MAX_BYTES), seals=[seal], at=at, authorities=authorities))


def seal_files(
    suite: Suite,
    files: Mapping[str, bytes] | OpenOfd,
    *,
    seals: Sequence[VisibleSeal],
    at: datetime,
    authorities: Sequence[Certificate] = (),
) -> dict[str, bytes]:
    """The parts of an OFD with a signature more for each of `seals`, in this order.

    `authorities` are the certificates over their signers and makers; those that are not there yet come with the first of the signatures.

    Raises:
        DocumentError: they are not an OFD that can be sealed, or it becomes too large.
        SealError: a signer is not among its seal's holders.
    """
    opened = files if isinstance(files, OpenOfd) else open_files(suite, files)
    files, pages, signs = dict(opened.files), opened.pages, opened.signs
    if signs + len(seals) > MOST_SIGNS:
        raise DocumentError("signature", "too many")
    if not signs:
        files[ENTRY] = _announced(files[ENTRY])
    new = {one.der for one in authorities if one.usage in CARRIED} - set(carried_authorities(suite, files))
    if new and seals:
        files[sign_folder(signs + 1) + AUTHORITIES] = authorities_der(new)
    for number, seal in enumerate(seals, signs + 1):
        files.pop(LIST, None)
        files |= _signed(suite, files, number, seal, at, pages)
    files[LIST] = list_xml(signs + len(seals))
    if sum(len(part) for part in files.values()) > MAX_BYTES:
        raise DocumentError("package_size")
    return files


def _signed(
    suite: Suite, files: Mapping[str, bytes], number: int, seal: VisibleSeal, at: datetime, pages: tuple[OfdPage, ...]
) -> dict[str, bytes]:
    """The files of one more signature over `files`."""
    picture, folder = parse_seal(suite, seal.seal).picture, sign_folder(number)
    stamp = stamp_of(pages, checked_place(seal.place, len(pages)), picture.width_mm, picture.height_mm) if seal.place else None
    protected = {f"/{name}": base64.b64encode(suite.hash(part)).decode() for name, part in files.items()}
    content = signature_xml(suite, number, Described(f"{at.astimezone(UTC):%Y%m%d%H%M%S}", protected, stamp))
    value = sign_full(suite, seal.signer, seal.seal, content, at, f"/{folder}{SIGNATURE}")
    return {folder + SIGNATURE: content, folder + SEAL: seal.seal, folder + VALUE: value}


def without_seals(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of an OFD as they were before its first seal."""
    rest = {name: part for name, part in files.items() if not name.startswith(FOLDER)}
    return rest | ({ENTRY: rest[ENTRY].replace(_SIGNATURES, b"", 1)} if ENTRY in rest else {})


def _announced(entry: bytes) -> bytes:
    """OFD.xml that says where the signatures are listed."""
    if entry.count(_BODY_ENDS) != 1 or b"<ofd:Signatures>" in entry:
        raise DocumentError("structure", ENTRY)
    return entry.replace(_BODY_ENDS, _SIGNATURES + _BODY_ENDS)
