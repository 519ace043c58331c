"""Certificates and who has been sent them."""

import pytest

from node.store import Store
from node.store.records import CertificateRecord
from tests.node.store.samples import COUNTY, TOWN


def test_a_signed_object_is_kept_once_by_digest(store: Store) -> None:
    assert store.certificates.put("sm3:b", b"\x30\x00\xff", "certificate")
    assert not store.certificates.put("sm3:b", b"other", "seal")
    store.certificates.put("sm3:a", b"a", "certificate")
    store.certificates.put("sm3:s", b"s", "seal")
    assert store.certificates.get("sm3:b") == b"\x30\x00\xff"
    assert store.certificates.get("sm3:b", "seal") is None
    assert store.certificates.get("sm3:z") is None
    assert [one.digest for one in store.certificates.all("certificate")] == ["sm3:a", "sm3:b"]
    assert store.certificates.all("seal") == [CertificateRecord("sm3:s", b"s", "seal")]


def test_one_that_was_replaced_is_forgotten(store: Store) -> None:
    store.certificates.put("sm3:r", b"r", "revocations")
    store.certificates.delete("sm3:r")
    assert store.certificates.all("revocations") == []


def test_each_reader_is_sent_each_once(store: Store) -> None:
    store.certificates.mark_sent(TOWN, ["sm3:a", "sm3:b", "sm3:a"])
    store.certificates.mark_sent(TOWN, ["sm3:b"])
    store.certificates.mark_sent(TOWN, [])
    assert store.certificates.sent_to(TOWN, "sm3:a")
    assert not store.certificates.sent_to(COUNTY, "sm3:a")
    assert store.certificates.unsent(TOWN, ["sm3:c", "sm3:a", "sm3:c", "sm3:d"]) == ["sm3:c", "sm3:d"]
    store.certificates.forget_sent(TOWN)
    assert store.certificates.unsent(TOWN, ["sm3:a"]) == ["sm3:a"]


def test_what_is_remembered_in_a_transaction_is_what_is_there(store: Store) -> None:
    with store.transaction():
        assert store.certificates.get("sm3:x", "seal") is None and store.certificates.all("seal") == []
        store.certificates.put("sm3:x", b"one", "seal")
        assert store.certificates.get("sm3:x", "seal") == b"one" and len(store.certificates.all("seal")) == 1
        store.certificates.delete("sm3:x")
        assert store.certificates.get("sm3:x", "seal") is None
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.certificates.put("sm3:x", b"one", "seal")
        assert store.certificates.get("sm3:x", "seal") == b"one"
        raise ZeroDivisionError
    with store.transaction():
        assert store.certificates.get("sm3:x", "seal") is None
