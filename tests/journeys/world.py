"""A whole small county in one process: real stations, databases, keys and doors; only the wires and the clock are ours."""

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image, ImageDraw

from node.assemble import Node, assemble
from node.casework.views import CaseView
from node.commands.demo_county import PEOPLE, STATIONS
from node.config import ParentSettings, load_config, write_config
from node.enrolment.registrar import Registrar
from node.errors import EnrolmentError
from node.scanning.intake import Cleaned
from node.staff.people import Person
from sync.door import Door
from sync.errors import EnrolRefusedError, LinkDownError
from sync.sessions import Session
from sync.wire import EnclosureState, EnrolState, Greeting
from tests.fakes import SetClock

Answer = TypeVar("Answer")
ORDER = ("village1", "village2", "township")
"""Stations that call, from the bottom up."""


@dataclass
class Weather:
    """What the lines do. `down` holds the stations whose line upward is dead; the rest is chance out of `seed`."""

    down: set[str] = field(default_factory=set)
    lose_answers: float = 0.0
    double_calls: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))


class DoorWire:
    """A wire that leads straight to the parent's door, in the weather of the day."""

    def __init__(self, name: str, door: Callable[[], Door], weather: Weather, registrar: Callable[[], Registrar]) -> None:
        self._name = name
        self._door = door
        self._registrar = registrar
        self._weather = weather

    def hello(self, station: str) -> Greeting:
        return self._through(lambda door: door.hello(station))

    def session(self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes] = ()) -> Session:
        return self._through(lambda door: door.session(challenge, station, signer, signature, certificates))

    def session_with(
        self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes], body: bytes
    ) -> Session:
        raise AssertionError("no greeting of this door says that it can")

    def exchange(self, token: str, body: bytes) -> bytes | None:
        return self._through(lambda door: door.exchange(token, body), may_double=True)

    def enclosure(self, token: str, enclosure_id: str) -> EnclosureState:
        return self._through(lambda door: door.enclosure(token, enclosure_id))

    def put_piece(self, token: str, enclosure_id: str, offset: int, data: bytes) -> EnclosureState:
        return self._through(lambda door: door.put_piece(token, enclosure_id, offset, data), may_double=True)

    def get_piece(self, token: str, enclosure_id: str, offset: int, length: int) -> bytes:
        return self._through(lambda door: door.get_piece(token, enclosure_id, offset, length))

    def bell(self, token: str, wait_s: float) -> bool:
        return self._through(lambda door: door.bell(token, wait_s))

    def enrol(self, request: bytes) -> EnrolState:
        self._through(lambda door: None)
        try:
            return EnrolState(self._registrar().take(request).answer)
        except EnrolmentError as error:
            raise EnrolRefusedError(error.code) from error

    def is_reachable(self) -> bool:
        return self._name not in self._weather.down

    def open_ahead(self, count: int) -> list[Callable[[], None]]:
        """There are no connections."""
        return []

    def close(self) -> None:
        """Holds nothing."""

    def _through(self, call: Callable[[Door], Answer], may_double: bool = False) -> Answer:
        weather = self._weather
        if self._name in weather.down:
            raise LinkDownError("unreachable")
        answer = call(self._door())
        if may_double and weather.chance.random() < weather.double_calls:
            answer = call(self._door())
        if weather.chance.random() < weather.lose_answers:
            raise LinkDownError("cut")
        return answer


