import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.canonical import canonical_bytes, parse_canonical
from signing.errors import MalformedError
from tests.signing.vectors import published

LARGEST = 2**53 - 1
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back_the_same(value: Any) -> None:
    assert parse_canonical(canonical_bytes(value)) == value


def names_of(data: bytes) -> list[str]:
    names: list[str] = json.loads(data, object_pairs_hook=lambda pairs: [name for name, _ in pairs])
    return names


def test_members_are_in_the_published_order_of_utf_16() -> None:
    ordered = published("rfc8785_order")["ordered"]
    shuffled = dict.fromkeys(sorted(ordered), 0)
    assert list(shuffled) != ordered
    assert names_of(canonical_bytes(shuffled)) == ordered
    assert canonical_bytes([shuffled]) == b"[" + canonical_bytes(shuffled) + b"]"


@given(st.dictionaries(TEXT, st.just(0)))
def test_members_are_in_the_order_of_utf_16_whatever_they_are(value: dict[str, int]) -> None:
    assert names_of(canonical_bytes(value)) == sorted(value, key=lambda name: name.encode("utf-16-be"))


def test_text_is_escaped_as_rfc_8785_says() -> None:
    # Source: RFC 8785, 3.2.2.2
    assert canonical_bytes('\u20ac$\u000f\nA\'B"\\\\"/\u2028\x7f') == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u2028\x7f"'.encode()


@pytest.mark.parametrize("value", [1.0, {"a": [0.5]}, float("nan"), {1: 2}, 2**53, b"x", {"a": object()}, "\ud800", {"\ud800": 1}])
def test_what_has_no_canonical_form_is_the_callers_mistake(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical_bytes(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a": 1}',
        b' {"a":1}',
        b'{"a":1}\n',
        b"1.0",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"[9007199254740992]",
        b'{"a":-9007199254740992,"b":1}',
        b'[1,9007199254740992,"131025198504182068"]',
        b'{"\xef\xac\xb3":0,"\xf0\x9f\x98\x80":0}',
        b"1" * 5000,
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u000A"',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        b'"\xed\xa0\x80"',
        b"",
        b"{",
        b"[" * 100_000,
        b"[" * 65 + b"]" * 65,
        b"'a'",
        b'{"\xf0\x9f\x98\x80":0,"\xef\xac\xb3":0}'[::-1],
    ],
)
def test_other_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_canonical(data)


@pytest.mark.parametrize("before", ["", "[", '{"a":', "[0,", "[-", '{"a":-'])
@pytest.mark.parametrize("digit", "123456789")
def test_a_number_that_is_too_large_is_refused_wherever_it_stands_and_whatever_its_digits(before: str, digit: str) -> None:
    after = "".join("]" if one == "[" else "}" for one in reversed(before) if one in "[{")
    for number in (digit * 17, "9" + digit * 15, "90071992547409" + "93"):
        with pytest.raises(MalformedError):
            parse_canonical(f"{before}{number}{after}".encode())
    assert parse_canonical(f"{before}{digit * 15}{after}".encode()) is not None


@pytest.mark.parametrize("high", ["\U0001f600", "\U00040000", "\U00080000", "\U000c0000", "\U00100000"])
def test_names_beyond_the_bmp_are_put_in_their_own_order_whatever_plane_they_are_of(high: str) -> None:
    # Source: RFC 8785, 3.2.3: such a name sorts before U+FB33, by its first code unit.
    right = f'{{"{high}":0,"\ufb33":0}}'.encode()
    assert canonical_bytes(parse_canonical(right)) == right
    with pytest.raises(MalformedError):
        parse_canonical(f'{{"\ufb33":0,"{high}":0}}'.encode())


def test_depth_is_bounded_where_it_is_said() -> None:
    assert parse_canonical(b"[[1]]", max_depth=2) == [[1]]
    with pytest.raises(MalformedError):
        parse_canonical(b"[[[1]]]", max_depth=2)


@given(st.binary(max_size=60) | st.text(st.sampled_from('{}[]",:0123456789.eE-tfn\\u '), max_size=40).map(str.encode))
def test_hostile_bytes_end_in_one_error(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except MalformedError:
        return
    assert canonical_bytes(value) == data
