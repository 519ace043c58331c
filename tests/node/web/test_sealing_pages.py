"""Pages and API about seals at an act: the head's PIN, paper, several cases, own and kin's cases, the list of uses."""

import re
from collections.abc import Callable
from typing import Any

from tests.journeys.world import World, picture
from tests.node.web.browsing import Browsing, body_of

Browse = Callable[[str], Browsing]


def drafted(county: World, item: str = "gaoling") -> str:
    return county.filled(item).line.case_number


def state(county: World, number: str) -> str:
    return county.states(number)["village1"]


def test_the_check_page_asks_for_the_head_and_says_whose_pin_was_wrong(county: World, browse: Browse) -> None:
    agent, number = browse("agent1"), drafted(county, "land_protect")
    page = agent.get(f"/cases/{number}/check").text
    assert "示例一村村民委员会（样章）" in page and 'value="head1">示例村主任甲' in page and "这次不盖公章" in page
    shown = agent.hidden(f"/cases/{number}/check", "shown")
    fields = {"shown": shown, "pin": agent.pin, "seal_by": "head", "head_name": "head1"}
    answer = agent.post(f"/cases/{number}/submit", fields)
    assert answer.status_code == 400 and "请村负责人输入自己的U盾口令" in answer.text
    answer = agent.post(f"/cases/{number}/submit", {**fields, "head_pin": "000000"})
    assert "村负责人的U盾口令不对，还可以试 4 次" in answer.text and 'value="000000"' not in answer.text
    assert state(county, number) == "draft"
    assert agent.post(f"/cases/{number}/submit", {**fields, "head_pin": county.pin("head1")}).status_code == 303
    page = agent.get(f"/cases/{number}").text
    assert "公章：示例一村村民委员会（样章）" in page and "示例村主任甲" in page and "缺单位印章" not in page


def test_the_approval_on_paper_is_scanned_first_and_shown_as_such(county: World, browse: Browse) -> None:
    agent, number = browse("agent1"), drafted(county, "land_protect")
    assert "纸质用印审批" in agent.get(f"/cases/{number}/materials").text
    assert "纸质用印审批" not in agent.get(f"/cases/{drafted(county)}/materials").text
    bare = {"shown": agent.hidden(f"/cases/{number}/check", "shown"), "pin": agent.pin, "seal_by": "paper"}
    assert "还没有上传纸质用印审批的扫描件" in agent.post(f"/cases/{number}/submit", bare).text, "before the name, which has no field yet"
    county.nodes["village1"].desk.attach(county.person("agent1"), number, "seal_approval", 1, picture("approval"))
    page = agent.get(f"/cases/{number}/check").text
    assert 'value="paper" required checked' in page and "扫描件 1 页，已上传" in page
    fields = {
        "shown": agent.hidden(f"/cases/{number}/check", "shown"),
        "pin": agent.pin,
        "seal_by": "paper",
        "seal_approval": "示例村主任甲",
    }
    assert agent.post(f"/cases/{number}/submit", fields).status_code == 303
    page = agent.get(f"/cases/{number}").text
    assert "纸质盖章（扫描件），无电子印章" in page and "审批人：示例村主任甲" in page


def test_the_api_says_which_seal_and_takes_the_head_or_paper(county: World, browse: Browse) -> None:
    agent, number = browse("agent1"), drafted(county, "land_protect")
    case = body_of(agent.api("GET", f"/cases/{number}"))
    assert case["unit_seal"]["wanted"] == "unit" and case["unit_seal"]["heads"] == [{"name": "head1", "display_name": "示例村主任甲"}]
    asked = {"event": "submitted", "pin": agent.pin, "shown": case["shown"]}
    wrong: tuple[dict[str, Any], ...] = ({"head": "head1"}, {"head": {"name": "head1"}}, {"seal_approval": "示例"}, {"seal_approval": {}})
    for bad in wrong:
        assert agent.api("POST", f"/cases/{number}/events", {**asked, **bad}).status_code == 400
    answer = agent.api("POST", f"/cases/{number}/events", {**asked, "head": {"name": "head1", "pin": "000000"}})
    assert (answer.status_code, body_of(answer)["error"], body_of(answer)["attempts_left"]) == (400, "head_pin_error", 4)
    answer = agent.api("POST", f"/cases/{number}/events", {**asked, "head": {"name": "head1", "pin": county.pin("head1")}})
    assert answer.status_code == 200
    (letter,) = body_of(agent.api("GET", f"/cases/{number}/letters"))["letters"]
    assert [one["kind"] for one in letter["seals"]] == ["person", "person", "unit"] and letter["lacking"] == ""
    old = drafted(county, "land_protect")  # as a caller does that knows nothing of units' seals
    assert agent.api("POST", f"/cases/{old}/events", {"event": "submitted"}).status_code == 200
    (letter,) = body_of(agent.api("GET", f"/cases/{old}/letters"))["letters"]
    assert letter["lacking"] == "unit_seal"


