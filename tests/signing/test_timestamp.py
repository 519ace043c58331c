import hashlib

import pytest

from signing import der
from signing.algorithms import suite
from signing.errors import MalformedError
from signing.timestamp import is_over
from tests.signing.county import SUITES


def a_token(digest: bytes) -> bytes:
    """The outline of an RFC 3161 token over a digest; nobody signs it."""
    algorithm = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
    info = der.sequence(der.integer(1), der.oid("1.2.3"), der.sequence(algorithm, der.octets(digest)), der.integer(7))
    inner = der.sequence(der.oid("1.2.840.113549.1.9.16.1.4"), der.explicit(0, der.octets(info)))
    signed = der.sequence(der.integer(3), der.tlv(der.SET, algorithm), inner, der.tlv(der.SET))
    return der.sequence(der.oid("1.2.840.113549.1.7.2"), der.explicit(0, signed))


@pytest.mark.parametrize("name", SUITES)
def test_a_token_is_over_the_signature_value_whose_digest_it_names(name: str) -> None:
    algorithms = suite(name)
    for digest in (algorithms.hash(b"value"), hashlib.sha256(b"value").digest()):
        assert is_over(algorithms, a_token(digest), b"value")
        assert not is_over(algorithms, a_token(digest), b"other")


@pytest.mark.parametrize("data", [b"", b"0", a_token(b"x") + b"\0", a_token(b"x")[:-1], der.sequence(der.oid("1.2.3"))])
def test_what_is_no_token_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        is_over(suite("p256"), data, b"value")
