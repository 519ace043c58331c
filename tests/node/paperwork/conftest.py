"""The demo's county, founded once; each test gets a copy of its own and a draft that lacks only the applicant's signature."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from forms.schema import Form
from node.casework.desk import Desk
from node.casework.views import CaseView
from node.config import PolicySettings
from node.paperwork.desk import PaperDesk
from node.paperwork.mandates import Terms
from node.paperwork.paperwork import Paperwork
from node.staff.people import Person
from tests.fakes import SetClock
from tests.founding import founded_county
from tests.journeys.world import Weather, World, picture, plainly_cleaned

TODAY = date(2026, 11, 22)
TERMS = Terms(
    principal="示例甲",
    principal_id="131025194403122017",
    powers=("file", "supplement", "collect"),
    begins=TODAY,
    ends=date(2027, 5, 21),
    witness="示例邻居",
    witness_phone="13912345678",
    signed="fingerprint",
)


@pytest.fixture(scope="session")
def founded_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a county of suite gm."""
    return founded_county(tmp_path_factory, "gm")


class Villages(World):
    """Some stations of the county without those above them, for what is done at the counter alone."""

    def __init__(self, place: Path, founded: Path, *names: str) -> None:
        for name in names:
            shutil.copytree(founded / name, place / name)
        self.place, self.clock, self.weather, self.nodes = place, SetClock(), Weather(), {}
        for name in names:
            self.start(name)


def with_plain_pictures(world: World) -> World:
    """The villages take pictures as they are, for nothing here is about pictures."""
    for name in {"village1", "village2"} & set(world.nodes):
        world.nodes[name].desk._drafts._clean = plainly_cleaned
    return world


@pytest.fixture
def county(tmp_path: Path, founded_papers: Path) -> Iterator[World]:
    """A county of one's own."""
    world = with_plain_pictures(World(tmp_path / "county", founded_papers))
    yield world
    world.close()


@pytest.fixture
def villages(tmp_path: Path, founded_papers: Path) -> Iterator[World]:
    """Its two villages alone."""
    world = with_plain_pictures(Villages(tmp_path / "villages", founded_papers, "village1", "village2"))
    yield world
    world.close()


@pytest.fixture
def village(tmp_path: Path, founded_papers: Path) -> Iterator[World]:
    """One village alone."""
    world = with_plain_pictures(Villages(tmp_path / "village", founded_papers, "village1"))
    yield world
    world.close()


@dataclass
class Counter:
    """The village's agent with one draft."""

    county: World
    number: str

    @property
    def desk(self) -> Desk:
        return self.county.nodes["village1"].desk

    @property
    def papers(self) -> PaperDesk:
        return self.desk.papers

    @property
    def agent(self) -> Person:
        return self.county.person("agent1")

    @property
    def view(self) -> CaseView:
        return self.desk.case(self.agent, self.number)

    @property
    def form(self) -> Form:
        return self.desk.form_of(self.number)

    def answer(self, **answers: object) -> None:
        """Change answers of the draft."""
        version = self.view.version
        assert version is not None
        self.desk.save_answers(self.agent, self.number, version, answers)

    def attach(self, material: str, text: str, page: int = 1) -> None:
        """A page that says something."""
        self.desk.attach(self.agent, self.number, material, page, picture(text))

    def sign(self, text: str) -> None:
        """The applicant signs on the pad what it shows now."""
        shown = self.papers.form_to_sign(self.agent, self.number)
        self.papers.sign(self.agent, self.number, picture(text, (600, 210)), shown.digest)

    def mandate(self, terms: Terms = TERMS) -> None:
        """A mandate that was signed and scanned back."""
        self.papers.make_mandate(self.agent, self.number, terms)
        self.attach("mandate", f"mandate of {terms.principal}")

    def require(self, policy: PolicySettings) -> None:
        """The village's policy is another from now on; it is read once, when a station starts."""
        node = self.county.nodes["village1"]
        paperwork = Paperwork(node.station, node.store, node.clock, policy)
        self.desk._drafts.paperwork = self.papers._paperwork = paperwork

    @property
    def problems(self) -> list[tuple[str, str | None]]:
        """(code, field or material) of all problems."""
        return [(one.code, one.material or one.field) for one in (*self.view.problems, *self.view.material_problems)]


def opened(world: World) -> Counter:
    """The agent with a draft of which all is there but the applicant's signature."""
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    _, form = desk.item("gaoling")
    number = desk.open_case(agent, "gaoling").line.case_number
    one = Counter(world, number)
    one.answer(**{name: value for name, value in form.sample.items() if name != "sign_image"})
    for material in form.sample_materials:
        if material != "mat_form":
            one.attach(material, f"{material} {number}")
    return one


@pytest.fixture
def counter(village: World) -> Counter:
    """Such a draft at a village alone."""
    return opened(village)


@pytest.fixture
def whole(county: World) -> Counter:
    """Such a draft in the whole county."""
    return opened(county)
