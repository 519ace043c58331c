"""Old copies of villages and townships come back at random while cases go on: no case is lost, none is there twice, nothing forks."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from node.assemble import Node
from node.errors import NodeError
from node.store.records import LetterRecord
from tests.journeys.replacing import cloned_unnoticed, go_on, put_back, renumber, saved
from tests.journeys.world import World

SEEDS = tuple(map(int, os.environ.get("YIZHAN_SEEDS", "0 1 2").split()))
"""More of them by the environment; a seed that fails is named by its test."""

STEPS = 26
PARENTS = {"village1": "township", "village2": "township", "township": "county"}
NEXT = {"submitted": ("reviewer", "accepted"), "accepted": ("reviewer", "forwarded"), "forwarded": ("approver", "approved")}


class Trouble:
    """One seed: what people do, what is copied, and what comes back."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.copies: dict[str, Path] = {}
        self.cases: list[str] = []
        self.told: list[str] = []

    def step(self) -> None:
        """Something happens."""
        act = self.chance.choices((self.submit, self.decide, self.carry, self.copy, self.come_back), (6, 8, 6, 3, 2))[0]
        act()

    def submit(self) -> None:
        """A village submits."""
        agent = self.chance.choice(("agent1", "agent2"))
        try:
            self.cases.append(self.world.submitted(agent=agent))
        except NodeError as error:
            self.told.append(str(error))

    def decide(self) -> None:
        """Whoever holds a case goes on with it."""
        number = self.chance.choice(self.cases) if self.cases else None
        for who, event in NEXT.values() if number else ():
            node = self.world.node_of(who)
            row = node.store.cases.get(number or "")
            if row is not None and NEXT.get(row.state) == (who, event) and node.station.is_me(row.holder_station):
                try:
                    self.world.act(who, row.case_number, event)
                except NodeError as error:
                    self.told.append(str(error))
                return

    def carry(self) -> None:
        """Some couriers go; a scan may stay behind."""
        self.world.carry(self.chance.choice(list(PARENTS)))

    def copy(self) -> None:
        """Somebody makes a copy of a whole folder."""
        name = self.chance.choice(list(PARENTS))
        self.copies[name] = saved(self.world, name)

    def come_back(self) -> None:
        """The disk dies, and the copy takes its place, on another machine or one that looks the same."""
        if not self.copies:
            return
        name = self.chance.choice(list(self.copies))
        if self.chance.random() < 0.5:
            put_back(self.world, name, self.copies.pop(name))
        else:
            cloned_unnoticed(self.world, name, self.copies.pop(name))
        self.world.carry()

    def heal(self) -> None:
        """Every station that must have a new number gets one, from the top down, and everything is carried."""
        for _ in range(4):
            go_on(self.world)
            for name in ("township", "village1", "village2"):
                if self.world.nodes[name].standing.state() == "restored":
                    renumber(self.world, name, PARENTS[name])
                    go_on(self.world)


@pytest.mark.parametrize("seed", SEEDS)
def test_old_copies_under_load_lose_nothing_that_a_neighbour_had(make_world: Callable[..., World], seed: int) -> None:
    world = make_world()
    trouble = Trouble(world, seed)
    for _ in range(STEPS):
        trouble.step()
        held = {row.letter_id for node in world.nodes.values() for row in letters_of(node)}
    trouble.heal()

    for name, node in world.nodes.items():
        assert node.standing.state() == "active", name
    survivors = {row.letter_id for node in world.nodes.values() for row in letters_of(node)}
    assert held <= survivors
    for number in {row.case_number for node in world.nodes.values() for row in letters_of(node)}:
        states = world.states(number)
        told = {name: [kind for kind, outcome in rows if outcome == "admitted"] for name, rows in world.letters(number).items()}
        assert len(states) == 3, (number, states)
        assert len(set(states.values())) == 1, (number, states, told)
        assert len({tuple(kinds) for kinds in told.values()}) == 1, told
        rows = [node.store.cases.get(number) for node in world.nodes.values()]
        assert not any(row.forked for row in rows if row is not None)


def letters_of(node: Node) -> list[LetterRecord]:
    """All letters of a station."""
    return [row for case in node.store.cases.page(limit=1000) for row in node.store.letters.of_case(case.case_number)]
