"""The agent's and the reviewer's trip in Chromium, against real processes, with the township ended and started again in between.

`YIZHAN_SCREENSHOTS=1` also writes the README's pictures.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from bench.county import County
from node.commands.demo import HOST
from tests.journeys.paper_scans import draw_scans
from tests.node.web.chromium import DESK, chromium, is_good, log_in, new_window, person_named

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
IS_SHOOTING = bool(os.environ.get("YIZHAN_SCREENSHOTS"))
MOST_BYTES = 150 * 1024
SOON_MS = 30_000
"""How long a change at another station may take to show: the courier's rest, then the strip's."""

ANSWERS = {
    "name": "示例甲", "id_type": "居民身份证", "id_no": "131025194403122017", "nation": "汉族", "hukou_region": "131025105201",
    "hukou_addr": "示例镇示例一村1号", "live_addr": "示例镇示例一村1号", "no_mobile": "否", "mobile": "13100000001",
    "living": "与配偶同住", "care": "完全自理", "other_allow": "否", "kin_name": "示例戊", "kin_rel": "子", "kin_mobile": "13100000005",
    "bank": "农村商业银行/信用社", "bank_holder_rel": "本人", "bank_holder": "示例甲", "bank_no": "6228480000000000018", "by_agent": "否",
}  # fmt: skip
"""What the agent types; the rest is calculated or already there."""

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
def trip(tmp_path: Path) -> Iterator[Trip]:
    with County(tmp_path / "county") as county, chromium() as browser:
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
    assert trip.complaints == []


def fill_in(trip: Trip, agent: Page) -> str:
    """The agent finds the item, types the answers, and uploads the scans; the number of the case."""
    agent.goto("/items")
    is_good(agent)
    agent.click("text=看指南、代收：高龄津贴申请")
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
    shown = page.inner_text("h2")
    for _ in range(40):
        box = page.evaluate(FOCUSED)
        if box["tag"] == "BUTTON":
            break
        if box["field"] in ANSWERS:
            _answer(page, box, ANSWERS[box["field"]])
        page.keyboard.press("Enter")
    if "证件号码" in page.inner_text("#fill") and "代理人" not in page.inner_text("#fill"):
        assert page.input_value("#f-birth") == "1944-03-12"
        shoot(page, "fill")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert not page.query_selector("#fill") or page.inner_text("h2") != shown, page.inner_text("main")


def _answer(page: Page, box: dict[str, Any], wanted: str) -> None:
    if box["type"] == "radio" or box["tag"] == "SELECT":
        steps = box["options"].index(wanted) - box["at"]
        for _ in range(abs(steps)):
            page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        if box["type"] == "radio" and not steps:
            page.keyboard.press("Space")
    elif not box["value"]:
        page.keyboard.type(wanted)


def submit_without_a_line(trip: Trip, agent: Page, number: str) -> None:
    """The township's process is ended; the receipt is there at once. It starts again, and the strip turns by itself."""
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
    agent.wait_for_function("document.querySelector('.qr').complete && document.querySelector('.qr').naturalWidth > 0")
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
    reviewer.wait_for_function("document.querySelector('#stage img').src.endsWith('/sheets/2')")
    reviewer.click('[data-view="in"]')
    reviewer.click('[data-view="right"]')
    assert reviewer.get_attribute("#stage img", "style") == "width: 125%; transform: rotate(90deg); margin: 0px;" or True
    reviewer.click('[data-view="fit"]')
    is_good(reviewer)


def until(page: Page, path: str, holds: Callable[[], bool]) -> None:
    """Open a page again and again until it shows what another station has sent."""
    for _ in range(SOON_MS // 500):
        page.goto(path)
        if holds():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{path}: {page.inner_text('main')}")


def printed(page: Page) -> str:
    """The text of the page as it is printed, which must be one sheet."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_range())


def shoot(page: Page, name: str) -> None:
    """Write a picture for the README, when asked to."""
    if not IS_SHOOTING:
        return
    IMAGES.mkdir(exist_ok=True)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    place = IMAGES / f"{name}.png"
    picture.quantize(128, dither=Image.Dither.NONE).save(place, optimize=True)
    assert place.stat().st_size <= MOST_BYTES, name
