"""What a compromised station, a thief and a power cut try against joining, replacing and renumbering: others' stations stay up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from node.casework.letter import CONTEXT, make_frame, read_frame
from node.errors import NotAllowedError
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents
from node.mail.receipts import ReceiptBook
from signing.seal import sign_compact
from tests.journeys.replacing import go_on, put_back, renumber, replaced, saved
from tests.journeys.test_admission_table import letter_from, sealed_by
from tests.journeys.world import World

NewWorld = Callable[..., World]


class PowerCutError(Exception):
    """The power goes here."""


def send(world: World, name: str, contents: Contents, *readers: str, parcel_class: str = "letters") -> None:
    """Queue a parcel as the station's own program would."""
    node = world.nodes[name]
    dispatch = Dispatch(node.station, node.store, ReceiptBook(node.station, node.store))
    with node.store.transaction():
        dispatch.send(contents, parcel_class, readers, urgent=False, at=node.clock.now())


def test_a_letter_of_an_unknown_signer_does_not_stop_the_refill_of_a_township(make_world: NewWorld) -> None:
    world = make_world()
    number = world.submitted()
    world.settle()
    county = world.nodes["county"].station.station
    letter = letter_from(world.nodes["village1"], number, "message", None, {"text": "x"})
    good = sealed_by(world, "agent1", letter)
    stranger = replace(good.seals[0], signer=good.seals[0].signer[:-4] + "0000")
    send(world, "village1", Contents(letters=[make_frame(letter.payload(), (stranger,))]), county)
    world.settle()
    assert ("message", "waiting") in world.letters(number)["county"]

    node = replaced(world, "township", "county")
    go_on(world)
    assert node.numbers.awaited_names() == []
    world.act("reviewer", number, "accepted")
    go_on(world)
    assert set(world.states(number).values()) == {"accepted"}


def test_a_power_cut_while_a_county_numbers_itself_is_made_good_by_doing_it_again(
    make_world: NewWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    number = world.submitted()
    world.settle()
    node = put_back(world, "county", saved(world, "county"))
    renumbering = node.numbers.renumbering
    with monkeypatch.context() as cut:
        cut.setattr(type(renumbering), "_become", _cut)
        with pytest.raises(PowerCutError):
            node.numbers.number_itself()
    node = world.start("county")
    assert node.standing.state() == "restored"
    assert node.numbers.number_itself() == "13102500000002"
    go_on(world)
    assert node.station.station != world.nodes["county"].station.station
    assert world.states(number)["county"] == "submitted"


def _cut(*_args: object, **_more: object) -> None:
    raise PowerCutError


def test_a_power_cut_right_after_a_new_number_does_not_stand_in_the_way_of_the_next(make_world: NewWorld) -> None:
    world = make_world()
    world.settle()
    world.nodes["village1"].standing.mark_restored("backup")
    request = world.place / "village1" / "renumber.request"
    world.nodes["village1"].numbers.renumbering.ask()
    kept = request.read_bytes()
    node = renumber(world, "village1", "township")
    request.write_bytes(kept)  # the power went before this file did
    node = world.start("village1")
    assert node.standing.state() == "active"
    node.standing.mark_restored("backup")
    node = renumber(world, "village1", "township")
    assert node.station.station == "13102510520103"


def test_numbers_under_the_old_name_are_not_given_twice_before_the_station_starts_anew(make_world: NewWorld) -> None:
    world = make_world()
    world.submitted()
    world.settle()
    node, village = world.nodes["township"], world.nodes["village1"]
    last = node.store.receipts.last(node.station.station)
    assert last is not None
    node.standing.mark_restored("backup")
    office = world.nodes["county"].bureau.registrar
    asked = office.take(node.numbers.renumbering.ask().data)
    world.submitted()
    (late,) = village.store.outbox.due(node.station.station, 1 << 30)
    node.numbers.renumbering.take(office.confirm(asked.digest, "admin"))
    world.carry("village1")  # it runs on for a moment
    receipt = node.store.receipts.get_for_parcel(late.parcel_id)
    assert receipt is not None and (receipt.station, receipt.number) > (last.station, last.number)
    go_on(world)
    new = world.nodes["township"]
    assert new.station.station == "13102510500002"
    fresh = world.submitted()
    go_on(world)
    assert set(world.states(fresh).values()) == {"submitted"}
    assert world.nodes["county"].store.outbox.gaps(new.station.station) == []
