"""Filling in, in Chromium: keys and clicks counted, drafts that tabs and logins cannot lose, long lists, rows, covered numbers, reuse.

What counts: every trusted `keydown` and every click of a pointer, in all documents of the trip; a key that a label's or a button's own
click follows is counted once. Chinese text comes from an input method, which browsers do not show as keys: two keys a character are
added, as an initials method takes. Choosing a file counts as a click, whatever the system's dialogue then asks.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from tests.items import newest
from tests.journeys.publishing import package, publish, send
from tests.journeys.world import World, picture
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window, person_named

KEYS, CLICKS = 95, 9
"""The most that filing an old-age allowance may take. Lower them when a page takes less; never raise them."""
KEYS_REUSED, CLICKS_REUSED = 42, 10
"""The same for a person of whom the station has a reviewed case."""
COUNTING = """(() => {
  const add = (name) => localStorage.setItem(name, Number(localStorage.getItem(name) || 0) + 1);
  addEventListener('keydown', (event) => { if (event.isTrusted) add('keys'); }, true);
  addEventListener('click', (event) => { if (event.isTrusted && event.detail > 0) add('clicks'); }, true);
})()"""
Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, served: dict[str, str]) -> Iterator[Open]:
    """Log somebody in in a window of their own; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    def enter(name: str = "agent1", size: tuple[int, int] = DESK) -> Page:
        return log_in(new_window(browser, served[person_named(name).station], size, complaints), name)

    yield enter
    assert [one for one in complaints if "/strip" not in one] == []


def start(page: Page, item: str = "gaoling") -> str:
    """A new draft; its number."""
    page.goto(f"/items/{item}")
    page.click("text=开始代收")
    ready(page)
    return page.url.split("/")[4]


def ready(page: Page) -> None:
    """Wait until the page has its rules."""
    page.wait_for_selector("#fill[data-ready]")


def at(page: Page) -> str:
    """The name of the focused field."""
    return str(page.evaluate("document.activeElement.name.replace(/^f\\./, '')"))


def saved(page: Page) -> None:
    page.wait_for_selector("#saved:has-text('已自动保存')")


