from datetime import timedelta

import pytest

from signing.algorithms import suite
from signing.certificates import CertificateProfile, parse_certificate
from signing.errors import CertificateError, MalformedError
from signing.issuing import enrol, issue, issue_revocations, issue_root
from tests.signing.county import COUNTY, END, NOW, PROFILES, START, SUITES, county, with_profile

BOTH = pytest.mark.parametrize("name", SUITES)


@BOTH
def test_a_given_serial_is_used_and_others_are_random(name: str) -> None:
    made = county(name)
    public = made.private["agent"].public
    given = issue(made.suite, made.signer("township"), public, PROFILES["agent"][1], START, END, serial=7)
    assert parse_certificate(made.suite, given).serial == 7
    serials = {parse_certificate(made.suite, issue(made.suite, made.signer("township"), public, PROFILES["agent"][1], START, END)).serial}
    serials |= {certificate.serial for certificate in made.certificates.values()}
    assert len(serials) == len(made.certificates) + 1


@BOTH
def test_a_township_cannot_make_a_county_approver(name: str) -> None:
    made = county(name)
    with pytest.raises(CertificateError) as caught:
        enrol(made.suite, made.signer("township"), PROFILES["approver"][1], START, END)
    assert caught.value.code == "outside_issuer"


@BOTH
def test_only_an_authority_issues(name: str) -> None:
    made = county(name)
    with pytest.raises(CertificateError) as caught:
        enrol(made.suite, made.signer("agent"), PROFILES["agent"][1], START, END)
    assert caught.value.code == "issuer_usage"
    with pytest.raises(CertificateError):
        issue_revocations(made.suite, made.signer("agent"), 1, [], NOW, NOW + timedelta(days=1))


@BOTH
def test_only_a_root_certifies_itself(name: str) -> None:
    with pytest.raises(CertificateError):
        enrol(suite(name), None, PROFILES["township"][1], START, END)
    with pytest.raises(CertificateError):
        issue_root(suite(name), suite(name).generate(), with_profile("root", name=""), START, END)


def test_a_key_of_the_other_suite_is_not_certified() -> None:
    made = county("gm")
    with pytest.raises(MalformedError):
        issue(made.suite, made.signer("township"), county("p256").private["agent"].public, PROFILES["agent"][1], START, END)


@BOTH
def test_an_end_before_the_start_is_refused(name: str) -> None:
    made = county(name)
    with pytest.raises(CertificateError) as caught:
        enrol(made.suite, made.signer("root"), CertificateProfile(usage="organ", division=COUNTY, tier="county", name="示例"), END, START)
    assert caught.value.code == "validity"
