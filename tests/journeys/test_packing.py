"""Letters are packed when a road is open: many in one parcel after a dead line, one at once on a line that works, each of them once."""

import threading

import pytest

from node.assemble import Node
from node.errors import StoreError
from node.mail.packing import unpack
from sync.boxes import QueuedParcel
from sync.parcel import read_parcel
from tests.journeys.replacing import go_on, put_back, renumber, saved
from tests.journeys.world import World


def talk(world: World, number: str, times: int, name: str = "agent1") -> None:
    """Letters that cost no scans: messages about a case."""
    for time in range(times):
        world.act(name, number, "message", reason=f"示例消息{time}")


def up(node: Node) -> str:
    parent = node.station.directory.parent_of(node.station.station)
    assert parent is not None
    return parent


def letters_in(world: World, parcel: QueuedParcel, reader: str = "township") -> list[bytes]:
    station = world.nodes[reader].station
    return unpack(station, read_parcel(parcel.data, station.suite.digest)).letters


def test_forty_letters_of_a_dead_line_leave_in_one_parcel_and_arrive_once(world: World) -> None:
    world.weather.down = {"village1"}
    village = world.nodes["village1"]
    number = world.submitted()
    talk(world, number, 39)
    waiting = village.store.outbox.waiting()
    assert (waiting.queued, waiting.unpacked) == (40, 40)
    assert village.store.outbox.counts() == {}, "no parcel was made while nothing could leave"
    assert village.desk.status().queued == 40
    assert not village.courier or village.courier.carry_once().failure == "unreachable"
    assert village.store.outbox.counts() == {}, "a line that is dead packs nothing"
    world.weather.down = set()
    world.settle()
    assert village.store.outbox.counts() == {"stored": 1}
    assert village.store.unpacked.summary().queued == 0
    expected = [("submitted", "admitted"), *[("message", "admitted")] * 39]
    assert world.letters(number) == dict.fromkeys(("village1", "township", "county"), expected)


def test_on_a_line_that_works_each_letter_leaves_at_once_in_a_parcel_of_its_own(world: World) -> None:
    number = world.submitted()
    world.settle()
    before = world.nodes["village1"].store.outbox.counts()["stored"]
    for turn in (1, 2):
        talk(world, number, 1)
        world.carry("village1")
        assert world.nodes["village1"].store.outbox.counts()["stored"] == before + turn
        assert len(world.letters(number)["township"]) == 1 + turn


def test_asking_whether_something_waits_packs_nothing(world: World) -> None:
    world.weather.down = {"village1"}
    world.submitted()
    village = world.nodes["village1"]
    assert village.outgoing.has_due(up(village))
    assert not village.outgoing.has_due(world.nodes["village2"].station.station)
    assert village.outgoing.waiting_for(up(village)) == 1
    (row,) = village.outgoing.waiting_parcels()
    (letter,) = village.store.unpacked.all(10)
    assert (row.parcel_id, row.to, row.state) == (letter.letter_id, up(village), "unpacked")
    assert village.store.outbox.counts() == {}


def test_what_is_urgent_is_packed_alone_and_goes_first(world: World) -> None:
    number, other = world.submitted(), world.submitted()
    world.settle()
    world.weather.down = {"township", "village1"}
    township = world.nodes["township"]
    talk(world, other, 3, "reviewer")
    world.act("reviewer", number, "returned", reason="示例：请补正")
    down = world.nodes["village1"].station.station
    due = township.outgoing.due(down, 1 << 30)
    assert [(one.urgent, len(letters_in(world, one, "village1"))) for one in due] == [(True, 1), (False, 3)]


def test_a_power_cut_between_packing_and_commit_leaves_all_letters_and_no_number_spent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.weather.down = {"village1"}
    number = world.submitted()
    talk(world, number, 2)
    village = world.nodes["village1"]
    counters = {name: village.store.counters.peek(name) for name in (f"to:{up(village)}",)}

    def cut(*_: object) -> None:
        raise StoreError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(village.store.outbox, "add_letters", cut)
        with pytest.raises(StoreError):
            village.outgoing.due(up(village), 1 << 30)
    village = world.start("village1")
    assert village.store.outbox.counts() == {}
    assert {name: village.store.counters.peek(name) for name in counters} == counters
    assert village.store.unpacked.summary().unpacked == 3
    world.weather.down = set()
    world.settle()
    assert world.letters(number)["county"] == [("submitted", "admitted"), ("message", "admitted"), ("message", "admitted")]


