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
from sync.exchange import Letterbag
from sync.parcel import MAX_PARCEL_BYTES
from sync.wire import EnclosureState
from tests.journeys.replacing import go_on, put_back, registrar, renumber, restart, saved
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


def test_what_became_of_letters_is_said_again_under_the_next_number_of_who_said_it_to_nobody(make_world: NewWorld) -> None:
    world = make_world("p256")
    world.submitted()
    village, township = world.nodes["village1"], world.nodes["township"]
    up = township.station.station
    letters = [row.letter_id for row in village.store.letters.with_outcome("admitted")]
    # The township keeps the letter and signs that it came; the answer is lost, and so is the disk. The copy knows both.
    township.mailroom.take_in([one.data for one in village.outgoing.due(up, 1 << 30)], village.station.station, "network")
    put_back(world, "township", saved(world, "township"))
    renumber(world, "township", "county")

    go_on(world)

    by_now = world.nodes["township"].station.station
    assert arrived_at(world, letters, by_now, "village1") == ["admitted"]


def test_a_number_whose_answer_was_lost_is_asked_for_though_the_parent_has_told_of_it_since(make_world: NewWorld) -> None:
    world = make_world("p256")
    put_back(world, "village1", saved(world, "village1"))
    village, office = world.nodes["village1"], registrar(world, "township")
    asked = village.numbers.renumbering.ask()
    answer = office.confirm(office.take(asked.data).digest, "admin")
    world.carry("village1")
    assert village.standing.state() == "superseded"

    assert village.numbers.renumbering.ask() == asked
    village.numbers.renumbering.take(answer)
    restart(world)

    assert world.nodes["village1"].standing.state() == "active"


def test_an_answer_that_loses_its_end_is_given_again_with_all_that_it_said(make_world: NewWorld) -> None:
    world, letters = two_parcels_whose_answer_is_lost(make_world)
    township, county = world.nodes["township"], world.nodes["county"]
    here, above = township.station.station, county.station.station
    parcels = [one.data for one in township.outgoing.due(above, 1 << 30)]
    whole = county.mailroom.take_in(parcels, here, "network").receipts

    for end in range(len(whole)):
        township.mailroom.take_receipts(whole[:end], above)
        assert township.store.outbox.waiting_for(above) == len(parcels)
    township.mailroom.take_receipts(whole, above)

    assert township.store.outbox.waiting_for(above) == 0
    assert arrived_at(world, letters, above) == ["admitted", "admitted"]


def test_a_damaged_receipt_takes_the_one_beside_it_along_so_that_both_are_given_again(make_world: NewWorld) -> None:
    world = make_world("p256")
    village, township = world.nodes["village1"], world.nodes["township"]
    number = world.submitted()
    head = world.nodes["village1"].store.cases.get(number)
    assert head is not None and head.head is not None
    here, above = village.station.station, township.station.station
    parcels = [parcel.data for parcel in village.courier._outbox.due(above, 1 << 20)] if village.courier else []
    taken = township.mailroom.take_in(parcels, here, "network")
    *arrived, stored = taken.receipts
    assert arrived, "the answer says what became of the letters"
    spoilt = arrived[0][:-9] + bytes([arrived[0][-9] ^ 1]) + arrived[0][-8:]

    village.mailroom.take_receipts([stored, spoilt], above)

    assert village.store.outbox.waiting_for(above) == len(parcels)
    again = township.mailroom.take_in(parcels, here, "network")
    village.mailroom.take_receipts(again.receipts, above)
    assert village.store.outbox.waiting_for(above) == 0
    marks = {(mark.station, mark.mark) for mark in village.store.letters.roads([head.head])[head.head]}
    assert (above, "arrived") in marks


