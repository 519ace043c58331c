"""What a new version of an item changes (版本对照), part by part and word for word, for the clerk who publishes it.

Every member of a package is a fact with a place, and facts that differ are told; rules are told as the workbook writes them. What
is too small to be told stands as `other`, so two versions that differ never look alike.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.authoring.xpath import print_expression, print_filter

ITEM, FIELD, MATERIAL, LIST = "item", "field", "material", "list"
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
RULE, ORDER, OTHER = "rule", "order", "other"
_TREES = frozenset({"relevant", "calculate", "calculate_when", "test", "skip_when", "if", "default"})
_LISTED = frozenset({"sections", "materials", "lists", "format", "sample"})


@dataclass(frozen=True)
class Difference:
    """One thing that differs. `part` is `item`, `field`, `material` or `list`; `name` what it is called; `how` added, removed, changed.

    Of a change, `aspect` is the path of the member (`limits.promised_workdays`, `required`, `rule.1`), with its value before and
    after as text; None where it had none.
    """

    part: str
    id: str
    name: str
    how: str
    aspect: str = ""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class _Thing:
    part: str
    id: str
    name: str
    facts: Mapping[str, str]


def differences(before: bytes | None, after: bytes) -> tuple[Difference, ...]:
    """What the package `after` says otherwise than `before`: things that came, went or changed, as they stand in the new one.

    Without a version before, everything came.
    """
    old = {(one.part, one.id): one for one in _things(json.loads(before))} if before is not None else {}
    new = {(one.part, one.id): one for one in _things(json.loads(after))}
    item = next(iter(new.values()))
    found: list[Difference] = []
    for key, thing in new.items():
        found += _changed(old[key], thing) if key in old else [Difference(thing.part, thing.id, thing.name, ADDED)]
    found += [Difference(one.part, one.id, one.name, REMOVED) for key, one in old.items() if key not in new]
    stayed, stands = [one.name for key, one in old.items() if key in new], [one.name for key, one in new.items() if key in old]
    if [key for key in old if key in new] != [key for key in new if key in old]:
        found.append(Difference(ITEM, item.id, item.name, CHANGED, ORDER, "、".join(stayed[1:]), "、".join(stands[1:])))
    if not found and before != after:
        found.append(Difference(ITEM, item.id, item.name, CHANGED, OTHER))
    order = {part: place for place, part in enumerate((ITEM, FIELD, MATERIAL, LIST))}
    return tuple(sorted(found, key=lambda one: order[one.part]))


def _changed(old: _Thing, new: _Thing) -> Iterator[Difference]:
    for aspect in dict.fromkeys([*new.facts, *old.facts]):
        before, after = old.facts.get(aspect), new.facts.get(aspect)
        if before != after:
            yield Difference(new.part, new.id, new.name, CHANGED, aspect, before, after)


def _things(package: Mapping[str, Any]) -> Iterator[_Thing]:
    item = {name: value for name, value in package.items() if name not in _LISTED}
    sample = dict(_facts("sample", package.get("sample", {})))
    yield _Thing(ITEM, str(package["id"]), str(package["name"]), dict(_facts("", item)) | sample)
    for section in package["sections"]:
        for one in section["fields"]:
            yield _Thing(FIELD, one["id"], one["label"], _of_field(one) | {"section": section["title"]})
            for column in one.get("columns", ()):
                yield _Thing(FIELD, f"{one['id']}.{column['id']}", f"{one['label']} · {column['label']}", _of_field(column))
    for one in package["materials"]:
        yield _Thing(MATERIAL, one["id"], one["name"], dict(_facts("", one)))
    for name, listed in package.get("lists", {}).items():
        yield _Thing(LIST, name, name, _of_list(listed))


def _of_field(one: Mapping[str, Any]) -> dict[str, str]:
    plain = {name: value for name, value in one.items() if name not in ("constraints", "columns", "choice_filter")}
    rules = {f"{RULE}.{number}": _rule(rule) for number, rule in enumerate(one.get("constraints", ()), start=1)}
    narrowed = {"choice_filter": print_filter(one["choice_filter"])} if "choice_filter" in one else {}
    return dict(_facts("", plain)) | narrowed | rules


def _rule(rule: Mapping[str, Any]) -> str:
    """A rule in one line: the formula, how strong it is, what it says."""
    said = [print_expression(rule["test"]), rule.get("level", "refuse"), rule.get("message") or rule["code"]]
    return " | ".join(said)


def _of_list(listed: Mapping[str, Any]) -> dict[str, str]:
    rows = {f"row.{row[0]}": "、".join(row[1:]) for row in listed["rows"]}
    return {"columns": "、".join(listed["columns"])} | rows


def _facts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every value of a JSON object with its path; lists of plain values and rules are one value."""
    if path.rpartition(".")[2] in _TREES and isinstance(value, list):
        yield path, print_expression(value)
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _facts(f"{path}.{name}" if path else name, member)
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, member in enumerate(value, start=1):
            yield from _facts(f"{path}.{number}", member)
    elif value is not None:
        yield path, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return json.dumps(value) if isinstance(value, bool) else str(value)
