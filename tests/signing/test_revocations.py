from datetime import timedelta

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from signing import der
from signing.algorithms import suite
from signing.errors import MalformedError
from signing.issuing import issue_revocations
from signing.revocations import REASONS, Revocation, parse_revocations
from tests.signing.county import NOW, SUITES, County, county

BOTH = pytest.mark.parametrize("name", SUITES)
REVOKED = tuple(Revocation(number + 1, NOW - timedelta(days=number), reason) for number, reason in enumerate(REASONS))


def a_list(made: County, number: int = 3, revoked: tuple[Revocation, ...] = REVOKED) -> bytes:
    return issue_revocations(made.suite, made.signer("township"), number, revoked, NOW, NOW + timedelta(days=30))


@BOTH
def test_a_list_comes_back(name: str) -> None:
    listed = parse_revocations(suite(name), a_list(county(name)))
    assert (listed.number, listed.issued_at, listed.next_update) == (3, NOW, NOW + timedelta(days=30))
    assert listed.revoked == REVOKED
    assert listed.issuer_key_id == county(name).certificates["township"].key_id


@BOTH
def test_an_empty_list_comes_back(name: str) -> None:
    assert parse_revocations(suite(name), a_list(county(name), revoked=())).revoked == ()


@BOTH
def test_the_cryptography_library_reads_the_same(name: str) -> None:
    data = a_list(county(name))
    listed, other = parse_revocations(suite(name), data), x509.load_der_x509_crl(data)
    assert other.tbs_certlist_bytes == listed.tbs
    assert other.signature == listed.signature
    assert other.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 3
    assert {(entry.serial_number, entry.revocation_date_utc) for entry in other} == {(each.serial, each.at) for each in listed.revoked}


def test_the_cryptography_library_accepts_a_p256_list_as_signed() -> None:
    township = x509.load_der_x509_certificate(county("p256").certificates["township"].der).public_key()
    assert x509.load_der_x509_crl(a_list(county("p256"))).is_signature_valid(township)  # type: ignore[arg-type]  # it is an EC key


@given(st.sampled_from(SUITES), st.binary(max_size=200))
def test_hostile_bytes_end_in_one_error(name: str, data: bytes) -> None:
    for hostile in (data, der.sequence(data), der.sequence(der.sequence(data), der.sequence(suite(name).signature_oid), der.bits(b""))):
        with pytest.raises(MalformedError):
            parse_revocations(suite(name), hostile)
