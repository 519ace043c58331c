"""The roster's pages, leaving with its sheet, practice with its mark, and the village of a case."""

import re
from collections.abc import Callable

import pypdfium2
import pytest

from node.enrolment.founding import Above, NewPerson, enrol_person
from node.staff.acting import Village
from node.staff.villages import appoint
from tests.journeys.world import World, picture
from tests.node.web.browsing import Browsing, app_of, body_of, logged_in

PASSWORD, PIN = "songlin-3381-he", "552907"
THIRD = Village("131025105203", "示例三村")


@pytest.fixture
def admin(county: World) -> Browsing:
    """Who looks after the first village's machine."""
    return logged_in(county, "admin1")


def agent_of(county: World, name: str, display_name: str, *, practice: bool = False) -> Browsing:
    node = county.nodes["village1"]
    node.people.add(name, display_name, ("agent",), PASSWORD, practice=practice)
    return Browsing(app_of(node.app).test_client(), name, PASSWORD, "")


def number_of(location: str) -> str:
    found = re.search(r"/cases/([^/]+)/", location)
    assert found, location
    return found.group(1)


def test_an_administrator_adds_a_person_who_gets_a_code_and_no_password(county: World, admin: Browsing) -> None:
    answer = admin.post("/people", name="xinren", display_name="示例新人", role="agent")
    code = re.search(r"\d{4}-\d{4}-\d{4}", answer.text)
    assert answer.status_code == 200 and code
    assert "等待启用" in admin.get("/people").text and code.group() not in admin.get("/people").text
    county.nodes["village1"].people.set_up("xinren", code.group(), PASSWORD)
    assert "等待启用" not in admin.get("/people").text
    again = admin.post("/people", name="xinren", display_name="示例新人", role="agent")
    assert again.status_code == 400 and "已经有这个登录名" in again.text


def test_roles_are_changed_accounts_shut_and_opened_and_the_last_administrator_stays(county: World, admin: Browsing) -> None:
    people = county.nodes["village1"].people
    assert admin.post("/people/agent1", what="roles", role="village_head").location.endswith("done=roles")
    assert people.person("agent1").roles == ("village_head",)
    admin.post("/people/agent1", what="disable")
    assert "停用" in admin.get("/people/agent1").text
    admin.post("/people/agent1", what="enable")
    people.login("agent1", "qinghe-7315-du")
    for what in ("disable", "roles"):
        refused = admin.post("/people/admin1", what=what, role="agent")
        assert refused.status_code == 400 and "最后一位" in refused.text
    assert admin.post("/people/agent1", what="erase").status_code == 400
    assert admin.get("/people/nobody").status_code == 404


def test_a_locked_pin_is_unlocked_by_who_proves_who_it_is_and_says_why(
    county: World, admin: Browsing, browse: Callable[[str], Browsing]
) -> None:
    node, why = county.nodes["village1"], "本人到场"
    record = node.store.people.get("agent1")
    assert record is not None and record.key_name is not None
    for _ in range(5):
        node.store.pins.begin(record.key_name)
    assert "口令已锁" in admin.get("/people").text
    page = admin.get("/people/agent1").text
    assert "解锁口令" in page and "解锁原因" in page and "解锁 UKey" not in page
    assert admin.post("/people/agent1/unlock", proof="password", secret="wrong-word-1", reason=why).status_code == 401
    refused = admin.post("/people/agent1/unlock", proof="password", secret=admin.password)
    assert refused.status_code == 400 and "请写明解锁原因" in refused.text and admin.password not in refused.text
    assert browse("agent1").post("/people/agent1/unlock", proof="password", secret=PASSWORD, reason=why).status_code == 403
    assert node.store.pins.tried(record.key_name) == 5
    node.people.add("miyao", "示例密钥员", ("key_officer",), PASSWORD)
    officer = Browsing(app_of(node.app).test_client(), "miyao", PASSWORD, "")
    assert "解锁口令" in officer.get("/people/agent1").text
    assert officer.post("/people/agent1/unlock", proof="password", secret=PASSWORD, reason=why).location.endswith("done=unlock")
    assert node.store.pins.tried(record.key_name) == 0
    assert "解锁口令" not in officer.get("/people/agent1").text
    for what in ("disable", "roles"):
        assert officer.post("/people/agent1", what=what, role="agent").status_code == 403
    assert officer.post("/people", name="x", display_name="示例", role="admin").status_code == 403


