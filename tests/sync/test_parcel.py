"""A parcel's outside: one form only, and every part where it belongs."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import ParcelError, SyncError
from sync.parcel import CONTEXT, MAX_PARCEL_BYTES, NamedEnclosure, associated_bytes, header_bytes, read_parcel
from sync.records import json_bytes
from tests.sync.fakes import COUNTY, TOWN, digest, parcel, sign

SCAN = b"scan" * 100


def rebuilt(change: Callable[[dict[str, Any]], object]) -> bytes:
    """A parcel whose header was changed, and signed like that."""
    good = parcel(scans=[SCAN])
    line = good[len(CONTEXT) :].split(b"\n", 1)[0]
    value = json.loads(line)
    change(value)
    return CONTEXT + json_bytes(value) + good[len(CONTEXT) + len(line) :]


def code_of(data: bytes) -> str:
    with pytest.raises(ParcelError) as caught:
        read_parcel(data, digest)
    return caught.value.code


def test_its_parts_are_where_they_belong() -> None:
    data = parcel(7, to=(TOWN, COUNTY), scans=[SCAN], size=60)
    read = read_parcel(data, digest)
    assert read.parcel_id == digest(data)
    assert read.header.readers == (TOWN, COUNTY)
    assert read.header.enclosures == (NamedEnclosure(digest(SCAN), len(SCAN), "full"),)
    assert read.associated == associated_bytes(read.header)
    assert len(read.body) == 60
    assert read.associated + read.body == read.signed
    assert read.signed + read.signature == data
    assert read.signature == sign(read.signed)


def test_a_header_is_written_as_it_was_read() -> None:
    read = read_parcel(parcel(scans=[SCAN]), digest)
    assert CONTEXT + header_bytes(read.header) + b"\n" == read.associated


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda value: value.update({"from": "1310251052010"}), "from"),
        (lambda value: value.update({"from": 13102510520101}), "from"),
        (lambda value: value.update({"to": []}), "to"),
        (lambda value: value.update({"to": value["to"] * 2}), "to"),
        (lambda value: value["to"][0].update({"number": 0}), "to"),
        (lambda value: value["to"][0].update({"number": True}), "to"),
        (lambda value: value["to"][0].update({"number": 2**53}), "to"),
        (lambda value: value["to"][0].update({"name": "x"}), "to"),
        (lambda value: value.update({"class": "secret"}), "class"),
        (lambda value: value.update({"class": []}), "class"),
        (lambda value: value.update({"urgent": 1}), "urgent"),
        (lambda value: value.update({"made_at": "2026-11-22T03:04:05+08:00"}), "made_at"),
        (lambda value: value.update({"made_at": "2026-02-30T03:04:05Z"}), "made_at"),
        (lambda value: value["enclosures"][0].update({"rank": "small"}), "enclosures"),
        (lambda value: value["enclosures"][0].update({"size": 0}), "enclosures"),
        (lambda value: value["enclosures"][0].update({"id": "sm3:" + "A" * 64}), "enclosures"),
        (lambda value: value.update({"enclosures": value["enclosures"] * 2}), "enclosures"),
        (lambda value: value["keys"][0].update({"wrapped": "a==="}), "keys"),
        (lambda value: value["keys"][0].update({"wrapped": "QR=="}), "keys"),
        (lambda value: value["keys"][0].update({"wrapped": ""}), "keys"),
        (lambda value: value.update({"keys": value["keys"] * 2}), "keys"),
        (lambda value: value.update({"dictionary": "none"}), "dictionary"),
        (lambda value: value.update({"length": 27}), "length"),
        (lambda value: value.update({"length": 4000}), "length"),
        (lambda value: value.update({"signer": None}), "signer"),
        (lambda value: value.pop("signer"), "header"),
        (lambda value: value.update({"more": 1}), "header"),
    ],
)
def test_a_header_with_a_wrong_member_is_refused(change: Callable[[dict[str, Any]], object], code: str) -> None:
    assert code_of(rebuilt(change)) == code


def test_a_byte_moved_from_body_to_signature_breaks_the_signature() -> None:
    read = read_parcel(rebuilt(lambda value: value.update({"length": 39})), digest)
    assert read.signature != sign(read.signed)


def test_a_header_that_is_not_canonical_is_refused() -> None:
    data = parcel()
    assert code_of(data.replace(b'"urgent":false', b'"urgent": false')) == "header"


def test_every_cut_is_refused() -> None:
    data = parcel()
    signature = len(read_parcel(data, digest).signature)
    for length in range(len(data) - signature + 8):
        assert code_of(data[:length]) in {"context", "header", "length"}


def test_what_is_too_large_is_refused() -> None:
    assert code_of(parcel() + bytes(MAX_PARCEL_BYTES)) == "too_large"
    assert code_of(parcel() + bytes(300)) == "length"


@given(st.integers(0, len(parcel()) - 1), st.integers(1, 255))
def test_no_flipped_byte_is_taken_for_the_same_parcel(at: int, change: int) -> None:
    good = parcel()
    data = good[:at] + bytes([good[at] ^ change]) + good[at + 1 :]
    try:
        read = read_parcel(data, digest)
    except SyncError:
        return
    assert read.parcel_id != digest(good)
    assert read.signature != sign(read.signed)


@given(st.binary(max_size=300))
def test_any_bytes_after_the_context_give_a_parcel_error(data: bytes) -> None:
    with pytest.raises(ParcelError):
        read_parcel(CONTEXT + data, digest)
