"""U盘 in Chromium: a stick goes up and its answer comes back without JavaScript; every page is good at a desk and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from node.upkeep.drives import Drive
from tests.journeys.world import World
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window, person_named, shoot

SIZES = {"desk": DESK, "phone": PHONE}


@pytest.fixture
def stick(tmp_path: Path, county: World) -> Path:
    """One stick, in every machine; and lines that are dead."""
    (tmp_path / "UPAN").mkdir()
    county.weather.down = {"village1", "village2", "township"}
    for node in county.nodes.values():
        node.usb._drives = lambda: [Drive(tmp_path / "UPAN", "UPAN", 3 << 30)]
    return tmp_path / "UPAN"


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What a browser complains of fails the test."""
    found: list[str] = []
    yield found
    assert found == []


def seen(page: Page) -> None:
    """The page as it is, at a desk and on a phone."""
    for size in SIZES.values():
        page.set_viewport_size({"width": size[0], "height": size[1]})
        is_good(page)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def test_a_stick_goes_up_and_its_answer_comes_back(
    browser: Browser, county: World, served: dict[str, str], stick: Path, complaints: list[str]
) -> None:
    county.submitted()
    agent, reviewer = (
        log_in(new_window(browser, served[person_named(name).station], DESK, complaints), name) for name in ("agent1", "reviewer")
    )
    agent.click("nav >> text=U盘")
    seen(agent)
    agent.click("text=先看看要写什么")
    seen(agent)
    agent.click("text=写入U盘")
    agent.wait_for_selector("text=可以拔U盘了")
    seen(agent)

    (file,) = stick.iterdir()
    (stick / "坏了.yzb").write_bytes(file.read_bytes()[:5_000])
    reviewer.goto("/usb")
    seen(reviewer)
    shoot(reviewer, "usb")
    reviewer.click("button:has-text('读入') >> nth=0")
    reviewer.wait_for_selector("text=全部收下了")
    seen(reviewer)
    reviewer.click("text=写到这个U盘")
    reviewer.wait_for_selector("text=可以拔U盘了")

    file.unlink()
    agent.goto("/usb")
    agent.click("button:has-text('读入') >> nth=0")
    agent.wait_for_selector("text=对方已经收到本站以前送去的材料")
    seen(agent)


def test_all_of_it_works_without_javascript_and_without_a_drive(
    browser: Browser, county: World, served: dict[str, str], tmp_path: Path, complaints: list[str]
) -> None:
    number = county.submitted()
    for node in county.nodes.values():
        node.usb._drives = list

    def without_scripts(name: str) -> Page:
        context = browser.new_context(base_url=served[person_named(name).station], java_script_enabled=False, accept_downloads=True)
        page = context.new_page()
        page.goto("/login")
        page.fill("#name", name)
        page.fill("#password", person_named(name).password)
        page.press("#password", "Enter")
        page.goto("/usb")
        return page

    agent, reviewer = without_scripts("agent1"), without_scripts("reviewer")
    agent.click("text=先看看要写什么")
    agent.click("text=做成文件")
    with agent.expect_download() as download:
        agent.click("text=下载这个文件")
    assert download.value.suggested_filename.startswith("示例一村便民服务室到")
    download.value.save_as(tmp_path / "carried.yzb")
    reviewer.set_input_files("#file", tmp_path / "carried.yzb")
    reviewer.click("text=读入这个文件")
    assert "全部收下了" in reviewer.inner_text("main")
    assert county.states(number)["township"] == "submitted"
