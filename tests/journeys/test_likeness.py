"""Letters compressed after earlier ones: only where every reader has said that it holds them, by any road; nobody else's are looked at."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from node.assemble import Node
from node.casework.letter import SealedLetter, read_frame
from node.mail.likeness import MOST_EARLIER, MOST_FRAME_BYTES, earlier_of
from node.mail.packing import LIKE, Addressee, Contents, Earlier, PackingError, find_none, pack, unpack
from node.mail.receipts import CONTEXT, ReceiptBook, read_receipt
from node.store.records import PendingArrival
from signing.canonical import canonical_bytes, parse_canonical
from sync.parcel import Parcel, read_parcel
from tests.journeys.replacing import go_on, put_back, renumber, saved
from tests.journeys.test_packing import up
from tests.journeys.world import World

EVERYWHERE = ("village1", "township", "county")


def letter_of(world: World, number: str) -> SealedLetter:
    village = world.nodes["village1"]
    return read_frame(village.store.letters.of_case(number)[0].frame, village.station.suite.digest)


def known(world: World) -> SealedLetter:
    """A letter of the village's that township and county hold, and have said so."""
    number = world.submitted()
    world.settle()
    return letter_of(world, number)


def readers(world: World) -> list[str]:
    return [world.nodes[name].station.station for name in ("township", "county")]


def found(world: World, first: SealedLetter, *, by: list[str] | None = None) -> list[str]:
    village = world.nodes["village1"]
    earlier = earlier_of(village.store, village.station.suite.digest, first, readers(world) if by is None else by)
    return [one.letter_id for one in earlier]


def parcel_of(world: World, number: str) -> Parcel:
    """The parcel in which a case's letter leaves."""
    village = world.nodes["village1"]
    village.outgoing.pack(up(village), 1 << 20)
    digest = village.station.suite.digest
    return next(
        carried
        for one in village.outgoing.due(up(village), 1 << 30)
        if (carried := read_parcel(one.data, digest)).parcel_id in village.store.outbox.letters_of([carried.parcel_id])
        and letter_of(world, number).letter_id in village.store.outbox.letters_of([carried.parcel_id])[carried.parcel_id]
    )


def test_a_second_letter_takes_less_and_arrives_everywhere(world: World) -> None:
    first = known(world)
    world.weather.down = {"village1"}
    number = world.submitted()
    second = parcel_of(world, number)
    township = world.nodes["township"]
    with pytest.raises(PackingError, match="dictionary"):
        unpack(township.station, second, find_none)
    assert unpack(township.station, second, township.store.letters.frame_of).letters == [letter_of(world, number).frame]
    alone = pack_at(world, Contents(letters=[letter_of(world, number).frame]), [])
    after = pack_at(world, Contents(letters=[letter_of(world, number).frame]), [Earlier(first.letter_id, first.frame)])
    assert len(after.body) < len(alone.body) - 150
    world.weather.down = set()
    world.settle()
    assert world.letters(number) == {name: [("submitted", "admitted")] for name in EVERYWHERE}


def pack_at(world: World, contents: Contents, like: list[Earlier]) -> Parcel:
    village, township = world.nodes["village1"], world.nodes["township"]
    reader = Addressee(99, township.station.trust.get(certificate_of(village, township)))
    data = pack(village.station, contents, parcel_class="letters", readers=[reader], urgent=False, made_at=world.clock.now(), like=like)
    return read_parcel(data, village.station.suite.digest)


def certificate_of(village: Node, reader: Node) -> str:
    record = village.store.stations.get(reader.station.station)
    assert record is not None and record.encrypt_certificate is not None
    return record.encrypt_certificate


def test_it_goes_on_a_stick_as_well(world: World, tmp_path: Path) -> None:
    known(world)
    world.weather.down = {"village1"}
    number = world.submitted()
    world.nodes["village1"].bundles.write_to(tmp_path / "up.yzb")
    assert world.nodes["township"].bundles.read_from(tmp_path / "up.yzb").is_whole
    assert world.letters(number)["township"] == [("submitted", "admitted")]


def test_only_what_every_reader_has_under_its_present_number_is_built_upon(world: World) -> None:
    first = known(world)
    world.weather.down = {"township"}
    number = world.submitted()
    world.carry("village1")
    second = letter_of(world, number)
    assert found(world, second) == [first.letter_id]
    assert found(world, second, by=["13102599999901"]) == [] == found(world, second, by=[])
    assert found(world, first) == [], "of the second one the county has said nothing yet, and none is like itself"


@pytest.mark.parametrize("change", ["an older program", "refused"])
def test_a_reader_that_does_not_say_that_it_can_is_not_built_upon(world: World, change: str) -> None:
    first = known(world)
    world.weather.down = {"village1"}
    second = letter_of(world, world.submitted())
    assert found(world, second) == [first.letter_id]
    says_anew(world, first, change)
    assert found(world, second) == []


