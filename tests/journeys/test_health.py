"""A village's trouble is seen at the township and at the county, in the same words, with what is carried anyway."""

from collections.abc import Callable
from datetime import timedelta

from node.assemble import Node
from node.assembly.post import welcome
from node.upkeep.findings import Grade
from node.upkeep.health import Health, StationHealth
from tests.fakes import START, SetClock
from tests.journeys.world import World


def seen_from(world: World, name: str) -> dict[str, StationHealth]:
    """How the stations below look from a station, by id."""
    node = world.nodes[name]
    health = Health(node.station.station, node.reports, node.store, node.station, node.clock, is_revoked(node))
    return {one.station: one for one in health.below()}


def is_revoked(node: Node) -> Callable[[str], bool]:
    is_welcome = welcome(node.station, node.store)
    return lambda station: not is_welcome(station)


def look_over(world: World, *names: str) -> None:
    """These stations do the chore that makes reports."""
    for name in names:
        world.nodes[name].chores.run_due(all_of_them=True)


def codes(health: StationHealth, grade: Grade) -> set[str]:
    return {finding.code for finding in health.report.of_grade(grade)} if health.report else set()


def test_a_villages_trouble_appears_at_township_and_county_after_a_carry_and_goes_again(world: World) -> None:
    village = world.nodes["village1"]
    key = world.place / "village1" / "keys" / "station_encrypt.key"
    kept = key.read_bytes()
    key.unlink()
    look_over(world, "village1", "township")
    world.carry("village1", "township")
    for above in ("township", "county"):
        found = seen_from(world, above)[village.station.station]
        assert found.grade is Grade.BAD and "key_missing" in codes(found, Grade.BAD)
        assert found.parent == world.nodes["township"].station.station and found.heard == START
    key.write_bytes(kept)
    world.clock.move(minutes=11)
    look_over(world, "village1")
    world.carry("village1", "township")
    for above in ("township", "county"):
        assert "key_missing" not in codes(seen_from(world, above)[village.station.station], Grade.BAD)


def test_a_village_that_cannot_be_reached_is_silent_above_and_its_last_word_stays(world: World) -> None:
    village = world.nodes["village1"].station.station
    look_over(world, "village1")
    world.carry("village1", "township")
    world.weather.down.add("village1")
    world.clock.move(days=2)
    look_over(world, "village1", "township")
    world.carry("village1", "township")
    found = seen_from(world, "county")[village]
    assert found.silence is Grade.NOTE and found.heard == START and found.report is not None
    world.clock.move(days=2)
    assert seen_from(world, "county")[village].grade is Grade.BAD


def test_a_village_with_a_wrong_clock_learns_it_from_its_parent_and_all_above_see_it(world: World) -> None:
    right = world.clock
    world.clock = SetClock(START - timedelta(minutes=25))
    village = world.start("village1")
    world.clock = right
    look_over(world, "village1")
    world.carry("village1")
    look_over(world, "village1")
    world.carry("village1", "township")
    found = seen_from(world, "county")[village.station.station]
    assert "clock_behind" in codes(found, Grade.BAD) and found.fact("clock_behind", "seconds") == 1500
    number = world.submitted()
    world.settle()
    assert set(world.states(number).values()) == {"submitted"}


def test_reports_cost_no_exchange_of_their_own(world: World) -> None:
    look_over(world, "village1")
    calls: list[int] = []
    door = world.nodes["township"].door
    exchange = door.exchange

    def counted(token: str, body: bytes) -> bytes | None:
        calls.append(len(body))
        return exchange(token, body)

    door.exchange = counted  # type: ignore[method-assign]  # the real door answers; it is only counted
    world.carry("village1")
    world.carry("village1")
    assert len(calls) == 2 and calls[0] > 500 and calls[1] < 100


def test_a_revoked_village_is_bad_wherever_its_list_has_come(world: World) -> None:
    village, township = world.nodes["village1"].station.station, world.nodes["township"]
    look_over(world, "village1", "township")
    world.carry("village1", "township")
    assert not seen_from(world, "township")[village].is_revoked
    signing = township.store.stations.get(village)
    assert signing is not None and signing.sign_certificate is not None
    township.bureau.authority.revoke([signing.sign_certificate], "key_compromise", township.clock.now(), by="admin")
    world.carry("township", rounds=2)
    for above in ("township", "county"):
        found = seen_from(world, above)[village]
        assert (found.is_revoked, found.grade) == (True, Grade.BAD)
    other = world.nodes["village2"].station.station
    assert not seen_from(world, "county")[other].is_revoked
