"""Sheets of names and values (`item`, `limits`, `publicity`, `guide`, `parameters`): rows as members of the package, by their paths."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from forms.authoring.workbook.cells import JSON_MARK, key, narrowed
from forms.authoring.workbook.faults import Faults, Place
from forms.authoring.workbook.profile import CLOCK_WORDS, DECIDES_WORDS, FREE_ENTRIES, TIER_WORDS, Entry, SheetProfile
from forms.authoring.workbook.table import Row, Table
from forms.expressions.evaluate import Tree

RuleReader = Callable[[Row, str], Tree]
"""Reads the rule in a cell of a row."""


class MemberReader:
    """Reads one such sheet into a package; `rule` reads its expressions."""

    def __init__(self, profile: SheetProfile, entries: Sequence[Entry], rule: RuleReader, faults: Faults) -> None:
        self._profile = profile
        self._entries = {key(one): entry for entry in entries for one in (entry.name, entry.title)}
        self._needed = [entry for entry in entries if entry.needed]
        self._rule = rule
        self._faults = faults

    def read(self, table: Table, package: dict[str, Any], places: dict[str, Place]) -> None:
        """Put what the sheet says into the package, and where it stands into `places`."""
        seen: set[str] = set()
        for row in table.rows():
            name = row.needed("name")
            entry = self._entries.get(key(name))
            if entry is not None:
                self._put(row, entry, package, seen, places)
            elif name:
                self._free(row, name, package, places)
        for entry in self._needed:
            if entry.name not in seen:
                self._faults.add(Place(table.name), "missing_entry", entry=entry.title)

    def _put(self, row: Row, entry: Entry, package: dict[str, Any], seen: set[str], places: dict[str, Place]) -> None:
        if entry.name in seen and not entry.many:
            row.fault("name", "entry_twice", entry=entry.title)
            return
        seen.add(entry.name)
        if entry.needed and not row.has("value"):
            row.fault("value", "blank")
        value = self._value(row, entry)
        places.setdefault(".".join(entry.path), row.place("value"))
        target = _parent(package, entry.path)
        if entry.many:
            target.setdefault(entry.path[-1], []).extend([] if value is None else [value])
        else:
            target[entry.path[-1]] = value

    def _value(self, row: Row, entry: Entry) -> Any:
        if entry.reading == "expression":
            return self._rule(row, "value")
        if entry.reading == "count":
            return row.count("value")
        if entry.reading == "truth":
            return bool(row.truth("value"))
        words = {"tier": TIER_WORDS, "decides": DECIDES_WORDS, "clock": CLOCK_WORDS}.get(entry.reading)
        if words is not None:
            return row.word("value", words) or None
        text = row.text("value")
        return (text or None) if entry.many else text

    def _free(self, row: Row, name: str, package: dict[str, Any], places: dict[str, Place]) -> None:
        """A member that the profile does not name, of a part that may hold any."""
        path = tuple(narrowed(name).split("."))
        allowed = FREE_ENTRIES.get(self._profile.name, ())
        if self._profile.name == "publicity" and len(path) == 1:
            path = ("publicity", *path)
        if len(path) < 2 or path[0] not in allowed or not all(path):
            row.fault("name", "unknown_entry", found=name)
            return
        target = _parent(package, path)
        if path[-1] in target:
            row.fault("name", "entry_twice", entry=name)
        target[path[-1]] = json_or_text(row, "value")
        places.setdefault(".".join(path), row.place("value"))


def _parent(package: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    for name in path[:-1]:
        found = package.setdefault(name, {})
        package = found if isinstance(found, dict) else {}
    return package


def json_or_text(row: Row, column: str) -> Any:
    """The text of a cell, or the value that it writes as JSON after `json:`."""
    text = row.text(column)
    if not text.startswith(JSON_MARK):
        return text
    try:
        return json.loads(text.removeprefix(JSON_MARK), parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError):
        row.fault(column, "not_json")
        return ""


def _no_float(text: str) -> Any:
    raise ValueError(text)
