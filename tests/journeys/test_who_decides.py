"""Every item of the sample county goes its whole way, and the tier that its answers call for decides it, at every station alike."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.casework.case import Desk, Holder
from node.casework.letter import CONTEXT, make_frame, read_frame
from node.enrolment.founding import Above, NewPerson, enrol_person
from node.errors import RequestError, TransitionError
from node.evidence.grounds import Grounds
from node.evidence.verification import verify_file
from node.staff.people import Person
from signing.seal import sign_compact
from tests.journeys.test_admission_table import bring, letter_from, sealed_by
from tests.journeys.world import World

DECIDERS = {"village": "head1", "township": "leader", "county": "approver"}


def decider(world: World, number: str) -> str:
    """The tier that may decide a case that has come to everybody; where that is the county, the township has done its part."""
    if world.node_of("agent1").desk.case(world.person("agent1"), number).line.desk == Desk.HEAD:
        return "village"
    world.act("reviewer", number, "accepted")
    if "approved" in world.node_of("leader").desk.case(world.person("leader"), number).events:
        return "township"
    world.act("reviewer", number, "forwarded")
    return "county"


def submitted(world: World, item: str, **answers: Any) -> str:
    """A case with the sample's answers, some of them changed."""
    desk, person = world.node_of("agent1").desk, world.person("agent1")
    view = world.filled(item)
    desk.save_answers(person, view.line.case_number, view.version or 0, answers)
    return world.act("agent1", view.line.case_number, "submitted").line.case_number


def test_every_item_on_the_shelf_is_filed_and_decided(world: World) -> None:
    desk = world.nodes["village1"].desk
    forms = {entry.id: desk.item(entry.id)[1] for entry in desk.items()}
    numbers = {item: world.submitted(item) for item in forms}
    world.settle()
    # Of the items that the county decides a few go on: beyond the township they have one way.
    by_county = [item for item, form in forms.items() if form.tiers["decides"] == "county"]
    tiers = {item: decider(world, number) for item, number in numbers.items() if item not in by_county[3:]}
    world.settle()
    for item, tier in tiers.items():
        world.act(DECIDERS[tier], numbers[item], "approved")
    world.settle()
    assert (len(forms), len(by_county), len(tiers)) == (43, 30, 16)
    assert {item: tier for item, tier in tiers.items() if forms[item].tiers["decides"] not in (tier, "dynamic")} == {}
    for item, number in numbers.items():
        state = "approved" if item in tiers else "submitted"
        assert world.states(number) == dict.fromkeys(("village1", "township", "county"), state)
        rows = [row for node in world.nodes.values() if (row := node.store.cases.get(number))]
        assert [row.flags for row in rows] == [()] * 3


@pytest.mark.parametrize(
    ("item", "answers", "tier"),
    [
        ("public_opinion", {"level": "村内可解决"}, "village"),
        ("public_opinion", {"level": "需乡镇办理"}, "township"),
        ("village_note", {}, "village"),
    ],
)
def test_the_answers_say_who_decides(world: World, item: str, answers: dict[str, Any], tier: str) -> None:
    number = submitted(world, item, **answers)
    world.settle()
    assert decider(world, number) == tier
    with pytest.raises(TransitionError):
        world.act("leader" if tier == "village" else "head1", number, "approved")


def test_answers_that_change_on_the_way_back_change_who_decides(world: World) -> None:
    number = submitted(world, "public_opinion", level="村内可解决")
    world.act("head1", number, "returned", reason="村里解决不了，请报乡镇")
    desk, person = world.node_of("agent1").desk, world.person("agent1")
    desk.save_answers(person, number, desk.case(person, number).version or 0, {"level": "需乡镇办理"})
    world.act("agent1", number, "submitted")
    world.settle()
    assert decider(world, number) == "township"
    world.settle()
    assert len(set(world.states(number).values())) == 1


def test_what_the_village_decides_is_refused_where_nobody_is_the_head(world: World) -> None:
    store = world.nodes["village1"].store
    for person in store.people.all():
        if "village_head" in person.roles:
            store.people.put(type(person)(**{**person.__dict__, "disabled": True}))
    with pytest.raises(RequestError, match="no_village_head"):
        world.submitted("village_note")
    assert world.nodes["village1"].store.outbox.waiting().queued == 0


def test_who_is_agent_and_head_decides_nothing_that_he_filed_and_a_village_that_seals_it_is_not_believed(world: World) -> None:
    place, node = world.place, world.nodes["village1"]
    new = NewPerson("both", "示例兼任", ("agent", "village_head"), "shanlu-7342-feng", "481902")
    enrol_person(place / "village1", new, Above(place / "township", place / "county"), world.clock)
    both = Person(new.name, new.display_name, new.roles, session_id="session of both")
    number = world.filled("village_note").line.case_number
    everybody = node.store.people.all()
    for one in everybody:
        if one.name == "head1":
            node.store.people.put(replace(one, disabled=True))
    with pytest.raises(RequestError, match="own_village_head"):
        node.desk.act(both, number, "submitted", pin=new.pin)
    node.store.people.put(next(one for one in everybody if one.name == "head1"))
    assert node.desk.act(both, number, "submitted", pin=new.pin).events.count("approved") == 0
    with pytest.raises(TransitionError, match="own"):
        node.desk.act(both, number, "approved", pin=new.pin)
    world.settle()
    letter = letter_from(node, number, "approved", Holder(node.station.station, Desk.AGENT), {})
    signer = node.keyring.open(both, new.pin)
    seal = sign_compact(node.station.suite, signer.signer, signer.seal, CONTEXT + letter.payload(), letter.at)
    sealed = read_frame(make_frame(letter.payload(), (seal,)), node.station.suite.digest)
    assert bring(world, "agent1", "township", sealed) == ("set_aside", "transition_own")
    world.act("head1", number, "approved")
    world.settle()
    assert world.states(number) == dict.fromkeys(("village1", "township", "county"), "approved")


def test_a_village_that_claims_what_the_county_decides_for_its_own_head_is_not_believed(world: World) -> None:
    node = world.nodes["village1"]
    number = world.filled("gaoling").line.case_number
    view = node.desk.case(world.person("agent1"), number)
    claimed = Holder(node.station.station, Desk.HEAD)
    letter = letter_from(node, number, "submitted", claimed, {"answers": dict(view.answers)}, after=None)
    sealed = sealed_by(world, "agent1", letter)
    assert bring(world, "agent1", "township", sealed) == ("set_aside", "holder")
    approved = sealed_by(world, "head1", replace(letter, kind="approved", after=sealed.letter_id, holder=None, body={}))
    assert bring(world, "agent1", "township", approved)[0] == "set_aside"
    assert (record := world.nodes["township"].store.cases.get(number)) is None or record.state == "draft"


def test_the_export_of_what_a_village_decided_is_valid(world: World, tmp_path: Path) -> None:
    number = world.submitted("village_note")
    world.act("head1", number, "approved")
    world.settle()
    path = tmp_path / "case.zip"
    world.nodes["county"].exports.write(number, path)
    found = verify_file(path, Grounds((world.place / "county" / "root.der").read_bytes(), world.clock.now()))
    assert found.problems == ()
    # The agent's under what was handed in; the head's and the committee's own under what was decided.
    assert [(one.event, one.tier) for one in found.seals] == [("submitted", "village"), ("approved", "village"), ("approved", "village")]
