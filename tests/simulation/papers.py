"""Sheets of paper under way: a case's letters as codes, read in any order, some of them lost, damaged or read twice; and the answers."""

from dataclasses import dataclass
from functools import partial

from tests.simulation.county import SITES
from tests.simulation.world import World

HEAD = len("YZ1:")


@dataclass(frozen=True)
class Sheet:
    """The texts of its codes, and where it is to be read: that of a parcel next door, that of an answer at whoever made the parcel."""

    texts: tuple[str, ...]
    reader: str
    maker: str


class Papers:
    """All sheets under way."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sheets: list[Sheet] = []

    def print_one(self) -> None:
        """Somebody prints a case that waits."""
        world = self._world
        name = world.chance.choice(world.known or ("county",))
        if world.is_on(name):
            world.do(name, "printing a sheet", lambda: self._print(name))

    def read_one(self) -> None:
        """Some sheet is read, mostly where it is meant to be; afterwards it is thrown away, or kept for another time."""
        world, chance = self._world, self._world.chance
        if not self._sheets:
            return
        sheet = chance.choice(self._sheets)
        if chance.random() < 0.7:
            self._sheets.remove(sheet)
        name = sheet.reader if chance.random() < 0.9 else chance.choice(world.known)
        for text in chance.sample(sheet.texts, len(sheet.texts)):
            mood = chance.random()
            read = _damaged(text, mood, chance.random()) if mood < 0.1 else text
            for _ in range(2 if mood > 0.9 else 1):
                world.do(name, "reading a sheet", partial(self._read, name, sheet, read))

    def _print(self, name: str) -> None:
        node, person = self._world.node(name), SITES[name].person
        waiting = [row.case_number for row in node.store.cases.page(limit=100) if node.paper.waits(person, row.case_number)]
        if not waiting:
            return
        made = node.paper.make(person, self._world.chance.choice(waiting))
        hop = self._bearer(name, made.next_hop)
        self._carry(Sheet(made.texts, hop, name))
        self._world.counts["sheets printed"] += 1
        self._world.say(name, f"sheet of {made.case_number} for {hop}: {len(made.texts)} codes")

    def _bearer(self, name: str, number: str) -> str:
        """The neighbour that has this number; or is to have it, and has not heard of it yet."""
        here = self._world.node(name).station
        there = {other: self._world.node(other).station for other in self._neighbours(name)}
        return next(other for other, one in there.items() if one.is_me(number) or here.current(one.station) == number)

    def _neighbours(self, name: str) -> list[str]:
        return [other for other in SITES if SITES[other].parent == name or SITES[name].parent == other]

    def _read(self, name: str, sheet: Sheet, text: str) -> None:
        node = self._world.node(name)
        came = node.paper.read_code(SITES[name].person, text)
        self._world.counts["codes read"] += 1
        self._world.say(name, f"read a code: {came.state} {came.why}")
        if came.state in ("taken", "known") and self._world.chance.random() < 0.7:
            receipt = node.paper.parcel(came.parcel_id).receipt
            if receipt:
                self._carry(Sheet(receipt, sheet.maker, name))

    def _carry(self, sheet: Sheet) -> None:
        """It is read after a while; or never, or more than once."""
        self._sheets.append(sheet)
        self._world.schedule.after(self._world.chance.uniform(60, 3 * 3600), self.read_one)


def _damaged(text: str, mood: float, where: float) -> str:
    """A code of which a letter is another, or whose end is missing."""
    at = HEAD + int(where * (len(text) - HEAD))
    return text[:at] + ("" if mood < 0.05 else ("7" if text[at] != "7" else "3") + text[at + 1 :])
