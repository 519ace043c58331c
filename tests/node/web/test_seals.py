"""Pages of unit seals: a village asks, the county draws, looks, makes and keeps the register; who may do what; on desk and phone."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser

from signing.seal_image import round_sample
from tests.journeys.world import World
from tests.node.web.browsing import Browsing
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window

NAME = "示例一村村民委员会"
Browse = Callable[[str], Browsing]


def asked(county: World, browse: Browse) -> str:
    """The head of village 1 asks for a new seal in place of the old one; the request, which waits at the county."""
    head = browse("head1")
    old = next(one for one in county.nodes["village1"].seals.cabinet.all() if one.kind == "unit")
    done = head.post("/own-seals", kind="unit", name=NAME, replaces=old.seal_id, remark="原章磨损", pin=head.pin, follow=True)
    assert "申请已做好" in done.text and "等待县里制作" in done.text
    county.settle()
    (line,) = county.nodes["county"].seals.register.lines(state="wanted")
    return line.request


def png(size: tuple[int, int] = (200, 200)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "red").save(file, "PNG")
    return file.getvalue()


def test_a_seal_is_asked_for_drawn_made_stopped_and_lost_all_by_page(browse: Browse, county: World) -> None:
    request = asked(county, browse)
    officer = browse("keyofficer")
    assert "有 1 枚印章等着制作" in officer.get("/").text and "印章等着制作" not in browse("approver").get("/").text
    assert "待制作" in officer.get("/seals").text
    shown = officer.get(f"/seals/{request}").text
    assert "示例村主任甲" in shown and "原章磨损" in shown and "制作印章" not in shown

    wrong = officer.post(f"/seals/{request}/draw", name="𬱖𬱖𬱖", centre="star", diameter="42")
    assert wrong.status_code == 400 and "𬱖，画不出来。请改用制章单位给的图" in wrong.text
    empty = officer.post(f"/seals/{request}/draw", name=NAME, centre="text", text=" ", diameter="42")
    assert empty.status_code == 400 and "请填写中间的字" in empty.text
    assert officer.post(f"/seals/{request}/draw", name=NAME, centre="star", diameter="4二").status_code == 400
    drawn = officer.post(f"/seals/{request}/draw", name=NAME, centre="text", text="专用", diameter="38", follow=True)
    assert "图样已做好" in drawn.text and "38 × 38" in drawn.text and f"{NAME}（样章）" in drawn.text
    picture = officer.get(f"/seals/{request}/picture")
    assert picture.data.startswith(b"\x89PNG") and picture.mimetype == "image/png"

    seen = officer.hidden(f"/seals/{request}", "seen")
    bare = {"seen": seen, "enable": "1"}
    assert "口令" in officer.post(f"/seals/{request}/make", bare, reason="新章").text
    assert officer.post(f"/seals/{request}/make", bare, pin=officer.pin, reason="").status_code == 400
    assert "换过" in officer.post(f"/seals/{request}/make", pin=officer.pin, reason="新章", seen="sm3:0", enable="1").text
    made = officer.post(f"/seals/{request}/make", bare, pin=officer.pin, reason="新章", follow=True)
    assert "印章已制作" in made.text and "在用" in made.text
    county.settle()
    head = browse("head1")
    text = head.get("/own-seals").text
    assert text.count("在用") >= 2 and "已更换" in text

    (seal,) = (one for one in county.nodes["village1"].seals.cabinet.all() if one.kind == "unit" and one.is_in_use)
    county.clock.move(minutes=20)
    step = {"reason": "村里报告丢失", "pin": officer.pin}
    assert "请选择" in officer.post(f"/seals/{seal.seal_id}/state", step).text
    assert officer.post(f"/seals/{seal.seal_id}/state", step, state="lost", since="2031-01-01T08:00").status_code == 400
    lost = officer.post(f"/seals/{seal.seal_id}/state", step, state="lost", follow=True)
    assert "已挂失" in lost.text and "村里报告丢失" in lost.text and "示例密钥管理员" in lost.text
    assert officer.post(f"/seals/{seal.seal_id}/state", step, state="in_use").status_code == 403
    county.settle()
    assert "已挂失" in head.get("/own-seals").text


def test_the_register_is_searched_filtered_and_names_what_ends_soon(browse: Browse, county: World) -> None:
    officer = browse("keyofficer")
    assert "印章登记册（7）" in officer.get("/seals").text
    assert "印章登记册（2）" in officer.get("/seals?q=示例二村").text
    assert "印章登记册（1）" in officer.get("/seals?q=approval&state=in_use").text
    assert "没有找到" in officer.get("/seals?state=lost").text
    assert "示例审核员（样章）" in officer.get("/seals?show=personal").text
    county.clock.move(days=5 * 365 - 30)
    assert "7 枚在 60 天内到期" in browse("keyofficer").get("/seals").text
    assert "天到期，请办更换" in browse("head1").get("/own-seals").text


def test_a_picture_of_a_seal_maker_is_taken_in_and_a_bad_one_is_not(browse: Browse, county: World) -> None:
    request, officer = asked(county, browse), browse("keyofficer")

    def bring(data: bytes, **more: str) -> str:
        fields = {"name": NAME, "width": "42", "height": "42", **more}
        return officer.post(f"/seals/{request}/picture", fields, picture=(BytesIO(data), "seal.png"), follow=True).text

    assert "图样已做好" not in bring(b"<svg/>")
    assert "图样已做好" not in bring(png(), width="400")
    assert county.nodes["county"].seals.register.get(request).picture is None
    assert "图样已做好" in bring(png())
    line = county.nodes["county"].seals.register.get(request)
    assert (line.name, line.media, line.width_mm) == (NAME, "PNG", 42)


def test_custodians_come_and_go_with_both_pins(browse: Browse, county: World) -> None:
    head, agent = browse("head1"), browse("agent1")
    cabinet = county.nodes["village1"].seals.cabinet
    seal = next(one for one in cabinet.all() if one.kind == "service")
    keepers = dict((login, key) for key, login in county.nodes["village1"].seals.asking.keepers(seal.key_name))
    there = f"/own-seals/{seal.key_name}/keepers"
    gone = head.post(f"{there}/remove", key=keepers["agent1"], pin=head.pin, follow=True)
    assert "已取消保管人" in gone.text and cabinet.get(seal.key_name).custodians == ("head1",)
    assert head.post(f"{there}/remove", key=keepers["head1"], pin=head.pin).status_code == 400
    assert agent.post(there, person="head1", pin=agent.pin, other_pin=head.pin).status_code == 403
    wrong = head.post(there, person="agent1", pin=head.pin, other_pin="000000")
    assert wrong.status_code == 400 and "示例代办员甲：U盾口令不对" in wrong.text and "<details open><summary>增加保管人" in wrong.text
    assert cabinet.get(seal.key_name).custodians == ("head1",)
    assert "已增加保管人" in head.post(there, person="agent1", pin=head.pin, other_pin=agent.pin, follow=True).text
    assert set(cabinet.get(seal.key_name).custodians) == {"agent1", "head1"}


def test_it_goes_by_files_where_there_is_no_line(browse: Browse, county: World) -> None:
    county.weather.down = {"village1", "township"}
    head, officer, node = browse("head1"), browse("keyofficer"), county.nodes["county"]
    head.post("/own-seals", kind="unit", name=NAME, pin=head.pin)
    (row,) = county.nodes["village1"].seals.asking.pending()
    request = head.get(f"/own-seals/{row.key_name}/request").data
    assert "申请已收下" in officer.post("/seals", file=(BytesIO(request), "seal.request"), follow=True).text
    node.seals.register.draw(row.request, f"{NAME}（样章）", round_sample(NAME), "keyofficer")
    seen = officer.hidden(f"/seals/{row.request}", "seen")
    officer.post(f"/seals/{row.request}/make", pin=officer.pin, reason="新设", seen=seen, enable="1")
    answer = officer.get(f"/seals/{row.request}/answer").data
    assert "答复已收下" in head.post("/own-seals/file", file=(BytesIO(answer), "seal.answer"), follow=True).text
    assert head.post("/own-seals/file", file=(BytesIO(b"nothing"), "seal.answer")).status_code == 400
    assert any(one.seal_id.endswith("-unit-2") for one in county.nodes["village1"].seals.cabinet.all())


@pytest.mark.parametrize("name", ["approver", "reviewer", "agent1", "supervisor"])
def test_only_the_countys_key_officer_acts_on_the_register(browse: Browse, county: World, name: str) -> None:
    someone = browse(name)
    seal = county.nodes["village1"].seals.cabinet.all()[0]
    answer = someone.post(f"/seals/{seal.seal_id}/state", state="lost", reason="丢失", pin=someone.pin)
    assert answer.status_code in (403, 404)
    assert someone.get("/seals").status_code == (200 if name == "supervisor" else 403 if name == "approver" else 404)
    assert county.nodes["county"].seals.register.get(seal.seal_id).state == "in_use"
    assert someone.get("/own-seals").status_code == (403 if name == "supervisor" else 200)


def test_a_seal_is_not_made_past_the_register_without_a_pin(browse: Browse, county: World) -> None:
    request, admin = asked(county, browse), browse("admin")
    county.nodes["county"].seals.register.draw(request, f"{NAME}（样章）", round_sample(NAME), "keyofficer")
    assert NAME not in admin.get("/stations/requests").text
    for act in ("confirm", "refuse"):
        answer = admin.post(f"/stations/requests/{act}", digest=request, reason="不行")
        assert answer.status_code == 400 and "印章登记册" in answer.text
    assert county.nodes["county"].seals.register.get(request).state == "wanted"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_are_good_to_look_at(
    browser: Browser, served: dict[str, str], county: World, browse: Browse, size: tuple[int, int]
) -> None:
    request = asked(county, browse)
    county.nodes["county"].seals.register.draw(request, f"{NAME}（样章）", round_sample(NAME), "keyofficer")
    complaints: list[str] = []
    page = log_in(new_window(browser, served["county"], size, complaints), "keyofficer")
    seal = county.nodes["village2"].seals.cabinet.all()[0].seal_id
    for path in ("/seals?show=personal", f"/seals/{request}", f"/seals/{seal}", "/own-seals"):
        page.goto(path)
        assert re.search("印章", page.inner_text("main"))
        is_good(page)
    page = log_in(new_window(browser, served["village1"], size, complaints), "head1")
    page.goto("/own-seals")
    for summary in page.query_selector_all("summary"):
        summary.click()
    is_good(page)
    assert complaints == []