def test_an_agent_sees_no_roster(browse: Callable[[str], Browsing]) -> None:
    agent = browse("agent1")
    for path in ("/people", "/people/agent1", "/people/agent1/leaving", "/people/agent1/handover"):
        assert agent.get(path).status_code == 403


def test_leaving_is_prepared_confirmed_by_somebody_else_and_printed(county: World, browse: Callable[[str], Browsing]) -> None:
    agent_of(county, "jieban", "示例接班人")
    draft = county.filled()
    head, agent = browse("head1"), browse("agent1")
    page = head.get("/people/agent1/leaving").text
    assert draft.line.short_number in page and "示例接班人" in page and "密钥在确认移交时销毁" in page
    assert "还没有为这些村办理的印章" not in page
    refused = head.post("/people/agent1/leaving", to="head1", reason="affiliation_changed")
    assert refused.status_code == 400 and "接收人须是代办员" in refused.text
    assert head.post("/people/head1/leaving", to="jieban", reason="affiliation_changed").status_code == 403
    assert head.post("/people/agent1/leaving", to="jieban", reason="because").status_code == 400
    done = head.post("/people/agent1/leaving", to="jieban", reason="cessation_of_operation")
    assert done.location == "/people/agent1/handover"
    sheet = head.get(done.location).text
    for told in (draft.line.short_number, "示例代办员甲", "示例接班人", "不再担任", "示例村主任甲", "接收人签名"):
        assert told in sheet
    assert agent.get("/").status_code == 303
    assert head.post("/people/agent1/leaving", to="jieban", reason="affiliation_changed").status_code == 400


def test_each_page_and_sheet_of_practice_carries_the_mark_and_nobody_elses_does(county: World, browse: Callable[[str], Browsing]) -> None:
    learner, agent = agent_of(county, "lianxi", "示例练习员", practice=True), browse("agent1")
    number = number_of(learner.post("/items/gaoling/start").location)
    paths = ["/", "/items", f"/cases/{number}/fill/1", f"/cases/{number}/materials", f"/cases/{number}/check", "/cases?box=practice"]
    mark = '<p class="watermark" aria-hidden="true" data-words="练习"></p>'
    for path in paths:
        page = learner.get(path)
        assert page.status_code == 200 and mark in page.text and 'class="practice"' in page.text, path
    assert "练习-0001" in learner.get("/cases?box=practice").text
    assert "不用U盾口令" in learner.get(f"/cases/{number}/check").text
    assert mark not in agent.get("/").text and "练习-0001" not in agent.get("/cases?box=all").text
    assert agent.get(f"/cases/{number}").status_code == 404