def test_what_became_of_letters_is_heard_though_the_name_of_one_record_was_spoilt_on_the_way(make_world: NewWorld) -> None:
    world, letters = two_parcels_whose_answer_is_lost(make_world)
    township, county = world.nodes["township"], world.nodes["county"]
    here, above = township.station.station, county.station.station
    parcels = [one.data for one in township.outgoing.due(above, 1 << 30)]
    said = Letterbag(receipts=county.mailroom.take_in(parcels, here, "network").receipts).to_bytes()

    township.mailroom.take_receipts(Letterbag.from_bytes(said.replace(b"receipt", b"receixt", 1)).receipts, above)

    assert arrived_at(world, letters, above) == ["admitted", "admitted"]


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
    assert kinds == ["arrived", "arrived", "stored"]
    return world, [row.letter_id for number in numbers for row in township.store.letters.of_case(number)]


def arrived_at(world: World, letters: list[str], station: str, who: str = "township") -> list[str | None]:
    """What somebody, mostly the township, knows of these letters at a station."""
    roads = world.nodes[who].store.letters.roads(letters)
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
    assert [read_receipt(data, here.suite.digest).kind for data in again] == ["arrived", "stored"]
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


def test_scans_that_the_copy_had_go_once_their_letter_has_come_back(make_world: NewWorld) -> None:
    world = make_world("p256")
    number = world.filled().line.case_number
    old = saved(world, "village1")
    world.act("agent1", number, "submitted")
    village, township, county = (world.nodes[name] for name in ("village1", "township", "county"))
    # The letter comes to the township, and the disk dies before its scans have gone.
    given = [one.data for one in village.outgoing.due(township.station.station, 1 << 30)]
    township.mailroom.take_in(given, village.station.station, "network")
    put_back(world, "village1", old)
    renumber(world, "village1", "township")

    go_on(world)

    scans = enclosures(world, number)
    assert all(node.store.enclosures.whole(one) for node in (township, county) for one in scans)


@pytest.mark.parametrize(("below", "above"), [("village1", "township"), ("township", "county")])
def test_a_station_that_missed_a_number_of_the_one_above_finds_its_way_to_the_next(make_world: NewWorld, below: str, above: str) -> None:
    world = make_world("p256")
    world.weather.down = {below}
    for _ in range(2):
        node = put_back(world, above, saved(world, above))
        if above == "township":
            renumber(world, "township", "county")
        else:
            node.numbers.number_itself()
            world.start("county")
    number, here = world.submitted(), world.nodes[below].station.station
    shown = len(world.nodes[above].door.hello(here).introduction)

    world.weather.down = set()
    go_on(world)

    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}
    assert len(world.nodes[above].door.hello(here).introduction) < shown, "who has addressed a parcel to this number knows it"


def test_a_letter_that_township_and_county_have_both_lost_is_given_to_them_from_below(make_world: NewWorld) -> None:
    world = make_world("p256")
    township, county = saved(world, "township"), saved(world, "county")
    number = world.submitted()
    world.settle()
    put_back(world, "township", township)
    renumber(world, "township", "county")
    # The village has looked what to give to the next township: nothing, since the county had it all. Then the county's disk dies.
    for _ in range(2):
        world.carry("village1")
        restart(world)
        world.nodes["village1"].chores.run_due(all_of_them=True)
    put_back(world, "county", county).numbers.number_itself()
    world.start("county")

    go_on(world)

    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}


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


def test_what_a_letter_lacks_is_sent_once_more_where_it_died_with_the_township_on_the_way(make_world: NewWorld) -> None:
    world = make_world("p256")
    old = saved(world, "township")
    number = world.submitted()

    credentials_die_with_the_township(world, number, ("agent1", "village1"), "county", old)
    go_on(world)

    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}


def test_what_a_letter_from_above_lacks_is_sent_once_more_though_nobody_says_again_that_it_waits(make_world: NewWorld) -> None:
    world = make_world("p256")
    number = world.submitted()
    world.settle()
    old = saved(world, "township")
    world.act("approver", number, "message", text="示例")

    credentials_die_with_the_township(world, number, ("approver", "county"), "village1", old)
    # The county fills it first, and the village hears that the letter is there, before it has looked what to give.
    for _ in range(3):
        world.carry()
        restart(world)
        world.nodes["county"].chores.run_due(all_of_them=True)
    go_on(world)

    letters = [("submitted", "admitted"), ("message", "admitted")]
    assert world.letters(number) == {name: letters for name in ("village1", "township", "county")}


