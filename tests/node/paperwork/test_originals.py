"""Originals: who compared which pages, and what becomes of a tick when the pages change."""

from datetime import timedelta

import pytest

from node.config import PolicySettings
from node.errors import NotFoundError, RequestError, StaleError
from tests.fakes import START
from tests.node.paperwork.conftest import Counter


def ticked(counter: Counter) -> list[tuple[str, str]]:
    return [(one.material, one.by) for one in counter.view.papers.originals]


def test_a_tick_names_who_and_when_and_falls_off_when_the_pages_change(counter: Counter) -> None:
    papers, agent, number = counter.papers, counter.agent, counter.number
    papers.tick(agent, number, "mat_id")
    papers.tick(agent, number, "mat_bank")
    assert ticked(counter) == [("mat_bank", "示例代办员甲"), ("mat_id", "示例代办员甲")]
    counter.attach("mat_id", "the back", 2)
    assert ticked(counter) == [("mat_bank", "示例代办员甲")]
    counter.desk.detach(agent, number, "mat_id", 2)
    assert len(ticked(counter)) == 2, "the very pages that were compared are there again"
    papers.untick(agent, number, "mat_bank")
    assert ticked(counter) == [("mat_id", "示例代办员甲")]
    with pytest.raises(RequestError, match="original_pages"):
        papers.tick(agent, number, "mat_form")
    with pytest.raises(NotFoundError):
        papers.tick(agent, number, "mat_of_another_item")


def test_ticks_are_sealed_and_seen_above_and_a_tick_since_the_page_was_shown_stops_the_seal(whole: Counter) -> None:
    county = whole.county
    whole.sign("one")
    shown = whole.view.shown
    county.clock.move(minutes=5)
    whole.papers.tick(whole.agent, whole.number, "mat_id")
    with pytest.raises(StaleError, match="shown"):
        whole.desk.act(whole.agent, whole.number, "submitted", pin=county.pin("agent1"), shown=shown)
    county.act("agent1", whole.number, "submitted")
    county.settle()
    seen = county.nodes["township"].desk.case(county.person("reviewer"), whole.number)
    tick = seen.papers.tick("mat_id")
    assert tick is not None and (tick.by, tick.at) == ("示例代办员甲", START + timedelta(minutes=5))
    assert seen.papers.tick("mat_bank") is None


def test_after_a_return_only_what_changed_must_be_compared_again(whole: Counter) -> None:
    county = whole.county
    whole.sign("one")
    for material in ("mat_id", "mat_hukou"):
        whole.papers.tick(whole.agent, whole.number, material)
    county.act("agent1", whole.number, "submitted")
    county.settle()
    county.act("reviewer", whole.number, "returned", reason="身份证看不清")
    county.settle()
    whole.attach("mat_id", "sharper")
    assert [material for material, _ in ticked(whole)] == ["mat_hukou"]


def test_where_the_policy_asks_for_it_an_original_that_nobody_saw_stops_the_submission(counter: Counter) -> None:
    counter.sign("one")
    counter.require(PolicySettings(originals="required"))
    assert counter.problems == [("original_unseen", "mat_id"), ("original_unseen", "mat_hukou")]
    for material in ("mat_id", "mat_hukou"):
        counter.papers.tick(counter.agent, counter.number, material)
    assert counter.problems == []


def test_who_takes_the_stations_place_finds_ticks_and_signature_in_the_letter(whole: Counter) -> None:
    county, store = whole.county, whole.county.nodes["village1"].store
    whole.sign("one")
    whole.papers.tick(whole.agent, whole.number, "mat_id")
    county.act("agent1", whole.number, "submitted")
    county.settle()
    county.act("reviewer", whole.number, "returned", reason="户口簿看不清")
    county.settle()
    with store.transaction():
        store.papers.forget(whole.number)
        store.drafts.delete(whole.number)
        for row in store.materials.list(whole.number):
            store.materials.delete(whole.number, row.material, row.page)
    assert ticked(whole) == [("mat_id", "示例代办员甲")] and whole.problems == []
    whole.answer(mobile="13100000009")
    assert {code for code, _ in whole.problems} == {"signed_form_outdated"}
