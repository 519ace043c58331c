"""The scanning page in Chromium, whose camera is a film of a generated photograph: from an empty slot to a sealed case; bad days."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from node.store.records import MaterialRecord
from node.store.records.shots import ShotRecord
from tests.journeys.world import World, picture
from tests.node.paperwork.conftest import Villages
from tests.node.scanning import files
from tests.node.scanning.finding.photographs import Photograph, as_jpeg, desk, photographs, with_card
from tests.node.web.browsing import body_of, logged_in
from tests.node.web.chromium import DESK, FLAGS, PHONE, is_good, log_in, new_window, person_named
from tests.node.web.conftest import listening

Open = Callable[..., Page]
WIDE, HIGH = 2048, 1536
FRAMES = 6
ON_THE_LAN = "192.168.77.7"
"""An address that is no secure context to the browser."""
OF_AN_INSECURE_ORIGIN = re.compile("^The Cross-Origin-Opener-Policy header has been ignored")
PAGE_BYTES = 150 * 1024


def film(path: Path, photograph: Image.Image) -> None:
    """An uncompressed film of one photograph; a corner flickers, so that no two shots are the same bytes. Source: BT.601, studio range."""
    light, blue, red = photograph.convert("YCbCr").split()
    half = (WIDE // 2, HIGH // 2)
    colours = b"".join(
        one.resize(half, Image.Resampling.BOX).point(lambda v: 128 + (v - 128) * 224 // 255).tobytes() for one in (blue, red)
    )
    grey = light.point(lambda v: 16 + v * 219 // 255).tobytes()
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDE} H{HIGH} F4:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(FRAMES):
            out.write(b"FRAME\n" + bytes([16 + 30 * frame]) * 64 + grey[64:] + colours)


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Photograph:
    """A letter under a document camera."""
    options = ("--size", f"{WIDE}x{HIGH}", "--profile", "doccam", "--kinds", "letter")
    return photographs(tmp_path_factory.mktemp("letter"), 1, 6, *options)[0]


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Both sides of an ID card, each under the camera."""
    options = ("--size", "1600x1200", "--profile", "doccam", "--kinds", "idfront,idback")
    return [one.data() for one in photographs(tmp_path_factory.mktemp("card"), 2, 9, *options)]


