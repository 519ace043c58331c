"""Pages and API of papers at the counter: what they show, what they keep, what they refuse in words."""

import re
from collections.abc import Callable
from typing import Any

from node.web.slips import Slips
from tests.journeys.world import World, picture
from tests.node.web.browsing import Browsing, body_of

Browse = Callable[[str], Browsing]
TERMS = {
    "principal": "示例甲", "principal_id": "131025194403122017", "powers": ["file", "collect"], "from": "2026-11-22", "until": "2027-05-21",
    "witness": "示例邻居", "witness_phone": "13912345678",
}  # fmt: skip


def posted(**more: str) -> dict[str, Any]:
    form = {name: TERMS[name] for name in ("principal", "principal_id", "powers", "witness", "witness_phone")}
    return {**form, "begins": "2026-11-22", "ends": "2027-05-21", "signed": "signature", **more}


def test_the_mandate_is_written_printed_and_revoked_on_its_page(county: World, browse: Browse) -> None:
    number = county.filled().line.case_number
    agent = browse("agent1")
    refused = agent.post(f"/cases/{number}/mandate", posted(witness="示例代办员甲"))
    assert refused.status_code == 400 and "见证人不能是本站的代办员（示例代办员甲）" in refused.text and "13912345678" in refused.text
    assert agent.post(f"/cases/{number}/mandate", posted(), follow=True).status_code == 200
    sheet = agent.get(f"/cases/{number}/papers/mandate").text
    assert '<span class="onscreen">131025********2017</span><span class="onpaper">131025194403122017</span>' in sheet
    assert "本委托不包括任何钱款" in sheet and "代为递交申请和材料；代为领取办理结果文书和证件" in sheet and "补正、补交" not in sheet
    code = re.search(r"核对码</dt><dd[^>]*>([0-9A-Z]{4}-[0-9A-Z]{4})<", sheet)
    assert code and code[1] in agent.get(f"/cases/{number}/mandate").text
    assert agent.get(f"/cases/{number}/papers/mandate.pdf").data.startswith(b"%PDF")
    assert agent.get(f"/cases/{number}/papers/revocation").status_code == 404
    assert "撤销的原因" in agent.post(f"/cases/{number}/mandate/revoke", {"reason": " "}).text
    gone = agent.post(f"/cases/{number}/mandate/revoke", {"reason": "自己来办"}, follow=True).text
    assert "已撤销" in gone and agent.get(f"/cases/{number}/papers/mandate").status_code == 404
    assert "2026年11月22日 09:00撤销上述委托" in agent.get(f"/cases/{number}/papers/revocation").text


def test_the_printed_form_says_its_code_and_the_check_page_what_is_missing(county: World, browse: Browse) -> None:
    number = county.filled().line.case_number
    agent = browse("agent1")
    sheet = agent.get(f"/cases/{number}/papers/form").text
    code = body_of(agent.api("GET", f"/cases/{number}/signature"))["code"]
    assert sheet.count(code) == 3, "in words, under the QR, and in what is signed"
    node = county.nodes["village1"]
    said = Slips(node.desk, node.intake, node.clock).slip(county.person("agent1"), number, "form").qr_text
    package = node.desk.case(county.person("agent1"), number).package.partition(":")[2]
    answers = body_of(agent.api("GET", f"/cases/{number}/signature"))["answers"]
    assert said == f"{number} form {package[:12]} {answers[:36]}" and answers.startswith("sm3:")
    assert agent.get(f"/cases/{number}/papers/form/qr.svg").data != agent.get(f"/cases/{number}/qr.svg").data
    assert "还没有核对原件：居民身份证" in agent.get(f"/cases/{number}/check").text
    agent.post(f"/cases/{number}/originals/mat_id", {"tick": "1", "back": "check"})
    agent.post(f"/cases/{number}/originals/mat_hukou", {"tick": "1", "back": "materials"})
    check = agent.get(f"/cases/{number}/check").text
    assert check.count("✓ 与原件一致 · 示例代办员甲 11月22日 09:00") == 2 and "要核对原件的材料都核对过了" in check
    agent.post(f"/cases/{number}/originals/mat_id", {"tick": "0", "back": "check"})
    assert "还没有核对原件：居民身份证" in agent.get(f"/cases/{number}/check").text


def test_looking_at_the_form_for_printing_binds_the_page_that_is_scanned_next(county: World, browse: Browse) -> None:
    number = county.filled().line.case_number
    agent = browse("agent1")
    page = f"/cases/{number}/materials/mat_form?page="
    agent.api("PATCH", f"/cases/{number}/answers", {"version": 1, "answers": {"mobile": "13100000008"}})
    agent.api("GET", f"/cases/{number}/documents/form")
    agent.api("PUT", f"{page}2", data=picture("of no print from here"))
    agent.api("PATCH", f"/cases/{number}/answers", {"version": 2, "answers": {"mobile": "13100000007"}})
    assert "申请人签名以后" not in agent.get(f"/cases/{number}/check").text
    agent.get(f"/cases/{number}/papers/form")
    agent.api("PUT", f"{page}3", data=picture("signed"))
    agent.api("PATCH", f"/cases/{number}/answers", {"version": 3, "answers": {"mobile": "13100000009"}})
    assert "申请人签名以后，内容又改过了：联系电话" in agent.get(f"/cases/{number}/check").text
    agent.api("DELETE", f"{page}3")
    assert "申请人签名以后" not in agent.get(f"/cases/{number}/check").text


