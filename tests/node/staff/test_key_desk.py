"""Keys of people by page: asked for, refused or granted by the parent, further villages given and taken away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.assemble import Node
from node.enrolment.documents import check_code, read_answer, read_request, to_bytes
from node.errors import EnrolmentError, NotAllowedError, NotFoundError, RequestError
from node.folder import StationFolder
from node.staff.acting import Acting, Village
from node.staff.holders import Holders
from node.staff.key_desk import KeyDesk
from node.staff.tokens import Tokens
from node.staff.villages import Filing
from signing.errors import PinError
from tests.founding import founded_county
from tests.journeys.world import World

PIN = "604817"
OTHER = Village("131025105202", "示例二村")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded_county(tmp_path_factory, "p256")


@pytest.fixture
def world(tmp_path: Path, founded: Path) -> Iterator[World]:
    one = World(tmp_path / "county", founded)
    yield one
    one.close()


def desk_of(node: Node, folder: Path) -> KeyDesk:
    holders = Holders(StationFolder(folder), node.station.suite, node.store, Tokens(node.config.keys, node.station.suite))
    return KeyDesk(holders, node.bureau, Acting(node.station, node.store), node.people, node.clock, node.seals.cabinet)


def newcomer(world: World, station: str = "village1", role: str = "agent") -> KeyDesk:
    node = world.nodes[station]
    node.people.add("xinren", "示例新人", (role,), "songlin-3381-he")
    return desk_of(node, world.place / station)


def test_a_key_that_was_asked_for_is_waited_for_with_the_code_that_the_parent_sees_and_seals_once_granted(world: World) -> None:
    desk, node, registrar = newcomer(world), world.nodes["village1"], world.nodes["township"].bureau.registrar
    assert desk.keys_of("xinren").may_ask and desk.keys_of("xinren").asked is None
    desk.ask("xinren", PIN, PIN)
    world.settle()
    (waiting,) = registrar.waiting()
    asked = desk.keys_of("xinren").asked
    assert asked is not None and (asked.code, asked.refused) == (waiting.code, None)
    assert (waiting.roles, waiting.divisions, waiting.rivals) == (("agent",), ("131025105201",), 0)
    registrar.confirm(waiting.digest, "townadmin")
    world.settle()
    keys = desk.keys_of("xinren")
    assert keys.asked is None and keys.own is not None and not keys.may_ask
    assert (keys.own.state, keys.own.seal) == ("good", "示例新人（样章）")
    assert node.keyring.open(node.people.person("xinren"), PIN)


def test_only_requests_for_the_same_person_and_village_are_rivals(world: World) -> None:
    desk, registrar = newcomer(world), world.nodes["township"].bureau.registrar
    desk.ask("xinren", PIN, PIN)
    desk.appoint("agent1", OTHER, world.pin("agent1"))
    world.settle()
    assert [one.rivals for one in registrar.waiting()] == [0, 0]
    desk.ask("xinren", PIN, PIN)
    world.settle()
    assert sorted(one.rivals for one in registrar.waiting()) == [0, 1, 1]


def test_two_pins_that_differ_make_no_key(world: World) -> None:
    desk = newcomer(world)
    with pytest.raises(RequestError) as caught:
        desk.ask("xinren", PIN, "604818")
    assert caught.value.code == "pins_differ" and desk.keys_of("xinren").asked is None
    with pytest.raises(RequestError):
        desk.change_pin("agent1", world.pin("agent1"), PIN, "604818")


def test_a_refusal_and_its_reason_come_back_by_the_road_and_it_may_be_asked_again(world: World) -> None:
    desk, registrar = newcomer(world), world.nodes["township"].bureau.registrar
    desk.ask("xinren", PIN, PIN)
    world.settle()
    registrar.refuse(registrar.waiting()[0].digest, "townadmin", "请先当面核对")
    world.settle()
    asked = desk.keys_of("xinren").asked
    assert asked is not None and asked.refused == "请先当面核对"
    desk.ask("xinren", PIN, PIN)
    asked = desk.keys_of("xinren").asked
    assert asked is not None and asked.refused is None


def test_a_refusal_that_is_not_the_parents_is_not_believed(world: World) -> None:
    desk = newcomer(world)
    desk.ask("xinren", PIN, PIN)
    other = world.nodes["county"].bureau.registrar
    with pytest.raises(EnrolmentError):
        other.take(desk.request_file("xinren"))
    theirs = world.nodes["township"].bureau.registrar
    taken = theirs.take(desk.request_file("xinren"))
    answer = theirs.refuse(taken.digest, "townadmin", "不同意")
    stranger = world.nodes["county"].station.signer
    forged = to_bytes(read_answer(answer).content, [(stranger.certificate.digest, stranger.sign)])
    with pytest.raises(EnrolmentError) as caught:
        desk.take(forged)
    assert caught.value.code == "answer_signature"
    asked = desk.keys_of("xinren").asked
    assert asked is not None and asked.refused is None


def test_by_two_files_it_goes_the_same_way(world: World) -> None:
    world.weather.down = {"village1"}
    desk, registrar = newcomer(world), world.nodes["township"].bureau.registrar
    desk.ask("xinren", PIN, PIN)
    taken = registrar.take(desk.request_file("xinren"))
    desk.take(registrar.confirm(taken.digest, "townadmin"))
    own = desk.keys_of("xinren").own
    assert own is not None and own.state == "good"
    with pytest.raises(EnrolmentError):
        desk.take(b"something else")
    with pytest.raises(EnrolmentError) as caught:
        desk.take(registrar.confirm(taken.digest, "townadmin"))
    assert caught.value.code == "answer_other"
    with pytest.raises(NotFoundError):
        desk.request_file("xinren")


def test_a_county_asks_itself_and_sees_its_own_refusal(world: World) -> None:
    desk, node = newcomer(world, "county", "approver"), world.nodes["county"]
    desk.ask("xinren", PIN, PIN)
    (waiting,) = node.bureau.registrar.waiting()
    assert waiting.divisions == ()
    node.bureau.registrar.refuse(waiting.digest, "admin", "再等等")
    asked = desk.keys_of("xinren").asked
    assert asked is not None and asked.refused == "再等等"


def test_a_person_asks_for_a_further_village_is_appointed_and_dismissed(world: World) -> None:
    node, registrar = world.nodes["village1"], world.nodes["township"].bureau.registrar
    desk, by = desk_of(node, world.place / "village1"), world.person("admin1")
    with pytest.raises(PinError):
        desk.appoint("agent1", OTHER, "999111")
    desk.appoint("agent1", OTHER, world.pin("agent1"))
    ((village, asked),) = desk.keys_of("agent1").asked_for
    assert village.division == OTHER.division
    assert asked.code == check_code(read_request(desk.request_file("agent1", OTHER.division)).digest(node.station.suite))
    world.settle()
    registrar.confirm(registrar.waiting()[0].digest, "townadmin")
    world.settle()
    Filing(node.station, node.store).run(world.clock.now())
    keys = desk.keys_of("agent1")
    assert [one.division for one in keys.further] == [OTHER.division] and keys.asked_for == ()
    desk.dismiss(by, "agent1", OTHER.division)
    Filing(node.station, node.store).run(world.clock.now())
    keys = desk.keys_of("agent1")
    assert keys.further == () and [one.division for one in keys.stopped] == [OTHER.division]
    with pytest.raises(NotAllowedError):
        node.keyring.open(world.person("agent1"), world.pin("agent1"), OTHER.division)
    with pytest.raises(NotFoundError):
        desk.dismiss(by, "agent1", OTHER.division)


def test_who_practises_or_was_shut_out_gets_no_key(world: World) -> None:
    desk, node = desk_of(world.nodes["village1"], world.place / "village1"), world.nodes["village1"]
    assert not desk.keys_of("learner1").may_ask
    with pytest.raises(NotAllowedError):
        desk.ask("learner1", PIN, PIN)
    node.people.disable("agent1")
    assert not desk.keys_of("agent1").may_appoint
    with pytest.raises(NotFoundError):
        desk.keys_of("nobody")
