"""After a case has gone up: further pages, pages sent by mistake, and what the stations say to each other about it."""

from collections.abc import Callable
from io import BytesIO

from tests.journeys.world import World, picture
from tests.node.web.browsing import Browsing, body_of

Browse = Callable[[str], Browsing]


def arrived(county: World) -> str:
    number = county.submitted()
    county.settle()
    return number


def test_a_page_is_added_to_a_case_under_way_and_sent_with_a_word(county: World, browse: Browse) -> None:
    number = arrived(county)
    agent = browse("agent1")
    assert f"/cases/{number}/supplement" in agent.get(f"/cases/{number}").text
    assert "还没有添加要补充的页" in agent.get(f"/cases/{number}/supplement").text
    file = (BytesIO(picture("second")), "a.jpg")
    assert agent.post(f"/cases/{number}/supplement/mat_bank", page="2", file=file).status_code == 303
    page = agent.get(f"/cases/{number}/supplement").text
    assert "有 1 页等待发出" in page and 'data-next="3"' in page
    assert "1 页补充材料还没有发出" in agent.get(f"/cases/{number}").text
    assert [one["page"] for one in body_of(agent.get(f"/api/v1/cases/{number}"))["waiting"]] == [2]
    seen = agent.hidden(f"/cases/{number}/supplement", "shown")
    assert agent.post(f"/cases/{number}/supplement", text="存折第二页", shown=seen, pin=agent.pin).status_code == 303
    assert "还没有添加要补充的页" in agent.get(f"/cases/{number}/supplement").text
    county.settle()
    reviewer = browse("reviewer").get(f"/cases/{number}").text
    assert "存折第二页" in reviewer and f"/cases/{number}/materials/mat_bank/2/sheets/1" in reviewer


def test_sending_nothing_or_without_a_word_is_answered_in_words(county: World, browse: Browse) -> None:
    number = arrived(county)
    agent = browse("agent1")
    seen = agent.hidden(f"/cases/{number}/supplement", "shown")
    answer = agent.post(f"/cases/{number}/supplement", text="什么也没有", shown=seen, pin=agent.pin)
    assert answer.status_code == 400 and "还没有添加要补充的材料" in answer.text and "什么也没有</textarea>" in answer.text
    assert "请写明内容" in agent.post(f"/cases/{number}/supplement", text="", shown=seen, pin=agent.pin).text


def test_a_bad_file_is_refused_on_the_supplements_page(county: World, browse: Browse) -> None:
    number = arrived(county)
    answer = browse("agent1").post(f"/cases/{number}/supplement/mat_bank", page="2", file=(BytesIO(b"MZ" + bytes(99)), "a.jpg"))
    assert answer.status_code == 422 and "看起来是一个程序" in answer.text


def test_a_page_that_waits_can_be_replaced_and_one_that_was_sent_cannot(county: World, browse: Browse) -> None:
    number = arrived(county)
    agent = browse("agent1")
    for text in ("wrong", "right"):
        agent.post(f"/cases/{number}/supplement/mat_bank", page="2", file=(BytesIO(picture(text)), "a.jpg"))
    assert len(body_of(agent.get(f"/api/v1/cases/{number}"))["waiting"]) == 1
    answer = agent.post(f"/cases/{number}/supplement/mat_bank", page="1", file=(BytesIO(picture("over")), "a.jpg"))
    assert answer.status_code == 403 and "现在不能修改" in answer.text


def test_there_is_no_supplement_of_a_draft(county: World, browse: Browse) -> None:
    number = county.filled().line.case_number
    assert browse("agent1").get(f"/cases/{number}/supplement").status_code == 404


def test_a_page_sent_by_mistake_is_shown_then_taken_away_everywhere(county: World, browse: Browse) -> None:
    number = arrived(county)
    agent = browse("agent1")
    confirm = f"/cases/{number}/erase/mat_bank/1"
    assert confirm in agent.get(f"/cases/{number}").text
    page = agent.get(confirm).text
    assert f"/cases/{number}/materials/mat_bank/1/sheets/1" in page and "不能恢复" in page
    enclosure = agent.hidden(confirm, "enclosure")
    nothing = agent.post(confirm, enclosure=enclosure, text="", pin=agent.pin)
    assert nothing.status_code == 400 and "请写明内容" in nothing.text
    assert agent.post(confirm, enclosure=enclosure, text="拍成了别人的存折", pin=agent.pin).status_code == 303
    county.settle()
    for name in ("agent1", "reviewer", "approver"):
        someone = browse(name)
        assert someone.get(f"/cases/{number}/materials/mat_bank/1").status_code == 404, name
        assert "拍成了别人的存折" in someone.get(f"/cases/{number}").text, name
    assert agent.get(confirm).status_code == 404


def test_a_wrong_pin_erases_nothing_and_the_page_says_what_is_left(county: World, browse: Browse) -> None:
    number = arrived(county)
    reviewer = browse("reviewer")
    confirm = f"/cases/{number}/erase/mat_id/1"
    answer = reviewer.post(confirm, enclosure=reviewer.hidden(confirm, "enclosure"), text="误传", pin="000000")
    assert answer.status_code == 400 and "还可以试 4 次" in answer.text and "误传</textarea>" in answer.text
    assert reviewer.get(f"/cases/{number}/materials/mat_id/1").status_code == 200


def test_the_page_of_a_draft_is_taken_off_and_never_erased(county: World, browse: Browse) -> None:
    number = arrived(county)
    county.act("reviewer", number, "returned", reason="请补正")
    county.settle()
    assert browse("agent1").get(f"/cases/{number}/erase/mat_id/1").status_code == 404


def test_what_is_said_about_a_case_stands_in_order_at_every_station(county: World, browse: Browse) -> None:
    number = arrived(county)
    for name, event, text in (("agent1", "message", "老人电话换了"), ("reviewer", "message", "收到，请补存折"),
                              ("reviewer", "opinion", "材料齐，建议受理"), ("agent1", "urge", "请尽快")):  # fmt: skip
        someone = browse(name)
        assert someone.post(f"/cases/{number}/events", event=event, text=text, pin=someone.pin).status_code == 303, event
        county.settle()
        county.clock.move(minutes=1)
    said = ("老人电话换了", "收到，请补存折", "材料齐，建议受理", "请尽快")
    for name in ("agent1", "reviewer", "approver"):
        talk = browse(name).get(f"/cases/{number}").text.partition('id="talk"')[2]
        assert [talk.find(text) >= 0 for text in said] == [True] * 4, name
        assert sorted(said, key=talk.find) == list(said), name


def test_a_message_without_words_keeps_the_page_and_says_so(county: World, browse: Browse) -> None:
    number = arrived(county)
    agent = browse("agent1")
    answer = agent.post(f"/cases/{number}/events", event="message", text=" ", pin=agent.pin)
    assert answer.status_code == 400 and "请写明内容" in answer.text
