"""Sheets to hand over: what each says, who signs it, and its QR."""

import re
from collections.abc import Callable

from node.casework.views import Mark
from tests.journeys.world import World
from tests.node.web.browsing import Browsing

Browse = Callable[[str], Browsing]


def test_the_receipt_says_that_it_is_no_acceptance_and_names_who_took_the_case_in(county: World, browse: Browse) -> None:
    number = county.submitted()
    county.settle()
    for name in ("agent1", "reviewer"):
        page = browse(name).get(f"/cases/{number}/papers/receipt").text
        assert "不是受理通知" in page and "代收单位（盖章）：示例一村便民服务室" in page and "经办人：示例代办员甲" in page, name


def test_the_notice_is_signed_by_the_station_that_returned_the_case(county: World, browse: Browse) -> None:
    number = county.submitted()
    county.settle()
    county.act("reviewer", number, "returned", reason="请补正")
    county.settle()
    page = browse("agent1").get(f"/cases/{number}/papers/notice").text
    assert "告知单位（盖章）：示例镇便民服务中心" in page and "经办人：示例审核员" in page


def test_the_applicant_signs_a_form_with_whole_numbers_and_others_see_them_masked(county: World, browse: Browse) -> None:
    number = county.filled().line.case_number
    agent = browse("agent1")
    page = agent.get(f"/cases/{number}/papers/form").text
    assert "131025194403122017" in page and "申请人签名：<i></i>" in page
    assert f"/cases/{number}/papers/form" in agent.get(f"/cases/{number}/materials").text
    county.act("agent1", number, "submitted")
    assert "131025194403122017" not in agent.get(f"/cases/{number}/papers/form").text


def test_the_qr_is_a_small_picture_that_a_browser_fetches_once(county: World, browse: Browse) -> None:
    number = county.submitted()
    agent = browse("agent1")
    first = agent.get(f"/cases/{number}/qr.svg")
    assert first.content_type.startswith("image/svg+xml") and first.text.startswith("<svg ") and len(first.data) < 8000
    again = agent.get(f"/cases/{number}/qr.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    assert browse("agent2").get(f"/cases/{number}/qr.svg").status_code == 404


def test_the_notice_of_an_open_case_lists_exactly_what_it_lacks(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    view = county.filled()
    number = view.line.case_number
    desk, person = county.nodes["village1"].desk, county.person("agent1")
    desk.detach(person, number, "mat_bank", 1)
    desk.save_answers(person, number, desk.case(person, number).version or 0, {"kin_name": "", "mobile": "12"})
    shown = agent.get(f"/cases/{number}/papers/lacking").text
    told = re.findall(r"<dt[^>]*>(要补的材料|要改的栏目|窗口意见)</dt><dd[^>]*>([^<]*)</dd>", shown)
    assert [what for what, _ in told] == ["要补的材料", "要改的栏目"]
    assert told[0][1].startswith("银行卡/社保卡(存折)账户页（复印件，金融机构核发）容缺：") and told[1][1].startswith("联系电话：")
    assert "申请人签收：<i></i>" in shown and f'href="/cases/{number}/papers/lacking"' in agent.get(f"/cases/{number}/check").text
    pdf = agent.get(f"/api/v1/cases/{number}/documents/lacking")
    assert (pdf.content_type, pdf.data[:5]) == ("application/pdf", b"%PDF-")


def test_the_notice_of_a_returned_case_has_the_windows_marks_and_a_sealed_one_has_none(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    number = county.submitted()
    assert agent.get(f"/cases/{number}/papers/lacking").status_code == 404
    county.settle()
    county.act("reviewer", number, "returned", reason="请补正", marks=(Mark("看不清", material="mat_id"), Mark("写全", field="live_addr")))
    county.settle()
    shown = agent.get(f"/cases/{number}/papers/lacking").text
    assert "居民身份证：看不清" in shown and "现居住地址：写全" in shown


def test_a_case_that_lacks_nothing_is_told_so(county: World, browse: Browse) -> None:
    number = county.filled().line.case_number
    assert "现在没有要补正的内容" in browse("agent1").get(f"/cases/{number}/papers/lacking").text
