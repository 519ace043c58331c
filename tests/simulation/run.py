"""One seed: what goes wrong and what people do meanwhile, then everything is healed, and then everything must be right."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.simulation.acts import People
from tests.simulation.chance import seed_all
from tests.simulation.county import SITES, VILLAGES
from tests.simulation.disks import Disks
from tests.simulation.invariants import faults_of
from tests.simulation.papers import Papers
from tests.simulation.pockets import Pockets
from tests.simulation.power import cut_at_commit
from tests.simulation.weather import WALLS, Weather
from tests.simulation.wire import EndlessCarryingError
from tests.simulation.world import World

HOURS_S = 8 * 3600.0
RETRY_S = 7 * 3600.0
NO_REST = "the couriers do not come to rest"
MOST_ROUNDS = 40
"""So many rounds of all couriers must bring everything to rest once nothing is wrong any more."""

LISTENERS: list[Callable[[World], None]] = []
"""Told of each new world: the faults that are put in have to know where they are."""


@dataclass(frozen=True)
class Outcome:
    """What came of a seed: what is wrong, the digest of all that happened, and how much of everything there was."""

    seed: int
    faults: tuple[str, ...]
    digest: str
    counts: Counter[str]
    lines: tuple[str, ...]


class Trouble:
    """Draws what happens, puts it on the schedule, and heals the world at the end."""

    def __init__(self, world: World) -> None:
        self.world = world
        chance = world.chance
        self._villages = tuple(chance.sample(VILLAGES, chance.choices((1, 2, 3, 12), (33, 12, 4, 1))[0]))
        self._couriers = (*self._villages, *dict.fromkeys(SITES[name].parent or "" for name in self._villages))
        self._people = People(world, self._villages, chance.choice((400, 400, 3_000, 40_000)))
        self._disks, self._pockets, self._papers = Disks(world), Pockets(world), Papers(world)

    def plan(self) -> None:
        """Everything that will happen, but for what follows from it."""
        world, chance = self.world, self.world.chance
        world.weather = Weather.drawn(chance)
        for name in self._villages[:1]:
            world.schedule.at(chance.uniform(0, HOURS_S / 4), partial(self._people.open_case, name))
        happenings = (
            (chance.randint(2, 5), self._people.somebody_acts),
            (chance.randint(3, 6), self._somebody_carries),
            (chance.choice((0, 1, 2)), self._wall),
            (chance.choice((0, 1, 3)), self._power_cut),
            (chance.choice((0, 1, 3)), self._cut_at_commit),
            (chance.choice((0, 0, 0, 2)), self._pockets.write_one),
            (chance.choice((0, 0, 0, 2)), self._pockets.read_one),
            (chance.choice((0, 0, 0, 1)), self._wrong_clock),
            (chance.choice((0, 0, 0, 2)), self._papers.print_one),
        )
        for count, happen in happenings:
            for _ in range(count):
                world.schedule.at(chance.uniform(0, HOURS_S), happen)
        if chance.random() < 0.12:
            copied = chance.uniform(HOURS_S / 8, HOURS_S)
            world.schedule.at(copied, self._disks.copy_somebody)
            world.schedule.at(chance.uniform(copied, HOURS_S), self._disks.put_somebody_back)

    def _somebody_carries(self) -> None:
        """A village's courier goes, and often its township's after it."""
        name = self.world.chance.choice(self._couriers)
        self.world.carry(name)
        parent = SITES[name].parent
        if parent in self._couriers and self.world.chance.random() < 0.5:
            self.world.carry(parent)

    def _wall(self) -> None:
        """A line is good for nothing for a while."""
        world = self.world
        name, wall = world.chance.choice(self._couriers), world.chance.choice(WALLS)
        world.say(name, f"line {wall}")
        world.weather.walls[name] = wall
        world.schedule.after(world.chance.uniform(300, 7200), partial(world.weather.end_wall, name))

    def _power_cut(self) -> None:
        """A station loses its power between two things that it does."""
        name = self.world.chance.choice(self.world.known or ("county",))
        if self.world.is_on(name):
            self.world.die(name, "at rest")

    def _cut_at_commit(self) -> None:
        """A station will lose its power right before or right after it keeps something."""
        world = self.world
        name = world.chance.choice(world.known or ("county",))
        if world.is_on(name):
            is_before = world.chance.random() < 0.5
            world.say(name, f"will lose its power {'before' if is_before else 'after'} a commit")
            cut_at_commit(world.node(name).store, name, world.chance.randint(1, 12), is_before=is_before)

    def _wrong_clock(self) -> None:
        """A clock jumps by days or years."""
        world = self.world
        days = world.chance.choice((1, 40, 400, 3650)) * world.chance.choice((-1, 1))
        world.set_wrong(world.chance.choice(world.known or ("county",)), days)

    def heal(self) -> list[str]:
        """Good lines, right clocks, power everywhere, numbers for those who need one: what is wrong when everything is at rest."""
        world = self.world
        world.weather.clear()
        world.say("world", "healed")
        faults = [NO_REST]
        quiet = 0
        for _ in range(MOST_ROUNDS):
            stirred = self._round(with_chores=bool(world.restored))
            quiet = 0 if stirred else quiet + 1
            if quiet:
                faults = faults_of(world)
            if quiet == 2 or not faults:
                return faults
            # What is still wrong may only wait for its next try.
            world.schedule.pass_time(RETRY_S if quiet else 120)
        return [NO_REST, *faults_of(world)]

    def _round(self, *, with_chores: bool) -> bool:
        world = self.world
        stirred = False
        for name in world.known:
            world.off.discard(name)
            world.set_right(name)
            world.restart_if_asked(name)
        for name in reversed(world.known):
            if world.node(name).numbers.renumbering.may_ask():
                self._disks.give_number(name)
                stirred = True
        for name in world.known:
            if with_chores:
                world.chores(name)
            if SITES[name].parent:
                stirred |= world.carry(name)
        return stirred


def run_seed(founded: Path, place: Path, seed: int) -> Outcome:
    """One seed from the founded county on, in a folder of its own."""
    seed_all(seed)
    world = World(place, founded, seed)
    place.mkdir(parents=True)
    trouble = Trouble(world)
    for listener in LISTENERS:
        listener(world)
    try:
        faults = _lived(world, trouble)
    finally:
        world.close()
    return Outcome(seed, tuple(faults), world.log.digest(), world.counts, tuple(world.log.lines))


def _lived(world: World, trouble: Trouble) -> list[str]:
    try:
        trouble.plan()
        while world.schedule.step():
            pass
        return trouble.heal()
    except EndlessCarryingError as error:
        return [f"the courier of {error} goes on for ever though nothing is acknowledged"]
    except Exception as error:
        logging.getLogger(__name__).debug("stopped", exc_info=True)
        return [f"stopped by {type(error).__name__}: {error}"]
