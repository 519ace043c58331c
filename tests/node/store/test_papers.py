"""Papers of cases and standby receipts are kept and found again."""

from dataclasses import replace
from datetime import timedelta

from node.store import Store
from node.store.records.papers import MandateRecord, OriginalRecord, PrintedFormRecord, SignedPageRecord, StandbyRecord
from tests.node.store.conftest import START
from tests.node.store.samples import CASE, VILLAGE, case

MANDATE = MandateRecord(
    CASE, 1, "示例甲", "131025194403122017", ("file", "collect"), "2026-11-22", "2027-05-21", "示例邻居", "13912345678", "signature", START,
    "agent1",
)  # fmt: skip
TICK = OriginalRecord(CASE, "mat_id", ("sm3:a", "sm3:b"), "agent1", "示例代办员甲", START)
PRINTED = PrintedFormRecord(CASE, "sm3:d", {"name": "示例甲"}, START, "agent1")
SIGNED = SignedPageRecord(CASE, "sm3:p", "pad", "sm3:d", {"name": "示例甲"}, START, "agent1")
BLANK = StandbyRecord(VILLAGE, 1, "blank", START, "agent1")


def test_papers_of_a_case_are_kept_replaced_and_forgotten_together(store: Store) -> None:
    papers = store.papers
    papers.put_mandate(MANDATE)
    papers.put_mandate(scanned := replace(MANDATE, pages=("sm3:m",)))
    papers.put_mandate(second := replace(MANDATE, number=2))
    papers.put_original(TICK)
    papers.put_original(later := replace(TICK, pages=("sm3:c",), ticked_at=START + timedelta(minutes=1)))
    papers.put_printed(PRINTED)
    papers.put_printed(again := replace(PRINTED, digest="sm3:e"))
    assert papers.mandates(CASE) == [scanned, second]
    assert papers.originals(CASE) == [later]
    assert papers.printed(CASE) == again
    papers.delete_original(CASE, "mat_id")
    assert papers.originals(CASE) == []
    papers.forget(CASE)
    assert (papers.mandates(CASE), papers.printed(CASE)) == ([], None)


def test_a_signed_page_stays_under_the_answers_that_it_was_signed_for(store: Store) -> None:
    store.papers.add_signed(SIGNED)
    store.papers.add_signed(replace(SIGNED, digest="sm3:other", answers={}))
    assert store.papers.signed(CASE) == [SIGNED]
    store.papers.forget(CASE)
    assert store.papers.signed(CASE) == []


def test_a_standby_receipt_changes_only_from_the_state_that_was_seen(store: Store) -> None:
    receipts = [replace(BLANK, number=number) for number in (1, 2, 3)]
    store.standby.add_many(receipts)
    used = replace(BLANK, state="used", case_number=CASE, written_at=START, changed_at=START, changed_by="agent1")
    assert store.standby.change(used, "blank")
    assert not store.standby.change(replace(used, case_number="another"), "blank")
    assert store.standby.of_case(CASE) == used and store.standby.of_case("another") is None
    assert store.standby.of_number(1) == [used] and store.standby.of_number(9) == []
    assert store.standby.between(VILLAGE, 2, 3) == receipts[1:]
    assert [one.number for one in store.standby.newest(2)] == [3, 2]


def test_a_case_has_papers_as_soon_as_there_is_one_of_any_kind(store: Store) -> None:
    numbers = [f"{CASE[:-1]}{serial}" for serial in range(5)]
    for number in numbers:
        store.cases.put(case(number))
    assert not any(map(store.papers.has_any, numbers))
    store.papers.put_mandate(replace(MANDATE, case_number=numbers[0]))
    store.papers.put_original(replace(TICK, case_number=numbers[1]))
    store.papers.add_signed(replace(SIGNED, case_number=numbers[2]))
    store.standby.add_many([replace(BLANK, state="used", case_number=numbers[3])])
    assert [store.papers.has_any(number) for number in numbers] == [True] * 4 + [False]
