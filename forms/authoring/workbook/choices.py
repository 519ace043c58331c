"""The sheet `choices`: lists of options, plain ones as the labels of a question, longer or filtered ones as choice lists of the package."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.authoring.workbook.cells import narrowed
from forms.authoring.workbook.faults import Faults, Place
from forms.authoring.workbook.table import Row, Table
from forms.choice_lists import LABEL, MAX_LIST_ROWS, VALUE

MOST_PLAIN = 500


@dataclass
class Options:
    """One list as it stands in the sheet."""

    name: str
    place: Place
    rows: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    maps: dict[str, str] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether the labels alone say all of it."""
        return not self.columns and len(self.rows) <= MOST_PLAIN and all(value == label for value, label, _ in self.rows)

    def labels(self) -> list[str]:
        """What people read."""
        return [label for _, label, _ in self.rows]

    def as_list(self) -> dict[str, Any]:
        """The list as a package holds it."""
        rows = [[value, label, *[more.get(column, "") for column in self.columns]] for value, label, more in self.rows]
        return {"columns": [VALUE, LABEL, *self.columns], "rows": rows}


def read_choices(table: Table, faults: Faults) -> dict[str, Options]:
    """The lists by name."""
    found: dict[str, Options] = {}
    seen: set[tuple[str, str]] = set()
    for row in table.rows():
        name = narrowed(row.needed("list_name"))
        if not name:
            continue
        options = found.setdefault(name, Options(name, row.place("list_name")))
        _add(options, row, seen, table.extra)
    for options in found.values():
        if len(options.rows) > MAX_LIST_ROWS:
            faults.add(options.place, "too_many_choices", list=options.name, most=MAX_LIST_ROWS)
            del options.rows[MAX_LIST_ROWS:]
        options.columns = [one for one in table.extra if any(one in more for _, _, more in options.rows)]
    return found


def _add(options: Options, row: Row, seen: set[tuple[str, str]], extra: tuple[str, ...]) -> None:
    label = row.text("label") or row.text("name")
    value = row.text("name") or label
    if not label:
        row.fault("label", "blank")
        return
    if (options.name, value) in seen:
        row.fault("name" if row.has("name") else "label", "choice_twice", found=value, list=options.name)
        return
    seen.add((options.name, value))
    options.rows.append((value, label, {one: row.text(one) for one in extra if row.has(one)}))
    if row.has("maps_to"):
        options.maps[label] = row.text("maps_to")
