"""An export of a decided case, made by hand with real keys, so that each thing in it can be made wrong."""

import base64
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from forms.schema import Form
from node.casework.case import Case, Desk, Event, Holder, Signatory, new_case
from node.casework.case_number import CaseNumber
from node.casework.deciding import decides_by, deciding_at_first
from node.casework.letter import CONTEXT as LETTER_CONTEXT
from node.casework.letter import EnclosureEntry, Letter, make_frame
from node.clock import to_text
from node.errors import TransitionError
from node.evidence.exports import FORMAT
from node.mail.receipts import CONTEXT as RECEIPT_CONTEXT
from node.paperwork.values import DOCUMENTS
from node.roles import Role, Tier
from node.seals.status import Entry, make_list
from signing.canonical import canonical_bytes
from signing.issuing import issue_revocations
from signing.revocations import Revocation
from signing.seal import CompactSeal, rebuild_signature, tbs_bytes
from tests.forgeries.county import COUNTY, HOUR, NOW, TOWNSHIP, VILLAGE, County
from tests.items import newest

PACKAGE = newest("gaoling").read_bytes()
FORM = Form.from_bytes(PACKAGE)
PATH = (VILLAGE + "01", TOWNSHIP + "01", COUNTY + "01")
NUMBER = str(CaseNumber(PATH[0], NOW.date(), 7))
PAGE = b"a scanned page (sample)"


@dataclass(frozen=True)
class Put:
    """One seal put under a letter: whose key, which seal, the time that it claims, and what is done to the signature value."""

    who: str
    seal: str
    at: datetime | None = None
    spoil: Callable[[bytes], bytes] = bytes


@dataclass(frozen=True)
class Act:
    """One letter to be: its kind, where it is made, the seals under it, and when others receive it (None: nobody does)."""

    kind: str
    origin: str
    puts: tuple[Put, ...]
    at: datetime
    received: datetime | None
    case: str = NUMBER
    body: dict[str, Any] = field(default_factory=dict)


def honest_acts() -> list[Act]:
    """Submitted, accepted, forwarded, approved: each with the person's seal and the unit's."""
    village, township, county = PATH
    seals = {
        "submitted": (village, (Put("agent", "agent"), Put("village_organ", "village_service"))),
        "accepted": (township, (Put("reviewer", "reviewer"), Put("township_organ", "township_unit"))),
        "forwarded": (township, (Put("reviewer", "reviewer"), Put("township_organ", "township_unit"))),
        "approved": (county, (Put("approver", "approver"), Put("county_organ", "county_approval"))),
    }
    acts = []
    for place, (kind, (origin, puts)) in enumerate(seals.items()):
        at = NOW + 3 * place * HOUR
        acts.append(Act(kind, origin, puts, at, at + HOUR))
    return acts


@dataclass
class CaseFile:
    """The parts of an export, open to a forger until `zipped`."""

    county: County
    parts: dict[str, bytes] = field(default_factory=dict)

    def zipped(self) -> bytes:
        """As a file, with an index that names every part as it is now."""
        digest = self.county.suite.digest
        index = {
            "format": FORMAT,
            "case": NUMBER,
            "suite": self.county.suite.name,
            "made_at": to_text(NOW),
            "made_by": PATH[2],
            "files": {name: digest(data) for name, data in self.parts.items()},
        }
        return archived({"export.json": json.dumps(index).encode(), **self.parts})


