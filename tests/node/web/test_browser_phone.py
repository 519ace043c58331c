"""Shots by telephone in Chromium, which reaches this machine at a room's address: one that browsers call insecure, as in a village."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from node.scanning.shot import Finding, Look
from tests.journeys.world import World, picture
from tests.node.paperwork.conftest import Villages, with_plain_pictures
from tests.node.web.chromium import DESK, FLAGS, PHONE, is_good, log_in, new_window
from tests.node.web.conftest import listening
from tests.node.web.telephone import ROOM, Telephone, into_a_room

LARGE = (5000, 3750)
"""A photograph of 19 million pixels, lying on its side."""
OLD = """
  delete window.CSS; delete window.fetch; delete window.Promise;
  delete HTMLCanvasElement.prototype.toBlob;
  Object.defineProperty(window, 'crypto', {value: undefined});
  if (window.URL) { window.URL.createObjectURL = undefined; }
"""
"""What telephones of ten years ago did not have."""
PATIENT = """
  var begin = window.setTimeout;
  window.setTimeout = function (act, ms) { return ms === 2000 ? 0 : begin(act, ms); };
"""
"""Does not try again by itself."""


class Desk:
    """The agent's window at a draft, and the telephones in the room."""

    def __init__(self, world: World, browser: Browser, address: str) -> None:
        self.world = world
        self.node = world.nodes["village1"]
        self.browser = browser
        self.complaints: list[str] = []
        self.page = log_in(new_window(browser, address, DESK, self.complaints), "agent1")
        self.number = self.node.desk.open_case(world.person("agent1"), "gaoling").line.case_number

    def open(self, material: str = "mat_bank") -> str:
        """Show the code; what it says, as a camera reads it."""
        self.page.goto(f"/cases/{self.number}/phone/{material}")
        self.page.click("button:has-text('显示二维码')")
        code = self.page.locator("#phone-state img")
        expect(code).to_have_js_property("complete", True)
        (url,) = self.node.intake.codes(code.screenshot())
        return url

    def telephone(self, url: str, script: str = "") -> Page:
        """A telephone that has scanned it."""
        page = new_window(self.browser, "", PHONE, self.complaints).new_page()
        if script:
            page.add_init_script(script)
        page.goto(url)
        return page

    def tray(self) -> list[tuple[int, int, int]]:
        """Size in pixels and bytes of each shot of the case."""
        return [(one.width, one.height, one.size_bytes) for one in self.node.store.shots.of_case(self.number)]


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[World]:
    """One village in a room; every test has a draft of its own."""
    world = with_plain_pictures(Villages(tmp_path_factory.mktemp("phone-browser") / "village", founded_county, "village1"))
    into_a_room(world.nodes["village1"], ROOM)

    def look(picture: bytes, wanted: str, quick: bool) -> Look:
        image = Image.open(BytesIO(picture))
        is_dark = image.convert("L").resize((1, 1)).getpixel((0, 0)) == 0
        return Look(*image.size, (), 0.0, (Finding("dark", {}),) if is_dark else (), None)

    world.nodes["village1"].counter.capture.tray._look = look
    yield world
    world.close()


@pytest.fixture(scope="module")
def room(one_chromium: Browser) -> Iterator[Browser]:
    """A browser that finds the room's address at this machine."""
    rules = f"--host-resolver-rules=MAP {ROOM} 127.0.0.1"
    one = one_chromium.browser_type.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, rules])
    yield one
    one.close()


@pytest.fixture
def desk(village: World, room: Browser) -> Iterator[Desk]:
    with listening(village.nodes["village1"]) as address:
        one = Desk(village, room, address)
        yield one
        for context in room.contexts:
            context.close()
    village.nodes["village1"].counter.phone.pairings.clear()
    village.nodes["village1"].counter.phone.sweep()
    assert one.complaints == []


def photograph(name: str, data: bytes, kind: str = "image/jpeg") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


def sideways() -> bytes:
    image, file = Image.effect_noise((200, 150), 40).resize(LARGE).convert("RGB"), BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(file, "JPEG", quality=97, exif=exif)
    return file.getvalue()


def dark() -> bytes:
    file = BytesIO()
    Image.new("RGB", (700, 500)).save(file, "JPEG")
    return file.getvalue()


def states(page: Page) -> list[str]:
    """Where each shot stands, the newest first."""
    return [str(one.text_content()) for one in page.locator("#shots .state").all()]


