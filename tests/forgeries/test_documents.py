from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from node.evidence.findings import FileFinding
from node.evidence.grounds import Dated, Grounds
from node.evidence.times import Carried, CarriedTimes
from node.evidence.verification import verify_data
from signing.algorithms import suite
from signing.certificates import Certificate
from signing.errors import DocumentError
from signing.issuing import enrol
from signing.keys import FileSigner
from signing.packages import read_package
from signing.pdf import read_pdf
from signing.report import SealStatus
from signing.stamps import VisibleSeal
from tests.forgeries.cases import NUMBER
from tests.forgeries.county import COUNTY, DAY, END, HOUR, NOW, PROFILES, START, SUITES
from tests.forgeries.papers import OTHER_TOWNSHIP_ACT, TIERS, Bureau, base_pdf, bureau, repacked, with_png

BOTH = pytest.mark.parametrize("name", SUITES)
KINDS = pytest.mark.parametrize("kind", ["pdf", "ofd"])
VILLAGE_ACT, TOWNSHIP_ACT, COUNTY_ACT = TIERS
SIGNS = "Doc_0/Signs/"
Steps = Sequence[tuple[int, int, str]]
"""(number of the seal in the file, step, code)."""


class Received:
    """A letter with every part of the document was received an hour after each seal."""

    def of(self, part: bytes, at: object, hints: object) -> Dated:
        return Dated((None, NOW + 4 * HOUR), NOW + 4 * HOUR, "receipts")


def grounds(made: Bureau, *, knows: str = "all", roots: bool = True) -> Grounds:
    """What a station of the county goes by; `knows` is `all` or `root`: nothing but the county's root."""
    certificates = tuple(one.der for one in made.county.certificates.values()) if knows == "all" else ()
    document_roots = (made.root.der,) if roots else ()
    root = made.county.certificates["root"].der
    return Grounds(root, NOW + DAY, certificates, document_roots=document_roots, times=Received())


def found_in(made: Bureau, data: bytes) -> FileFinding:
    return verify_data("form", data, grounds(made))


def faults_of(finding: FileFinding) -> list[tuple[int, int, str]]:
    return [
        (place, step.number, step.code)
        for place, seal in enumerate(finding.seals, 1)
        for step in seal.report.steps
        if step.verdict in ("invalid", "undetermined")
    ]


@BOTH
@KINDS
def test_an_honest_document_is_valid_in_every_step_with_its_seals_in_order(name: str, kind: str) -> None:
    made = bureau(name)
    found = found_in(made, getattr(made, kind)())
    assert (faults_of(found), found.problems, found.verdict, found.case) == ([], (), "valid", NUMBER)
    assert [(seal.tier, seal.kind) for seal in found.seals] == [
        ("village", "person"), ("village", "service"), ("township", "person"), ("township", "unit"),
        ("county", "person"), ("county", "approval"),
    ]  # fmt: skip
    assert {seal.proof for seal in found.seals} == {"receipts"}


@BOTH
@KINDS
def test_with_nothing_but_the_root_every_seal_stands_and_no_time_is_proven(name: str, kind: str) -> None:
    made = bureau(name)
    found = verify_data("form", getattr(made, kind)(), Grounds(made.county.certificates["root"].der, NOW + DAY))
    assert (found.verdict, found.problems, len(found.seals)) == ("undetermined", (), 6)
    assert {code for _, _, code in faults_of(found)} == {"unproven"}


@BOTH
@KINDS
def test_an_authority_that_the_root_did_not_certify_proves_nothing(name: str, kind: str) -> None:
    """What a document brings is believed as far as it leads to the root, whatever name and issuer it gives itself."""
    made = bureau(name)
    found = verify_data("form", getattr(with_own_authority(made), kind)((VILLAGE_ACT,)), Grounds(made.county.certificates["root"].der, NOW))
    assert found.verdict == "invalid" and {(1, 6, "bad_signature"), (1, 7, "bad_signature")} <= set(faults_of(found))


class Thief(Bureau):
    """Brings the township's authority that he made himself."""

    def authorities(self, seals: Sequence[VisibleSeal]) -> list[Certificate]:
        return [self.county.certificates["township"]]


def with_own_authority(made: Bureau) -> Bureau:
    """A forger with a township, an agent and a seal maker of his own, whose certificates say that the county's root stands over them."""
    county, root = made.county.copy(), made.county.certificates["root"]
    key, own = enrol(county.suite, None, root.profile, START, END)
    posing = FileSigner(county.suite, key, replace(own, subject=root.subject, key_id=root.key_id))
    county.private["township"], county.certificates["township"] = enrol(county.suite, posing, PROFILES["township"][1], START, END)
    for who in ("agent", "township_maker"):
        county.certify(who, "township", PROFILES[who][1])
    with_png(county, "agent", "agent")
    return Thief(county, made.document_keys, made.root)


