"""The same parcels by USB disk: both directions, mixed with the network in any order, once only; and what a bundle cut in half says."""

from pathlib import Path

import pytest

from node.errors import RequestError
from sync.errors import BundleError
from tests.journeys.world import ORDER, World

KINDS = ["submitted", "accepted", "forwarded", "approved"]


def by_usb(world: World, sender: str, receiver: str, path: Path) -> object:
    world.nodes[sender].bundles.write_to(path, None if sender.startswith("village") else world.nodes[receiver].station.station)
    return world.nodes[receiver].bundles.read_from(path)


def test_a_case_goes_up_by_usb_and_the_decision_comes_down_by_usb(world: World, tmp_path: Path) -> None:
    world.weather.down = set(ORDER)
    number = world.submitted()
    agent, desk = world.person("agent1"), world.nodes["village1"].desk
    stick = tmp_path / "stick.yzb"

    report = world.nodes["village1"].bundles.write_to(stick)
    assert (report.parcels, report.enclosures) == (1, 8)
    assert desk.case(agent, number).roads.state == "handed_over"
    report = world.nodes["township"].bundles.read_from(stick)
    assert (report.new, report.known, report.enclosures, report.is_whole) == (1, 0, 8, True)

    world.nodes["township"].bundles.write_to(stick)
    world.nodes["county"].bundles.read_from(stick)
    assert set(world.states(number).values()) == {"submitted"}
    by_usb(world, "county", "township", stick)
    by_usb(world, "township", "village1", stick)
    assert desk.case(agent, number).roads.state == "arrived"

    world.act("reviewer", number, "accepted")
    world.act("reviewer", number, "forwarded")
    by_usb(world, "township", "county", stick)
    world.act("approver", number, "approved")
    by_usb(world, "county", "township", stick)
    by_usb(world, "township", "village1", stick)
    assert set(world.states(number).values()) == {"approved"}
    assert world.letters(number)["village1"] == [(kind, "admitted") for kind in KINDS]


def test_up_by_usb_and_down_by_network_and_everything_again_is_once(world: World, tmp_path: Path) -> None:
    stick = tmp_path / "stick.yzb"
    world.weather.down = {"village1"}
    number = world.submitted()
    by_usb(world, "village1", "township", stick)
    world.weather.down = set()
    world.settle()
    again = world.nodes["township"].bundles.read_from(stick)
    assert (again.new, again.known) == (0, 1)
    world.settle()
    assert world.nodes["village1"].outgoing.due(world.nodes["township"].station.station, 1 << 30) == []
    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}


def test_any_station_carries_a_bundle_that_it_cannot_read(world: World, tmp_path: Path) -> None:
    stick = tmp_path / "stick.yzb"
    world.weather.down = {"village1"}
    number = world.submitted()
    world.nodes["village1"].bundles.write_to(stick)
    report = world.nodes["village2"].bundles.read_from(stick)
    assert report.new == 1
    assert "village2" not in world.states(number)
    world.settle()
    assert world.states(number) == {"village1": "submitted", "township": "submitted", "county": "submitted"}


def test_a_bundle_cut_anywhere_gives_what_is_whole_and_names_the_rest(world: World, tmp_path: Path) -> None:
    stick, cut = tmp_path / "stick.yzb", tmp_path / "cut.yzb"
    world.weather.down = set(ORDER)
    number = world.submitted()
    world.nodes["village1"].bundles.write_to(stick)
    data = stick.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    report = world.nodes["township"].bundles.read_from(cut)
    assert not report.is_whole
    assert report.damaged or report.missing
    assert world.states(number)["township"] == "submitted"
    whole = world.nodes["township"].bundles.read_from(stick)
    assert (whole.known, whole.is_whole) == (1, True)
    world.act("reviewer", number, "accepted")
    cut.write_bytes(data[:200])
    with pytest.raises(BundleError):
        world.nodes["township"].bundles.read_from(cut)


def test_a_bundle_for_nobody_names_the_neighbours(world: World, tmp_path: Path) -> None:
    with pytest.raises(RequestError) as refused:
        world.nodes["township"].bundles.write_to(tmp_path / "x.yzb", "示例三村")
    assert refused.value.code == "bundle_to"
    assert "示例一村便民服务室" in refused.value.facts["known"]
