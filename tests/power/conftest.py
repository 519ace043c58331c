"""Counties for recorded disks."""

from pathlib import Path

import pytest

from tests.founding import founded_county, made_once
from tests.power.county import opened_up


@pytest.fixture(scope="session")
def plain_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county of suite p256 whose databases are not encrypted: apsw's SQLite has no cipher."""
    return made_once(tmp_path_factory, "county-p256-plain", lambda place: opened_up(founded_county(tmp_path_factory, "p256"), place))
