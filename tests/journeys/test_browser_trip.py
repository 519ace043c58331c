"""The agent's and the reviewer's trip in Chromium, against real processes, with the township ended and started again in between.

`YIZHAN_SCREENSHOTS=1` also writes the README's pictures.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, FilePayload, Page

from bench.county import County
from node.commands.demo import HOST
from node.commands.demo_county import PEOPLE
from tests.founding import prepared_demo
from tests.journeys.paper_scans import draw_scans
from tests.node.scanning.finding.photographs import photographs
from tests.node.web.chromium import DESK, IS_SHOOTING, PHONE, is_good, log_in, new_window, person_named, shoot

SOON_MS = 30_000
"""How long a change at another station may take to show: the courier's rest, then the strip's."""

ANSWERS = {
    "name": "示例甲", "id_type": "居民身份证", "id_no": "131025194403122017", "nation": "汉族", "hukou_region": "131025105201",
    "hukou_addr": "示例镇示例一村1号", "live_addr": "示例镇示例一村1号", "no_mobile": "否", "mobile": "13100000001",
    "living": "与配偶同住", "care": "完全自理", "other_allow": "否", "kin_name": "示例戊", "kin_rel": "子", "kin_mobile": "13100000005",
    "bank": "农村商业银行/信用社", "bank_holder_rel": "本人", "bank_holder": "示例甲", "bank_no": "6228480000000000018", "by_agent": "否",
}  # fmt: skip
"""What the agent types; the rest is calculated or already there."""

MARKS = {"field.mobile": "电话打不通，请核对号码。", "material.mat_bank": "账号一行反光看不清，请重拍。"}
REASON = "联系电话和存折账户页需要补正。"

FOCUSED = """() => {
  const box = document.activeElement, group = box.name ? [...document.getElementsByName(box.name)] : [];
  const options = box.tagName === 'SELECT' ? [...box.options] : group;
  return {tag: box.tagName, type: box.type || '', field: (box.name || '').replace(/^f\\./, ''), value: box.value,
          options: options.map(one => one.value), at: box.tagName === 'SELECT' ? box.selectedIndex : group.indexOf(box)};
}"""


@dataclass
class Trip:
    """The running county, a browser, and what its windows have complained of."""

    county: County
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    def person(self, name: str, size: tuple[int, int] = DESK) -> Page:
        """Somebody who has logged in, in a window of their own."""
        address = f"http://{HOST}:{self.county.ports[person_named(name).station]}"
        page = log_in(new_window(self.browser, address, size, self.complaints), name)
        is_good(page)
        return page


@pytest.fixture
def trip(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Trip]:
    with County(tmp_path / "county", prepared_demo(tmp_path_factory)) as county:
        county.start()
        county.wait_up()
        yield Trip(county, browser)


def test_a_case_goes_up_is_returned_corrected_decided_and_handed_over(trip: Trip) -> None:
    agent = trip.person("agent1")
    number = fill_in(trip, agent)
    submit_without_a_line(trip, agent, number)
    reviewer = trip.person("reviewer")
    return_with_marks(reviewer, number)
    correct_and_submit_again(trip, agent, number)
    accept_and_forward(reviewer, number)
    approve(trip, number)
    hand_over(trip, agent, number)
    look_after(trip, agent)
    assert trip.complaints == []


def fill_in(trip: Trip, agent: Page) -> str:
    """The agent finds the item, types the answers, and uploads the scans; the number of the case."""
    agent.goto("/items")
    is_good(agent)
    agent.click('a[href="/items/gaoling"]')
    is_good(agent)
    agent.click("text=开始代收")
    while "/fill/" in agent.url:
        is_good(agent)
        type_page(agent)
    number = agent.url.split("/")[4]
    for slot, files in draw_scans(trip.browser).items():
        agent.set_input_files(f"#file-{slot}", files)
        agent.wait_for_selector(f"#slot-{slot}.done .thumbs li:nth-child({len(files)})")
    agent.wait_for_selector("#lacking.green")
    is_good(agent)
    return number


def type_page(page: Page) -> None:
    """Fill one page of the form by keyboard alone: the first field has the focus, Enter goes on, and ends on the button."""
    page.wait_for_load_state("networkidle")
    here = page.url
    if here.endswith("/fill/1"):
        mistype(page)
    for _ in range(40):
        box = page.evaluate(FOCUSED)
        if box["tag"] == "BUTTON":
            break
        if box["field"] in ANSWERS:
            _answer(page, box, ANSWERS[box["field"]])
        page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url != here, page.inner_text("main")


def mistype(page: Page) -> None:
    """A wrong digit is told beside the field while the agent goes on; the right number fills birthday and sex."""
    page.keyboard.type(ANSWERS["name"])
    page.focus("#f-id_no")
    page.keyboard.type("131025194403122018")
    page.keyboard.press("Enter")
    page.wait_for_selector(".wrong:has-text('校验码不符')")
    shoot(page, "fill")
    page.focus("#f-id_no")
    page.keyboard.press("Backspace")
    page.keyboard.type("7")
    assert page.input_value("#f-birth") == "1944-03-12"
    page.focus("#f-name")


def _answer(page: Page, box: dict[str, Any], wanted: str) -> None:
    if box["type"] == "radio" or box["tag"] == "SELECT":
        steps = box["options"].index(wanted) - box["at"]
        for _ in range(abs(steps)):
            page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        if box["type"] == "radio" and not steps:
            page.keyboard.press("Space")
    elif not box["value"]:
        page.keyboard.type(wanted)


def picture_of_scanning(agent: Page, number: str) -> None:
    """A photographed sheet is looked at, for the README; it is not kept, and the draft stays as it is."""
    with TemporaryDirectory() as place:
        sheet = photographs(Path(place), 1, 6, "--size", "2048x1536", "--profile", "doccam", "--kinds", "letter")[0].data()
    agent.goto(f"/cases/{number}/scan/mat_bank")
    agent.set_input_files("#file", FilePayload(name="sheet.jpg", mimeType="image/jpeg", buffer=sheet))
    agent.wait_for_selector("#review:visible")
    agent.wait_for_load_state("networkidle")
    shoot(agent, "scan")
    agent.click('[data-do="again"]')
    agent.goto(f"/cases/{number}/materials")


def submit_without_a_line(trip: Trip, agent: Page, number: str) -> None:
    """The township's process is ended; the receipt is there at once. It starts again, and the strip turns by itself."""
    if IS_SHOOTING:
        picture_of_scanning(agent, number)
    trip.county.stop("township")
    agent.click("text=下一步：核对")
    is_good(agent)
    shoot(agent, "check")
    agent.focus("#note")
    agent.keyboard.press("Enter")
    agent.keyboard.type(person_named("agent1").pin)
    agent.keyboard.press("Enter")
    agent.keyboard.press("Enter")
    agent.wait_for_selector("h1:has-text('接收回执')")
    assert "不是受理通知" in agent.inner_text("article") and number in agent.inner_text("article")
    agent.wait_for_selector("#strip:has-text('线路不通')", timeout=SOON_MS)
    assert "有 1 份待发" in agent.inner_text("#strip")
    agent.locator(".qr").evaluate("image => image.decode()")
    is_good(agent)
    shoot(agent, "receipt")
    assert "不是受理通知" in printed(agent)
    trip.county.start("township")
    trip.county.wait_up("township")
    agent.wait_for_selector("#strip:has-text('线路通')", timeout=SOON_MS)
    agent.wait_for_selector("#strip:has-text('没有待发的材料')", timeout=SOON_MS)


