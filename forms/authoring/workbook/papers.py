"""The sheets `tiers`, `materials`, `parameters`, `divisions`, `sources` and `sample`."""

from collections.abc import Mapping
from typing import Any

from forms.authoring.workbook.cells import JSON_MARK, narrowed
from forms.authoring.workbook.faults import Faults, Place
from forms.authoring.workbook.members import RuleReader, json_or_text
from forms.authoring.workbook.profile import REGION_WORDS, REQUIRED_WORDS, TIER_WORDS, TOLERANCE_WORDS
from forms.authoring.workbook.questions import Question, rows_of_questions
from forms.authoring.workbook.table import Row, Table
from forms.procedure import TIERS

_LISTED = "、\n;；"


def read_tiers(table: Table, package: dict[str, Any], places: dict[str, Place], faults: Faults) -> None:
    """Who does what at each tier."""
    tiers = package.setdefault("tiers", {})
    for row in table.rows():
        tier = row.word("tier", TIER_WORDS)
        if tier is None:
            continue
        if tier in tiers:
            row.fault("tier", "tier_twice")
        found: dict[str, Any] = {"role": row.needed("role"), "actions": row.texts("actions", _LISTED), "seal": row.text("seal") or None}
        found["limit_workdays"] = row.count("limit_workdays")
        if tier == TIERS[0] or row.has("promise_workdays"):
            found["promise_workdays"] = row.count("promise_workdays")
        tiers[tier] = found
        places[f"tiers.{tier}"] = row.place()
    for tier in TIERS:
        if tier not in tiers:
            faults.add(Place(table.name), "missing_tier", tier=TIER_WORDS[tier][0])


def read_materials(table: Table, package: dict[str, Any], places: dict[str, Place], rule: RuleReader) -> None:
    """The documents to hand in, and which of them the sample has."""
    seen: dict[str, int] = {}
    found: list[dict[str, Any]] = []
    sampled: list[str] = []
    for row in table.rows():
        one = _material(row, rule)
        if one["id"] in seen:
            row.fault("id", "id_twice", found=one["id"], first=seen[one["id"]])
        seen.setdefault(one["id"], row.number)
        places[f"materials.{len(found)}"] = row.place()
        places[f"material {one['id']}"] = row.place()
        found.append(one)
        if row.truth("in_sample"):
            sampled.append(one["id"])
    package["materials"], package["sample_materials"] = found, sampled


def _material(row: Row, rule: RuleReader) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": row.identifier("id"),
        "name": row.needed("name"),
        "form": row.needed("form"),
        "source": row.needed("source"),
    }
    found["required"] = row.word("required", REQUIRED_WORDS) or ("conditional" if row.has("relevant") else "always")
    found["tolerance"] = row.word("tolerance", TOLERANCE_WORDS) or "none"
    if row.has("relevant"):
        found["relevant"] = rule(row, "relevant")
    if row.has("relevant") != (found["required"] == "conditional"):
        row.fault("relevant", "material_condition")
    found |= {name: row.text(name) for name in ("hint", "capture", "licence", "basis") if row.has(name)}
    if row.has("any_one_of"):
        found["any_one_of"] = row.texts("any_one_of")
    return found


def read_parameters(table: Table | None, divisions: Table | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters: what the station gives, and over it what the workbook says."""
    found = dict(given)
    for row in () if table is None else table.rows():
        name = row.identifier("id")
        value = row.value("value")
        if not row.has("value"):
            row.fault("value", "blank")
        found[name] = (
            int(value) if isinstance(value, float | int) and not isinstance(value, bool) and value == int(value) else row.text("value")
        )
    if divisions is not None:
        rows = [_division(row) for row in divisions.rows()]
        if rows:
            found["divisions"] = rows
    return found


def _division(row: Row) -> dict[str, Any]:
    code = narrowed(row.needed("code"))
    if code and not (len(code) == 12 and code.isascii() and code.isdigit()):
        row.fault("code", "not_a_division", found=code)
    return {"code": code, "name": row.needed("name"), "level": row.word("level", REGION_WORDS) or ""}


def read_sources(table: Table | None) -> list[dict[str, str]]:
    """What the workbook was written from."""
    return [] if table is None else [{name: row.text(name) for name in ("title", "covers") if row.has(name)} for row in table.rows()]


def read_sample(table: Table | None, questions: Mapping[str, Question]) -> dict[str, Any]:
    """The sample answers by question; `questions` are found by their paths."""
    found: dict[str, Any] = {}
    for row, question in rows_of_questions(table, questions, "value"):
        if question.table is not None:
            _put_cell(row, question, found)
            continue
        if question.path in found:
            row.fault("field", "entry_twice", entry=question.path)
        found[question.path] = _answer(row, question.data["kind"])
    return found


def _put_cell(row: Row, question: Question, found: dict[str, Any]) -> None:
    table = question.table
    number = row.count("row")
    rows = found.setdefault(table.data["id"] if table else "", [])
    if number is None or not isinstance(rows, list) or not 1 <= number <= len(rows) + 1:
        row.fault("row", "row_number", expected=len(rows) + 1)
        return
    if number > len(rows):
        rows.append({})
    rows[number - 1][question.data["id"]] = _answer(row, question.data["kind"])


def _answer(row: Row, kind: str) -> Any:
    text = row.text("value")
    if text.startswith(JSON_MARK):
        return json_or_text(row, "value")
    if kind in ("multichoice", "photo_list"):
        return row.texts("value")
    if kind == "int" and text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
        return int(text)
    return text