class World:
    """The demo's four stations, copied from one that was founded before, each assembled as `serve` does it."""

    def __init__(self, place: Path, founded: Path, weather: Weather | None = None, *, documents: bool = False) -> None:
        shutil.copytree(founded, place, dirs_exist_ok=True)
        self.place = place
        self.clock = SetClock()
        self.weather = weather or Weather()
        self.nodes: dict[str, Node] = {}
        for station in STATIONS:
            folder = place / station.folder
            parent = ParentSettings(f"http://{station.parent}.invalid" if station.parent else None)
            config = load_config(folder)
            # Documents take a child process that costs a second to start: only journeys about them ask for them.
            policy = replace(config.policy, sealed_documents=documents)
            write_config(folder, replace(config, parent=parent, policy=policy))
            self.start(station.folder)

    def start(self, name: str) -> Node:
        """Start a station, or start it again as after a power cut: nothing in memory is left of what it was."""

        def wire(url: str) -> DoorWire:
            above = url.removeprefix("http://").removesuffix(".invalid")
            return DoorWire(name, lambda: self.nodes[above].door, self.weather, lambda: self.nodes[above].bureau.registrar)

        if name in self.nodes:
            self.nodes[name].close()
        self.nodes[name] = assemble(self.place / name, self.clock, wire)
        return self.nodes[name]

    def close(self) -> None:
        """Stop everything: threads of couriers, children that clean pictures, connections."""
        for node in self.nodes.values():
            node.close()

    def person(self, name: str) -> Person:
        """Somebody at a desk."""
        demo = next(one for one in PEOPLE if one.name == name)
        return Person(demo.name, demo.display_name, (str(demo.role),), session_id=f"session of {name}")

    def pin(self, name: str) -> str:
        """The PIN of a person's key."""
        return next(one.pin for one in PEOPLE if one.name == name)

    def node_of(self, name: str) -> Node:
        """The station where a person works."""
        return self.nodes[next(one.station for one in PEOPLE if one.name == name)]

    def carry(self, *names: str, rounds: int = 1) -> bool:
        """Let the couriers of these stations (all by default) carry, from the bottom up; a line that is down is no error.

        Whether anything came through, or a line that is up failed.
        """
        stirred = False
        for _ in range(rounds):
            for name in names or ORDER:
                courier = self.nodes[name].courier
                assert courier is not None
                report = courier.carry_once()
                stirred |= report.moved or (report.failure is not None and name not in self.weather.down)
        return stirred

    def settle(self) -> bool:
        """Carry over the lines that are up until nothing moves any more; whether anything did."""
        for passes in range(40):
            up = (name for name in ORDER if name not in self.weather.down)
            reports = [courier.carry_once() for name in up if (courier := self.nodes[name].courier)]
            if not any(report.moved or report.failure for report in reports):
                return passes > 0
        raise AssertionError(f"the couriers do not come to rest: {reports}")

    def filled(self, item: str = "gaoling", agent: str = "agent1") -> CaseView:
        """A draft with the item's sample answers and its materials."""
        desk, person = self.node_of(agent).desk, self.person(agent)
        _, form = desk.item(item)
        case = desk.open_case(person, item)
        assert case.version is not None
        desk.save_answers(person, case.line.case_number, case.version, dict(form.sample))
        for material in form.sample_materials:
            desk.attach(person, case.line.case_number, material, 1, picture(f"{material} {case.line.case_number}"))
        return desk.case(person, case.line.case_number)

    def act(self, name: str, number: str, event: str, **more: Any) -> CaseView:
        """A person seals an event, having seen what the case shows now; the PIN is typed where the key is not open any more."""
        node, person = self.node_of(name), self.person(name)
        desk, pin = node.desk, None if node.keyring.is_open(person) else self.pin(name)
        view = desk.case(person, number)
        return desk.act(person, number, event, pin=pin, shown=view.shown, expected_head=view.head, **more)

    def submitted(self, item: str = "gaoling", agent: str = "agent1") -> str:
        """The number of a case that was filled in and submitted; nothing has been carried."""
        case = self.filled(item, agent)
        return self.act(agent, case.line.case_number, "submitted").line.case_number

    def approve(self, number: str, **more: Any) -> None:
        """Accept and forward a case at the township, approve it at the county, and tell everybody."""
        self.act("reviewer", number, "accepted")
        self.act("reviewer", number, "forwarded")
        self.settle()
        self.act("approver", number, "approved", **more)
        self.settle()

    def states(self, number: str) -> dict[str, str]:
        """The state of a case at each station that knows it."""
        rows = {name: node.store.cases.get(number) for name, node in self.nodes.items()}
        return {name: row.state for name, row in rows.items() if row}

    def letters(self, number: str) -> dict[str, list[tuple[str, str]]]:
        """(kind, outcome) of the letters of a case at each station that has any, as its chain orders them."""
        here = {name: node for name, node in self.nodes.items() if node.store.letters.of_case(number)}
        anyone = self.person("agent1")
        return {name: [(line.event, line.outcome) for line in node.desk.letters(anyone, number)] for name, node in here.items()}


def picture(text: str, size: tuple[int, int] = (900, 600)) -> bytes:
    """A JPEG that says `text` and is like no other."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 30, size[0] - 30, size[1] - 30), outline="navy", width=4)
    draw.text((60, 80), text, fill="black")
    chance = random.Random(text)
    for _ in range(400):
        at = (chance.randrange(size[0]), chance.randrange(size[1]))
        draw.point(at, fill=(chance.randrange(256), 0, 0))
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def plainly_cleaned(data: bytes) -> Cleaned:
    """What intake makes of a picture, without the child process; for tests that are not about pictures."""
    return Cleaned("image/jpeg", data, data[:2000], 900, 600, 1)
