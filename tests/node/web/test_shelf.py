"""The shelf, the guides and the printed sheets, as a browser without JavaScript has them."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from markupsafe import escape

from forms.catalogue import Catalogue
from forms.shipped import INDEX, ITEMS, Shipped
from node.casework.offering import Offering
from node.web.shelf_groups import organ
from tests.items import newest, newest_of_all
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, body_of, logged_in

Browse = Callable[[str], Browsing]
SPECIAL = {"system": "公安专网", "where": "示例派出所户籍窗口", "guidance": ["带身份证和户口簿", "当场办理"]}
COUNT = len(newest_of_all())
"""Items that come with the program."""
HEADINGS = re.compile(r"<h2[^>]*>[^<]*</h2>\s*(?:</section>|<ul>\s*</ul>|<dl class=\"facts\">\s*</dl>|<ol[^>]*>\s*</ol>)")
"""A heading with nothing under it."""


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[World]:
    """A county in which nothing happens but looking."""
    world = World(tmp_path_factory.mktemp("shelf") / "county", founded_county)
    yield world
    world.close()


@pytest.fixture(scope="module")
def look(quiet: World) -> Browse:
    """Log a person in there."""
    return cache(lambda name: logged_in(quiet, name))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[World]:
    """A county that has published an item of another network, and one that villages may not accept."""
    world = World(tmp_path_factory.mktemp("shelf-published") / "county", founded_county)
    publish(world, "residence_permit", "jzdj", special_network=SPECIAL)
    publish(world, "elder_card", accepts=["township", "county"])
    world.nodes["county"].cataloguing.sender.send(world.clock.now())
    world.settle()
    yield world
    world.close()


def publish(county: World, item: str, initials: str = "", **more: object) -> None:
    """Let the county publish an item that says something more of itself."""
    raw = json.loads(newest(item).read_bytes())
    package = json.dumps({**raw, "more": {**raw["more"], **more}}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    node = county.nodes["county"]
    node.publisher.take_import(package.encode(), initials, "admin")
    node.publisher.publish_items([item], "示例", "admin")


def city(county: World, folder: Path) -> str:
    """Put 1,500 items on the shelf of the second village; what department all of them have."""
    line = json.loads((ITEMS / INDEX).read_text(encoding="utf-8"))["items"][0]
    told = [{"id": f"item_{number}", "name": f"事项{number}", "domain": f"领域{number % 30}"} for number in range(1500)]
    entries = [{**line, "sm3": f"{number:064x}", "entry": {**line["entry"], **told[number]}} for number in range(1500)]
    (folder / INDEX).write_text(json.dumps({"items": entries}), encoding="utf-8")
    node = county.nodes["village2"]
    catalogue = Catalogue(Shipped(node.station.suite.digest, folder), node.station.suite.digest)
    vars(node.desk)["_offering"] = Offering(node.station, node.store, catalogue)
    return organ(line["entry"]["department"])


def found(page: str) -> list[str]:
    """The items that a page lists, in its order."""
    return re.findall(r'class="pick" href="/items/([a-z0-9_]+)"', page)


def test_all_items_stand_in_groups_with_anchors_by_domain_or_by_department(look: Browse) -> None:
    agent = look("agent1")
    for by in ("domain", "department"):
        page = agent.get(f"/items?by={by}").text
        assert len(set(found(page))) == COUNT
        anchors = re.findall(r'href="#(g-\d+)"', page)
        assert len(anchors) > 10 and anchors == re.findall(r'<section class="card group w\d" id="(g-\d+)"', page)
    assert "县民政局 <span" in page
    assert agent.get("/items?by=colour").status_code == 404


def test_items_are_found_by_name_by_several_words_and_by_initials(look: Browse) -> None:
    agent = look("agent1")
    for words in ("高龄", "津贴 高龄", "gljt", "ＧＬＪＴ", "gaoling"):
        assert found(agent.get("/items", query_string={"q": words}).text) == ["gaoling"], words
    assert found(agent.get("/items/found?q=gljt").text) == ["gaoling"]
    assert len(found(agent.get("/items?q=民政").text)) > 5


def test_a_search_without_a_result_says_what_to_try(look: Browse) -> None:
    page = look("agent1").get("/items?q=<没有这种事>").text
    assert "没有找到事项" in page and "拼音首字母" in page and 'href="/items?by=domain"' in page
    assert "&lt;没有这种事&gt;" in page


def test_what_was_used_last_comes_first_and_each_persons_own(county: World, browse: Browse) -> None:
    agent = browse("agent1")
    assert "最近办过" not in agent.get("/items").text
    for item in ("dibao", "gaoling", "dibao"):
        agent.post(f"/items/{item}/start")
    assert found(agent.get("/items").text)[:2] == ["dibao", "gaoling"]
    assert re.findall(r'href="/items/([a-z0-9_]+)">看指南', agent.get("/").text)[:2] == ["dibao", "gaoling"]
    desk, agent1 = county.nodes["village1"].desk, county.person("agent1")
    colleague = replace(agent1, name="colleague")
    desk.open_case(colleague, "tekun")
    assert [[entry.id for entry in desk.recent_items(one)] for one in (agent1, colleague)] == [
        ["dibao", "gaoling", "tekun"], ["tekun", "dibao", "gaoling"],
    ]  # fmt: skip
    assert county.nodes["village2"].desk.recent_items(county.person("agent2")) == ()


def test_other_tiers_read_what_they_may_accept_and_start_nothing(look: Browse) -> None:
    reviewer, agent = look("reviewer"), look("agent1")
    page = reviewer.get("/items").text
    assert "供查看指南" in page and "utility_pay" not in found(page.split('id="others"')[0])
    assert "utility_pay" in found(page.split('id="others"')[1])
    guide = reviewer.get("/items/gaoling").text
    assert "开始代收" not in guide and "居民户口簿" in guide
    assert "不由本级受理" in reviewer.get("/items/utility_pay").text
    assert reviewer.post("/items/gaoling/start").status_code == 403
    assert "开始代收" in agent.get("/items/gaoling").text
    assert 'id="others"' not in agent.get("/items").text


def test_the_api_finds_items_and_says_who_accepts_them(look: Browse) -> None:
    agent, reviewer = look("agent1"), look("reviewer")
    item = body_of(agent.get("/api/v1/items?q=gljt"))["items"][0]
    assert (item["id"], item["accepts"], item["special_network"]) == ("gaoling", ["village", "township", "county"], False)
    assert item["package"] == body_of(agent.get("/api/v1/items/gaoling"))["package"]
    here = {one["id"] for one in body_of(reviewer.get("/api/v1/items"))["items"]}
    everything = {one["id"] for one in body_of(reviewer.get("/api/v1/items?all=1"))["items"]}
    assert len(everything) == COUNT and everything - here == {"utility_pay", "village_note"}


def test_the_guide_says_who_may_apply_how_long_it_takes_and_what_stands_in_for_a_paper(look: Browse) -> None:
    page = look("agent1").get("/items/dibao").text
    for words in (
        "受理后 20 个工作日", "30 个工作日", "45 个工作日", "不少于 7 天", "不计入办理时限", "容缺：", "告知承诺：", "共享核验：",
        "“致困主要原因”里选了“重病”时提交", "由县决定，可以委托乡镇办理", "乡镇人民政府公章", "入户调查(不少于2人)", "社会救助暂行办法",
        "最低生活保障证", "推定内容", "示例数据", "以上按表单的填写规则整理",
    ):  # fmt: skip
        assert words in page, words


def test_every_item_has_a_whole_guide_and_prints_its_sheets(quiet: World, look: Browse) -> None:
    agent, desk = look("agent1"), quiet.nodes["village1"].desk
    entries = desk.items()
    assert len(entries) == COUNT
    for entry in entries:
        package, form = desk.item(entry.id)
        pages = {kind: agent.get(f"/items/{entry.id}{kind}").text for kind in ("", "/notice", "/blank", "/sample")}
        for kind, page in pages.items():
            assert form.name in page and package.partition(":")[2][:12] in page and not HEADINGS.search(page), (entry.id, kind)
            assert f"/items/{entry.id}/qr.svg" in page and "None" not in page, (entry.id, kind)
        for material in form.materials:
            assert all(str(escape(material.name)) in pages[kind] for kind in ("", "/notice")), (entry.id, material.name)
        labels = [str(escape(one.label)) for field in form.fields() for one in (field, *field.columns)]
        assert all(f"{label}" in pages[kind] for label in labels for kind in ("/blank", "/sample")), entry.id


def test_the_notice_has_the_five_parts_and_names_who_told(look: Browse) -> None:
    page = look("agent1").get("/items/gaoling/notice").text
    for words in (
        "到哪里办、找谁",
        "要带的材料",
        "多久办完",
        "怎么查询",
        "评议凭条",
        "示例代办员甲",
        "示例一村便民服务室",
        "示例镇便民服务中心",
    ):
        assert words in page, words
    assert page.count('<td class="no">☐</td>') == 5


def test_the_notice_is_a_pdf_too_on_the_page_and_by_the_api(look: Browse) -> None:
    agent = look("agent1")
    for path in ("/items/gaoling/notice.pdf", "/api/v1/items/gaoling/documents/notice"):
        answer = agent.get(path)
        assert (answer.content_type, answer.data[:5]) == ("application/pdf", b"%PDF-"), path


def test_the_blank_form_is_empty_and_the_sample_is_filled_in_and_marked(look: Browse) -> None:
    agent = look("agent1")
    blank, sample = agent.get("/items/dibao/blank").text, agent.get("/items/dibao/sample").text
    assert "☑" not in blank and "示例丁" not in blank and "watermark" not in blank.split("<main")[1]
    assert "☑ 农村低保" in sample and "☐ 城市低保" in sample and "示例丁" in sample and 'data-words="示例"' in sample
    assert "1985年04月18日" in sample and "王权村村民委员会" in sample
    assert blank.count('<td class="no">') == 5 + 3 + 3 + 3


def test_the_qr_names_the_item_and_its_version_and_is_fetched_once(look: Browse) -> None:
    agent = look("agent1")
    first = agent.get("/items/gaoling/qr.svg")
    assert first.content_type.startswith("image/svg+xml") and first.text.startswith("<svg ")
    assert agent.get("/items/gaoling/qr.svg", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert agent.get("/items/nothing/qr.svg").status_code == 404


def test_the_stylesheet_of_the_shelf_is_small_and_old_engines_can_read_it(look: Browse) -> None:
    css = look("agent1").get("/static/shelf.css").data
    assert len(css) <= 12 * 1024 and b":is(" not in css and b":has(" not in css


def test_an_item_of_another_network_shows_guidance_and_no_case_of_it_is_opened(published: World) -> None:
    agent = logged_in(published, "agent1")
    assert "专网办理" in agent.get("/items?q=jzdj").text
    guide = agent.get("/items/residence_permit").text
    for words in ("公安专网", "示例派出所户籍窗口", "带身份证和户口簿", "本站不录入"):
        assert words in guide, words
    assert "开始代收" not in guide and "/blank" not in guide and "要带的材料" not in guide and not HEADINGS.search(guide)
    refused = agent.post("/items/residence_permit/start")
    assert refused.status_code == 403 and "部门专网" in refused.text
    answer = agent.api("POST", "/cases", {"item": "residence_permit"})
    assert (answer.status_code, body_of(answer)["code"]) == (403, "special_network")
    assert body_of(agent.get("/api/v1/items?q=jzdj"))["items"][0]["special_network"] is True
    for kind in ("notice", "blank", "sample"):
        assert agent.get(f"/items/residence_permit/{kind}").status_code == 404, kind
    assert agent.get("/api/v1/items/residence_permit/documents/notice").status_code == 404
    assert published.nodes["village1"].store.cases.count() == 0


def test_an_item_that_villages_may_not_accept_is_listed_apart_and_refused(published: World) -> None:
    agent, reviewer = logged_in(published, "agent1"), logged_in(published, "reviewer")
    page = agent.get("/items").text
    assert found(page.split('id="others"')[1]) == ["elder_card"] and "elder_card" not in found(page.split('id="others"')[0])
    result = agent.get("/items?q=老年人优待证").text
    assert "不在本级受理的事项" in result and found(result) == ["elder_card"]
    guide = agent.get("/items/elder_card").text
    assert "开始代收" not in guide and "不由本级受理" in guide and "乡镇、县" in guide
    assert agent.post("/items/elder_card/start").status_code == 403
    answer = agent.api("POST", "/cases", {"item": "elder_card"})
    assert (answer.status_code, body_of(answer)["code"]) == (403, "tier_may_not_accept")
    assert "elder_card" not in {one["id"] for one in body_of(agent.get("/api/v1/items"))["items"]}
    assert "elder_card" in found(reviewer.get("/items").text.split('id="others"')[0])


def test_a_city_of_items_is_drawn_one_group_at_a_time_and_found_by_the_server(quiet: World, look: Browse, tmp_path: Path) -> None:
    department = city(quiet, tmp_path)
    agent = look("agent2")
    page = agent.get("/items").text
    assert found(page) == [] and len(page) < 30_000 and page.count("/items?by=domain&amp;group=") == 30
    one = agent.get("/items?by=domain&group=领域7").text
    assert len(found(one)) == 50 and len(one) < 100_000
    page = agent.get("/items/found?q=事项7").text
    assert len(found(page)) == 60 and "还有 51 个没有列出" in page
    whole = [agent.get(f"/items?by=department&group={department}&from={first}").text for first in (0, 1400)]
    assert [len(found(page)) for page in whole] == [200, 100]
