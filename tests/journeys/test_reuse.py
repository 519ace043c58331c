"""Answers of reviewed cases are offered to the next case of the same person, at the same village, and to nobody else."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forms.persons import fields_of
from forms.schema import Form
from forms.shipped import ITEMS
from node.casework.reuse import Offer
from node.errors import NotAllowedError, NotFoundError
from node.staff.people import Person
from tests.journeys.world import World

ID_NO = "131025194403122017"
OTHER = "131025199202172184"
TYPED = {"name": "示例甲", "id_no": ID_NO}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, founded: Callable[[str], Path]) -> Iterator[tuple[World, str]]:
    """A county with one reviewed case, for tests that leave it as it was; the case's number."""
    world = World(tmp_path_factory.mktemp("reuse") / "world", founded("gm"))
    yield world, reviewed(world)
    world.close()


def opened(world: World, answers: dict[str, Any], item: str = "gaoling", person: Person | None = None) -> tuple[str, int]:
    """A new draft with these answers; its number and version."""
    desk, who = world.nodes["village1"].desk, person or world.person("agent1")
    case = desk.open_case(who, item)
    assert case.version is not None
    version, _ = desk.save_answers(who, case.line.case_number, case.version, answers)
    return case.line.case_number, version


def offers(world: World, number: str, person: Person | None = None) -> dict[str, Offer]:
    found = world.nodes["village1"].desk.filling.offers(person or world.person("agent1"), number)
    return {one.field.id: one for one in found}


def reviewed(world: World) -> str:
    """A case of the person that the township has accepted."""
    number = world.submitted()
    world.settle()
    world.act("reviewer", number, "accepted")
    world.settle()
    return number


def test_what_the_township_accepted_is_offered_with_its_source_and_taken_with_a_tick(place: tuple[World, str]) -> None:
    world, source = place
    number, version = opened(world, {**TYPED, "mobile": "13199999999", "hukou_addr": ""}, "elder_card")
    found = offers(world, number)
    assert found["hukou_addr"].value == "大城县权村镇王权村示例街1号" and found["hukou_addr"].current == ""
    assert (found["mobile"].value, found["mobile"].current) == ("13100000001", "13199999999")
    assert found["mobile"].case_number == source and found["mobile"].item_name == "高龄津贴申请"
    assert not {"id_no", "photo", "birth", "gender", "name"} & found.keys()
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    before = desk.case(agent, number)
    assert "hukou_addr" not in before.answers and before.version == version
    assert desk.filling.take(agent, number, version, {"hukou_addr": source}) == version + 1
    after = desk.case(agent, number).answers
    assert (after["hukou_addr"], after["mobile"]) == ("大城县权村镇王权村示例街1号", "13199999999")
    assert "hukou_addr" not in offers(world, number)
    (line,) = [one for one in world.nodes["village1"].store.audit.page() if one.what == "prefilled"]
    assert line.about == number and line.detail == {"fields": ["hukou_addr"], "from": [source]}


def test_nothing_that_nobody_reviewed_or_that_was_sent_back_is_offered(world: World) -> None:
    first = world.submitted()
    world.settle()
    number, _ = opened(world, TYPED)
    assert offers(world, number) == {}
    world.act("reviewer", first, "accepted")
    world.settle()
    assert offers(world, number)
    world.act("reviewer", first, "returned", reason="请补正")
    world.settle()
    assert offers(world, number) == {}
    world.act("agent1", first, "submitted")
    world.settle()
    assert offers(world, number) == {}
    world.act("reviewer", first, "accepted")
    world.settle()
    assert offers(world, number)


def test_what_was_denied_or_withdrawn_is_not_offered_even_when_it_is_closed(world: World) -> None:
    denied, withdrawn = world.submitted(), world.submitted()
    world.settle()
    for number in (denied, withdrawn):
        world.act("reviewer", number, "accepted")
    world.act("reviewer", withdrawn, "withdrawn", reason="申请人要求")
    world.act("reviewer", denied, "forwarded")
    world.settle()
    world.act("approver", denied, "denied", reason="不符合条件")
    world.settle()
    world.act("agent1", denied, "delivered", receiver="示例甲")
    for number in (denied, withdrawn):
        world.act("agent1", number, "closed")
    draft, _ = opened(world, TYPED)
    assert {world.states(one)["village1"] for one in (denied, withdrawn)} == {"closed"} and offers(world, draft) == {}


