"""The demo's four stations behind real Flask clients; the same county for all tests of a module is founded once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from node.commands.demo_county import found_demo_county
from tests.fakes import SetClock
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, logged_in


@pytest.fixture(scope="session")
def founded_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a county of suite gm."""
    place = tmp_path_factory.mktemp("pages-county")
    found_demo_county(place, SetClock(), "gm")
    return place


@pytest.fixture
def county(tmp_path: Path, founded_county: Path) -> Iterator[World]:
    """A county of one's own."""
    world = World(tmp_path / "county", founded_county)
    yield world
    world.close()


@pytest.fixture
def browse(county: World) -> Callable[[str], Browsing]:
    """Log a person of the demo in at their station."""
    return lambda name: logged_in(county, name)
