"""站点管理 and 我的账号 in Chromium: a station is invited, joins and works, all by page; every page fits a desk and a phone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from node.assemble import Node, assemble
from node.config import ParentSettings, load_config, write_config
from node.enrolment.founding import Above
from node.enrolment.joining import begin, finish
from node.staff.acting import Village
from node.staff.people import Person
from node.staff.villages import appoint
from node.succession.standing import META, RESTORED
from tests.journeys.world import DoorWire, World, picture
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, log_in_with, new_window, person_named
from tests.node.web.conftest import listening

SIZES = {"desk": DESK, "phone": PHONE}
NAME, DIVISION = "示例三村便民服务室", "131025105203"
ADMIN_PASSWORD, PASSWORD, PIN = "liushu-2290-ting", "huaiyin-5521-tian", "604817"
OTHER_PIN = "730946"


@dataclass
class Desks:
    """A browser, and where the stations are."""

    browser: Browser
    places: dict[str, str]
    complaints: list[str] = field(default_factory=list)

    def open(self, name: str, size: str = "desk") -> Page:
        """Somebody of the demo, logged in."""
        page = log_in(new_window(self.browser, self.places[person_named(name).station], SIZES[size], self.complaints), name)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def nobody(self, place: str) -> Page:
        """A browser at which nobody has logged in."""
        return new_window(self.browser, place, DESK, self.complaints).new_page()

    def newcomer(self, place: str, name: str, password: str) -> Page:
        """Somebody who is not of the demo, logged in."""
        return log_in_with(new_window(self.browser, place, DESK, self.complaints), name, password)


@pytest.fixture
def desks(browser: Browser, served: dict[str, str]) -> Iterator[Desks]:
    """What a browser complains of fails the test."""
    one = Desks(browser, served)
    yield one
    assert one.complaints == []


def test_a_station_is_invited_joins_is_looked_after_and_its_new_agent_seals_all_by_page(
    county: World, desks: Desks, tmp_path: Path
) -> None:
    township = desks.open("townadmin")
    node = joined(county, township, tmp_path / "village3")
    node.people.add("admin3", "示例管理员丙", ("admin",), ADMIN_PASSWORD)
    with listening(node) as place:
        settle(county, node)
        admin = desks.newcomer(place, "admin3", ADMIN_PASSWORD)
        assert admin.query_selector("main .note") is None and "换新的站点编号" not in admin.inner_text("body")
        county_admin = desks.open("admin")
        county_admin.goto("/stations")
        assert NAME in county_admin.inner_text("main")
        back_up(admin)
        agent = set_up(desks.nobody(place), add_agent(admin))
        assert agent.query_selector(".strip") is not None and agent.query_selector("main .note") is None
        code = ask_for_a_key(agent)
        settle(county, node)
        township.goto("/")
        township.click("text=去处理")
        assert "代办员" in township.inner_text("main")
        confirm(township, code, "示例代办员丙")
        settle(county, node)
        seal_a_case(node, agent)


def joined(county: World, township: Page, place: Path) -> Node:
    """The invitation is downloaded, the request taken in by page, the code compared, the answer downloaded and taken."""
    township.goto("/stations/invitations")
    township.fill("#name", NAME)
    township.fill("#division", DIVISION)
    begun = begin(place, downloaded(township, "text=做邀请并下载 >> nth=0"), county.clock)
    township.goto("/stations/requests")
    township.set_input_files("#request", [FilePayload(name="a.request", mimeType="application/octet-stream", buffer=begun.request)])
    township.click("text=收下申请")
    confirm(township, begun.code, NAME)
    finish(place, downloaded(township, f"tr:has-text('{NAME}') >> text=下载"), county.clock)
    write_config(place, replace(load_config(place), parent=ParentSettings("http://township.invalid")))
    above = county.nodes["township"]
    node = assemble(
        place, county.clock, lambda _url: DoorWire("village3", lambda: above.door, county.weather, lambda: above.bureau.registrar)
    )
    county.nodes["village3"] = node
    return node


def downloaded(page: Page, what: str) -> bytes:
    with page.expect_download() as found:
        page.click(what)
    return Path(found.value.path()).read_bytes()


def confirm(page: Page, code: str, name: str) -> None:
    """The code that was told is on the page, beside the name; then it is granted."""
    page.goto("/stations/requests")
    is_good(page)
    card = page.locator("section.card section.card", has_text=code)
    assert name in card.inner_text()
    card.locator("text=核对码一致，同意").click()
    page.wait_for_selector(".note.green:has-text('已同意')")
    is_good(page)


def settle(county: World, node: Node) -> None:
    """The new station calls, and so does everybody else, until all have what they are to have."""
    assert node.courier is not None
    for _ in range(3):
        node.courier.carry_once()
        county.settle()
    node.courier.carry_once()


def back_up(admin: Page) -> None:
    """A recovery code, shown once, then a backup; both by page."""
    admin.goto("/station/backups")
    assert "还不能备份" in admin.inner_text("main")
    admin.fill("#password", "not-the-password-1")
    admin.click("button:has-text('生成恢复码')")
    assert "密码不对" in admin.inner_text(".note.red")
    admin.fill("#password", ADMIN_PASSWORD)
    admin.click("button:has-text('生成恢复码')")
    assert "只显示这一次" in admin.inner_text("article")
    is_good(admin)
    admin.click("text=已放好，返回")
    admin.click("button:has-text('立即备份')")
    for _ in range(100):
        admin.goto("/station/backups")
        if "已写好并读回核对" in admin.inner_text("main"):
            break
        admin.wait_for_timeout(200)
    assert "已写好并读回核对" in admin.inner_text("main")
    is_good(admin)


def add_agent(admin: Page) -> str:
    """An account; the set-up code that its page shows."""
    admin.goto("/people")
    admin.fill("#display_name", "示例代办员丙")
    admin.fill("#name", "agent3")
    admin.check("input[name=role][value=agent]")
    admin.click("text=添加，取启用码")
    is_good(admin)
    found = re.search(r"\d{4}-\d{4}-\d{4}", admin.inner_text("main"))
    assert found
    return found.group()


def set_up(page: Page, code: str) -> Page:
    """The agent chooses a password with the code, and logs in with it."""
    page.goto("/login")
    page.click("text=用启用码设密码")
    is_good(page)
    for name, value in {"name": "agent3", "code": code, "password": PASSWORD, "again": PASSWORD}.items():
        page.fill(f"#{name}", value)
    page.click("text=设好密码")
    assert "请登录" in page.inner_text(".note.green")
    page.fill("#name", "agent3")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('登录')")
    page.wait_for_selector(".who")
    return page


def ask_for_a_key(agent: Page) -> str:
    """The agent finds 我的账号, types a PIN twice, wrong at first; the check code to tell the parent."""
    agent.click("text=我的账号")
    is_good(agent)
    for again in ("604818", PIN):
        agent.fill("#key-new", PIN)
        agent.fill("#key-again", again)
        agent.click("button:has-text('申请签名密钥')")
        agent.wait_for_selector("main .note")
        if again != PIN:
            assert "两次输入的新口令不一样" in agent.inner_text(".note.red")
    assert "等待上级签发" in agent.inner_text("#key")
    is_good(agent)
    return agent.inner_text("#key .big").strip()


def seal_a_case(node: Node, agent: Page) -> None:
    """With the certificate here the agent's own page says so, and a case is sealed with the PIN."""
    agent.goto("/account")
    assert "有效" in agent.inner_text("#key") and "等待" not in agent.inner_text("#key")
    person, desk = Person("agent3", "示例代办员丙", ("agent",)), node.desk
    _, form = desk.item("gaoling")
    case = desk.open_case(person, "gaoling")
    assert case.version is not None
    number = case.line.case_number
    desk.save_answers(person, number, case.version, {**form.sample, "hukou_region": DIVISION})
    for material in form.sample_materials:
        desk.attach(person, number, material, 1, picture(f"{material} {number}"))
    agent.goto(f"/cases/{number}/check")
    agent.fill("#pin", PIN)
    agent.click("button:has-text('报送')")
    agent.wait_for_selector("h1:has-text('接收回执')")


