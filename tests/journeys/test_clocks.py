"""No clock is trusted to refuse: a village whose clock is years wrong files, and gets its answer; what is doubtful is flagged."""

import pytest

from node.casework.views import Mark
from node.clock import county_day
from tests.fakes import SetClock
from tests.journeys.world import World


def with_a_clock_of_its_own(world: World, name: str, days: float) -> SetClock:
    clock = SetClock(world.clock.now())
    clock.move(days=days)
    shared, world.clock = world.clock, clock
    world.start(name)
    world.clock = shared
    return clock


@pytest.mark.parametrize("days", [-3650, -400, -1, 1, 400, 3650])
def test_a_village_with_a_wrong_clock_files_and_gets_its_answers(world: World, days: float) -> None:
    clock = with_a_clock_of_its_own(world, "village1", days)
    case = world.filled("pension_enrol")
    number, desk, agent = case.line.case_number, world.nodes["village1"].desk, world.person("agent1")
    assert case.version is not None
    today = county_day(clock.now()).isoformat()
    desk.save_answers(agent, number, case.version, {"sign_date": today, "start_year": 2015, "years_short": "是"})
    world.act("agent1", number, "submitted")
    world.settle()
    assert set(world.states(number).values()) == {"submitted"}
    # A day early is what a line that was dead for a day looks like; the rest cannot be true.
    assert world.letters(number)["township"] == [("submitted", "admitted" if days == -1 else "flagged")]
    world.act("reviewer", number, "returned", reason="请核对", marks=(Mark("?", field="name"),))
    world.settle()
    assert set(world.states(number).values()) == {"returned"}
    world.act("agent1", number, "submitted")
    world.settle()
    world.approve(number)
    kinds = ["submitted", "returned", "submitted", "accepted", "forwarded", "approved"]
    assert {name: [kind for kind, _ in chain] for name, chain in world.letters(number).items()} == dict.fromkeys(
        world.states(number), kinds
    )


def test_a_clock_that_is_right_flags_nothing(world: World) -> None:
    number = world.submitted()
    world.clock.move(hours=30)
    world.settle()
    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}


def test_what_a_township_did_while_its_line_was_dead_comes_at_once_and_is_not_flagged(world: World) -> None:
    number = world.submitted()
    world.settle()
    world.weather.down.add("township")
    world.act("reviewer", number, "accepted")
    world.clock.move(hours=2)
    world.act("reviewer", number, "forwarded")
    world.clock.move(hours=20)
    world.weather.down.clear()
    world.settle()
    assert [outcome for _, outcome in world.letters(number)["county"]] == ["admitted"] * 3
    assert [outcome for _, outcome in world.letters(number)["village1"]] == ["admitted"] * 3


def test_an_act_that_claims_a_time_before_its_station_had_the_case_is_flagged_everywhere(world: World) -> None:
    clock = with_a_clock_of_its_own(world, "township", 0)
    number = world.submitted()
    world.settle()
    clock.move(hours=-2)
    world.act("reviewer", number, "accepted")
    world.settle()
    for name in ("village1", "county"):
        assert world.letters(number)[name][-1] == ("accepted", "flagged"), name
