"""A county for tests of mail as people ask for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import founding
from tests.journeys.world import World


@pytest.fixture(scope="session")
def founded_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a county of suite gm."""
    return founding.founded_county(tmp_path_factory, "gm")


@pytest.fixture
def county(tmp_path: Path, founded_county: Path) -> Iterator[World]:
    """A county of one's own."""
    world = World(tmp_path / "county", founded_county)
    yield world
    world.close()
