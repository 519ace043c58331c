"""What stands where in an OFD of ours, and the one form of its signature files.

```
OFD.xml                               the document and, once sealed, where its signatures are listed
Doc_0/...                             pages, fonts, pictures: all of it under every seal
Doc_0/Signs/Signatures.xml            the list, under no seal, so that the next tier can add itself
Doc_0/Signs/Sign_1/Authorities.der    certificates of authorities over signer and maker that no earlier one has; under this seal too
Doc_0/Signs/Sign_1/Signature.xml      digest of every file until then; what the seal is over
Doc_0/Signs/Sign_1/Seal.esl           the seal
Doc_0/Signs/Sign_1/SignedValue.dat    the SES_Signature
```

Each later signature has the files of the earlier ones among its references.

Source: GB/T 33190-2016, 18 (signatures); GB/T 38540-2020 (SES_Signature, propertyInfo).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from signing import der
from signing.algorithms import Suite
from signing.certificates import parse_certificate
from signing.errors import DocumentError
from signing.ofd.elements import SPACE, Element, read_element
from signing.stamps import CARRIED, MOST_AUTHORITIES, StampPlace, checked_place

MAX_BYTES = 8 << 20
MOST_SIGNS = 40
ENTRY = "OFD.xml"
FOLDER = "Doc_0/Signs/"
LIST = FOLDER + "Signatures.xml"
SIGNATURE, VALUE, SEAL = "Signature.xml", "SignedValue.dat", "Seal.esl"
AUTHORITIES = "Authorities.der"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ALGORITHMS = {
    # suite: (signature, digest), the object identifiers that the file names
    "gm": ("1.2.156.10197.1.501", "1.2.156.10197.1.401"),
    "p256": ("1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.2.1"),
}
_BOX = re.compile(r"0 0 ([0-9]{1,4}(?:\.[0-9]{1,3})?) ([0-9]{1,4}(?:\.[0-9]{1,3})?)")


@dataclass(frozen=True)
class Described:
    """What a Signature.xml says: its time as fourteen digits, the digests in Base64 by absolute path, page id and box of the picture."""

    at: str
    references: Mapping[str, str]
    stamp: tuple[str, str] | None


def sign_folder(number: int) -> str:
    """Where the files of a signature are, from 1."""
    return f"{FOLDER}Sign_{number}/"


def authorities_der(certificates: Iterable[bytes]) -> bytes:
    """The certificates of a signature's authorities in one file: SEQUENCE OF Certificate, ordered by their bytes.

    Raises:
        DocumentError: `certificate`, they are too many.
    """
    once = sorted(set(certificates))
    if len(once) > MOST_AUTHORITIES:
        raise DocumentError("certificate", AUTHORITIES)
    return der.sequence(*once)


def read_authorities(suite: Suite, data: bytes) -> tuple[bytes, ...]:
    """The certificates (not trusted) in such a file, which must be as `authorities_der` writes it.

    Raises:
        DocumentError: `certificate`, one of no authority, none or too many.
        MalformedError: it holds other things.
    """
    listed = der.Reader(AUTHORITIES, data).enter()
    found: list[bytes] = []
    while listed.more and len(found) <= MOST_AUTHORITIES:
        found.append(listed.slice(der.SEQUENCE))
    if not found or authorities_der(found) != data or any(parse_certificate(suite, one).usage not in CARRIED for one in found):
        raise DocumentError("certificate", AUTHORITIES)
    return tuple(found)


def list_xml(count: int) -> bytes:
    """The list of so many signatures."""
    rows = "".join(f'<ofd:Signature ID="{one}" Type="Seal" BaseLoc="/{sign_folder(one)}{SIGNATURE}"/>' for one in range(1, count + 1))
    return f'{_HEAD}<ofd:Signatures xmlns:ofd="{SPACE}"><ofd:MaxSignId>{count}</ofd:MaxSignId>{rows}</ofd:Signatures>\n'.encode()


def signature_xml(suite: Suite, number: int, described: Described) -> bytes:
    """The Signature.xml of a signature."""
    method, check = _ALGORITHMS[suite.name]
    folder = sign_folder(number)
    rows = "".join(
        f'<ofd:Reference FileRef="{path}"><ofd:CheckValue>{value}</ofd:CheckValue></ofd:Reference>\n'
        for path, value in described.references.items()
    )
    stamp = ""
    if described.stamp:
        stamp = f'<ofd:StampAnnot ID="{number}" PageRef="{described.stamp[0]}" Boundary="{described.stamp[1]}"/>\n'
    return (
        f'{_HEAD}<ofd:Signature xmlns:ofd="{SPACE}">\n<ofd:SignedInfo>\n'
        '<ofd:Provider ProviderName="Yizhan" Version="1" Company="Yizhan"/>\n'
        f"<ofd:SignatureMethod>{method}</ofd:SignatureMethod>\n"
        f"<ofd:SignatureDateTime>{described.at}Z</ofd:SignatureDateTime>\n"
        f'<ofd:References CheckMethod="{check}">\n{rows}</ofd:References>\n{stamp}'
        f"<ofd:Seal><ofd:BaseLoc>/{folder}{SEAL}</ofd:BaseLoc></ofd:Seal>\n</ofd:SignedInfo>\n"
        f"<ofd:SignedValue>/{folder}{VALUE}</ofd:SignedValue>\n</ofd:Signature>\n"
    ).encode()


_DESCRIBED = re.compile(r"<ofd:SignatureDateTime>([0-9]{14})Z</ofd:SignatureDateTime>")
_REFERENCE = re.compile(r'<ofd:Reference FileRef="(/[A-Za-z0-9_./+-]+)"><ofd:CheckValue>([A-Za-z0-9+/=]{4,64})</ofd:CheckValue>')
_STAMP = re.compile(r'<ofd:StampAnnot ID="[0-9]+" PageRef="([0-9]{1,9})" Boundary="([0-9. -]{1,40})"/>')


def read_described(suite: Suite, number: int, data: bytes) -> Described:
    """What a Signature.xml (not trusted) says; it must be as `signature_xml` writes that.

    Raises:
        DocumentError: `signature`, it is not.
    """
    text = data.decode("utf-8", "replace")
    times, stamps = _DESCRIBED.findall(text), _STAMP.findall(text)
    if len(times) != 1 or len(stamps) > 1:
        raise DocumentError("signature", sign_folder(number))
    described = Described(times[0], dict(_REFERENCE.findall(text)), stamps[0] if stamps else None)
    if signature_xml(suite, number, described) != data:
        raise DocumentError("signature", sign_folder(number))
    return described


@dataclass(frozen=True)
class OfdPage:
    """A page: its id, and its size in mm."""

    page_id: str
    width: float
    height: float


def read_pages(files: Mapping[str, bytes]) -> tuple[OfdPage, ...]:
    """The pages of the document; every XML part is read, and must only show something.

    Raises:
        DocumentError: `structure`, `xml`.
    """
    parts = {name: read_element(data, name) for name, data in files.items() if name.endswith(".xml") and not name.startswith(FOLDER)}
    body = _root(parts, ENTRY, "OFD").only("DocBody")
    root = body.only("DocRoot").text.removeprefix("/")
    document = _root(parts, root, "Document")
    pages = []
    for page in document.only("Pages").inside:
        where = root.rpartition("/")[0] + "/" + page.attributes.get("BaseLoc", "")
        content = _root(parts, where.lstrip("/"), "Page")
        areas = [one for one in content.inside if one.name == "Area"] or [document.only("CommonData").only("PageArea")]
        box = _BOX.fullmatch(areas[0].only("PhysicalBox").text)
        page_id = page.attributes.get("ID", "")
        if box is None or page.name != "Page" or not (page_id.isascii() and page_id.isdigit()):
            raise DocumentError("structure", where)
        pages.append(OfdPage(page_id, float(box[1]), float(box[2])))
    if not pages or len({page.page_id for page in pages}) != len(pages):
        raise DocumentError("structure", root)
    return tuple(pages)


def _root(parts: Mapping[str, Element], name: str, element: str) -> Element:
    found = parts.get(name)
    if found is None or found.name != element:
        raise DocumentError("structure", name)
    return found


def stamp_of(pages: tuple[OfdPage, ...], place: StampPlace, width_mm: int, height_mm: int) -> tuple[str, str]:
    """Page id and box of a picture whose middle is at `place`."""
    page, x, y = place.tenths()
    box = (x / 10 - width_mm / 2, y / 10 - height_mm / 2, width_mm, height_mm)
    return pages[page].page_id, " ".join(f"{one:g}" for one in box)


def place_of(pages: tuple[OfdPage, ...], stamp: tuple[str, str], width_mm: int, height_mm: int) -> StampPlace:
    """Where a picture is seen, from what Signature.xml says.

    Raises:
        DocumentError: `place`, on no page, or its box is not of the picture's size.
    """
    found = [place for place, page in enumerate(pages) if page.page_id == stamp[0]]
    try:
        left, top = (float(one) for one in stamp[1].split(" ")[:2])
    except ValueError as error:
        raise DocumentError("place", stamp[1]) from error
    place = StampPlace(found[0] if found else 0, left + width_mm / 2, top + height_mm / 2)
    if not found or stamp_of(pages, place, width_mm, height_mm) != stamp:
        raise DocumentError("place", stamp[1])
    return checked_place(place, len(pages))
