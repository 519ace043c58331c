"""Bad input at the village, through the API: each gets a clear Chinese sentence, and nothing is left half done."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from node.config import load_config, write_config
from tests.journeys.world import World, picture
from tests.node.web.browsing import Browsing, app_of, body_of

CHINESE = re.compile("[\u4e00-\u9fff]")
OK, MADE, BAD, REFUSED, STALE, MISSING, UNFIT, FULL = 200, 201, 400, 403, 409, 404, 422, 507


@pytest.fixture
def agent(world: World) -> Browsing:
    return log_in(world, "agent1", "qinghe-7315-du")


def log_in(world: World, name: str, password: str) -> Browsing:
    return Browsing(app_of(world.node_of(name).app).test_client(), name, password, world.pin(name))


def opened(agent: Browsing, item: str = "gaoling") -> tuple[str, dict[str, Any]]:
    number = body_of(agent.api("POST", "/cases", {"item": item}))["case_number"]
    sample = body_of(agent.api("GET", f"/items/{item}"))
    return number, sample


def said(answer: Any, status: int) -> dict[str, Any]:
    body: dict[str, Any] = body_of(answer)
    assert answer.status_code == status, body
    assert CHINESE.search(body["message"]), body
    assert "Traceback" not in answer.text
    return body


def ready(world: World, agent: Browsing) -> str:
    return world.filled().line.case_number


def test_an_impossible_id_number_is_named_with_what_to_change(agent: Browsing) -> None:
    number, item = opened(agent)
    answers = {**item["sample"], "id_no": "131025194402302017"}
    body = body_of(agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": answers}))
    problem = next(one for one in body["problems"] if one["field"] == "id_no")
    assert CHINESE.search(problem["message"])
    refused = said(agent.api("POST", f"/cases/{number}/events", {"event": "submitted", "pin": agent.pin}), UNFIT)
    assert refused["error"] == "answer_error"
    assert "id_no" in {one.get("field") for one in refused["problems"]}
    assert body_of(agent.api("GET", f"/cases/{number}"))["state"] == "draft"


def test_a_missing_material_is_named(agent: Browsing) -> None:
    number, item = opened(agent)
    agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": item["sample"]})
    for material in item["sample_materials"][1:]:
        assert agent.api("PUT", f"/cases/{number}/materials/{material}", data=picture(material)).status_code == OK
    refused = said(agent.api("POST", f"/cases/{number}/events", {"event": "submitted", "pin": agent.pin}), UNFIT)
    assert [one["material"] for one in refused["problems"]] == [item["sample_materials"][0]]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a 40 MB photo", b"\xff\xd8\xff\xe0" + b"\0" * (40 << 20)),
        ("an .exe named .jpg", b"MZ\x90\0" + b"\0" * 3000),
        ("a truncated JPEG", picture("cut")[:4000]),
        ("a web page", b"<html><script>alert(1)</script></html>"),
        ("a drawing with a script", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        ("nothing", b""),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused_and_leaves_nothing(world: World, agent: Browsing, name: str, data: bytes) -> None:
    number, _ = opened(agent)
    before = sorted((world.place / "village1" / "enclosures").rglob("*"))
    answer = agent.api("PUT", f"/cases/{number}/materials/mat_id", data=data)
    assert answer.status_code in (UNFIT, 413), name
    assert CHINESE.search(body_of(answer)["message"])
    assert sorted((world.place / "village1" / "enclosures").rglob("*")) == before
    assert agent.api("GET", f"/cases/{number}/materials/mat_id").status_code == MISSING


def test_a_wrong_pin_counts_down_and_locks_and_the_right_one_does_not_open_it_then(world: World, agent: Browsing) -> None:
    number = ready(world, agent)
    act = {"event": "submitted", "pin": "000001"}
    left = [said(agent.api("POST", f"/cases/{number}/events", act), BAD).get("attempts_left") for _ in range(5)]
    assert left[:4] == [4, 3, 2, 1]
    locked = said(agent.api("POST", f"/cases/{number}/events", {**act, "pin": agent.pin}), BAD)
    assert locked["error"] == "pin_locked_error"
    world.start("village1")
    again = log_in(world, "agent1", "qinghe-7315-du")
    assert said(again.api("POST", f"/cases/{number}/events", {**act, "pin": agent.pin}), BAD)["error"] == "pin_locked_error"
    assert body_of(again.api("GET", f"/cases/{number}"))["state"] == "draft"


def test_a_wrong_pin_uses_no_acceptance_number_up(world: World) -> None:
    numbers = [world.submitted(), world.submitted()]
    world.settle()
    reviewer = log_in(world, "reviewer", "zhenjie-5570-bei")
    act = {"event": "accepted", "pin": "000001"}
    said(reviewer.api("POST", f"/cases/{numbers[0]}/events", act), BAD)
    said(reviewer.api("POST", f"/cases/{numbers[0]}/events", {**act, "pin": None}), REFUSED)
    taken = [reviewer.api("POST", f"/cases/{number}/events", {**act, "pin": reviewer.pin}) for number in numbers]
    assert [body_of(answer)["acceptance_number"][-4:] for answer in taken] == ["0001", "0002"]


def test_a_stale_tab_gets_both_versions(agent: Browsing) -> None:
    number, _item = opened(agent)
    agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": {"name": "示例甲"}})
    stale = said(agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": {"name": "示例乙"}}), STALE)
    assert stale["error"].startswith("stale")
    assert {stale["facts"]["version"], stale["facts"]["given"]} == {0, 1}
    assert body_of(agent.api("GET", f"/cases/{number}"))["answers"]["name"] == "示例甲"


def test_a_stale_head_is_refused(world: World, agent: Browsing) -> None:
    number = ready(world, agent)
    act = {"event": "submitted", "pin": agent.pin, "expected_head": "sm3:" + "0" * 64}
    assert said(agent.api("POST", f"/cases/{number}/events", act), STALE)["code"] == "head"


def test_an_unknown_item_is_refused(agent: Browsing) -> None:
    said(agent.api("POST", "/cases", {"item": "no_such_item"}), MISSING)
    said(agent.api("GET", "/items/no_such_item"), MISSING)


def test_another_villages_case_is_as_if_it_were_not(world: World, agent: Browsing) -> None:
    number = world.submitted(agent="agent2")
    world.settle()
    for call in (
        agent.api("GET", f"/cases/{number}"),
        agent.api("GET", f"/cases/{number}/letters"),
        agent.api("GET", f"/cases/{number}/materials/mat_id"),
        agent.api("POST", f"/cases/{number}/events", {"event": "delivered", "receiver": "x", "pin": agent.pin}),
    ):
        said(call, MISSING)
    assert body_of(agent.api("GET", "/cases?box=all"))["cases"] == []


def test_a_full_disk_keeps_forms_and_refuses_scans_in_words(world: World) -> None:
    place = world.place / "village1"
    config = load_config(place)
    write_config(place, replace(config, limits=replace(config.limits, free_disk_mib=999_999)))
    world.start("village1")
    agent = log_in(world, "agent1", "qinghe-7315-du")
    number, item = opened(agent)
    assert agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": item["sample"]}).status_code == OK
    full = said(agent.api("PUT", f"/cases/{number}/materials/mat_id", data=picture("x")), FULL)
    assert full["error"] == "disk_full_error"
    assert [path for path in (place / "enclosures").rglob("*") if path.is_file()] == []
    write_config(place, config)
    world.start("village1")
    agent = log_in(world, "agent1", "qinghe-7315-du")
    assert agent.api("PUT", f"/cases/{number}/materials/mat_id", data=picture("x")).status_code == OK


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cases", {"item": 5}),
        ("/cases", []),
        ("/cases/x/answers", {"version": "one", "answers": {}}),
        ("/cases/x/events", {"event": "exploded"}),
        ("/cases/x/events", {"event": {"$ne": 1}}),
    ],
)
def test_a_body_that_makes_no_sense_is_refused_in_words(agent: Browsing, path: str, body: Any) -> None:
    number, _ = opened(agent)
    method = "PATCH" if path.endswith("answers") else "POST"
    said(agent.api(method, path.replace("x", number, 1) if "/x/" in path else path, body), BAD)


def test_deeply_nested_and_huge_answers_are_refused(agent: Browsing) -> None:
    number, _ = opened(agent)
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    answer = agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": {"name": deep}})
    said(answer, UNFIT)
    huge = agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": {"live_addr": "长" * 900_000}})
    assert huge.status_code == 413
    said(huge, 413)
    large = agent.api("PATCH", f"/cases/{number}/answers", {"version": 0, "answers": {"live_addr": "长" * 100_000}})
    said(large, UNFIT)
    assert body_of(agent.api("GET", f"/cases/{number}"))["version"] == 0
    refused = agent.api("POST", f"/cases/{number}/events", {"event": "submitted", "pin": agent.pin})
    assert refused.status_code == UNFIT


def test_a_page_of_another_role_is_refused(world: World, browse_as: Callable[[str], Browsing]) -> None:
    head = browse_as("head1")
    said(head.api("POST", "/cases", {"item": "gaoling"}), REFUSED)


@pytest.fixture
def browse_as(world: World) -> Callable[[str], Browsing]:
    passwords = {"head1": "laohuai-2648-qiao"}
    return lambda name: log_in(world, name, passwords[name])
