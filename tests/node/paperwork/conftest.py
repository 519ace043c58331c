"""The demo's county, founded once; each test gets a copy of its own and a draft that lacks only the applicant's signature."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from forms.schema import Form
from node.casework.desk import Desk
from node.casework.views import CaseView
from node.commands.demo_county import found_demo_county
from node.paperwork.desk import PaperDesk
from node.paperwork.mandates import Terms
from node.staff.people import Person
from tests.fakes import SetClock
from tests.journeys.world import World, picture, plainly_cleaned

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
    place = tmp_path_factory.mktemp("papers-county")
    found_demo_county(place, SetClock(), "gm")
    return place


@pytest.fixture
def county(tmp_path: Path, founded_papers: Path) -> Iterator[World]:
    """A county of one's own; its villages take pictures as they are, for nothing here is about pictures."""
    world = World(tmp_path / "county", founded_papers)
    for name in ("village1", "village2"):
        world.nodes[name].desk._drafts._clean = plainly_cleaned
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

    @property
    def problems(self) -> list[tuple[str, str | None]]:
        """(code, field or material) of all problems."""
        return [(one.code, one.material or one.field) for one in (*self.view.problems, *self.view.material_problems)]


@pytest.fixture
def counter(county: World) -> Counter:
    """The agent with a draft of which all is there but the applicant's signature."""
    desk, agent = county.nodes["village1"].desk, county.person("agent1")
    _, form = desk.item("gaoling")
    number = desk.open_case(agent, "gaoling").line.case_number
    one = Counter(county, number)
    one.answer(**{name: value for name, value in form.sample.items() if name != "sign_image"})
    for material in form.sample_materials:
        if material != "mat_form":
            one.attach(material, f"{material} {number}")
    return one
