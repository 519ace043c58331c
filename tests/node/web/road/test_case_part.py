"""How far a case is, on its own page: its papers by station, its scans by place, and a reviewer who begins with previews."""

from collections.abc import Callable

from tests.journeys.world import ORDER, World
from tests.node.web.browsing import Browsing, body_of

Browse = Callable[[str], Browsing]
TOWN, COUNTY = "示例镇便民服务中心", "示例县政务服务中心"
ALL_DAY = ("00:00", "23:59")
PREVIEWS = 4
"""Of the sample case of 高龄津贴."""


def only_letters(county: World) -> str:
    """A case whose letters are everywhere and of whose scans nothing has gone: at the village these are quiet hours."""
    county.nodes["village1"].road.pace.set_limits("agent1", None, ALL_DAY)
    number = county.submitted()
    county.settle()
    return number


def bring_previews(county: World) -> None:
    """The previews, which stand first, have come to the township, and nothing else."""
    village, township = county.nodes["village1"], county.nodes["township"].store.enclosures
    parent = village.station.directory.parent_of(village.station.station)
    assert parent is not None
    for enclosure_id in village.store.enclosures.to_send(parent, PREVIEWS):
        township.write_piece(enclosure_id, 0, village.store.enclosures.read(enclosure_id))


def test_each_paper_says_which_station_has_it_and_each_scan_where_it_is(county: World, browse: Browse) -> None:
    number = only_letters(county)
    page = browse("agent1").get(f"/cases/{number}").text.partition('id="road"')[2].partition("</section>")[0]
    assert f"{TOWN}已达 11月22日 09:00，{COUNTY}已达 11月22日 09:00" in page
    assert f"影像送到{TOWN}：</b>预览 0/4 页，原图 0/4 页，还差" in page
    assert f"最近一次收到{TOWN}的消息：刚才" in page and f"最近一次收到{COUNTY}的消息：刚才" in page
    county.nodes["village1"].road.pace.set_limits("agent1", None, None)
    county.settle()
    assert "预览 4/4 页，原图 4/4 页，全部到齐" in browse("agent1").get(f"/cases/{number}").text


def test_on_a_dead_line_a_paper_waits_here(county: World, browse: Browse) -> None:
    county.weather.down = set(ORDER)
    number = county.submitted()
    county.carry()
    page = browse("agent1").get(f"/cases/{number}").text.partition('id="road"')[2].partition("</section>")[0]
    assert "本站待发" in page and "还没有收到过" in page and "已达" not in page


def test_what_a_stick_took_is_handed_over_and_no_more(county: World, browse: Browse) -> None:
    county.weather.down = set(ORDER)
    number = county.submitted()
    county.nodes["village1"].bundles.write_to(county.place / "a.yzb")
    agent = browse("agent1")
    assert "已交U盘" in agent.get(f"/cases/{number}").text.partition('id="road"')[2]
    row = agent.get("/road").text.partition("<tbody>")[2]
    assert "已交U盘" in row and "线路通了照样会送，不会重复" in row


def test_a_reviewer_begins_with_previews_while_the_scans_still_come(county: World, browse: Browse) -> None:
    number = only_letters(county)
    reviewer = browse("reviewer")
    page = reviewer.get(f"/cases/{number}").text
    assert "预览也还没有到全" in page and 'id="stage"' not in page
    bring_previews(county)
    page = reviewer.get(f"/cases/{number}").text
    assert "预览已到，可以先看预览开始审核" in page and "预览 4/4 页，原图 0/4 页" in page
    first = page.partition('id="stage"')[2].partition('src="')[2].partition('"')[0]
    assert first.endswith("?small=1") and reviewer.get(first).status_code == 200
    shown, head = reviewer.hidden(f"/cases/{number}", "shown"), reviewer.hidden(f"/cases/{number}", "expected_head")
    asked = {"event": "accepted", "shown": shown, "expected_head": head, "pin": reviewer.pin}
    early = reviewer.post(f"/cases/{number}/events", asked)
    assert early.status_code == 403 and "可以先看预览，或打回补正" in early.text
    county.nodes["village1"].road.pace.set_limits("agent1", None, None)
    county.settle()
    page = reviewer.get(f"/cases/{number}").text
    assert "预览 4/4 页，原图 4/4 页，全部到齐" in page and "还在传送" not in page and "先看预览" not in page
    assert reviewer.post(f"/cases/{number}/events", asked).status_code == 303


def test_a_draft_and_a_practice_case_have_no_road(county: World, browse: Browse) -> None:
    case = county.filled().line.case_number
    agent = browse("agent1")
    assert 'id="road"' not in agent.get(f"/cases/{case}").text
    assert body_of(agent.api("GET", f"/cases/{case}/road")) == {"road": None}


def test_the_api_tells_the_same(county: World, browse: Browse) -> None:
    number = only_letters(county)
    road = body_of(browse("agent1").api("GET", f"/cases/{number}/road"))["road"]
    assert [(one["event"], [sign["mark"] for sign in one["stations"]]) for one in road["letters"]] == [
        ("submitted", ["arrived", "arrived"])
    ]
    above = road["scans_above"]
    assert (above["place"], above["previews"], above["originals_total"], road["scans_here"]) == (TOWN, 0, 4, None)
    theirs = body_of(browse("reviewer").api("GET", f"/cases/{number}/road"))["road"]
    assert theirs["scans_here"]["place"] == TOWN and theirs["scans_above"]["place"] == COUNTY and theirs["letters"] == []
