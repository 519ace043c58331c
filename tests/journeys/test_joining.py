"""A new village room joins, over a real HTTP line and by two files, and files a case that goes its way; a copied invitation does not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from node.assemble import Node, assemble
from node.commands.enrolment import wait_for_answer
from node.config import ParentSettings, load_config, write_config
from node.enrolment.documents import read_invitation
from node.enrolment.founding import Above, NewPerson, enrol_person
from node.enrolment.invitations import Wanted
from node.enrolment.joining import begin, finish
from node.errors import EnrolmentError
from node.staff.people import Person
from sync.http import HttpWire
from tests.journeys.world import DoorWire, World, picture
from tests.node.web.browsing import app_of

THIRD = Wanted("示例三村便民服务室", "village", "131025105203")
AGENT = NewPerson("agent3", "示例代办员丙", ("agent",), "huaiyin-5521-tian", "604817")


@contextmanager
def listening(node: Node) -> Iterator[str]:
    """The station's pages and door on a real port; its address."""
    server = make_server("127.0.0.1", 0, app_of(node.app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def start(world: World, place: Path) -> Node:
    """Start the station that has joined below the township, its line through the world's weather."""
    write_config(place, replace(load_config(place), parent=ParentSettings("http://township.invalid")))
    world.nodes["village3"] = assemble(
        place,
        world.clock,
        lambda _url: DoorWire(
            "village3", lambda: world.nodes["township"].door, world.weather, lambda: world.nodes["township"].bureau.registrar
        ),
    )
    return world.nodes["village3"]


def file_a_case(world: World, node: Node) -> str:
    """A case filled in and sealed at the new station by its own agent."""
    agent = Person(AGENT.name, AGENT.display_name, AGENT.roles, session_id="session of agent3")
    desk = node.desk
    _, form = desk.item("gaoling")
    number = (case := desk.open_case(agent, "gaoling")).line.case_number
    assert case.version is not None
    desk.save_answers(agent, number, case.version, dict(form.sample))
    for material in form.sample_materials:
        desk.attach(agent, number, material, 1, picture(f"{material} {number}"))
    view = desk.case(agent, number)
    desk.act(agent, number, "submitted", pin=AGENT.pin, shown=view.shown, expected_head=view.head)
    return number


def carry(world: World) -> None:
    """Up and down until nothing moves."""
    for _ in range(6):
        for name in ("village3", "township"):
            courier = world.nodes[name].courier
            assert courier is not None
            courier.carry_once()


def check_a_case_goes_its_way(world: World, place: Path) -> None:
    """The new room's first case is accepted by the township and known at the county."""
    enrol_person(place, AGENT, Above(world.place / "township", world.place / "county"), world.clock)
    number = file_a_case(world, start(world, place))
    carry(world)
    assert world.states(number) == dict.fromkeys(("village3", "township", "county"), "submitted")
    assert "13102510520301" in world.nodes["county"].station.directory
    world.act("reviewer", number, "accepted")
    carry(world)
    assert world.states(number)["village3"] == "accepted"
    letters = [letter for node in world.nodes.values() for letter in node.store.letters.of_case(number)]
    assert {letter.outcome for letter in letters} == {"admitted"}


def test_a_room_joins_over_the_network_and_files_a_case(world: World, tmp_path: Path) -> None:
    place, township, admin = tmp_path / "village3", world.nodes["township"].reception, "admin"
    (invited,) = township.inviting.invite([THIRD], admin)
    asked = begin(place, invited.data, world.clock)
    said: list[float] = []

    def confirm_in_the_meantime(seconds: float) -> None:
        said.append(seconds)
        (waiting,) = township.registrar.waiting()
        assert waiting.code == asked.code
        township.registrar.confirm(waiting.digest, admin)

    with listening(world.nodes["township"]) as url:
        answer = wait_for_answer(HttpWire(url).enrol, asked.request, confirm_in_the_meantime)
        assert answer == HttpWire(url).enrol(asked.request).answer
    assert len(said) == 1
    assert finish(place, answer, world.clock, "http://township.invalid") == "13102510520301"
    check_a_case_goes_its_way(world, place)


def test_a_room_without_a_line_joins_by_two_files_and_files_a_case(world: World, tmp_path: Path) -> None:
    place = tmp_path / "village3"
    (invited,) = world.nodes["county"].reception.inviting.invite([THIRD], "admin")
    stick = {"request": begin(place, invited.data, world.clock).request}
    registrar = world.nodes["township"].reception.registrar
    stick["answer"] = registrar.confirm(registrar.take(stick["request"]).digest, "admin")
    finish(place, stick["answer"], world.clock)
    check_a_case_goes_its_way(world, place)


def test_a_copied_invitation_the_wrong_parent_and_one_that_is_over_are_refused_over_the_line(world: World, tmp_path: Path) -> None:
    township, county = world.nodes["township"].reception, world.nodes["county"]
    (invited,) = township.inviting.invite([THIRD], "admin")
    first, second, third = (begin(tmp_path / name, invited.data, world.clock).request for name in ("a", "b", "c"))
    with listening(world.nodes["township"]) as url, listening(county) as wrong:
        wire = HttpWire(url)
        assert wire.enrol(first).answer is None
        township.registrar.confirm(township.registrar.waiting()[0].digest, "admin")
        for enrol, request, code in ((wire.enrol, second, "invitation_used"), (HttpWire(wrong).enrol, second, "parent_refused")):
            with pytest.raises(EnrolmentError) as caught:
                wait_for_answer(enrol, request, lambda _seconds: None)
            assert caught.value.code == code
        world.clock.move(days=31)
        with pytest.raises(EnrolmentError) as caught:
            wait_for_answer(wire.enrol, third, lambda _seconds: None)
        assert caught.value.code == "invitation_expired"
        assert wire.enrol(first).answer is not None, "what was granted stays granted"
    assert len([one for one in township.inviting.all_open() if read_invitation(one.data)]) == 0