def test_a_practice_case_is_submitted_without_a_pin_and_its_sheets_are_marked(county: World) -> None:
    learner = agent_of(county, "lianxi", "示例练习员", practice=True)
    node = county.nodes["village1"]
    person = node.people.person("lianxi")
    case = node.desk.open_case(person, "gaoling")
    number = case.line.case_number
    _, form = node.desk.item("gaoling")
    node.desk.save_answers(person, number, 0, dict(form.sample))
    for material in form.sample_materials:
        node.desk.attach(person, number, material, 1, picture(material))
    shown = learner.hidden(f"/cases/{number}/check", "shown")
    done = learner.post(f"/cases/{number}/submit", shown=shown)
    assert done.status_code == 303
    receipt = learner.get(done.location)
    assert receipt.status_code == 200 and "没有报送任何地方" in receipt.text and "watermark" in receipt.text
    page = learner.get(f"/cases/{number}").text
    assert "接收回执" in page and "不发出" in page
    pdf = learner.get(f"/cases/{number}/papers/receipt.pdf").data
    assert all("练习" in page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    assert node.store.outbox.waiting().queued == 0
    assert learner.post(f"/cases/{number}/events", event="message", text="您好").status_code == 403
    assert learner.post("/practice/wipe").location == "/"
    assert learner.get(f"/cases/{number}").status_code == 404


def test_the_administrator_clears_practice_cases_with_one_button(county: World, admin: Browsing) -> None:
    learner = agent_of(county, "lianxi", "示例练习员", practice=True)
    learner.post("/items/gaoling/start")
    assert admin.post("/practice/wipe").location == "/people?done=wiped"
    assert "练习-0001" not in learner.get("/cases?box=practice").text


def test_the_village_is_chosen_where_there_are_several_and_shown_on_every_page(county: World, browse: Callable[[str], Browsing]) -> None:
    agent = browse("agent1")
    assert "为哪个村办理" not in agent.get("/items/gaoling").text
    above = Above(county.place / "township", county.place / "county")
    appoint(county.place / "village1", "agent1", THIRD, county.pin("agent1"), above, county.clock)
    guide = agent.get("/items/gaoling").text
    assert "为哪个村办理" in guide and guide.count('name="division"') == 2 and "checked" not in guide
    assert "请先选为哪个村办理" in agent.post("/items/gaoling/start").text
    assert agent.post("/items/gaoling/start", division="131025105299").status_code == 400
    number = number_of(agent.post("/items/gaoling/start", division=THIRD.division).location)
    for path in ("", "/fill/1", "/materials", "/check"):
        page = agent.get(f"/cases/{number}{path}").text
        assert "办理村：<b>示例三村</b>" in page and "您的印章：<b>示例代办员甲（样章）</b>" in page, path
    case = body_of(agent.api("GET", f"/cases/{number}"))
    assert (case["division"], case["division_name"]) == (THIRD.division, THIRD.name)
    assert "办理村" in agent.get(f"/cases/{number}/papers/form").text
    missing = agent.api("POST", "/cases", {"item": "gaoling"})
    assert missing.status_code == 400 and body_of(missing)["code"] == "division_needed"
    made = agent.api("POST", "/cases", {"item": "gaoling", "division": "131025105201"})
    assert body_of(agent.api("GET", f"/cases/{body_of(made)['case_number']}"))["division"] == ""


def test_a_case_of_a_village_for_which_one_has_no_seal_says_so(county: World, browse: Callable[[str], Browsing]) -> None:
    above = Above(county.place / "township", county.place / "county")
    new = NewPerson("agent3", "示例代办员丙", ("agent",), PASSWORD, PIN, THIRD.division)
    enrol_person(county.place / "village1", new, above, county.clock)
    other = Browsing(app_of(county.nodes["village1"].app).test_client(), "agent3", PASSWORD, PIN)
    number = number_of(other.post("/items/gaoling/start").location)
    assert "示例代办员丙（样章）" in other.get(f"/cases/{number}/check").text
    assert "没有可用的印章" in browse("agent1").get(f"/cases/{number}/check").text


def test_the_pages_of_leaving_and_of_a_new_key_name_the_seals_that_nobody_else_keeps(county: World, admin: Browsing) -> None:
    village, township = county.nodes["village1"], county.nodes["township"]
    page = admin.get("/people/head1/leaving").text
    assert "只有示例村主任甲一个保管人：示例一村村民委员会（样章）" in page and "专用章" not in page
    assert "个保管人" not in admin.get("/people/agent1/leaving").text
    record = village.store.people.get("head1")
    assert record is not None and record.certificate is not None
    township.bureau.authority.revoke([record.certificate], "superseded", by="townadmin")
    county.settle()
    page = admin.get("/people/head1").text
    assert "只有本人一个保管人：示例一村村民委员会（样章）" in page and "由别的保管人重新加本人" in page
    new = {"new": PIN, "again": PIN}
    assert "还可以试 4 次" in admin.post("/people/head1/key", new, old="000000").text
    assert admin.post("/people/head1/key", new, old=county.pin("head1")).status_code == 303
    admin.post("/people/head1/leaving", to="agent1", reason="affiliation_changed")
    assert "没有别的保管人的单位印章：示例一村村民委员会（样章）" in admin.get("/people/head1/handover").text
