"""Invitations and requests in the store: kept once, moved once."""

from dataclasses import replace
from datetime import timedelta

from node.store import Store
from node.store.records.enrolment import InvitationRecord, RequestRecord
from tests.fakes import START

INVITATION = InvitationRecord("a" * 32, "13102510520101", "示例一村", b"document", START, START + timedelta(days=30))
REQUEST = RequestRecord("sm3:1", "join", "13102510520101", "示例一村", b"request", START)


def test_an_invitation_is_used_or_withdrawn_once(store: Store) -> None:
    store.invitations.put_many([INVITATION, replace(INVITATION, invitation_id="b" * 32, station="13102510520102")])
    store.invitations.put_many([replace(INVITATION, name="别的")])
    assert store.invitations.get("a" * 32) == INVITATION and store.invitations.get("c" * 32) is None
    assert store.invitations.numbers("131025105201") == ["13102510520101", "13102510520102"]
    assert store.invitations.numbers("131025105202") == []
    assert store.invitations.use("a" * 32, "sm3:1") and not store.invitations.use("a" * 32, "sm3:2")
    assert not store.invitations.withdraw("a" * 32) and store.invitations.withdraw("b" * 32)
    assert store.invitations.all("open") == []
    assert [(one.state, one.request) for one in store.invitations.all()] == [("used", "sm3:1"), ("withdrawn", None)]


def test_a_request_is_kept_once_and_decided_once(store: Store) -> None:
    assert store.requests.add(REQUEST) and not store.requests.add(replace(REQUEST, name="别的"))
    assert store.requests.add(replace(REQUEST, digest="sm3:2", station="13102510520102", received_at=START - timedelta(days=1)))
    assert [one.digest for one in store.requests.waiting()] == ["sm3:2", "sm3:1"]
    assert (store.requests.waiting_count(), store.requests.waiting_count("13102510520101")) == (2, 1)
    assert store.requests.decide("sm3:1", "granted", START, "admin", b"answer")
    assert not store.requests.decide("sm3:1", "refused", START, "admin", b"other", "reason")
    assert store.requests.get("sm3:1") == replace(REQUEST, state="granted", decided_at=START, decided_by="admin", answer=b"answer")
    assert [one.digest for one in store.requests.decided()] == ["sm3:1"] and store.requests.get("sm3:9") is None
