"""The stations of the county that this one knows."""

from dataclasses import asdict

from node.store.database import Group
from node.store.records import StationRecord


class Stations(Group):
    """Stations by id."""

    def put(self, station: StationRecord) -> None:
        """Keeps a station in place of what was known of it."""
        table = self._tables.stations
        row = asdict(station)
        rest = [getattr(table, name) for name in row if name != "station"]
        self._connection.write(table.insert(row).on_conflict(conflict_target=[table.station], preserve=rest))

    def get(self, station: str) -> StationRecord | None:
        """The station, or None."""
        table = self._tables.stations
        row = self._connection.first(table.select().where(table.station == station))
        return StationRecord(**row) if row else None

    def all(self) -> list[StationRecord]:
        """All, by id."""
        table = self._tables.stations
        return [StationRecord(**row) for row in self._connection.rows(table.select().order_by(table.station))]

    def children(self, station: str) -> list[StationRecord]:
        """Those right below `station`, by id."""
        table = self._tables.stations
        query = table.select().where(table.parent == station).order_by(table.station)
        return [StationRecord(**row) for row in self._connection.rows(query)]
