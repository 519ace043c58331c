"""A scanner in Chromium: sheets of a feeder come one by one into a slot and are kept; a job is cancelled; SANE's scanner on the glass."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from node.capture.scanners.desk import ScannerDesk
from tests.journeys.world import World
from tests.node.paperwork.conftest import Villages
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window
from tests.node.web.conftest import listening as serving
from tests.tools.escl_device import EsclDevice, listening, sheet
from tests.tools.sane_test import sane_config

SHEETS = tuple(sheet(number) for number in range(1, 4))


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[World]:
    """One village with SANE's test backend as its local scanner."""
    folder = tmp_path_factory.mktemp("browser_scanner")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANE_CONFIG_DIR", sane_config(folder / "sane"))
        world = Villages(folder / "village", founded_county, "village1")
        yield world
        world.close()


@pytest.fixture
def device() -> EsclDevice:
    return EsclDevice(SHEETS)


@pytest.fixture
def desk(village: World) -> ScannerDesk:
    return village.nodes["village1"].counter.capture.scanners


@pytest.fixture
def page(village: World, desk: ScannerDesk, device: EsclDevice, browser: Browser) -> Iterator[Page]:
    """The agent at a new draft's slot, who has typed in where the network scanner is; what the browser complains of fails the test."""
    complaints: list[str] = []
    node, agent = village.nodes["village1"], village.person("agent1")
    number = node.desk.open_case(agent, "gaoling").line.case_number
    with listening(device) as address, serving(node) as station:
        window = new_window(browser, station, DESK, complaints)
        page = log_in(window, "agent1")
        page.goto(f"/cases/{number}/scanner/mat_bank")
        page.click("text=加网络扫描仪")
        page.fill("#address", address.removeprefix("http://"))
        page.click("text=加上")
        desk.list.wait(20)
        page.click("text=回去扫描")
        page.wait_for_selector("text=示例扫描仪 E-100")
        yield page
        desk.remove(agent, address)
        desk.list.wait(20)
        window.close()
    assert complaints == []


def seen(page: Page) -> None:
    """The page as it is, at a desk and on a phone."""
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        is_good(page)


def test_sheets_come_one_by_one_and_are_kept(page: Page, device: EsclDevice) -> None:
    assert page.is_hidden("label:has-text('进纸双面')")
    device.fault, device.at = "silent", 3
    page.click("fieldset.row label:has-text('自动进纸')")
    page.click("fieldset.row label:has-text('灰度')")
    page.click("#scan-go")
    page.wait_for_selector("#scan-shots li >> nth=1")
    assert "正在扫第 3 页" in page.inner_text("#scan-told")
    seen(page)
    page.click("#scan-stop")
    page.wait_for_selector("text=已取消，这次扫到 2 页。")

    device.fault, device.feeder = "", list(SHEETS[2:])
    assert page.is_checked("fieldset.row label:has-text('自动进纸') input") and page.is_checked("label:has-text('灰度') input")
    page.click("#scan-go")
    page.wait_for_selector("text=扫完了，这次扫到 1 页。")
    page.wait_for_selector("#scan-shots li >> nth=2")
    assert page.locator("#scan-shots img").first.evaluate("one => one.decode().then(() => one.naturalWidth)") > 300
    page.click("text=全部保存")
    page.wait_for_selector("text=已保存 3 页。")
    page.wait_for_selector("text=已存为第 3 页")
    seen(page)
    assert [one["ColorMode"] for one in device.settings] == ["Grayscale8"] * 2


def test_a_jam_is_told_on_the_page_while_one_looks(page: Page, device: EsclDevice) -> None:
    device.fault, device.at = "jam", 2
    page.click("fieldset.row label:has-text('自动进纸')")
    page.click("#scan-go")
    page.wait_for_selector("text=卡纸了")
    page.wait_for_selector("#scan-shots li")
    assert page.locator("#scan-shots li").count() == 1
    page.goto("/scanners")
    seen(page)


def test_the_glass_of_a_local_scanner_gives_a_page(page: Page) -> None:
    page.click("label:has-text('frontend-tester')")
    page.click("fieldset.row label:has-text('平板')")
    page.click("#scan-go")
    page.wait_for_selector("text=扫完了，这次扫到 1 页。")
    page.wait_for_selector("#scan-shots li")
    assert page.is_checked("label:has-text('frontend-tester') input")
