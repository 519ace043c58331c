"""Places of seals on pages, and the full seal signature that documents embed."""

import pytest

from signing.algorithms import suite
from signing.errors import DocumentError, SealError
from signing.seal import parse_signature, rebuild_signature, sign_compact, sign_full
from signing.stamps import StampPlace, checked_place
from signing.verify import SealPolicy, verify_signature
from tests.signing.county import CONTENT, NOW, SUITES, county

PROPERTY = "/Doc_0/Signs/Sign_1/Signature.xml"


def test_a_place_is_kept_to_the_tenth_of_a_millimetre() -> None:
    assert checked_place(StampPlace(0, 105.04, 148.06), 1) == StampPlace(0, 105.0, 148.1)
    assert StampPlace(2, 1.0, 0.25).tenths() == (2, 10, 2)


@pytest.mark.parametrize("place", [StampPlace(1, 1, 1), StampPlace(-1, 1, 1), StampPlace(0, -0.1, 1), StampPlace(0, 1, 1000)])
def test_a_place_that_no_sheet_has_is_refused(place: StampPlace) -> None:
    with pytest.raises(DocumentError) as refused:
        checked_place(place, 1)
    assert refused.value.code == "place"


@pytest.mark.parametrize("name", SUITES)
def test_a_full_seal_signature_is_judged_valid_for_its_own_purpose_only(name: str) -> None:
    of = county(name)
    data = sign_full(of.suite, of.signer("agent"), of.seals["agent"], CONTENT, NOW, PROPERTY)
    for wanted, verdict in ((PROPERTY, "valid"), ("letter:v1", "invalid"), ("pdf:seal-1", "invalid")):
        report = verify_signature(of.suite, of.trust(), data, CONTENT, (NOW, NOW), SealPolicy(property_info=wanted))
        assert report.verdict == verdict, wanted
    assert parse_signature(of.suite, data).property_info == PROPERTY


@pytest.mark.parametrize("name", SUITES)
def test_it_is_the_compact_one_written_out(name: str) -> None:
    of, gm = county(name), suite(name)
    compact = sign_compact(gm, of.signer("agent"), of.seals["agent"], CONTENT, NOW, PROPERTY)
    full = rebuild_signature(gm, of.seals["agent"], of.certificates["agent"].der, compact, CONTENT, PROPERTY)
    signed = parse_signature(gm, full)
    assert (signed.signature, signed.at, signed.seal.der) == (compact.signature, NOW, of.seals["agent"])
    gm.verify(of.certificates["agent"].public_key, signed.tbs, signed.signature)


def test_who_is_not_listed_cannot_make_one() -> None:
    of = county("gm")
    with pytest.raises(SealError) as refused:
        sign_full(of.suite, of.signer("reviewer"), of.seals["agent"], CONTENT, NOW, PROPERTY)
    assert refused.value.step == 4
