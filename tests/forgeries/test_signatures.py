"""A whole seal signature with one thing wrong: the steps that an export cannot break alone, and that each step can fail alone."""

import pytest

from signing import der
from signing.report import STEPS, SealPolicy
from signing.seal import sign_full
from signing.trust import TrustStore
from signing.verify import verify_signature
from tests.forgeries.county import HOUR, NOW, SUITES, County, honest_county
from tests.forgeries.table import TABLE
from tests.signing.test_timestamp import a_token

BOTH = pytest.mark.parametrize("name", SUITES)
CONTENT, PROPERTY = b"what was sealed", "pdf:seal-1"
BROKEN_HERE = {9, 10, 12}
"""Steps that are broken alone in this module; the others are in the table of exports."""


def sealed(county: County, property_info: str = PROPERTY) -> bytes:
    return sign_full(county.suite, county.signer("township_organ"), county.seals["township_unit"], CONTENT, NOW, property_info)


def faults_of(county: County, data: bytes, content: bytes = CONTENT) -> list[tuple[int, str, str]]:
    trust = TrustStore(county.suite, county.certificates["root"].der)
    for one in county.certificates.values():
        trust.add(one.der)
    report = verify_signature(county.suite, trust, data, content, (None, NOW + HOUR), SealPolicy(property_info=PROPERTY))
    return [(step.number, step.code, step.verdict) for step in report.steps if step.verdict in ("invalid", "undetermined")]


def stamped(data: bytes, token: bytes) -> bytes:
    return der.sequence(der.Reader("signature", data).contents(der.SEQUENCE), der.explicit(0, der.bits(token)))


@BOTH
def test_an_honest_signature_has_no_fault(name: str) -> None:
    county = honest_county(name)
    assert faults_of(county, sealed(county)) == []


@BOTH
def test_another_content_fails_in_step_9_alone(name: str) -> None:
    county = honest_county(name)
    assert faults_of(county, sealed(county), CONTENT + b"!") == [(9, "other_content", "invalid")]


@BOTH
def test_a_time_stamp_moved_from_another_signature_fails_in_step_10_alone(name: str) -> None:
    county = honest_county(name)
    data = sealed(county)
    whole = der.Reader("signature", data).enter()
    for tag in (der.SEQUENCE, der.OCTET_STRING, der.OID):
        whole.slice(tag)
    value = whole.bits()
    assert faults_of(county, stamped(data, a_token(county.suite.hash(b"another")))) == [(10, "other_signature", "invalid")]
    assert faults_of(county, stamped(data, b"no token")) == [(10, "malformed", "invalid")]
    assert faults_of(county, stamped(data, a_token(county.suite.hash(value)))) == [(10, "timestamp_not_verified", "undetermined")]


@BOTH
def test_a_signature_made_for_another_place_fails_in_step_12_alone(name: str) -> None:
    county = honest_county(name)
    for other in ("pdf:seal-2", "letter:v1", "/Doc_0/Signs/Sign_1/Signature.xml"):
        assert faults_of(county, sealed(county, other)) == [(12, "other_purpose", "invalid")]


@BOTH
@pytest.mark.parametrize("change", [b"\x00", b"\x05\x00"])
def test_bytes_after_a_signature_fail_in_step_1(name: str, change: bytes) -> None:
    county = honest_county(name)
    assert faults_of(county, sealed(county) + change) == [(1, "malformed", "invalid")]


@BOTH
def test_a_signer_whose_certificate_may_also_issue_certificates_fails_in_step_7_alone(name: str) -> None:
    county = honest_county(name)
    own = county.certificates["township_organ"].der
    usage = der.oid("2.5.29.15") + der.boolean(True)
    at = own.index(usage) + len(usage) + 5
    other = own[:at] + bytes((own[at] | 0x04,)) + own[at + 1 :]
    data = sealed(county)
    end = data.rindex(own)
    assert faults_of(county, data[:end] + other + data[end + len(own) :]) == [(7, "certificate", "invalid")]


def test_every_step_is_broken_alone_by_some_forgery() -> None:
    broken = ({fault[2] for fault in one.faults} for one in TABLE)
    alone = {step for steps in broken if len(steps) == 1 for step in steps}
    assert alone | BROKEN_HERE == set(range(1, len(STEPS) + 1))
