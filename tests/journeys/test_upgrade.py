"""A newer version while a draft is open: the draft stays fillable, moves when told, and is not submitted on a withdrawn version."""

import json
from typing import Any

import pytest

from node.errors import NotAllowedError, RequestError, StaleError
from tests.items import newest
from tests.journeys.publishing import REASON, package, publish, send
from tests.journeys.world import World


def second_version() -> bytes:
    """Allowances with the field of living conditions gone, one more field, and a paper that is not asked for any more."""
    raw: dict[str, Any] = json.loads(newest("gaoling").read_bytes())
    for section in raw["sections"]:
        section["fields"] = [one for one in section["fields"] if one["id"] != "living"]
    raw["sections"][1]["fields"].append({"id": "heating", "label": "取暖方式", "kind": "text", "required": False, "max_length": 20})
    raw["sample"].pop("living")
    materials = [one for one in raw["materials"] if one["id"] != "mat_hukou"]
    samples = [one for one in raw["sample_materials"] if one != "mat_hukou"]
    return package(sections=raw["sections"], sample=raw["sample"], materials=materials, sample_materials=samples)


def published(world: World) -> str:
    """Publish the second version and carry it down; its digest."""
    made = publish(world.nodes["county"], second_version())
    send(world)
    world.settle()
    digest = made.release.changes[0].package
    assert digest is not None and world.nodes["village1"].desk.item("gaoling")[0] == digest
    return digest


def withdraw(world: World, package_digest: str | None) -> None:
    publisher = world.nodes["county"].publisher
    if package_digest is None:
        publisher.withdraw_item("gaoling", REASON, "示例")
    else:
        publisher.withdraw_version("gaoling", package_digest, REASON, "示例")
    send(world)
    world.settle()


def test_a_draft_stays_on_its_version_and_moves_with_everything_that_has_a_place(world: World) -> None:
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    case = world.filled()
    number, old = case.line.case_number, case.package
    stays = world.filled().line.case_number
    new = published(world)
    assert desk.case(agent, number).package == old
    way = desk.filling.upgrade(agent, number)
    assert way is not None and (way.package, way.withdrawn) == (new, False)
    assert {one.code for one in way.changes} == {"field_added", "field_removed", "material_removed"}
    assert {(one.label, one.value, one.material) for one in way.left} == {
        ("居住情况", "与配偶同住", None),
        ("居民户口簿(首页、本人页/全户页)", 1, "mat_hukou"),
    }
    before = desk.case(agent, number)
    assert before.version is not None
    with pytest.raises(StaleError):
        desk.filling.move(agent, number, before.version - 1, new)
    with pytest.raises(RequestError):
        desk.filling.move(agent, number, before.version, old)
    assert desk.case(agent, number).answers == before.answers
    desk.filling.move(agent, number, before.version, new)
    after = desk.case(agent, number)
    assert after.package == new and after.version == before.version + 1
    assert dict(after.answers) == {name: value for name, value in before.answers.items() if name != "living"}
    assert {one.material for one in after.attachments} == {one.material for one in before.attachments} - {"mat_hukou"}
    assert desk.filling.upgrade(agent, number) is None
    world.act("agent1", number, "submitted")
    world.act("agent1", stays, "submitted")
    world.settle()
    assert [world.states(one)["township"] for one in (number, stays)] == ["submitted", "submitted"]


def test_nothing_new_is_submitted_on_a_withdrawn_version_but_what_was_sent_back_is(world: World) -> None:
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    returned, fresh = world.submitted(), world.filled()
    number, old = fresh.line.case_number, fresh.package
    world.settle()
    new = published(world)
    withdraw(world, old)
    assert desk.filling.is_withdrawn(agent, number)
    view = desk.case(agent, number)
    assert view.version is not None and desk.save_answers(agent, number, view.version, {"living": "独居"})[0] == view.version + 1
    with pytest.raises(NotAllowedError) as refused:
        world.act("agent1", number, "submitted")
    assert refused.value.code == "version_withdrawn"
    assert desk.case(agent, number).answers["living"] == "独居"
    view = desk.case(agent, number)
    assert view.version is not None
    desk.filling.move(agent, number, view.version, new)
    world.act("agent1", number, "submitted")
    world.act("reviewer", returned, "returned", reason="请补正")
    world.settle()
    assert not desk.filling.is_withdrawn(agent, returned) and desk.filling.upgrade(agent, returned) is None
    world.act("agent1", returned, "submitted")
    world.settle()
    assert world.states(returned)["township"] == "submitted"


def test_a_draft_of_an_item_that_is_withdrawn_is_refused_in_words_and_kept(world: World) -> None:
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    number = world.filled().line.case_number
    withdraw(world, None)
    with pytest.raises(NotAllowedError) as refused:
        world.act("agent1", number, "submitted")
    assert refused.value.code == "item_withdrawn"
    assert desk.filling.upgrade(agent, number) is None and desk.filling.is_withdrawn(agent, number)
    assert desk.case(agent, number).answers["name"] == "示例甲"
