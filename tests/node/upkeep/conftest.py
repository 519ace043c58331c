"""A village with a draft and a submitted case, made once per suite; each test that changes it gets a copy."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from node.assemble import Node, assemble
from tests.fakes import SetClock
from tests.founding import founded_county
from tests.journeys.world import World


@pytest.fixture(scope="session")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a village of a suite, with one case of each kind."""
    made: dict[str, Path] = {}

    def get(suite: str) -> Path:
        if suite not in made:
            place = tmp_path_factory.mktemp(f"village-{suite}")
            world = World(place / "world", founded_county(tmp_path_factory, suite))
            world.submitted()
            world.filled()
            world.close()
            made[suite] = place / "world" / "village1"
        return made[suite]

    return get


@pytest.fixture
def open_village(tmp_path: Path, villages: Callable[[str], Path]) -> Iterator[Callable[..., Node]]:
    """Put together a village of one's own; again for what is in its folder by now."""
    opened: list[Node] = []

    def get(suite: str = "p256", place: Path | None = None) -> Node:
        if place is None:
            place = tmp_path / f"village-{suite}"
            shutil.copytree(villages(suite), place)
        opened.append(assemble(place, SetClock()))
        return opened[-1]

    yield get
    for node in opened:
        node.close()


@pytest.fixture
def village(open_village: Callable[..., Node]) -> Node:
    """A village of suite p256 that is in use."""
    return open_village()
