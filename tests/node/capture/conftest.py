"""A village with a tray whose eye says what a test wants it to see; pages are made by the real child."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from forms.portraits import PortraitSpec
from node.assemble import Node
from node.capture.keeping import Keeping, Kept, Side, Wish
from node.capture.originals import Originals
from node.capture.tray import Tray, TrayShot
from node.config import ScanningSettings
from node.errors import MaterialError
from node.scanning.developing.target import Target
from node.scanning.intake import Cleaned, IntakeProcess
from node.scanning.shot import Corners, Finding, Look, Plan
from node.staff.people import Person
from node.store import Store
from node.store.records import MaterialRecord
from tests.founding import founded_county
from tests.journeys.world import World, picture
from tests.node.paperwork.conftest import Villages, with_plain_pictures

SIZE = (360, 240)
SHEET: Corners = ((20.0, 20.0), (340.0, 22.0), (338.0, 220.0), (22.0, 218.0))
WHOLE = Plan()


@dataclass
class Eye:
    """Sees what it is told to, `then` once a person has drawn or turned the sheet; `meanwhile` happens while it looks."""

    found: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    breaks: str = ""
    sheets: tuple[Corners, ...] = ()
    meanwhile: Callable[[], object] = lambda: None

    def look(self, picture: bytes, wanted: str, quick: bool) -> Look:
        self.meanwhile()
        return Look(*SIZE, self.sheets, 0.9 if self.sheets else 0.0, tuple(Finding(code, {}) for code in self.found), 150)

    def judge(self, picture: bytes, plan: Plan) -> tuple[Finding, ...]:
        if self.breaks:
            raise MaterialError(self.breaks)
        return tuple(Finding(code, {}) for code in self.then)


class Developer(IntakeProcess):
    """The real child; `meanwhile` happens while a page is made."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None
        self.made: list[str] = []

    def develop(self, raw: bytes, plan: Plan, target: Target | None = None) -> Cleaned:
        self.meanwhile()
        self.made.append("page")
        return super().develop(raw, plan, target)

    def card(self, front: bytes, front_plan: Plan, back: bytes, back_plan: Plan, target: Target | None = None) -> Cleaned:
        self.made.append("card")
        return super().card(front, front_plan, back, back_plan, target)

    def portrait(self, raw: bytes, plan: Plan, spec: PortraitSpec) -> Cleaned:
        self.made.append("portrait")
        return super().portrait(raw, plan, spec)


@dataclass
class Bench:
    """The village's agent with one draft of their own and a tray."""

    world: World
    developer: Developer
    number: str
    eye: Eye = field(default_factory=Eye)
    policy: ScanningSettings = field(default_factory=ScanningSettings)

    @property
    def node(self) -> Node:
        return self.world.nodes["village1"]

    @property
    def store(self) -> Store:
        return self.node.store

    @property
    def agent(self) -> Person:
        return self.world.person("agent1")

    @property
    def tray(self) -> Tray:
        node, desk = self.node, self.node.desk
        return Tray(node.station, node.store, desk._drafts, desk._attaching, desk._casebook, node.clock, self.eye.look, self.developer)

    @property
    def keeping(self) -> Keeping:
        desk = self.node.desk
        return Keeping(self.tray, desk._attaching, desk._casebook, self.eye.judge, self.developer, self.store, self.policy)

    @property
    def originals(self) -> Originals:
        return Originals(self.node.station, self.store, self.policy)

    def take(self, text: str, material: str = "mat_bank", source: str = "camera") -> TrayShot:
        return self.tray.take(self.agent, self.number, material, source, picture(text, SIZE))

    def keep(self, shot: TrayShot, plan: Plan = WHOLE, **more: object) -> Kept:
        return self.keeping.keep(self.agent, self.number, Wish(Side(shot.record.shot, plan), **more))  # type: ignore[arg-type]

    def pages(self, material: str = "mat_bank") -> list[MaterialRecord]:
        return [row for row in self.store.materials.list(self.number) if row.material == material]

    def files(self, folder: str) -> set[str]:
        """All files of a folder of the station, of writes that never ended too."""
        root = self.world.place / "village1" / folder
        return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}

    def submit(self) -> None:
        """Fill in what is missing, and submit."""
        desk, agent = self.node.desk, self.agent
        form, view = desk.form_of(self.number), desk.case(agent, self.number)
        assert view.version is not None
        desk.save_answers(agent, self.number, view.version, dict(form.sample))
        for material in form.sample_materials:
            if not self.pages(material):
                desk.attach(agent, self.number, material, 1, picture(f"{material} {self.number}"))
        self.world.act("agent1", self.number, "submitted")


@pytest.fixture(scope="session")
def village_of_shots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One village for all tests of this folder; each has a draft of its own."""
    founded: Path = founded_county(tmp_path_factory, "gm")
    world = with_plain_pictures(Villages(tmp_path_factory.mktemp("shots") / "village", founded, "village1"))
    yield world
    world.close()


@pytest.fixture(scope="session")
def developer() -> Iterator[Developer]:
    """The child that makes pages."""
    one = Developer()
    yield one
    one.close()


@pytest.fixture
def bench(village_of_shots: World, developer: Developer) -> Iterator[Bench]:
    """The agent with a new draft."""
    desk, agent = village_of_shots.nodes["village1"].desk, village_of_shots.person("agent1")
    yield Bench(village_of_shots, developer, desk.open_case(agent, "gaoling").line.case_number)
    developer.meanwhile, developer.made = (lambda: None), []
