"""Roads against bad luck and bad will: answers that are lost on one road and given on another, old copies, hands that are too fast."""

from dataclasses import replace
from pathlib import Path

import pytest

from node.config import load_config, write_config
from node.errors import DiskFullError, NotAllowedError
from node.mail.trips import Trip
from sync.parcel import read_parcel
from tests.journeys.replacing import put_back, saved
from tests.journeys.test_fair_shares import limited
from tests.journeys.test_packing import signs, talk, up
from tests.journeys.test_queue import item_of
from tests.journeys.test_revocation import revoke_person
from tests.journeys.world import World


def lose_the_answer(world: World) -> None:
    """The township takes in what the village has, and the village never hears of it; then the line dies."""
    village, township = world.nodes["village1"], world.nodes["township"]
    parcels = [one.data for one in village.outgoing.due(up(village), 1 << 30)]
    township.mailroom.take_in(parcels, village.station.station, "network")
    world.weather.down = {"village1"}


def test_what_became_of_a_letter_is_told_though_the_answer_was_lost_and_a_stick_says_that_it_is_stored(
    world: World, tmp_path: Path
) -> None:
    number = world.submitted()
    lose_the_answer(world)
    stick = tmp_path / "answer.yzb"
    world.nodes["township"].bundles.write_to(stick, world.nodes["village1"].station.station)
    world.nodes["village1"].bundles.read_from(stick)
    assert ("township", "arrived") in signs(world, number)


def test_what_became_of_a_letter_is_told_though_the_answer_was_lost_and_paper_says_that_it_is_stored(world: World) -> None:
    world.submitted()
    world.settle()
    number, agent, reviewer = world.submitted(), world.person("agent1"), world.person("reviewer")
    village, township = world.nodes["village1"].paper, world.nodes["township"].paper
    made = village.make(agent, number)
    lose_the_answer(world)
    for _ in range(2):  # as a camera does
        assert [township.read_code(reviewer, text).state for text in made.texts][-1] == "known"
    for text in township.parcel(made.parcel_id).receipt:
        village.read_code(agent, text)
    assert ("township", "stored") in signs(world, number)
    world.weather.down = set()
    world.settle()
    assert ("township", "arrived") in signs(world, number)


def test_an_old_copy_makes_no_sheet_whose_number_was_given_before(world: World) -> None:
    known = world.submitted()
    world.settle()
    world.weather.down = {"village1"}
    talk(world, known, 1)
    node = put_back(world, "village1", saved(world, "village1"))
    given = node.store.counters.peek(f"to:{up(node)}")
    with pytest.raises(NotAllowedError, match="standing_restored"):
        node.paper.make(world.person("agent1"), known)
    assert node.store.counters.peek(f"to:{up(node)}") == given
    assert item_of(node, known).why == "standing", "who looks at what waits is told that it waits on every road, and for what"
    assert node.store.unpacked.summary().unpacked == 1


def test_what_a_person_did_with_an_item_counts_though_it_leaves_in_that_moment(world: World) -> None:
    world.weather.down = {"village1"}
    number = world.submitted()
    village, hop = world.nodes["village1"], up(world.nodes["village1"])
    parcels = [one.parcel_id for one in village.outgoing.due(hop, 1 << 30)]
    item = item_of(village, number)

    def carry() -> None:
        village.store.outbox.mark_stored(parcels, hop, None, world.clock.now())
        for one in village.store.enclosures.to_send(hop, 100):
            village.store.enclosures.held_by(hop, one)

    village.store.on_queued(carry)
    assert village.queue.send_first(world.person("agent1"), item.item_id).case_number == number
    assert village.queue.items().items == ()


def test_hours_that_are_none_in_the_settings_file_stop_nothing_once_somebody_has_paused(world: World) -> None:
    place = world.place / "village1"
    config = load_config(place)
    hours = (config.updates.hours[0],) * 2
    write_config(place, replace(config, link=replace(config.link, quiet_hours=hours)))
    pace = world.start("village1").road.pace
    pace.pause("agent1", "hour")
    assert pace.is_paused()
    pace.go_on("agent1")
    assert not pace.is_paused() and pace.scans_may_go()


def test_what_is_set_aside_for_one_neighbour_goes_to_the_other_with_all_that_follows(world: World) -> None:
    number = world.submitted()
    world.settle()
    world.weather.down = {"township", "village1"}
    township, reviewer = world.nodes["township"], world.person("reviewer")
    village, county = world.nodes["village1"].station.station, world.nodes["county"].station.station
    talk(world, number, 2, "reviewer")
    world.act("reviewer", number, "returned", reason="示例：请补正")
    township.queue.set_aside(reviewer, item_of(township, number, village).item_id, "示例：那边在修机器")
    assert {hop: item_of(township, number, hop).state for hop in (village, county)} == {village: "held", county: "queued"}
    talk(world, number, 1, "reviewer")
    assert {hop: item_of(township, number, hop).state for hop in (village, county)} == {village: "held", county: "queued"}
    world.weather.down = set()
    world.settle()
    assert {name: len(told) for name, told in world.letters(number).items()} == {"village1": 1, "township": 5, "county": 5}
    township.queue.take_up(reviewer, item_of(township, number).item_id)
    world.settle()
    assert {len(told) for told in world.letters(number).values()} == {5}
    assert {outcome for told in world.letters(number).values() for _, outcome in told} == {"admitted"}


