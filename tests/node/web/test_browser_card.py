"""The card reader's button in Chromium: typed answers are saved first, what differs is chosen, a refusal is said; good at both sizes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from node.config import ScanningSettings, load_config, write_config
from tests.journeys.world import World
from tests.node.paperwork.conftest import Villages
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window
from tests.node.web.conftest import listening
from tests.tools.card_reader import FIELDS, NUMBER, Service


@pytest.fixture
def reader() -> Iterator[Service]:
    """The reader at the counter."""
    one = Service()
    yield one
    one.close()


@pytest.fixture
def village(tmp_path: Path, founded_county: Path, reader: Service) -> Iterator[World]:
    """A village with a reader."""
    world = Villages(tmp_path / "village", founded_county, "village1")
    folder = world.place / "village1"
    scanning = ScanningSettings(reader=reader.address, reader_fields=tuple(FIELDS.items()))
    write_config(folder, replace(load_config(folder), scanning=scanning))
    world.start("village1")
    yield world
    world.close()


def press(page: Page) -> None:
    with page.expect_navigation():
        page.click("text=读身份证")
    page.wait_for_selector("#fill[data-ready]")


def test_a_card_is_read_beside_what_is_typed(browser: Browser, village: World, reader: Service) -> None:
    complaints: list[str] = []
    with listening(village.nodes["village1"]) as address:
        page = log_in(new_window(browser, address, DESK, complaints), "agent1")
        page.goto("/items/gaoling")
        page.click("text=开始代收")
        page.wait_for_selector("#fill[data-ready]")
        reader.way = "none"
        page.fill("[name='f.name']", "示例乙")
        press(page)
        assert "没有读到身份证" in page.inner_text("[role=alert]")
        assert page.input_value("[name='f.name']") == "示例乙" and page.input_value("[name='f.id_no']") == ""
        reader.way = "good"
        press(page)
        assert page.evaluate("document.activeElement.id") == "card"
        assert page.input_value("[name='f.name']") == "示例乙" and page.input_value("[name='f.id_no']") == NUMBER
        assert NUMBER not in page.inner_text("#card")
        assert page.evaluate("document.querySelector('#card img').naturalWidth") == 102
        is_good(page)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        is_good(page)
        page.fill("[name='f.id_no']", "131025199202172184")  # typed while the card is shown, and not saved yet
        page.check("#card-name")
        page.click("text=采用打勾的")
        page.wait_for_selector("#card :text('相同') >> nth=0")
        assert page.input_value("[name='f.name']") == "示例甲"
        assert page.input_value("[name='f.id_no']") == "131025199202172184"
    assert complaints == []
