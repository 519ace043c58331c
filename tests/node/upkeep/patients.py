"""Stations to be examined: copies of a village and its parents, founded once, each to be broken in its own way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from forms.shipped import Shipped
from node.casework.calendars import Calendars, shipped_calendar
from node.catalogue.shelf import CountyShelf
from node.config import load_config
from node.enrolment.office import open_store_of, open_trust
from node.folder import StationFolder
from node.store import Store
from node.succession.register import Register
from node.upkeep.doctor import Doctor
from node.upkeep.findings import Finding, Grade
from node.upkeep.machine import Memory
from node.upkeep.report import ReportBook
from signing.algorithms import suite as suite_of
from tests.fakes import SetClock

PLENTY = 10**12


def shelf_size(shelf: CountyShelf) -> int:
    """How many items lie on a shelf."""
    return len(tuple(shelf.current()))


@dataclass
class Patient:
    """A station's folder, examined as `serve` and the command do it; the machine around it is made up."""

    place: Path
    clock: SetClock = field(default_factory=SetClock)
    free: Callable[[Path], int] = lambda folder: PLENTY
    memory: Callable[[], Memory | None] = lambda: Memory(4 << 30, 2 << 30)

    @property
    def folder(self) -> StationFolder:
        """Which file is where."""
        return StationFolder(self.place)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Its store, to put something wrong into."""
        store = open_store_of(self.folder, load_config(self.place), self.clock)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def doctor(self) -> Iterator[tuple[Doctor, ReportBook]]:
        """A doctor and the book that reports are kept in."""
        config = load_config(self.place)
        with self.store() as store:
            suite = suite_of(config.station.suite)
            trust = open_trust(self.folder, suite, store)
            register, shelf = Register(store, trust), CountyShelf(store, Shipped(suite.digest))
            calendars = Calendars(store, suite.digest, shipped_calendar(), self.clock)
            doctor = Doctor(
                self.folder, config, store, trust, register, lambda: shelf_size(shelf), calendars, self.clock, self.free, self.memory
            )
            yield doctor, ReportBook(config.station.id, doctor, store, register, self.clock)

    def examined(self) -> dict[str, Finding]:
        """What is found, by code; each code once."""
        with self.doctor() as (doctor, _book):
            findings = doctor.examine()
        found = {finding.code: finding for finding in findings}
        assert len(found) == len(findings)
        return found

    def grades(self) -> dict[str, Grade]:
        """The grade of each code that is not good."""
        return {code: finding.grade for code, finding in self.examined().items() if finding.grade is not Grade.GOOD}
