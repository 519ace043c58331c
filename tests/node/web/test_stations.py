"""站点管理: a station's own health, those below it, who sees what, and words that hold whatever came."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from node.clock import to_text
from node.upkeep.findings import Grade
from node.upkeep.report import read_report
from node.web.health_text import qr_text, tell
from node.web.stations import TABS, WATCHERS
from tests.fakes import START
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of

Browse = Callable[[str], Browsing]


def all_report(county: World, rounds: int = 2) -> None:
    """Every station looks itself over, and the news goes up to the county."""
    for _ in range(rounds):
        for name in ("village1", "village2", "township", "county"):
            county.nodes[name].reports.make(county.clock.now())
        county.carry()


def text_of(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def links(page: str) -> list[str]:
    """Where the tabs lead."""
    row = re.search(r'aria-label="站点管理">(.*?)</ul>', page, re.DOTALL)
    assert row is not None
    return re.findall(r'href="([^"]+)"', row[1])


def test_everybody_sees_how_the_own_station_is_in_words_with_what_to_do(county: World, browse: Browse) -> None:
    county.nodes["village1"].store.link.failed(START - timedelta(days=4), "unreachable")
    page = browse("agent1").get("/station").text
    told = text_of(page)
    assert "与上级已经三天以上没有联系（连不上）" in told
    assert "请检查网线、路由器和上级地址" in told
    bad = county.nodes["village1"].reports.examine().of_grade(Grade.BAD)
    assert f"本站有 {len(bad)} 项要处理" in told
    assert "SM2 自检通过" in told
    assert page.index("要处理") < page.index("正常</span>")


def test_the_page_and_its_qr_have_nothing_personal_in_them(county: World, browse: Browse) -> None:
    county.submitted()
    browsing = browse("agent1")
    main = text_of(browsing.get("/station").text.split("<main")[1])
    for person in county.nodes["village1"].store.people.all():
        assert person.display_name not in main
    for case in county.nodes["village1"].store.cases.page():
        assert case.case_number not in main and case.short_number not in main and (not case.title or case.title not in main)


def test_the_qr_says_in_codes_what_is_wrong(county: World, browse: Browse) -> None:
    node = county.nodes["village1"]
    node.store.link.failed(START - timedelta(days=4), "unreachable")
    text = qr_text(node.reports.examine())
    assert text.startswith(f"YZ1;{node.station.station};") and to_text(START) in text
    assert "line_down_long/" in text and text.isascii() and len(text) < 600
    picture = browse("agent1").get("/station/qr.svg")
    assert picture.content_type.startswith("image/svg+xml") and b"<path" in picture.data


def test_a_station_with_trouble_warns_on_every_page_and_a_healthy_one_does_not(county: World, browse: Browse) -> None:
    node, browsing = county.nodes["village1"], browse("agent1")
    node.reports.make(START)
    assert "本站有问题要处理" not in browsing.get("/strip").text
    node.store.meta.set("standing", "restored")
    node.reports.make(START)
    assert '<a class="badge red" href="/station">本站有问题要处理</a>' in browsing.get("/strip").text


def test_tabs_show_what_there_is_and_what_ones_role_may_open(county: World, browse: Browse) -> None:
    rules = {rule.rule for name in ("township", "village1") for rule in app_of(county.nodes[name].app).url_map.iter_rules()}
    agent, reviewer = links(browse("agent1").get("/station").text), links(browse("reviewer").get("/station").text)
    assert agent[0] == reviewer[0] == "/station"
    assert "/stations" in reviewer and "/stations" not in agent
    assert set(agent) | set(reviewer) <= rules & {path for path, _ in TABS}
    for path in reviewer:
        assert browse("reviewer").get(path).status_code == 200


@pytest.mark.parametrize("path", ["/stations", "/stations/13102510500001"])
def test_an_agent_does_not_see_the_other_stations(county: World, browse: Browse, path: str) -> None:
    assert browse("agent1").get(path).status_code == 403
    assert "agent" not in WATCHERS


def test_a_countys_list_has_every_station_below_the_worst_first(county: World, browse: Browse) -> None:
    county.nodes["village2"].store.meta.set("standing", "restored")
    all_report(county)
    page = browse("approver").get("/stations").text
    told = text_of(page)
    rows = re.findall(r'<a href="/stations/(\d{14})">', page)
    below = [county.nodes[name].station.station for name in ("village2", "village1", "township")]
    assert rows[0] == below[0] and sorted(rows) == sorted(below)
    assert "共 3 个站点：要处理 1" in told.replace(" 。", "。")
    assert "站点身份" in told


def test_a_station_that_has_never_reported_is_listed_and_says_so(county: World, browse: Browse) -> None:
    page = browse("approver").get("/stations").text
    assert len(re.findall(r'<a href="/stations/(\d{14})">', page)) == 3
    assert text_of(page).count("还没有报告") == 3
    one = browse("approver").get(f"/stations/{county.nodes['village1'].station.station}")
    assert one.status_code == 200 and "还没有报告" in one.text


def test_a_station_that_falls_silent_turns_bad_in_three_days(county: World, browse: Browse) -> None:
    all_report(county)
    approver = browse("approver")
    assert '要处理 <b class="num">0</b>' in approver.get("/stations").text
    county.clock.move(days=3, minutes=1)
    page = browse("approver").get("/stations").text
    assert '要处理 <b class="num">3</b>' in page
    one = browse("approver").get(f"/stations/{county.nodes['village1'].station.station}").text
    assert "已经三天以上没有报告" in one


def test_the_list_is_narrowed_by_township_and_by_name(county: World, browse: Browse) -> None:
    approver, township = browse("approver"), county.nodes["township"].station.station
    village = county.nodes["village1"].station

    def rows(query: str) -> set[str]:
        return set(re.findall(r'<a href="/stations/(\d{14})">', approver.get(f"/stations?{query}").text))

    assert len(rows(f"township={township}")) == 3
    assert rows("township=13102510600001") == set()
    assert rows(f"q={village.name}") == {village.station}
    assert rows(f"q={village.station[-6:]}") == {village.station}
    assert "没有找到" in approver.get("/stations?q=no-such").text


def test_a_childs_page_says_the_same_as_its_own(county: World, browse: Browse) -> None:
    node = county.nodes["village1"]
    node.store.meta.set("standing", "restored")
    all_report(county)
    page = text_of(browse("reviewer").get(f"/stations/{node.station.station}").text)
    record = county.nodes["township"].store.reports.get(node.station.station)
    assert record is not None
    for code, grade, facts in record.facts["findings"]:
        told = tell(read_report(json.dumps({**record.facts, "findings": [[code, grade, facts]]}).encode()).findings[0])
        assert re.sub(r"\s+", " ", told.what) in page
    assert "本站是从备份恢复的" in page


@pytest.mark.parametrize("station", ["99999999999999", "13102500000001", "x", "../etc"])
def test_a_page_of_no_station_below_is_not_found(county: World, browse: Browse, station: str) -> None:
    assert browse("approver").get(f"/stations/{station}").status_code == 404


def test_whatever_a_hostile_child_says_the_pages_stand_and_show_no_word_of_it(county: World, browse: Browse) -> None:
    township, village = county.nodes["township"], county.nodes["village1"].station.station
    findings: list[list[Any]] = [
        ["never_heard_of", "bad", {"x": "AAAA.BBBB"}],
        ["line_up", "good", {"since": "never", "heard": 5}],
        ["queue_waits", "bad", {"count": "many", "since": 10**15, "size_bytes": "0x"}],
        ["disk_full", "good", {"free_mib": "lots"}],
        ["certificate_ended", "bad", {"usage": "everything", "until": "9999-12-31T23:59:59Z"}],
        ["clock_behind", "bad", {"seconds": -(10**15), "at": "0001-01-01T00:00:00Z"}],
        ["backup_old", "note", {"at": 7}],
    ]
    data = {"station": village, "at": "8999-12-31T23:59:59Z", "program": "9", "findings": findings}
    township.reports.take([json.dumps(data).encode()], village)
    reviewer = browse("reviewer")
    for path in ("/stations", f"/stations/{village}"):
        answer = reviewer.get(path)
        assert answer.status_code == 200
        assert "AAAA" not in answer.text and "lots" not in answer.text
    assert "有一项本站看不懂的情况（never_heard_of）" in reviewer.get(f"/stations/{village}").text


def test_grades_are_words_on_the_page(county: World, browse: Browse) -> None:
    page = browse("agent1").get("/station").text
    assert {"good", "note", "bad"} == {str(grade) for grade in Grade}
    assert not re.search(r">\s*(good|note|bad)\s*<", page)
