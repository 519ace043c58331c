"""What each station last said of its health: this one's own report, and those of the stations below."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared


@dataclass(frozen=True)
class ReportRecord:
    """A report as JSON, and when it came or was made here."""

    station: str
    received_at: datetime
    facts: Mapping[str, Any]


class Reports(Group):
    """The last report by station."""

    def put(self, report: ReportRecord) -> None:
        """Keeps a report in place of the station's earlier one."""
        table = self._tables.reports
        query = table.insert(vars(report))
        self._connection.write(query.on_conflict(conflict_target=[table.station], preserve=[table.received_at, table.facts]))

    def get(self, station: str) -> ReportRecord | None:
        """The station's last report, or None."""
        table = self._tables.reports
        row = self._connection.first(table.select().where(table.station == station))
        return ReportRecord(**row) if row else None

    def all(self) -> list[ReportRecord]:
        """The last report of every station that has made one, by station."""
        return [ReportRecord(**row) for row in self._all().rows()]

    @prepared
    def _all(self) -> BaseQuery:
        table = self._tables.reports
        return table.select().order_by(table.station)
