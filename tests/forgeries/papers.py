"""A form as PDF and OFD (sample), sealed by three tiers with real keys, and what forgers do to them."""

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from node.documents.layout import Layout, Page, Text
from node.documents.ofd_pages import ofd_files
from node.documents.sealing import authorities_over
from signing.algorithms import suite
from signing.certificates import Certificate
from signing.issuing import enrol
from signing.keys import FileSigner
from signing.ofd import new_ofd, seal_ofd
from signing.packages import read_package, write_package
from signing.pdf import seal_pdf
from signing.seal import make_seal, parse_seal
from signing.seal_image import Picture
from signing.stamps import StampPlace, VisibleSeal
from signing.trust import TrustStore
from tests.forgeries.cases import NUMBER
from tests.forgeries.county import END, HOUR, NOW, PROFILES, START, TOWNSHIP, County, honest_county

PLACE = StampPlace(0, 100.0, 200.0)
TIERS: Sequence[tuple[tuple[str, str], tuple[str, str]]] = (
    (("agent", "agent"), ("village_organ", "village_service")),
    (("reviewer", "reviewer"), ("township_organ", "township_unit")),
    (("approver", "approver"), ("county_organ", "county_approval")),
)
"""Who seals the form at each tier, and with what: the person, then the unit."""

OTHER_TOWNSHIP_ACT = (("other_reviewer", "other_reviewer"), ("other_township_organ", "other_township_unit"))
"""A township that is not the village's."""


def png(grey: int) -> bytes:
    """A small grey picture."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(b"\0" + bytes([grey] * 8) for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@dataclass(frozen=True)
class Bureau:
    """The county with what documents need: seals whose pictures are PNG, and P-256 keys of the organs under a document root."""

    county: County
    document_keys: dict[str, FileSigner]
    root: Certificate

    def visible(self, put: tuple[str, str]) -> VisibleSeal:
        return VisibleSeal(self.county.signer(put[0]), self.county.seals[put[1]], PLACE)

    def pdf(self, tiers: Sequence[tuple[tuple[str, str], ...]] = TIERS) -> bytes:
        """The form with a revision for each of these."""
        data = base_pdf()
        for place, puts in enumerate(tiers):
            data = self.sealed_pdf(data, puts, place)
        return data

    def sealed_pdf(self, data: bytes, puts: Sequence[tuple[str, str]], place: int, organ: str = "") -> bytes:
        document = self.document_keys[organ or puts[-1][0]]
        seals = [self.visible(put) for put in puts]
        at, brought = NOW + place * HOUR, self.authorities(seals)
        return seal_pdf(self.county.suite, data, seals=seals, at=at, document=document, chain=(self.root,), authorities=brought)

    def authorities(self, seals: Sequence[VisibleSeal]) -> list[Certificate]:
        trust = TrustStore(self.county.suite, self.county.certificates["root"].der)
        for one in self.county.certificates.values():
            trust.add(one.der)
        return authorities_over(self.county.suite, trust, seals)

    def ofd(self, tiers: Sequence[tuple[tuple[str, str], ...]] = TIERS) -> bytes:
        """The form with a signature for each seal of these."""
        layout = Layout("form", "示例申请表", NUMBER, (Page((Text(30, 40, 12, "示例"),)),))
        data = new_ofd(ofd_files(layout))
        for place, puts in enumerate(tiers):
            for put in puts:
                seal, at = self.visible(put), NOW + place * HOUR
                data = seal_ofd(self.county.suite, data, seal=seal, at=at, authorities=self.authorities([seal]))
        return data


def base_pdf(more: bytes = b"") -> bytes:
    """One plain page; `more` stands in the catalog, and may do what a plain page does not."""
    stream = b"BT /F1 18 Tf 72 700 Td (sample) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%b>>" % more,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream),
        b"<</Subject(%b)>>" % NUMBER.encode(),
    ]
    data, offsets = b"%PDF-1.6\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    xref = len(data)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, rows)
    return data + b"trailer\n<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref)


@cache
def bureau(name: str) -> Bureau:
    """Made once per suite."""
    county = honest_county(name).copy()
    others = {("other_unit", "other_organ"), *((seal, who) for who, seal in OTHER_TOWNSHIP_ACT)}
    for seal, who in {put[1]: put[0] for tier in TIERS for put in tier}.items() | others:
        with_png(county, seal, who)
    p256 = suite("p256")
    if name == "p256":
        keys = {who: county.signer(who) for who in county.certificates if who.endswith("_organ")}
        return Bureau(county, keys, county.certificates["root"])
    private, root = enrol(p256, None, PROFILES["root"][1], START, END)
    by = FileSigner(p256, private, root)
    keys = {}
    for who in (one for one in PROFILES if one.endswith("_organ")):
        private, certificate = enrol(p256, by, PROFILES[who][1], START, END)
        keys[who] = FileSigner(p256, private, certificate)
    return Bureau(county, keys, root)


@cache
def foreign_root(name: str) -> bytes:
    """The root of another county."""
    return enrol(suite(name), None, PROFILES["root"][1], START, END)[1].der


def with_png(county: County, seal: str, who: str, grey: int = 90) -> None:
    """The same seal with a picture that a PDF can show."""
    from_seal = county.seals[seal]
    old = parse_seal(county.suite, from_seal)
    person = county.certificates[who].usage == "person"
    maker = "township_maker" if person and county.certificates[who].division.startswith(TOWNSHIP[:9]) else "county_maker"
    county.seals[seal] = make_seal(
        county.suite, county.signer(maker), seal_id=old.seal_id, name=old.name, kind="person" if person else "organ",
        holders=[county.certificates[who]], picture=Picture("PNG", png(grey), 42, 42), created_at=START, valid_from=START, valid_to=END,
    )  # fmt: skip


def repacked(data: bytes, change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> bytes:
    """An OFD with its parts changed, packed as our own writer does it."""
    return write_package(change(read_package(data, 1 << 24)), packed=True)