@pytest.fixture(scope="module")
def with_camera(one_chromium: Browser, letter: Photograph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium with a camera; who may use it is said for each window."""
    path = tmp_path_factory.mktemp("film") / "letter.y4m"
    film(path, Image.open(letter.file))
    flags = [*FLAGS, "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={path}"]
    flags.append(f"--host-resolver-rules=MAP {ON_THE_LAN} 127.0.0.1")
    browser = one_chromium.browser_type.launch(executable_path="/usr/bin/chromium", args=flags)
    yield browser
    browser.close()
    path.unlink()


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[World]:
    """One village; every test has a case of its own."""
    world = Villages(tmp_path_factory.mktemp("scan") / "village", founded_county, "village1")
    yield world
    world.close()


@pytest.fixture(scope="module")
def address(village: World) -> Iterator[str]:
    """Where the village answers."""
    with listening(village.nodes["village1"]) as here:
        yield here


@pytest.fixture
def opened(with_camera: Browser, address: str) -> Iterator[Open]:
    """The agent's window; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    windows: list[BrowserContext] = []

    def enter(size: tuple[int, int] = DESK, allowed: bool = True, browser: Browser = with_camera, host: str = "") -> Page:
        window = new_window(browser, address.replace("127.0.0.1", host) if host else address, size, complaints)
        windows.append(window)
        if allowed:
            window.grant_permissions(["camera"])
        return log_in(window, "agent1")

    yield enter
    for window in windows:
        window.close()
    assert [one for one in complaints if not OF_AN_INSECURE_ORIGIN.search(one)] == []


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Pictures are developed by children, which take their time where all processors are busy."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def number(village: World) -> str:
    """A fresh draft."""
    agent = logged_in(village, "agent1")
    return str(body_of(agent.api("POST", "/cases", {"item": "gaoling"}))["case_number"])


def kept(village: World, number: str, material: str) -> list[MaterialRecord]:
    rows = village.nodes["village1"].store.materials.list(number)
    return sorted((row for row in rows if row.material == material), key=lambda row: row.page)


def shots(village: World, number: str) -> list[ShotRecord]:
    return list(village.nodes["village1"].store.shots.of_case(number))


def page_of(village: World, number: str, material: str, page: int = 1) -> Image.Image:
    at_desk = village.nodes["village1"].desk
    return Image.open(BytesIO(at_desk.attachment(village.person("agent1"), number, material, page)[0]))


def turn_off(page: Page, *switches: str) -> None:
    for name in switches:
        page.uncheck(f'[data-keep="{name}"]')


def until(page: Page, script: str, told: object = None) -> None:
    """Asks again until it is so; the pages' policy does not let the browser itself wait for a script."""
    for _ in range(100):
        if page.evaluate(script, told):
            return
        page.wait_for_timeout(100)
    raise AssertionError(script)


def in_review(page: Page) -> None:
    """A shot is looked at, and what would become of it is drawn."""
    expect(page.locator("#review")).to_be_visible()
    until(page, "document.getElementById('after').naturalWidth > 0")


def drawn(page: Page, **wanted: object) -> None:
    """What would become of the shot is drawn by a plan with these members."""
    script = """told => { const plan = JSON.parse(document.getElementById('review').dataset.drawn || '{}');
      return Object.keys(told).every(name => plan[name] === told[name]); }"""
    until(page, script, wanted)


def keep_anyway(page: Page) -> None:
    """Keeps it, with a note where the gate asks for one: the drawn pictures of this test are no photographs."""
    page.click('[data-do="keep"]')
    until(page, "document.getElementById('review').hidden || document.getElementById('wrong').textContent !== ''")
    if page.is_visible("#wrong"):
        page.fill("#note", "示例")
        page.keyboard.press("Enter")


def corners(page: Page) -> list[list[float]]:
    return list(page.evaluate("YizhanScan.corners.points"))


def shot(page: Page) -> None:
    """Space bar, and the shot is looked at."""
    page.keyboard.press("Space")
    in_review(page)


def ready(page: Page) -> None:
    """The camera's picture is there."""
    until(page, "document.getElementById('video').videoWidth > 0 && YizhanScan.camera.state === 'on'")


def test_from_an_empty_slot_by_the_automatic_shot_to_a_sealed_case(village: World, opened: Open, letter: Photograph) -> None:
    number = village.filled().line.case_number
    village.nodes["village1"].desk.detach(village.person("agent1"), number, "mat_bank", 1)
    page = opened()
    page.goto(f"/cases/{number}/materials")
    page.click("#slot-mat_bank >> text=用高拍仪")
    expect(page.locator("#outline polygon")).to_have_count(1)
    is_good(page)
    in_review(page)
    assert page.get_attribute("#capture", "data-sounded") == "shot"
    found = corners(page)
    assert (
        max(abs(one - other) for mine, true in zip(found, letter.corners, strict=True) for one, other in zip(mine, true, strict=True)) < 8
    )
    is_good(page)
    dragged(page, 0, 25, 10)
    moved = corners(page)
    assert moved[0][0] > found[0][0] + 50 and moved[1:] == found[1:]
    page.click('[data-do="found"]')
    assert corners(page) == found
    page.click('[data-do="right"]')
    page.check('input[name="colour"][value="grey"]')
    page.click('[data-do="brighter"]')
    drawn(page, turn=90, colour="grey", brightness=10)
    page.click('[data-do="left"]')
    drawn(page, turn=0)
    page.keyboard.press("Enter")  # keeps, though a button was clicked just before
    expect(page.locator("#told")).to_contain_text("第 1 页")
    (row,) = kept(village, number, "mat_bank")
    image = page_of(village, number, "mat_bank")
    assert row.size_bytes <= PAGE_BYTES and abs(image.height / image.width - 297 / 210) < 0.01 and image.height > 1400
    expect(page.locator(".scanslot.now")).to_contain_text("第 1 页")
    expect(page.locator("#says")).to_contain_text("拍过了")
    page.wait_for_timeout(1500)
    assert len(shots(village, number)) == 1, "the same sheet is not taken again by itself"
    page.click("text=去核对报送")
    page.fill("#pin", person_named("agent1").pin)
    page.click("button:has-text('报送')")
    page.wait_for_selector(".sheet")


def dragged(page: Page, at: int, right: int, down: int) -> None:
    """A corner is dragged; beside it the place is enlarged."""
    box = page.locator(".handle").nth(at).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=3)
    assert page.locator("#lens.on").count() == 1
    page.mouse.up()


