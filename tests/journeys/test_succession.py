"""A station is restored, replaced or cloned while cases are under way: it gets its next number, is filled again, and nothing forks."""

from collections.abc import Callable

import pytest

from node.errors import NotAllowedError
from node.evidence.grounds import Grounds
from node.evidence.verification import verify_file
from tests.journeys.replacing import clone, cloned_unnoticed, go_on, put_back, renumber, replaced, saved
from tests.journeys.world import World

NewWorld = Callable[..., World]


def test_a_village_out_of_an_old_copy_gets_its_next_number_and_everything_back(make_world: NewWorld) -> None:
    world = make_world()
    early = world.submitted()
    world.settle()
    old = saved(world, "village1")
    late = world.submitted()
    world.settle()
    world.act("reviewer", late, "accepted")
    draft = world.filled()
    world.settle()
    node = put_back(world, "village1", old)

    assert node.standing.state() == "restored"
    with pytest.raises(NotAllowedError, match="standing_restored"):
        world.filled()
    node = renumber(world, "village1", "township")
    assert node.station.station == "13102510520102"
    assert node.standing.state() == "active"
    with pytest.raises(NotAllowedError, match="refill_awaited"):
        world.act("agent1", early, "message", text="示例")
    go_on(world)

    assert world.states(late) == {"village1": "accepted", "township": "accepted", "county": "accepted"}
    assert {name: [kind for kind, _ in told] for name, told in world.letters(late).items()} == {
        name: ["submitted", "accepted"] for name in ("village1", "township", "county")
    }
    assert {outcome for told in world.letters(late).values() for _, outcome in told} == {"admitted"}
    fresh = world.submitted()
    assert fresh.startswith("13102510520102")
    assert draft.line.case_number not in {row.case_number for row in node.store.cases.page(limit=100)}
    go_on(world)
    assert set(world.states(fresh).values()) == {"submitted"}
    world.act("agent1", late, "message", text="示例")
    world.act("reviewer", late, "returned", reason="示例")
    go_on(world)
    world.act("agent1", late, "submitted")
    go_on(world)
    assert world.states(late) == {"village1": "submitted", "township": "submitted", "county": "submitted"}
    assert {outcome for told in world.letters(late).values() for _, outcome in told} == {"admitted"}


def test_a_township_out_of_an_old_copy_learns_from_both_sides_what_it_had_sealed(make_world: NewWorld) -> None:
    world = make_world()
    seen_by_all, seen_below, seen_above = world.submitted(), world.submitted(), world.submitted(agent="agent2")
    world.settle()
    old = saved(world, "township")
    for number in (seen_by_all, seen_below, seen_above):
        world.act("reviewer", number, "accepted")
    world.settle()
    # What follows reaches only one side before the township's disk dies.
    world.act("reviewer", seen_above, "forwarded")
    world.carry("township")
    world.act("reviewer", seen_below, "returned", reason="示例")
    world.carry("village1")
    kept_below = world.submitted()
    world.carry("village1")
    assert "county" not in world.states(kept_below)
    assert world.states(seen_below) == {"village1": "returned", "township": "returned", "county": "accepted"}
    assert world.states(seen_above) == {"village2": "accepted", "township": "forwarded", "county": "forwarded"}

    put_back(world, "township", old)
    # The county may go on meanwhile.
    world.act("approver", seen_above, "approved")
    node = renumber(world, "township", "county")
    assert node.station.station == "13102510500002"
    with pytest.raises(NotAllowedError, match="refill_awaited"):
        world.act("reviewer", seen_by_all, "returned", reason="示例")
    go_on(world)

    assert set(world.states(seen_by_all).values()) == {"accepted"}
    assert world.states(seen_below) == {"village1": "returned", "township": "returned", "county": "returned"}
    assert world.states(seen_above) == {"village2": "approved", "township": "approved", "county": "approved"}
    assert world.states(kept_below) == {"village1": "submitted", "township": "submitted", "county": "submitted"}
    for number in (seen_by_all, seen_below, seen_above, kept_below):
        assert {outcome for told in world.letters(number).values() for _, outcome in told} == {"admitted"}
    world.act("reviewer", kept_below, "accepted")
    world.act("reviewer", seen_by_all, "forwarded")
    world.act("agent1", seen_below, "submitted")
    go_on(world)
    assert set(world.states(kept_below).values()) == {"accepted"}
    assert set(world.states(seen_by_all).values()) == {"forwarded"}
    assert set(world.states(seen_below).values()) == {"submitted"}


