"""The shelf in Chromium: found as one types, by keyboard, on a phone, without JavaScript; and the sheets as they leave the printer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.world import World
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window, person_named
from tests.node.web.conftest import listening
from tests.node.web.test_shelf import city

SIZES = {"desk": DESK, "phone": PHONE}
LOOKED_AT = {
    "desk": ("/items/dibao/notice", "/items/dibao/sample"),
    "phone": ("/items?by=department", "/items?q=jt", "/items/dibao/notice", "/items/dibao/blank"),
}
"""Pages that no other test of the browser looks at."""
A4_PX = 688
"""What is left of an A4 sheet between its margins, at 96 dots an inch."""
LARGEST = ("homestead/blank", "dibao/blank", "dibao/sample", "dibao/notice", "dibao", "farm_machine/blank", "land_transfer/blank")
"""The longest forms, and those with the widest tables."""
WIDER = (
    "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX != 'visible')"
)
"""What would be cut off at the right."""
SCREEN_ONLY = "[...document.querySelectorAll('.acts, .nav, .strip, .crumbs, .top')].filter(e => e.offsetParent !== null)"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def villages(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[dict[str, str]]:
    """The addresses of two villages; the second has a city's items on its shelf."""
    world = World(tmp_path_factory.mktemp("shelf-browser") / "county", founded_county)
    city(world, tmp_path_factory.mktemp("city"))
    with listening(world.nodes["village1"]) as one, listening(world.nodes["village2"]) as two:
        yield {"village1": one, "village2": two}
    world.close()


@pytest.fixture
def opened(browser: Browser, villages: dict[str, str]) -> Iterator[Open]:
    """Log somebody in in a window of their own; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    def enter(name: str, size: str = "desk") -> Page:
        return log_in(new_window(browser, villages[person_named(name).station], SIZES[size], complaints), name)

    yield enter
    assert complaints == []


def listed(page: Page) -> list[str]:
    """The items in sight."""
    return [str(link.get_attribute("href")).split("/")[-1] for link in page.locator("a.pick").all() if link.is_visible()]


def test_an_item_is_found_by_initials_opened_and_started_by_keyboard(opened: Open) -> None:
    page = opened("agent1")
    page.goto("/items")
    everything = len(listed(page))
    page.keyboard.type("gljt")
    assert listed(page) == ["gaoling"] and not page.is_visible("nav.by")
    page.keyboard.press("Escape")
    assert len(listed(page)) == everything
    page.keyboard.type("津贴 县民政局")
    assert listed(page) == ["gaoling"]
    page.keyboard.press("Enter")
    page.wait_for_selector(".guide")
    assert page.url.endswith("/items/gaoling")
    page.focus("text=开始代收")
    page.keyboard.press("Enter")
    page.wait_for_selector("#fill")
    page.goto("/items")
    assert listed(page)[0] == "gaoling" and listed(page).count("gaoling") == 2
    page.keyboard.type("gljt")
    assert listed(page) == ["gaoling"]


def test_arrows_go_through_what_was_found_and_back(opened: Open) -> None:
    page = opened("agent1")
    page.goto("/items")
    page.focus("#q")
    page.keyboard.type("ylbx")
    there = listed(page)
    assert len(there) > 2
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert str(page.evaluate("document.activeElement.getAttribute('href')")).endswith(there[1])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("zzz")
    assert listed(page) == [] and "拼音首字母" in page.inner_text("#found")
    is_good(page)


def test_what_an_input_method_is_still_composing_finds_by_its_initials_and_hides_nothing_else(opened: Open) -> None:
    page = opened("agent1")
    page.goto("/items")
    everything, keyboard = len(listed(page)), page.context.new_cdp_session(page)

    def compose(text: str) -> None:
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})

    compose("g'l'j't")
    assert set(listed(page)) == {"gaoling"}
    compose("gao'ling'x")
    assert len(listed(page)) == everything and page.inner_text("#found") == ""
    keyboard.send("Input.insertText", {"text": "高龄"})
    assert set(listed(page)) == {"gaoling"}


def test_of_a_city_of_items_the_server_finds_while_one_types(opened: Open) -> None:
    page = opened("agent2")
    page.goto("/items")
    page.keyboard.type("事项1499")
    page.wait_for_selector('#found a[href="/items/item_1499"]')
    page.keyboard.press("ArrowDown")
    assert listed(page) == ["item_1499"] and page.evaluate("document.activeElement.getAttribute('href')") == "/items/item_1499"


@pytest.mark.parametrize("size", SIZES)
def test_the_shelf_the_guide_and_the_sheets_are_accessible_and_fit(opened: Open, size: str) -> None:
    page = opened("agent1", size)
    for path in LOOKED_AT[size]:
        page.goto(path)
        is_good(page)


def test_without_javascript_the_form_finds_and_starts(browser: Browser, villages: dict[str, str]) -> None:
    context = browser.new_context(base_url=villages["village1"], java_script_enabled=False)
    page = log_in(context, "agent1")
    page.goto("/items")
    page.fill("#q", "gljt")
    page.press("#q", "Enter")
    page.wait_for_url("**/items?q=gljt*")
    assert listed(page) == ["gaoling"]
    page.click("a.pick")
    page.click("text=开始代收")
    page.wait_for_selector("#fill")


def test_sheets_stay_within_the_paper_and_nothing_of_the_screen_is_printed(opened: Open) -> None:
    page = opened("agent1")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_PX, "height": 1000})
    for path in LARGEST:
        page.goto(f"/items/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= A4_PX, path
        assert (page.evaluate(f"{WIDER}.length"), page.evaluate(f"{SCREEN_ONLY}.length")) == (0, 0), path
