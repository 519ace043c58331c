"""The camera page in Chromium, whose camera is a film of a sheet that was really printed; the pages of paper are accessible and fit."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page, expect

from tests.journeys.world import World
from tests.node.web.chromium import DESK, FLAGS, PHONE, is_good, log_in, new_window, person_named

WIDE, HIGH = 1920, 1080
SIZES = {"desk": DESK, "phone": PHONE}
Open = Callable[..., Page]


def photographed(pdf: bytes) -> Image.Image:
    """The first page as a camera above the desk sees it: printed at 300 dpi, lying askew, a little dark and soft."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render(scale=300 / 72, grayscale=True).to_pil().convert("L").rotate(91.5, expand=True, fillcolor=255)
    document.close()
    page.thumbnail((WIDE, HIGH), Image.Resampling.LANCZOS)
    scene = Image.new("L", (WIDE, HIGH), 90)
    scene.paste(page.point(lambda light: 30 + light * 3 // 4), ((WIDE - page.width) // 2, (HIGH - page.height) // 2))
    blurred = scene.filter(ImageFilter.GaussianBlur(0.7))
    seen = BytesIO()
    blurred.save(seen, "JPEG", quality=80)
    return Image.open(seen).convert("L")


def film(path: Path, pictures: list[Image.Image], frames_each: int = 8) -> None:
    """A film in grey, uncompressed, that shows each picture for a while, again and again."""
    colour = bytes([128]) * (WIDE * HIGH // 2)
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDE} H{HIGH} F8:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            for _ in range(frames_each):
                out.write(b"FRAME\n" + picture.tobytes() + colour)


@pytest.fixture
def waiting(county: World) -> str:
    """A case that waits in a village whose seals are known above."""
    county.submitted()
    county.settle()
    return county.submitted()


@pytest.fixture
def opened(browser: Browser, served: dict[str, str]) -> Iterator[Open]:
    """Log somebody in in a window of their own; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    def enter(name: str, size: str = "desk") -> Page:
        return log_in(new_window(browser, served[person_named(name).station], SIZES[size], complaints), name)

    yield enter
    assert complaints == []


def test_the_camera_admits_a_printed_sheet(county: World, waiting: str, served: dict[str, str], browser: Browser, tmp_path: Path) -> None:
    paper, agent = county.nodes["village1"].paper, county.person("agent1")
    paper.make(agent, waiting)
    film(tmp_path / "desk.y4m", [photographed(paper.written(paper.sheet(agent, waiting)))])
    camera = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path}/desk.y4m",
    ]
    complaints: list[str] = []
    with_camera = browser.browser_type.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, *camera])
    try:
        page = log_in(new_window(with_camera, served["township"], DESK, complaints), "reviewer")
        page.goto("/paper")
        page.click("text=打开摄像头扫码")
        expect(page.locator("#camera-found")).to_contain_text("收下了", timeout=30_000)
        page.wait_for_timeout(1500)
        assert page.locator("#camera-found li").count() == 1, "what is still before the camera is not told again"
        is_good(page)
        page.click("#camera-found a")
        expect(page.locator("main")).to_contain_text(waiting)
    finally:
        with_camera.close()
    assert complaints == []
    assert county.states(waiting)["township"] == "submitted"


def test_the_pages_of_paper_are_accessible_and_fit(county: World, waiting: str, opened: Open) -> None:
    agent, phone = opened("agent1"), opened("agent1", "phone")
    for page in (agent, phone):
        page.goto(f"/cases/{waiting}/paper")
        is_good(page)
    agent.click("button:has-text('做带件单')")
    expect(agent.locator("main .note.green")).to_contain_text("带件单做好了")
    phone.reload()
    for page in (agent, phone):
        page.wait_for_load_state("networkidle")
        is_good(page)
    reviewer, phone = opened("reviewer"), opened("reviewer", "phone")
    phone.goto("/paper")
    is_good(phone)
    reviewer.goto("/paper")
    is_good(reviewer)
    for text in county.nodes["village1"].paper.made(county.person("agent1"), waiting).texts:
        reviewer.fill("#code", text)
        reviewer.press("#code", "Enter")
        reviewer.wait_for_selector("main .note")
    expect(reviewer.locator("main .note.green")).to_contain_text("收下了")
    phone.goto(reviewer.url)
    for page in (reviewer, phone):
        page.wait_for_load_state("networkidle")
        is_good(page)
    phone.goto("/paper/camera")
    expect(phone.locator("#camera-says")).to_contain_text("改用下面的办法")
    is_good(phone)