def archived(parts: dict[str, bytes]) -> bytes:
    """These parts as a zip."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return file.getvalue()


def written(
    county: County,
    acts: Sequence[Act],
    *,
    revoked: Sequence[tuple[str, Sequence[Revocation]]] = (),
    entries: Sequence[Entry] = (),
    register_by: str = "county_maker",
    documents: bytes = b"",
) -> CaseFile:
    """The export of a case with these acts; `revoked` are (authority, what it took back), `entries` those of the seal register.

    `documents` is a sealed form as PDF that the first letter carries.
    """
    made = CaseFile(county, {"package.json": PACKAGE})
    suite, parts = county.suite, made.parts
    parts[f"enclosures/{_hex(county, PAGE)}.jpg"] = PAGE
    packed = archived({"form.pdf": documents}) if documents else b""
    if packed:
        parts |= {f"enclosures/{_hex(county, packed)}.zip": packed, "documents/form.pdf": documents}
    case: Case | None = None
    for place, act in enumerate(acts, 1):
        letter, case = _letter(county, act, case, _entries(county, packed) if place == 1 else ())
        payload = letter.payload()
        seals = tuple(_sealed(county, put, LETTER_CONTEXT + payload, act.at) for put in act.puts)
        frame = make_frame(payload, seals)
        case = replace(case, head=suite.digest(frame))
        parts[f"letters/{place:04d}.letter"] = frame
        for number, (put, compact) in enumerate(zip(act.puts, seals, strict=True), 1):
            whole = rebuild_signature(suite, county.seals[put.seal], county.certificates[put.who].der, compact, LETTER_CONTEXT + payload)
            parts[f"seals/{place:04d}-{number}.ses"] = whole
            parts[f"seals/{_hex(county, county.seals[put.seal])}.esl"] = county.seals[put.seal]
        if act.received is not None:
            by = "township_station" if act.origin == PATH[0] else "village_station"
            parts[f"receipts/{place:064x}.receipt"] = receipt(county, by, suite.digest(frame), act.received, place)
    for certificate in county.certificates.values():
        parts[f"certificates/{certificate.digest.partition(':')[2]}.der"] = certificate.der
    for place, (authority, taken) in enumerate(revoked, 1):
        parts[f"revocations/{place:064x}.crl"] = issue_revocations(suite, county.signer(authority), place, taken, NOW, NOW + 700 * HOUR)
    if entries:
        parts["seals/register.txt"] = make_list(3, NOW, tuple(entries), county.signer(register_by))
    return made


def _entries(county: County, documents: bytes) -> tuple[EnclosureEntry, ...]:
    digest = county.suite.digest
    page = EnclosureEntry("id_card", 1, digest(PAGE), digest(b"ciphertext"), 100, "image/jpeg")
    carried = EnclosureEntry(DOCUMENTS, 1, digest(documents), digest(b"ciphertext" + documents), 100, "application/zip")
    return (page, carried) if documents else (page,)


def _letter(county: County, act: Act, case: Case | None, enclosures: tuple[EnclosureEntry, ...]) -> tuple[Letter, Case]:
    """The letter, and its case as the transition table goes on; where that forbids it, the holder stays."""
    digest = county.suite.digest
    body = act.body or ({"answers": dict(FORM.sample), "first_contact_at": to_text(act.at)} if act.kind == "submitted" else {})
    body = body or ({"acceptance_number": "示例受理1号"} if act.kind == "accepted" else {})
    before = case or new_case(act.case, FORM.id, digest(PACKAGE), PATH, deciding_at_first(FORM))
    letter = Letter(
        kind=act.kind,
        case_number=act.case,
        origin=act.origin,
        after=before.head,
        at=act.at,
        checked_on=NOW.date(),
        item_id=FORM.id,
        package=digest(PACKAGE),
        holder=Holder(PATH[1], Desk.REVIEW),
        body=body,
        enclosures=enclosures,
    )
    certificate = county.certificates[act.puts[0].who]
    roles = frozenset(Role(role) for role in certificate.roles)
    by = Signatory(certificate.station, Tier(certificate.tier), roles, certificate.name)
    try:
        after = before.after(Event(act.kind), by, "", decides_by(letter, FORM))
    except TransitionError:
        after = before
    return replace(letter, holder=after.holder), after


def _sealed(county: County, put: Put, content: bytes, at: datetime) -> CompactSeal:
    """A seal put on without asking whether the signer is among its holders, or anything else."""
    at, seal = put.at or at, county.seals[put.seal]
    signature = county.signer(put.who).sign(tbs_bytes(seal, at, county.suite.hash(content)))
    return CompactSeal(county.certificates[put.who].digest, county.suite.digest(seal), at, put.spoil(signature))


def receipt(county: County, by: str, letter_id: str, at: datetime, number: int, *, signed_by: str = "") -> bytes:
    """An `arrived` receipt of a station."""
    signer = county.signer(signed_by or by)
    payload = {
        "station": county.certificates[by].station,
        "number": number,
        "after": None,
        "at": to_text(at),
        "kind": "arrived",
        "parcels": [],
        "letters": [{"id": letter_id, "outcome": "admitted", "reason": None}],
        "signer": signer.certificate.digest,
    }
    signed = RECEIPT_CONTEXT + canonical_bytes(payload) + b"\n"
    return signed + base64.b64encode(signer.sign(signed)) + b"\n"


def _hex(county: County, data: bytes) -> str:
    return county.suite.digest(data).partition(":")[2]