def return_with_marks(reviewer: Page, number: str) -> None:
    """The reviewer looks at a scan from near and from the side, marks a field and a material, and returns the case."""
    until(reviewer, "/", lambda: bool(reviewer.query_selector(f'a[href="/cases/{number}"]')))
    reviewer.click(f'a[href="/cases/{number}"]')
    until(reviewer, reviewer.url, lambda: "还在传送" not in reviewer.inner_text("main"))
    reviewer.click('[data-show*="mat_hukou"]')
    reviewer.click("#sheets [data-sheet='next']")
    reviewer.wait_for_selector('#stage img[src$="/sheets/2"]')
    reviewer.click('[data-view="in"]')
    reviewer.click('[data-view="right"]')
    assert reviewer.evaluate("document.querySelector('#stage img').style.width") == "125%"
    assert reviewer.evaluate("document.querySelector('#stage img').style.transform") == "rotate(90deg)"
    is_good(reviewer)
    reviewer.click('[data-view="fit"]')
    reviewer.click('[data-show*="mat_form"]')
    for place, comment in MARKS.items():
        mark = reviewer.locator(f'[name="mark.{place}"]')
        mark.locator("xpath=..").locator("summary").click()
        mark.fill(comment)
    reviewer.evaluate("scrollTo(0, 230)")
    shoot(reviewer, "reviewer")
    decide(reviewer, "returned", reason=REASON)
    assert "打回补正" in reviewer.inner_text("h1")


def decide(page: Page, event: str, *, reason: str = "", note: str = "") -> None:
    """Choose an act on the case's page, say why, and seal it; the PIN only when it is asked for."""
    page.check(f'#act input[value="{event}"]')
    is_good(page)
    if reason:
        page.fill("#reason", reason)
    if note:
        page.fill("#note", note)
    if page.query_selector("#pin"):
        name = page.evaluate("document.querySelector('.who span').textContent")
        page.fill("#pin", next(one.pin for one in PEOPLE if name.startswith(one.display_name)))
    page.click("text=确认办理")
    page.wait_for_selector(".note.green")
    is_good(page)


