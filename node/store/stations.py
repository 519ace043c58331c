"""The stations of the county that this one knows."""

from dataclasses import asdict
from typing import Any

from peewee import BaseQuery

from node.store.database import Group
from node.store.prepared import prepared
from node.store.records import StationRecord

STEADY = "stations"
"""Seldom written, and asked for with every letter."""


class Stations(Group):
    """Stations by id."""

    def put(self, station: StationRecord) -> None:
        """Keeps a station in place of what was known of it."""
        self._connection.changed(STEADY)
        self._put(asdict(station)).write()

    def get(self, station: str) -> StationRecord | None:
        """The station, or None."""
        return self._connection.steadily(STEADY, station, lambda: self._asked(station))

    def _asked(self, station: str) -> StationRecord | None:
        row = self._one(station).first()
        return StationRecord(**row) if row else None

    def all(self) -> list[StationRecord]:
        """All, by id."""
        return [StationRecord(**row) for row in self._all().rows()]

    def children(self, station: str) -> list[StationRecord]:
        """Those right below `station`, by id."""
        return [StationRecord(**row) for row in self._below(station).rows()]

    @prepared
    def _put(self, row: dict[str, Any]) -> BaseQuery:
        table = self._tables.stations
        rest = [getattr(table, name) for name in row if name != "station"]
        return table.insert(row).on_conflict(conflict_target=[table.station], preserve=rest)

    @prepared
    def _one(self, station: str) -> BaseQuery:
        table = self._tables.stations
        return table.select().where(table.station == station)

    @prepared
    def _all(self) -> BaseQuery:
        table = self._tables.stations
        return table.select().order_by(table.station)

    @prepared
    def _below(self, station: str) -> BaseQuery:
        table = self._tables.stations
        return table.select().where(table.parent == station).order_by(table.station)
