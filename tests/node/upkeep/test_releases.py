"""What a release says of itself, and who may sign it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from node.errors import RequestError
from node.upkeep.releases import Release, ReleaseFile, as_numbers, check_signature, read_release, sign_release
from signing.issuing import issue_revocations
from signing.revocations import Revocation
from tests.packaging.county_station import Signing, signing
from tests.signing.county import END, NOW, county

MADE = datetime(2026, 11, 20, tzinfo=UTC)
RELEASE = Release(
    version="0.2.0",
    sequence=202611200000,
    made_at=MADE,
    least="0.1.0",
    pins=("Flask==3.1.3", "colorama==0.4.6 ; sys_platform == 'win32'", "yizhan==0.2.0"),
    files=(ReleaseFile("wheels/yizhan-0.2.0-py3-none-any.whl", 12, "ab" * 32), ReleaseFile("先读我.txt", 3, "cd" * 32)),
)
DATA = RELEASE.to_bytes()


def sign(by: Signing, data: bytes = DATA) -> bytes:
    return sign_release(data, by.signer, by.made.trust().path(by.signer.certificate))


def why(call: object) -> str:
    with pytest.raises(RequestError) as refused:
        call()  # type: ignore[operator]
    return f"{refused.value.code} {refused.value.facts.get('why', '')}".strip()


def test_a_release_is_read_back_as_it_was_written() -> None:
    assert read_release(DATA) == RELEASE


@pytest.mark.parametrize("suite", ["gm", "p256"])
def test_the_countys_station_is_believed_by_whoever_knows_the_root(suite: str) -> None:
    by = signing(suite)
    assert check_signature(by.suite, by.trust(), DATA, sign(by), MADE) == by.signer.certificate


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a//b", "C:\\x", "wheels/../../x", "", "a/b/c/d/e", "a\n"])
def test_no_file_of_a_release_lies_outside_of_it(name: str) -> None:
    bad = replace(RELEASE, files=(ReleaseFile(name, 1, "ab" * 32),))
    assert why(lambda: read_release(bad.to_bytes())) == "update_form"


@pytest.mark.parametrize(
    "pin", ["--index-url=http://example", "Flask", "Flask==1;x", "git+https://example==1", "Flask==1 ; sys_platform == 'a' or 1"]
)
def test_no_pin_is_an_option_or_an_address(pin: str) -> None:
    assert why(lambda: read_release(replace(RELEASE, pins=(pin,)).to_bytes())) == "update_form"


def test_a_signature_over_other_bytes_is_refused() -> None:
    by = signing()
    other = replace(RELEASE, sequence=RELEASE.sequence + 1).to_bytes()
    assert why(lambda: check_signature(by.suite, by.trust(), other, sign(by), MADE)) == "update_signature BadSignatureError"


def test_a_village_may_not_sign_a_release() -> None:
    by = signing()
    village = sign_release(DATA, by.made.signer("station"), by.made.trust().path(by.made.certificates["station"]))
    assert why(lambda: check_signature(by.suite, by.trust(), DATA, village, MADE)) == "update_signature signer"


def test_another_countys_signature_is_refused() -> None:
    by = signing()
    other = county.__wrapped__("p256")
    assert why(lambda: check_signature(by.suite, Signing(other, by.signer).trust(), DATA, sign(by), MADE)).startswith("update_signature")


def test_a_station_whose_certificate_was_taken_back_is_refused() -> None:
    by = signing()
    trust = by.trust()
    gone = Revocation(by.signer.certificate.serial, NOW, "key_compromise")
    trust.add_revocations(issue_revocations(by.suite, by.made.signer("root"), 1, [gone], NOW, END))
    assert why(lambda: check_signature(by.suite, trust, DATA, sign(by), MADE)) == "update_signature revoked"


@pytest.mark.parametrize("bad", [b"", b"[]", b"{}", b'{"certificates":[],"signature":"","signer":""}', b"\xff", b"{" * 4000])
def test_what_is_no_signature_is_refused_in_words(bad: bytes) -> None:
    by = signing()
    assert why(lambda: check_signature(by.suite, by.trust(), DATA, bad, MADE)).startswith("update_signature")


def test_versions_are_compared_as_numbers() -> None:
    assert as_numbers("0.10.0") > as_numbers("0.9.1")