def credentials_die_with_the_township(world: World, number: str, maker: tuple[str, str], reader: str, old: Path) -> None:
    """A letter on a sheet of `maker` waits at `reader` for its seal; the township acknowledges what is sent again, and is put back."""
    person, name = maker
    from_station, township, to_station = (world.nodes[one] for one in (name, "township", reader))
    here, middle, there = (one.station.station for one in (from_station, township, to_station))
    from_station.paper.make(world.person(person), number)
    sheet = [one.data for one in from_station.outgoing.due(middle, 1 << 30)]
    from_station.mailroom.take_receipts(township.mailroom.take_in(sheet, here, "paper").receipts, middle)
    lose(township, there)
    given = [one.data for one in township.outgoing.due(there, 1 << 30)]
    to_station.mailroom.take_in(given, middle, "network")
    assert [row.outcome for row in to_station.store.letters.of_case(number)][-1] == "waiting"
    said = [one.data for one in to_station.outgoing.due(middle, 1 << 30)]
    to_station.mailroom.take_receipts(township.mailroom.take_in(said, there, "network").receipts, middle)
    from_station.mailroom.take_in(said, middle, "network")
    assert classes(from_station, middle) == ["certificates"]
    lose(from_station, middle)
    put_back(world, "township", old)
    renumber(world, "township", "county")


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


def test_a_letter_that_waits_is_given_back_to_a_village_whose_disk_died_since(make_world: NewWorld) -> None:
    world = make_world("p256")
    old, township = saved(world, "village1"), world.nodes["township"]
    number = world.submitted()
    village, up = world.nodes["village1"], township.station.station
    village.paper.make(world.person("agent1"), number)
    lose(village, up)
    parcels = [one.data for one in village.outgoing.due(up, 1 << 30)]
    taken = township.mailroom.take_in(parcels, village.station.station, "network")
    assert [read_receipt(data, village.station.suite.digest).kind for data in taken.receipts] == ["arrived", "stored"]
    assert township.store.cases.get(number) is None, "it waits for a seal, and makes no case"

    put_back(world, "village1", old)
    renumber(world, "village1", "township")
    go_on(world)

    assert world.letters(number) == {name: [("submitted", "admitted")] for name in ("village1", "township", "county")}


def test_a_letter_that_the_county_refused_is_given_to_the_next_township_from_below(make_world: NewWorld) -> None:
    world = make_world("p256")
    old = saved(world, "township")
    number = world.submitted()
    world.carry("village1")
    (letter,) = world.nodes["village1"].store.letters.of_case(number)
    county = world.nodes["county"].station.station
    world.nodes["village1"].store.letters.mark(letter.letter_id, county, "arrived", world.clock.now(), "refused")

    put_back(world, "township", old)
    renumber(world, "township", "county")
    go_on(world)

    assert world.states(number)["township"] == "submitted"


def test_a_receipt_from_the_county_that_died_with_the_township_is_given_again(make_world: NewWorld) -> None:
    world = make_world("p256")
    old = saved(world, "township")
    number = world.submitted()
    world.carry("village1")
    world.carry("township", rounds=2)
    letters = [row.letter_id for row in world.nodes["village1"].store.letters.of_case(number)]
    county = world.nodes["county"].station.station
    assert world.nodes["township"].store.outbox.waiting_for(world.nodes["village1"].station.station), "the township has it, and dies"

    put_back(world, "township", old)
    renumber(world, "township", "county")
    # The village fills it first, and the county hears that the letter is there, before it has looked what to give.
    for _ in range(3):
        world.carry()
        restart(world)
        world.nodes["village1"].chores.run_due(all_of_them=True)
    assert arrived_at(world, letters, county, "village1") == []
    go_on(world)

    assert arrived_at(world, letters, county, "village1") == ["admitted"]


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
