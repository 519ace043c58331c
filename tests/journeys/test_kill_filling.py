"""The station is killed while somebody types: what was saved is there when it stands again, and what was typed meanwhile follows."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench.county import County
from node.commands.demo import HOST
from tests.founding import prepared_demo
from tests.node.web.chromium import DESK, log_in, new_window

AGAIN_MS = 15_000
"""The page tries again every five seconds."""


def test_a_killed_station_loses_at_most_what_is_being_typed_and_the_page_goes_on(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> None:
    with County(tmp_path / "county", prepared_demo(tmp_path_factory)) as county:
        county.start("village1")
        county.wait_up("village1")
        page = log_in(new_window(browser, f"http://{HOST}:{county.ports['village1']}", DESK, []), "agent1")
        page.goto("/items/gaoling")
        page.click("text=开始代收")
        page.wait_for_selector("#fill[data-ready]")
        page.keyboard.type("示例甲")
        page.keyboard.press("Enter")
        page.wait_for_selector("#saved:has-text('已自动保存')")
        county.kill("village1")
        page.keyboard.type("131025194403122017")
        page.keyboard.press("Tab")
        page.wait_for_selector("#saved:has-text('还没有保存')")
        county.start("village1")
        county.wait_up("village1")
        other = page.context.new_page()
        other.goto(page.url)
        assert other.input_value("#f-name") == "示例甲"
        page.wait_for_selector("#saved:has-text('已自动保存')", timeout=AGAIN_MS)
        other.reload()
        assert other.input_value("#f-id_no") == "131025194403122017"
