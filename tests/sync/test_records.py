"""Records: what is written comes back, and nothing else is accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import RecordError
from sync.records import Record, json_bytes, read_json, read_records, record_head, write_records

RECORDS = st.lists(st.builds(Record, st.from_regex("[a-z_]{1,32}", fullmatch=True), st.binary(max_size=200)), max_size=8)


def read_all(data: bytes, max_count: int = 100, max_bytes: int = 1000) -> list[Record]:
    return list(read_records(data, max_count, max_bytes))


def code_of(data: bytes, max_count: int = 100, max_bytes: int = 1000) -> str:
    with pytest.raises(RecordError) as caught:
        read_all(data, max_count, max_bytes)
    return caught.value.code


def test_a_record_looks_like_this() -> None:
    assert write_records([Record("letter", b"ab\n"), Record("key", b"")]) == b"letter 3\nab\n\nkey 0\n\n"


@given(RECORDS)
def test_what_is_written_comes_back(records: list[Record]) -> None:
    assert read_all(write_records(records)) == records


@given(RECORDS.filter(bool), st.data())
def test_a_cut_is_noticed_unless_it_falls_between_records(records: list[Record], data: st.DataObject) -> None:
    written = write_records(records)
    cut = data.draw(st.integers(0, len(written) - 1))
    try:
        found = read_all(written[:cut])
    except RecordError:
        return
    assert write_records(found) == written[:cut]


@given(st.binary(max_size=200))
def test_any_other_bytes_give_a_record_error_or_records_that_are_written_the_same(data: bytes) -> None:
    try:
        found = read_all(data)
    except RecordError:
        return
    assert write_records(found) == data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"letter 03\nabc\n", "head"),
        (b"Letter 3\nabc\n", "head"),
        (b"letter  3\nabc\n", "head"),
        (b"letter 3\r\nabc\n", "head"),
        (b"letter +3\nabc\n", "head"),
        (b"letter 1234567890\nabc\n", "head"),
        (b"x" * 33 + b" 1\na\n", "head"),
        ("letter ٣\nabc\n".encode(), "head"),
        (b"letter 3\nabcd", "end"),
        (b"letter 3\nabc", "cut"),
        (b"letter 1001\n", "too_large"),
    ],
)
def test_each_wrong_form_has_its_code(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_more_records_than_allowed_are_refused() -> None:
    assert code_of(write_records([Record("a", b"")] * 3), max_count=2) == "too_many"


def test_a_kind_without_a_form_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="record head"):
        record_head("Letter", 1)


@pytest.mark.parametrize(
    "data",
    [
        b"{}\n",
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":1,"a":1}',
        b'"\\u4e00"',
        b'"\\ud800"',
        b"\xff",
        b"[" * 100_000,
        b"1" * 5000,
        b"",
    ],
)
def test_json_of_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(RecordError):
        read_json(data)


def test_canonical_json_is_what_the_rfc_says() -> None:
    value = {"b": "一\n\u007f", "a": [1, True, None]}
    assert json_bytes(value) == '{"a":[1,true,null],"b":"一\\n\u007f"}'.encode()
    assert read_json(json_bytes(value)) == value


def test_json_that_is_not_signed_may_have_any_form() -> None:
    assert read_json(b'{"b": 1, "a": 2}\n', canonical=False) == {"a": 2, "b": 1}
    with pytest.raises(RecordError):
        read_json(b'{"b": 1.5}', canonical=False)
