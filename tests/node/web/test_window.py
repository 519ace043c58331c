"""The windows' pages: review, return with marks, accept, decide, hand over; and who sees which numbers."""

from collections.abc import Callable

from tests.journeys.world import World
from tests.node.scanning import files
from tests.node.web.browsing import Browsing, body_of

Browse = Callable[[str], Browsing]


def arrived(county: World) -> str:
    number = county.submitted()
    county.settle()
    return number


def act(person: Browsing, number: str, event: str, **fields: str) -> int:
    page = f"/cases/{number}"
    shown, head = person.hidden(page, "shown"), person.hidden(page, "expected_head")
    answer = person.post(f"{page}/events", fields, event=event, shown=shown, expected_head=head, pin=person.pin)
    return answer.status_code


def test_the_reviewer_sees_answers_masked_beside_the_scans(county: World, browse: Browse) -> None:
    page = browse("reviewer").get(f"/cases/{arrived(county)}").text
    assert "131025********2017" in page and "131025194403122017" not in page and "6228 **** **** 0018" in page
    assert "/materials/mat_form/1/sheets/1" in page and 'data-view="right"' in page


def test_the_full_numbers_are_shown_on_demand_and_the_look_is_logged(county: World, browse: Browse) -> None:
    number = arrived(county)
    page = browse("reviewer").post(f"/cases/{number}/reveal").text
    assert "131025194403122017" in page
    last = county.nodes["township"].store.audit.page(None, 1)[0]
    assert (last.who, last.what, last.about) == ("reviewer", "revealed", number)


def test_a_return_carries_its_marks_down_to_the_very_fields(county: World, browse: Browse) -> None:
    number = arrived(county)
    marks = {"mark.field.mobile": "号码少一位", "mark.material.mat_id": "反面看不清", "mark.field.name": "  "}
    assert act(browse("reviewer"), number, "returned", reason="电话不符", **marks) == 303
    county.settle()
    agent = browse("agent1")
    assert "<b>补正意见：</b>号码少一位" in agent.get(f"/cases/{number}/fill/2").text
    assert "<b>补正意见：</b>反面看不清" in agent.get(f"/cases/{number}/materials").text
    assert "补正意见" not in agent.get(f"/cases/{number}/fill/1").text
    assert "共 2 处" in agent.get(f"/cases/{number}/fill/1").text
    assert "号码少一位" in agent.get(f"/cases/{number}/papers/notice").text


def test_a_single_row_of_a_table_is_marked_and_only_that_row_shows_it(county: World, browse: Browse) -> None:
    number = county.submitted("dibao")
    county.settle()
    reviewer = browse("reviewer")
    assert 'name="mark.row.fam.1"' in reviewer.get(f"/cases/{number}").text
    assert act(reviewer, number, "returned", reason="家庭成员不符", **{"mark.row.fam.1": "年龄与户口簿不符"}) == 303
    county.settle()
    agent = browse("agent1")
    step = next(n for n in range(1, 14) if 'data-field="fam"' in agent.get(f"/cases/{number}/fill/{n}").text)
    rows = (
        agent.get(f"/cases/{number}/fill/{step}")
        .text.partition('data-field="fam"')[2]
        .partition("<tbody>")[2]
        .partition("</tbody>")[0]
        .split("<tr>")
    )
    assert ["年龄与户口簿不符" in row for row in rows[1:]] == [False, True]
    for place in (f"/cases/{number}", f"/cases/{number}/check", f"/cases/{number}/papers/notice"):
        assert "年龄与户口簿不符" in agent.get(place).text, place
    assert f'href="/cases/{number}/fill/{step}#f-fam"' in agent.get(f"/cases/{number}").text
    assert "家庭成员第 2 行：年龄与户口簿不符" in agent.get(f"/cases/{number}/papers/notice").text


def test_the_sheets_of_a_pdf_are_counted_and_shown_one_by_one(county: World, browse: Browse) -> None:
    case = county.filled()
    number = case.line.case_number
    agent = browse("agent1")
    assert agent.api("PUT", f"/cases/{number}/materials/mat_hukou?page=2", data=files.pdf(3)).status_code == 200
    base = f"/cases/{number}/materials/mat_hukou"
    assert body_of(agent.get(f"{base}/2/sheets.json")) == {"sheets": 3}
    assert body_of(agent.get(f"{base}/1/sheets.json")) == {"sheets": 1}
    third = agent.get(f"{base}/2/sheets/3")
    assert third.content_type == "image/jpeg" and third.data != agent.get(f"{base}/2/sheets/2").data
    missing = agent.get(f"{base}/2/sheets/4")
    assert missing.status_code == 422 and "没有这一页" in missing.text


def test_a_return_without_a_reason_is_refused_and_keeps_what_was_written(county: World, browse: Browse) -> None:
    number = arrived(county)
    reviewer = browse("reviewer")
    seen = reviewer.hidden(f"/cases/{number}", "shown")
    answer = reviewer.post(f"/cases/{number}/events", {"mark.field.mobile": "少一位"}, event="returned", shown=seen, pin=reviewer.pin)
    assert answer.status_code == 400 and "请写明理由" in answer.text and 'value="少一位"' in answer.text


def test_a_post_that_does_not_say_what_its_page_showed_seals_nothing(county: World, browse: Browse) -> None:
    number = arrived(county)
    reviewer = browse("reviewer")
    assert reviewer.post(f"/cases/{number}/events", event="accepted", pin=reviewer.pin).status_code == 409
    assert body_of(reviewer.get(f"/api/v1/cases/{number}"))["state"] == "submitted"


def test_the_whole_trip_by_pages(county: World, browse: Browse) -> None:
    number = arrived(county)
    reviewer = browse("reviewer")
    assert act(reviewer, number, "accepted") == 303 and act(reviewer, number, "forwarded") == 303
    county.settle()
    assert "已受理" in reviewer.get(f"/cases/{number}").text or "已上报县级" in reviewer.get(f"/cases/{number}").text
    assert act(browse("approver"), number, "approved", note="符合条件") == 303
    county.settle()
    agent = browse("agent1")
    assert "已经准予" in agent.get(f"/cases/{number}").text
    assert "准予" in agent.get(f"/cases/{number}/papers/result").text
    assert act(agent, number, "delivered", receiver="示例甲") == 303
    assert "领取人：示例甲" in agent.get(f"/cases/{number}").text


def test_an_old_page_does_not_act_on_what_came_since(county: World, browse: Browse) -> None:
    number = arrived(county)
    reviewer = browse("reviewer")
    shown, head = reviewer.hidden(f"/cases/{number}", "shown"), reviewer.hidden(f"/cases/{number}", "expected_head")
    county.act("reviewer", number, "accepted")
    answer = reviewer.post(f"/cases/{number}/events", event="accepted", shown=shown, expected_head=head, pin=reviewer.pin)
    assert answer.status_code == 409 and "刚刚有了新进展" in answer.text


def test_the_inbox_counts_and_lists_what_waits(county: World, browse: Browse) -> None:
    arrived(county)
    page = browse("reviewer").get("/").text
    assert 'class="warm"><b class="num">1</b>待我办理' in page and "1122-01" in page


def test_a_case_is_found_by_its_short_number(county: World, browse: Browse) -> None:
    arrived(county)
    assert "示例甲" in browse("reviewer").get("/cases?q=1122-01").text
