"""Parcels and pieces spoilt on the way, as mailroom, door and shelf meet them: refused or passed over, never believed.

Whatever one becomes, its neighbour in the same handover is kept or not acknowledged, and nothing but a declared refusal comes out.
In the ordinary run a fixed sample of the places; `YIZHAN_EVERY_BYTE=1` takes every one of them (`python -m bench.torture` does).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pytest

from node.assemble import Node
from node.mail.bundles import identity_of
from node.mail.mailroom import Mailroom
from node.mail.receipts import read_receipt
from node.station import Station
from sync.boxes import TakenIn
from sync.errors import DoorError
from sync.exchange import Letterbag
from sync.sessions import door_message
from tests.founding import founded_county
from tests.fuzz.damage import damaged
from tests.journeys.world import World, plainly_cleaned

PARCEL_STRIDE, BODY_STRIDE, PIECE_STRIDE = 101, 397, 331


class _TakenBackError(Exception):
    """Undoes what was tried."""


@dataclass(frozen=True)
class Handover:
    """What a village hands to its township: two parcels of one letter each, which case each is of, and a scan."""

    world: World
    parcels: tuple[bytes, bytes]
    cases: tuple[str, str]

    @property
    def town(self) -> Node:
        """Who receives."""
        return self.world.nodes["township"]

    @property
    def village(self) -> str:
        """Who sends."""
        return self.world.nodes["village1"].station.station

    @property
    def digest(self) -> Callable[[bytes], str]:
        """The suite's."""
        return self.town.station.suite.digest

    def handed_in(self, *parcels: bytes) -> Sequence[bytes]:
        """The receipts for these parcels."""
        return self.town.mailroom.take_in(parcels, self.village, "network").receipts

    def tried(self, attempt: Callable[[], Sequence[bytes]]) -> tuple[set[str], list[str]]:
        """(parcels that the receipts acknowledge, what is wrong with the town) after an attempt, of which nothing stays."""
        try:
            with self.town.store.transaction():
                receipts = [read_receipt(data, self.digest) for data in attempt()]
                acknowledged = {parcel for receipt in receipts for parcel in receipt.parcels}
                wrong = []
                for parcel, case in zip(self.parcels, self.cases, strict=True):
                    is_here = self.town.store.cases.get(case) is not None
                    if is_here != (self.digest(parcel) in acknowledged):
                        wrong.append(f"{case} is {'here and not' if is_here else 'not here and'} acknowledged")
                raise _TakenBackError
        except _TakenBackError:
            return acknowledged, wrong


@pytest.fixture(scope="module", params=["p256", "gm"])
def handover(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handover]:
    """A handover that has not happened yet."""
    world = World(tmp_path_factory.mktemp("road") / "county", founded_county(tmp_path_factory, request.param))
    village = world.nodes["village1"]
    village.desk._drafts._clean = plainly_cleaned
    # Who sealed is known above before; else a letter waits for the certificate that came with the one before it.
    world.submitted()
    world.settle()
    first, parcels = world.submitted(), []
    outgoing, town = village.outgoing, world.nodes["township"].station.station
    parcels += [one.data for one in outgoing.due(town, 1 << 20)]
    second = world.submitted()
    parcels += [one.data for one in outgoing.due(town, 1 << 20) if one.data not in parcels]
    assert len(parcels) == 2
    yield Handover(world, (parcels[0], parcels[1]), (first, second))
    world.close()


def of_parcels(handover: Handover) -> Iterator[str]:
    """What goes wrong when the first of two parcels comes spoilt, in any way."""
    genuine, neighbour = handover.parcels
    for how, data in damaged(genuine, PARCEL_STRIDE):
        if data == genuine:
            continue
        acknowledged, wrong = handover.tried(partial(handover.handed_in, data, neighbour))
        if handover.digest(neighbour) not in acknowledged:
            wrong.append("its neighbour was not kept")
        yield from (f"{how}: {fault}" for fault in wrong)


def of_exchanges(handover: Handover) -> Iterator[str]:
    """What goes wrong when the body of an exchange comes spoilt, in any way."""
    body = Letterbag(parcels=handover.parcels, down_bytes=1 << 16).to_bytes()
    door, village = handover.town.door, handover.world.nodes["village1"]
    identity = identity_of(village.station, village.store)
    challenge = door.hello(identity.station).challenge
    message = door_message(challenge, identity.station, handover.town.station.station)
    token = door.session(challenge, identity.station, identity.signer, identity.sign(message)).token

    def exchange(data: bytes) -> Sequence[bytes]:
        try:
            return Letterbag.from_bytes(door.exchange(token, data) or b"").receipts
        except DoorError:
            return ()

    for how, data in damaged(body, BODY_STRIDE):
        _, wrong = handover.tried(partial(exchange, data))
        yield from (f"{how}: {fault}" for fault in wrong)


def of_pieces(handover: Handover) -> Iterator[str]:
    """What goes wrong when the one piece of a small scan comes spoilt, in any way; another scan is half here."""
    shelf, town = handover.world.nodes["village1"].store.enclosures, handover.town.store.enclosures
    handover.town.mailroom.take_in(handover.parcels, handover.village, "network")
    ids = sorted(town.wanted("", 100), key=lambda one: town.size_bytes(one) or 0)
    scan, other = ids[0], ids[-1]
    data, half = shelf.read(scan), shelf.read(other)[:3000]
    town.write_piece(other, 0, half)
    lacking = town.missing(other)
    for how, spoilt in damaged(data, PIECE_STRIDE):
        if spoilt == data:
            continue
        try:
            town.write_piece(scan, 0, spoilt)
        except ValueError:
            pass  # longer than it is; the door says so before
        if town.whole(scan):
            yield f"{how}: believed"
            return
        if town.missing(other) != lacking:
            yield f"{how}: its neighbour is not what it was"
        if len(spoilt) < len(data) and spoilt and data.startswith(spoilt):
            # A part of it, and genuine: with the rest it is whole. What was spoilt is looked at again from the start.
            town.write_piece(scan, len(spoilt), bytes(len(data) - len(spoilt)))
    town.write_piece(scan, 0, data)
    if not town.whole(scan) or town.read(scan) != data:
        yield "the genuine one was not taken any more"


def test_a_spoilt_parcel_is_never_believed_and_its_neighbour_is_kept(handover: Handover) -> None:
    assert list(of_parcels(handover)) == []


def test_of_a_spoilt_exchange_only_what_is_acknowledged_is_kept(handover: Handover) -> None:
    assert list(of_exchanges(handover)) == []


def test_mailrooms_with_a_fault_are_found_out(handover: Handover, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Station, "check_station", lambda *given: None)
        assert any("here and not acknowledged" in fault for fault in of_parcels(handover))
    take_all = Mailroom._take_all

    def together(mailroom: Mailroom, parcels: Sequence[bytes], came_from: str, road: str) -> TakenIn:
        return (
            TakenIn((), (), ())
            if any(parcel not in handover.parcels for parcel in parcels)
            else take_all(mailroom, parcels, came_from, road)
        )

    with monkeypatch.context() as patch:
        patch.setattr(Mailroom, "_take_all", together)
        assert any("neighbour" in fault for fault in of_parcels(handover))


def test_a_shelf_that_believes_its_pieces_is_found_out_and_ours_does_not(handover: Handover, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(of_pieces(handover)) == []
    with monkeypatch.context() as patch:
        shelf = handover.town.store.enclosures
        patch.setattr(shelf, "_digest", lambda data: sorted(shelf.wanted("", 100), key=lambda one: shelf.size_bytes(one) or 0)[0])
        assert any("believed" in fault for fault in of_pieces(handover))