def test_from_the_code_to_the_shots_on_the_agents_page(desk: Desk) -> None:
    url = desk.open()
    assert re.fullmatch(rf"http://{re.escape(ROOM)}:\d+/#[\w-]{{43}}", url)
    is_good(desk.page)
    telephone = desk.telephone(url)
    expect(telephone.locator("#says")).to_contain_text("可以拍了")
    assert telephone.evaluate("[window.isSecureContext, !!navigator.mediaDevices, !!(window.crypto || {}).subtle]") == [False, False, False]
    assert Telephone(url).token not in telephone.url and telephone.evaluate("document.cookie") == ""
    expect(telephone.locator("#slot")).to_have_text(str(desk.page.locator("h1").text_content()).partition("：")[2])
    expect(telephone.locator("#time")).to_have_text("还可以拍 10 分钟")
    expect(desk.page.locator("#phone-state")).to_contain_text("1 部手机已连上")
    assert telephone.get_attribute("#pick", "capture") == "environment" and telephone.get_attribute("#album", "capture") is None
    telephone.set_input_files("#pick", photograph("1.jpg", sideways()))
    expect(telephone.locator("#shots li.arrived")).to_have_count(1, timeout=15_000)
    telephone.set_input_files("#album", [photograph("2.jpg", picture("b", (700, 500))), photograph("3.jpg", dark())])
    expect(telephone.locator("#shots li.arrived")).to_have_count(3)
    assert states(telephone) == ["已到电脑"] * 3
    expect(telephone.locator("#shots li").first).to_contain_text("建议重拍")
    (wide, high, size), *rest = desk.tray()
    assert (wide, high) == (3072, 4096) and size < 6_000_000, "turned upright and made smaller on the telephone"
    assert rest[0] == (700, 500, len(picture("b", (700, 500)))), "what is small enough is sent as it is"
    expect(desk.page.locator("#phone-shots li")).to_have_count(3)
    expect(desk.page.locator("#phone-shots li").last).to_contain_text("太暗")
    is_good(telephone)
    is_good(desk.page)
    telephone.reload()
    expect(telephone.locator("#shots li.arrived")).to_have_count(3)
    telephone.click("#done")
    expect(telephone.locator("#says")).to_contain_text("共 3 张到了电脑")
    is_good(telephone)
    expect(desk.page.locator("#phone-state")).to_contain_text("不能再连这台电脑")
    assert desk.page.locator("#phone-shots li").count() == 3


def test_a_shot_that_did_not_get_through_is_sent_again_and_is_there_once(desk: Desk) -> None:
    telephone = desk.telephone(url := desk.open(), PATIENT)
    expect(telephone.locator("#says")).to_contain_text("可以拍了")
    raw = picture("a", (700, 500))

    def answer_lost(route: Route) -> None:
        (cookie,) = telephone.context.cookies(telephone.url)
        *_, pairing, _, name = route.request.url.split("/")
        assert Telephone(url, f"/p/{pairing}/", f"{cookie['name']}={cookie['value']}").send(name, raw).status == 200
        route.abort()

    ways: list[Callable[[Route], None]] = [lambda route: route.abort(), answer_lost, lambda route: route.continue_()]
    telephone.route("**/shots/*", lambda route: ways.pop(0)(route))
    telephone.set_input_files("#pick", photograph("1.jpg", raw))
    expect(telephone.locator("#shots .state")).to_have_text("没有发出，照片还在这里")
    assert desk.tray() == []
    telephone.click("#done")
    expect(telephone.locator("#says")).to_contain_text("还有 1 张没有发到电脑")
    telephone.click("button:has-text('重发')")
    expect(desk.page.locator("#phone-shots li")).to_have_count(1)
    expect(telephone.locator("#shots .state")).to_have_text("没有发出，照片还在这里")
    telephone.click("button:has-text('重发')")
    expect(telephone.locator("#shots .state")).to_have_text("已到电脑")
    assert len(desk.tray()) == 1 and ways == []


def test_a_telephone_of_ten_years_ago_sends_its_pictures_as_they_are(desk: Desk) -> None:
    telephone = desk.telephone(desk.open(), OLD)
    expect(telephone.locator("#says")).to_contain_text("可以拍了")
    raw = sideways()
    telephone.set_input_files("#pick", photograph("1.jpg", raw))
    expect(telephone.locator("#shots .state")).to_have_text("已到电脑", timeout=15_000)
    assert [size for _, _, size in desk.tray()] == [len(raw)]


def test_what_the_station_refuses_is_told_and_the_others_go_on(desk: Desk, tmp_path: Path) -> None:
    telephone = desk.telephone(desk.open())
    expect(telephone.locator("#says")).to_contain_text("可以拍了")
    sent = {
        "1.heic": b"\x00\x00\x00\x18ftypheic" + bytes(64),
        "2.jpg": b"\xff\xd8\xff" + bytes(21 << 20),
        "3.jpg": picture("c", (700, 500)),
    }
    for name, data in sent.items():
        (tmp_path / name).write_bytes(data)
    telephone.set_input_files("#album", [tmp_path / name for name in sent])
    expect(telephone.locator("#shots li.arrived")).to_have_count(1)
    failed = telephone.locator("#shots li.failed")
    expect(failed).to_have_count(2)
    expect(failed.first).to_contain_text("超过 20 MB")
    assert len(str(failed.last.locator(".heed").text_content())) > 8
    failed.first.locator("button:has-text('不要了')").click()
    expect(failed).to_have_count(1)
    assert len(desk.tray()) == 1


def test_a_telephone_is_told_when_it_is_over_and_when_the_station_does_not_answer(desk: Desk) -> None:
    telephone, other = desk.telephone(desk.open()), None
    expect(telephone.locator("#says")).to_contain_text("可以拍了")
    desk.page.click("button:has-text('再连一部手机')")
    expect(desk.page.locator("#phone-state img")).to_be_visible()
    door = desk.node.counter.phone
    (waiting,) = [one for one in door.pairings._all.values() if one.is_waiting]
    other = desk.telephone(door.url(waiting))
    expect(other.locator("#says")).to_contain_text("可以拍了")
    desk.page.click("button:has-text('结束手机拍照')")
    expect(desk.page.locator("#phone-state")).to_contain_text("已结束")
    telephone.set_input_files("#pick", photograph("1.jpg", picture("a", (700, 500))))
    expect(telephone.locator("#says")).to_contain_text(re.compile("已结束|连不上电脑"))
    assert desk.tray() == []
    door.sweep()
    expect(other.locator("#says")).to_contain_text(re.compile("已结束|连不上电脑"), timeout=10_000)
