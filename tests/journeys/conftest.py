"""A county founded once for all journeys; each journey gets a copy of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.founding import founded_county
from tests.journeys.world import Weather, World


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a county of a suite, made when first asked for."""
    return lambda suite: founded_county(tmp_path_factory, suite)


@pytest.fixture
def make_world(tmp_path: Path, founded: Callable[[str], Path]) -> Iterator[Callable[..., World]]:
    """Make a county of a suite, in some weather; closed at the end."""
    made: list[World] = []

    def make(suite: str = "gm", weather: Weather | None = None) -> World:
        made.append(World(tmp_path / f"world-{suite}", founded(suite), weather))
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A county of suite gm in good weather."""
    return make_world()
