"""A release as a document: written, read, and refused when it is anything else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from node.catalogue.release import (
    CALENDAR,
    CONTEXT,
    MAX_CHANGES,
    MAX_RELEASE_BYTES,
    PUBLISH,
    WITHDRAW,
    WITHDRAW_VERSION,
    Change,
    Release,
    read_release,
    sign_release,
)
from node.errors import EnrolmentError
from signing.canonical import canonical_bytes, parse_canonical

DIGEST = "sm3:" + "ab" * 32
OTHER = "sm3:" + "cd" * 32
RELEASE = Release(
    number=2,
    before=OTHER,
    made_at=datetime(2026, 11, 22, 1, 0, tzinfo=UTC),
    by="示例人员",
    reason="按新标准",
    changes=(
        Change(PUBLISH, "gaoling", DIGEST, "gljt"),
        Change(WITHDRAW_VERSION, "gaoling", OTHER),
        Change(WITHDRAW, "dibao"),
        Change(CALENDAR, calendar=OTHER),
    ),
    state=DIGEST,
    station="13102500000000",
    signer=DIGEST,
)


def document(members: dict[str, Any]) -> bytes:
    return CONTEXT + canonical_bytes(members) + b'\n[{"signature":"AA==","signer":"' + DIGEST.encode() + b'"}]\n'


def test_a_release_reads_back_as_it_was_written() -> None:
    signed: list[bytes] = []
    data = sign_release(RELEASE, lambda message: signed.append(message) or b"s")  # type: ignore[func-returns-value]
    found = read_release(data)
    assert found.content == RELEASE
    assert signed == [found.signed] and found.signed.startswith(CONTEXT)
    assert RELEASE.contents == (DIGEST, OTHER)


def test_the_first_release_names_none_before_it() -> None:
    first = replace(RELEASE, number=1, before=None)
    assert read_release(sign_release(first, lambda message: b"s")).content == first


def changed(**members: Any) -> Callable[[dict[str, Any]], None]:
    return lambda given: given.update(members)


BREAKS: tuple[Callable[[dict[str, Any]], object], ...] = (
    changed(number=0),
    changed(number=True),
    changed(number="1"),
    changed(before="sm3:1"),
    changed(made_at="2026-11-22"),
    changed(by=""),
    changed(reason="a\nb"),
    changed(reason="字" * 201),
    changed(changes=[]),
    changed(changes=[{"act": "withdraw", "item": "a"}] * (MAX_CHANGES + 1)),
    changed(changes=[{"act": "burn", "item": "a"}]),
    changed(changes=[{"act": ["withdraw"], "item": "a"}]),
    changed(changes=["withdraw"]),
    changed(changes=[{"act": "withdraw"}]),
    changed(changes=[{"act": "withdraw", "item": "a", "package": DIGEST}]),
    changed(changes=[{"act": "withdraw", "item": "../a"}]),
    changed(changes=[{"act": "publish", "item": "a", "package": DIGEST}]),
    changed(changes=[{"act": "publish", "item": "a", "package": DIGEST, "initials": "a b"}]),
    changed(changes=[{"act": "publish", "item": "a", "package": DIGEST, "initials": "é"}]),
    changed(changes=[{"act": "publish", "item": "a", "package": DIGEST, "initials": "a" * 65}]),
    changed(changes=[{"act": "calendar", "calendar": "2026"}]),
    changed(state=None),
    changed(station="1310250000000"),
    changed(signer=None),
    changed(more=1),
    lambda given: given.pop("state"),
)


@pytest.mark.parametrize("number", range(len(BREAKS)))
def test_a_member_that_is_not_as_it_must_be_makes_it_none(number: int) -> None:
    members = parse_canonical(canonical_bytes(RELEASE.members()))
    read_release(document(members))
    BREAKS[number](members)
    with pytest.raises(EnrolmentError) as refused:
        read_release(document(members))
    assert refused.value.code == "document_damaged"


def test_what_is_no_release_is_told_apart() -> None:
    with pytest.raises(EnrolmentError) as other:
        read_release(b"yizhan request 1\n{}\n[]\n")
    assert other.value.code == "document_other"
    with pytest.raises(EnrolmentError) as large:
        read_release(CONTEXT + b" " * MAX_RELEASE_BYTES)
    assert large.value.code == "document_too_large"


def test_as_many_changes_as_may_be_fit_into_a_release() -> None:
    changes = tuple(Change(PUBLISH, f"{'i' * 60}{number:04}", DIGEST, "a" * 64) for number in range(MAX_CHANGES))
    whole = replace(RELEASE, reason="字" * 200, changes=changes)
    assert read_release(sign_release(whole, lambda message: b"s" * 72)).content == whole
