"""The county's list of seals as bytes: what is none is refused, whatever is changed in it, and by nothing but our own errors."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from node.errors import EnrolmentError
from node.seals.status import CONTEXT, LARGEST, Entry, make_list, read_list
from signing.canonical import canonical_bytes
from signing.errors import SigningError
from tests.worked_example import make_people

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
ENTRY = Entry(f"sha256:{1:064}", "13102510520101-unit-1", "stopped", AT, AT + timedelta(hours=2), "换届")
MAKER = make_people("p256").signer("county_authority")
LIST = make_list(7, AT, (ENTRY,), MAKER)


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The list with something else in it, in the one form of JSON."""
    _, value, signature = LIST.splitlines()
    members = json.loads(value)
    change(members)
    return CONTEXT + canonical_bytes(members) + b"\n" + signature + b"\n"


def test_a_list_is_read_as_it_was_made() -> None:
    listed = read_list(LIST)
    assert (listed.number, listed.at, listed.entries, listed.signer) == (7, AT, (ENTRY,), MAKER.certificate.digest)
    assert listed.by_seal() == {ENTRY.seal: (ENTRY,)}
    MAKER._suite.verify(MAKER.certificate.public_key, listed.signed, listed.signature)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.pop("number"),
        lambda one: one.update(number=0),
        lambda one: one.update(number=True),
        lambda one: one.update(number="7"),
        lambda one: one.update(more=1),
        lambda one: one.update(at="2026-11-22"),
        lambda one: one.update(signer="sha256:0"),
        lambda one: one.update(entries={}),
        lambda one: one["entries"][0].update(state="revoked"),
        lambda one: one["entries"][0].update(since=None),
        lambda one: one["entries"][0].update(until=""),
        lambda one: one["entries"][0].update(seal="x"),
        lambda one: one["entries"][0].update(seal_id="十三"),
        lambda one: one["entries"][0].update(reason=""),
        lambda one: one["entries"][0].pop("reason"),
    ],
)
def test_a_list_with_a_member_of_another_form_is_none(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(EnrolmentError) as refused:
        read_list(changed(change))
    assert refused.value.code == "document_damaged"


def test_no_byte_of_a_list_can_be_changed_added_or_left_out_unnoticed() -> None:
    for place in range(len(LIST)):
        for data in (LIST[:place] + bytes((LIST[place] ^ 1,)) + LIST[place + 1 :], LIST[:place], LIST[:place] + b" " + LIST[place:]):
            with pytest.raises((EnrolmentError, SigningError)):
                listed = read_list(data)
                MAKER._suite.verify(MAKER.certificate.public_key, listed.signed, listed.signature)
    with pytest.raises(EnrolmentError) as refused:
        read_list(CONTEXT + b" " * LARGEST)
    assert refused.value.code == "document_too_large"
