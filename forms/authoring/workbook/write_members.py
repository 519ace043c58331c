"""Writes the members of a package on the sheets of names and values."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms.authoring.workbook.cells import JSON_MARK
from forms.authoring.workbook.profile import CLOCK_WORDS, DECIDES_WORDS, FREE_ENTRIES, NO, TIER_WORDS, VERTICAL, YES, Entry, SheetProfile
from forms.authoring.workbook.scope import Position
from forms.authoring.workbook.write_survey import rule_text

Line = Mapping[str, str | int | None]
_WORDS = {"tier": TIER_WORDS, "decides": DECIDES_WORDS, "clock": CLOCK_WORDS}
_NAMED = {entry.path for _, entries in VERTICAL for entry in entries} | {("more", "pinyin")}
"""What has a row of its own, or a column."""


def member_rows(value: Mapping[str, Any], profile: SheetProfile, entries: Sequence[Entry]) -> list[Line]:
    """The rows of one sheet: its entries in their order, then what the profile does not name."""
    rows = [row for entry in entries for row in _entry(value, entry)]
    for name in FREE_ENTRIES.get(profile.name, ()):
        rows += [{"name": path, "value": as_cell(one)} for path, one in _others((name,), value.get(name) or {})]
    return rows


def _entry(value: Mapping[str, Any], entry: Entry) -> Iterator[Line]:
    found: Any = value
    for name in entry.path:
        if not isinstance(found, Mapping) or name not in found:
            return
        found = found[name]
    for one in found if entry.many else [found]:
        yield {"name": entry.title, "value": _cell(value, one, entry)}


def _cell(value: Mapping[str, Any], one: Any, entry: Entry) -> str | int | None:
    if entry.reading == "expression":
        return rule_text(one, value, Position())
    if entry.reading == "truth":
        return YES[1] if one else NO[1]
    words = _WORDS.get(entry.reading)
    return one if words is None else words[one][0]


def _others(path: tuple[str, ...], members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, one in sorted(members.items()):
        own = (*path, name)
        if own in _NAMED:
            continue
        if any(entry[: len(own)] == own for entry in _NAMED) and isinstance(one, dict):
            yield from _others(own, one)
        else:
            yield ".".join(own), one


def as_cell(value: Any) -> str:
    """Any value of a package in one cell: a text as it is, anything else as JSON after `json:`."""
    if isinstance(value, str) and value and not value.startswith(JSON_MARK):
        return value
    return JSON_MARK + json.dumps(value, ensure_ascii=False, sort_keys=True)