def says_anew(world: World, letter: SealedLetter, change: str) -> None:
    """The county's word on a letter once more, as an older program says it, or that it does not keep it."""
    village, county = world.nodes["village1"], world.nodes["county"]
    marks = village.store.letters.roads([letter.letter_id])[letter.letter_id]
    receipts = {one.station: one.receipt_id for one in marks if one.mark == "arrived"}
    record = village.store.receipts.get(receipts[county.station.station] or "")
    assert record is not None
    assert read_receipt(record.data, village.station.suite.digest).can == ("like",)
    said = parse_canonical(record.data.split(b"\n")[1]) | {"number": 900}
    if change == "refused":
        said["letters"][0]["outcome"] = "refused"
    else:
        del said["can"]
    signed = CONTEXT + canonical_bytes(said) + b"\n"
    data = signed + base64.b64encode(county.station.signer.sign(signed)) + b"\n"
    village.mailroom.take_receipts([data], county.station.station)


def test_a_village_that_says_to_have_another_villages_letter_is_shown_nothing_of_it(world: World) -> None:
    theirs, own = world.submitted(), world.submitted(agent="agent2")
    world.settle()
    township, village2, county = (world.nodes[name] for name in ("township", "village2", "county"))
    for number in (theirs, own):
        world.act("reviewer", number, "accepted")
    world.settle()
    secret, letter = (read_frame(township.store.letters.of_case(one)[-1].frame, county.station.suite.digest) for one in (theirs, own))
    assert (secret.letter.origin, letter.letter.origin) == (township.station.station,) * 2
    book = ReceiptBook(village2.station, village2.store)
    lie = book.arrived([PendingArrival(secret.letter_id, "admitted", None, ())], world.clock.now())
    township.mailroom.take_receipts([lie.data], village2.station.station)
    readers = [village2.station.station, county.station.station]
    known = {one.letter_id for one in township.store.letters.arrived_lately(township.station.station, readers)}
    assert known == {secret.letter_id, letter.letter_id}, "the township believes it so far"
    world.act("reviewer", own, "forwarded")
    last = read_frame(township.store.letters.of_case(own)[-1].frame, county.station.suite.digest)
    earlier = earlier_of(township.store, township.station.suite.digest, last, readers)
    assert [one.letter_id for one in earlier] == [letter.letter_id]


def test_no_more_than_a_few_and_no_large_ones_are_built_upon(world: World) -> None:
    letters = [known(world) for _ in range(MOST_EARLIER + 1)]
    village = world.nodes["village1"]
    record = village.store.letters.get(letters[0].letter_id)
    assert record is not None
    marks = [one for one in village.store.letters.roads([record.letter_id])[record.letter_id] if one.mark == "arrived"]
    for size in (MOST_FRAME_BYTES, MOST_FRAME_BYTES + 1):
        name = f"sm3:{size:064}"
        village.store.letters.add(replace(record, letter_id=name, frame=record.frame.ljust(size)))
        village.store.letters.mark_many([replace(one, letter_id=name) for one in marks])
    world.weather.down = {"village1"}
    assert found(world, letter_of(world, world.submitted())) == [letters[-1].letter_id, f"sm3:{MOST_FRAME_BYTES:064}"]


def test_what_another_station_sealed_is_not_looked_at(world: World) -> None:
    first = known(world)
    township = world.nodes["township"].store.letters
    algorithm, _, octets = first.letter_id.partition(":")
    prefix = f"{algorithm}:{octets[:16]}"
    assert township.frame_of(first.letter.origin, prefix) == first.frame
    assert township.frame_of(world.nodes["village2"].station.station, prefix) is None
    assert township.frame_of(first.letter.origin, f"{algorithm}:") in (None, first.frame)


def test_a_body_that_names_badly_or_was_compressed_after_something_else_is_refused_clearly(world: World) -> None:
    first, township = known(world), world.nodes["township"].station
    contents = Contents(letters=[first.frame])
    other = pack_at(world, contents, [Earlier(first.letter_id, first.frame + b"x")])
    lost = pack_at(world, contents, [Earlier(first.letter_id.replace(first.letter_id[4:8], "0000"), first.frame)])
    many = pack_at(world, contents, [Earlier(first.letter_id, first.frame)] * 5)
    for parcel, code in ((other, "dictionary"), (lost, "dictionary"), (many, "compression")):
        with pytest.raises(PackingError, match=code):
            unpack(township, parcel, world.nodes["township"].store.letters.frame_of)
    assert LIKE != bytes([0x78]), "a zlib stream begins so"


def test_a_township_that_lost_what_a_letter_was_compressed_after_gets_it_all_the_same(world: World) -> None:
    old = saved(world, "township")
    first = world.submitted()
    world.settle()
    put_back(world, "township", old)
    second = world.submitted()
    assert found(world, letter_of(world, second)), "the village does not know yet"
    world.carry("village1")
    assert "dictionary" in {one.why for one in world.nodes["village1"].outgoing.waiting_parcels()}
    renumber(world, "township", "county")
    go_on(world)
    world.clock.move(hours=2)
    go_on(world)
    for number in (first, second):
        assert world.letters(number) == {name: [("submitted", "admitted")] for name in EVERYWHERE}
