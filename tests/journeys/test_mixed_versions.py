"""Older and newer stations work together: what an older township does not know passes on untouched, byte for byte, and stops nothing.

The village plays the newer program: it seals a kind of letter, puts records into a parcel and says things in an exchange that the
township's program has no name for.
"""

from dataclasses import dataclass, replace

import pytest

from node.assemble import Node, assemble
from node.casework.letter import CONTEXT, SealedLetter, make_frame
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents
from node.mail.receipts import ReceiptBook
from signing.canonical import canonical_bytes, parse_canonical
from signing.seal import sign_compact
from sync.exchange import Letterbag
from sync.records import Record, read_records, write_records
from tests.journeys.test_admission_table import letter_from, sealed_by
from tests.journeys.world import DoorWire, World

NEW_RECORDS = (Record("weather", b"rain"), Record("poll", b"\x00" * 300))
EVENT = "inspection_booked"


@dataclass
class NewerContents(Contents):
    """What a newer program puts into a parcel: what we know, and between it what we do not."""

    def to_bytes(self) -> bytes:
        known = list(read_records(super().to_bytes(), 4096, 8 << 20))
        return write_records([NEW_RECORDS[0], *known, NEW_RECORDS[1]])


def newer_letter(world: World, number: str) -> SealedLetter:
    """A letter of a kind that is not known here, with a body of its own, sealed as any other."""
    village = world.nodes["village1"]
    return sealed_by(world, "agent1", letter_from(village, number, EVENT, None, {"at": {"place": "示例", "hours": [9, 10]}}))


def send(world: World, sealed: SealedLetter) -> bytes:
    """A parcel with it for township and county, queued as the village queues its own; its bytes."""
    village = world.nodes["village1"]
    dispatch = Dispatch(village.station, village.store, ReceiptBook(village.station, village.store))
    readers = [world.nodes[name].station.station for name in ("township", "county")]
    parcel_id = dispatch.send(NewerContents(letters=[sealed.frame]), "letters", readers, urgent=False, at=world.clock.now())
    return waiting(village, parcel_id, readers[0])


def waiting(node: Node, parcel_id: str, to: str) -> bytes:
    """The bytes of a parcel that is queued at a station."""
    return next(one.data for one in node.outgoing.due(to, 1 << 30) if node.station.suite.digest(one.data) == parcel_id)


@pytest.fixture
def submitted(world: World) -> tuple[World, str]:
    number = world.submitted()
    world.settle()
    return world, number


def test_a_letter_of_an_unknown_kind_is_relayed_byte_for_byte(submitted: tuple[World, str]) -> None:
    world, number = submitted
    sealed = newer_letter(world, number)
    parcel = send(world, sealed)
    world.carry("village1")
    township, county = world.nodes["township"], world.nodes["county"]
    assert waiting(township, township.station.suite.digest(parcel), county.station.station) == parcel
    world.settle()
    for node in (township, county):
        row = node.store.letters.get(sealed.letter_id)
        assert row is not None
        assert (row.frame, row.outcome) == (sealed.frame, "waiting")


def test_the_case_goes_on_around_it(submitted: tuple[World, str]) -> None:
    world, number = submitted
    send(world, newer_letter(world, number))
    world.settle()
    world.approve(number)
    assert set(world.states(number).values()) == {"approved"}


def test_a_letter_that_says_more_than_we_know_keeps_its_seal_and_its_bytes(submitted: tuple[World, str]) -> None:
    world, number = submitted
    village, county = world.nodes["village1"], world.nodes["county"]
    letter = letter_from(village, number, "message", None, {"text": "示例：请看第二页"})
    said = parse_canonical(letter.payload()) | {"mood": ["calm", {"since": 3}]}
    signer = village.keyring.open(world.person("agent1"), world.pin("agent1"))
    payload = canonical_bytes(said)
    seal = sign_compact(village.station.suite, signer.signer, signer.seal, CONTEXT + payload, letter.at)
    frame = make_frame(payload, (seal,))
    sealed = replace(newer_letter(world, number), frame=frame, letter_id=village.station.suite.digest(frame))
    send(world, sealed)
    world.settle()
    row = county.store.letters.get(letter_id(county, frame))
    assert row is not None
    assert (row.frame, row.outcome) == (frame, "admitted")


def letter_id(node: Node, frame: bytes) -> str:
    """The id under which a station keeps a frame."""
    found = [row.letter_id for row in node.store.letters.of_case(number_in(frame)) if row.frame == frame]
    return found[0] if found else ""


def number_in(frame: bytes) -> str:
    """The case that a frame is about."""
    for line in frame.split(b"\n"):
        if line.startswith(b"{"):
            return str(parse_canonical(line)["case"])
    raise AssertionError("no payload")


class NewerWire(DoorWire):
    """A line between two newer programs: both say in an exchange what we have no name for."""

    def exchange(self, token: str, body: bytes) -> bytes | None:
        answer = super().exchange(token, body + write_records(NEW_RECORDS))
        return None if answer is None else answer + write_records(NEW_RECORDS)


def test_an_exchange_with_unknown_records_carries_what_is_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.journeys.world.DoorWire", NewerWire)
    for name in ("village1", "township"):
        world.start(name)
    number = world.submitted()
    world.settle()
    world.approve(number)
    assert set(world.states(number).values()) == {"approved"}


def test_unknown_records_change_nothing_of_what_an_exchange_says() -> None:
    said = Letterbag(down_bytes=4096).to_bytes()
    assert Letterbag.from_bytes(said + write_records(NEW_RECORDS)) == Letterbag.from_bytes(said)


def test_a_newer_database_is_refused_and_left_as_it_is(world: World) -> None:
    village = world.nodes["village1"]
    village.store.meta.set("schema_version", "99")
    before = village.store.meta.get("schema_version")
    village.close()
    with pytest.raises(Exception, match="newer") as refused:
        assemble(world.place / "village1", world.clock)
    assert type(refused.value).__name__ == "CorruptError"
    assert before == "99"