def test_a_page_says_under_which_acts_the_units_seal_goes(county: World, browse: Browse) -> None:
    agent, number = browse("agent1"), drafted(county)
    page = agent.get(f"/cases/{number}/check").text
    assert "这一步同时盖单位印章：<b>示例一村便民服务专用章（样章）" in page and "您的签名和上面写明的单位印章确认" in page
    county.act("agent1", number, "submitted")
    county.settle()
    page = browse("reviewer").get(f"/cases/{number}").text
    assert "“受理”“不予受理”时同时盖单位印章：<b>示例镇人民政府（样章）" in page and 'value="returned"' in page
    county.approve(number)
    page = agent.get(f"/cases/{number}").text
    assert 'value="delivered"' in page and "同时盖单位印章" not in page and "您的签名确认" in page


def test_a_second_tab_that_submits_again_comes_to_the_case(county: World, browse: Browse) -> None:
    agent, number = browse("agent1"), drafted(county)
    fields = {"shown": agent.hidden(f"/cases/{number}/check", "shown"), "pin": agent.pin}
    assert agent.post(f"/cases/{number}/submit", fields).location.endswith("/papers/receipt")
    again = agent.post(f"/cases/{number}/submit", fields)
    assert (again.status_code, again.location) == (303, f"/cases/{number}")
    county.settle()
    assert county.letters(number)["township"] == [("submitted", "admitted")]


