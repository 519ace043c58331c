"""Broken files end in a finding or in one of our errors, never in anything else, and none of them is called valid."""

import json
import random
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from node.casework.letter import EnclosureEntry, make_frame, read_frame
from node.errors import RequestError
from node.evidence import exported
from node.evidence.archive import NOT_A_ZIP
from node.evidence.documents import hints_in, parts_of
from node.evidence.grounds import Grounds
from node.evidence.verification import verify_data
from tests.forgeries.cases import CaseFile, archived, honest_acts, written
from tests.forgeries.county import NOW, County
from tests.forgeries.papers import TIERS, bureau


def sample(kind: str) -> bytes:
    made = bureau("p256")
    if kind == "export":
        return written(made.county, honest_acts()).zipped()
    if kind == "seal":
        return made.county.seals["township_unit"]
    return made.pdf() if kind == "pdf" else made.ofd()


def verdict_of(data: bytes) -> str:
    made = bureau("p256")
    certificates = tuple(one.der for one in made.county.certificates.values())
    try:
        found = verify_data("x", data, Grounds(made.county.certificates["root"].der, NOW, certificates))
    except RequestError as error:
        return error.code
    codes = {step.code for seal in found.seals for step in seal.report.steps if step.verdict == "undetermined"}
    return "issuer_missing" if found.verdict == "undetermined" and "issuer_missing" in codes else found.verdict


@pytest.mark.parametrize("kind", ["export", "pdf", "ofd", "seal"])
def test_a_changed_byte_is_never_valid_and_never_a_crash(kind: str) -> None:
    data, chance = sample(kind), random.Random(kind)
    for _ in range(80):
        at = chance.randrange(len(data))
        other = data[:at] + bytes((data[at] ^ (1 << chance.randrange(8)),)) + data[at + 1 :]
        # What the zip of an export says of dates and attributes of its parts is not sealed; everything else is.
        # A certificate beside a seal is not under its signature: with another issuer's key in it, that issuer is not known.
        refused = {"invalid", "verify_unknown_kind", "issuer_missing"} | (
            {"valid"} if kind == "export" and same_parts(other, data) else set()
        )
        assert verdict_of(other) in refused


def same_parts(one: bytes, other: bytes) -> bool:
    """Whether two zips hold the same parts."""
    try:
        with zipfile.ZipFile(BytesIO(one)) as first, zipfile.ZipFile(BytesIO(other)) as second:
            return {name: first.read(name) for name in first.namelist()} == {name: second.read(name) for name in second.namelist()}
    except NOT_A_ZIP:
        return False


@pytest.mark.parametrize("kind", ["export", "pdf", "ofd", "seal"])
def test_a_file_cut_short_or_doubled_is_never_valid(kind: str) -> None:
    data, chance = sample(kind), random.Random(kind)
    for cut in (*(chance.randrange(1, len(data)) for _ in range(20)), len(data) - 1):
        assert verdict_of(data[:cut]) in ("invalid", "verify_unknown_kind")
    if kind != "export":
        assert verdict_of(data + data) in ("invalid", "verify_unknown_kind")


def verdict_with(made: CaseFile, county: County) -> str:
    return verify_data("x.zip", made.zipped(), Grounds(county.certificates["root"].der, NOW)).verdict


@pytest.mark.parametrize("data", [b"\n%PDF-1.7 some other paper", b"MZ", b""])
def test_a_file_in_a_documents_place_that_is_none_is_not_passed_over(data: bytes) -> None:
    made = bureau("p256")
    case = written(made.county, honest_acts(), documents=made.pdf((TIERS[0],)))
    assert verdict_with(case, made.county) == "valid"
    assert verdict_with(replace(case, parts={**case.parts, "documents/form.pdf": data}), made.county) == "invalid"
    assert verdict_with(replace(case, parts={**case.parts, "documents/result.ofd": data}), made.county) == "invalid"


def packed(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_documents_that_unpack_to_more_than_a_case_has_are_not_unpacked_however_often_they_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb, whole = packed({"form.pdf": bytes(9 << 20)}), packed({"form.pdf": bytes(6 << 20)})
    assert parts_of(bomb) == () and len(parts_of(whole)) == 1 and parts_of(whole, 1 << 20) == ()
    county = bureau("p256").county
    digest = county.suite.digest
    made = written(county, honest_acts())
    made.parts[f"enclosures/{digest(whole).partition(':')[2]}.zip"] = whole
    sealed = read_frame(made.parts["letters/0001.letter"], digest)
    named = tuple(EnclosureEntry("documents", page, digest(whole), digest(b"c"), 100, "application/zip") for page in range(40))
    for place in range(12):
        letter = replace(sealed.letter, enclosures=named, body={**sealed.letter.body, "note": str(place)})
        made.parts[f"letters/90{place:02d}.letter"] = make_frame(letter.payload(), sealed.seals)
    unpacked: list[int] = []

    def counted(data: bytes, most_bytes: int) -> tuple[bytes, ...]:
        parts = parts_of(data, most_bytes)
        unpacked.append(sum(map(len, parts)))
        return parts

    monkeypatch.setattr(exported, "parts_of", counted)
    assert verdict_with(made, county) == "invalid"
    assert len(unpacked) == 12 and 0 < sum(unpacked) <= exported.MOST_UNPACKED


def test_an_index_of_more_parts_than_a_file_has_is_refused_before_it_is_read() -> None:
    county = bureau("p256").county
    made = written(county, honest_acts())
    index = json.loads(zipfile.ZipFile(BytesIO(made.zipped())).read("export.json"))
    for wrong in ({**index, "more": [[]] * (1 << 20)}, {**index, "files": {f"x{number}": "" for number in range(6000)}}):
        with pytest.raises(RequestError) as refused:
            verify_data("x.zip", archived({"export.json": json.dumps(wrong).encode(), **made.parts}), Grounds(None, NOW))
        assert refused.value.code == "verify_unknown_kind"


def test_of_the_numbers_in_a_file_few_are_looked_up() -> None:
    numbers = [f"{number:025d}" for number in range(40)]
    assert hints_in(b"%PDF-" + " ".join(numbers).encode()) == tuple(numbers[:4])
    assert hints_in(b"%PDF-" + " ".join(numbers[:1] * 20 + numbers[1:]).encode()) == tuple(numbers[:1]), "not in the whole file"
