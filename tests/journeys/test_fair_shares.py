"""Nobody takes all of the road or of the disk: turns among villages, rules first after a week, quotas, and forms that go on a full disk."""

from dataclasses import replace

import pytest

from node.assemble import Node
from node.config import load_config, write_config
from sync.parcel import read_parcel
from tests.journeys.publishing import numbers, package, publish, send
from tests.journeys.test_packing import talk
from tests.journeys.test_queue import item_of
from tests.journeys.world import World

MIB = 1 << 20


def limited(world: World, name: str, **limits: int) -> Node:
    """A station started again with other limits."""
    config = load_config(world.place / name)
    write_config(world.place / name, replace(config, limits=replace(config.limits, **limits)))
    return world.start(name)


def refusals(node: Node) -> list[tuple[str, str]]:
    return [(str(row.detail["why"]), str(row.detail["from"])) for row in node.store.audit.page() if row.what == "parcel_refused"]


def test_a_village_with_many_parcels_does_not_stand_before_one_with_a_single_one(world: World) -> None:
    many, single = world.submitted(), world.submitted(agent="agent2")
    world.settle()
    world.weather.down = {"township"}
    for _ in range(12):
        talk(world, many, 1)
        world.carry("village1")
    talk(world, single, 1, "agent2")
    world.carry("village2")
    township, county = world.nodes["township"], world.nodes["county"].station
    makers = [
        read_parcel(one.data, county.suite.digest).header.from_station
        for one in township.outgoing.due(county.station, 1 << 30, 100)
        if read_parcel(one.data, county.suite.digest).header.parcel_class == "letters"
    ]
    assert len(makers) == 13
    assert makers.index(world.nodes["village2"].station.station) == 1


def test_a_village_that_calls_once_a_week_gets_the_rules_first_and_everything_in_one_round(world: World) -> None:
    number = world.submitted()
    world.settle()
    world.weather.down = {"village1"}
    world.approve(number)
    publish(world.nodes["county"], package(name="示例：高龄津贴新版"))
    send(world)
    world.settle()
    village, township = world.nodes["village1"], world.nodes["township"]
    assert numbers(world)["village1"] < numbers(world)["township"]
    waiting = township.outgoing.due(village.station.station, 1 << 30, 100)
    classes = [read_parcel(one.data, village.station.suite.digest).header.parcel_class for one in waiting]
    ranks = [("certificates", "catalogue", "receipts", "letters").index(one) for one in classes]
    assert ranks == sorted(ranks) and {"catalogue", "letters"} <= set(classes)
    world.weather.down = set()
    world.carry("village1")
    assert len(set(numbers(world).values())) == 1
    assert world.states(number)["village1"] == "approved"
    assert not township.store.outbox.has_due(village.station.station)


@pytest.mark.parametrize(("limits", "sent"), [({"village_parcels": 2}, 2), ({"village_mib": 1}, 0)])
def test_who_has_too_much_lying_here_is_told_so_and_nothing_is_half_done(
    world: World, limits: dict[str, int], sent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.settle()
    township = limited(world, "township", **limits)
    world.weather.down = {"township"}
    village, agent = world.nodes["village1"], world.person("agent1")
    if not sent:
        # What the village would have lying here is more than a mebibyte; ten real scans would make this test slow.
        monkeypatch.setattr(township.store.enclosures, "lying", lambda maker, parent: MIB)
    cases = []
    for _ in range(3):
        cases.append(world.submitted())
        world.carry("village1")
    assert [len(world.states(number)) for number in cases] == [2] * sent + [1] * (3 - sent)
    assert refusals(township) == [("quota", village.station.station)] * (3 - sent)
    late = item_of(village, cases[-1])
    assert (late.state, late.why) == ("refused", "quota")
    parcels = {row.parcel_id for row in village.outgoing.waiting_parcels()}
    assert not township.store.outbox.known_of(parcels), "a refused parcel leaves no row"
    other = world.submitted(agent="agent2")
    if sent:
        world.carry("village2")
        assert world.states(other)["township"] == "submitted", "another village has a share of its own"
    monkeypatch.undo()
    world.weather.down = set()
    world.settle()
    for number in cases[sent:]:
        village.queue.retry(agent, item_of(village, number).item_id)
    world.settle()
    assert all(len(world.states(number)) == 3 for number in cases)


def test_a_letter_without_new_scans_comes_though_the_bytes_are_used_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = world.submitted()
    world.settle()
    township = limited(world, "township", village_mib=1)
    monkeypatch.setattr(township.store.enclosures, "lying", lambda maker, parent: 5 * MIB)
    talk(world, number, 1)
    world.settle()
    assert len(world.letters(number)["township"]) == 2
    assert refusals(township) == []


def test_what_comes_from_above_and_from_the_county_is_under_no_quota(world: World) -> None:
    limited(world, "village1", village_parcels=1)
    number = world.submitted()
    world.settle()
    world.approve(number)
    assert world.states(number)["village1"] == "approved" and refusals(world.nodes["village1"]) == []


def test_on_a_disk_at_its_floor_scans_stop_with_a_word_and_forms_go(world: World) -> None:
    number = world.submitted()
    township = limited(world, "township", free_disk_mib=999_999)
    world.carry("village1")
    world.carry("township")
    assert len(world.states(number)) == 3, "forms go through a station whose disk is full"
    village = world.nodes["village1"]
    item = item_of(village, number)
    assert (item.state, item.why, item.scans_left) == ("carried", "no_room", 4)
    assert township.store.enclosures.bytes_here() == 0
    assert not list((world.place / "township").rglob("*.part"))
    world.act("reviewer", number, "returned", reason="示例")
    world.carry("village1")
    assert world.states(number)["village1"] == "returned"
    limited(world, "township", free_disk_mib=1)
    world.settle()
    assert village.queue.items().total == 1, "the courier leaves it alone for a while"
    village.queue.retry(world.person("agent1"), item_of(village, number).item_id)
    world.settle()
    assert village.queue.items().total == 0
    assert world.nodes["township"].store.enclosures.bytes_here() == world.nodes["village1"].store.enclosures.bytes_here() > 0


def test_a_station_that_has_no_room_asks_for_no_scans_and_still_gets_letters(world: World) -> None:
    number = world.submitted()
    county = limited(world, "county", free_disk_mib=999_999)
    world.settle()
    assert world.states(number)["county"] == "submitted" and county.store.enclosures.bytes_here() == 0
    assert item_of(world.nodes["township"], number, county.station.station).why == "no_room"
