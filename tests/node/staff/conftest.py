"""A small county of three stations, founded once; each test gets a copy of its own, with the village's parts put together."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from node.assemble import Node, assemble
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_person, found_station
from node.roles import Tier
from tests.fakes import SetClock

PIN, PASSWORD = "739164", "qinghe-7315-du"


@dataclass
class Place:
    """The folders of a county, township and village, and the village's node."""

    root: Path
    clock: SetClock
    village: Node

    @property
    def above(self) -> Above:
        """Who certifies the village's people."""
        return Above(self.root / "township", self.root / "county")

    @property
    def folder(self) -> Path:
        """The village's folder."""
        return self.root / "village"


@pytest.fixture(scope="session")
def founded_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders, of suite p256: an agent, and a head who has no key."""
    root, clock = tmp_path_factory.mktemp("small"), SetClock()
    found_station(root / "county", NewStation("示例县", Tier.COUNTY, "131025000000", suite="p256"), None, clock)
    above = Above(root / "county", root / "county")
    found_station(root / "township", NewStation("示例镇", Tier.TOWNSHIP, "131025105000"), above, clock)
    above = Above(root / "township", root / "county")
    found_station(root / "village", NewStation("示例一村", Tier.VILLAGE, "131025105201"), above, clock)
    enrol_person(root / "village", NewPerson("agent1", "示例代办员甲", ("agent",), PASSWORD, PIN), above, clock)
    enrol_person(root / "village", NewPerson("head1", "示例村主任甲", ("village_head",), PASSWORD, None), above, clock)
    return root


@pytest.fixture
def small(tmp_path: Path, founded_small: Path, restart: Callable[[Path, SetClock], Node]) -> Place:
    """A county of one's own."""
    root, clock = tmp_path / "small", SetClock()
    shutil.copytree(founded_small, root)
    return Place(root, clock, restart(root / "village", clock))


@pytest.fixture
def restart() -> Iterator[Callable[[Path, SetClock], Node]]:
    """Put a station together, as often as wanted; all are closed at the end."""
    started: list[Node] = []

    def start(folder: Path, clock: SetClock) -> Node:
        started.append(assemble(folder, clock))
        return started[-1]

    yield start
    for node in started:
        node.close()
