"""Writes a package as a workbook of the profile, from which `read_workbook` gives the same package back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from forms.authoring.workbook.explanation import explanation
from forms.authoring.workbook.faults import UnwritableError
from forms.authoring.workbook.grid import NewSheet, write_sheets
from forms.authoring.workbook.profile import (
    DIVISIONS,
    EXPLANATION,
    MATERIALS,
    PARAMETERS,
    REGION_WORDS,
    REQUIRED_WORDS,
    SAMPLE,
    SETTINGS,
    SHEETS,
    SOURCES,
    TIER_WORDS,
    TIERS_SHEET,
    TOLERANCE_WORDS,
    VERTICAL,
    YES,
    SheetProfile,
    Words,
)
from forms.authoring.workbook.read import read_workbook
from forms.authoring.workbook.scope import Position
from forms.authoring.workbook.write_members import member_rows
from forms.authoring.workbook.write_sample import sample_rows
from forms.authoring.workbook.write_survey import SurveyWriter, rule_text
from forms.procedure import TIERS

Line = Mapping[str, str | int | None]


def write_workbook(package: bytes) -> bytes:
    """The workbook of a package: the same bytes for the same package.

    Raises:
        AuthoringMissingError: the extra is not installed.
        UnwritableError: the package holds what a workbook cannot say.
    """
    value = json.loads(package)
    lines: dict[str, Sequence[Line]] = {**SurveyWriter(value).lines(), **_lines(value)}
    sheets = [NewSheet(EXPLANATION, explanation(), (14, 18, 22, 90)), *[_sheet(profile, lines[profile.name]) for profile in SHEETS]]
    try:
        written = write_sheets(sheets)
    except ValueError as error:
        raise UnwritableError(str(error)) from error
    result = read_workbook(written)
    if result.package != package:
        raise UnwritableError(_difference(value, result.package) if result.package else f"{result.faults[0]}")
    return written


def _sheet(profile: SheetProfile, lines: Sequence[Line]) -> NewSheet:
    """A sheet of the profile: XLSForm's with its names, ours with the Chinese titles; further columns by their names."""
    names = [column.name for column in profile.columns]
    extra = list(dict.fromkeys(name for line in lines for name in line if name not in names))
    header = [column.name if profile.standard else column.title for column in profile.columns]
    rows: list[list[str | int | None]] = [[*header, *extra], *[[line.get(name) for name in (*names, *extra)] for line in lines]]
    return NewSheet(profile.name if profile.standard else profile.title, rows, [column.width for column in profile.columns])


def _lines(value: Mapping[str, Any]) -> dict[str, list[Line]]:
    """The lines of every sheet but `survey`, `choices` and `rules`."""
    settings: Line = {"form_title": value["name"], "form_id": value["id"], "pinyin": value["more"].get("pinyin")}
    parameters = {name: one for name, one in value["parameters"].items() if name != "divisions"}
    return {
        SETTINGS.name: [settings],
        **{profile.name: member_rows(value, profile, entries) for profile, entries in VERTICAL},
        TIERS_SHEET.name: [_tier(tier, value["tiers"][tier]) for tier in TIERS],
        MATERIALS.name: [_material(one, value) for one in value["materials"]],
        SAMPLE.name: sample_rows(value),
        PARAMETERS.name: [{"id": name, "value": one} for name, one in sorted(parameters.items())],
        DIVISIONS.name: [{**one, "level": _word(one["level"], REGION_WORDS)} for one in value["parameters"].get("divisions", ())],
        SOURCES.name: list(value["sources"]),
    }


def _word(name: str, words: Words) -> str:
    return words[name][0]


def _tier(tier: str, source: Mapping[str, Any]) -> Line:
    return {**source, "tier": _word(tier, TIER_WORDS), "actions": "、".join(source["actions"])}


def _material(source: Mapping[str, Any], value: Mapping[str, Any]) -> Line:
    found = {**source, "required": _word(source["required"], REQUIRED_WORDS), "tolerance": _word(source["tolerance"], TOLERANCE_WORDS)}
    if "relevant" in source:
        found["relevant"] = rule_text(source["relevant"], value, Position())
    if "any_one_of" in source:
        found["any_one_of"] = "\n".join(source["any_one_of"])
    return {**found, "in_sample": YES[1] if source["id"] in value["sample_materials"] else None}


def _difference(wanted: Any, package: bytes) -> str:
    """The first place where two packages differ."""
    return next(_differences(wanted, json.loads(package), ""), "")


def _differences(wanted: Any, found: Any, path: str) -> Any:
    if isinstance(wanted, dict) and isinstance(found, dict):
        for name in sorted({*wanted, *found}):
            yield from _differences(wanted.get(name), found.get(name), f"{path}.{name}".removeprefix("."))
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for place, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _differences(one, other, f"{path}.{place}")
    elif wanted != found:
        yield path
