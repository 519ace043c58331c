"""Unit seals where stations come out of old copies: the list is had again, seals go on, and the county goes on counting."""

from collections.abc import Callable

from node.seals.register import LOST, STOPPED
from tests.journeys.replacing import go_on, put_back, renumber, saved
from tests.journeys.test_unit_seals import asked, made, newest, opened, states, waiting
from tests.journeys.world import World


def test_a_village_out_of_an_old_copy_keeps_its_seals_and_hears_again_which_was_lost(make_world: Callable[..., World]) -> None:
    world = make_world("p256")
    copy = saved(world, "village1")
    unit, service = newest(world), newest(world, kind="service")
    world.nodes["county"].seals.register.change(unit.seal_id, LOST, opened(world, "keyofficer"), "丢失")
    world.settle()
    assert newest(world).state == "lost"
    put_back(world, "village1", copy)
    assert newest(world).state == "in_use"
    renumber(world, "village1", "township")
    go_on(world)
    village = world.nodes["village1"]
    assert village.station.station.endswith("02")
    assert newest(world).state == "lost" and newest(world, kind="service").is_in_use
    assert village.seals.cabinet.open(newest(world, kind="service"), village.keyring.open(world.person("agent1"), world.pin("agent1")))
    assert newest(world, kind="service").seal_id == service.seal_id
    asked(world, replaces=unit.seal_id)
    world.settle()
    made(world, waiting(world).request)
    world.settle()
    assert newest(world).seal_id == f"{village.station.station}-unit-1" and newest(world).is_in_use


def test_a_county_out_of_an_old_copy_says_again_what_it_had_said(make_world: Callable[..., World]) -> None:
    world = make_world("p256")
    copy = saved(world, "county")
    unit, service = newest(world), newest(world, kind="service")
    world.nodes["county"].seals.register.change(unit.seal_id, LOST, opened(world, "keyofficer"), "丢失")
    world.settle()
    put_back(world, "county", copy)
    county = world.nodes["county"]
    assert county.seals.register.get(unit.seal_id).state == "in_use"
    county.numbers.number_itself()
    go_on(world)
    county = world.nodes["county"]
    assert county.seals.register.get(unit.seal_id).state == "lost"
    world.clock.move(minutes=5)
    county.seals.register.change(service.seal_id, STOPPED, opened(world, "keyofficer"), "换届")
    world.settle()
    assert states(world, unit.seal_id) == dict.fromkeys(world.nodes, "lost")
    assert states(world, service.seal_id) == dict.fromkeys(world.nodes, "stopped")
