"""The pages in Chromium: what only a browser shows. Accessibility, the strict CSP, rules while typing, saving by itself."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from tests.journeys.world import World
from tests.node.scanning import files
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window, person_named
from tests.node.web.test_lists import set_one_aside

SIZES = {"desk": DESK, "phone": PHONE}
ASKED_FOR = re.compile(r"^404 .*/cases/0000-00$|^Response Status Error Code 401 from /strip")
"""Complaints that a test below brings about: a case that is not there, a login that ran out."""
Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, served: dict[str, str]) -> Iterator[Open]:
    """Log somebody in in a window of their own; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    def enter(name: str, size: str = "desk") -> Page:
        return log_in(new_window(browser, served[person_named(name).station], SIZES[size], complaints), name)

    yield enter
    assert [one for one in complaints if not ASKED_FOR.search(one)] == []


def start(page: Page, item: str) -> str:
    page.goto(f"/items/{item}")
    page.click("text=开始代收")
    page.wait_for_selector("#fill")
    return page.url.split("/")[4]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_the_agent_is_accessible_and_fits(county: World, opened: Open, size: str) -> None:
    number = county.submitted()
    county.settle()
    county.act("reviewer", number, "returned", reason="请补正")
    county.settle()
    page = opened("agent1", size)
    fresh = start(page, "dibao")
    for path in (
        "/", "/items", "/items/dibao", f"/cases/{fresh}/fill/1?check=1", f"/cases/{fresh}/fill/4", f"/cases/{fresh}/check",
        f"/cases/{number}", f"/cases/{number}/fill/2", f"/cases/{number}/materials", f"/cases/{number}/papers/receipt",
        f"/cases/{number}/papers/notice", "/cases?box=all", "/cases?q=nothing", "/cases/0000-00",
    ):  # fmt: skip
        page.goto(path)
        is_good(page)


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_a_case_under_way_are_accessible_and_fit(county: World, opened: Open, size: str) -> None:
    number = county.submitted()
    county.settle()
    desk, agent = county.nodes["village1"].desk, county.person("agent1")
    desk.act(agent, number, "message", pin=county.pin("agent1"), text="老人电话换了")
    desk.attach(agent, number, "mat_bank", 2, files.pdf(2))
    page = opened("agent1", size)
    for path in (f"/cases/{number}", f"/cases/{number}/supplement", f"/cases/{number}/erase/mat_id/1"):
        page.goto(path)
        is_good(page)


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_the_windows_is_accessible_and_fits(county: World, opened: Open, size: str) -> None:
    number, family, aside = county.submitted(), county.submitted("dibao"), set_one_aside(county)
    county.settle()
    for name in ("reviewer", "approver", "supervisor", "admin"):
        page = opened(name, size)
        paths = ["/"]
        if name != "admin":
            paths += [f"/cases/{number}", f"/cases/{family}", f"/cases/{aside}", "/cases?box=set_aside", f"/cases/{number}/papers/form"]
        for path in paths:
            page.goto(path)
            is_good(page)


def test_a_page_that_waits_is_added_and_replaced_in_place(county: World, opened: Open) -> None:
    number = county.submitted()
    page = opened("agent1")
    page.goto(f"/cases/{number}/supplement")
    picture = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=files.encoded(files.picture(400, 300)))
    page.set_input_files("#file-mat_bank", [picture])
    page.wait_for_selector("#slot-mat_bank .thumbs li:nth-child(2)")
    assert "有 1 页等待发出" in page.inner_text("#lacking")
    page.set_input_files("#slot-mat_bank [data-page]", FilePayload(name="a.pdf", mimeType="application/pdf", buffer=files.pdf(2)))
    page.wait_for_selector("#slot-mat_bank .thumbs li:nth-child(2):has-text('PDF')")
    assert page.locator("#slot-mat_bank .thumbs li").count() == 2


def test_the_sheets_of_a_pdf_are_turned_over(county: World, opened: Open) -> None:
    number = county.filled().line.case_number
    county.nodes["village1"].desk.attach(county.person("agent1"), number, "mat_form", 2, files.pdf(3))
    county.act("agent1", number, "submitted")
    county.settle()
    page = opened("reviewer")
    page.goto(f"/cases/{number}")
    assert not page.is_visible("#sheets")
    page.click('[data-show$="/mat_form/2/sheets/1"]')
    page.click('[data-sheet="next"]')
    page.click('[data-sheet="next"]')
    assert page.inner_text("#sheet-at") == "3 / 3" and page.is_disabled('[data-sheet="next"]')
    assert str(page.get_attribute("#stage img", "src")).endswith("/mat_form/2/sheets/3")
    assert str(page.get_attribute("#erase", "href")).endswith("/erase/mat_form/2")


