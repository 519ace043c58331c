"""What kind of file is what, and what is found where there is only a seal or only a signature."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from node.errors import RequestError
from node.evidence import exported
from node.evidence.findings import FileFinding
from node.evidence.grounds import Grounds
from node.evidence.verification import verify_data, verify_file
from node.web.wording.verification import reason
from signing.report import STEPS, SealStatus
from signing.seal import sign_full
from tests.forgeries.cases import NUMBER, archived, honest_acts, written
from tests.forgeries.county import DAY, END, NOW, SUITES, County, foreign_county, honest_county
from tests.forgeries.papers import TIERS, bureau

BOTH = pytest.mark.parametrize("name", SUITES)


def grounds(county: County) -> Grounds:
    return Grounds(county.certificates["root"].der, NOW, tuple(one.der for one in county.certificates.values()))


def steps_of(found: FileFinding, verdict: str) -> list[tuple[int, str]]:
    return [(step.number, step.code) for step in found.seals[0].report.steps if step.verdict == verdict]


@BOTH
def test_a_seal_alone_is_judged_in_the_steps_that_it_has(name: str) -> None:
    county = honest_county(name)
    found = verify_data("town.esl", county.seals["township_unit"], Grounds(county.certificates["root"].der, NOW))
    assert (found.kind, found.verdict, found.seals[0].kind, found.seals[0].organ) == ("seal", "valid", "unit", "13102510500001")
    assert [number for number, _ in steps_of(found, "valid")] == [1, 2, 5, 6, 8]
    assert found.seals[0].picture is not None
    assert "在有效期内" in reason(found.seals[0].report.steps[7])
    late = verify_data("town.esl", county.seals["township_unit"], Grounds(county.certificates["root"].der, END + DAY))
    assert (late.verdict, steps_of(late, "invalid")) == ("invalid", [(8, "seal_expired")])
    register = lambda seal: SealStatus("lost", NOW - DAY)  # noqa: E731  # one line says it
    lost = verify_data("town.esl", county.seals["township_unit"], Grounds(county.certificates["root"].der, NOW, register=register))
    assert steps_of(lost, "invalid") == [(11, "lost")]


@BOTH
def test_a_seal_of_a_townships_maker_needs_the_townships_certificate(name: str) -> None:
    county = honest_county(name)
    alone = verify_data("agent.esl", county.seals["agent"], Grounds(county.certificates["root"].der, NOW))
    assert (alone.verdict, steps_of(alone, "undetermined")) == ("undetermined", [(6, "issuer_missing")])
    assert verify_data("agent.esl", county.seals["agent"], grounds(county)).verdict == "valid"


@BOTH
def test_a_seal_of_another_county_is_refused_where_its_root_is_known_to_be_another(name: str) -> None:
    county, foreign = honest_county(name), foreign_county(name)
    here = Grounds(foreign.certificates["root"].der, NOW, (county.certificates["root"].der,))
    found = verify_data("town.esl", county.seals["township_unit"], here)
    assert steps_of(found, "invalid") == [(6, "foreign_root")]


@BOTH
def test_a_bare_signature_says_nothing_of_content_and_time(name: str) -> None:
    county = honest_county(name)
    whole = sign_full(county.suite, county.signer("reviewer"), county.seals["reviewer"], b"content", NOW, "pdf:seal-1")
    found = verify_data("one.ses", whole, grounds(county))
    assert (found.kind, found.verdict) == ("signature", "undetermined")
    assert steps_of(found, "undetermined") == [(8, "unproven"), (9, "no_content")]
    assert (found.seals[0].signer, found.seals[0].event) == ("示例审核员", "pdf:seal-1")


@BOTH
@pytest.mark.parametrize("data", [b"\x30\x00", b"\x30\x82\xff\xff", b"\x30\x03\x02\x01\x01"])
def test_what_looks_like_a_seal_and_is_none_fails_in_the_first_step(name: str, data: bytes) -> None:
    found = verify_data("x", data, grounds(honest_county(name)))
    assert (found.verdict, steps_of(found, "invalid")) == ("invalid", [(1, "malformed")])
    assert found.why == ("form", "malformed")


@pytest.mark.parametrize("data", [b"", b"text", b"\xff\xd8\xff\xe0", b"PK\x03\x04", b"\x30" * ((1 << 20) + 1)])
def test_what_cannot_be_verified_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(RequestError) as refused:
        verify_data("x", data, grounds(honest_county("gm")))
    assert refused.value.code == "verify_unknown_kind"


def test_a_file_that_is_not_there_and_a_root_that_is_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as gone:
        verify_file(tmp_path / "gone.zip", grounds(honest_county("gm")))
    assert gone.value.code == "verify_unreadable"
    seal = honest_county("gm").seals["agent"]
    for root, code in ((None, "verify_root_needed"), (b"no root", "verify_root"), (seal, "verify_root")):
        with pytest.raises(RequestError) as refused:
            verify_data("x.esl", seal, Grounds(root, NOW))
        assert refused.value.code == code


@BOTH
def test_without_a_root_an_export_is_never_more_than_undetermined(name: str) -> None:
    county = honest_county(name)
    found = verify_data("x.zip", written(county, honest_acts()).zipped(), Grounds(None, NOW))
    assert (found.verdict, found.root_pinned, found.why) == ("undetermined", False, ("root", ""))


@BOTH
def test_an_export_with_documents_is_verified_with_them_and_their_times_come_from_its_receipts(name: str) -> None:
    made = bureau(name)
    case = written(made.county, honest_acts(), documents=made.pdf((TIERS[0],)))
    found = verify_data("x.zip", case.zipped(), Grounds(made.county.certificates["root"].der, NOW, document_roots=(made.root.der,)))
    assert (found.problems, found.verdict, found.case) == ((), "valid", NUMBER)
    (inside,) = found.documents
    assert (inside.file, inside.kind, [one.proof for one in inside.seals]) == ("form.pdf", "pdf", ["receipts", "receipts"])
    other = case.parts["documents/form.pdf"] + b"\n"
    case.parts["documents/form.pdf"] = other
    worse = verify_data("x.zip", case.zipped(), Grounds(made.county.certificates["root"].der, NOW))
    assert (worse.verdict, worse.problems, worse.why) == ("invalid", (), ("problem", "syntax"))


@BOTH
@pytest.mark.parametrize("part", ["letters/0001.letter", "package.json", "seals/0001-1.ses"])
def test_a_part_that_is_not_what_the_index_says_is_named(name: str, part: str) -> None:
    county = honest_county(name)
    good = written(county, honest_acts())
    with zipfile.ZipFile(BytesIO(good.zipped())) as packed:
        index = packed.read("export.json")
    for parts in (
        {**good.parts, part: good.parts[part] + b" "},
        {key: data for key, data in good.parts.items() if key != part},
        {**good.parts, "letters/9999.letter": b"more"},
    ):
        found = verify_data("x.zip", archived({"export.json": index, **parts}), grounds(county))
        changed = part if parts.get(part) != good.parts[part] else "letters/9999.letter"
        assert ("part", changed) in found.problems and found.verdict == "invalid"


@BOTH
def test_a_finding_is_plain_json(name: str) -> None:
    county = honest_county(name)
    shown = json.loads(json.dumps(verify_data("x.zip", written(county, honest_acts()).zipped(), grounds(county)).to_json()))
    assert (shown["verdict"], shown["kind"], shown["case"], shown["problems"]) == ("valid", "export", NUMBER, [])
    assert [step["name"] for step in shown["seals"][0]["steps"]] == list(STEPS)
    assert shown["seals"][0]["time_proven"] == [None, "2026-11-22T04:04:05Z"]
    assert shown["seals"][2]["time_proven"] == ["2026-11-22T04:04:05Z", "2026-11-22T07:04:05Z"]


def test_more_letters_or_certificates_than_a_case_has_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    county = honest_county("gm")
    data = written(county, honest_acts()).zipped()
    for limit, least in (("MOST_LETTERS", 3), ("MOST_CERTIFICATES", 10)):
        with monkeypatch.context() as patched:
            patched.setattr(exported, limit, least)
            with pytest.raises(RequestError) as refused:
                verify_data("x.zip", data, grounds(county))
        assert refused.value.code == "verify_too_much"


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("export.json", "{}")
        packed.writestr("letters/0001.letter", bytes(1 << 24))
    with pytest.raises(RequestError) as refused:
        verify_data("x.zip", file.getvalue(), Grounds(None, NOW, most_bytes=1 << 20))
    assert refused.value.code == "verify_unknown_kind"


@pytest.mark.parametrize("index", [b"[]", b"{}", b'{"suite":"md5","files":{}}', b"[" * 100000, b'{"suite":"gm","files":7}'])
def test_an_index_that_is_none_is_refused(index: bytes) -> None:
    with pytest.raises(RequestError):
        verify_data("x.zip", archived({"export.json": index}), Grounds(None, NOW))