def test_a_booklet_is_taken_changed_and_put_in_order_by_keys_alone(village: World, opened: Open, number: str) -> None:
    page = opened()
    page.goto(f"/cases/{number}/scan/mat_hukou")
    turn_off(page, "auto", "onward")
    ready(page)
    expect(page.locator("#now")).to_contain_text("首页")
    page.locator("#view").focus()
    shot(page)
    first = corners(page)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    step = corners(page)[0][0] - first[0][0]
    assert 1 < step < 12 and abs(corners(page)[0][1] - first[0][1] - 10 * step) < 0.1 and corners(page)[1:] == first[1:]
    page.keyboard.press("Delete")
    expect(page.locator("#review")).to_be_hidden()
    until(page, "YizhanScan.waiting.length === 0")
    assert shots(village, number) == []
    for part in ("首页", "本人页"):
        expect(page.locator("#now")).to_contain_text(part)
        shot(page)
        page.keyboard.press("]")
        drawn(page, turn=90)
        page.keyboard.press("[")
        page.keyboard.press("Enter")
        expect(page.locator("#review")).to_be_hidden()
        expect(page.locator("#told")).to_contain_text("已保存")
    before = [row.plain_digest for row in kept(village, number, "mat_hukou")]
    page.locator(".now button:has-text('后移')").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("已移到第 2 页")
    assert [row.plain_digest for row in kept(village, number, "mat_hukou")] == before[::-1]
    page.locator(".now button:has-text('修改')").first.focus()
    page.keyboard.press("Enter")
    in_review(page)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("第 1 页")
    village.nodes["village1"].store.shots.remove(shots(village, number))
    page.locator(".now button:has-text('修改')").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("原图已经不在了")
    expect(page.locator("#now")).to_contain_text("换掉第 1 页")
    page.locator('[data-do="add"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#now")).to_contain_text("第 3 页")
    rows = kept(village, number, "mat_hukou")
    assert len(rows) == 2 and rows[1].plain_digest == before[0] and rows[0].plain_digest != before[1]


def test_both_sides_of_a_card_become_one_page_and_the_next_slot_follows(
    village: World, opened: Open, number: str, card: list[bytes], browser: Browser
) -> None:
    page = opened(browser=browser)
    page.goto(f"/cases/{number}/scan/mat_id")
    front, back = (FilePayload(name=f"{at}.jpg", mimeType="image/jpeg", buffer=data) for at, data in enumerate(card))
    page.set_input_files("#file", front)
    in_review(page)
    expect(page.locator("#review-name")).to_contain_text("正面")
    page.keyboard.press("Enter")
    expect(page.locator("#now")).to_contain_text("反面")
    assert kept(village, number, "mat_id") == []
    page.set_input_files("#file", back)
    in_review(page)
    expect(page.locator("#review-name")).to_contain_text("反面")
    is_good(page)
    page.keyboard.press("Enter")
    expect(page.locator("#wanted-name")).to_contain_text("居民户口簿")
    (row,) = kept(village, number, "mat_id")
    image = page_of(village, number, "mat_id")
    assert len(row.made_of) == 2 and abs(image.height / image.width - 297 / 210) < 0.01
    assert page.url.endswith("/scan/mat_hukou")


def test_both_sides_on_one_picture_are_looked_at_one_after_the_other(village: World, opened: Open, number: str, browser: Browser) -> None:
    table = desk(1600, 1200, (60, 70, 80))
    sides = [with_card(table, (800, 320), 700, 2), with_card(table, (800, 860), 700, -2, is_back=True)]
    page = opened(browser=browser)
    page.goto(f"/cases/{number}/scan/mat_id")
    page.set_input_files("#file", FilePayload(name="both.jpg", mimeType="image/jpeg", buffer=as_jpeg(table)))
    in_review(page)
    first = corners(page)
    page.click('[data-do="keep"]')
    expect(page.locator("#review-name")).to_contain_text("反面")
    middles = sorted(sum(point[1] for point in points) / 4 for points in (first, corners(page)))
    assert [abs(middle - side[:, 1].mean()) < 15 for middle, side in zip(middles, sides, strict=True)] == [True, True]
    page.click('[data-do="swap"]')
    assert corners(page) == first
    keep_anyway(page)
    expect(page.locator("#wanted-name")).to_contain_text("居民户口簿")
    (row,) = kept(village, number, "mat_id")
    assert len(row.made_of) == 2 and row.made_of[0]["shot"] == row.made_of[1]["shot"] and row.made_of[1]["plan"]["corners"] == first


def test_files_come_by_drop_and_paste_and_what_is_no_good_needs_a_note(
    village: World, opened: Open, number: str, letter: Photograph, browser: Browser
) -> None:
    page = opened(browser=browser)
    page.goto(f"/cases/{number}/scan/mat_bank")
    turn_off(page, "onward")
    expect(page.locator("#says")).to_contain_text("没有找到摄像头")
    dark = files.encoded(ImageEnhance.Brightness(Image.open(letter.file)).enhance(0.2))
    give(page, "drop", dark, "dark.jpg", "image/jpeg")
    in_review(page)
    expect(page.locator("#findings li").first).to_contain_text("太暗")
    assert page.get_attribute("#capture", "data-sounded") == "bad"
    is_good(page)
    page.keyboard.press("Enter")
    expect(page.locator("#wrong")).to_contain_text("请写一句")
    assert kept(village, number, "mat_bank") == []
    page.keyboard.type("只有这一份")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("第 1 页")
    (row,) = kept(village, number, "mat_bank")
    assert row.taken is not None and "dark" in row.taken["quality"] and row.taken["note"] == "只有这一份"
    expect(page.locator(".scanslot.now")).to_contain_text("有提醒")
    give(page, "paste", files.pdf(2), "two.pdf", "application/pdf")
    expect(page.locator("#told")).to_contain_text("第 2 页")
    assert [row.media_type for row in kept(village, number, "mat_bank")][1] == "application/pdf"


def give(page: Page, kind: str, data: bytes, name: str, media_type: str) -> None:
    """A file is dropped on the page, or pasted."""
    script = """([kind, text, name, type]) => {
      const bytes = Uint8Array.from(atob(text), one => one.charCodeAt(0)), data = new DataTransfer();
      data.items.add(new File([bytes], name, { type: type }));
      const event = kind === 'drop' ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
        : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      document.getElementById(kind === 'drop' ? 'live' : 'main').dispatchEvent(event); }"""
    page.evaluate(script, [kind, b64encode(data).decode(), name, media_type])


def test_a_shot_that_does_not_arrive_stays_and_one_that_waits_is_there_after_the_tab_was_closed(
    village: World, opened: Open, number: str
) -> None:
    page = opened()
    page.goto(f"/cases/{number}/scan/mat_form")
    turn_off(page, "auto")
    page.check('[data-keep="row"]')
    ready(page)
    cut = lambda route: route.abort() if route.request.method == "PUT" else route.continue_()  # noqa: E731
    page.route("**/shots?*", cut)
    page.locator("#view").focus()
    page.keyboard.press("Space")
    expect(page.locator("#sent")).to_contain_text("没传上 1 张")
    assert page.evaluate(
        "(() => { const e = new Event('beforeunload', { cancelable: true }); window.dispatchEvent(e); return e.defaultPrevented; })()"
    )
    assert shots(village, number) == []
    page.unroute("**/shots?*", cut)
    page.click("button:has-text('再传一次')")
    expect(page.locator("#sent")).to_contain_text("传到 1 张")
    expect(page.locator("#tray")).to_contain_text("待处理")
    assert len(shots(village, number)) == 1 and page.is_hidden("#review"), "shots in a row are looked at afterwards"
    page.close()
    again = opened(PHONE, False)
    again.goto(f"/cases/{number}/scan")
    expect(again.locator('[data-slot="mat_form"]')).to_contain_text("待处理 1 张")
    again.click('[data-go="mat_form"] >> nth=0')
    again.click("[data-work]")
    in_review(again)
    is_good(again)
    again.click('[data-do="keep"]')
    expect(again.locator('[data-slot="mat_form"]')).to_contain_text("有 1 页")
    is_good(again)


def test_what_keeps_the_camera_away_is_said_with_what_to_do(opened: Open, number: str) -> None:
    refused = opened(allowed=False)
    refused.goto(f"/cases/{number}/scan/mat_bank")
    expect(refused.locator("#says")).to_contain_text("没有允许")
    is_good(refused)
    refused.context.grant_permissions(["camera"])
    refused.click("button:has-text('再试一次')")
    ready(refused)
    refused.route("**/look?*", lambda route: route.abort())
    expect(refused.locator("#says.red")).to_contain_text("没有应答")
    refused.unroute_all()
    expect(refused.locator("#says:not(.red)")).to_be_visible()
    refused.evaluate("YizhanScan.camera.stream().getVideoTracks()[0].dispatchEvent(new Event('ended'))")
    expect(refused.locator("#says")).to_contain_text("断开")
    assert refused.is_disabled('[data-do="shoot"]')
    refused.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError')); }")
    refused.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    expect(refused.locator("#says")).to_contain_text("别的程序占用")
    refused.evaluate("delete navigator.mediaDevices.getUserMedia")
    refused.click("button:has-text('再试一次')")
    ready(refused)
    second = refused.context.new_page()
    second.goto(f"/cases/{number}/scan/mat_bank")
    expect(second.locator("#says")).to_contain_text("另一个页面正在用")
    is_good(second)
    second.click("button:has-text('在这里拍')")
    ready(second)
    expect(refused.locator("#says")).to_contain_text("转到另一个页面")


def test_a_page_without_a_secure_origin_offers_the_other_ways(opened: Open, number: str) -> None:
    page = opened(PHONE, host=ON_THE_LAN)
    page.goto(f"/cases/{number}/scan/mat_bank")
    expect(page.locator("#says")).to_contain_text("127.0.0.1")
    assert page.is_visible("text=选文件") and page.is_disabled('[data-do="shoot"]')
    is_good(page)


def test_a_portrait_is_framed_by_keys_to_the_items_proportions(village: World, opened: Open, number: str, browser: Browser) -> None:
    page = opened(browser=browser)
    page.goto(f"/cases/{number}/scan/photo")
    page.set_input_files("#file", FilePayload(name="face.jpg", mimeType="image/jpeg", buffer=picture("face", (900, 700))))
    in_review(page)
    (left, top), (right, _), (_, bottom), _ = corners(page)
    page.locator(".frame").focus()
    page.keyboard.press("-")
    page.keyboard.press("Shift+ArrowRight")
    (x, y), (x2, _), (_, y2), _ = corners(page)
    assert x > left and y == top and x2 - x < right - left and abs((x2 - x) / (y2 - y) - (right - left) / (bottom - top)) < 0.001
    keep_anyway(page)
    expect(page.locator('[data-slot="photo"]')).to_contain_text("1 页")
    image = page_of(village, number, "photo")
    assert abs(image.width / image.height - (right - left) / (bottom - top)) < 0.01


def test_a_hand_or_another_sheet_lets_the_next_shot_be_taken_and_the_same_sheet_does_not(
    opened: Open, number: str, browser: Browser
) -> None:
    page = opened(browser=browser)
    page.goto(f"/cases/{number}/scan/mat_bank")
    script = """() => { const W = YizhanScan.watch, quad = [[10, 10], [600, 10], [600, 400], [10, 400]], size = [640, 480], told = [];
      const grey = level => Array.from({ length: 4800 }, (_, at) => at % 2 ? level : 20);
      const frame = (pixels, found) => { W.motion(pixels); W.seen(found, size, 0); told.push(W.isChanged); };
      W.reset(); frame(grey(200), quad); W.took();
      frame(grey(200), quad); frame(grey(205), quad.map(p => [p[0] + 3, p[1]]));
      frame(grey(200), quad.map(p => [p[0] + 60, p[1]])); W.took();
      frame(grey(200), null); frame(grey(200), null); W.took();
      frame(grey(120), quad); return told; }"""
    assert page.evaluate(script) == [True, False, False, True, False, True, True]


def test_scans_stand_beside_the_fields_are_enlarged_by_a_click_and_put_away(
    village: World, opened: Open, number: str, browser: Browser
) -> None:
    at_desk, person = village.nodes["village1"].desk, village.person("agent1")
    for material in ("mat_id", "mat_hukou"):
        at_desk.attach(person, number, material, 1, picture(material))
    page = opened(browser=browser)
    page.goto(f"/cases/{number}/fill/2")
    until(page, "document.querySelector('#stage img').naturalWidth > 0")
    is_good(page)
    page.click(".pagers >> text=户口簿")
    expect(page.locator("#stage-name")).to_contain_text("户口簿")
    narrow = page.evaluate("document.querySelector('#stage img').offsetWidth")
    page.click("#stage img", position={"x": 60, "y": 60})
    assert page.evaluate("document.querySelector('#stage img').offsetWidth") > 2 * narrow
    page.click("#beside-open")
    assert page.is_hidden("#stage")
    page.reload()
    assert page.is_hidden("#stage") and page.inner_text("#beside-open") == "看扫描件对照"
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.is_visible("text=看扫描件（2 页）")
    is_good(page)