def test_a_typed_id_number_gives_birthday_and_sex_at_once_and_is_saved(opened: Open) -> None:
    page = opened("agent1")
    number = start(page, "gaoling")
    page.wait_for_load_state("networkidle")
    page.fill("#f-id_no", "131025194403122017")
    assert page.input_value("#f-birth") == "1944-03-12"
    assert page.is_checked('input[name="f.gender"][value="男"]')
    page.press("#f-id_no", "Tab")
    page.wait_for_selector("#saved:has-text('已自动保存')")
    page.goto(f"/cases/{number}/fill/1")
    assert page.input_value("#f-id_no") == "131025194403122017"


def test_a_dependent_field_comes_and_goes_while_typing(opened: Open) -> None:
    page = opened("agent1")
    number = start(page, "gaoling")
    page.goto(f"/cases/{number}/fill/2")
    page.wait_for_load_state("networkidle")
    assert not page.is_visible("#f-contact_name") and page.is_visible("#f-mobile")
    page.check('input[name="f.no_mobile"][value="是"]')
    assert page.is_visible("#f-contact_name") and not page.is_visible("#f-mobile")


def test_a_second_tab_gets_a_comparison_and_overwrites_only_when_told(opened: Open) -> None:
    page = opened("agent1")
    number = start(page, "gaoling")
    other = page.context.new_page()
    other.goto(page.url)
    page.fill("#f-name", "甲一")
    page.press("#f-name", "Tab")
    page.wait_for_selector("#saved:has-text('已自动保存')")
    other.fill("#f-name", "甲二")
    other.press("#f-name", "Tab")
    other.wait_for_selector("#stale:not([hidden])")
    cells = other.query_selector_all("#stale tbody th, #stale tbody td")
    assert [cell.inner_text().strip() for cell in cells] == ["申请人姓名", "甲一", "甲二"]
    with other.expect_navigation():
        other.click("#keep-mine")
    page.goto(f"/cases/{number}/fill/1")
    assert page.input_value("#f-name") == "甲二"


def test_a_login_that_ran_out_is_renewed_in_place_and_nothing_is_lost(opened: Open) -> None:
    page = opened("agent1")
    number = start(page, "gaoling")
    page.wait_for_selector("#fill[data-ready]")
    page.context.clear_cookies()
    page.fill("#f-name", "示例甲")
    page.press("#f-name", "Tab")
    page.wait_for_selector("#relogin:not([hidden])")
    page.fill("#re-name", "agent1")
    page.fill("#re-password", "qinghe-7315-du")
    page.press("#re-password", "Enter")
    page.wait_for_selector("#saved:has-text('已自动保存')")
    page.goto(f"/cases/{number}/fill/1")
    assert page.input_value("#f-name") == "示例甲"


def test_rows_are_added_and_dropped_by_keyboard(opened: Open) -> None:
    page = opened("agent1")
    number = start(page, "dibao")
    page.goto(f"/cases/{number}/fill/4")
    page.focus("[data-add-row]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "f.fam.0.m_name"
    page.keyboard.type("示例丁")
    page.focus("[data-add-row]")
    page.keyboard.press("Enter")
    page.focus("tbody tr:first-child [data-drop-row]")
    page.keyboard.press("Enter")
    assert page.locator('[data-field="fam"] tbody tr').count() == 1


def test_enter_goes_to_the_next_field_that_is_empty_and_tab_to_every_field(opened: Open) -> None:
    page = opened("agent1")
    start(page, "gaoling")
    page.focus("#f-name")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "f.id_no"
    page.focus("#f-name")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "f.id_type"


def test_the_summary_of_problems_takes_the_focus_and_leads_to_the_field(opened: Open) -> None:
    page = opened("agent1")
    start(page, "gaoling")
    page.click("text=保存，下一步")
    page.wait_for_selector(".note.red")
    assert page.evaluate("document.activeElement.className") == "note red"
    page.click('.note.red a[href="#f-name"]')
    assert page.evaluate("document.activeElement.id") == "f-name"


def test_a_scan_is_turned_and_enlarged(county: World, opened: Open) -> None:
    number = county.submitted()
    county.settle()
    page = opened("reviewer")
    page.goto(f"/cases/{number}")
    page.click('[data-view="right"]')
    page.click('[data-view="in"]')
    assert page.evaluate("document.querySelector('#stage img').style.transform") == "rotate(90deg)"
    assert page.evaluate("document.querySelector('#stage img').style.width") == "125%"
