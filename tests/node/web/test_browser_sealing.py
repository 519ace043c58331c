"""Sealing in Chromium: the head's PIN on the agent's page, several cases with their progress, the pages fit and are accessible."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.world import World
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window, person_named

SIZES = {"desk": DESK, "phone": PHONE}
Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, served: dict[str, str]) -> Iterator[Open]:
    """Log somebody in in a window of their own; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    def enter(name: str, size: str = "desk") -> Page:
        return log_in(new_window(browser, served[person_named(name).station], SIZES[size], complaints), name)

    yield enter
    assert [one for one in complaints if "400" not in one] == []


def test_the_head_types_the_pin_on_the_agents_page_by_keyboard_alone(county: World, opened: Open) -> None:
    number = county.filled("land_protect").line.case_number
    page = opened("agent1")
    page.goto(f"/cases/{number}/check")
    page.fill("#pin", county.pin("agent1"))
    page.fill("#head-pin", "000000")
    page.keyboard.press("Enter")
    page.click("button:has-text('报送')")
    expect(page.get_by_role("alert")).to_contain_text("村负责人的U盾口令不对")
    assert page.input_value("#head-pin") == "" and page.locator("#pin").count() == 0, "the agent's key is open already"
    page.fill("#head-pin", county.pin("head1"))
    page.click("button.main:has-text('报送')")
    page.wait_for_url("**/papers/receipt")
    assert county.states(number)["village1"] == "submitted"


def test_several_are_submitted_one_after_the_other_with_what_became_of_each(county: World, opened: Open) -> None:
    numbers = [county.filled().line.case_number for _ in range(3)]
    page = opened("agent1")
    for number in numbers:
        page.goto(f"/cases/{number}/check")
    desk, agent = county.nodes["village1"].desk, county.person("agent1")
    page.goto("/batch")
    version = desk.case(agent, numbers[1]).version
    assert version is not None
    desk.save_answers(agent, numbers[1], version, {"mobile": "13100000017"})  # in another window, while this page stands
    page.fill("#pin", "000000")
    page.click("#batch button.main")
    expect(page.locator("#batch-at")).to_have_text("办好 0 件，共 3 件。")
    expect(page.locator("#batch button.main")).to_be_hidden()
    page.click("#batch-again")
    assert [county.states(number)["village1"] for number in numbers] == ["draft"] * 3
    page.goto("/batch")
    assert page.locator("tr[data-case] .badge.orange").count() == 1, "the one that was changed is to be looked at again"
    page.fill("#pin", county.pin("agent1"))
    page.click("#batch button.main")
    expect(page.locator("#batch-at")).to_have_text("办好 2 件，共 2 件。")
    assert page.locator("tr a:has-text('打印接收回执')").count() == 2
    assert [county.states(number)["village1"] for number in numbers] == ["submitted", "draft", "submitted"]


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_sealing_are_accessible_and_fit(county: World, opened: Open, size: str) -> None:
    number = county.filled("land_protect").line.case_number
    county.submitted()
    page = opened("agent1", size)
    for path in (f"/cases/{number}/check", f"/cases/{number}/materials", "/batch", "/account"):
        page.goto(path)
        is_good(page)
    head = opened("head1", size)
    for path in ("/seal-uses?day=2026-11-22", "/people/agent1", "/"):
        head.goto(path)
        is_good(head)