def correct_and_submit_again(trip: Trip, agent: Page, number: str) -> None:
    """The agent sees exactly the reviewer's marks, each in its place, corrects, and sends the case up again."""
    until(agent, "/", lambda: bool(agent.query_selector('.warm[href="/cases?box=returned"]')))
    is_good(agent)
    if IS_SHOOTING:
        submit_others(trip)
        agent.reload()
    shoot(agent, "agent-home")
    agent.click(f'a[href="/cases/{number}"]')
    is_good(agent)
    assert REASON in agent.inner_text("main")
    seen = sorted(
        one.inner_text().partition("：")[2] for one in agent.locator("main .cols > div:first-child > .card:first-child .marked").all()
    )
    assert seen == sorted(MARKS.values())
    found = []
    for step in (*(f"fill/{number_}" for number_ in range(1, 8)), "materials"):
        agent.goto(f"/cases/{number}/{step}")
        found += [(step, one.inner_text()) for one in agent.locator("main .marked").all()]
    assert found == [("fill/2", f"补正意见：{MARKS['field.mobile']}"), ("materials", f"补正意见：{MARKS['material.mat_bank']}")]
    is_good(agent)
    agent.set_input_files("#file-mat_bank", draw_scans(trip.browser)["mat_bank"])
    agent.wait_for_selector("#slot-mat_bank .thumbs li:nth-child(2)")
    agent.goto(f"/cases/{number}/fill/2")
    is_good(agent)
    agent.fill("#f-mobile", "13100000009")
    with agent.expect_navigation():
        agent.click("text=保存，下一步")
    agent.goto(f"/cases/{number}/check")
    assert "13100000009" in agent.inner_text("main")
    agent.click("button:has-text('报送')")
    agent.wait_for_selector("h1:has-text('接收回执')")


def submit_others(trip: Trip) -> None:
    """A few more cases, so that the README's first picture shows a desk at work."""
    visitor = trip.county.visitor("agent1")
    visitor.log_in()
    scan = draw_scans(trip.browser)["mat_form"][0]["buffer"]
    visitor.act(visitor.filled("dibao", scan), "submitted")
    visitor.filled("pension_enrol", scan)
    visitor.close()


def accept_and_forward(reviewer: Page, number: str) -> None:
    """The reviewer accepts, with which the clock starts, and passes the case on to the county."""
    until(reviewer, f"/cases/{number}", lambda: bool(reviewer.query_selector('#act input[value="accepted"]')))
    until(reviewer, f"/cases/{number}", lambda: "还在传送" not in reviewer.inner_text("main"))
    assert "131****0009" in reviewer.inner_text("main")
    decide(reviewer, "accepted")
    assert "受理号" in reviewer.inner_text("main")
    decide(reviewer, "forwarded", note="符合条件，建议批准。")


def approve(trip: Trip, number: str) -> None:
    """The county reads the whole chain and approves."""
    approver = trip.person("approver")
    until(approver, "/", lambda: bool(approver.query_selector(f'a[href="/cases/{number}"]')))
    until(approver, f"/cases/{number}", lambda: "还在传送" not in approver.inner_text("main"))
    assert [one.inner_text() for one in approver.locator(".chain li b").all()] == ["报送", "打回补正", "报送", "受理", "上报县级"]
    approver.locator("h2:has-text('办理过程')").evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 40)")
    approver.check('#act input[value="approved"]')
    shoot(approver, "county")
    decide(approver, "approved", note="符合高龄津贴发放条件。")


def hand_over(trip: Trip, agent: Page, number: str) -> None:
    """The decision reaches the village; the agent prints the result and records who took it."""
    until(agent, f"/cases/{number}", lambda: "已经准予" in agent.inner_text("main"))
    is_good(agent)
    agent.click("text=结果通知单")
    agent.locator(".qr").evaluate("image => image.decode()")
    is_good(agent)
    slip = printed(agent)
    assert "办理结果通知单" in slip and "准予" in slip and "领取人签名" in slip
    agent.goto(f"/cases/{number}")
    agent.fill("#receiver", "示例甲")
    agent.click("text=确认办理")
    agent.wait_for_selector(".badge:has-text('已送达')")
    is_good(agent)
    phone = trip.person("agent1", PHONE)
    phone.goto(f"/cases/{number}")
    is_good(phone)
    shoot(phone, "phone")


def look_after(trip: Trip, agent: Page) -> None:
    """How the village is, and how the county sees all stations."""
    agent.goto("/station")
    is_good(agent)
    shoot(agent, "station")
    admin = trip.person("admin")
    until(admin, "/stations", lambda: admin.locator("tbody tr").count() == 3)
    is_good(admin)
    shoot(admin, "stations")


def until(page: Page, path: str, holds: Callable[[], bool]) -> None:
    """Open a page again and again until it shows what another station has sent."""
    for _ in range(SOON_MS // 500):
        page.goto(path)
        if holds():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{path}: {page.inner_text('main')}")


def printed(page: Page) -> str:
    """The text of the page as it is printed, without its spaces; it must be one sheet."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    assert len(document) == 1
    return "".join(document[0].get_textpage().get_text_range().split())
