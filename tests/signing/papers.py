"""Sample documents (示例): a PDF and an OFD of one page, and three tiers with unit seals and document keys, made once per suite."""

import struct
import zlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from signing.algorithms import suite
from signing.certificates import Certificate, CertificateProfile
from signing.issuing import enrol
from signing.keys import FileSigner
from signing.ofd import new_ofd, seal_ofd
from signing.pdf import seal_pdf
from signing.seal import make_seal
from signing.seal_image import Picture
from signing.stamps import StampPlace, VisibleSeal
from tests.signing.county import COUNTY, END, NOW, START, TOWNSHIP, VILLAGE, County, county

TIERS = {
    # tier: (division, who signs as a person, issuer of its organ's certificate, middle of its seals on the page)
    "village": (VILLAGE, "agent", "township", (60, 240)),
    "township": (TOWNSHIP, "reviewer", "root", (110, 240)),
    "county": (COUNTY, "approver", "root", (160, 240)),
}


def png(side: int = 96, seed: int = 1) -> bytes:
    """A picture of two colours with a clear ground, like a drawn seal."""
    dots = bytearray()
    for y in range(side):
        row = bytearray(side // 8)
        for x in range(side):
            far = (x - side / 2) ** 2 + (y - side / 2) ** 2
            if (side * 0.42) ** 2 < far < (side * 0.48) ** 2 or (far < (side * 0.3) ** 2 and (x * seed + y * 3) % 11 < 4):
                row[x // 8] |= 0x80 >> x % 8
        dots += b"\0" + row
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 3, 0, 0, 0)),
        (b"PLTE", bytes((255, 255, 255, 200, 16, 46))),
        (b"tRNS", b"\0"),
        (b"IDAT", zlib.compress(bytes(dots), 9)),
        (b"IEND", b""),
    )
    return png_of(*parts)


def png_of(*parts: tuple[bytes, bytes]) -> bytes:
    """A PNG of these chunks."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@dataclass(frozen=True)
class Office:
    """One tier's seals and keys: what an act at it seals a document with."""

    person: FileSigner
    person_seal: bytes
    organ: FileSigner
    unit_seal: bytes
    document: FileSigner
    chain: tuple[Certificate, ...]
    authorities: tuple[Certificate, ...]
    place: StampPlace

    def seals(self) -> list[VisibleSeal]:
        """The person's and the unit's, where this tier's are seen."""
        below = StampPlace(self.place.page, self.place.x_mm, self.place.y_mm + 20)
        return [VisibleSeal(self.person, self.person_seal, below), VisibleSeal(self.organ, self.unit_seal, self.place)]


@cache
def offices(name: str) -> dict[str, Office]:
    """The three tiers of the sample county."""
    of, p256 = county(name), suite("p256")
    root_profile = CertificateProfile(usage="root", division=COUNTY, tier="county", name="示例县文书根")
    root = enrol(p256, None, root_profile, START, END)
    made = {}
    for tier, (division, person, issuer, middle) in TIERS.items():
        profile = CertificateProfile(usage="organ", division=division, station=division + "01", tier=tier, name=f"示例{tier}单位")
        organ = FileSigner(of.suite, *enrol(of.suite, of.signer(issuer), profile, START, END))
        key = enrol(p256, FileSigner(p256, *root), profile, START, END)
        station = division + "01"
        made[tier] = Office(
            person=of.signer(person),
            person_seal=_seal(of, "county_maker", f"{station}-person-1", "person", of.signer(person), Picture("PNG", png(64, 5), 20, 20)),
            organ=organ,
            unit_seal=_seal(of, "county_maker", f"{station}-unit-1", "organ", organ, Picture("PNG", png(320, len(tier)), 42, 42)),
            document=FileSigner(p256, *key),
            chain=(key.certificate, root.certificate),
            authorities=(of.certificates["township"], of.certificates["root"]),
            place=StampPlace(0, *middle),
        )
    return made


def _seal(of: County, maker: str, seal_id: str, kind: str, holder: FileSigner, picture: Picture) -> bytes:
    return make_seal(
        of.suite,
        of.signer(maker),
        seal_id=seal_id,
        name=f"示例{kind}（样章）",
        kind=kind,
        holders=[holder.certificate],
        picture=picture,
        created_at=START,
        valid_from=START,
        valid_to=END,
    )


def plain_pdf(*texts: str) -> bytes:
    """A PDF with a page for each text, as plain as can be."""
    return pdf_of(*plain_pdf_objects(*texts))


def plain_pdf_objects(*texts: str) -> list[bytes]:
    """Its objects in order: catalog, page tree, font, then each page and its text."""
    kids = " ".join(f"{4 + place * 2} 0 R" for place in range(len(texts)))
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(texts)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for place, text in enumerate(texts):
        shown = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
        contents = 5 + place * 2
        bodies.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.28 841.89]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % contents)
        bodies.append(b"<</Length %d>>\nstream\n%b\nendstream" % (len(shown), shown))
    return bodies


def pdf_of(*bodies: bytes) -> bytes:
    """A PDF of these objects; the first is the catalog."""
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + b"".join(b"%010d 00000 n \n" % one for one in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, xref)
    return bytes(out)


def sealed_once(name: str, tier: str, pdf: bytes, days: int = 0) -> bytes:
    """`pdf` with one tier's revision more."""
    office = offices(name)[tier]
    at = NOW + timedelta(days=days)
    return seal_pdf(
        suite(name), pdf, seals=office.seals(), at=at, document=office.document, chain=office.chain, authorities=office.authorities
    )


def sealed_pdf(name: str, tiers: int = 3) -> bytes:
    """A PDF of two pages with the seals of so many tiers, from the village up."""
    return _sealed_pdf(name, tiers)


@cache
def _sealed_pdf(name: str, tiers: int) -> bytes:
    if tiers == 0:
        return plain_pdf("sample form", "second page")
    return sealed_once(name, list(TIERS)[tiers - 1], _sealed_pdf(name, tiers - 1), tiers - 1)


def plain_ofd_files(text: str = "示例申请表") -> dict[str, bytes]:
    """The parts of an OFD of one page."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    advances = " ".join(["5"] * (len(text) - 1))
    parts = {
        "OFD.xml": f'<ofd:OFD {space} DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{"0" * 32}</ofd:DocID>'
        "<ofd:Title>示例</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID>"
        "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        '</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/PublicRes.xml": f'<ofd:Res {space} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="宋体" FamilyName="宋体"/>'
        "</ofd:Fonts></ofd:Res>",
        "Doc_0/Pages/Page_0/Content.xml": f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="3" Type="Body">'
        f'<ofd:TextObject ID="4" Boundary="20 20 150 10" Font="2" Size="5">'
        f'<ofd:TextCode X="0" Y="6" DeltaX="{advances}">{text}</ofd:TextCode>'
        "</ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>",
    }
    return {name: (head + body).encode() for name, body in parts.items()}


def sealed_ofd(name: str, tiers: int = 3) -> bytes:
    """An OFD of one page with the seals of so many tiers, each tier's person's first."""
    return _sealed_ofd(name, tiers)


@cache
def _sealed_ofd(name: str, tiers: int) -> bytes:
    if tiers == 0:
        return new_ofd(plain_ofd_files())
    data, tier = _sealed_ofd(name, tiers - 1), list(TIERS)[tiers - 1]
    office = offices(name)[tier]
    for seal in office.seals():
        data = seal_ofd(suite(name), data, seal=seal, at=NOW + timedelta(days=tiers - 1), authorities=office.authorities)
    return data
