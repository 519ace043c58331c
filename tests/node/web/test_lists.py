"""Lists: turned over page by page with a cursor, and the box of what a person must look at."""

import re
from collections.abc import Callable
from dataclasses import replace

from node.casework.case import Desk, Holder
from tests.journeys.test_admission_table import bring, forked_at_the_county, letter_from, sealed_by
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, body_of

Browse = Callable[[str], Browsing]
MANY = 120


def many_drafts(county: World) -> list[str]:
    """So many drafts, copied from one; their numbers, last changed first."""
    store = county.nodes["village1"].store
    first = county.filled().line.case_number
    record = store.cases.get(first)
    assert record is not None
    numbers = [f"{first[:-5]}{serial:05d}" for serial in range(20001, 20000 + MANY)]
    with store.transaction():
        for number in numbers:
            store.cases.put(replace(record, case_number=number, short_number=number[-9:-1]))
    return [*numbers[::-1], first]


def test_the_cursor_of_the_last_line_leads_to_the_next_page_and_none_is_left_out(county: World, browse: Browse) -> None:
    numbers = many_drafts(county)
    agent = browse("agent1")
    found: list[str] = []
    after = ""
    while lines := body_of(agent.get(f"/api/v1/cases?box=drafts&limit=50{after}"))["cases"]:
        found += [line["case_number"] for line in lines]
        after = f"&after={lines[-1]['cursor']}"
    assert found == numbers


def test_the_pages_turn_over_by_the_same_cursor(county: World, browse: Browse) -> None:
    numbers = many_drafts(county)
    agent = browse("agent1")
    there, found = "/cases?box=all", []
    while there:
        page = agent.get(there).text
        found += re.findall(r'data-label="短号" class="num nowrap"><a href="/cases/(\d+)"', page)
        more = re.search(r'href="(/cases\?box=all&amp;q=&amp;after=\d+)">下一页', page)
        there = more.group(1).replace("&amp;", "&") if more else ""
    assert found == numbers


def test_a_cursor_that_is_none_is_answered_in_words(browse: Browse) -> None:
    answer = browse("agent1").get("/cases?box=all&after=x")
    assert answer.status_code == 400 and "翻页的位置不对" in answer.text


def set_one_aside(county: World) -> str:
    """A case of which the township has set a letter aside: the agent's own, that names a holder that it must not."""
    number = county.submitted()
    county.settle()
    county.act("reviewer", number, "returned", reason="请补正")
    county.settle()
    view = county.nodes["village1"].desk.case(county.person("agent1"), number)
    wrong = Holder(county.nodes["county"].station.station, Desk.DECISION)
    letter = letter_from(county.nodes["village1"], number, "submitted", wrong, {"answers": dict(view.answers)})
    assert bring(county, "agent1", "township", sealed_by(county, "agent1", letter)) == ("set_aside", "holder")
    return number


def test_what_was_set_aside_is_on_the_strip_the_home_page_and_a_list_with_its_reason(county: World, browse: Browse) -> None:
    number = set_one_aside(county)
    reviewer = browse("reviewer")
    assert 'href="/cases?box=set_aside"' in reviewer.get("/strip").text and "有 1 份有问题待人工" in reviewer.get("/strip").text
    assert '<b class="num">1</b>有问题待人工' in reviewer.get("/").text
    page = reviewer.get("/cases?box=set_aside").text
    assert f"/cases/{number}" in page and "下一办理席位与规定不符" in page and "报送" in page
    (line,) = body_of(reviewer.get("/api/v1/cases?box=set_aside"))["cases"]
    assert line["case_number"] == number and [one["reason"] for one in line["set_aside"]] == ["holder"]
    assert "下一办理席位与规定不符" in reviewer.get(f"/cases/{number}").text


def test_a_letter_of_a_case_that_is_not_here_has_a_line_too(county: World, browse: Browse) -> None:
    number = county.submitted()
    letter = letter_from(county.nodes["village1"], number, "message", None, {"text": "x"}, after=None)
    assert bring(county, "agent1", "township", sealed_by(county, "agent1", letter)) == ("set_aside", "case")
    page = browse("reviewer").get("/cases?box=set_aside").text
    assert number in page and "本站没有这个办件" in page and "本站没有此办件" in page


def test_the_writer_sees_that_another_station_did_not_take_it_and_why(county: World, browse: Browse) -> None:
    number = county.submitted()
    county.settle()
    county.act("reviewer", number, "returned", reason="请补正")
    county.settle()
    township = county.nodes["township"].store
    record = township.cases.get(number)
    assert record is not None
    township.cases.put(replace(record, forked=True))
    county.act("agent1", number, "submitted")
    county.settle()
    agent = browse("agent1")
    assert '<b class="num">1</b>有问题待人工' in agent.get("/").text
    page = agent.get("/cases?box=set_aside").text
    assert number in page and "示例镇便民服务中心被放在一边" in page and "两份矛盾的记录" in page


def test_nothing_set_aside_is_said_to_be_nothing(browse: Browse) -> None:
    agent = browse("agent1")
    assert "没有有问题的材料" in agent.get("/cases?box=set_aside").text and "set_aside" not in agent.get("/").text


def test_the_county_names_the_branch_of_a_forked_case_on_its_page(county: World, browse: Browse) -> None:
    number = county.submitted()
    county.settle()
    one, two = forked_at_the_county(county, number)
    approver = browse("approver")
    page = approver.get(f"/cases/{number}").text
    assert "指定以哪一份为准" in page and f'value="{one.letter_id}"' in page and f'value="{two.letter_id}"' in page
    answer = approver.post(f"/cases/{number}/events", event="branch_named", branch=two.letter_id, text="以后一份为准", pin=approver.pin)
    assert answer.status_code == 303
    assert "指定以哪一份为准" not in approver.get(f"/cases/{number}").text
    assert "指定了以另一份为准" in approver.get("/cases?box=set_aside").text
