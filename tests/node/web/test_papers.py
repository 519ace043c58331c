"""Sheets to hand over: what each says, who signs it, and its QR."""

from collections.abc import Callable

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
