"""An exchange's two sides as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import RecordError
from sync.exchange import LEAST_DOWN_BYTES, MAX_RECEIPT_BYTES, MOST_DOWN_BYTES, Letterbag, Refusal
from sync.records import Record, write_records

BAG = Letterbag((b"receipt",), (Refusal("sm3:ab", "signature"),), (b"one", b"two"), 65536)


def test_what_is_said_is_heard() -> None:
    assert Letterbag.from_bytes(BAG.to_bytes()) == BAG


def test_limits_come_first() -> None:
    assert BAG.to_bytes().startswith(b'limits 14\n{"down":65536}\n')


def test_nothing_to_say_is_empty() -> None:
    assert Letterbag().is_empty and Letterbag().to_bytes() == b""
    assert Letterbag(down_bytes=4096).is_empty
    assert not BAG.is_empty


def test_records_of_a_newer_peer_are_passed_over() -> None:
    assert Letterbag.from_bytes(write_records([Record("greeting", b"x")]) + BAG.to_bytes()) == BAG


@pytest.mark.parametrize(("asked", "given"), [(0, LEAST_DOWN_BYTES), (-5, LEAST_DOWN_BYTES), (10**12, MOST_DOWN_BYTES), (70_000, 70_000)])
def test_what_may_come_down_is_bounded(asked: int, given: int) -> None:
    assert Letterbag.from_bytes(write_records([Record("limits", b'{"down":%d}' % asked)])).down_bytes == given


@pytest.mark.parametrize(
    "record",
    [
        Record("limits", b"{}"),
        Record("limits", b'{"down":true}'),
        Record("limits", b"[1]"),
        Record("refused", b"[]"),
        Record("refused", b'{"parcel":1,"why":"x"}'),
        Record("refused", b'{"parcel":"' + b"a" * 200 + b'","why":"x"}'),
        Record("receipt", bytes(MAX_RECEIPT_BYTES + 1)),
    ],
)
def test_a_record_of_a_wrong_form_is_refused(record: Record) -> None:
    with pytest.raises(RecordError):
        Letterbag.from_bytes(write_records([record]))


@given(st.integers(0, len(BAG.to_bytes())), st.binary(max_size=20), st.integers(0, 20))
def test_spoilt_bytes_give_a_record_error_or_a_letterbag(at: int, put: bytes, cut: int) -> None:
    data = BAG.to_bytes()
    try:
        found = Letterbag.from_bytes(data[:at] + put + data[at + cut :])
    except RecordError:
        return
    assert isinstance(found, Letterbag)
