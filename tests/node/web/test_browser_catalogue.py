"""A clerk at the county's pages of the catalogue, in Chromium: imports, reads the faults, mends, previews, publishes."""

import json
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.journeys.world import World
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window
from tests.node.web.clerk import BROKEN, promised, workbook


def fits(page: Page) -> None:
    """Good on a desk, and not wider than a phone."""
    is_good(page)
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, (page.url, width)


def test_a_clerk_imports_mends_previews_and_publishes(county: World, served: dict[str, str], browser: Browser, tmp_path: Path) -> None:
    complaints: list[str] = []
    window = new_window(browser, served["county"], DESK, complaints)
    page = log_in(window, "admin")
    page.click("text=站点管理")
    page.click("text=事项目录")

    for name, changes in (("broken.xlsx", BROKEN), ("mended.xlsx", promised(5))):
        (tmp_path / name).write_bytes(workbook(changes))
        page.set_input_files("#workbook", tmp_path / name)
        page.click("text=导入，检查")
        page.wait_for_load_state()
        fits(page)
        assert page.is_visible("text=不认识题型") == (name == "broken.xlsx")
    assert page.is_visible("text=承诺时限（工作日）")

    page.click("text=预览，试着填一遍")
    page.wait_for_selector("#fill[data-ready]")
    assert page.is_hidden('[data-field="contact_name"]')
    page.click('[data-field="no_mobile"] label:has-text("是")')
    assert page.is_visible('[data-field="contact_name"]') and page.is_hidden('[data-field="mobile"]')
    page.fill('[name="f.name"]', "")
    page.click("text=按规则检查")
    page.wait_for_load_state()
    fits(page)
    assert page.is_visible("text=处需要改正")
    assert county.nodes["county"].store.cases.count() == 0

    page.goto("/catalogue/imports/gaoling")
    page.fill("#reason", "承诺时限缩短为5个工作日")
    page.click("text=下一步，核对签发的内容")
    page.wait_for_load_state()
    fits(page)
    assert page.is_visible("text=目录第 1 号")
    page.dblclick("text=签发，发给全县各站")
    page.wait_for_url("**/catalogue/releases/1?done=publish")
    _, form = county.nodes["county"].desk.item("gaoling")
    assert (county.nodes["county"].publisher.head().number, json.loads(form.data)["limits"]["promised_workdays"]) == (1, 5)
    assert complaints == []
    window.close()


def test_a_clerk_types_a_year_and_publishes_it(county: World, served: dict[str, str], browser: Browser, tmp_path: Path) -> None:
    complaints: list[str] = []
    window = new_window(browser, served["county"], DESK, complaints)
    page = log_in(window, "admin")
    page.click("text=去导入、发布")
    for text in ("日期,类型\n2027-02-30,放假\n", "日期,类型,名称\n2027-01-01,放假,元旦\n2027-01-09,上班,\n"):
        (tmp_path / "2027.csv").write_text(text, encoding="gb18030")
        page.set_input_files("#calendar", tmp_path / "2027.csv")
        page.fill("#reason", "样例通知")
        page.click("text=检查，看会改动什么")
        page.wait_for_load_state()
        assert page.is_visible("text=不是日期") == ("30" in text)
    fits(page)
    page.click("text=签发，发给全县各站")
    page.wait_for_url("**/catalogue/releases/1?done=calendar")
    assert county.nodes["county"].calendars.current().is_official(2027)
    assert complaints == []
    window.close()
