"""Signed documents: what is written is read, nothing else is, and no byte of it can be changed unseen."""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.enrolment.documents import (
    GRANTED,
    MAX_REQUEST_BYTES,
    Answer,
    Document,
    Invitation,
    ParentPlace,
    Request,
    RequestKey,
    check_code,
    read_answer,
    read_invitation,
    read_request,
    to_bytes,
)
from node.errors import EnrolmentError, NodeError
from signing.algorithms import suite as suite_of
from signing.canonical import canonical_bytes, parse_canonical
from tests.fakes import START

SUITE = suite_of("p256")
KEY = SUITE.generate()
DIGEST = "sha256:" + "0" * 64
INVITATION = Invitation(
    id="0" * 32,
    suite="p256",
    station="13102510520102",
    name="示例一村",
    tier="village",
    division="131025105201",
    replaces=None,
    parent=ParentPlace("13102510500001", "示例镇", "http://10.1.2.3:8600"),
    made_at=START,
    expires_at=START + timedelta(days=30),
    by="13102500000001",
    certificates=(b"a", b"b"),
)
REQUEST = Request(
    kind="join",
    station="13102510520102",
    invitation=b"invitation",
    keys=(RequestKey(usage="station_sign", public=KEY.public, name="示例一村", division="131025105201"),),
    program="0.1.0",
    made_at=START,
)
ANSWER = Answer(
    request=DIGEST,
    verdict=GRANTED,
    reason=None,
    station="13102510520102",
    certificates=(b"c",),
    seals=(b"s",),
    revocations=(b"r",),
    made_at=START,
)
READERS = ((INVITATION, read_invitation), (REQUEST, read_request), (ANSWER, read_answer))


def signed(content: Any) -> bytes:
    return to_bytes(content, [(None, lambda message: SUITE.sign(KEY, message)), (DIGEST, lambda message: SUITE.sign(KEY, message))])


@pytest.mark.parametrize(("content", "read"), READERS)
def test_what_is_written_is_read(content: Any, read: Any) -> None:
    document = read(signed(content))
    assert document.content == content
    assert document.is_signed_by(SUITE, None, KEY.public) and document.is_signed_by(SUITE, DIGEST, KEY.public)
    assert not document.is_signed_by(SUITE, "sha256:" + "1" * 64, KEY.public)
    assert not document.is_signed_by(SUITE, None, SUITE.generate().public)


@pytest.mark.parametrize(("content", "read"), READERS)
def test_one_kind_is_not_read_as_another(content: Any, read: Any) -> None:
    for other, _ in READERS:
        if other is not content:
            with pytest.raises(EnrolmentError) as caught:
                read(signed(other))
            assert caught.value.code == "document_other"


@pytest.mark.parametrize(("content", "read"), READERS)
def test_no_byte_can_be_changed_unseen(content: Any, read: Any) -> None:
    data = signed(content)
    for place in range(len(data)):
        changed = data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]
        try:
            document = read(changed)
        except EnrolmentError:
            continue
        both = document.is_signed_by(SUITE, None, KEY.public) and document.is_signed_by(SUITE, DIGEST, KEY.public)
        assert not both, place


@pytest.mark.parametrize(("content", "read"), READERS)
def test_a_document_that_is_cut_or_longer_is_none(content: Any, read: Any) -> None:
    data = signed(content)
    for other in (*(data[:length] for length in range(0, len(data), 7)), data + b"\n", data + data, data.replace(b"\n", b"\r\n")):
        with pytest.raises(EnrolmentError):
            read(other)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    for _, read in READERS:
        for prefix in (b"", b"yizhan invitation 1\n", b"yizhan request 1\n", b"yizhan answer 1\n"):
            with pytest.raises(EnrolmentError):
                read(prefix + data)


def altered(content: Any, **members: Any) -> bytes:
    """A document whose JSON has other members."""
    context, payload, signatures, _ = signed(content).split(b"\n")
    return b"\n".join((context, canonical_bytes(parse_canonical(payload) | members), signatures, b""))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("id", "0" * 31), ("id", 0), ("suite", "rsa"), ("station", "1310251052010"),
        ("station", "１３１０２５１０５２０１０２"), ("name", ""),
        ("name", "一" * 65), ("name", "a\nb"), ("name", " "), ("tier", "province"), ("division", None), ("replaces", ""), ("parent", {}),
        ("parent", {"station": "13102510500001", "name": "示例镇", "url": "file:///etc/passwd"}),
        ("parent", {"station": "13102510500001", "name": "示例镇", "url": "http://a:b@10.1.2.3"}),
        ("parent", {"station": "13102510500001", "name": "示例镇", "url": "http://10.1.2.3:99999"}),
        ("made_at", "2026-11-22T01:00:00+08:00"), ("made_at", "2026-13-22T01:00:00Z"), ("certificates", []), ("certificates", ["YQ", "Yg"]),
        ("certificates", ["YR==", "Yg=="]), ("certificates", ["Y Q=", "Yg=="]), ("certificates", [1, 2]),
        ("certificates", "YQ=="), ("more", 1),
        ("certificates", [base64.b64encode(bytes(5000)).decode()] * 2), ("by", {"a": 1}),
    ],
)  # fmt: skip
def test_a_member_that_is_not_as_it_must_be_is_refused(member: str, value: Any) -> None:
    with pytest.raises(EnrolmentError) as caught:
        read_invitation(altered(INVITATION, **{member: value}))
    assert caught.value.code == "document_damaged"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("kind", "rule"),
        ("keys", []),
        ("keys", [{}]),
        ("keys", [REQUEST.keys[0].members()] * 65),
        ("reason", ""),
        ("program", "a b"),
        ("invitation", ""),
    ],
)
def test_a_request_that_is_not_as_it_must_be_is_refused(member: str, value: Any) -> None:
    with pytest.raises(EnrolmentError):
        read_request(altered(REQUEST, **{member: value}))


def test_a_document_beyond_its_bound_is_refused_before_it_is_read() -> None:
    with pytest.raises(EnrolmentError) as caught:
        read_request(b"yizhan request 1\n" + b"[" * MAX_REQUEST_BYTES)
    assert caught.value.code == "document_too_large"


def test_a_document_without_a_signature_or_with_many_is_none() -> None:
    for signers in ([], [(None, lambda _: b"s")] * 5):
        with pytest.raises(NodeError):
            read_request(to_bytes(REQUEST, signers))


def test_another_signature_makes_no_other_document() -> None:
    first, second = (read_request(signed(REQUEST)) for _ in range(2))
    assert first.data != second.data and first.digest(SUITE) == second.digest(SUITE)
    other: Document[Request] = read_request(signed(replace(REQUEST, reason="换电脑")))
    assert other.digest(SUITE) != first.digest(SUITE)


def test_the_check_code_is_the_last_six_decimal_digits_of_the_digest() -> None:
    assert check_code("sm3:" + "0" * 63 + "1") == "000-001"
    assert check_code("sha256:" + f"{123_456_789:064x}") == "456-789"
