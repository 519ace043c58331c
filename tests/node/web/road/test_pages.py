"""The page 在途: what it says of the line and of what waits, what people may do there, and who may not."""

import threading
from collections.abc import Callable

import pytest

from bench.processes import wait_for
from tests.journeys.world import ORDER, World
from tests.node.web.browsing import Browsing, app_of, body_of

Browse = Callable[[str], Browsing]


@pytest.fixture
def dead(county: World) -> World:
    """The county with its lines dead."""
    county.weather.down = set(ORDER)
    return county


def items(person: Browsing) -> list[dict[str, object]]:
    found: list[dict[str, object]] = body_of(person.api("GET", "/road"))["items"]
    return found


def item_of(person: Browsing, number: str) -> str:
    return str(next(one["item_id"] for one in items(person) if one["case_number"] == number))


def short(number: str, county: World) -> str:
    record = county.nodes["village1"].store.cases.get(number)
    assert record is not None
    return record.short_number


def test_what_was_filed_on_a_dead_line_waits_here_and_the_page_says_why(dead: World, browse: Browse) -> None:
    number = dead.submitted()
    dead.carry("village1")
    page = browse("agent1").get("/road").text
    assert "线路不通" in page and "从 11月22日 09:00 起不通（线路不通）" in page and "线路不通，无法估计" in page
    assert short(number, dead) in page and "在本站待发" in page and "急件先送" in page
    assert "131025194403122017" not in page


def test_without_anything_to_send_the_page_says_so(county: World, browse: Browse) -> None:
    county.settle()
    page = browse("agent1").get("/road").text
    assert "没有等着送的" in page and "线路通，该送的都已送到" in page and "<progress" not in page
    assert "示例镇便民服务中心" in page and "刚才" in page


def test_the_page_of_a_county_has_no_line_to_set(county: World, browse: Browse) -> None:
    county.settle()
    person = browse("approver")
    page = person.get("/road").text
    assert "下面的站点会自己来取" in page and "线路设置" not in page and "马上送一趟" not in page
    assert "没有上级" in person.post("/road/settings", {"max_kbit": "64"}).text
    assert body_of(person.api("POST", "/road/carry", {}))["code"] == "no_line"


def test_a_decision_on_its_way_down_waits_to_be_fetched(county: World, browse: Browse) -> None:
    number = county.submitted()
    county.settle()
    county.weather.down = {"village1"}
    county.act("reviewer", number, "returned", reason="请补正")
    page = browse("reviewer").get("/road").text
    assert "等示例一村便民服务室来取" in page and "打回补正" in page


def test_one_case_goes_first_and_no_other_is_touched(dead: World, browse: Browse) -> None:
    first, second = dead.submitted(), dead.submitted()
    agent = browse("agent1")
    before = {str(one["item_id"]): one for one in items(agent)}
    answer = agent.post(f"/road/items/{item_of(agent, second)}", {"act": "first"}, follow=True)
    assert "已标为急件" in answer.text and "取消急件" in answer.text
    after = items(agent)
    assert [one["case_number"] for one in after][:2] == [second, first]
    assert [one for one in after if one["case_number"] != second] == [one for one in before.values() if one["case_number"] != second]
    agent.post(f"/road/items/{item_of(agent, second)}", {"act": "not_first"})
    assert {str(one["item_id"]): one for one in items(agent)} == before


def test_a_case_that_was_set_aside_stays_here_until_it_is_taken_up(county: World, browse: Browse) -> None:
    aside, other = county.submitted(), county.submitted()
    agent = browse("agent1")
    refused = agent.post(f"/road/items/{item_of(agent, aside)}", {"act": "set_aside", "reason": " "})
    assert refused.status_code == 400 and "请写明为什么放一边" in refused.text
    agent.post(f"/road/items/{item_of(agent, aside)}", {"act": "set_aside", "reason": "等老人再想想"})
    county.settle()
    assert set(county.states(other)) == {"village1", "township", "county"} and set(county.states(aside)) == {"village1"}
    page, road = agent.get(f"/cases/{aside}").text, agent.get("/road").text
    assert "被本站的人放在一边" in page and "已放一边" in road
    assert "等着的都没有被收下，或放在一边" in road and "都已送到" not in road
    agent.post(f"/road/items/{item_of(agent, aside)}", {"act": "take_up"})
    county.settle()
    assert set(county.states(aside)) == {"village1", "township", "county"} and items(agent) == []
    assert "放在一边" not in agent.get(f"/cases/{aside}").text


def test_when_only_scans_were_set_aside_page_and_case_say_that_the_papers_are_there(county: World, browse: Browse) -> None:
    county.nodes["village1"].road.pace.set_limits("agent1", None, ("00:00", "23:59"))
    number = county.submitted()
    county.settle()
    agent = browse("agent1")
    agent.post(f"/road/items/{item_of(agent, number)}", {"act": "set_aside", "reason": "等一等"})
    assert "信息已到，影像由本站的人放在一边" in agent.get("/road").text
    assert "被本站的人放在一边" in agent.get(f"/cases/{number}").text
    agent.post(f"/road/items/{item_of(agent, number)}", {"act": "take_up"})
    assert "放在一边" not in agent.get(f"/cases/{number}").text


