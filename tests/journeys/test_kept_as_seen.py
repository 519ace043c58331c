"""Between the seal and the transaction that keeps it the case may change in another tab: then nothing is kept, whatever it was."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from forms.errors import UnknownItemError
from node.assemble import Node
from node.casework.acts import Sealed
from node.errors import StaleError
from tests.journeys.world import World, picture, plainly_cleaned


def plain(world: World) -> Node:
    """The village, where pictures are kept as they come: no child process has to start."""
    village = world.nodes["village1"]
    village.desk._drafts._clean = plainly_cleaned
    return village


def sealed_in(world: World, number: str) -> list[Sealed]:
    """The case's submission, sealed as one of several and not kept yet."""
    village, agent, later = world.nodes["village1"], world.person("agent1"), list[Sealed]()
    pin = None if village.keyring.is_open(agent) else world.pin("agent1")
    village.desk.act_in_batch(agent, number, "submitted", later, pin=pin, shown=village.desk.case(agent, number).shown, note=None)
    return later


def put_draft(world: World, number: str, **answers: object) -> None:
    """Other answers in the store, past every rule."""
    drafts = world.nodes["village1"].store.drafts
    draft = drafts.get(number)
    assert draft is not None
    drafts.save(number, draft.version, {**draft.answers, **answers}, updated_at=draft.updated_at, updated_by=draft.updated_by)


def put_case(world: World, number: str, column: str) -> None:
    """Another value in a column of the case's row, past every rule."""
    cases = world.nodes["village1"].store.cases
    record = cases.get(number)
    assert record is not None
    vars(record)[column] = "sm3:" + "0" * 64
    cases.put(record)


def attach(world: World, number: str, material: str, page: int) -> None:
    village = world.nodes["village1"]
    village.desk.attach(world.person("agent1"), number, material, page, picture(f"another {material} {page}"))


CHANGES: dict[str, Callable[[World, str], object]] = {
    "an answer": lambda world, number: put_draft(world, number, mobile="13100000017"),
    "a page more": lambda world, number: attach(world, number, "mat_bank", 2),
    "another page in its place": lambda world, number: attach(world, number, "mat_bank", 1),
    "an original that was looked at": lambda world, number: world.nodes["village1"].desk.papers.tick(
        world.person("agent1"), number, "mat_id"
    ),
    "the version of the item": lambda world, number: put_case(world, number, "package"),
    "the letter before": lambda world, number: put_case(world, number, "head"),
}


def test_a_case_that_has_changed_since_it_was_sealed_is_not_kept(world: World) -> None:
    village = plain(world)
    for what, change in CHANGES.items():
        number = world.filled().line.case_number
        later = sealed_in(world, number)
        change(world, number)
        before = village.store.cases.get(number)
        with pytest.raises(UnknownItemError if what == "the version of the item" else StaleError):
            village.desk.keep(later)
        assert village.store.letters.of_case(number) == [] and village.store.cases.get(number) == before, what


def test_a_day_later_it_is_kept_if_nothing_follows_from_the_day_and_not_on_a_birthday(world: World) -> None:
    village = plain(world)
    same, older = (world.filled().line.case_number for _ in range(2))
    sealed_same, sealed_older = sealed_in(world, same), sealed_in(world, older)
    world.clock.move(days=1)
    village.desk.keep(sealed_same)
    world.clock.at = datetime(2027, 3, 12, 4, tzinfo=UTC)
    with pytest.raises(StaleError):
        village.desk.keep(sealed_older)
    assert world.states(same) == {"village1": "submitted"} and world.states(older) == {"village1": "draft"}