class Counted:
    """A trip whose keys and clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.added_keys = self.added_clicks = 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.added_keys += sum(2 for character in text if ord(character) > 0x2E7F)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def step(self, *keys: str) -> None:
        """Press the keys, the last of which leaves the page."""
        self.press(*keys[:-1])
        with self.page.expect_navigation():
            self.press(keys[-1])
        if "/fill/" in self.page.url:
            ready(self.page)

    def upload(self) -> None:
        """Choose a picture for every slot that lacks one, then go on."""
        for slot in [str(one.get_attribute("id"))[5:] for one in self.page.query_selector_all(".slot.todo")]:
            self.page.set_input_files(f"#file-{slot}", FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=picture(slot, (160, 120))))
            self.page.wait_for_selector(f"#slot-{slot} .thumbs img")
            self.added_clicks += 1
        self.page.wait_for_selector("#lacking.green")
        self.page.click("text=下一步：核对")

    def submit(self) -> tuple[int, int]:
        """Seal; keys and clicks of the whole trip."""
        if self.page.query_selector("#pin"):
            self.page.click("#pin")
            self.page.keyboard.type(person_named("agent1").pin)
            self.press("Enter", "Enter")
        else:
            self.page.click("button:has-text('报送')")
        self.page.wait_for_selector("h1:has-text('接收回执')")
        keys, clicks = self.page.evaluate("[Number(localStorage.getItem('keys')), Number(localStorage.getItem('clicks'))]")
        return keys + self.added_keys, clicks + self.added_clicks


def test_filing_an_allowance_takes_no_more_keys_and_clicks_than_it_did_with_and_without_reuse(county: World, opened: Open) -> None:
    trip = Counted(opened())
    trip.page.context.add_init_script(COUNTING)
    start(trip.page)
    trip.type("示例甲")
    trip.press("Enter")
    trip.type("131025194403122017")
    trip.step("Enter", "Enter")
    assert at(trip.page) == "hukou_addr"
    trip.type("示例街1号")
    trip.press("Enter", "Tab", "Enter")
    assert trip.page.input_value("#f-live_addr") == "示例街1号" and at(trip.page) == "mobile"
    trip.type("13100000001")
    trip.step("Enter", "Enter")
    trip.step("3", "1", "Enter")
    trip.press("2")
    trip.step("Enter", "Enter")
    trip.press("ArrowDown", "Enter", "Tab", "Enter")
    assert trip.page.input_value("#f-bank_holder") == "示例甲"
    trip.type("6228480000000000018")
    trip.step("Enter", "Enter")
    trip.step("Enter", "Enter")
    trip.step("Enter", "Enter")
    trip.upload()
    keys, clicks = trip.submit()
    assert keys <= KEYS and clicks <= CLICKS, (keys, clicks)
    number = trip.page.url.split("/")[4]
    county.settle()
    county.act("reviewer", number, "accepted")
    county.settle()
    keys, clicks = again(trip)
    assert keys <= KEYS_REUSED and clicks <= CLICKS_REUSED, (keys, clicks)


def again(first: Counted) -> tuple[int, int]:
    """The same allowance for the same person, with what the first case holds; keys and clicks."""
    page = first.page
    page.evaluate("localStorage.clear()")
    trip = Counted(page)
    start(page)
    trip.type("示例甲")
    trip.press("Enter")
    trip.type("131025194403122017")
    trip.press("Enter")
    page.wait_for_selector("#reuse .offers")
    is_good(page)
    assert "131****0001" not in page.inner_text("#fill") and "131****0001" in page.inner_text("#reuse")
    assert page.input_value("#f-id_no") == "131025194403122017"
    with page.expect_navigation():
        page.click("text=全部采用")
    ready(page)
    assert page.query_selector("#reuse .offers") is None
    trip.step("Enter", "Enter")
    assert page.input_value("#f-mobile") == "13100000001"
    trip.step("Enter", "Enter")
    trip.step("3", "1", "Enter")
    trip.press("2")
    trip.step("Enter", "Enter")
    assert page.input_value("#f-bank_no") == "6228480000000000018"
    for _ in range(3):
        trip.step("Enter", "Enter")
    trip.upload()
    return trip.submit()


def with_lists() -> bytes:
    """The allowance with 200 towns, and 20,000 villages that they narrow down."""
    raw: dict[str, Any] = json.loads(newest("gaoling").read_bytes())
    towns = [[f"T{town:03}", f"示例{town}镇"] for town in range(200)]
    villages = [[f"T{town:03}V{one:03}", f"示例{one}村", f"T{town:03}"] for town in range(200) for one in range(100)]
    raw["sections"][0]["fields"][:0] = [
        {"id": "town", "label": "所在镇", "kind": "choice", "required": False, "list": "towns"},
        {"id": "near", "label": "所在村", "kind": "choice", "required": False, "list": "villages",
         "choice_filter": ["=", ["field", "town"], ["form", "town"]]},
        {"id": "any", "label": "任一村", "kind": "choice", "required": False, "list": "villages"},
    ]  # fmt: skip
    lists = {
        "towns": {"columns": ["value", "label"], "rows": towns},
        "villages": {"columns": ["value", "label", "town"], "rows": villages},
    }
    return package(sections=raw["sections"], lists=lists)


def test_a_list_of_twenty_thousand_is_searched_narrowed_and_never_drawn_whole(county: World, opened: Open) -> None:
    publish(county.nodes["county"], with_lists())
    send(county)
    county.settle()
    page = opened()
    number = start(page)
    assert len(page.content()) < 100_000
    page.focus("#f-any")
    page.keyboard.type("示例12村 t150")
    assert page.locator("[role=option]").all_inner_texts() == ["示例12村 T150V012"]
    assert page.get_attribute("#f-any", "aria-activedescendant") == "f-any-o0"
    is_good(page)
    page.keyboard.press("Escape")
    assert page.locator("[role=option]").count() == 0
    page.keyboard.type(" ")
    page.keyboard.press("Enter")
    assert (page.input_value("#f-any"), page.get_attribute("#f-any", "data-value")) == ("示例12村", "T150V012")
    choose(page, "town", "示例5镇")
    page.focus("#f-near")
    page.keyboard.press("ArrowDown")
    assert page.locator("[role=option]").count() == 50 and "共 100 项" in page.inner_text("#f-near-list")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.get_attribute("#f-near", "data-value") == "T005V001"
    page.fill("#f-town", "")
    choose(page, "town", "示例6镇")
    page.wait_for_selector("[data-field=near] .wrong:has-text('选')")
    assert page.input_value("#f-near") == "示例1村"
    page.goto(f"/cases/{number}/fill/1")
    ready(page)
    assert page.input_value("#f-near") == "示例1村" and page.is_visible("[data-field=near] .wrong")
    assert [page.input_value(f"#f-{one}") for one in ("town", "any")] == ["示例6镇", "示例12村"]
    answers = county.nodes["village1"].desk.case(county.person("agent1"), number).answers
    assert (answers["town"], answers["near"], answers["any"]) == ("T006", "T005V001", "T150V012")
    region(page, number)


def choose(page: Page, field: str, name: str) -> None:
    page.focus(f"#f-{field}")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    assert page.input_value(f"#f-{field}") == name


def region(page: Page, number: str) -> None:
    """A village of the county by its name, on a telephone too."""
    page.goto(f"/cases/{number}/fill/2")
    ready(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.fill("#f-hukou_region", "")
    page.focus("#f-hukou_region")
    page.keyboard.type("权村镇 杜权")
    is_good(page)
    page.keyboard.press("Enter")
    assert "杜权村" in page.input_value("#f-hukou_region") and page.get_attribute("#f-hukou_region", "data-value") == "131025105202"


def test_numbers_are_covered_when_left_and_what_is_saved_is_what_was_typed(county: World, opened: Open) -> None:
    page = opened()
    number = start(page)
    page.fill("#f-id_no", "131025194403122017")
    assert not page.is_visible("[data-field=id_no] .cover")
    page.press("#f-id_no", "Enter")
    assert page.inner_text("[data-field=id_no] .cover") == "131025********2017"
    assert page.evaluate("getComputedStyle(document.getElementById('f-id_no')).webkitTextFillColor") == "rgba(0, 0, 0, 0)"
    page.click("[data-field=id_no] .peek")
    assert not page.is_visible("[data-field=id_no] .cover")
    page.click("[data-field=id_no] .peek")
    saved(page)
    is_good(page)
    page.focus("#f-id_no")
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    page.keyboard.type("8")
    page.keyboard.press("Tab")
    page.wait_for_selector(".wrong:has-text('校验码不符')")
    desk, agent = county.nodes["village1"].desk, county.person("agent1")
    assert desk.case(agent, number).answers["id_no"] == "131025194403122018"
    assert page.is_visible("text=看样例") and not page.is_visible(".sample")
    page.click("text=看样例")
    assert page.locator("[data-field=name] .sample").inner_text() == "样例：示例甲"


def test_rows_are_moved_by_keyboard_and_mouse_and_each_move_is_announced(county: World, opened: Open) -> None:
    page = opened()
    number = start(page, "dibao")
    page.goto(f"/cases/{number}/fill/4")
    ready(page)
    for name in ("示例丁", "示例戊", "示例己"):
        page.click("[data-add-row]")
        page.keyboard.type(name)
    assert page.inner_text("#told") == "增加了第 3 行"
    page.keyboard.press("Alt+ArrowUp")
    assert page.inner_text("#told") == "移到了第 2 行" and at(page) == "fam.1.m_name"
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    assert page.inner_text("#told") == "第 1 行已到头，没有移动"
    page.click("tbody tr:nth-child(2) [data-move-row=down]")
    page.click("tbody tr:nth-child(3) [data-drop-row]")
    assert page.inner_text("#told") == "删除了第 3 行"
    desk, agent = county.nodes["village1"].desk, county.person("agent1")
    until(page, lambda: [row.get("m_name") for row in desk.case(agent, number).answers["fam"]] == ["示例己", "示例戊"])
    assert page.locator("tbody tr:first-child [data-column=m_age] .auto").is_visible()


def test_a_second_tab_keeps_both_sides_and_merges_field_by_field_tables_too(county: World, opened: Open) -> None:
    page = opened()
    number = start(page, "dibao")
    there = f"/cases/{number}/fill/4"
    page.goto(there)
    ready(page)
    other = page.context.new_page()
    other.goto(there)
    ready(other)
    page.click("[data-add-row]")
    page.keyboard.type("示例丁")
    page.keyboard.press("Tab")
    desk, agent = county.nodes["village1"].desk, county.person("agent1")
    until(page, lambda: desk.case(agent, number).answers.get("fam") == [{"m_name": "示例丁"}])
    other.click("[data-add-row]")
    other.wait_for_selector("#stale:not([hidden])")
    other.fill("[name='f.fam.0.m_name']", "示例戊")
    assert [cell.inner_text().strip() for cell in other.query_selector_all("#stale td")] == ["示例丁", "示例戊"]
    is_good(other)
    other.check("#stale input[value=saved]")
    with other.expect_navigation():
        other.click("#merge")
    assert other.input_value("[name='f.fam.0.m_name']") == "示例丁"


def test_nothing_is_lost_when_the_tab_is_closed_or_somebody_logs_out_in_another(county: World, opened: Open) -> None:
    page = opened()
    number = start(page)
    desk, agent = county.nodes["village1"].desk, county.person("agent1")
    closed = page.context.new_page()
    closed.goto(page.url)
    ready(closed)
    closed.keyboard.type("示例甲")
    closed.close(run_before_unload=True)
    until(page, lambda: desk.case(agent, number).answers.get("name") == "示例甲")
    page.goto(page.url)
    ready(page)
    leaving = page.context.new_page()
    leaving.goto("/")
    leaving.click("text=退出")
    leaving.wait_for_selector("#password")
    page.fill("#f-name", "示例乙")
    page.press("#f-name", "Tab")
    page.wait_for_selector("#relogin:not([hidden])")
    page.fill("#re-name", "agent1")
    page.fill("#re-password", person_named("agent1").password)
    page.press("#re-password", "Enter")
    saved(page)
    assert desk.case(agent, number).answers["name"] == "示例乙"


def until(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(50):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it does not come about")


def test_a_newer_version_is_offered_while_filling_and_shows_what_changes(county: World, opened: Open) -> None:
    page = opened()
    start(page)
    page.fill("#f-name", "示例甲")
    page.press("#f-name", "Tab")
    saved(page)
    raw: dict[str, Any] = json.loads(newest("gaoling").read_bytes())
    fields = raw["sections"][0]["fields"]
    raw["sections"][0]["fields"] = [one for one in fields if one["id"] != "nation"]
    raw["sample"].pop("nation")
    publish(county.nodes["county"], package(sections=raw["sections"], sample=raw["sample"]))
    send(county)
    county.settle()
    page.reload()
    assert page.is_visible("text=还可以按原版本办")
    page.click("text=看有哪些变化")
    is_good(page)
    assert "民族：这一栏取消了。" in page.inner_text(".changes") and "汉族" in page.inner_text("dl.facts")
    page.click("button:has-text('换到新版本')")
    page.wait_for_selector(".note.red:has-text('打勾')")
    page.check("[name=seen]")
    page.click("button:has-text('换到新版本')")
    ready(page)
    assert page.input_value("#f-name") == "示例甲" and page.query_selector("#f-nation") is None
    page.goto("/cases?box=drafts")
    assert "已填 7/19 栏" in page.inner_text("main")
