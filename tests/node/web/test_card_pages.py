"""Reading an identity card on the filling page and through the API, by forms alone; what check page, township and paper say of it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from node.config import ScanningSettings, load_config, write_config
from node.web.wording.card import ERRORS, EXPIRED, UNLIKE, UNLIKE_TOLD
from tests.journeys.world import World, picture
from tests.node.paperwork.conftest import with_plain_pictures
from tests.node.web.browsing import Browsing, body_of, logged_in
from tests.tools.card_reader import FIELDS, NUMBER, Service

MASKED = "131025********2017"


@pytest.fixture(scope="module")
def reader() -> Iterator[Service]:
    """The reader at the village's counter."""
    one = Service()
    yield one
    one.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, founded_county: Path, reader: Service) -> Iterator[World]:
    """A county whose first village has a reader; every test has a draft of its own."""
    world = World(tmp_path_factory.mktemp("card") / "county", founded_county)
    folder = world.place / "village1"
    scanning = ScanningSettings(reader=reader.address, reader_fields=tuple(FIELDS.items()))
    write_config(folder, replace(load_config(folder), scanning=scanning))
    world.start("village1")
    yield with_plain_pictures(world)
    world.close()


class Draft:
    """The agent's browser at a new draft."""

    def __init__(self, world: World, reader: Service) -> None:
        self.reader = reader
        reader.way = "good"
        self.agent: Browsing = logged_in(world, "agent1")
        self.number: str = body_of(self.agent.api("POST", "/cases", {"item": "gaoling"}))["case_number"]

    @property
    def case(self) -> dict[str, Any]:
        found = body_of(self.agent.api("GET", f"/cases/{self.number}"))
        assert isinstance(found, dict)
        return found

    def page(self, path: str) -> str:
        return self.agent.get(f"/cases/{self.number}/{path}").text

    def read(self, way: str = "good", **typed: str) -> TestResponse:
        """Press the button, with what is typed on the page."""
        self.reader.way = way
        fields = {f"f.{name}": value for name, value in typed.items()}
        return self.agent.post(f"/cases/{self.number}/fill/1", {**fields, "go": "card:id_no"}, version=str(self.case["version"]))

    def panel(self, answer: TestResponse) -> str:
        assert answer.status_code == 303, answer.text
        return self.agent.get(answer.headers["Location"].partition("#")[0]).text

    def call(self, method: str, path: str, body: Any = None) -> TestResponse:
        return self.agent.api(method, f"/cases/{self.number}/{path}", body)


@pytest.fixture
def draft(place: World, reader: Service) -> Draft:
    return Draft(place, reader)


def test_the_button_saves_what_is_typed_reads_the_card_and_shows_it_with_its_number_masked(draft: Draft) -> None:
    assert 'value="card:id_no"' in draft.page("fill/1")
    page = draft.panel(draft.read(nation="回族"))
    assert draft.case["answers"]["nation"] == "回族"
    assert draft.case["answers"]["id_no"] == NUMBER
    panel = page[page.index('id="card"') : page.index("</section>", page.index('id="card"'))]
    assert MASKED in panel and NUMBER not in panel and "示例县公安局" in panel and "已填入" in panel
    assert f'value="{NUMBER}"' in page  # as everywhere, the field itself holds it whole
    photo = draft.agent.get(f"/cases/{draft.number}/card/id_no/photo")
    assert (photo.mimetype, photo.headers["Cache-Control"]) == ("image/jpeg", "no-store")


