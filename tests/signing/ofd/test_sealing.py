"""Seals on OFD files, tier after tier, in both suites: read again, judged by the twelve steps, its text read by another reader."""

from dataclasses import replace
from pathlib import Path

import ofdkit
import pytest

from signing.algorithms import suite
from signing.certificates import parse_certificate
from signing.errors import DocumentError, SealError, UnknownSignerError
from signing.ofd import OfdReading, new_ofd, read_ofd, seal_files, seal_ofd, without_seals, write_ofd
from signing.packages import read_package
from signing.seal import parse_signature
from signing.stamps import StampPlace
from signing.trust import TrustStore
from signing.verify import SealPolicy, verify_signature
from tests.signing.county import NOW, SUITES, county
from tests.signing.papers import TIERS, offices, plain_ofd_files, sealed_ofd

ROOM = 1 << 20


def judged(name: str, reading: OfdReading, known: TrustStore | None = None) -> list[str]:
    """Of each seal in order: valid, or the first step that is not; `changed` where a protected file was."""
    trust, found = known or county(name).trust(), []
    for sign in reading.signs:
        policy = SealPolicy(property_info=sign.seal.property_info)
        report = verify_signature(suite(name), trust, sign.seal.signature, sign.seal.content, (sign.at, sign.at), policy)
        problem = report.first_problem
        found.append("changed" if sign.seal.changed else f"{problem.number} {problem.code}" if problem else report.verdict)
    return found


@pytest.mark.parametrize("name", SUITES)
def test_three_tiers_seal_one_after_the_other(name: str) -> None:
    reading = read_ofd(suite(name), sealed_ofd(name))
    assert judged(name, reading) == ["valid"] * 6
    assert [one.number for one in reading.signs] == [1, 2, 3, 4, 5, 6]
    offices_in_order = [offices(name)[tier] for tier in TIERS]
    wanted = [seal for office in offices_in_order for seal in (office.person_seal, office.unit_seal)]
    assert [parse_signature(suite(name), one.seal.signature).seal.der for one in reading.signs] == wanted
    places = [one.place for office in offices_in_order for one in office.seals()]
    assert [one.seal.place for one in reading.signs] == places
    assert [one.seal.property_info for one in reading.signs][1] == "/Doc_0/Signs/Sign_2/Signature.xml"


def test_a_later_seal_is_over_the_earlier_ones_and_all_else() -> None:
    reading = read_ofd(suite("gm"), sealed_ofd("gm"))
    base = set(plain_ofd_files())
    authorities = "Doc_0/Signs/Sign_1/Authorities.der"
    assert set(reading.signs[0].protects) == base | {authorities}
    for before, after in zip(reading.signs, reading.signs[1:], strict=False):
        folder = f"Doc_0/Signs/Sign_{before.number}/"
        assert set(after.protects) - set(before.protects) == {folder + one for one in ("Signature.xml", "Seal.esl", "SignedValue.dat")}
    assert set(reading.files) - set(reading.signs[-1].protects) == {
        "Doc_0/Signs/Signatures.xml",
        *(f"Doc_0/Signs/Sign_6/{one}" for one in ("Signature.xml", "Seal.esl", "SignedValue.dat")),
    }


def test_the_digests_are_named_by_the_suites_algorithm() -> None:
    for name, method, check in (
        ("gm", "1.2.156.10197.1.501", "1.2.156.10197.1.401"),
        ("p256", "1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.2.1"),
    ):
        said = read_ofd(suite(name), sealed_ofd(name, 1)).signs[0].seal.content.decode()
        assert f"<ofd:SignatureMethod>{method}<" in said and f'CheckMethod="{check}"' in said
        assert 'Boundary="50 250 20 20"' in said and 'PageRef="1"' in said


@pytest.mark.parametrize("tiers", [0, 3])
def test_another_reader_finds_the_text(tiers: int, tmp_path: Path) -> None:
    file = tmp_path / "sample.ofd"
    file.write_bytes(sealed_ofd("gm", tiers))
    with ofdkit.open(str(file)) as document:
        assert "示例申请表" in document.text()


def test_earlier_files_stay_as_they_are() -> None:
    one, three = (read_package(sealed_ofd("gm", tiers), ROOM) for tiers in (1, 3))
    listing = "Doc_0/Signs/Signatures.xml"
    assert {name: three[name] for name in one if name != listing} == {name: data for name, data in one.items() if name != listing}
    assert without_seals(three) == plain_ofd_files() == without_seals(plain_ofd_files())


def test_several_seals_at_once_are_the_same_as_one_after_the_other() -> None:
    office = offices("gm")["village"]
    files = seal_files(suite("gm"), plain_ofd_files(), seals=office.seals(), at=NOW, authorities=office.authorities)
    assert files.keys() == read_package(sealed_ofd("gm", 1), ROOM).keys()
    assert judged("gm", read_ofd(suite("gm"), write_ofd(files))) == ["valid", "valid"]


def test_a_seal_without_a_place_is_not_seen_and_counts_all_the_same() -> None:
    seal = replace(offices("gm")["village"].seals()[0], place=None)
    data = seal_ofd(suite("gm"), sealed_ofd("gm", 0), seal=seal, at=NOW)
    reading = read_ofd(suite("gm"), data)
    assert judged("gm", reading) == ["valid"] and reading.signs[0].seal.place is None and b"StampAnnot" not in reading.signs[0].seal.content


def test_what_cannot_be_sealed_is_refused() -> None:
    office, of = offices("gm")["village"], county("gm")
    seal = office.seals()[0]
    with pytest.raises(SealError):
        seal_ofd(suite("gm"), sealed_ofd("gm", 0), seal=replace(seal, signer=of.signer("reviewer")), at=NOW)
    for place in (StampPlace(1, 10, 10), StampPlace(0, -1, 10), StampPlace(0, 10, 5000)):
        with pytest.raises(DocumentError) as refused:
            seal_ofd(suite("gm"), sealed_ofd("gm", 0), seal=replace(seal, place=place), at=NOW)
        assert refused.value.code == "place"
    for data in (b"", b"PK", sealed_ofd("gm", 0) + b" "):
        with pytest.raises(DocumentError):
            seal_ofd(suite("gm"), data, seal=seal, at=NOW)


def test_a_document_without_seals_has_none() -> None:
    assert read_ofd(suite("gm"), new_ofd(plain_ofd_files())).signs == ()


@pytest.mark.parametrize("name", SUITES)
def test_the_root_alone_is_enough_to_judge_every_seal(name: str) -> None:
    reading, trust = read_ofd(suite(name), sealed_ofd(name)), TrustStore(suite(name), county(name).certificates["root"].der)
    with pytest.raises(UnknownSignerError):
        judged(name, reading, trust)
    for certificate in reading.certificates:
        trust.add(certificate)
    assert judged(name, reading, trust) == ["valid"] * 6
    assert [parse_certificate(suite(name), one).usage for one in reading.certificates] == ["authority"]


@pytest.mark.parametrize("name", ["Doc_0/Signs/Signatures.xml", "Doc_0/Signs/Sign_1/Seal.esl"])
def test_a_new_document_has_no_folder_of_signatures(name: str) -> None:
    with pytest.raises(DocumentError):
        new_ofd(plain_ofd_files() | {name: b"<a/>"})
