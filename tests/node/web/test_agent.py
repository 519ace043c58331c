"""The agent's trip by forms alone, as a browser without JavaScript makes it."""

import re
from collections.abc import Callable
from io import BytesIO

from tests.journeys.world import World, picture
from tests.node.web.browsing import Browsing, body_of

Browse = Callable[[str], Browsing]
FIRST = {"f.name": "示例甲", "f.id_type": "居民身份证", "f.id_no": "131025194403122017", "f.nation": "汉族",
         "f.hukou_region": "131025105201"}  # fmt: skip


def start(agent: Browsing, item: str = "gaoling") -> str:
    there = agent.post(f"/items/{item}/start").headers["Location"]
    return there.split("/")[2]


def test_the_shelf_finds_an_item_by_a_part_of_its_name(browse: Browse) -> None:
    page = browse("agent1").get("/items?q=高龄").text
    assert "高龄津贴申请" in page and "最低生活保障" not in page


def test_the_guide_lists_materials_limits_and_version(browse: Browse) -> None:
    page = browse("agent1").get("/items/gaoling").text
    assert "居民户口簿" in page and "受理后 7 个工作日" in page and "示例数据" in page


def test_a_page_is_saved_and_the_next_one_opens(browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent)
    answer = agent.post(f"/cases/{number}/fill/1", FIRST, version="0", go="next")
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/fill/2")
    assert 'value="1944-03-12" readonly' in agent.get(f"/cases/{number}/fill/1").text


def test_problems_come_in_a_summary_with_links_and_beside_the_field(browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent)
    answer = agent.post(f"/cases/{number}/fill/1", {**FIRST, "f.id_no": "131025194403122018"}, version="0", go="next")
    assert answer.status_code == 422
    assert 'href="#f-id_no"' in answer.text and 'aria-describedby="f-id_no-wrong" aria-invalid="true"' in answer.text
    assert 'value="131025194403122018"' in agent.get(f"/cases/{number}/fill/1").text


def test_a_dependent_field_is_hidden_until_its_condition_holds(browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent)
    hidden = 'data-field="contact_name" data-kind="text" data-label="可转告的联系人姓名" hidden'
    assert hidden in agent.get(f"/cases/{number}/fill/2").text
    agent.post(f"/cases/{number}/fill/2", {"f.no_mobile": "是"}, version="0", go="stay")
    assert hidden not in agent.get(f"/cases/{number}/fill/2").text


def test_a_stale_page_is_compared_and_overwrites_nothing(browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent)
    agent.post(f"/cases/{number}/fill/1", {"f.name": "先保存的"}, version="0", go="stay")
    answer = agent.post(f"/cases/{number}/fill/1", {"f.name": "后保存的"}, version="0", go="next")
    assert answer.status_code == 409
    assert ["先保存的", "后保存的"] == re.findall(r'name="pick.name"[^>]*>([^<]*)</label>', answer.text)
    assert 'value="先保存的"' in agent.get(f"/cases/{number}/fill/1").text


def test_rows_of_a_table_are_added_filled_and_dropped(browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent, "dibao")
    step = next(n for n in range(1, 12) if 'data-field="fam"' in agent.get(f"/cases/{number}/fill/{n}").text)
    added = agent.post(f"/cases/{number}/fill/{step}", {"m.fam": "1"}, follow=True, version="0", go="add:fam")
    assert 'name="f.fam.0.m_name"' in added.text
    version = agent.hidden(f"/cases/{number}/fill/{step}", "version")
    rows = {"m.fam": "1", "f.fam.0.m_name": "示例丁", "f.fam.3.m_name": "示例庚"}
    agent.post(f"/cases/{number}/fill/{step}", rows, version=version, go="stay")
    saved = body_of(agent.get(f"/api/v1/cases/{number}"))["answers"]["fam"]
    assert [row["m_name"] for row in saved] == ["示例丁", "示例庚"]


def test_files_are_uploaded_shown_and_taken_away(browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent)
    file = (BytesIO(picture("证")), "a.jpg")
    assert agent.post(f"/cases/{number}/materials/mat_id", page="1", file=file).status_code == 303
    shown = agent.get(f"/cases/{number}/materials").text
    assert f"/cases/{number}/materials/mat_id/1?small=1" in shown and "还缺" in shown
    assert agent.get(f"/cases/{number}/materials/mat_id/1?small=1").content_type == "image/webp"
    agent.post(f"/cases/{number}/materials/mat_id/1/remove")
    assert agent.get(f"/cases/{number}/materials/mat_id/1").status_code == 404


def test_a_program_named_jpg_is_refused_beside_its_slot(browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent)
    answer = agent.post(f"/cases/{number}/materials/mat_id", page="1", file=(BytesIO(b"MZ" + bytes(500)), "a.jpg"))
    assert answer.status_code == 422 and "看起来是一个程序" in answer.text


def test_the_check_page_names_what_is_missing_and_links_to_it(browse: Browse) -> None:
    agent = browse("agent1")
    page = agent.get(f"/cases/{start(agent)}/check").text
    assert "#slot-mat_form" in page and "fill/1?check=1#f-name" in page
    assert "还没有照片，请拍照或上传。" in page and "还没有签名" in page, "nobody fills in a picture"
    assert "还没有上传要核对原件的材料" in page and "都核对过了" not in page
    assert "王权村村民委员会" in page and "131025105201（" not in page, "a village has a name"


def test_a_wrong_pin_keeps_the_check_page_and_says_what_is_left(county: World, browse: Browse) -> None:
    number = county.filled().line.case_number
    agent = browse("agent1")
    answer = agent.post(f"/cases/{number}/submit", shown=agent.hidden(f"/cases/{number}/check", "shown"), pin="000000")
    assert answer.status_code == 400 and "还可以试 4 次" in answer.text and 'name="pin"' in answer.text


def test_what_was_not_seen_is_not_submitted(county: World, browse: Browse) -> None:
    number = county.filled().line.case_number
    agent = browse("agent1")
    answer = agent.post(f"/cases/{number}/submit", shown="something else", pin=agent.pin)
    assert answer.status_code == 409 and county.states(number) == {"village1": "draft"}


def test_submitting_shows_the_receipt_with_the_network_dead(county: World, browse: Browse) -> None:
    county.weather.down = {"village1"}
    number = county.filled().line.case_number
    agent = browse("agent1")
    shown = agent.hidden(f"/cases/{number}/check", "shown")
    receipt = agent.post(f"/cases/{number}/submit", follow=True, shown=shown, pin=agent.pin)
    assert "接收回执" in receipt.text and "不是受理通知" in receipt.text and number in receipt.text
    assert f'src="/cases/{number}/qr.svg"' in receipt.text and "线路通了会自动送到" in receipt.text
    assert "待发" in agent.get(f"/cases/{number}").text
    for path in ("check", "fill/1"):
        back = agent.get(f"/cases/{number}/{path}")
        assert (back.status_code, back.location) == (303, f"/cases/{number}"), "who goes back finds the case, not a form to send twice"


def test_a_draft_can_be_thrown_away(browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent)
    agent.post(f"/cases/{number}/discard")
    assert agent.get(f"/cases/{number}").status_code == 404


def test_another_villages_case_is_not_found(browse: Browse) -> None:
    number = start(browse("agent1"))
    for path in ("", "/fill/1", "/check", "/materials", "/papers/receipt"):
        assert browse("agent2").get(f"/cases/{number}{path}").status_code == 404, path
