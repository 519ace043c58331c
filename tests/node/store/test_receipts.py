"""Receipts and what is still to be said."""

from typing import Any

import pytest

from node.store import Store
from node.store.records import PendingArrival, ReceiptRecord
from tests.node.store.conftest import START
from tests.node.store.samples import COUNTY, TOWN, VILLAGE


def receipt(name: str, **given: Any) -> ReceiptRecord:
    values: dict[str, Any] = {"station": TOWN, "number": 1, "kind": "stored", "at": START, "data": b"yizhan receipt 1\n" + name.encode()}
    return ReceiptRecord(receipt_id=f"sm3:{name}", **values | given)


def test_a_receipt_is_kept_once(store: Store) -> None:
    assert store.receipts.add(receipt("a"))
    assert not store.receipts.add(receipt("a", number=9))
    assert store.receipts.get("sm3:a") == receipt("a")
    assert store.receipts.get("sm3:b") is None


def test_the_last_receipt_of_a_station_is_the_highest(store: Store) -> None:
    for number in (2, 10, 9):
        store.receipts.add(receipt(f"n{number}", number=number))
    store.receipts.add(receipt("other", station=COUNTY, number=99))
    last = store.receipts.last(TOWN)
    assert last is not None and last.number == 10
    assert store.receipts.last(VILLAGE) is None


def test_a_parcel_keeps_its_first_receipt(store: Store) -> None:
    store.receipts.add(receipt("a"))
    store.receipts.add(receipt("b", number=2))
    store.receipts.link_many("sm3:a", ["sm3:p"])
    store.receipts.link_many("sm3:b", ["sm3:p", "sm3:q", "sm3:q"])
    store.receipts.link_many("sm3:b", [])
    assert store.receipts.get_for_parcel("sm3:p") == receipt("a")
    assert store.receipts.get_for_parcel("sm3:q") == receipt("b", number=2)
    assert store.receipts.get_for_parcel("sm3:z") is None


def test_what_is_to_be_said_is_taken_once_in_order(store: Store) -> None:
    store.receipts.pend_many([PendingArrival("sm3:b", "admitted", None, (VILLAGE, COUNTY))])
    store.receipts.pend_many([PendingArrival("sm3:a", "set_aside", "fork", (VILLAGE,)), PendingArrival("sm3:c", "admitted", None, ())])
    store.receipts.pend_many([])
    assert store.receipts.take_pending(2) == [
        PendingArrival("sm3:b", "admitted", None, (VILLAGE, COUNTY)),
        PendingArrival("sm3:a", "set_aside", "fork", (VILLAGE,)),
    ]
    assert [one.letter_id for one in store.receipts.take_pending()] == ["sm3:c"]
    assert store.receipts.take_pending() == []


def test_what_was_taken_comes_back_when_the_receipt_was_not_made(store: Store) -> None:
    store.receipts.pend_many([PendingArrival("sm3:a", "admitted", None, (VILLAGE,))])
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.receipts.take_pending()
        raise ZeroDivisionError
    assert len(store.receipts.take_pending()) == 1
