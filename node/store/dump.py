"""All rows of a store out and in again, the same from every kind of database, so that a backup of one can be filled into another."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from peewee import AutoField, Field, Model

from node.store.counters import Meta
from node.store.database import Group
from node.store.upgrades import UPGRADES, VERSION

Value = str | int | bytes | None
Row = tuple[Value, ...]
LEFT_OUT = frozenset({"sessions", "leases", "login_attempts"})
"""Tables of who is logged in, tries to, or is carrying just now."""

LATEST_SCHEMA = 1 + len(UPGRADES)


@dataclass(frozen=True)
class TableRows:
    """One table: its columns, and its rows, to be read once and in order."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[Row]


class Dump(Group):
    """Reads everything as of one moment, and fills an empty store."""

    def schema(self) -> int:
        """The version of the tables."""
        return int(Meta(self._connection, self._tables).get(VERSION) or 0)

    @contextmanager
    def everything(self) -> Iterator[Iterator[TableRows]]:
        """Every table as of one moment, while others go on writing.

        Raises:
            StoreError: the database would not.
        """
        with self._connection.snapshot():
            yield (self._table(model) for model in self._tables.all() if name_of(model) not in LEFT_OUT)

    def names(self) -> frozenset[str]:
        """The tables that `fill` knows."""
        return frozenset(name_of(model) for model in self._tables.all()) - LEFT_OUT

    def fill(self, name: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        """Puts rows into a table that an older program may have written: what it did not know gets the value of a new row.

        Raises:
            KeyError: no such table or column.
            StoreError: the database would not.
        """
        fields = {field.column_name: field for field in self._model(name)._meta.sorted_fields}
        places = [fields.pop(column) for column in columns]
        newer = tuple(default_of(field) for field in fields.values())
        marks = ", ".join([self._connection.database.param] * (len(places) + len(newer)))
        named = ", ".join(f'"{field.column_name}"' for field in [*places, *fields.values()])
        self._connection.fill(f'INSERT INTO "{name}" ({named}) VALUES ({marks})', ((*row, *newer) for row in rows))

    def is_blank(self) -> bool:
        """Whether nothing was ever kept here."""
        counts = {name_of(model): self._connection.run(f'SELECT count(*) FROM "{name_of(model)}"')[0][0] for model in self._tables.all()}
        return counts.pop(name_of(self._tables.meta)) <= 1 and not any(counts.values())

    def count_on(self) -> None:
        """Lets the numbers that PostgreSQL gives go on after those that were filled in; SQLite does so by itself."""
        for model in self._tables.all() if self._connection.is_postgresql else ():
            for field in model._meta.sorted_fields:
                if isinstance(field, AutoField):
                    name, column = name_of(model), field.column_name
                    highest = f'COALESCE((SELECT max("{column}") FROM "{name}"), 0) + 1'
                    self._connection.run(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', '{column}'), {highest}, false)")

    def mark_missing(self, enclosure_ids: Iterable[str]) -> None:
        """These enclosures are not here after all: they are expected again."""
        table = self._tables.enclosures
        for enclosure_id in enclosure_ids:
            self._connection.write(table.update(state="expected", received=[]).where(table.enclosure_id == enclosure_id))

    def forget_parts(self) -> None:
        """Parts of enclosures are not carried along: what was partly here is expected as if nothing had come."""
        table = self._tables.enclosures
        self._connection.write(table.update(state="expected", received=[]).where(table.state == "partial"))

    def whole(self, after: int, limit: int) -> list[tuple[int, str]]:
        """(place, id) of enclosures that are whole now, by place, after a place."""
        table = self._tables.enclosures
        query = table.select(table.seq, table.enclosure_id).where((table.state == "whole") & (table.seq > after))
        rows = self._connection.rows(query.order_by(table.seq).limit(limit))
        return [(row["seq"], row["enclosure_id"]) for row in rows]

    def whole_bytes(self) -> tuple[int, int]:
        """How many enclosures are whole, and their bytes."""
        (found,) = self._connection.run("SELECT count(*), COALESCE(sum(size_bytes), 0) FROM enclosures WHERE state = 'whole'")
        return int(found[0]), int(found[1])

    def _table(self, model: type[Model]) -> TableRows:
        columns = tuple(field.column_name for field in model._meta.sorted_fields)
        query = "SELECT {} FROM {}".format(", ".join(f'"{column}"' for column in columns), f'"{name_of(model)}"')
        return TableRows(name_of(model), columns, (tuple(map(plain, row)) for row in self._connection.stream(query)))

    def _model(self, name: str) -> type[Model]:
        return {name_of(model): model for model in self._tables.all()}[name]


def name_of(model: type[Model]) -> str:
    """The table's name in the database."""
    return str(model._meta.table_name)


def plain(value: Any) -> Value:
    """A value as each driver gives it, as one of four kinds."""
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


def default_of(field: Field) -> Value:
    """What a new row has in this column."""
    convert: Callable[[Any], Value] = field.db_value
    return convert(field.default() if callable(field.default) else field.default)
