"""The county before the storm: every station founded, every case sealed and waiting at its village. Made once and kept in a folder.

A folder holds `county`, `township-00` and so on, and `village-000` and so on. Villages are shared out among the townships in turn, so that
the first so many of them are a smaller county of the same shape. Whatever was made already stays; what is missing is made.
"""

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import TypeVar

from bench.ground import filled_at, pin, submit_at
from bench.visitor import picture
from node.assemble import Node, assemble
from node.clock import SystemClock
from node.commands.demo_county import PEOPLE
from node.config import load_config, write_config
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_person, found_station
from node.roles import Tier

COUNTY = "131025"
PROCESSES = 2
SEALED_BY = "agent1"
"""Who submits in every village: the demo's agent, who has another key in each."""

TELL_EVERY = 16
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Template:
    """How many stations and cases there are; `item` is what the cases are of, `documents` whether an act seals documents too."""

    folder: Path
    townships: int
    villages: int
    cases: int
    item: str
    documents: bool = False

    def township(self, village: int) -> str:
        """The township's name of the so-manieth village."""
        return township_name(village % self.townships)

    def names(self) -> list[str]:
        """All stations, from the top down."""
        return ["county", *map(township_name, range(self.townships)), *map(village_name, range(self.villages))]

    def make(self) -> None:
        """Found what is not there yet, and seal what is not sealed yet; says on stderr how far it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._found("county", NewStation("示例县", Tier.COUNTY, f"{COUNTY}000000"), None)
        for number in range(self.townships):
            division = f"{COUNTY}{100 + number}000"
            self._found(township_name(number), NewStation(f"示例{number}镇", Tier.TOWNSHIP, division), "county")
        for number in _told("founded", range(self.villages)):
            division = f"{COUNTY}{100 + number % self.townships}{200 + number // self.townships}"
            self._found(village_name(number), NewStation(f"示例{number}村", Tier.VILLAGE, division), self.township(number))
        places = [self.folder / village_name(number) for number in range(self.villages)]
        with ProcessPoolExecutor(PROCESSES) as pool:
            for _ in _told("sealed", pool.map(_seal, places, [self.cases] * len(places), [self.item] * len(places))):
                pass

    def _found(self, name: str, new: NewStation, parent: str | None) -> None:
        place, done = self.folder / name, self.folder / f"{name}.founded"
        if done.exists():
            return
        clock = SystemClock()
        above = Above(self.folder / parent, self.folder / "county") if parent else None
        found_station(place, new, above, clock)
        config = load_config(place)
        policy = replace(config.policy, sealed_documents=self.documents)
        write_config(place, replace(config, policy=policy))
        if new.tier is Tier.VILLAGE:
            who = next(one for one in PEOPLE if one.name == SEALED_BY)
            enrol_person(place, NewPerson(who.name, who.display_name, (str(who.role),), who.password, who.pin), above, clock)
        done.touch()


def township_name(number: int) -> str:
    """Its folder and its name here."""
    return f"township-{number:02}"


def village_name(number: int) -> str:
    """Its folder and its name here."""
    return f"village-{number:03}"


def _seal(place: Path, cases: int, item: str) -> None:
    """Submit cases at a village until it has so many; they wait for a line that is not there."""
    with opened(place) as village:
        sealed = village.store.cases.counts().get("submitted", 0)
        for number in range(sealed, cases):
            case = filled_at(village, picture(f"{place.name} {number}"), item)
            submit_at(village, case, pin=pin(SEALED_BY))


@contextmanager
def opened(place: Path) -> Iterator[Node]:
    """A station that does not run, in this process."""
    node = assemble(place, SystemClock())
    try:
        yield node
    finally:
        node.close()


def _told(what: str, things: Iterable[Thing]) -> Iterator[Thing]:
    """The same things; how many went through is told now and then."""
    began = monotonic()
    for number, thing in enumerate(things, 1):
        yield thing
        if number % TELL_EVERY == 0:
            print(f"{what} {number}, {monotonic() - began:.0f} s", file=sys.stderr, flush=True)
