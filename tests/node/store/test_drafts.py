"""Drafts and pages of materials."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from node.errors import StaleError
from node.store import StaleVersionError, Store
from node.store.records import DraftRecord, MaterialRecord
from tests.node.store.conftest import START
from tests.node.store.samples import CASE

ANSWERS = {"name": "示例甲", "members": [{"age": 70}], "agree": "是"}


def draft(**given: Any) -> DraftRecord:
    return replace(DraftRecord(CASE, 0, ANSWERS, ({"field": "name", "comment": "看不清"},), START, "li"), **given)


def page(material: str, number: int, **given: Any) -> MaterialRecord:
    return replace(MaterialRecord(CASE, material, number, "sm3:e", "sm3:p", 1234, "image/jpeg", None, START, "li"), **given)


def test_a_draft_comes_back_as_it_was(store: Store) -> None:
    store.drafts.put(draft())
    assert store.drafts.get(CASE) == draft()
    store.drafts.put(draft(version=7, marks=()))
    assert store.drafts.get(CASE) == draft(version=7, marks=())
    store.drafts.delete(CASE)
    assert store.drafts.get(CASE) is None


def test_a_save_raises_the_version_and_keeps_marks(store: Store) -> None:
    store.drafts.put(draft())
    assert store.drafts.save(CASE, 0, {"name": "乙"}, updated_at=START, updated_by="wang") == 1
    assert store.drafts.get(CASE) == draft(version=1, answers={"name": "乙"}, updated_by="wang")
    assert store.drafts.save(CASE, 1, {}, [], updated_at=START, updated_by="wang") == 2
    assert store.drafts.get(CASE) == draft(version=2, answers={}, marks=(), updated_by="wang")


def test_a_stale_save_changes_nothing_and_tells_what_is_there(store: Store) -> None:
    store.drafts.put(draft(version=3))
    with pytest.raises(StaleVersionError) as raised:
        store.drafts.save(CASE, 2, {"name": "乙"}, updated_at=START, updated_by="wang")
    assert isinstance(raised.value, StaleError) and raised.value.code == "answers"
    assert (raised.value.current_version, raised.value.current_answers) == (3, ANSWERS)
    assert raised.value.facts == {"expected_version": 2, "current_version": 3, "current_answers": ANSWERS}
    assert store.drafts.get(CASE) == draft(version=3)


def test_a_save_of_a_draft_that_is_gone_is_stale(store: Store) -> None:
    with pytest.raises(StaleVersionError) as raised:
        store.drafts.save(CASE, 0, {}, updated_at=START, updated_by="li")
    assert raised.value.current_version == -1


def test_of_several_tabs_with_one_version_one_saves(store: Store) -> None:
    store.drafts.put(draft())
    saved: list[int] = []
    stale: list[int] = []

    def save(number: int) -> None:
        try:
            store.drafts.save(CASE, 0, {"n": number}, updated_at=START, updated_by="li")
            saved.append(number)
        except StaleVersionError:
            stale.append(number)
        store.close_thread()

    threads = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(saved) == 1 and len(stale) == 5
    assert store.drafts.get(CASE) == draft(version=1, answers={"n": saved[0]})


def test_pages_come_by_material_and_page(store: Store) -> None:
    store.materials.put_many([page("id_card", 10), page("id_card", 2), page("book", 1, preview={"id": "sm3:s", "size": 9})])
    assert [(one.material, one.page) for one in store.materials.list(CASE)] == [("book", 1), ("id_card", 2), ("id_card", 10)]
    assert store.materials.get(CASE, "book", 1) == page("book", 1, preview={"id": "sm3:s", "size": 9})
    assert store.materials.get(CASE, "book", 2) is None
    store.materials.put_many([])


def test_a_page_put_again_takes_the_place_of_the_old_one(store: Store) -> None:
    store.materials.put(page("book", 1))
    store.materials.put(page("book", 1, enclosure_id="sm3:new"))
    assert [one.enclosure_id for one in store.materials.list(CASE)] == ["sm3:new"]


def test_a_slot_is_emptied_once(store: Store) -> None:
    store.materials.put(page("book", 1))
    assert store.materials.delete(CASE, "book", 1)
    assert not store.materials.delete(CASE, "book", 1)
