"""Names in rules: which question, column or parameter a name means where the rule stands, as XLSForm has it.

A workbook says `${name}` for a question wherever it stands; a tree says `field` for one of the same row and `form` for one of the form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.expressions.evaluate import Tree

Missing = Callable[[str], None]


@dataclass(frozen=True)
class Names:
    """The questions outside tables, the columns of each table, and the parameters."""

    top: frozenset[str]
    tables: Mapping[str, frozenset[str]]
    parameters: frozenset[str]
    _owners: dict[str, list[str]] = field(default_factory=dict)

    def owner(self, column: str) -> str | None:
        """The only table that has a column of this name."""
        if not self._owners:
            for table, columns in self.tables.items():
                for one in columns:
                    self._owners.setdefault(one, []).append(table)
        owners = self._owners.get(column, [])
        return owners[0] if len(owners) == 1 else None


@dataclass(frozen=True)
class Position:
    """Where a rule stands: on a question of the form, on the table `table`, or on a column of the table `row_of`."""

    table: str | None = None
    row_of: str | None = None


def names_of(package: Mapping[str, Any]) -> Names:
    """The names of a package."""
    fields = [one for section in package["sections"] for one in section["fields"]]
    tables = {one["id"]: frozenset(column["id"] for column in one.get("columns", ())) for one in fields if one["kind"] == "table"}
    return Names(frozenset(one["id"] for one in fields), tables, frozenset(package["parameters"]))


class Resolver:
    """Settles the names of trees that stand at one position; a name that means nothing goes to `missing`."""

    def __init__(self, names: Names, position: Position, missing: Missing) -> None:
        self._names = names
        self._position = position
        self._missing = missing

    def settled(self, tree: Tree) -> Tree:
        """The tree with each `${name}` as the answer that it means."""
        row = self._position.row_of
        return self._settled(tree, None if row is None else self._names.tables.get(row, frozenset()))

    def relaxed(self, tree: Tree) -> Tree:
        """The tree as it is written: the shortest that settles to it."""
        found = _relaxed(tree)
        return found if self.settled(found) == tree else tree

    def _settled(self, tree: Tree, columns: frozenset[str] | None) -> Tree:
        if not isinstance(tree, list):
            return tree
        if tree[0] == "field":
            return self._field(tree, columns)
        if tree[0] in ("form", "param"):
            known = self._names.top if tree[0] == "form" else self._names.parameters
            return tree if tree[1] in known else self._unknown(tree)
        if tree[0] == "where":
            rows = self._settled(tree[1], columns)
            return ["where", rows, self._settled(tree[2], self._columns(rows))]
        if tree[0] == "column":
            rows = self._settled(tree[1], columns)
            return ["column", rows, tree[2]] if tree[2] in self._columns(rows) else self._unknown(["column", rows, tree[2]])
        return [tree[0], *[self._settled(part, columns) for part in tree[1:]]]

    def _field(self, tree: Tree, columns: frozenset[str] | None) -> Tree:
        name = tree[1]
        if columns is not None and name in columns:
            return tree
        if name in self._names.top:
            return ["form", name] if columns is not None or name in self._names.tables else tree
        owner = self._names.owner(name)
        return ["column", ["form", owner], name] if owner is not None else self._unknown(tree)

    def _unknown(self, tree: Tree) -> Tree:
        self._missing(tree[-1])
        return tree

    def _columns(self, rows: Tree) -> frozenset[str]:
        """The columns that rows have."""
        while isinstance(rows, list) and rows[0] in ("where", "if"):
            rows = rows[1] if rows[0] == "where" else rows[2]
        if rows == ["self"]:
            return self._names.tables.get(self._position.table or "", frozenset())
        is_table = isinstance(rows, list) and rows[0] in ("form", "field")
        return self._names.tables.get(rows[1], frozenset()) if is_table else frozenset()


def _relaxed(tree: Tree) -> Tree:
    if not isinstance(tree, list):
        return tree
    if tree[0] == "form":
        return ["field", tree[1]]
    return [tree[0], *[_relaxed(part) for part in tree[1:]]] if tree[0] not in ("field", "param", "num") else tree