@BOTH
@KINDS
def test_a_document_is_dated_by_the_letter_that_carries_these_very_bytes_at_that_time(name: str, kind: str) -> None:
    made = bureau(name)
    data = getattr(made, kind)((VILLAGE_ACT,))
    part = data if kind == "pdf" else signature_of(data, 1)
    other = data if kind == "pdf" else signature_of(data, 2)
    dated = Dated((None, NOW + HOUR), NOW + HOUR, "station")
    for at, verdict in ((NOW, "valid"), (NOW + HOUR, "undetermined")):
        times = CarriedTimes([Carried(at, {part, other}, dated), Carried(NOW, {part + b"!"}, dated)])
        root, certificates = made.county.certificates["root"].der, tuple(one.der for one in made.county.certificates.values())
        found = verify_data("form", data, Grounds(root, NOW + DAY, certificates, document_roots=(made.root.der,), times=times))
        assert found.verdict == verdict


def signature_of(data: bytes, number: int) -> bytes:
    return read_package(data, 1 << 24)[f"{SIGNS}Sign_{number}/SignedValue.dat"]


@dataclass(frozen=True)
class Forgery:
    """What is forged in a document, and what must be found: faults of seals, and problems of the file."""

    says: str
    make: Callable[[Bureau], bytes]
    faults: Steps = ()
    problems: tuple[str, ...] = ()
    count: int = 0
    """How many seals are still shown."""


LATER_ACT = [(3, 12, "tier_order"), (4, 12, "tier_order")]


