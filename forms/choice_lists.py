"""Choice lists (选项表): the options of a field as rows of a table in the package, and the filter that says which may be chosen now.

A filter is evaluated for each row: `["field", COLUMN]` is a column of the list, `["form", ID]` an answer: of the same row inside a table,
else of the form. The answer is the row's `value`. The twin in the browser is `expressions/choice_lists.js`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forms import reading
from forms.errors import SchemaError
from forms.expressions.evaluate import Rule, Tree, compile_tree
from forms.expressions.values import Scope, boolean

MAX_LIST_ROWS = 30_000
MAX_LISTS = 50
MAX_COLUMNS = 20
VALUE, LABEL = "value", "label"


@dataclass(frozen=True)
class ChoiceList:
    """One list. Its first columns are `value`, which is the answer and stands once, and `label`, which people read."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @cached_property
    def by_value(self) -> Mapping[str, tuple[str, ...]]:
        """The rows by their value."""
        return {row[0]: row for row in self.rows}

    def label(self, value: str) -> str:
        """What people read for a value; the value itself when the list does not know it."""
        row = self.by_value.get(value)
        return value if row is None else row[1]

    @cached_property
    def _by_column(self) -> dict[str, dict[str, list[tuple[str, ...]]]]:
        return {}

    def having(self, column: str, text: str) -> Iterable[tuple[str, ...]]:
        """The rows whose column holds exactly this text; each column is indexed once, when it is first asked for."""
        index = self._by_column.get(column)
        if index is None:
            place = self.columns.index(column)
            index = {}
            for row in self.rows:
                index.setdefault(row[place], []).append(row)
            self._by_column[column] = index
        return index.get(text, ())


class Choosing:
    """The options of one field: a list, and its filter compiled."""

    def __init__(self, choices: ChoiceList, choice_filter: Tree) -> None:
        self.choices = choices
        self._filter: Rule | None = None if choice_filter is None else compile_tree(choice_filter)
        self._key = _equality(choice_filter)

    def allows(self, value: object, scope: Scope) -> bool:
        """Whether every text of the answer is in the list and may be chosen now."""
        values = value if isinstance(value, list) else [value]
        rows = [self.choices.by_value.get(one) if isinstance(one, str) else None for one in values]
        inner = self._scope(scope)
        return all(row is not None and self._fits(row, inner) for row in rows)

    def options(self, scope: Scope) -> Iterator[tuple[str, str]]:
        """(value, label) of the rows that may be chosen now, in the order of the list."""
        inner = self._scope(scope)
        return ((row[0], row[1]) for row in self._candidates(inner) if self._fits(row, inner))

    def _candidates(self, inner: Scope) -> Iterable[tuple[str, ...]]:
        if self._key is not None:
            wanted = inner.form.get(self._key[1], "")
            if isinstance(wanted, str):
                return self.choices.having(self._key[0], wanted)
        return self.choices.rows

    def _scope(self, scope: Scope) -> Scope:
        known: Mapping[str, Any] = scope.form if scope.answers is scope.form else {**scope.form, **scope.answers}
        return Scope({}, known, scope.today, scope.parameters)

    def _fits(self, row: tuple[str, ...], inner: Scope) -> bool:
        if self._filter is None:
            return True
        inner.answers = dict(zip(self.choices.columns, row, strict=True))
        return boolean(self._filter(inner))


def _equality(tree: Tree) -> tuple[str, str] | None:
    """(column, answer) where the filter asks that a column equals an answer, alone or among other conditions: what can be looked up."""
    if not isinstance(tree, list):
        return None
    if tree[0] == "and":
        return next((found for part in tree[1:] if (found := _equality(part))), None)
    if tree[0] != "=" or not all(isinstance(side, list) for side in tree[1:]):
        return None
    heads = {side[0]: side[1] for side in tree[1:] if side[0] in ("field", "form")}
    return (heads["field"], heads["form"]) if len(heads) == 2 else None


def read_lists(raw: Any, where: str) -> Mapping[str, ChoiceList]:
    """The lists of a package by name.

    Raises:
        SchemaError: a list without `value` and `label` in front, a row of another length, a value twice or empty, too many rows.
    """
    members = reading.mapping(raw, where)
    if len(members) > MAX_LISTS:
        raise SchemaError(where, "too_many_lists")
    return {reading.identifier(name, where): _list(one, f"{where}.{name}") for name, one in members.items()}


def _list(raw: Any, where: str) -> ChoiceList:
    found = reading.read_members(raw, where, _LIST)
    columns, rows = found["columns"], found["rows"]
    if columns[:2] != (VALUE, LABEL) or len(set(columns)) != len(columns):
        raise SchemaError(f"{where}.columns", "columns")
    if not rows or len(rows) > MAX_LIST_ROWS:
        raise SchemaError(f"{where}.rows", "choices" if not rows else "too_many_choices")
    width = len(columns)
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != width or not all(isinstance(cell, str) for cell in row) or not row[0] or not row[1]:
            raise SchemaError(f"{where}.rows.{number}", "row")
    if len({row[0] for row in rows}) != len(rows):
        raise SchemaError(f"{where}.rows", "value_twice")
    return ChoiceList(columns, tuple(map(tuple, rows)))


_LIST: reading.Members = {
    "columns": (reading.list_of(reading.identifier, MAX_COLUMNS), True),
    "rows": (reading.of_type(list), True),
}
