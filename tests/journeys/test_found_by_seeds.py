"""What the simulation has found, each told once as a story: receipts and scans around an answer, a disk or a certificate that is gone."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from node.assemble import Node
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents
from node.mail.receipts import ReceiptBook, read_receipt
from node.mail.sweeping import UNKNOWN, Sweeping
from sync.errors import LinkDownError
from sync.parcel import MAX_PARCEL_BYTES
from sync.wire import EnclosureState
from tests.journeys.replacing import go_on, put_back, renumber, saved
from tests.journeys.test_packing import classes
from tests.journeys.world import ORDER, World
from tests.simulation.stand_ins import stand_in

NewWorld = Callable[..., World]


def test_a_parcel_that_the_copy_had_is_acknowledged_under_the_next_number(make_world: NewWorld, tmp_path: Path) -> None:
    world = make_world("p256")
    number = world.submitted()
    world.settle()
    world.act("reviewer", number, "accepted")
    bundle = tmp_path / "to-village"
    village = world.nodes["village1"].station.station
    world.nodes["township"].bundles.write_to(bundle, village)
    world.nodes["village1"].bundles.read_from(bundle)
    assert world.states(number)["village1"] == "accepted"
    # Its receipt has not left when the disk dies; the copy knows the parcel, and the receipt of the number that it had.
    put_back(world, "village1", saved(world, "village1"))
    renumber(world, "village1", "township")

    go_on(world)

    fresh = world.nodes["village1"].station.station
    assert fresh != village
    assert not world.nodes["township"].store.outbox.due(fresh, 1 << 20)
    assert world.nodes["township"].store.outbox.waiting_for(fresh) == 0


def test_a_damaged_receipt_takes_the_one_beside_it_along_so_that_both_are_given_again(make_world: NewWorld) -> None:
    world = make_world("p256")
    village, township = world.nodes["village1"], world.nodes["township"]
    number = world.submitted()
    head = world.nodes["village1"].store.cases.get(number)
    assert head is not None and head.head is not None
    here, above = village.station.station, township.station.station
    parcels = [parcel.data for parcel in village.courier._outbox.due(above, 1 << 20)] if village.courier else []
    taken = township.mailroom.take_in(parcels, here, "network")
    stored, *arrived = taken.receipts
    assert arrived, "the answer says what became of the letters"
    spoilt = arrived[0][:-9] + bytes([arrived[0][-9] ^ 1]) + arrived[0][-8:]

    village.mailroom.take_receipts([stored, spoilt], above)

    assert village.store.outbox.waiting_for(above) == len(parcels)
    again = township.mailroom.take_in(parcels, here, "network")
    village.mailroom.take_receipts(again.receipts, above)
    assert village.store.outbox.waiting_for(above) == 0
    marks = {(mark.station, mark.mark) for mark in village.store.letters.roads([head.head])[head.head]}
    assert (above, "arrived") in marks


def test_what_became_of_letters_is_told_though_only_the_parcel_beside_theirs_comes_again(make_world: NewWorld) -> None:
    world, letters = two_parcels_whose_answer_is_lost(make_world)
    township, county = world.nodes["township"], world.nodes["county"]
    here, above = township.station.station, county.station.station
    letters_in = township.store.outbox.letters_of
    one = next(parcel.data for parcel in township.outgoing.due(above, 1 << 30) if letters_in([parcel.parcel_id])[parcel.parcel_id])

    # The line is bad, so less goes at once: but the receipt that comes back names all parcels.
    again = county.mailroom.take_in([one], here, "network")
    township.mailroom.take_receipts(again.receipts, above)

    assert township.store.outbox.waiting_for(above) == 0
    assert arrived_at(world, letters, above) == ["admitted", "admitted"]


def test_what_became_of_letters_goes_along_with_their_receipts_on_a_disk(make_world: NewWorld, tmp_path: Path) -> None:
    world, letters = two_parcels_whose_answer_is_lost(make_world)
    township, county = world.nodes["township"], world.nodes["county"]

    county.bundles.write_to(tmp_path / "stick", township.station.station)
    township.bundles.read_from(tmp_path / "stick")

    assert township.store.outbox.waiting_for(county.station.station) == 0
    assert arrived_at(world, letters, county.station.station) == ["admitted", "admitted"]


def two_parcels_whose_answer_is_lost(make_world: NewWorld) -> tuple[World, list[str]]:
    """A township has given what it has of two villages, and heard nothing. The letters are of two paths: two receipts tell of them."""
    world = make_world("p256")
    township, county = world.nodes["township"], world.nodes["county"]
    numbers = [world.submitted(agent=agent) for agent in ("agent1", "agent2")]
    world.carry("village1", "village2")
    parcels = [one.data for one in township.outgoing.due(county.station.station, 1 << 30)]
    taken = county.mailroom.take_in(parcels, township.station.station, "network")
    kinds = [read_receipt(data, county.station.suite.digest).kind for data in taken.receipts]
    assert kinds == ["stored", "arrived", "arrived"]
    return world, [row.letter_id for number in numbers for row in township.store.letters.of_case(number)]


def arrived_at(world: World, letters: list[str], station: str) -> list[str | None]:
    """What the township knows of these letters at a station."""
    roads = world.nodes["township"].store.letters.roads(letters)
    return [mark.outcome for one in letters for mark in roads[one] if (mark.station, mark.mark) == (station, "arrived")]


def test_a_parcel_that_comes_back_to_its_maker_is_acknowledged_to_whoever_brought_it(make_world: NewWorld) -> None:
    world = make_world("p256")
    world.submitted()
    village, other = world.nodes["village1"], world.nodes["village2"].station.station
    parcels = village.outgoing.due(world.nodes["township"].station.station, 1 << 30)

    taken = village.mailroom.take_in([one.data for one in parcels], other, "network")

    named = [one for data in taken.receipts for one in read_receipt(data, village.station.suite.digest).parcels]
    assert named == [one.parcel_id for one in parcels] == list(taken.known)


def test_a_parcel_of_a_maker_that_is_not_known_is_acknowledged_only_once_it_can_be_opened(make_world: NewWorld) -> None:
    world = make_world("p256")
    number = world.submitted()
    village, here = world.nodes["village1"], world.nodes["village1"].station
    signer = here.signer.certificate
    with world.nodes["township"].store.transaction():
        world.nodes["township"].store._connection.run("DELETE FROM certificates WHERE digest = ?", (signer.digest,))
    township = world.start("township")
    (parcel,) = village.outgoing.due(township.station.station, 1 << 30)

    for _ in range(2):
        taken = township.mailroom.take_in([parcel.data], here.station, "network")
        assert (taken.receipts, taken.known, taken.refused) == ((), (), ((parcel.parcel_id, "unknown_maker"),))
    assert "township" not in world.states(number)
    township.mailroom.learn([signer.der])

    assert world.states(number)["township"] == "submitted"
    again = township.mailroom.take_in([parcel.data], here.station, "network").receipts
    assert [read_receipt(data, here.suite.digest).kind for data in again] == ["stored", "arrived"]
    Sweeping(township.store, township.station.station).run(world.clock.now() + UNKNOWN + timedelta(days=1))
    assert township.store.outbox.known(parcel.parcel_id)


@pytest.mark.parametrize("road", ["network", "bundle"])
def test_scans_that_a_dead_township_had_not_passed_on_go_up_through_the_next_one(make_world: NewWorld, tmp_path: Path, road: str) -> None:
    world = make_world("p256")
    old = saved(world, "township")
    number = world.submitted()
    world.carry("village1")
    county = world.nodes["county"]

    given = county.door.put_piece

    def swallowed(*_given: object) -> EnclosureState:
        raise LinkDownError("broken")

    stand_in(county.door, "put_piece", swallowed)
    world.carry("township")
    world.carry("village1")
    stand_in(county.door, "put_piece", given)
    assert world.states(number)["county"] == "submitted"
    missing = enclosures(world, number)
    assert not any(county.store.enclosures.whole(one) for one in missing)

    put_back(world, "township", old)
    renumber(world, "township", "county")
    if road == "bundle":
        world.weather.down = {"village1"}
        go_on(world)
        for trip in range(2):
            world.nodes["township"].bundles.write_to(tmp_path / f"down {trip}", world.nodes["village1"].station.station)
            world.nodes["village1"].bundles.read_from(tmp_path / f"down {trip}")
            world.nodes["village1"].bundles.write_to(tmp_path / f"up {trip}")
            world.nodes["township"].bundles.read_from(tmp_path / f"up {trip}")
            go_on(world)
    go_on(world)
    world.clock.move(hours=2)
    go_on(world)

    assert all(county.store.enclosures.whole(one) for one in missing)


def enclosures(world: World, number: str) -> list[str]:
    """What was scanned for a case, as the village keeps it."""
    rows = world.nodes["village1"].store.materials.list(number)
    assert rows
    return [row.enclosure_id for row in rows]


def test_a_letter_gets_its_seal_though_the_parcel_beside_its_sheet_is_lost(make_world: NewWorld) -> None:
    world, number = sheet_without_its_credentials(make_world)

    world.weather.down = set()
    world.settle()

    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}


def test_what_a_letter_lacks_is_sent_again_once_and_not_for_ever(make_world: NewWorld) -> None:
    world, _ = sheet_without_its_credentials(make_world)
    village, township = world.nodes["village1"], world.nodes["township"]
    here, up = village.station.station, township.station.station
    sheet = [one.data for one in village.outgoing.due(up, 1 << 30)]
    receipts = township.mailroom.take_in(sheet, here, "network").receipts

    village.mailroom.take_receipts(receipts, up)

    assert classes(village, up) == ["certificates"]
    lose(world.nodes["village1"], world.nodes["township"].station.station)
    village.mailroom.take_receipts(receipts, up)
    assert classes(village, up) == []


def test_a_letter_gets_its_seal_from_a_village_whose_disk_died_since(make_world: NewWorld) -> None:
    world, number, _ = village_put_back_while_the_county_lacks_its_seal(make_world)

    go_on(world)

    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}


def test_what_a_letter_lacks_is_sent_though_the_letter_comes_back_after_the_receipt(make_world: NewWorld) -> None:
    world, _, receipts = village_put_back_while_the_county_lacks_its_seal(make_world)
    village, township = world.nodes["village1"], world.nodes["township"]
    up, here = township.station.station, village.station.station
    township.chores.run_due(all_of_them=True)
    copies = [one.data for one in township.outgoing.due(here, 1 << 30)]

    village.mailroom.take_receipts(receipts, up)
    assert classes(village, up) == []
    village.mailroom.take_in(copies, up, "network")

    assert "certificates" in classes(village, up)


def village_put_back_while_the_county_lacks_its_seal(make_world: NewWorld) -> tuple[World, str, tuple[bytes, ...]]:
    """A sheet's letter has come to the county, its seal has not, and the village is an older copy; its case, what the county answered."""
    world = make_world("p256")
    village, township, county = (world.nodes[name] for name in ("village1", "township", "county"))
    old = saved(world, "village1")
    number = world.submitted()
    village.paper.make(world.person("agent1"), number)
    parcels = village.outgoing.due(township.station.station, 1 << 30)
    township.mailroom.take_in([one.data for one in parcels], village.station.station, "paper")
    lose(township, county.station.station)
    given = [one.data for one in township.outgoing.due(county.station.station, 1 << 30)]
    taken = county.mailroom.take_in(given, township.station.station, "network")
    assert [row.outcome for row in county.store.letters.of_case(number)] == ["waiting"]
    put_back(world, "village1", old)
    renumber(world, "village1", "township")
    return world, number, taken.receipts


