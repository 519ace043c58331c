"""Disks that die and old copies that come back: the real restoring, the real asking for the next number, the real refilling."""

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from node.casework.letter import read_frame
from node.casework.ownership import ids_of
from tests.simulation.county import SITES
from tests.simulation.world import World


@dataclass(frozen=True)
class Copy:
    """A copy of a station's folder, and the drafts that lay there then."""

    folder: Path
    drafts: dict[str, tuple[str, dict[str, Any]]]


class Disks:
    """Copies of stations."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._copies: dict[str, Copy] = {}

    def copy_somebody(self) -> None:
        """Somebody copies a station's whole folder."""
        world = self._world
        name = world.chance.choice(world.known or ("county",))
        world.node(name)
        folder = world.place / f"copy of {name} {len(self._copies)} {world.schedule.now_s:.0f}"
        shutil.copytree(world.place / name, folder)
        drafts = {number: row for number, row in world.promises.drafts.items() if row[0] == name}
        self._copies[name] = Copy(folder, drafts)
        world.say(name, "copied")

    def put_somebody_back(self) -> None:
        """A disk dies, and the copy takes its place."""
        world = self._world
        if not self._copies:
            return
        name = world.chance.choice(sorted(self._copies))
        copy = self._copies.pop(name)
        world.say(name, "out of an old copy")
        world.counts["restores"] += 1
        world.stop(name)
        shutil.rmtree(world.place / name)
        copy.folder.rename(world.place / name)
        self._forgive(name, copy)
        world.schedule.after(world.chance.uniform(60, 7200), partial(self.give_number, name))

    def _forgive(self, name: str, copy: Copy) -> None:
        """What only the dead disk had is lost, and nobody can be blamed: letters that no other station has, drafts since the copy."""
        world, promises = self._world, self._world.promises
        world.restored.add(name)
        for letter, (_, sealed_at) in list(promises.letters.items()):
            if sealed_at == name and not any(world.node(other).store.letters.exists(letter) for other in world.known):
                del promises.letters[letter]
                promises.lost_letters.add(letter)
                world.say(name, f"lost {letter[-12:]}")
        self._forgive_scans(name)
        kept = {number: row for number, row in promises.drafts.items() if row[0] != name}
        promises.drafts = kept | {number: row for number, row in copy.drafts.items() if number in promises.drafts}
        # What was opened since the copy and never left is gone with its number: the next number of the station is another's.

    def _forgive_scans(self, name: str) -> None:
        """Scans of which the letter went and they did not."""
        nodes = [self._world.node(other) for other in self._world.known]
        mine = self._world.node(name).station
        for node in nodes:
            for case in node.store.cases.page(limit=1000):
                if not mine.is_me(case.origin):
                    continue
                for row in node.store.letters.of_case(case.case_number):
                    letter = read_frame(row.frame, mine.suite.digest).letter
                    ids = ids_of(letter.enclosures)
                    self._world.promises.lost_scans.update(
                        one for one in ids if not any(here.store.enclosures.whole(one) for here in nodes)
                    )

    def give_number(self, name: str) -> None:
        """The next number is asked for, confirmed by the station above, and taken over; tried again later when it cannot be now."""
        world = self._world
        parent = SITES[name].parent
        if not world.is_on(name) or (parent and not world.is_on(parent)):
            return
        if not world.node(name).numbers.renumbering.may_ask():
            return
        number = world.do(name, "a new number", lambda: self._number(name, parent))
        world.say(name, f"has number {number}")
        world.restart_if_asked(name)

    def _number(self, name: str, parent: str | None) -> str:
        node = self._world.node(name)
        if parent is None:
            return node.numbers.number_itself()
        registrar = self._world.node(parent).reception.registrar
        asked = registrar.take(node.numbers.renumbering.ask().data)
        return node.numbers.renumbering.take(asked.answer or registrar.confirm(asked.digest, "admin"))