def test_another_station_and_who_is_no_agent_may_not_touch_the_papers(county: World, browse: Browse) -> None:
    number = county.submitted()
    county.settle()
    reviewer, head = browse("reviewer"), browse("head1")
    assert reviewer.get(f"/cases/{number}/mandate").status_code == 403
    assert reviewer.api("PUT", f"/cases/{number}/mandate", TERMS).status_code == 403
    assert reviewer.get(f"/cases/{number}/papers/mandate").status_code == 403
    assert head.api("GET", f"/cases/{number}/mandate").status_code == 403
    agent = browse("agent1")
    assert agent.api("PUT", f"/cases/{number}/originals/mat_id").status_code == 403
    assert agent.api("PUT", f"/cases/{number}/signature?answers=x", data=picture("x")).status_code == 403
    assert head.get("/standby").status_code == 403 and head.api("POST", "/standby", {"count": 1}).status_code == 403


def test_the_api_does_what_the_pages_do(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    form = body_of(agent.api("GET", "/items/gaoling"))
    number = body_of(agent.api("POST", "/cases", {"item": "gaoling"}))["case_number"]
    answers = {name: value for name, value in form["sample"].items() if name != "sign_image"}
    agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": answers})
    for material in ("mat_id", "mat_hukou", "mat_bank"):
        agent.api("PUT", f"/cases/{number}/materials/{material}?page=1", data=picture(material))
    assert body_of(agent.api("PUT", f"/cases/{number}/mandate", {**TERMS, "powers": ["money"]}))["error"] == "request_error"
    mandate = body_of(agent.api("PUT", f"/cases/{number}/mandate", TERMS))["mandate"]
    assert (mandate["state"], mandate["principal_id"]) == ("unscanned", "131025194403122017")
    assert agent.api("PUT", f"/cases/{number}/materials/mandate?page=1", data=picture("mandate")).status_code == 200
    assert body_of(agent.api("PUT", f"/cases/{number}/originals/mat_id"))["by"] == "示例代办员甲"
    shown = body_of(agent.api("GET", f"/cases/{number}/signature"))
    assert shown["ready"]
    assert body_of(agent.api("PUT", f"/cases/{number}/signature?answers=sm3:00", data=picture("s")))["error"] == "stale_error"
    assert body_of(agent.api("PUT", f"/cases/{number}/signature?answers={shown['answers']}", data=picture("s")))["agrees"]
    agent.api("PATCH", f"/cases/{number}/answers", {"version": 1, "answers": {"mobile": "13100000009"}})
    case = body_of(agent.api("GET", f"/cases/{number}"))
    wrong = [(one["code"], one.get("field") or one.get("material")) for one in case["problems"]]
    assert wrong == [("signed_form_outdated", "mat_form"), ("signed_form_outdated", "sign_image")]
    assert "联系电话" in case["problems"][0]["message"] and case["papers"]["signed"]["agrees"] is False
    assert case["papers"]["mandate"]["state"] == "standing" and "principal_id" not in case["papers"]["mandate"]
    refused = agent.api("POST", f"/cases/{number}/events", {"event": "submitted", "pin": agent.pin})
    assert refused.status_code == 422 and len(body_of(refused)["problems"]) == 2
    fresh = body_of(agent.api("POST", f"/cases/{number}/printed"))["answers"]
    assert fresh != shown["answers"]
    agent.api("PUT", f"/cases/{number}/signature?answers={fresh}", data=picture("t"))
    assert agent.api("POST", f"/cases/{number}/events", {"event": "submitted", "pin": agent.pin}).status_code == 200
    revoked = agent.api("POST", f"/cases/{number}/mandate/revocation", {"reason": "自己来"})
    assert body_of(revoked)["mandate"]["state"] == "revoked"


def test_standby_receipts_are_printed_entered_and_voided(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    sheets = agent.post("/standby/print", {"count": "2"}, follow=True).text
    codes = list(dict.fromkeys(re.findall(r"备-\d{4}-\d", sheets)))
    assert len(codes) == 2 and sheets.count(codes[0]) == 2 and sheets.count("申请人联") == sheets.count("存根联") == 2
    assert "一次请印 1 至 50 份" in agent.post("/standby/print", {"count": "0"}).text
    county.clock.move(minutes=20)
    entered = {"code": codes[0], "item": "gaoling", "day": "2026-11-22", "time": "09:15"}
    assert "没有登记过这个备用回执编号" in agent.post("/standby/enter", {**entered, "code": "备-0077-1"}).text
    assert "请填写回执上写的日期和时间" in agent.post("/standby/enter", {**entered, "time": ""}).text
    page = agent.post("/standby/enter", entered, follow=True)
    number = page.request.path.split("/")[2]
    case = agent.get(f"/cases/{number}").text
    assert f'补录自 <span class="num">{codes[0]}</span>' in case and "2026年11月22日 09:15" in case
    assert "已经补录过了" in agent.post("/standby/enter", entered).text
    api = agent.api("POST", "/cases", {"item": "gaoling", "standby": codes[1], "first_contact_at": "2026-11-22T01:15:00Z"})
    assert api.status_code == 201
    third = body_of(agent.api("POST", "/standby", {"count": 1}))["receipts"][0]["code"]
    assert body_of(agent.api("POST", "/standby/void", {"code": third, "reason": "丢了"}))["state"] == "void"
    assert agent.api("POST", "/cases", {"item": "gaoling", "standby": third}).status_code == 400
    book = agent.get("/standby").text
    assert [book.count(state) for state in ("已补录", ">作废<", ">空白<")] == [2, 1, 0]
