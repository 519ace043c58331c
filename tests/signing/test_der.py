from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import der
from signing.errors import MalformedError


@given(st.integers(-(2**200), 2**200))
def test_integers_come_back(value: int) -> None:
    assert der.Reader("x", der.integer(value)).integer() == value


@given(st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)))
def test_times_come_back_to_the_second(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert der.Reader("x", der.generalized_time(moment)).generalized_time() == moment
    assert der.Reader("x", der.x509_time(moment)).x509_time() == moment


@given(st.integers(0, 70_000))
def test_lengths_come_back(size: int) -> None:
    reader = der.Reader("x", der.octets(bytes(size)))
    assert len(reader.octets()) == size
    assert not reader.more


def test_object_identifiers_are_spelled_as_published() -> None:
    # Source: GM/T 0006-2012 and RFC 5480
    assert der.oid("1.2.156.10197.1.501").hex() == "06082a811ccf55018375"
    assert der.oid("1.2.840.10045.3.1.7").hex() == "06082a8648ce3d030107"
    assert der.oid("2.999.3").hex() == "0603883703"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "02",
        "0201",
        "028101",
        "02810105",
        "0282000105",
        "02020005",
        "0202ff80",
        "0200",
        "0280050000",
        "0285000000000105",
        "030105",
        "ff",
    ],
)
def test_other_spellings_of_an_integer_are_refused(data: str) -> None:
    with pytest.raises(MalformedError):
        der.Reader("x", bytes.fromhex(data)).integer()


@pytest.mark.parametrize(
    "text", ["20261122030405", "20261122030405.5Z", "202611220304Z", "20261322030405Z", "20261122030405+", "２0261122030Z"]
)
def test_other_spellings_of_a_time_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        der.Reader("x", der.tlv(der.GENERALIZED_TIME, text.encode())).generalized_time()


def test_a_time_before_2050_is_not_spelled_with_its_century() -> None:
    with pytest.raises(MalformedError):
        der.Reader("x", der.generalized_time(datetime(2049, 1, 1, tzinfo=UTC))).x509_time()


@pytest.mark.parametrize("value", ["01", "fe", "0000", ""])
def test_a_boolean_has_two_spellings_only(value: str) -> None:
    with pytest.raises(MalformedError):
        der.Reader("x", der.tlv(der.BOOLEAN, bytes.fromhex(value))).boolean()


def test_what_follows_is_refused() -> None:
    reader = der.Reader("x", der.integer(1) + b"\x00")
    reader.integer()
    with pytest.raises(MalformedError):
        reader.done()


def test_an_element_never_reaches_beyond_the_one_around_it() -> None:
    inner = der.Reader("x", bytes.fromhex("3003040301020304")).enter()
    with pytest.raises(MalformedError):
        inner.octets()


@given(st.binary(max_size=30))
def test_hostile_bytes_end_in_one_error(data: bytes) -> None:
    for read in ("integer", "oid", "octets", "bits", "boolean", "generalized_time", "x509_time", "enter"):
        try:
            getattr(der.Reader("x", data), read)()
        except MalformedError as error:
            assert error.what == "x"
    for tag in (der.UTF8, der.PRINTABLE, der.IA5):
        try:
            der.Reader("x", bytes((tag,)) + data).text(tag)
        except MalformedError as error:
            assert error.what == "x"


def test_letters_outside_a_printable_string_are_refused_both_ways() -> None:
    with pytest.raises(ValueError):
        der.printable("县")
    with pytest.raises(MalformedError):
        der.Reader("x", der.tlv(der.PRINTABLE, b"a@b")).text(der.PRINTABLE)
