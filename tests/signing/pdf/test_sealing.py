"""Seals on PDF files, tier after tier, in both suites: read again, judged by the twelve steps, and accepted by pdfsig."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
import pytest

from signing.algorithms import suite
from signing.certificates import parse_certificate
from signing.errors import DocumentError, SealError, UnknownSignerError
from signing.issuing import enrol
from signing.keys import FileSigner
from signing.pdf import PdfReading, read_pdf, seal_pdf
from signing.seal import parse_signature
from signing.stamps import StampPlace, VisibleSeal
from signing.trust import TrustStore
from signing.verify import SealPolicy, verify_signature
from tests.signing.county import END, NOW, START, SUITES, county
from tests.signing.papers import TIERS, offices, plain_pdf, png, sealed_once, sealed_pdf


def pdfsig(data: bytes, folder: Path) -> list[dict[str, str]]:
    """What pdfsig says of each signature."""
    file = folder / "sample.pdf"
    file.write_bytes(data)
    done = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, check=False, timeout=60, text=True)
    said = []
    for part in re.split(r"^Signature #\d+:$", done.stdout, flags=re.MULTILINE)[1:]:
        lines = [line.strip(" -") for line in part.strip().splitlines()]
        facts = dict(line.split(": ", 1) for line in lines if ": " in line)
        said.append(facts | {"total": str("Total document signed" in lines)})
    return said


def judged(name: str, reading: PdfReading, known: TrustStore | None = None) -> list[str]:
    """Of each seal in order: valid, or the first step that is not."""
    trust, found = known or county(name).trust(), []
    for revision in reading.revisions:
        for seal in revision.seals:
            policy = SealPolicy(property_info=seal.property_info)
            report = verify_signature(suite(name), trust, seal.signature, seal.content, (revision.at, revision.at), policy)
            problem = report.first_problem
            found.append(f"{problem.number} {problem.code}" if problem else report.verdict)
    return found


@pytest.mark.parametrize("name", SUITES)
def test_three_tiers_seal_one_after_the_other(name: str) -> None:
    data = sealed_pdf(name)
    reading = read_pdf(suite(name), data)
    assert [one.field for one in reading.revisions] == ["seal-1", "seal-2", "seal-3"]
    assert [one.cms.code for one in reading.revisions] == ["", "", ""]
    assert judged(name, reading) == ["valid"] * 6
    assert reading.base == plain_pdf("sample form", "second page")
    for place, (revision, tier) in enumerate(zip(reading.revisions, TIERS, strict=True)):
        office = offices(name)[tier]
        assert data[: revision.end] == sealed_pdf(name, place + 1) and revision.start == len(sealed_pdf(name, place))
        assert [parse_signature(suite(name), one.signature).seal.der for one in revision.seals] == [office.person_seal, office.unit_seal]
        assert [parse_signature(suite(name), one.signature).signer.der for one in revision.seals] == [
            office.person.certificate.der,
            office.organ.certificate.der,
        ]
        assert revision.cms.signer.der == office.document.certificate.der
        assert [one.place for one in revision.seals] == [one.place for one in office.seals()]
        assert {one.property_info for one in revision.seals} == {f"pdf:seal-{place + 1}"}


@pytest.mark.parametrize("name", SUITES)
def test_pdfsig_finds_every_signature_valid(name: str, tmp_path: Path) -> None:
    said = pdfsig(sealed_pdf(name), tmp_path)
    assert [one["Signature Validation"] for one in said] == ["Signature is Valid."] * 3
    assert [one["total"] for one in said] == ["False", "False", "True"]
    assert [one["Signature Field Name"] for one in said] == ["seal-1", "seal-2", "seal-3"]


def test_another_program_that_shows_pdf_finds_them_too() -> None:
    with pdfium.PdfDocument(sealed_pdf("gm")) as document:
        document.init_forms()  # fields are drawn with the forms
        assert len(document) == 2 and pdfium_raw.FPDF_GetSignatureCount(document.raw) == 3
        pixels = document[0].render(scale=0.5, may_draw_forms=True).to_pil().convert("RGB").tobytes()
    reds = sum(1 for at in range(0, len(pixels), 3) if pixels[at] > max(pixels[at + 1], pixels[at + 2]) + 40)
    assert reds > 1000  # the seals are seen


def test_pdfsig_sees_a_changed_byte(tmp_path: Path) -> None:
    said = pdfsig(sealed_pdf("gm", 1).replace(b"sample form", b"sample farm"), tmp_path)
    assert said[0]["Signature Validation"] != "Signature is Valid."


def test_an_earlier_seal_does_not_depend_on_a_later_one() -> None:
    reading = read_pdf(suite("gm"), sealed_pdf("gm"))
    first = read_pdf(suite("gm"), sealed_pdf("gm", 1))
    assert reading.revisions[0] == first.revisions[0]


def test_a_seal_that_comes_again_is_kept_once() -> None:
    once = sealed_pdf("gm", 1)
    twice = sealed_once("gm", "village", once, 1)
    assert len(twice) - len(once) < len(once) - len(sealed_pdf("gm", 0)) - 3000
    assert judged("gm", read_pdf(suite("gm"), twice)) == ["valid"] * 4
    assert twice.count(b"/Subtype/Image") == 2


@pytest.mark.parametrize("name", SUITES)
def test_the_root_alone_is_enough_to_judge_every_seal(name: str) -> None:
    reading, trust = read_pdf(suite(name), sealed_pdf(name)), TrustStore(suite(name), county(name).certificates["root"].der)
    with pytest.raises(UnknownSignerError):
        judged(name, reading, trust)
    for certificate in reading.certificates:
        trust.add(certificate)
    assert judged(name, reading, trust) == ["valid"] * 6
    assert [parse_certificate(suite(name), one).usage for one in reading.certificates] == ["authority"]


@pytest.mark.parametrize("name", SUITES)
def test_ordinary_readers_find_the_certificates_over_the_document_key_once(name: str, tmp_path: Path) -> None:
    """Beside the signatures, where ETSI EN 319 142-1 puts them; in a signature they would stand in each, and twice as long."""
    p256, office = suite("p256"), offices(name)["village"]
    key, between = enrol(p256, None, replace(office.chain[1].profile, name="示例县文书根二"), START, END)
    top = FileSigner(p256, key, between)
    key, between = enrol(p256, top, replace(office.chain[1].profile, usage="authority"), START, END)
    document = FileSigner(p256, *enrol(p256, FileSigner(p256, key, between), office.chain[0].profile, START, END))
    pdf = plain_pdf("a")
    for _ in range(2):
        chain = (document.certificate, between, top.certificate)
        pdf = seal_pdf(suite(name), pdf, seals=office.seals(), at=NOW, document=document, chain=chain, authorities=office.authorities)
    reading = read_pdf(suite(name), pdf)
    assert [one.cms.chain for one in reading.revisions] == [(between,), (between,)] and set(judged(name, reading)) == {"valid"}
    assert pdf.count(between.der) == 1 and pdf.count(top.certificate.der) == 0
    stores = re.findall(rb"/DSS<</Certs\[(\d+) 0 R\]>>", pdf)
    assert len(set(stores)) == 1 and b"\n%b 0 obj\n<</Length %d>>\nstream\n%b" % (stores[0], len(between.der), between.der) in pdf
    assert [one["Signature Validation"] for one in pdfsig(pdf, tmp_path)] == ["Signature is Valid."] * 2


def test_three_seals_stay_small() -> None:
    assert all(len(sealed_pdf(name)) - len(sealed_pdf(name, 0)) < 26_000 for name in SUITES)


def test_a_seal_without_a_place_is_not_seen_and_counts_all_the_same(tmp_path: Path) -> None:
    office = offices("gm")["village"]
    seals = [replace(one, place=None) for one in office.seals()]
    pdf = seal_pdf(suite("gm"), plain_pdf("a"), seals=seals, at=NOW, document=office.document, chain=office.chain)
    reading = read_pdf(suite("gm"), pdf)
    assert judged("gm", reading) == ["valid", "valid"] and b"/AP" not in pdf and b"/Subtype/Image" not in pdf
    assert [one.place for one in reading.revisions[0].seals] == [None, None]
    assert pdfsig(pdf, tmp_path)[0]["Signature Validation"] == "Signature is Valid."
    # Later it may be seen: its picture comes then.
    shown = sealed_once("gm", "village", pdf, 1)
    assert judged("gm", read_pdf(suite("gm"), shown)) == ["valid"] * 4 and shown.count(b"/Subtype/Image") == 2


def test_seals_go_on_any_page() -> None:
    office = offices("p256")["county"]
    seals = [VisibleSeal(one.signer, one.seal, replace(one.place or StampPlace(0, 0, 0), page=1)) for one in office.seals()]
    pdf = seal_pdf(suite("p256"), sealed_pdf("p256", 1), seals=seals, at=NOW, document=office.document, chain=())
    assert [one.place.page for one in read_pdf(suite("p256"), pdf).revisions[1].seals if one.place] == [1, 1]


@pytest.mark.parametrize(
    "places",
    [
        (StampPlace(2, 50, 50), None),
        (StampPlace(-1, 50, 50), None),
        (StampPlace(0, -1, 50), None),
        (StampPlace(0, 50, 5000), None),
        (StampPlace(0, 50, 50), StampPlace(1, 50, 50)),
    ],
)
def test_a_place_off_the_pages_is_refused(places: tuple[StampPlace | None, StampPlace | None]) -> None:
    office = offices("gm")["village"]
    seals = [replace(one, place=place) for one, place in zip(office.seals(), places, strict=True)]
    with pytest.raises(DocumentError) as refused:
        seal_pdf(suite("gm"), plain_pdf("a", "b"), seals=seals, at=NOW, document=office.document, chain=())
    assert refused.value.code == "place"


def test_what_cannot_be_sealed_is_refused() -> None:
    office, of = offices("gm")["village"], county("gm")
    place = StampPlace(0, 50, 50)

    def refusal(pdf: bytes, *seals: VisibleSeal, document: FileSigner = office.document) -> str:
        with pytest.raises((DocumentError, SealError)) as refused:
            seal_pdf(suite("gm"), pdf, seals=seals, at=NOW, document=document, chain=())
        return str(getattr(refused.value, "code", ""))

    seal = office.seals()[1]
    assert refusal(plain_pdf("a") + b"\n%%EOF\n", seal) == "syntax"
    assert refusal(b"no PDF", seal) == "syntax"
    assert refusal(plain_pdf("a"), replace(seal, signer=of.signer("reviewer"))) == "holder"
    drawn = VisibleSeal(of.signer("agent"), of.seals["agent"], place)
    assert refusal(plain_pdf("a"), drawn) == "picture"  # it is SVG
    assert refusal(plain_pdf("a"), seal, document=office.organ) == "document_key"
    assert refusal(plain_pdf("a")) == "revision"
    assert refusal(plain_pdf("a"), *[seal] * 5) == "revision"


def test_the_time_is_kept_to_the_second() -> None:
    office = offices("gm")["village"]
    at = NOW.replace(microsecond=999_999)
    pdf = seal_pdf(suite("gm"), plain_pdf("a"), seals=office.seals(), at=at, document=office.document, chain=())
    assert read_pdf(suite("gm"), pdf).revisions[0].at == NOW


def test_a_base_without_seals_has_no_revisions() -> None:
    assert read_pdf(suite("gm"), plain_pdf("a")).revisions == ()


def test_the_picture_in_the_file_is_the_one_in_the_seal() -> None:
    data = sealed_pdf("gm", 1)
    rows = png(320, len("village"))
    assert rows[rows.index(b"IDAT") + 4 : -16] in data