def test_cases_that_were_checked_are_submitted_together_without_scripts(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    seen, unseen = drafted(county), drafted(county)
    assert agent.get(f"/cases/{seen}/check").status_code == 200
    page = agent.get("/batch").text
    assert f'value="{seen}" checked' in page and f'value="{unseen}"' not in page and "还没有核对，请先打开看过" in page
    answer = agent.post("/batch", {"event": "submitted", "pin": "000000", "case": [seen, unseen]})
    assert "办好 0 件，没有办 2 件" in answer.text and "U盾口令不对" in answer.text and "没有动" in answer.text
    answer = agent.post("/batch", {"event": "submitted", "pin": agent.pin, "case": [seen, unseen]})
    assert "办好 1 件，没有办 1 件" in answer.text and answer.text.count("打印接收回执</a>") == 1
    assert (state(county, seen), state(county, unseen)) == ("submitted", "draft")
    assert agent.post("/batch", {"event": "denied", "pin": agent.pin, "case": [unseen]}).status_code == 400
    assert agent.post("/batch", {"event": "submitted", "pin": agent.pin}).status_code == 400


def test_the_api_submits_several_as_they_were_looked_at(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    numbers = [drafted(county), drafted(county)]
    cases = [{"case": number, "shown": body_of(agent.api("GET", f"/cases/{number}"))["shown"]} for number in numbers]
    cases[1]["shown"] = "sm3:00"
    answer = agent.api("POST", "/batch", {"event": "submitted", "pin": agent.pin, "cases": cases})
    results = body_of(answer)["results"]
    assert [(one["outcome"], one["error"]) for one in results] == [("done", None), ("refused", "stale_error")]
    assert agent.api("POST", "/batch", {"event": "submitted", "cases": ["x"]}).status_code == 400
    assert agent.api("POST", "/batch", {"event": "closed", "cases": cases}).status_code == 400


def test_own_and_kins_numbers_are_declared_masked_and_stop_the_agent_early(county: World, browse: Browse) -> None:
    agent, number = browse("agent1"), drafted(county)
    applicant = str(county.nodes["village1"].desk.case(county.person("agent1"), number).answers["id_no"])
    assert "身份证号不对" in agent.post("/account/kin", {"id_no": "1", "relation": ""}).text
    assert agent.post("/account/kin", {"id_no": applicant, "relation": "parent", "kin_name": "示例甲"}).status_code == 303
    page = agent.get("/account").text
    assert applicant not in page and f"{applicant[:6]}********{applicant[-4:]}" in page
    assert "近亲属的事要回避" in agent.get(f"/cases/{number}/fill/1").text
    assert "近亲属的事要回避" in agent.get(f"/cases/{number}/check").text
    seen = str(body_of(agent.api("GET", f"/cases/{number}"))["shown"])
    answer = agent.post(f"/cases/{number}/submit", pin=agent.pin, shown=seen)
    assert answer.status_code == 403 and state(county, number) == "draft"
    assert agent.post("/people/agent1/kin/remove", {"place": "0", "kin_name": "示例甲"}).status_code == 403
    assert agent.api("GET", "/people/head1/kin").status_code == 403
    head = browse("head1")
    page = head.get("/people/agent1").text
    assert applicant not in page and "示例甲" in page
    assert head.post("/people/agent1/kin/remove", {"place": "0", "kin_name": "another"}).status_code == 404
    assert head.post("/people/agent1/kin/remove", {"place": "0", "kin_name": "示例甲"}).status_code == 303
    assert "近亲属的事要回避" not in agent.get(f"/cases/{number}/check").text
    told = agent.api("POST", "/people/agent1/kin", {"id_no": applicant, "relation": "", "name": ""})
    assert told.status_code == 201 and applicant not in told.text
    assert body_of(agent.api("GET", "/people/agent1/kin"))["kin"][0]["relation"] == ""
    assert body_of(agent.api("GET", f"/cases/{number}"))["recusal"] == "own_case"
    assert head.api("POST", "/people/agent1/kin/remove", {"place": 0, "name": "示例代办员甲"}).status_code == 200


def test_the_head_reads_ticks_and_prints_the_list_of_uses(county: World, browse: Browse) -> None:
    county.submitted()
    agent, head = browse("agent1"), browse("head1")
    assert agent.get("/seal-uses").status_code == 403
    page = head.get("/seal-uses?day=2026-11-22").text
    assert "示例一村便民服务专用章（样章）" in page and "共 1 次" in page and "data-print" in page and "未阅" in page
    assert head.post("/seal-uses/2026-11-22/read", uses="2").status_code == 400
    assert head.post("/seal-uses/2026-11-22/read", uses="1").status_code == 303
    page = head.get("/seal-uses?day=2026-11-22").text
    assert re.search(r"已阅：</b>示例村主任甲", page) and ">已阅</button>" not in page
    county.submitted()
    page = head.get("/seal-uses?day=2026-11-22").text
    assert "之后又用印 1 次" in page and ">已阅</button>" in page
    assert body_of(head.api("GET", "/seal-uses"))["days"] == [{"day": "2026-11-22", "uses": 2, "read": False}]
    assert len(body_of(head.api("GET", "/seal-uses/2026-11-22"))["uses"]) == 2
    assert head.api("POST", "/seal-uses/2026-11-22/read", {"uses": 2}).status_code == 200
    assert head.get("/seal-uses?day=nonsense").status_code == 400
    audit = county.nodes["village1"].store.audit
    assert [line.detail["uses"] for line in audit.page() if line.what == "seal_list_read"] == [2, 1] and audit.first_broken() is None


def test_who_accepted_at_the_township_is_told_why_the_decision_is_anothers(county: World, browse: Browse) -> None:
    node = county.nodes["township"]
    node.roster.set_roles(county.person("townadmin"), "reviewer", ["reviewer", "leader"])
    number = county.submitted("food_stall")
    county.settle()
    county.act("reviewer", number, "accepted")
    reviewer = browse("reviewer")
    page = reviewer.get(f"/cases/{number}").text
    assert "这件事是您受理的，不能再由您决定" in page and 'value="approved"' not in page
    assert body_of(reviewer.api("GET", f"/cases/{number}"))["apart"] == {"approved": "receiver", "denied": "receiver"}
    answer = reviewer.api("POST", f"/cases/{number}/events", {"event": "approved", "pin": reviewer.pin})
    assert answer.status_code == 409 and "请另一位负责人办理" in body_of(answer)["message"]
    page = browse("leader").get(f"/cases/{number}").text
    assert "不能再由您决定" not in page and 'value="approved"' in page
