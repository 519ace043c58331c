"""Findings (体检结果) of a station's health check, and what the checks look at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from node.casework.deadlines import WorkCalendar
from node.config import Config
from node.enrolment.issuing import OWN
from node.folder import StationFolder
from node.store import Store
from node.upkeep.machine import Memory
from signing.algorithms import Suite
from signing.certificates import Certificate
from signing.errors import UnknownSignerError
from signing.trust import TrustStore
from sync.routes import Directory

Fact = int | str


class Grade(StrEnum):
    """How a finding stands: nothing to do, something to know, something to do."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


RANK = {Grade.BAD: 0, Grade.NOTE: 1, Grade.GOOD: 2}
"""The worst first."""


@dataclass(frozen=True)
class Finding:
    """What a check found: a code, how bad it is, and facts: numbers, times and codes, never a name or a number of a person or case."""

    code: str
    grade: Grade = Grade.GOOD
    facts: Mapping[str, Fact] = field(default_factory=dict)


def note(code: str, **facts: Fact) -> Finding:
    """Something to know."""
    return Finding(code, Grade.NOTE, facts)


def bad(code: str, **facts: Fact) -> Finding:
    """Something to do."""
    return Finding(code, Grade.BAD, facts)


def good(code: str, **facts: Fact) -> Finding:
    """Nothing to do."""
    return Finding(code, Grade.GOOD, facts)


@dataclass(frozen=True)
class Subject:
    """The station under examination, at a moment. `items` counts service items; `free` tells the room left on a folder's disk."""

    folder: StationFolder
    config: Config
    suite: Suite
    store: Store
    trust: TrustStore
    directory: Directory
    calendar: WorkCalendar
    items: int
    now: datetime
    free: Callable[[Path], int]
    memory: Callable[[], Memory | None]

    @property
    def station(self) -> str:
        """The station's number, as its certificate has it; the settings may be one number behind."""
        own = self.own("station_sign")
        return own.station if own else self.config.station.id

    def own(self, usage: str) -> Certificate | None:
        """This station's certificate of a usage; None when it has none, or when it is not here."""
        digest = self.store.meta.get(OWN + usage)
        try:
            return None if digest is None else self.trust.get(digest)
        except UnknownSignerError:
            return None


Check = Callable[[Subject], tuple[Finding, ...]]
"""One check: what it found, nothing where it does not apply."""
