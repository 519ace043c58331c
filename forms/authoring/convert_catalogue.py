"""Turns the catalogue's source files (YAML) into form packages: `python -m forms.authoring.convert_catalogue SOURCE_DIR OUT_DIR [ITEM …]`.

Authoring only: needs PyYAML and pypinyin, which no village has. A package that changes becomes the next version; a released one is never
overwritten.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from forms.authoring import derive_trees, rule_trees
from forms.authoring.constraints import constraint, without_floats
from forms.authoring.index import write_index
from forms.schema import EXAMPLE_STATUS, FORMAT, Form

Source = Mapping[str, Any]

_FIELD_NAMES = {
    "choices": "choices",
    "mask": "mask",
    "max_len": "max_length",
    "note": "hint",
    "common_key": "common_key",
    "capture": "capture",
    "min_rows": "min_rows",
    "max_rows": "max_rows",
    "min_select": "min_select",
    "min_items": "min_items",
    "filled_by": "filled_by",
    "flag": "flag",
    "choice_map": "choice_map",
    "level": "level",
    "outside_level": "outside_level",
}
_MORE = (
    "name_en applicant_types special_procedures annual_review village_forms joint_departments bundle sub_items photo_spec codes"
).split()
_TODAY_DEFAULTS = {"today": ["today"], "this_year": ["substr", ["today"], 0, 4], "apply_month": ["substr", ["today"], 0, 7]}


class Converter:
    """One source folder: its parameters, divisions and denied certificates, and each item as a package."""

    def __init__(self, source_dir: Path) -> None:
        self._dir = source_dir
        self._parameters = {one["id"]: one["value"] for one in self._load("_params")["params"]}
        self._divisions = self._load("_divisions_sample")
        self._denied = self._load("_denied_village_certificates")["items"]

    def package(self, item_id: str) -> bytes:
        """The item's package as canonical JSON.

        Raises:
            SchemaError: the source makes no valid package.
            UnknownRuleError: it uses a rule that has no tree.
        """
        item = self._load(item_id)
        data = canonical(self._package(item))
        Form.from_bytes(data)
        return data

    def item_ids(self) -> list[str]:
        """The items that the folder holds."""
        return sorted(path.stem for path in self._dir.glob("[a-z]*.yaml"))

    def _load(self, name: str) -> Any:
        return yaml.safe_load((self._dir / f"{name}.yaml").read_text(encoding="utf-8"))

    def _package(self, item: Source) -> dict[str, Any]:
        labels = _labels([one for section in item["sections"] for one in section["fields"]])
        sections = [{"title": s["title"], "fields": self._fields(s["fields"], None, labels)} for s in item["sections"]]
        return {
            "format": FORMAT,
            **{name: item[name] for name in ("id", "name", "domain", "matter_type", "case_type", "department", "charge")},
            **{name: item[name] for name in ("legal_basis", "result", "sources", "inferred", "sample_materials")},
            "status": EXAMPLE_STATUS if item["status"] == "example-data" else item["status"],
            "limits": _limits(item["limits"]),
            "tiers": _tiers(item["tiers"]),
            "publicity": _publicity(item.get("publicity")),
            "parameters": self._own_parameters(item),
            "sections": sections,
            "materials": [_material(material) for material in item["materials"]],
            "sample": without_floats(item["sample"]),
            "more": without_floats({name: item[name] for name in _MORE if name in item}),
        }

    def _own_parameters(self, item: Source) -> dict[str, Any]:
        """What the rules look up, inside the package, so that every hop evaluates the same."""
        county, township = self._divisions["county"], self._divisions["township"]
        named = [(county, "county"), (township, "township"), *[(one, "village") for one in self._divisions["villages"]]]
        return {
            **{name: self._parameters[name] for name in item.get("params", [])},
            "county": county["code"],
            "divisions": [{"code": one["code"], "name": one["name"], "level": level} for one, level in named],
        }

    def _fields(self, fields: list[Source], group_when: Source | None, labels: Mapping[str, str]) -> list[dict[str, Any]]:
        converted = []
        for one in fields:
            if one["type"] == "group":
                converted += self._fields(one["fields"], one.get("when"), labels)
            else:
                converted.append(self._field(one, group_when, labels))
        return converted

    def _field(self, source: Source, group_when: Source | None, labels: Mapping[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {"id": source["id"], "label": source["label"], "kind": source["type"]}
        found["required"] = source["required"] is not False
        when = [one for one in (group_when, source["when"] if source["required"] == "when" else None) if one]
        if when:
            found["relevant"] = rule_trees.all_of([rule_trees.condition(one) for one in when])
        if "derive" in source:
            found["calculate"] = derive_trees.derivation(source["derive"])
            if "when" in source["derive"]:
                found["calculate_when"] = rule_trees.condition(source["derive"]["when"])
        if "default" in source:
            found["default"] = _default(source["default"])
        found.update({ours: source[theirs] for theirs, ours in _FIELD_NAMES.items() if theirs in source})
        columns = source.get("columns", [])
        if columns:
            found["columns"] = self._fields(columns, None, {**labels, **_labels(columns)})
        names = {**labels, **_labels(columns)}
        if "validate" in source:
            found["constraints"] = [self._constraint(one, names) for one in source["validate"]]
        return found

    def _constraint(self, source: Source, labels: Mapping[str, str]) -> dict[str, Any]:
        return constraint(source, labels, self._parameters, self._denied)


def _labels(fields: list[Source]) -> dict[str, str]:
    """Label by id, also of what stands in groups: a rule may name any question of the form."""
    found = {one["id"]: one["label"] for one in fields if "id" in one and "label" in one}
    for one in fields:
        found |= _labels(one["fields"]) if one["type"] == "group" else {}
    return found


def _default(source: Any) -> Any:
    if isinstance(source, str) and source.startswith("param:"):
        return ["param", source.removeprefix("param:")]
    return _TODAY_DEFAULTS.get(source, source) if isinstance(source, str) else source


def _limits(source: Source) -> dict[str, Any]:
    found = {"legal_workdays": source["legal_wd"], "promised_workdays": source["promised_wd"], "clock_starts": source["clock_starts"]}
    return {**found, "extend_to_workdays": source.get("extend_to_wd"), "unit": source["unit"], "note": source.get("note", "")}


def _tiers(source: Source) -> dict[str, Any]:
    found: dict[str, Any] = {name: source[name] for name in ("decides", "delegable", "note") if name in source}
    if "decide_rule" in source:
        rule = source["decide_rule"]
        found["decide_rule"] = {"if": rule_trees.condition(rule["if"]), "then": rule["then"], "else": rule["else"]}
    for tier in ("village", "township", "county"):
        one = source[tier]
        kept = {name: one[name] for name in ("role", "actions", "seal")}
        found[tier] = {**kept, "limit_workdays": one["limit_wd"]}
    found["village"]["promise_workdays"] = source["village"]["village_promise_wd"]
    return found


def _publicity(source: Source | None) -> dict[str, Any] | None:
    if source is None:
        return None
    found = {name: value for name, value in source.items() if name != "skip_when"}
    if "skip_when" in source:
        found["skip_when"] = rule_trees.condition(source["skip_when"])
    return found


def _material(source: Source) -> dict[str, Any]:
    found = {name: source[name] for name in ("id", "name", "form", "required", "tolerance", "source")}
    if "when" in source:
        found["relevant"] = rule_trees.condition(source["when"])
    names = {"note": "hint", "capture": "capture", "ecert": "licence", "any_one_of": "any_one_of", "basis": "basis"}
    return {**found, **{ours: source[theirs] for theirs, ours in names.items() if theirs in source}}


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785) of a value whose numbers are integers and whose names are in the basic plane."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8")


def write_version(package: bytes, folder: Path) -> Path | None:
    """Write the package as the folder's next version; None when the newest says the same."""
    folder.mkdir(parents=True, exist_ok=True)
    versions = sorted(int(path.stem) for path in folder.glob("*.json"))
    if versions and (folder / f"{versions[-1]}.json").read_bytes() == package:
        return None
    path = folder / f"{versions[-1] + 1 if versions else 1}.json"
    path.write_bytes(package)
    return path


def main(arguments: list[str]) -> int:
    """Convert the items named, or all, say which versions are new, and write the index anew."""
    if len(arguments) < 2:
        sys.stderr.write("convert_catalogue SOURCE_DIR OUT_DIR [ITEM ...]\n")
        return 2
    converter = Converter(Path(arguments[0]))
    for item_id in arguments[2:] or converter.item_ids():
        path = write_version(converter.package(item_id), Path(arguments[1]) / item_id)
        sys.stdout.write(f"{item_id}: {path or 'as it was'}\n")
    write_index(Path(arguments[1]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