def swapped(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data and len(old) == len(new)
    return data.replace(old, new, 1)


def update_of(data: bytes) -> bytes:
    """An incremental update without a seal, that shows another page content."""
    xref, old = len(data), data.rindex(b"startxref\n") + len(b"startxref\n")
    before = data[old : data.index(b"\n", old)]
    stream = b"5 0 obj\n<</Length 30>>stream\nBT /F1 18 Tf 72 700 Td (x) Tj\nendstream\nendobj\n"
    xref += len(stream)
    table = b"xref\n5 1\n%010d 00000 n \ntrailer\n<</Size 7/Root 1 0 R/Prev %b>>\nstartxref\n%d\n%%%%EOF\n" % (len(data), before, xref)
    return data + stream + table


def without(number: int) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    folder = f"{SIGNS}Sign_{number}/"
    return lambda parts: {name: data for name, data in parts.items() if not name.startswith(folder)}


def trailing(parts: dict[str, bytes]) -> dict[str, bytes]:
    value = f"{SIGNS}Sign_1/SignedValue.dat"
    return {**parts, value: parts[value] + b"\0"}


def reordered(parts: dict[str, bytes]) -> dict[str, bytes]:
    text = parts[SIGNS + "Signatures.xml"]
    return {
        **parts,
        SIGNS + "Signatures.xml": text.replace(b"Sign_1/", b"Sign_x/").replace(b"Sign_2/", b"Sign_1/").replace(b"Sign_x/", b"Sign_2/"),
    }


def page_changed(parts: dict[str, bytes]) -> dict[str, bytes]:
    (name,) = (name for name in parts if name.endswith("Content.xml"))
    return {**parts, name: parts[name].replace("示例".encode(), "伪造".encode())}


def foreign_document_root(made: Bureau) -> bytes:
    """The signature for ordinary readers by a key of the right name under somebody else's root."""
    algorithms = suite("p256")
    private, root = enrol(algorithms, None, PROFILES["root"][1], START, END)
    by = FileSigner(algorithms, private, root)
    private, certificate = enrol(algorithms, by, PROFILES["village_organ"][1], START, END)
    thief = Bureau(made.county, {"village_organ": FileSigner(algorithms, private, certificate)}, root)
    return thief.pdf((VILLAGE_ACT,))


PDF = (
    Forgery("a page changed under the seals", lambda made: swapped(made.pdf(), b"(sample)", b"(simple)"),
            [(place, 3, "bad_signature") for place in range(1, 7)], ("cms_other_content",) * 3, 6),
    Forgery("an update without a seal after the last one", lambda made: update_of(made.pdf()), (), ("syntax",)),
    Forgery("a byte after the end", lambda made: made.pdf() + b" ", (), ("syntax",)),
    Forgery("a comment after the end", lambda made: made.pdf() + b"%\n%%EOF\n", (), ("syntax",)),
    Forgery("half of the last revision", lambda made: made.pdf()[:-400], (), ("syntax",)),
    Forgery("another picture of the seal", lambda made: swapped(made.pdf(), b"/Width 8/", b"/Width 9/"), (), ("revision",)),
    Forgery("the picture at another place", lambda made: swapped(made.pdf(), b"[0,1000,2000]", b"[0,1000,1000]"), (), ("revision",)),
    Forgery("the tiers in the wrong order", lambda made: made.pdf((TOWNSHIP_ACT, VILLAGE_ACT)), LATER_ACT, (), 4),
    Forgery("a township that is not the village's", lambda made: made.pdf((VILLAGE_ACT, OTHER_TOWNSHIP_ACT)),
            [(3, 12, "outside_tier"), (4, 12, "outside_tier")], (), 4),
    Forgery("one tier twice", lambda made: made.pdf((VILLAGE_ACT, VILLAGE_ACT)), LATER_ACT, (), 4),
    Forgery("another village's seal", lambda made: made.pdf(((VILLAGE_ACT[0], ("other_organ", "other_unit")),)),
            [(2, 12, "unit_of_other_organ")], (), 2),
    Forgery("the signature for ordinary readers by another unit's key",
            lambda made: made.sealed_pdf(base_pdf(), VILLAGE_ACT, 0, organ="township_organ"), (), ("cms_other_organ",), 2),
    Forgery("the signature for ordinary readers under somebody else's root", foreign_document_root, (), ("cms_root",), 2),
    Forgery("no seal at all", lambda made: base_pdf()),
    Forgery("a base that does something when it is opened",
            lambda made: base_pdf(b"/OpenAction 3 0 R"), (), ("key",)),
)  # fmt: skip

OFD = (
    Forgery("a page changed under the seals", lambda made: repacked(made.ofd(), page_changed),
            [(place, 9, "other_content") for place in range(1, 7)], (), 6),
    Forgery("a file added", lambda made: repacked(made.ofd(), lambda parts: {**parts, "Doc_0/Res/more.png": b"PNG"}), (), ("unaccounted",)),
    Forgery("the list of signatures in another order", lambda made: repacked(made.ofd(), reordered), (), ("signature",)),
    Forgery("the last signature taken out of the list alone",
            lambda made: repacked(made.ofd(), without(6)), (), ("signature",)),
    Forgery("the first signature taken out", lambda made: repacked(made.ofd(), without(1)), (), ("signature",)),
    Forgery("a signature in another one's place", lambda made: repacked(
        made.ofd(), lambda parts: {**parts, f"{SIGNS}Sign_2/SignedValue.dat": parts[f"{SIGNS}Sign_1/SignedValue.dat"]}), (), ("seal",)),
    Forgery("another seal beside the signature", lambda made: repacked(
        made.ofd(), lambda parts: {**parts, f"{SIGNS}Sign_2/Seal.esl": parts[f"{SIGNS}Sign_1/Seal.esl"]}), (), ("seal",)),
    Forgery("bytes after the signature", lambda made: repacked(made.ofd((VILLAGE_ACT,)), trailing),
            (), ("document",)),
    Forgery("the tiers in the wrong order", lambda made: made.ofd((TOWNSHIP_ACT, VILLAGE_ACT)), LATER_ACT, (), 4),
    Forgery("another village's seal", lambda made: made.ofd(((VILLAGE_ACT[0], ("other_organ", "other_unit")),)),
            [(2, 12, "unit_of_other_organ")], (), 2),
    Forgery("a unit's seal without a person's", lambda made: made.ofd(((VILLAGE_ACT[1],),)), [(1, 12, "first_not_person")], (), 1),
    Forgery("a comment behind the package", lambda made: made.ofd()[:-2] + b"\1\0x", (), ("package_bytes",)),
)  # fmt: skip


@BOTH
@pytest.mark.parametrize("forged", [pytest.param(one, id=one.says.replace(" ", "_")) for one in PDF])
def test_a_forged_pdf_is_refused_where_it_is_forged(name: str, forged: Forgery) -> None:
    check(bureau(name), forged)


@BOTH
@pytest.mark.parametrize("forged", [pytest.param(one, id=one.says.replace(" ", "_")) for one in OFD])
def test_a_forged_ofd_is_refused_where_it_is_forged(name: str, forged: Forgery) -> None:
    check(bureau(name), forged)


def check(made: Bureau, forged: Forgery) -> None:
    found = found_in(made, forged.make(made))
    assert (faults_of(found), tuple(code for code, _ in found.problems)) == (list(forged.faults), forged.problems)
    assert (len(found.seals), found.verdict) == (forged.count, "invalid")


@BOTH
@KINDS
def test_a_seal_that_the_register_stopped_is_refused_in_a_document(name: str, kind: str) -> None:
    made = bureau(name)
    here = grounds(made)
    stopped = Grounds(
        here.root, here.now, here.certificates, document_roots=here.document_roots, times=here.times,
        register=lambda seal: SealStatus("stopped", NOW) if seal.seal_id.startswith(COUNTY) and "approval" in seal.seal_id else None,
    )  # fmt: skip
    assert faults_of(verify_data("form", getattr(made, kind)(), stopped)) == [(6, 11, "stopped")]


def test_without_the_countys_document_root_the_finding_says_so_and_blames_nothing() -> None:
    made = bureau("gm")
    found = verify_data("form.pdf", made.pdf(), grounds(made, roots=False))
    assert (found.verdict, found.facts) == ("valid", {"cms": "cms_unknown_root"})


@BOTH
def test_what_our_reader_of_pdf_would_not_seal_it_does_not_read_either(name: str) -> None:
    made = bureau(name)
    for evil in (update_of(base_pdf()), base_pdf() + b"%%EOF\n"):
        with pytest.raises(DocumentError):
            made.sealed_pdf(evil, VILLAGE_ACT, 0)
        with pytest.raises(DocumentError):
            read_pdf(made.county.suite, evil)
