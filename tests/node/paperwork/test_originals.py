"""Originals: who compared which pages, and what becomes of a tick when the pages change."""

from datetime import timedelta

import pytest

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


def test_ticks_are_sealed_and_seen_above_and_a_tick_since_the_page_was_shown_stops_the_seal(counter: Counter) -> None:
    county = counter.county
    counter.sign("one")
    shown = counter.view.shown
    county.clock.move(minutes=5)
    counter.papers.tick(counter.agent, counter.number, "mat_id")
    with pytest.raises(StaleError, match="shown"):
        counter.desk.act(counter.agent, counter.number, "submitted", pin=county.pin("agent1"), shown=shown)
    county.act("agent1", counter.number, "submitted")
    county.settle()
    seen = county.nodes["township"].desk.case(county.person("reviewer"), counter.number)
    tick = seen.papers.tick("mat_id")
    assert tick is not None and (tick.by, tick.at) == ("示例代办员甲", START + timedelta(minutes=5))
    assert seen.papers.tick("mat_bank") is None


def test_after_a_return_only_what_changed_must_be_compared_again(counter: Counter) -> None:
    county = counter.county
    counter.sign("one")
    for material in ("mat_id", "mat_hukou"):
        counter.papers.tick(counter.agent, counter.number, material)
    county.act("agent1", counter.number, "submitted")
    county.settle()
    county.act("reviewer", counter.number, "returned", reason="身份证看不清")
    county.settle()
    counter.attach("mat_id", "sharper")
    assert [material for material, _ in ticked(counter)] == ["mat_hukou"]
