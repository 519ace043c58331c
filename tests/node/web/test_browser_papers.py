"""Papers at the counter in Chromium: one case from the mandate to the township's window, with the signature on the pad."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from tests.journeys.world import World, picture
from tests.node.web.chromium import PHONE, is_good, log_in, new_window, person_named


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complains of fails the test."""
    heard: list[str] = []
    yield heard
    assert heard == []


def started(county: World) -> str:
    """A draft with answers and materials, but no signature."""
    desk, agent = county.nodes["village1"].desk, county.person("agent1")
    _, form = desk.item("gaoling")
    number = desk.open_case(agent, "gaoling").line.case_number
    desk.save_answers(agent, number, 0, {name: value for name, value in form.sample.items() if name != "sign_image"})
    for material in form.sample_materials:
        if material != "mat_form":
            desk.attach(agent, number, material, 1, picture(material))
    return number


def write_on_pad(page: Page) -> None:
    """Two strokes, of which the second is taken back."""
    canvas = page.locator("#canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for left in (30, 120):
        page.mouse.move(box["x"] + left, box["y"] + 30)
        page.mouse.down()
        page.mouse.move(box["x"] + left + 60, box["y"] + 70, steps=4)
        page.mouse.up()


def dark(page: Page) -> int:
    """How many pixels of the upper half of the pad are ink."""
    script = """() => { const c = document.getElementById('canvas');
      const d = c.getContext('2d').getImageData(0, 0, c.width, c.height / 2).data; let n = 0;
      for (let i = 0; i < d.length; i += 4) { if (d[i] < 60) { n += 1; } } return n; }"""
    return int(page.evaluate(script))


def test_from_the_mandate_to_the_pad_and_up_to_the_township(
    county: World, browser: Browser, served: dict[str, str], complaints: list[str]
) -> None:
    number = started(county)
    page = log_in(new_window(browser, served["village1"], PHONE, complaints), "agent1")

    page.goto(f"/cases/{number}/mandate")
    is_good(page)
    page.fill("#witness", "示例邻居")
    page.fill("#witness_phone", "13912345678")
    page.check("input[value=fingerprint]")
    page.click("text=保存，去打印")
    page.click("text=打印委托书")
    is_good(page)
    assert "捺印" in page.inner_text(".sheet") and "131025194403122017" not in page.inner_text(".sheet")
    page.emulate_media(media="print")
    assert "131025194403122017" in page.inner_text(".sheet")
    page.emulate_media(media="screen")
    page.goto(f"/cases/{number}/mandate")
    page.set_input_files("#file", FilePayload(name="m.jpg", mimeType="image/jpeg", buffer=picture("mandate")))
    page.click("text=上传")
    page.wait_for_selector(".badge.green >> text=有效")
    is_good(page)

    page.goto(f"/cases/{number}/check")
    while page.locator("#papers .tick button:text('与原件一致')").count():
        page.locator("#papers .tick button:text('与原件一致')").first.click()
        page.wait_for_load_state()
    assert "要核对原件的材料都核对过了" in page.inner_text("#papers")

    sign(page, number)
    assert "与内容一致" in page.inner_text("#papers")
    is_good(page)
    page.goto(f"/cases/{number}/fill/2")
    page.fill('input[name="f.mobile"]', "13100000009")
    page.click("button:has-text('下一步')")
    page.wait_for_url("**/fill/3*")
    page.goto(f"/cases/{number}/check")
    asked = page.inner_text(".note.red")
    assert "申请人签名以后，内容又改过了：联系电话" in asked
    sign(page, number)
    assert not page.locator(".note.red").count()
    page.fill("#pin", person_named("agent1").pin)
    page.click("button:has-text('报送')")
    page.wait_for_selector(".sheet")

    county.settle()
    above = log_in(new_window(browser, served["township"], PHONE, complaints), "reviewer")
    above.goto(f"/cases/{number}")
    is_good(above)
    told = above.inner_text("#papers")
    assert "见证人 示例邻居" in told and "与内容一致 手写板" in told and "首次接待" in told
    assert len(re.findall("✓ 与原件一致 · 示例代办员甲", above.inner_text("main"))) >= 3


def sign(page: Page, number: str) -> None:
    """The applicant writes, takes one stroke back, and it is saved."""
    page.goto(f"/cases/{number}/sign")
    page.click("text=签好了，保存")
    page.wait_for_selector("#pad-told:has-text('请先签名再保存')")
    write_on_pad(page)
    both = dark(page)
    page.click("text=退一笔")
    assert 0 < dark(page) < both
    page.click("text=签好了，保存")
    page.wait_for_url("**/check*")


def test_the_pages_of_the_standby_book_are_accessible_and_fit(
    county: World, browser: Browser, served: dict[str, str], complaints: list[str]
) -> None:
    page = log_in(new_window(browser, served["village1"], PHONE, complaints), "agent1")
    page.goto("/standby")
    page.fill("#count", "1")
    page.click("text=编号并打印")
    page.wait_for_selector(".standby")
    for path in (page.url, "/standby", "/standby/enter?item=gaoling"):
        page.goto(path)
        is_good(page)
    assert page.input_value("#item") == "gaoling"