def test_the_other_roads_are_at_hand_where_the_line_is_dead(dead: World, browse: Browse) -> None:
    agent, learner = browse("agent1"), browse("learner1")
    page = agent.get("/road").text
    assert 'href="/usb"' in page and 'href="/paper"' in page
    assert all('href="/road"' in agent.get(one).text for one in ("/", "/usb", "/paper")), "also where no script runs"
    assert 'href="/usb"' not in learner.get("/road").text and 'href="/paper"' not in learner.get("/road").text
    assert 'href="/stations"' in browse("reviewer").get("/road").text and 'href="/stations"' not in page


def test_what_cannot_be_done_with_an_item_is_refused_and_changes_nothing(dead: World, browse: Browse) -> None:
    number = dead.submitted()
    agent = browse("agent1")
    before, place = items(agent), f"/road/items/{item_of(agent, number)}"
    for act in ("take_up", "not_first", "", "erase"):
        assert body_of(agent.api("POST", place, {"act": act}))["code"] == "road_act"
    gone = agent.post("/road/items/13102510500001-1310251052010126112200099", {"act": "first"})
    assert gone.status_code == 404 and "已经不在待发名单里" in gone.text
    assert items(agent) == before


def test_cap_and_quiet_hours_are_set_and_wrong_ones_stay_in_the_form(county: World, browse: Browse) -> None:
    agent, pace = browse("agent1"), county.nodes["village1"].road.pace
    done = agent.post("/road/settings", {"max_kbit": "256", "quiet_from": "22:00", "quiet_to": "06:30"}, follow=True)
    assert "线路设置已保存" in done.text and 'value="256"' in done.text and 'value="06:30"' in done.text
    assert pace.max_bytes_s() == 32_000
    agent.post("/road/settings", {"max_kbit": "２５６ ", "quiet_from": "２２：００", "quiet_to": "6：30"})
    assert pace.max_bytes_s() == 32_000 and [f"{one:%H:%M}" for one in pace.plan().quiet_hours or ()] == ["22:00", "06:30"]
    for wrong, told in (({"max_kbit": "很快"}, "限速请填 8 到"), ({"quiet_from": "22点", "quiet_to": "06:00"}, "时段请按"),
                        ({"quiet_from": "22:00"}, "起止两个都要填")):  # fmt: skip
        answer = agent.post("/road/settings", {"max_kbit": "", "quiet_from": "", "quiet_to": "", **wrong})
        assert answer.status_code == 400 and told in answer.text and all(f'value="{text}"' in answer.text for text in wrong.values())
    assert pace.max_bytes_s() == 32_000
    agent.post("/road/settings", {"max_kbit": "", "quiet_from": "", "quiet_to": ""})
    assert pace.max_bytes_s() is None and pace.plan().quiet_hours is None


def test_a_paused_line_carries_nothing_but_by_hand_and_every_page_shows_it(county: World, browse: Browse) -> None:
    county.settle()
    agent = browse("agent1")
    agent.post("/road/pause", {"how_long": "hour"})
    number = county.submitted()
    county.carry("village1")
    assert set(county.states(number)) == {"village1"}
    page = agent.get("/road").text
    assert "示例代办员甲于 11月22日 09:00 暂停，到 11月22日 10:00 自动继续" in page and "已暂停，不估计" in page
    assert "已暂停传送" in agent.get("/strip").text
    courier = county.nodes["village1"].courier
    assert courier is not None and courier.carry_once(by_hand=True).sent
    agent.post("/road/pause", {"how_long": ""})
    assert "已暂停传送" not in agent.get("/strip").text
    assert agent.post("/road/pause", {"how_long": "week"}).status_code == 400


def test_carrying_now_wakes_the_courier(county: World, browse: Browse) -> None:
    wake = county.nodes["village1"].wake
    wake.clear()
    answer = browse("agent1").post("/road/carry", follow=True)
    assert wake.is_set() and "已经叫本站马上送一趟" in answer.text


def test_carrying_now_goes_once_though_the_line_is_paused(county: World, browse: Browse) -> None:
    village, agent, stop = county.nodes["village1"], browse("agent1"), threading.Event()
    village.road.pace.pause("agent1", "open")
    number = county.submitted()
    courier = village.courier
    assert courier is not None
    thread = threading.Thread(target=courier.run, args=(stop, village.wake))
    thread.start()
    try:
        agent.post("/road/carry")
        assert wait_for(lambda: "township" in county.states(number), 20)
        assert village.road.pace.is_paused()
    finally:
        stop.set()
        village.wake.set()
        thread.join()