def test_a_county_out_of_an_old_copy_numbers_itself_and_is_filled_by_its_townships(make_world: NewWorld) -> None:
    world = make_world()
    early = world.submitted()
    world.settle()
    old = saved(world, "county")
    late = world.submitted()
    world.settle()
    for number in (early, late):
        world.act("reviewer", number, "accepted")
        world.act("reviewer", number, "forwarded")
    world.settle()
    world.act("approver", early, "approved")
    world.settle()

    node = put_back(world, "county", old)
    assert node.standing.state() == "restored"
    assert node.numbers.number_itself() == "13102500000002"
    go_on(world)

    assert set(world.states(early).values()) == {"approved"}
    assert set(world.states(late).values()) == {"forwarded"}
    world.act("approver", late, "approved")
    go_on(world)
    assert world.states(late) == {"village1": "approved", "township": "approved", "county": "approved"}
    assert {outcome for told in world.letters(late).values() for _, outcome in told} == {"admitted"}


def test_an_old_copy_that_looks_like_the_machine_is_told_by_its_parent(make_world: NewWorld) -> None:
    world = make_world()
    world.settle()
    old = saved(world, "village1")
    late = world.submitted()
    world.settle()
    node = cloned_unnoticed(world, "village1", old)
    assert node.standing.state() == "active"

    world.carry("village1")

    assert (node.standing.state(), node.standing.why()) == ("restored", "numbers")
    renumber(world, "village1", "township")
    go_on(world)
    assert set(world.states(late).values()) == {"submitted"}


def test_of_two_copies_that_both_go_on_the_parent_sees_one_number_twice(make_world: NewWorld) -> None:
    world = make_world()
    world.settle()
    old = saved(world, "village1")
    first = world.submitted()
    world.settle()
    live = saved(world, "village1")
    cloned_unnoticed(world, "village1", old)
    second = world.submitted()
    assert second == first
    file = world.place / "second.bundle"
    world.nodes["village1"].bundles.write_to(file)
    world.nodes["township"].bundles.read_from(file)

    node = cloned_unnoticed(world, "village1", live)
    world.carry("village1")
    assert (node.standing.state(), node.standing.why()) == ("restored", "doubled")
    renumber(world, "village1", "township")
    go_on(world)
    # Both are kept: one is the case, the other waits for a person, at every station that has it.
    assert [outcome for kind, outcome in world.letters(first)["township"]] == ["admitted", "set_aside"]
    with pytest.raises(NotAllowedError, match="forked"):
        world.act("reviewer", first, "accepted")


def test_a_dead_village_is_replaced_by_a_new_machine_that_gets_its_cases_and_their_scans_back(make_world: NewWorld) -> None:
    world = make_world()
    under_way, decided, on_the_road = world.submitted(), world.submitted(), world.submitted()
    world.settle()
    for number in (under_way, decided):
        world.act("reviewer", number, "accepted")
    world.act("reviewer", decided, "forwarded")
    world.settle()
    world.act("approver", decided, "approved")
    world.act("reviewer", on_the_road, "returned", reason="示例")
    world.carry("township")

    node = replaced(world, "village1", "township")
    assert node.station.station == "13102510520102"
    go_on(world)

    assert world.states(under_way) == {"village1": "accepted", "township": "accepted", "county": "accepted"}
    assert set(world.states(decided).values()) == {"approved"}
    assert set(world.states(on_the_road).values()) == {"returned"}
    view = node.desk.case(world.person("agent1"), on_the_road)
    assert view.attachments
    assert all(one.whole for one in view.attachments)
    world.act("agent1", on_the_road, "submitted")
    world.act("agent1", decided, "delivered", receiver="示例甲")
    fresh = world.submitted()
    go_on(world)
    assert set(world.states(on_the_road).values()) == {"submitted"}
    assert set(world.states(decided).values()) == {"delivered"}
    assert set(world.states(fresh).values()) == {"submitted"}
    assert fresh.startswith("13102510520102")
    for number, name in ((on_the_road, "village1"), (decided, "county")):
        file = world.place / f"{number}.zip"
        world.nodes[name].exports.write(number, file)
        found = verify_file(file, Grounds((world.place / "county" / "root.der").read_bytes(), world.clock.now()))
        assert (found.problems, found.verdict) == ((), "valid")
    for number in (under_way, decided, on_the_road, fresh):
        assert {outcome for told in world.letters(number).values() for _, outcome in told} == {"admitted"}