def test_a_parcel_that_is_more_than_a_quota_alone_comes_when_nothing_else_lies_there(world: World) -> None:
    """Forty cases of three days leave together: refused alone, they would be refused for ever."""
    township = limited(world, "township", village_mib=1)
    quotas = township.mailroom._quotas
    village = world.nodes["village1"]
    first, second = world.submitted(), world.submitted()
    (parcel,) = village.outgoing.due(up(village), 1 << 30)
    named = read_parcel(parcel.data, township.station.suite.digest)
    large = replace(
        named, header=replace(named.header, enclosures=tuple(replace(one, size_bytes=1 << 20) for one in named.header.enclosures))
    )
    assert quotas.refusal(large) is None
    township.mailroom.take_in([parcel.data], village.station.station, "network")
    unknown = tuple(replace(one, enclosure_id=township.station.suite.digest(one.enclosure_id.encode())) for one in large.header.enclosures)
    assert quotas.refusal(replace(large, header=replace(large.header, enclosures=unknown))) == "quota"
    assert len(world.states(first)) == len(world.states(second)) == 2


def test_a_full_disk_as_a_stick_is_begun_does_not_keep_the_desk_busy_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.submitted()
    desk = world.nodes["village1"].usb

    def full(_trip: Trip) -> str:
        raise DiskFullError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(desk.trips, "add", full)
        with pytest.raises(DiskFullError):
            desk.write("agent1", up(world.nodes["village1"]), "")
    assert desk.running() is None
    trip_id = desk.write("agent1", up(world.nodes["village1"]), "")
    desk.wait(None)
    done = desk.trips.get(trip_id)
    assert done is not None and done.outcome is not None and done.outcome.parcels == 1


def test_letters_without_scans_go_on_while_a_quota_is_used_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    older, hop = world.submitted(), up(world.nodes["village1"])
    world.settle()
    township = limited(world, "township", village_mib=1)
    monkeypatch.setattr(township.store.enclosures, "lying", lambda maker, parent: 1 << 20)
    over = [world.submitted()]
    world.carry("village1")
    assert item_of(world.nodes["village1"], over[0]).why == "quota"
    over.append(world.submitted())
    talk(world, older, 1)
    world.carry("village1")
    assert len(world.letters(older)["township"]) == 2
    assert {world.nodes["village1"].store.outbox.hops_of(one).get(hop) for one in parcels_of(world, over)} == {"refused"}


def parcels_of(world: World, numbers: list[str]) -> set[str]:
    """The parcels of the village in which letters of these cases wait."""
    store = world.nodes["village1"].store
    return {row.parcel_id for row in store.outbox.waiting_parcels() if store.waiting.cases_of(row.parcel_id) & set(numbers)}


def test_what_a_greeting_changes_is_signed_at_once_and_told(world: World) -> None:
    """It proves when it was known; with the next mail of somebody else it might be a week later, or never."""
    number = world.submitted()
    world.settle()
    world.clock.move(hours=2)
    world.weather.down = {"township", "village1"}
    revoke_person(world, "agent1", "township", hours_ago=24)
    county, township = world.nodes["county"], world.nodes["township"]
    county.mailroom.learn((), [township.store.certificates.all("revocations")[-1].der], shown_by=township.station.station)
    assert [row.outcome for row in county.store.letters.of_case(number)] == ["set_aside"]
    assert county.store.receipts.take_pending() == []
    assert county.outgoing.has_due(township.station.station)


def test_what_was_erased_waits_for_nobody(world: World) -> None:
    """An update that a newer one replaces is erased before every station below has fetched it."""
    county = world.nodes["county"]
    before, below = county.queue.items().total, world.nodes["township"].station.station
    enclosure_id = county.station.suite.digest(b"an update")
    county.store.enclosures.put_whole(enclosure_id, b"an update", "bulk", county.station.station)
    county.store.enclosures.queue(below, [enclosure_id])
    assert county.queue.items().total == before + 1
    county.store.enclosures.erase(enclosure_id)
    assert county.queue.items().total == before


def test_a_parcel_that_is_set_aside_does_not_keep_back_the_certificates_that_others_need(world: World) -> None:
    """They ride once, with what is packed first: nobody may wait for them because one case is stopped."""
    world.weather.down = {"village1"}
    stays = world.submitted()
    village, agent = world.nodes["village1"], world.person("agent1")
    village.outgoing.due(up(village), 1 << 30)
    packed_before = world.submitted()
    village.outgoing.due(up(village), 1 << 30)
    village.queue.set_aside(agent, item_of(village, stays).item_id, "示例")
    packed_after = world.submitted()
    world.weather.down = set()
    world.settle()
    for number in (packed_before, packed_after):
        assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}
    assert set(world.states(stays)) == {"village1"}