def test_what_differs_stands_side_by_side_and_only_what_is_ticked_is_taken(draft: Draft) -> None:
    draft.call("PATCH", "answers", {"version": draft.case["version"], "answers": {"hukou_addr": "示例一村 2 号"}})
    page = draft.panel(draft.read(name="示例丙"))
    assert draft.case["answers"]["name"] == "示例丙"
    assert '<td data-label="身份证上">示例甲</td>' in page and "不同</span> 示例丙" in page
    answer = draft.agent.post(f"/cases/{draft.number}/card/id_no/take", {"take": ["name"]}, version=str(draft.case["version"]))
    assert answer.status_code == 303
    answers = draft.case["answers"]
    assert (answers["name"], answers["hukou_addr"]) == ("示例甲", "示例一村 2 号")
    stale = draft.agent.post(f"/cases/{draft.number}/card/id_no/take", {"take": ["hukou_addr"]}, version="0")
    assert stale.status_code == 409 and draft.case["answers"]["hukou_addr"] == "示例一村 2 号"


@pytest.mark.parametrize("way", ["none", "early", "cut", "huge", "number"])
def test_why_a_card_could_not_be_read_is_said_over_the_page_and_what_was_typed_is_kept(draft: Draft, way: str) -> None:
    codes = {"none": "card_none", "early": "card_partial", "cut": "card_answer", "huge": "card_too_large", "number": "card_number"}
    answer = draft.read(way, name="示例丙")
    assert answer.status_code in (400, 422)
    assert ERRORS["RequestError", codes[way]] in answer.text and 'id="card"' not in answer.text
    answers = draft.case["answers"]
    assert answers["name"] == "示例丙" and "id_no" not in answers and "hukou_addr" not in answers


def test_a_photograph_goes_to_the_tray_when_the_agent_says_so(draft: Draft) -> None:
    page = draft.panel(draft.read())
    slot = re.search(r'name="slot" value="(\w+)"', page)
    assert slot is not None and "102×126" in page
    assert body_of(draft.call("GET", "shots")) == {"shots": []}
    answer = draft.agent.post(f"/cases/{draft.number}/card/id_no/photo", slot=slot[1])
    assert answer.headers["Location"].endswith(f"/cases/{draft.number}/scan/{slot[1]}")
    (shot,) = body_of(draft.call("GET", "shots"))["shots"]
    assert (shot["source"], shot["material"], shot["width"], shot["height"], shot["page"]) == ("reader", slot[1], 102, 126, None)


def test_a_photograph_that_cannot_be_used_and_a_card_that_has_run_out_are_told(draft: Draft) -> None:
    assert "照片没有读好" in draft.panel(draft.read("photo_spoilt"))
    assert "已经过期" in draft.panel(draft.read("expired"))
    draft.agent.post(f"/cases/{draft.number}/card/id_no/forget")
    assert 'id="card"' not in draft.page("fill/1?card=id_no")


def test_the_check_page_names_both_where_they_differ_and_marks_what_was_read(draft: Draft) -> None:
    draft.read()
    draft.read(name="示例丙")
    page = draft.page("check")
    assert page.count(UNLIKE.format(card="示例甲", typed="示例丙")) == 2  # at the top, and beside the field
    assert page.count('<span class="badge green">读卡核验</span>') == 5  # number, sex, birth, nation, address
    assert "与身份证不一致" not in draft.page("fill/1") and EXPIRED not in page
    draft.read("expired")
    assert EXPIRED in draft.page("check")


def test_the_township_and_the_printed_form_see_the_same_marks(place: World, draft: Draft) -> None:
    draft.read(name="示例丙")
    number = draft.number
    desk, agent = place.nodes["village1"].desk, place.person("agent1")
    view = desk.case(agent, number)
    assert view.version is not None
    sample = {name: value for name, value in dict(desk.form_of(number).sample).items() if name not in view.answers}
    desk.save_answers(agent, number, view.version, {**sample, "bank_holder": "示例丙"})
    for material in desk.form_of(number).sample_materials:
        desk.attach(agent, number, material, 1, picture(f"{material} {number}"))
    place.act("agent1", number, "submitted")
    place.settle()
    page = logged_in(place, "reviewer").get(f"/cases/{number}").text
    assert page.count('<span class="badge green">读卡核验</span>') == 5
    assert UNLIKE_TOLD in page and "示例甲" not in page
    told = body_of(logged_in(place, "reviewer").api("GET", f"/cases/{number}"))["papers"]["cards"]
    assert [(one["differs"], one["expired"]) for one in told] == [(["name"], False)]
    nodes = place.nodes["township"]
    layout = nodes.counter.documents.layout(place.person("reviewer"), nodes.desk.case(place.person("reviewer"), number), "form")
    words = str(layout)
    assert words.count("（读卡核验）") == 5