def test_a_dead_township_is_replaced_by_a_new_machine_and_nothing_forks(make_world: NewWorld) -> None:
    world = make_world()
    above, below, unsent = world.submitted(), world.submitted(agent="agent2"), world.submitted()
    world.carry("village2", "village1")
    world.carry("township")
    world.act("reviewer", above, "accepted")
    world.act("reviewer", above, "forwarded")
    world.carry("township")
    world.act("reviewer", below, "accepted")
    world.carry("village2")
    late = world.submitted(agent="agent2")
    world.carry("village2")

    node = replaced(world, "township", "county")
    assert node.station.station == "13102510500002"
    world.act("approver", above, "approved")
    go_on(world)

    assert world.states(above) == {"village1": "approved", "township": "approved", "county": "approved"}
    assert world.states(below) == {"village2": "accepted", "township": "accepted", "county": "accepted"}
    assert set(world.states(unsent).values()) == {"submitted"}
    assert world.states(late) == {"village2": "submitted", "township": "submitted", "county": "submitted"}
    for number in (unsent, late):
        world.act("reviewer", number, "accepted")
    world.act("reviewer", below, "forwarded")
    go_on(world)
    for number in (above, below, unsent, late):
        assert len(set(world.states(number).values())) == 1
        assert {outcome for told in world.letters(number).values() for _, outcome in told} == {"admitted"}


def test_a_clone_of_the_number_before_last_hears_that_another_stands_in_its_place(make_world: NewWorld) -> None:
    world = make_world("p256")
    node = clone(world, "village1", "forgotten")
    for _ in range(2):
        world.nodes["village1"].standing.mark_restored("machine")
        renumber(world, "village1", "township")

    assert node.courier is not None
    node.courier.carry_once()

    assert node.standing.state() == "superseded"


def test_a_forgotten_clone_hands_over_what_it_has_sealed_and_seals_no_more(make_world: NewWorld) -> None:
    world = make_world()
    shared = world.submitted()
    world.settle()
    node = clone(world, "village1", "forgotten")
    agent, original = world.person("agent1"), world.nodes["village1"]
    # Both go on without a line; the clone seals one case that only it has.
    world.nodes["village1"], world.nodes["forgotten"] = node, original
    only_there = world.submitted()
    world.nodes["village1"], world.nodes["forgotten"] = original, node
    original.standing.mark_restored("machine")
    renumber(world, "village1", "township")
    go_on(world)
    assert only_there not in {row.case_number for row in world.nodes["township"].store.cases.page(limit=100)}

    assert node.courier is not None
    node.courier.carry_once()
    node.courier.carry_once()

    assert node.standing.state() == "superseded"
    with pytest.raises(NotAllowedError, match="standing_superseded"):
        node.desk.open_case(agent, "gaoling")
    go_on(world)
    assert world.states(only_there) == {name: "submitted" for name in ("village1", "township", "county", "forgotten")}
    world.act("reviewer", only_there, "returned", reason="示例")
    world.act("reviewer", shared, "accepted")
    go_on(world)
    assert world.nodes["village1"].desk.case(agent, only_there).line.state == "returned"
    world.act("agent1", only_there, "submitted")
    go_on(world)
    assert {name: world.states(only_there)[name] for name in ("village1", "township", "county")} == dict.fromkeys(
        ("village1", "township", "county"), "submitted"
    )


def test_a_stolen_village_is_replaced_although_its_township_was_replaced_since(make_world: NewWorld) -> None:
    world = make_world()
    number = world.submitted()
    world.settle()
    township = world.nodes["township"]
    village = world.nodes["village1"].station.station
    known = township.store.stations.get(village)
    assert known is not None and known.sign_certificate is not None
    township.bureau.authority.revoke([known.sign_certificate], "key_compromise", by="admin")
    world.carry("township", rounds=2)

    replaced(world, "township", "county")
    world.weather.down.add("village1")
    go_on(world)
    assert village in world.nodes["township"].station.directory
    replaced(world, "village1", "township")
    world.weather.down.clear()
    go_on(world)
    assert world.states(number) == {"village1": "submitted", "township": "submitted", "county": "submitted"}
    world.act("reviewer", number, "accepted")
    go_on(world)
    assert set(world.states(number).values()) == {"accepted"}
