"""Health (站点状态) as pages show it: of this station, and of all that are below."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from node.clock import Clock
from node.errors import NotFoundError
from node.station import Stations
from node.store import Store
from node.upkeep.findings import RANK, Fact, Grade
from node.upkeep.report import Report, ReportBook, kept_report

QUIET, SILENT = timedelta(days=1), timedelta(days=3)
"""Without a report for so long a station gets a note, then counts as bad. A weekend is shorter."""


@dataclass(frozen=True)
class StationHealth:
    """A station below: who it is, under whom, when its parent heard of it last, and what it said."""

    station: str
    name: str
    tier: str
    parent: str
    parent_name: str
    heard: datetime | None
    report: Report | None
    silence: Grade
    is_revoked: bool = False

    @cached_property
    def grade(self) -> Grade:
        """The worse of what it said and how long it has said nothing; a station whose certificate was taken back is bad."""
        if self.is_revoked:
            return Grade.BAD
        return min(self.silence, self.report.grade if self.report else Grade.NOTE, key=RANK.__getitem__)

    def fact(self, prefix: str, name: str) -> Fact | None:
        """A fact of the first finding whose code begins so."""
        for finding in self.report.findings if self.report else ():
            if finding.code.startswith(prefix):
                return finding.facts.get(name)
        return None

    def code(self, prefix: str) -> str | None:
        """The first code that begins so."""
        return next((finding.code for finding in self.report.findings if finding.code.startswith(prefix)), None) if self.report else None


class Health:
    """What the pages of 站点管理 ask."""

    def __init__(
        self, me: str, book: ReportBook, store: Store, stations: Stations, clock: Clock, is_revoked: Callable[[str], bool]
    ) -> None:
        self._me = me
        self._book = book
        self._store = store
        self._stations = stations
        self._clock = clock
        self._is_revoked = is_revoked

    def own(self) -> Report:
        """This station, looked over now."""
        return self._book.examine()

    def is_bad(self) -> bool:
        """Whether something was bad when the station was looked over last, some minutes ago: cheap, for every page."""
        record = self._store.reports.get(self._me)
        return record is not None and any(grade == Grade.BAD for _, grade, _ in record.facts["findings"])

    def below(self) -> tuple[StationHealth, ...]:
        """Every station below that stands today, the worst first."""
        records = {record.station: record.facts for record in self._store.reports.all()}
        reports = {station: kept_report(facts) for station, facts in records.items()}
        found = [self._health(station, reports.get(station)) for station in self._stations_below()]
        return tuple(sorted(found, key=lambda one: (RANK[one.grade], one.parent_name, one.name, one.station)))

    def of(self, station: str) -> StationHealth:
        """One station below.

        Raises:
            NotFoundError: there is none such below.
        """
        if station not in self._stations_below():
            raise NotFoundError("station", station)
        record = self._store.reports.get(station)
        return self._health(station, kept_report(record.facts) if record else None)

    def _stations_below(self) -> tuple[str, ...]:
        directory = self._stations.directory
        standing = (entry.station for entry in directory.entries() if entry.successor is None and entry.station != self._me)
        return tuple(station for station in standing if self._me in directory.path_of(station))

    def _health(self, station: str, report: Report | None) -> StationHealth:
        directory = self._stations.directory
        entry, parent = directory.entry(station), directory.parent_of(station) or ""
        above = directory.entry(parent)
        heard = report.heard if report else None
        return StationHealth(
            station=station,
            name=entry.name if entry else station,
            tier=entry.tier if entry else "",
            parent=parent,
            parent_name=above.name if above else parent,
            heard=heard,
            report=report,
            silence=_silence(heard, self._clock.now()),
            is_revoked=self._is_revoked(station),
        )


def _silence(heard: datetime | None, now: datetime) -> Grade:
    if heard is None or now - heard >= SILENT:
        return Grade.NOTE if heard is None else Grade.BAD
    return Grade.NOTE if now - heard >= QUIET else Grade.GOOD