def test_a_parcel_that_is_refused_for_good_does_not_keep_back_its_certificates(make_world: NewWorld) -> None:
    world = make_world("p256")
    world.weather.down = {"village1"}
    world.submitted()
    village, up = world.nodes["village1"], world.nodes["township"].station.station
    (parcel,) = village.outgoing.due(up, 1 << 30)

    village.outgoing.mark_refused(up, [(parcel.parcel_id, "quota")], world.clock.now())
    assert classes(village, up) == []
    for _ in range(2):
        village.outgoing.retry_refused(up)
        village.outgoing.mark_refused(up, [(parcel.parcel_id, "unreadable")], world.clock.now())

    assert classes(village, up) == ["certificates"]


def test_seals_that_are_too_much_for_one_parcel_come_in_several(make_world: NewWorld) -> None:
    world = make_world("p256")
    village, township = world.nodes["village1"], world.nodes["township"]
    chance = random.Random(6)
    seals = [chance.randbytes(70_000) for _ in range(20)]
    dispatch = Dispatch(village.station, village.store, ReceiptBook(village.station, village.store))

    with village.store.transaction():
        dispatch.send(Contents(seals=list(seals)), "letters", [township.station.station], urgent=False, at=world.clock.now())

    due = village.outgoing.due(township.station.station, 1 << 30)
    assert all(len(one.data) <= MAX_PARCEL_BYTES for one in due)
    township.mailroom.take_in([one.data for one in due], village.station.station, "network")
    assert all(township.store.certificates.get(township.station.suite.digest(one), "seal") == one for one in seals)


def sheet_without_its_credentials(make_world: NewWorld) -> tuple[World, str]:
    """The first case of a village leaves on paper, every line is dead, and what lay beside it is lost; the case's number."""
    world = make_world("p256")
    world.weather.down = set(ORDER)
    number = world.submitted()
    world.nodes["village1"].paper.make(world.person("agent1"), number)
    lose(world.nodes["village1"], world.nodes["township"].station.station)
    return world, number


def lose(node: Node, hop: str) -> None:
    """The next hop has acknowledged the certificates that waited for it, and its disk dies before it has opened them or passed them on."""
    due = [node.store.outbox.get(one.parcel_id) for one in node.outgoing.due(hop, 1 << 30)]
    lost = [one.parcel_id for one in due if one is not None and one.parcel_class == "certificates"]
    assert lost
    node.store.outbox.mark_stored(lost, hop, None, node.clock.now())
