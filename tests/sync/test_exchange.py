"""An exchange's two sides as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.boxes import Piece
from sync.errors import RecordError
from sync.exchange import LEAST_DOWN_BYTES, MAX_IDS, MAX_RECEIPT_BYTES, MAX_STATE_RANGES, MOST_DOWN_BYTES, Letterbag, Refusal
from sync.records import Record, json_bytes, write_records
from sync.wire import EnclosureState

ID = "sm3:" + "a" * 64
BAG = Letterbag((b"receipt",), (Refusal("sm3:ab", "signature"),), (b"one", b"two"), 65536)


def test_what_is_said_is_heard() -> None:
    assert Letterbag.from_bytes(BAG.to_bytes()) == BAG


def test_limits_come_first() -> None:
    assert BAG.to_bytes().startswith(b'limits 14\n{"down":65536}\n')


def test_nothing_to_say_is_empty() -> None:
    assert Letterbag().is_empty and Letterbag().to_bytes() == b""
    assert Letterbag(down_bytes=4096).is_empty
    assert not BAG.is_empty


def test_a_receipt_counts_though_the_name_of_its_kind_was_spoilt_on_the_way() -> None:
    first, second = b"yizhan receipt 1\n{}\nfirst\n", b"yizhan receipt 1\n{}\nsecond\n"
    whole = Letterbag(receipts=(first, second)).to_bytes()

    assert Letterbag.from_bytes(whole.replace(b"receipt 2", b"receixt 2", 1)).receipts == (first, second)


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


def record(kind: str, value: object) -> bytes:
    return write_records([Record(kind, json_bytes(value))])


@pytest.mark.parametrize("kind", ["ask", "held"])
def test_of_enclosures_only_so_many_are_named_at_once(kind: str) -> None:
    ids = [f"sm3:{number:064x}" for number in range(MAX_IDS)]
    bag = Letterbag.from_bytes(record(kind, {"enclosures": ids}) + record(kind, {"enclosures": [ID]}))
    assert (bag.asks or bag.held) == tuple(ids)
    for wrong in ([*ids, ID], ["sm3:" + "A" * 64], [ID, 1], ID, None):
        with pytest.raises(RecordError):
            Letterbag.from_bytes(record(kind, {"enclosures": wrong}))


def test_how_much_is_there_of_an_enclosure_is_said_in_few_whole_numbers() -> None:
    full = [[2 * at, 1] for at in range(MAX_STATE_RANGES)]
    bag = Letterbag.from_bytes(record("enclosure", {"id": ID, "size": 500, "missing": full}))
    assert bag.states == {ID: EnclosureState(500, tuple(Piece(*pair) for pair in full))}
    for missing in ([*full, [400, 1]], [[0, -1]], [[-1, 1]], [[0, True]], [[0]], [[0, 1, 2]], [0, 1], {"0": 1}, None):
        with pytest.raises(RecordError):
            Letterbag.from_bytes(record("enclosure", {"id": ID, "size": 500, "missing": missing}))
    for size in (-1, True, "500", None):
        with pytest.raises(RecordError):
            Letterbag.from_bytes(record("enclosure", {"id": ID, "size": size, "missing": []}))


@given(st.integers(0, len(BAG.to_bytes())), st.binary(max_size=20), st.integers(0, 20))
def test_spoilt_bytes_give_a_record_error_or_a_letterbag(at: int, put: bytes, cut: int) -> None:
    data = BAG.to_bytes()
    try:
        found = Letterbag.from_bytes(data[:at] + put + data[at + cut :])
    except RecordError:
        return
    assert isinstance(found, Letterbag)
