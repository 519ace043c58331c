"""The page 在途 in Chromium on a line that is really slow: what comes through is seen coming, and the line obeys."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from node.assemble import Node, assemble
from sync.http import HttpWire
from tests.fakes import SetClock
from tests.journeys.world import World
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window, person_named, shoot
from tests.node.web.conftest import listening
from tests.tools.bad_line import bad_line, url_of

SIZES = {"desk": DESK, "phone": PHONE}
SLOW = {"kbit": 80, "latency_ms": 60, "seed": 6}
WITHIN_MS = 20_000
Open = Callable[..., Page]


class GoingClock(SetClock):
    """Begins when the county was founded and goes on with this machine."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self._begun_s = time.monotonic()

    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self._begun_s)


@pytest.fixture
def slow(county: World) -> Iterator[dict[str, str]]:
    """The county with a slow line between village and township, and the village's courier on it; addresses by station."""
    county.clock = GoingClock(county.clock.at)
    stop = threading.Event()
    with ExitStack() as stack:
        addresses = {"township": stack.enter_context(listening(county.start("township")))}
        line = stack.enter_context(bad_line(int(addresses["township"].rpartition(":")[2]), **SLOW))
        county.nodes["village1"].close()
        village = assemble(county.place / "village1", county.clock, lambda _url: HttpWire(url_of(line)))
        county.nodes["village1"] = village
        addresses["village1"] = stack.enter_context(listening(village))
        assert village.courier is not None
        courier = threading.Thread(target=village.courier.run, args=(stop, village.wake))
        courier.start()
        yield addresses
        stop.set()
        village.wake.set()
        courier.join()


@pytest.fixture
def opened(browser: Browser, slow: dict[str, str]) -> Iterator[Open]:
    """Log somebody in in a window of their own; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    def enter(name: str, size: str = "desk") -> Page:
        return log_in(new_window(browser, slow[person_named(name).station], SIZES[size], complaints), name)

    yield enter
    assert complaints == []


def acknowledged(page: Page) -> int:
    """How far the bar is, in bytes."""
    return int(page.get_attribute("#road-line progress", "value") or 0)


def waits_for(ask: Callable[[], bool]) -> None:
    until = time.monotonic() + WITHIN_MS / 1000
    while not ask():
        assert time.monotonic() < until
        threading.Event().wait(0.05)


def scans_at(node: Node, number: str) -> tuple[int, int]:
    """How many previews and how many originals of a case are whole at a station."""
    person = next(iter(node.people.records()))
    found = node.desk.case(node.people.person(person.name), number).attachments
    return sum(one.preview for one in found), sum(one.whole for one in found)


def test_on_a_slow_line_progress_is_seen_previews_come_first_and_a_pause_holds(county: World, opened: Open) -> None:
    number, village = county.submitted(), county.nodes["village1"]
    county.submitted()
    agent = opened("agent1")
    agent.goto("/road")
    agent.wait_for_selector("#road-line progress", timeout=WITHIN_MS)
    before = acknowledged(agent)
    agent.wait_for_function("before => +document.querySelector('#road-line progress').value > before + 8000", arg=before, timeout=WITHIN_MS)
    agent.wait_for_selector("#road-line:has-text('正在传送'):has-text('约'), #road-line:has-text('不到 1 分钟')", timeout=WITHIN_MS)
    is_good(agent)
    agent.evaluate("scrollTo(0, 290)")
    shoot(agent, "road")
    township = county.nodes["township"]
    waits_for(lambda: township.store.cases.get(number) is not None and scans_at(township, number)[0] == 4)
    assert scans_at(township, number)[1] < 4, "the originals are still coming"
    reviewer = opened("reviewer")
    reviewer.goto(f"/cases/{number}")
    assert "可以先看预览开始审核" in reviewer.inner_text(".viewer") and "（预览）" in reviewer.inner_text("#stage-name")

    agent.select_option("#how_long", "hour")
    agent.click("button:text-is('暂停')")
    agent.wait_for_selector("#road-line:has-text('已暂停，不估计')")
    waits_for(lambda: village.courier is not None and village.courier.progress.line().in_flight == 0)
    left = village.road.line().left_bytes
    agent.wait_for_timeout(1500)
    assert village.road.line().left_bytes == left > 0
    is_good(agent)
    agent.click("text=继续传送")
    waits_for(lambda: village.road.line().left_bytes < left)
    agent.wait_for_selector("#road-line:has-text('正在传送')", timeout=WITHIN_MS)


def test_the_page_works_on_a_phone_and_without_scripts(county: World, opened: Open, browser: Browser, slow: dict[str, str]) -> None:
    county.nodes["village1"].road.pace.pause("agent1", "open")
    first, second = county.submitted(), county.submitted()
    phone = opened("agent1", "phone")
    phone.goto("/road")
    phone.click("summary:has-text('放一边') >> nth=0")
    is_good(phone)
    context = browser.new_context(base_url=slow["village1"], java_script_enabled=False, storage_state=phone.context.storage_state())
    plain = context.new_page()
    plain.goto("/road")
    plain.click("button:has-text('急件先送') >> nth=1")
    assert "已标为急件" in plain.inner_text("main") and plain.locator("button:has-text('取消急件')").count() == 1
    plain.fill("input[name=max_kbit]", "64")
    plain.click("text=保存设置")
    assert county.nodes["village1"].road.pace.max_bytes_s() == 8000
    items = county.nodes["village1"].queue.items().items
    assert [one.case_number for one in items] == [second, first]
    context.close()