def test_who_only_reads_changes_nothing(county: World, browse: Browse) -> None:
    county.submitted()
    county.carry("village1")
    supervisor, learner = browse("supervisor"), county.nodes["village1"]
    page = supervisor.get("/road").text
    assert '<form method="post" action="/road' not in page
    for path in ("/road/items/x", "/road/settings", "/road/pause", "/road/carry"):
        assert supervisor.post(path).status_code == 403
    learner.people.add("learner", "示例学员", ("agent",), "xueyuan-7713-cun", practice=True)
    practising = Browsing(app_of(learner.app).test_client(), "learner", "xueyuan-7713-cun", "")
    assert practising.post("/road/pause", {"how_long": "open"}).status_code == 403
    assert "暂停一小时" not in practising.get("/road").text


def test_who_practises_sees_no_real_case_on_the_road_and_takes_in_no_real_mail(dead: World, browse: Browse) -> None:
    number = dead.submitted()
    node = dead.nodes["village1"]
    record = node.store.cases.get(number)
    assert record is not None and record.title in browse("agent1").get("/road").text
    node.people.add("learner", "示例学员", ("agent",), "xueyuan-7713-cun", practice=True)
    learner = Browsing(app_of(node.app).test_client(), "learner", "xueyuan-7713-cun", "")
    for path in ("/road", "/road/live"):
        assert record.title not in learner.get(path).text and record.short_number not in learner.get(path).text
    assert items(learner) == []
    assert learner.post("/paper", {"code": "YZ1:0"}).status_code == 403
    assert learner.api("POST", "/paper", {"codes": ["YZ1:0"]}).status_code == 403


def test_without_its_token_nothing_is_changed(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    assert agent.client.post("/road/pause", data={"how_long": "open"}).status_code == 403
    assert agent.client.post("/api/v1/road/settings", json={"pause": "open"}).status_code == 403
    assert not county.nodes["village1"].road.pace.is_paused()


def test_the_list_is_searched_and_turned_over(dead: World, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [dead.submitted() for _ in range(3)]
    agent = browse("agent1")
    shorts = [short(number, dead) for number in numbers]
    assert [one in agent.get(f"/road?q={shorts[1]}").text.partition("<tbody>")[2] for one in shorts] == [False, True, False]
    monkeypatch.setattr("node.web.road.pages.LINES", 2)
    page = agent.get("/road").text
    further = page.partition('href="/road?q=&amp;after=')[2].partition("#")[0]
    rest = agent.get(f"/road?q=&after={further}").text
    seen = [one for one in shorts if one in page.partition("<tbody>")[2]]
    assert len(seen) == 2 and [one in rest for one in shorts] == [one not in seen for one in shorts]
    assert "没有查到" in agent.get("/road?q=nobody").text


def test_the_live_part_is_the_same_as_the_page_and_says_when_nothing_changed(dead: World, browse: Browse) -> None:
    dead.submitted()
    agent = browse("agent1")
    page, live = agent.get("/road").text, agent.get("/road/live")
    assert live.headers["Cache-Control"] == "private, no-cache"
    line = live.text.partition('<div id="road-line"')[2].partition("</div>")[0]
    assert line and line in page
    assert agent.get("/road/live", headers={"If-None-Match": live.headers["ETag"]}).status_code == 304
    dead.submitted()
    listed = [text.partition('data-list="')[2].partition('"')[0] for text in (page, agent.get("/road/live").text)]
    assert listed[0] != listed[1], "the page can say that the list has changed"


def test_the_api_sets_what_is_named_and_leaves_the_rest(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    line = body_of(agent.api("POST", "/road/settings", {"max_kbit": 64, "quiet_hours": ["22:00", "06:00"], "pause": "morning"}))["line"]
    assert (line["max_kbit"], line["quiet_hours"], line["paused"]["by"]) == (64, ["22:00", "06:00"], "agent1")
    line = body_of(agent.api("POST", "/road/settings", {"pause": None}))["line"]
    assert (line["max_kbit"], line["quiet_hours"], line["paused"]) == (64, ["22:00", "06:00"], None)
    bad: list[tuple[dict[str, object], str]] = [
        ({"max_kbit": "64"}, "line_cap"), ({"max_kbit": True}, "line_cap"), ({"quiet_hours": ["22:00"]}, "quiet_hours"),
        ({"quiet_hours": "22"}, "quiet_hours"), ({"pause": 5}, "pause"), ({"cap": 64}, "missing"), ({}, "missing"),
    ]  # fmt: skip
    assert [body_of(agent.api("POST", "/road/settings", wrong))["code"] for wrong, _ in bad] == [code for _, code in bad]
    assert body_of(agent.api("GET", "/road?limit=0"))["code"] == "bad"


def test_a_person_without_the_role_is_refused_by_the_api_too(county: World, browse: Browse) -> None:
    number = county.submitted()
    place = item_of(browse("agent1"), number)
    node = county.nodes["village1"]
    node.people.add("keys", "示例密钥员", ("key_officer",), "miyao-5521-cun")
    officer = Browsing(app_of(node.app).test_client(), "keys", "miyao-5521-cun", "")
    assert officer.api("POST", f"/road/items/{place}", {"act": "first"}).status_code == 403
    assert officer.api("GET", "/road").status_code == 200