def test_another_persons_answers_never_appear(place: tuple[World, str]) -> None:
    world, _ = place
    number, version = opened(world, {"name": "示例甲", "id_no": OTHER})
    assert offers(world, number) == {}
    with pytest.raises(NotFoundError):
        world.nodes["village1"].desk.filling.take(world.person("agent1"), number, version, {"mobile": "any"})
    unfit, _ = opened(world, {"name": "示例甲", "id_no": ID_NO[:-1]})
    assert offers(world, unfit) == {}


def test_each_person_of_a_form_gets_what_is_of_that_person(place: tuple[World, str]) -> None:
    world, _ = place
    number, _ = opened(world, {"w_id_no": OTHER, "h_id_no": ID_NO, "h_name": "示例甲"}, "birth_reg")
    found = offers(world, number)
    assert found["h_mobile"].value == "13100000001"
    assert all(one.startswith("h_") for one in found)


def test_a_key_that_two_fields_of_a_person_have_is_of_neither() -> None:
    package = json.loads((ITEMS / "elder_card" / "1.json").read_bytes())
    fields = {one["id"]: one for section in package["sections"] for one in section["fields"]}
    before = {one.id for one in fields_of(Form.from_bytes(json.dumps(package).encode()), "")}
    assert {"mobile", "live_addr"} <= before
    fields["live_addr"]["common_key"] = fields["mobile"]["common_key"]
    assert before - {one.id for one in fields_of(Form.from_bytes(json.dumps(package).encode()), "")} == {"mobile", "live_addr"}


def test_a_lower_case_x_is_the_same_number(world: World) -> None:
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    case = world.filled()
    assert case.version is not None
    with_x = "13102519450102201X"
    answers = {**desk.item("gaoling")[1].sample, "id_no": with_x, "birth": "1945-01-02"}
    desk.save_answers(agent, case.line.case_number, case.version, answers)
    world.act("agent1", case.line.case_number, "submitted")
    world.settle()
    world.act("reviewer", case.line.case_number, "accepted")
    world.settle()
    number, _ = opened(world, {"id_no": with_x.lower()})
    assert offers(world, number)["mobile"].value == "13100000001"


def test_practice_neither_gives_nor_takes_and_others_villages_stay_theirs(place: tuple[World, str]) -> None:
    world, source = place
    agent, store = world.person("agent1"), world.nodes["village1"].store
    learner = replace(agent, practice=True)
    number, _ = opened(world, TYPED, person=learner)
    assert offers(world, number, learner) == {}
    real, _ = opened(world, TYPED)
    record = store.cases.get(source)
    assert record is not None and offers(world, real)
    store.cases.put(replace(record, division="131025105202"))
    assert offers(world, real) == {}
    store.person_certificates.put("agent1", "131025105202", "sm3:00")
    assert offers(world, real)
    store.cases.put(replace(record, practice=True))
    assert offers(world, real) == {}
    store.cases.put(record)
    store.person_certificates.remove("agent1", "131025105202")


def test_the_index_is_made_anew_of_letters_and_a_case_that_is_gone_gives_nothing(place: tuple[World, str]) -> None:
    world, source = place
    number, _ = opened(world, TYPED)
    assert offers(world, number)
    store = world.nodes["village1"].store
    store.reuse.put(source, "", [])
    store = world.start("village1").store
    assert offers(world, number)
    record = store.cases.get(source)
    assert record is not None
    store.cases.delete(source)
    assert offers(world, number) == {}
    store.cases.put(record)


def test_offers_need_an_open_draft_and_an_agent(place: tuple[World, str]) -> None:
    world, source = place
    with pytest.raises(NotAllowedError):
        offers(world, source)
    number, _ = opened(world, TYPED)
    with pytest.raises(NotAllowedError):
        offers(world, number, Person("admin", "示例", ("admin",)))