def test_two_who_pack_at_once_put_each_letter_into_one_parcel(world: World) -> None:
    world.weather.down = {"village1"}
    number = world.submitted()
    talk(world, number, 9)
    village, ready = world.nodes["village1"], threading.Barrier(2)
    due: list[list[str]] = []

    def pack() -> None:
        ready.wait(10)
        due.append([one.parcel_id for one in village.outgoing.due(up(village), 1 << 30)])
        village.store.close_thread()

    threads = [threading.Thread(target=pack) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    parcels = village.outgoing.due(up(village), 1 << 30)
    assert all(found == [one.parcel_id for one in parcels] for found in due) and len(due) == 2
    letters = [frame for one in parcels for frame in letters_in(world, one)]
    assert len(letters) == len(set(letters)) == 10


def test_what_waited_in_an_old_copy_goes_up_under_the_next_number_and_is_believed(world: World) -> None:
    known = world.submitted()
    world.settle()
    world.weather.down = {"village1"}
    talk(world, known, 1)
    old = saved(world, "village1")
    # What goes after the copy was made uses the numbers that the copy would give again.
    world.weather.down = set()
    talk(world, known, 2)
    world.settle()
    node = put_back(world, "village1", old)
    assert node.store.unpacked.summary().unpacked == 1
    world.carry("village1")
    node = renumber(world, "village1", "township")
    assert node.station.station.endswith("02")
    go_on(world)
    assert node.store.unpacked.summary().unpacked == 0
    assert {len(told) for told in world.letters(known).values()} == {4}
    assert {outcome for told in world.letters(known).values() for _, outcome in told} == {"admitted"}
    doubled = [row for row in world.nodes["township"].store.audit.page(limit=500) if row.what == "number_doubled"]
    assert doubled == []


def test_what_had_not_left_when_a_machine_died_goes_as_a_copy_under_the_next_number(world: World) -> None:
    """A parcel's letters are its maker's own: one of an earlier number would be refused."""
    known = world.submitted()
    world.settle()
    world.weather.down = {"village1"}
    talk(world, known, 1)
    node = put_back(world, "village1", saved(world, "village1"))
    world.weather.down = set()
    node = renumber(world, "village1", "township")
    go_on(world)
    assert node.store.unpacked.all(10) == []
    expected = [("submitted", "admitted"), ("message", "admitted")]
    assert world.letters(known) == dict.fromkeys(("village1", "township", "county"), expected)


def classes(node: Node, hop: str) -> list[str]:
    return [read_parcel(one.data, node.station.suite.digest).header.parcel_class for one in node.outgoing.due(hop, 1 << 30, 100)]


def signs(world: World, number: str) -> set[tuple[str, str]]:
    """Which tiers have given which sign of a case's last letter, as the village sees it."""
    road = world.nodes["village1"].desk.case(world.person("agent1"), number).roads
    return {(tier, mark) for _, tier, mark, _ in road.stations}


def test_what_became_of_a_letter_rides_in_the_answer_and_makes_no_parcel(world: World) -> None:
    world.weather.down = {"township"}
    number = world.submitted()
    world.carry("village1")
    village, township = world.nodes["village1"], world.nodes["township"]
    assert ("township", "arrived") in signs(world, number)
    assert classes(township, village.station.station) == []
    assert township.store.outbox.counts() == {"queued": 1}, "there is only the letter, for the county"


def test_an_answer_that_is_lost_says_the_same_again(world: World) -> None:
    number = world.submitted()
    village, township = world.nodes["village1"], world.nodes["township"]
    parcels = [one.data for one in village.outgoing.due(up(village), 1 << 30)]
    lost = township.mailroom.take_in(parcels, village.station.station, "network")
    again = township.mailroom.take_in(parcels, village.station.station, "network")
    assert len(lost.receipts) == 2 and again.receipts == lost.receipts
    assert len(again.known) == 1
    village.mailroom.take_receipts(again.receipts, up(village))
    assert ("township", "arrived") in signs(world, number)


def test_the_county_is_told_in_one_receipt_what_became_of_the_letters_of_many_calls(world: World) -> None:
    one, other = world.submitted(), world.submitted(agent="agent2")
    world.settle()
    world.weather.down = {"township"}
    for _ in range(3):
        talk(world, one, 1)
        world.carry("village1")
    talk(world, other, 1, "agent2")
    world.carry("village2")
    township, county = world.nodes["township"], world.nodes["county"]
    assert township.outgoing.has_due(county.station.station)
    assert sorted(classes(township, county.station.station)) == [*["letters"] * 4, "receipts"]
    world.weather.down = set()
    world.settle()
    marks = county.store.letters.roads([row.letter_id for row in county.store.letters.of_case(one)])
    for signs in marks.values():
        told = {mark.station for mark in signs if mark.mark == "arrived"}
        assert {township.station.station, county.station.station} <= told