def test_a_person_changes_password_and_pin_and_a_wrong_pin_counts(county: World, desks: Desks) -> None:
    person = person_named("agent1")
    page = desks.open("agent1")
    page.goto("/account")
    for old, words in (("not-the-password-1", "密码不对"), (person.password, "密码已改")):
        for name, value in {"password": old, "new": PASSWORD, "again": PASSWORD}.items():
            page.fill(f"#{name}", value)
        page.click("button:has-text('改密码')")
        assert words in page.inner_text("main .note")
    for old, words in (("999111", "还可以试 4 次"), (person.pin, "口令已改")):
        for name, value in {"pin": old, "pin-new": OTHER_PIN, "pin-again": OTHER_PIN}.items():
            page.fill(f"#{name}", value)
        page.click("button:has-text('改口令')")
        assert words in page.inner_text("main .note")
    node = county.nodes["village1"]
    node.people.login("agent1", PASSWORD)
    assert node.keyring.open(node.people.person("agent1"), OTHER_PIN)


def pages_that_follow_a_choice(desks: Desks, size: str) -> None:
    """What is about to be taken back, and what was handed over."""
    officer = desks.open("keyofficer", size)
    officer.goto("/certificates")
    officer.check("input[name=certificate] >> nth=0")
    officer.click("text=吊销选中的证书")
    officer.wait_for_selector("h1:has-text('吊销证书')")
    is_good(officer)
    head = desks.open("head1", size)
    head.goto("/people/agent1/leaving")
    head.select_option("#to", "agent9")
    head.select_option("#reason", "cessation_of_operation")
    head.click("button:has-text('确认移交')")
    head.wait_for_selector("h1:has-text('离岗移交单')")
    is_good(head)


