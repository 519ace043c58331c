"""Cases one by one and in lists."""

from dataclasses import replace
from datetime import timedelta

import pytest

from node.store import Store
from node.store.records import CaseFilter
from tests.node.store.conftest import START
from tests.node.store.samples import CASE, COUNTY, TOWN, VILLAGE, case


def numbers(store: Store, **wanted: object) -> list[str]:
    return [one.case_number for one in store.cases.page(CaseFilter(**wanted))]  # type: ignore[arg-type]  # any members


def test_a_case_comes_back_as_it_was(store: Store) -> None:
    given = case(flags=("rule_failed",), forked=True, due_on="2026-12-01", extra={"受理号": "甲1", "n": [1, 2]}, head="sm3:a")
    store.cases.put(given)
    found = store.cases.get(CASE)
    assert found is not None and replace(found, seq=0) == given
    assert store.cases.get("nowhere") is None


def test_the_case_last_changed_comes_first(store: Store) -> None:
    for number in ("1", "2", "3"):
        store.cases.put(case(number))
    store.cases.put(case("1", state="submitted"))
    assert numbers(store) == ["1", "3", "2"]


def test_pages_follow_each_other_without_gap_or_repeat(store: Store) -> None:
    for number in range(7):
        store.cases.put(case(str(number)))
    seen: list[str] = []
    after = None
    while page := store.cases.page(CaseFilter(after=after), limit=3):
        seen += [one.case_number for one in page]
        after = page[-1].cursor
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_a_list_can_be_narrowed_by_everything(store: Store) -> None:
    store.cases.put(case("1", holder_station=TOWN, holder_desk="review", state="submitted", due_on="2026-11-30"))
    store.cases.put(case("2", holder_station=COUNTY, holder_desk="approve", state="forwarded", flags=("late",)))
    store.cases.put(case("3", origin="13102510520201", title="示例乙", short_number="1122-31"))
    assert numbers(store, states=("submitted", "forwarded")) == ["2", "1"]
    assert numbers(store, holder_station=TOWN) == ["1"]
    assert numbers(store, not_holder_station=VILLAGE) == ["2", "1"]
    assert numbers(store, desks=("approve", "agent")) == ["3", "2"]
    assert numbers(store, origin=VILLAGE) == ["2", "1"]
    assert numbers(store, flagged=True) == ["2"]
    assert numbers(store, flagged=False) == ["3", "1"]
    assert numbers(store, due_by="2026-11-30") == ["1"]
    assert numbers(store, due_by="2026-11-29") == []
    assert numbers(store, q="示例乙") == ["3"]
    assert numbers(store, q="1122-31") == ["3"]


@pytest.mark.parametrize("q", ["%", "_", "'", "\\", "*", "?"])
def test_a_search_takes_signs_as_they_are(store: Store, q: str) -> None:
    store.cases.put(case("1", title="示例甲"))
    store.cases.put(case("2", title=f"示{q}例"))
    assert numbers(store, q=q) == ["2"]


def test_cases_are_counted_by_state(store: Store) -> None:
    for number, state in enumerate(("draft", "draft", "submitted")):
        store.cases.put(case(str(number), state=state))
    assert store.cases.counts() == {"draft": 2, "submitted": 1}
    assert store.cases.count(CaseFilter(states=("draft",))) == 2
    assert store.cases.count(CaseFilter(holder_station=TOWN)) == 0


def test_a_short_number_may_be_several_cases(store: Store) -> None:
    store.cases.put(case("2", opened_at=START + timedelta(days=365)))
    store.cases.put(case("1"))
    store.cases.put(case("3", origin="13102510520201", opened_at=START - timedelta(days=1)))
    assert [one.case_number for one in store.cases.by_short("1122-07")] == ["2", "1", "3"]
    assert [one.case_number for one in store.cases.by_short("1122-07", VILLAGE)] == ["2", "1"]
    assert store.cases.by_short("1122-08") == []


def test_a_discarded_case_takes_its_draft_with_it(store: Store) -> None:
    store.cases.put(case())
    store.cases.delete(CASE)
    assert store.cases.get(CASE) is None
    assert store.drafts.get(CASE) is None


def test_practice_cases_are_in_no_list_and_no_count_that_does_not_ask_for_them(store: Store) -> None:
    store.cases.put(case("1"))
    store.cases.put(case("练习-0001", short_number="练习-0001", practice=True))
    assert [one.case_number for one in store.cases.page()] == ["1"]
    assert store.cases.count() == 1
    assert [one.case_number for one in store.cases.page(CaseFilter(practice=True))] == ["练习-0001"]
    assert store.cases.count(CaseFilter(practice=None)) == 2


def test_what_a_leaver_opened_is_the_successors_and_nothing_else_is(store: Store) -> None:
    for number, who in (("1", "li"), ("2", "li"), ("3", "an")):
        store.cases.put(case(number, opened_by=who))
    assert store.cases.move_opener("li", "wang", ["1", "3"]) == 1
    assert {number: one.opened_by for number in "123" if (one := store.cases.get(number))} == {"1": "wang", "2": "li", "3": "an"}
    assert [one.case_number for one in store.cases.page(CaseFilter(opened_by="wang"))] == ["1"]
    assert store.cases.move_opener("an", "wang", []) == 0