def test_the_api_reads_takes_and_forgets(draft: Draft) -> None:
    draft.call("PATCH", "answers", {"version": draft.case["version"], "answers": {"name": "示例丙", "id_no": "131025199202172184"}})
    draft.reader.way = "good"
    told = body_of(draft.call("POST", "card", {"version": draft.case["version"]}))
    assert (told["field"], told["filled"], told["version"], told["photo"], told["photo_spoilt"]) == (
        "id_no", ["hukou_addr"], draft.case["version"], True, False,
    )  # fmt: skip
    assert told["card"]["number"] == MASKED and told["card"]["name"] == "示例甲" and told["card"]["ends"] == "long"
    assert told["differs"] == [
        {"field": "name", "label": "申请人姓名", "card": "示例甲", "typed": "示例丙"},
        {"field": "id_no", "label": "证件号码", "card": MASKED, "typed": "131025********2184"},
    ]
    assert NUMBER not in str(told)
    (reading,) = body_of(draft.call("GET", "card"))["readings"]
    assert reading["field"] == "id_no" and reading["differs"] == told["differs"]
    wrong = draft.call("POST", "card/id_no/take", {"version": told["version"], "fields": ["mobile"]})
    assert (wrong.status_code, body_of(wrong)["message"]) == (404, ERRORS["NotFoundError", "card"])
    taken = body_of(draft.call("POST", "card/id_no/take", {"version": told["version"], "fields": ["name", "id_no"]}))
    assert taken == {"version": told["version"] + 1} and draft.case["answers"]["gender"] == "男"
    assert draft.call("GET", "card/id_no/photo").mimetype == "image/jpeg"
    assert draft.call("POST", "card/id_no/photo", {"material": "mat_id"}).status_code == 201
    assert draft.call("DELETE", "card/id_no").status_code == 204
    assert draft.call("DELETE", "card/id_no").status_code == 404
    assert body_of(draft.call("GET", "card")) == {"reader": True, "readings": []}


@pytest.mark.parametrize("body", [{}, {"version": "0"}, {"version": 0, "field": 7}, []])
def test_a_wrong_call_does_not_reach_the_reader(draft: Draft, body: Any) -> None:
    draft.reader.asked.clear()
    assert draft.call("POST", "card", body).status_code == 400
    assert draft.reader.asked == []


def test_only_the_agent_with_the_pages_token_reads_a_card(place: World, draft: Draft) -> None:
    draft.reader.asked.clear()
    without = draft.agent.client.post(f"/api/v1/cases/{draft.number}/card", json={"version": 0})
    other = logged_in(place, "head1").api("POST", f"/cases/{draft.number}/card", {"version": 0})
    posted = draft.agent.client.post(f"/cases/{draft.number}/card/id_no/take", data={"take": "name", "version": "0"})
    assert (without.status_code, other.status_code, posted.status_code) == (403, 403, 403)
    assert draft.reader.asked == []


def test_without_a_reader_there_is_no_button(place: World) -> None:
    agent = logged_in(place, "agent2")
    number = body_of(agent.api("POST", "/cases", {"item": "gaoling"}))["case_number"]
    assert "card:id_no" not in agent.get(f"/cases/{number}/fill/1").text
    refused = agent.api("POST", f"/cases/{number}/card", {"version": 0})
    assert body_of(refused)["message"] == ERRORS["RequestError", "card_off"]