PAGES = {
    "admin": (
        "/", "/account", "/station", "/station/backups", "/station/updates", "/stations", "/stations/13102510520101",
        "/stations/requests", "/stations/invitations", "/certificates", "/people", "/people/supervisor", "/people/supervisor/leaving",
    ),
    "townadmin": ("/stations", "/stations/requests"),
    "admin1": ("/station/number", "/people/agent1", "/people/head1/leaving"),
    "head1": ("/people",),
    "agent1": ("/account", "/station", "/items/gaoling", "/switch", "/setup", "/station/backups"),
    "learner1": ("/", "/account", "/items/gaoling"),
}  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_stations_and_people_is_accessible_and_fits(county: World, desks: Desks, size: str) -> None:
    village = county.nodes["village1"]
    above = Above(county.place / "township", county.place / "county")
    appoint(county.place / "village1", "agent1", Village("131025105202", "示例二村"), county.pin("agent1"), above, county.clock)
    county.start("village1")
    county.settle()
    village = county.nodes["village1"]
    village.people.add("agent9", "示例代办员壬", ("agent",), PASSWORD)
    with listening(village) as place:
        desks.places["village1"] = place
        for name, paths in PAGES.items():
            page = desks.open(name, size)
            for path in paths:
                page.goto(path)
                is_good(page)
            page.context.close()
        pages_that_follow_a_choice(desks, size)
        page = desks.open("admin1", size)
        page.goto("/people/agent9")
        page.fill("#key-new", PIN)
        page.fill("#key-again", PIN)
        page.click("button:has-text('申请签名密钥')")
        page.click("summary:has-text('用U盘办理')")
        is_good(page)
        village.store.meta.set(META, RESTORED)
        for path in ("/station/number", "/station"):
            page.goto(path)
            assert "站点编号" in page.inner_text("main")
            is_good(page)
