"""The worked example of `docs/formats.md`, in both suites. `python -m tests.worked_example` makes it anew, with new keys.

Signatures and encryption are random, so the made bytes are kept in `tests/vectors/formats.json` with the keys that open them; the page is
written from that file, and `tests/test_formats.py` holds the program against both.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from node.casework.case import Desk, Holder
from node.casework.case_number import CaseNumber
from node.casework.contents import ENCLOSURE_CONTEXT
from node.casework.letter import CONTEXT, EnclosureEntry, Letter, SealedLetter, make_frame, read_frame
from node.mail.packing import Addressee, Contents, enclosures_named, pack
from node.mail.receipts import ReceiptBook
from node.roles import Tier
from node.station import Station
from node.store import open_store
from node.store.records import PendingArrival
from signing.algorithms import PrivateKey, Suite, suite
from signing.certificates import Certificate, CertificateProfile
from signing.envelope import new_content_key
from signing.issuing import enrol
from signing.keys import FileSigner
from signing.seal import make_seal, rebuild_signature, sign_compact
from signing.seal_image import name_sample
from signing.trust import TrustStore
from sync.parcel import read_parcel
from sync.routes import Directory, StationEntry
from tests.fakes import SetClock

VECTORS = Path(__file__).parent / "vectors" / "formats.json"
PAGE = Path(__file__).parent.parent / "docs" / "formats.md"
BEGIN, END = "<!-- The rest is written by `python -m tests.worked_example`. -->\n", "<!-- End of the worked example. -->\n"

COUNTY, TOWNSHIP, VILLAGE = "13102500000001", "13102510500001", "13102510520101"
NAMES = {COUNTY: "示例县", TOWNSHIP: "示例镇", VILLAGE: "示例一村"}
TIERS = {COUNTY: "county", TOWNSHIP: "township", VILLAGE: "village"}
VALID = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
SEALED_AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
STORED_AT = datetime(2026, 11, 22, 3, 4, 7, tzinfo=UTC)
ARRIVED_AT = datetime(2026, 11, 22, 3, 4, 9, tzinfo=UTC)
PACKAGE = b'{"example":"the bytes of a form package"}'
PAGES = {"full": "示例：一页扫描件的内容".encode(), "preview": "示例：它的预览图".encode()}

ISSUED = (
    # name, issuer, usage, station, roles
    ("root", None, "root", COUNTY, ()),
    ("county_authority", "root", "authority", COUNTY, ()),
    ("seal_maker", "county_authority", "seal_maker", COUNTY, ()),
    ("county_sign", "county_authority", "station_sign", COUNTY, ()),
    ("county_encrypt", "county_authority", "station_encrypt", COUNTY, ()),
    ("township_authority", "county_authority", "authority", TOWNSHIP, ()),
    ("township_sign", "county_authority", "station_sign", TOWNSHIP, ()),
    ("township_encrypt", "county_authority", "station_encrypt", TOWNSHIP, ()),
    ("village_sign", "township_authority", "station_sign", VILLAGE, ()),
    ("agent", "township_authority", "person", VILLAGE, ("agent",)),
)


@dataclass(frozen=True)
class People:
    """Everybody of the example: keys and certificates by name."""

    suite: Suite
    keys: dict[str, PrivateKey]
    certificates: dict[str, Certificate]

    def signer(self, name: str) -> FileSigner:
        return FileSigner(self.suite, self.keys[name], self.certificates[name])

    def station(self, number: str) -> Station:
        """A station with its keys; the village gets no encryption key of its own, as nothing is addressed to it here."""
        tier = TIERS[number]
        return Station(
            station=number,
            name=NAMES[number],
            tier=Tier(tier),
            suite=self.suite,
            trust=self.trust(),
            stations=Known(directory()),
            signer=self.signer(f"{tier}_sign"),
            encryption_key=self.keys.get(f"{tier}_encrypt", self.keys[f"{tier}_sign"]),
        )

    def trust(self) -> TrustStore:
        store = TrustStore(self.suite, self.certificates["root"].der)
        for certificate in self.certificates.values():
            store.add(certificate.der)
        return store


@dataclass(frozen=True)
class Known:
    """Stations that never change."""

    directory: Directory


def directory() -> Directory:
    """The three stations, one above the other."""
    above = {VILLAGE: TOWNSHIP, TOWNSHIP: COUNTY, COUNTY: None}
    return Directory(StationEntry(one, NAMES[one], TIERS[one], parent) for one, parent in above.items())


def make(name: str) -> dict[str, Any]:
    """The example in one suite, as it is kept in the vectors; new keys each time."""
    people = make_people(name)
    algorithms = people.suite
    kept = {rank: _enclosure(algorithms, plain) for rank, plain in PAGES.items()}
    seal = make_seal(
        algorithms,
        people.signer("seal_maker"),
        seal_id=f"{VILLAGE}-person-1",
        name="示例代办员甲（样章）",
        kind="person",
        holders=[people.certificates["agent"]],
        picture=name_sample("示例代办员甲"),
        created_at=VALID[0],
        valid_from=VALID[0],
        valid_to=VALID[1],
    )
    sealed = _sealed(people, seal, kept)
    compact = sealed.seals[0]
    parcel = _parcel(people, seal, sealed, kept)
    return {
        "keys": {who: encoded(algorithms.dump_private(key)) for who, key in people.keys.items()},
        "certificates": {who: encoded(certificate.der) for who, certificate in people.certificates.items()},
        "seal": encoded(seal),
        "payload": sealed.payload.decode(),
        "seals": sealed.frame.split(b"\n")[2].decode(),
        "letter_id": sealed.letter_id,
        "seal_signature": encoded(rebuild_signature(algorithms, seal, people.certificates["agent"].der, compact, sealed.sealed_content)),
        "enclosures": kept,
        "parcel": encoded(parcel),
        "parcel_id": algorithms.digest(parcel),
        "receipts": _receipts(people, algorithms.digest(parcel), sealed.letter_id),
    }


def make_people(name: str) -> People:
    """Keys and certificates of everybody."""
    people = People(suite(name), {}, {})
    for who, issuer, usage, station, roles in ISSUED:
        own_station = station if usage not in ("root", "authority", "seal_maker") else ""
        title = "示例代办员甲" if usage == "person" else NAMES[station]
        profile = CertificateProfile(usage=usage, station=own_station, division=station[:12], tier=TIERS[station], roles=roles, name=title)
        people.keys[who], people.certificates[who] = enrol(people.suite, people.signer(issuer) if issuer else None, profile, *VALID)
    return people


def _enclosure(algorithms: Suite, plain: bytes) -> dict[str, str]:
    key = new_content_key(algorithms)
    ciphertext = algorithms.encrypt(key, plain, ENCLOSURE_CONTEXT)
    return {"plain": encoded(plain), "key": encoded(key), "ciphertext": encoded(ciphertext), "id": algorithms.digest(ciphertext)}


def _sealed(people: People, seal: bytes, kept: dict[str, dict[str, str]]) -> SealedLetter:
    digest = people.suite.digest

    def entry(rank: str, media: str, below: EnclosureEntry | None) -> EnclosureEntry:
        ciphertext = decoded(kept[rank]["ciphertext"])
        place = ("", 0) if rank == "preview" else ("mat_id", 1)
        return EnclosureEntry(*place, digest(PAGES[rank]), kept[rank]["id"], len(ciphertext), media, below)

    letter = Letter(
        kind="submitted",
        case_number=str(CaseNumber(VILLAGE, date(2026, 11, 22), 7)),
        origin=VILLAGE,
        after=None,
        at=SEALED_AT,
        checked_on=date(2026, 11, 22),
        item_id="gaoling",
        package=digest(PACKAGE),
        holder=Holder(TOWNSHIP, Desk.REVIEW),
        body={"answers": {"name": "示例甲", "live_alone": "否"}, "first_contact_at": "2026-11-22T02:50:00Z", "note": "示例"},
        enclosures=(entry("full", "image/jpeg", entry("preview", "image/webp", None)),),
    )
    compact = sign_compact(people.suite, people.signer("agent"), seal, CONTEXT + letter.payload(), SEALED_AT)
    return read_frame(make_frame(letter.payload(), (compact,)), digest)


def _parcel(people: People, seal: bytes, sealed: SealedLetter, kept: dict[str, dict[str, str]]) -> bytes:
    contents = Contents(
        letters=[sealed.frame],
        keys={one["id"]: decoded(one["key"]) for one in kept.values()},
        certificates=[people.certificates[who].der for who in ("county_authority", "township_authority", "agent")],
        seals=[seal],
    )
    readers = [Addressee(12, people.certificates["township_encrypt"]), Addressee(9, people.certificates["county_encrypt"])]
    return pack(
        people.station(VILLAGE),
        contents,
        parcel_class="letters",
        readers=readers,
        urgent=False,
        made_at=SEALED_AT,
        enclosures=enclosures_named(sealed.letter.enclosures),
    )


def _receipts(people: People, parcel_id: str, letter_id: str) -> list[str]:
    """The township's first two receipts: it has stored the parcel, and admitted the letter."""
    station = people.station(TOWNSHIP)
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "example.db", digest=people.suite.digest, clock=SetClock())
        book = ReceiptBook(station, store)
        with store.transaction():
            stored = book.stored([parcel_id], STORED_AT)
            arrived = book.arrived([PendingArrival(letter_id, "admitted", None, (VILLAGE, COUNTY))], ARRIVED_AT)
        store.close()
    return [stored.data.decode(), arrived.data.decode()]


