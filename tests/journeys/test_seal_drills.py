"""What goes wrong around a seal, in both suites: a clock ten years off where it is put on or judged, and a disk that fills up."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from node.assemble import Node
from node.config import load_config, write_config
from node.errors import DiskFullError
from tests.fakes import SetClock
from tests.journeys.world import World
from tests.signing.county import SUITES

BOTH = pytest.mark.parametrize("suite", SUITES)
TEN_YEARS = 3650
MOST_PAGES = 200


@BOTH
@pytest.mark.parametrize(("name", "days"), [("village1", TEN_YEARS), ("township", -TEN_YEARS)])
def test_a_clock_ten_years_wrong_is_told_and_stops_neither_sealing_nor_judging(
    make_world: Callable[..., World], suite: str, name: str, days: int
) -> None:
    world = make_world(suite)
    clock = SetClock(world.clock.now())
    clock.move(days=days)
    shared, world.clock = world.clock, clock
    world.start(name)
    world.clock = shared
    number = world.submitted()
    world.settle()
    world.approve(number)
    assert set(world.states(number).values()) == {"approved"}
    outcomes = {outcome for chain in world.letters(number).values() for _, outcome in chain}
    assert outcomes == {"admitted", "flagged"}
    doubted = world.nodes["township"].desk.letters(world.person("agent1"), number)[0]
    assert {one.verdict for one in doubted.seals} == {"undetermined"}
    assert doubted.lacking or len(doubted.seals) == 2


def pages_free(node: Node, pages: int) -> None:
    """Leave room for so many more pages of the database; SQLite then says itself that the disk is full."""
    run = node.store._connection.run
    (taken,) = run("PRAGMA page_count")[0]
    assert isinstance(taken, int)
    run(f"PRAGMA max_page_count = {taken + pages}")


class Holdings(NamedTuple):
    """All that sealing changes."""

    state: str
    head: str | None
    letters: list[str]
    uses: dict[str, object]
    audit: list[object]
    files: list[str]


def holdings(world: World, number: str) -> Holdings:
    """All that sealing changes."""
    node = world.nodes["village1"]
    record = node.store.cases.get(number)
    assert record is not None
    letters = [one.letter_id for one in node.store.letters.of_case(number)]
    audit: list[object] = [(line.what, line.detail) for line in node.store.audit.page() if line.what == "seal_used"]
    files = sorted(path.name for path in (world.place / "village1" / "enclosures").rglob("*") if path.is_file())
    return Holdings(record.state, record.head, letters, dict(node.store.seal_uses.days()), audit, files)


@pytest.fixture
def with_documents(founded: Callable[[str], Path], tmp_path: Path) -> Iterator[Callable[[str], World]]:
    """A county of a suite whose acts make documents."""
    made: list[World] = []

    def make(suite: str) -> World:
        made.append(World(tmp_path / "world", founded(suite), documents=True))
        return made[-1]

    yield make
    for world in made:
        world.close()


@BOTH
def test_on_a_disk_that_fills_up_anywhere_nothing_is_half_sealed(with_documents: Callable[[str], World], suite: str) -> None:
    world = with_documents(suite)
    number = world.filled().line.case_number
    world.act("agent1", world.filled("pension_enrol").line.case_number, "submitted")  # the key's window is open from here on
    before = holdings(world, number)
    refuse_files(world, number, before)
    world.act("agent1", world.filled("pension_enrol").line.case_number, "submitted")
    before = holdings(world, number)
    node, refused = world.nodes["village1"], 0
    for pages in range(MOST_PAGES):
        pages_free(node, pages)
        try:
            world.act("agent1", number, "submitted")
            break
        except DiskFullError:
            refused += 1
            assert holdings(world, number) == before
    pages_free(node, MOST_PAGES)
    assert refused > 0
    after = holdings(world, number)
    assert (after.state, len(after.letters), len(after.files)) == ("submitted", 1, len(before.files) + 1)
    assert after.uses != before.uses and len(after.audit) == len(before.audit) + 1
    world.settle()
    assert set(world.states(number).values()) == {"submitted"}
    assert {outcome for chain in world.letters(number).values() for _, outcome in chain} == {"admitted"}
    assert node.store.audit.first_broken() is None


def refuse_files(world: World, number: str, before: Holdings) -> None:
    """With no room for the sealed documents, which are files, the act is refused; then there is room again."""
    place = world.place / "village1"
    config = load_config(place)
    write_config(place, replace(config, limits=replace(config.limits, free_disk_mib=999_999)))
    world.start("village1")
    with pytest.raises(DiskFullError):
        world.act("agent1", number, "submitted")
    assert holdings(world, number) == before
    write_config(place, config)
    world.start("village1")
