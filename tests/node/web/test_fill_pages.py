"""Filling in without scripts: options by name, rows moved, two tabs compared, answers reused, and the step to a newer version."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.items import newest
from tests.journeys.publishing import package, publish, send
from tests.journeys.world import World, picture
from tests.node.paperwork.conftest import TERMS
from tests.node.web.browsing import Browsing, body_of

Browse = Callable[[str], Browsing]
ID_NO = "131025194403122017"
VILLAGES = [["a1", "石村", "A"], ["a2", "河村", "A"], ["b1", "石村", "B"]]


def start(agent: Browsing, item: str = "gaoling") -> str:
    return agent.post(f"/items/{item}/start").headers["Location"].split("/")[2]


def save(agent: Browsing, number: str, step: int, go: str, **fields: str) -> Any:
    path = f"/cases/{number}/fill/{step}"
    posted = {f"f.{name}" if name[:2] != "m." else name: value for name, value in fields.items()}
    return agent.post(path, posted, version=agent.hidden(path, "version"), go=go)


def answers(county: World, number: str) -> Any:
    return county.nodes["village1"].desk.case(county.person("agent1"), number).answers


def with_villages(county: World) -> None:
    raw = json.loads(newest("gaoling").read_bytes())
    by_town = ["=", ["field", "town"], ["form", "town"]]
    raw["sections"][0]["fields"][:0] = [
        {"id": "town", "label": "所在镇", "kind": "choice", "required": False, "list": "towns"},
        {"id": "near", "label": "所在村", "kind": "choice", "required": False, "list": "villages", "choice_filter": by_town},
        {"id": "several", "label": "几个村", "kind": "multichoice", "required": False, "list": "villages", "choice_filter": by_town},
    ]
    lists = {
        "towns": {"columns": ["value", "label"], "rows": [["A", "东镇"], ["B", "西镇"]]},
        "villages": {"columns": ["value", "label", "town"], "rows": VILLAGES},
    }
    publish(county.nodes["county"], package(sections=raw["sections"], lists=lists))
    send(county)
    county.settle()


def test_a_name_is_taken_for_the_one_option_that_fits_and_what_fits_no_more_is_kept_and_told(county: World, browse: Browse) -> None:
    with_villages(county)
    agent = browse("agent1")
    number = start(agent)
    save(agent, number, 1, "stay", town="东镇", near="石村")
    assert (answers(county, number)["town"], answers(county, number)["near"]) == ("A", "a1")
    page = agent.get(f"/cases/{number}/fill/1").text
    assert 'value="石村" data-combo="list" data-value="a1"' in page
    assert '<option value="河村">' in page and page.count('<option value="石村">') == 1
    save(agent, number, 1, "stay", town="西镇", near="a1")
    page = agent.get(f"/cases/{number}/fill/1").text
    assert answers(county, number)["near"] == "a1" and "这一项也要重新选" in page
    agent.post(f"/cases/{number}/fill/1", {"m.several": "1", "f.several": ["b1", "a2"]},
               version=agent.hidden(f"/cases/{number}/fill/1", "version"), go="stay")  # fmt: skip
    page = agent.get(f"/cases/{number}/fill/1").text
    assert re.findall(r'name="f.several" value="(\w+)"[^>]*checked>([^<]+)<', page) == [("b1", "石村"), ("a2", "河村")]
    assert "西镇" in agent.get(f"/cases/{number}/check").text


def test_a_village_is_chosen_by_its_name_and_the_applicants_is_the_agents_own_at_first(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent)
    assert answers(county, number)["hukou_region"] == "131025105201"
    step = next(one for one in range(1, 4) if 'data-field="hukou_region"' in agent.get(f"/cases/{number}/fill/{one}").text)
    save(agent, number, step, "stay", hukou_region="杜权村村民委员会")
    assert answers(county, number)["hukou_region"] == "131025105202"
    save(agent, number, step, "stay", hukou_region="没有的村")
    assert answers(county, number)["hukou_region"] == "没有的村"


def test_rows_are_moved_and_dropped_by_buttons_that_post(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent, "dibao")
    rows = {f"fam.{place}.m_name": name for place, name in enumerate(("甲", "乙", "丙"))}

    def names() -> list[str]:
        return [one.get("m_name", "") for one in answers(county, number)["fam"]]

    save(agent, number, 4, "down:fam:0", **{"m.fam": "1", **rows})
    assert names() == ["乙", "甲", "丙"]
    again = {f"fam.{place}.m_name": name for place, name in enumerate(names())}
    there = save(agent, number, 4, "up:fam:2", **{"m.fam": "1", **again})
    assert names() == ["乙", "丙", "甲"] and there.headers["Location"].endswith("#f-fam")
    again = {f"fam.{place}.m_name": name for place, name in enumerate(names())}
    save(agent, number, 4, "drop:fam:1", **{"m.fam": "1", **again})
    assert names() == ["乙", "甲"]
    again = {f"fam.{place}.m_name": name for place, name in enumerate(names())}
    save(agent, number, 4, "up:fam:99", **{"m.fam": "1", **again})
    assert names() == ["乙", "甲"]


def test_two_tabs_are_merged_field_by_field(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent)
    path = f"/cases/{number}/fill/1"
    agent.post(path, {"f.name": "先", "f.id_no": "1"}, version="0", go="stay")
    stale = agent.post(path, {"f.name": "后", "f.id_no": "2"}, version="0", go="next")
    assert stale.status_code == 409 and re.findall(r'name="pick.(\w+)" value="mine" checked', stale.text) == ["name", "id_no"]
    version = re.search(r'name="version" value="(\d+)"', stale.text)
    assert version is not None
    agent.post(path, {"f.name": "后", "f.id_no": "2", "pick.name": "saved", "pick.id_no": "mine"}, version=version[1], go="stay")
    assert (answers(county, number)["name"], answers(county, number)["id_no"]) == ("先", "2")


def test_rows_that_read_alike_and_differ_by_their_column_are_compared(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent, "dibao")
    path = f"/cases/{number}/fill/4"
    agent.post(path, {"m.fam": "1", "f.fam.0.m_name": "3"}, version="0", go="stay")
    stale = agent.post(path, {"m.fam": "1", "f.fam.0.m_disab": "3"}, version="0", go="next")
    assert stale.status_code == 409 and re.findall(r'name="pick.(\w+)" value="mine"', stale.text) == ["fam"]


def test_reused_answers_are_ticked_one_by_one_and_what_differs_stands_beside_it(county: World, browse: Browse) -> None:
    source = county.submitted()
    county.settle()
    county.act("reviewer", source, "accepted")
    county.settle()
    agent = browse("agent1")
    number = start(agent)
    save(agent, number, 1, "stay", id_no=ID_NO)
    save(agent, number, 2, "stay", mobile="13199999999")
    page = agent.get(f"/cases/{number}/fill/1").text
    assert "131****0001" in page and "131****9999" in page and "13100000001" not in page and "不同" in page
    assert county.nodes["village1"].store.cases.get(source).short_number in page  # type: ignore[union-attr]
    version = agent.hidden(f"/cases/{number}/fill/1", "version")
    agent.post(f"/cases/{number}/reuse", {"take": f"hukou_addr:{source}"}, version=version, step="1")
    assert answers(county, number)["hukou_addr"].startswith("大城县") and answers(county, number)["mobile"] == "13199999999"
    assert agent.post(f"/cases/{number}/reuse", {"take": f"id_no:{source}"}, version=version, step="1").status_code == 404
    offers = {one["field"]: one for one in body_of(agent.api("GET", f"/cases/{number}/reuse"))["offers"]}
    assert offers["mobile"] | {"accepted_on": ""} == {
        "field": "mobile", "label": "联系电话", "value": "131****0001", "current": "131****9999", "case_number": source,
        "item_name": "高龄津贴申请", "accepted_on": "",
    }  # fmt: skip
    kept = agent.api("POST", f"/cases/{number}/reuse", {"version": int(version) + 1, "take": {"mobile": source}})
    assert body_of(kept) == {"version": int(version) + 2} and answers(county, number)["mobile"] == "13100000001"
    assert agent.api("POST", f"/cases/{number}/reuse", {"version": 0, "take": {"mobile": 1}}).status_code == 400


def test_the_upgrade_is_refused_until_what_is_left_was_seen_and_the_api_tells_the_same(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    number = start(agent)
    assert "已经是最新的版本" in agent.get(f"/cases/{number}/upgrade").text
    desk, person = county.nodes["village1"].desk, county.person("agent1")
    desk.papers.make_mandate(person, number, TERMS)
    desk.attach(person, number, "mandate", 1, picture("mandate"))
    raw = json.loads(newest("gaoling").read_bytes())
    fields = raw["sections"][0]["fields"]
    raw["sections"][0]["fields"] = [one for one in fields if one["id"] != "nation"]
    raw["sample"].pop("nation")
    publish(county.nodes["county"], package(sections=raw["sections"], sample=raw["sample"]))
    send(county)
    county.settle()
    told = body_of(agent.api("GET", f"/cases/{number}/upgrade"))
    assert told["withdrawn"] is False and told["upgrade"]["left"] == [{"label": "民族", "value": "汉族", "material": None}]
    form = {"version": agent.hidden(f"/cases/{number}/upgrade", "version"), "package": told["upgrade"]["package"]}
    refused = agent.post(f"/cases/{number}/upgrade", form)
    assert refused.status_code == 400 and "打勾" in refused.text and answers(county, number)["nation"] == "汉族"
    stale = agent.post(f"/cases/{number}/upgrade", form | {"version": "7", "seen": "1"})
    assert stale.status_code == 409 and answers(county, number)["nation"] == "汉族"
    done = agent.api("POST", f"/cases/{number}/upgrade", {"version": int(form["version"]), "package": form["package"]})
    assert body_of(done) == {"version": int(form["version"]) + 1} and "nation" not in answers(county, number)
    assert (mandate := desk.papers.mandate(person, number)) is not None and mandate.state == "standing"


def test_a_draft_on_a_withdrawn_version_is_told_so_on_its_pages_and_refused_with_the_way_out(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    case = county.filled()
    number, old = case.line.case_number, case.package
    publish(county.nodes["county"], package(charge="不收费（新版）"))
    county.nodes["county"].publisher.withdraw_version("gaoling", old, "示例", "示例")
    send(county)
    county.settle()
    for path in (f"/cases/{number}/fill/1", f"/cases/{number}/check"):
        page = agent.get(path).text
        assert "县里已经停用，不能按它报送" in page and f'href="/cases/{number}/upgrade"' in page
    refused = agent.post(f"/cases/{number}/submit", pin=agent.pin, shown=agent.hidden(f"/cases/{number}/check", "shown"))
    assert refused.status_code == 403 and "请点“换到新版本”" in refused.text
    assert "填过的内容全部带过去" in agent.get(f"/cases/{number}/upgrade").text


def test_a_package_is_served_by_its_digest_for_good_and_the_sizes_are_told_while_filling(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    number = county.filled().line.case_number
    page = agent.get(f"/cases/{number}/fill/1").text
    there = re.search(r'data-package="([^"]+)"', page)
    assert there is not None and re.search(r"已有 \d+ 页，共 \d", page) and "必须的都有了" in page
    answer = agent.get(there[1])
    assert "immutable" in answer.headers["Cache-Control"]
    assert county.nodes["village1"].station.suite.digest(answer.data) in there[1]
    assert agent.get(there[1].replace("sm3:", "sm3:0")).status_code == 404
    fresh = start(agent)
    assert "还缺 4 种" in agent.get(f"/cases/{fresh}/fill/1").text
    lines = body_of(agent.api("GET", "/cases?box=drafts"))["cases"]
    assert {one["progress"]["filled"] < one["progress"]["asked"] for one in lines} == {True, False}
