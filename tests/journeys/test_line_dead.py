"""The line is dead, loses answers, says things twice: the same case ends in the same state everywhere, once."""

from collections.abc import Callable

import pytest

from tests.journeys.world import ORDER, Weather, World

TRIP: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("reviewer", "accepted", {}),
    ("reviewer", "forwarded", {"note": "符合条件"}),
    ("approver", "approved", {}),
    ("agent1", "delivered", {"receiver": "示例甲本人"}),
)
KINDS = ["submitted", *(event for _, event, _ in TRIP)]


def test_a_case_is_filed_and_receipted_with_the_line_dead_and_arrives_when_it_returns(world: World) -> None:
    world.weather.down = set(ORDER)
    number = world.submitted()
    world.carry()
    desk = world.nodes["village1"].desk
    assert desk.case(world.person("agent1"), number).roads.state == "queued"
    assert desk.status().link == "down"
    assert desk.status().queued == 1
    assert desk.status().bytes_waiting > 0
    assert world.states(number) == {"village1": "submitted"}

    world.weather.down = set()
    world.settle()
    assert set(world.states(number).values()) == {"submitted"}
    assert desk.case(world.person("agent1"), number).roads.state == "arrived"
    assert desk.status().link == "up"


@pytest.mark.parametrize("dead_at", range(len(KINDS)))
def test_a_line_that_is_dead_at_one_step_delays_and_loses_nothing(world: World, dead_at: int) -> None:
    number = ""
    steps: tuple[tuple[str, str, dict[str, str]], ...] = (("agent1", "submitted", {}), *TRIP)
    for step, (name, event, more) in enumerate(steps):
        world.weather.down = set(ORDER) if step == dead_at else set()
        if step == 0:
            number = world.submitted()
        else:
            world.act(name, number, event, **more)
        world.carry(rounds=2)
        world.weather.down = set()
        world.settle()
    assert world.letters(number) == {name: [(kind, "admitted") for kind in KINDS] for name in ("village1", "township", "county")}


@pytest.mark.parametrize("seed", range(4))
def test_lost_answers_and_doubled_calls_change_nothing(make_world: Callable[..., World], seed: int) -> None:
    world = make_world(weather=Weather(lose_answers=0.3, double_calls=0.5))
    world.weather.chance.seed(seed)
    number = world.submitted("pension_enrol")
    world.carry(rounds=12)
    for name, event, more in TRIP:
        world.act(name, number, event, **more)
        world.carry(rounds=12)
    world.weather.lose_answers = 0.0
    world.settle()
    assert world.letters(number) == {name: [(kind, "admitted") for kind in KINDS] for name in ("village1", "township", "county")}
    assert set(world.states(number).values()) == {"delivered"}


def test_a_station_that_is_started_again_at_each_step_goes_on(world: World) -> None:
    number = world.submitted()
    for name, event, more in TRIP:
        for station in list(world.nodes):
            world.start(station)
        world.settle()
        world.act(name, number, event, **more)
    world.settle()
    assert set(world.states(number).values()) == {"delivered"}


def test_parcels_in_any_order_and_twice_end_in_the_same_history(make_world: Callable[..., World]) -> None:
    world = make_world()
    number = world.submitted()
    world.settle()
    for name, event, more in TRIP[:2]:
        world.act(name, number, event, **more)
        world.settle()
    village, township, county = (world.nodes[name] for name in ("village1", "township", "county"))
    world.act("approver", number, "returned", reason="缺材料", marks=())
    parcels = [row.data for row in (county.outgoing.due(township.station.station, 1 << 30))]
    world.settle()
    case = village.desk.case(world.person("agent1"), number)
    assert case.line.state == "returned"
    world.act("agent1", number, "submitted")
    parcels += [row.data for row in village.outgoing.due(township.station.station, 1 << 30)]
    for data in [*reversed(parcels), *parcels]:
        township.mailroom.take_in([data], village.station.station, "bundle")
    world.settle()
    assert set(world.states(number).values()) == {"submitted"}
    assert len({tuple(found) for found in world.letters(number).values()}) == 1


def test_a_letter_that_overtakes_its_predecessor_waits_for_it(world: World) -> None:
    number = world.submitted()
    world.settle()
    world.weather.down = set(ORDER)
    township, county = world.nodes["township"], world.nodes["county"]
    world.act("reviewer", number, "accepted")
    # The road was open for a moment between the two, so each lies in a parcel of its own.
    assert len(township.outgoing.due(county.station.station, 1 << 30)) == 1
    world.act("reviewer", number, "forwarded")
    first, second = (row.data for row in township.outgoing.due(county.station.station, 1 << 30))
    county.mailroom.take_in([second], township.station.station, "network")
    assert world.letters(number)["county"][-1] == ("forwarded", "waiting")
    assert world.states(number)["county"] == "submitted"
    county.mailroom.take_in([first], township.station.station, "network")
    assert world.letters(number)["county"][1:] == [("accepted", "admitted"), ("forwarded", "admitted")]
    assert world.states(number)["county"] == "forwarded"
    world.weather.down = set()
    world.settle()
    assert set(world.states(number).values()) == {"forwarded"}