def encoded(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes:
    """Bytes of base64."""
    return base64.b64decode(text, validate=True)


def load() -> dict[str, dict[str, Any]]:
    """The vectors, by suite."""
    loaded: dict[str, dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))["suites"]
    return loaded


def render(vectors: dict[str, dict[str, Any]]) -> str:
    """The end of the page: the example in each suite."""
    return BEGIN + "".join(_render(name, one) for name, one in vectors.items()) + END


def _render(name: str, one: dict[str, Any]) -> str:
    algorithms = suite(name)
    parcel = read_parcel(decoded(one["parcel"]), algorithms.digest)
    full, preview = one["enclosures"]["full"], one["enclosures"]["preview"]
    steps: tuple[tuple[str, str], ...] = (
        ("The payload, one line:", one["payload"]),
        ("The seals, one line:", one["seals"]),
        ("The letter's id, the digest of the frame:", one["letter_id"]),
        (
            "The digests of the agent's certificate, of the seal, and of the SES_Signature rebuilt from them:",
            "\n".join(algorithms.digest(data) for data in (decoded(one["certificates"]["agent"]), decoded(one["seal"]), _ses(one))),
        ),
        ("The page's enclosure: its key, its ciphertext, its id:", "\n".join((full["key"], full["ciphertext"], full["id"]))),
        ("Its preview's:", "\n".join((preview["key"], preview["ciphertext"], preview["id"]))),
        ("The parcel's header, one line:", parcel.associated.split(b"\n")[1].decode()),
        (
            "The parcel: bytes before the body, of the body, of the signature, and its id:",
            f"{parcel.body_at} {parcel.header.length} {len(parcel.signature)}\n{parcel.parcel_id}",
        ),
        ("The township's `stored` receipt, whole:", one["receipts"][0].rstrip("\n")),
        ("Its `arrived` receipt, whole:", one["receipts"][1].rstrip("\n")),
        ("Their ids:", "\n".join(algorithms.digest(text.encode()) for text in one["receipts"])),
    )
    blocks = (f"{title}\n\n```\n{text}\n```\n" for title, text in steps)
    return f"\n### Suite `{name}`\n\n" + "\n".join(blocks) + "\n"


def _ses(one: dict[str, Any]) -> bytes:
    return decoded(one["seal_signature"])


def write(page: Path = PAGE, making: Callable[[str], dict[str, Any]] = make) -> None:
    """Make the vectors anew and write the page's end from them."""
    vectors = {name: making(name) for name in ("gm", "p256")}
    about = "The worked example of docs/formats.md. All names are samples (示例); the keys are used nowhere else."
    VECTORS.write_text(json.dumps({"about": about, "suites": vectors}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    head = page.read_text(encoding="utf-8").partition(BEGIN)[0]
    page.write_text(head + render(vectors), encoding="utf-8")


if __name__ == "__main__":
    write()
