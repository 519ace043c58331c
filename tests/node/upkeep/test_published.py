"""The record of an update on the road: its one form, and which of two counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from node.errors import RequestError
from node.mail.cargo import MAX_BULK_BYTES
from node.upkeep.published import MAX_FILE_BYTES, Published, read_published
from signing.algorithms import suite
from signing.canonical import canonical_bytes, parse_canonical

GM = suite("gm")
AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
UPDATE = Published(
    version="0.2.0",
    sequence=202611220729,
    published_at=AT,
    size_bytes=4,
    digest=GM.digest(b"file"),
    enclosure_id=GM.digest(b"cipher"),
)


def test_it_is_read_back_as_it_was_written() -> None:
    assert read_published(UPDATE.to_bytes()) == UPDATE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", "../../x"),
        ("version", "0.2"[:1]),
        ("sequence", 0),
        ("sequence", True),
        ("sequence", "1"),
        ("published_at", "2026-11-22"),
        ("size", 0),
        ("size", MAX_FILE_BYTES + 1),
        ("digest", "sm3:"),
        ("enclosure", "sm3:" + "AB" * 32),
        ("more", 1),
    ],
)
def test_another_form_is_no_record(name: str, value: object) -> None:
    given = parse_canonical(UPDATE.to_bytes(), 2) | {name: value}
    with pytest.raises(RequestError, match="update_form"):
        read_published(canonical_bytes(given))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b"{" * 3000, b" " + UPDATE.to_bytes()])
def test_what_is_no_canonical_record_is_refused(data: bytes) -> None:
    with pytest.raises(RequestError, match="update_form"):
        read_published(data)


def test_the_higher_sequence_counts_and_of_one_sequence_the_later() -> None:
    later = replace(UPDATE, published_at=AT + timedelta(seconds=1))
    higher = replace(UPDATE, sequence=UPDATE.sequence + 1, published_at=AT - timedelta(days=1))
    assert UPDATE.order < later.order < higher.order


def test_a_file_is_known_by_size_and_digest() -> None:
    assert UPDATE.is_of(GM, b"file")
    assert not UPDATE.is_of(GM, b"fils")
    assert not replace(UPDATE, size_bytes=5).is_of(GM, b"file")


def test_the_largest_file_makes_the_largest_enclosure_that_is_taken() -> None:
    assert replace(UPDATE, size_bytes=MAX_FILE_BYTES).enclosure_bytes == MAX_BULK_BYTES
    assert len(GM.encrypt(bytes(16), b"file", b"")) == UPDATE.enclosure_bytes
