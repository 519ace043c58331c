"""Reads a workbook of the profile into a package, or says everything that is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.authoring.workbook.cells import key
from forms.authoring.workbook.choices import read_choices
from forms.authoring.workbook.circles import circles
from forms.authoring.workbook.faults import AuthoringMissingError, Fault, Faults, Place, WorkbookError
from forms.authoring.workbook.grid import Sheet, read_sheets
from forms.authoring.workbook.members import MemberReader
from forms.authoring.workbook.papers import read_materials, read_parameters, read_sample, read_sources, read_tiers
from forms.authoring.workbook.profile import (
    CHOICES,
    DIVISIONS,
    MATERIALS,
    OWN_SHEETS,
    PARAMETERS,
    RULES,
    SAMPLE,
    SETTINGS,
    SHEETS,
    SOURCES,
    SURVEY,
    TIERS_SHEET,
    VERTICAL,
    SheetProfile,
)
from forms.authoring.workbook.questions import Question, SurveyReader, settle_options
from forms.authoring.workbook.rules import RuleBook
from forms.authoring.workbook.scope import names_of
from forms.authoring.workbook.table import Table
from forms.errors import SchemaError
from forms.schema import FORMAT, Form

_NEEDED = (SETTINGS, VERTICAL[0][0], VERTICAL[1][0], TIERS_SHEET)


_MEMBERS = (
    (SURVEY, "sections"),
    (CHOICES, "lists"),
    (SETTINGS, "id name"),
    (VERTICAL[0][0], "domain matter_type case_type department legal_basis charge result status inferred more"),
    (VERTICAL[1][0], "limits"),
    (VERTICAL[2][0], "publicity"),
    (TIERS_SHEET, "tiers"),
    (MATERIALS, "materials sample_materials"),
    (SAMPLE, "sample"),
    (PARAMETERS, "parameters"),
    (SOURCES, "sources"),
)
"""On which sheet each member of a package stands, for what only the package's own check finds."""


@dataclass(frozen=True)
class WorkbookResult:
    """What reading gave: the package when there is no fault, else every fault."""

    package: bytes | None
    faults: tuple[Fault, ...]


def read_workbook(data: bytes, parameters: Mapping[str, Any] | None = None) -> WorkbookResult:
    """The package of a workbook; `parameters` are those that the station adds, such as the divisions of its county."""
    try:
        sheets = read_sheets(data, OWN_SHEETS)
    except WorkbookError as error:
        return WorkbookResult(None, (error.fault,))
    except AuthoringMissingError:
        return WorkbookResult(None, (Fault("", None, "", "authoring_missing"),))
    faults = Faults()
    return _WorkbookReader(sheets, faults).result(dict(parameters or {}))


class _WorkbookReader:
    """One workbook: its tables by the profile's names, and where each part of the package stands."""

    def __init__(self, sheets: tuple[Sheet, ...], faults: Faults) -> None:
        self._faults = faults
        self._places: dict[str, Place] = {}
        self._order = [one.name for one in sheets]
        self._tables = self._found(sheets)
        for profile, members in _MEMBERS:
            for member in members.split() if profile.name in self._tables else ():
                self._places[member] = Place(self._tables[profile.name].name)

    def _found(self, sheets: tuple[Sheet, ...]) -> dict[str, Table]:
        known = {key(one): profile for profile in SHEETS for one in (profile.name, profile.title)}
        found: dict[str, Table] = {}
        for sheet in sheets:
            profile = known.get(key(sheet.name))
            if profile is None:
                if not sheet.name.startswith(OWN_SHEETS) and sheet.rows:
                    self._faults.add(Place(sheet.name), "unknown_sheet")
            elif profile.name in found:
                self._faults.add(Place(sheet.name), "sheet_twice", sheet=profile.title)
            else:
                found[profile.name] = Table(sheet, profile, self._faults)
        return found

    def result(self, parameters: dict[str, Any]) -> WorkbookResult:
        package: dict[str, Any] = {"format": FORMAT, "inferred": [], "legal_basis": [], "more": {}, "publicity": None}
        for profile in _NEEDED:
            if profile.name not in self._tables:
                self._faults.add(Place(""), "missing_sheet", sheet=profile.title, name=profile.name)
        self._settings(package)
        survey = self._survey(package)
        package["parameters"] = read_parameters(self._table(PARAMETERS), self._table(DIVISIONS), parameters)
        questions = survey.all()
        labels = {one.data["id"]: one.data["label"] for one in questions if one.table is None}
        rules = RuleBook(names_of(package), labels, package["parameters"], self._faults)
        self._rules(rules, questions, package)
        self._other_sheets(rules, questions, package)
        return self._checked(package, questions)

    def _table(self, profile: SheetProfile) -> Table | None:
        return self._tables.get(profile.name)

    def _settings(self, package: dict[str, Any]) -> None:
        package["id"] = package["name"] = ""
        table = self._table(SETTINGS)
        rows = [] if table is None else list(table.rows())
        if table is not None and not rows:
            self._faults.add(Place(table.name), "empty_sheet")
        for row in rows[1:]:
            row.fault("", "one_row_only")
        for row in rows[:1]:
            package["id"], package["name"] = row.identifier("form_id"), row.needed("form_title")
            self._places["id"] = row.place("form_id")
            if row.has("pinyin"):
                package["more"]["pinyin"] = row.text("pinyin")

    def _survey(self, package: dict[str, Any]) -> SurveyReader:
        choices = self._table(CHOICES)
        lists = {} if choices is None else read_choices(choices, self._faults)
        reader = SurveyReader(lists, package["name"], self._faults)
        table = self._table(SURVEY)
        if table is not None:
            reader.read(table)
        used: dict[str, Any] = {}
        settle_options(reader.all(), used)
        if used:
            package["lists"] = used
        package["sections"] = [{"title": one.title, "fields": [_with_columns(each) for each in one.questions]} for one in reader.sections]
        for place, section in enumerate(reader.sections):
            for number, one in enumerate(section.questions):
                self._remember(f"package.sections.{place}.fields.{number}", one)
        return reader

    def _remember(self, path: str, question: Question) -> None:
        self._places[path] = self._places[question.path] = question.row.place("name")
        for number, column in enumerate(question.columns):
            self._remember(f"{path}.columns.{number}", column)

    def _rules(self, rules: RuleBook, questions: list[Question], package: dict[str, Any]) -> None:
        for one in questions:
            rules.settle(one)
        by_path = {one.path: one for one in questions}
        rules.read_sheet(self._table(RULES), by_path)
        tops = [one.data for one in questions if one.table is None]
        for scope, prefix in [(tops, ""), *[(one["columns"], f"{one['id']}.") for one in tops if "columns" in one]]:
            for circle in circles(scope):
                place = self._places.get(prefix + circle[0], Place(""))
                labels = {one["id"]: one["label"] for one in scope}
                self._faults.add(place, "circle", fields=" → ".join(f"{labels[one]}（{one}）" for one in circle))

    def _other_sheets(self, rules: RuleBook, questions: list[Question], package: dict[str, Any]) -> None:
        for profile, entries in VERTICAL:
            table = self._table(profile)
            if table is not None:
                if profile.name == "publicity" and any(True for _ in table.rows()):
                    package["publicity"] = {}
                MemberReader(profile, entries, rules.tree, self._faults).read(table, package, self._places)
        limits = package.setdefault("limits", {})
        for name in ("legal_workdays", "promised_workdays", "extend_to_workdays"):
            limits.setdefault(name, None)
        tiers, materials = self._table(TIERS_SHEET), self._table(MATERIALS)
        if tiers is not None:
            read_tiers(tiers, package, self._places, self._faults)
        package["materials"], package["sample_materials"] = [], []
        if materials is not None:
            read_materials(materials, package, self._places, rules.tree)
        elif not package["more"].get("special_network"):  # none are asked for where it has a header only, not where somebody lost it
            self._faults.add(Place(""), "missing_sheet", sheet=MATERIALS.title, name=MATERIALS.name)
        package["sources"] = read_sources(self._table(SOURCES))
        package["sample"] = read_sample(self._table(SAMPLE), {one.path: one for one in questions})
        if not questions and not package["more"].get("special_network"):
            survey = self._table(SURVEY)
            if survey is None:
                self._faults.add(Place(""), "missing_sheet", sheet=SURVEY.title, name=SURVEY.name)
            else:
                self._faults.add(Place(survey.name), "no_questions")

    def _checked(self, package: dict[str, Any], questions: list[Question]) -> WorkbookResult:
        data = json.dumps(package, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
        if not self._faults:
            try:
                Form.from_bytes(data)
            except SchemaError as error:
                self._faults.add(self._place_of(error.where), f"schema_{error.code}", where=error.where)
        faults = self._faults.all(self._order)
        return WorkbookResult(None if faults else data, faults)

    def _place_of(self, where: str) -> Place:
        """Where in the workbook the part of the package stands that a `SchemaError` names; the nearest that is known."""
        path = where.split(":")[0].strip()
        while path:
            for known in (path, path.removeprefix("package."), f"material {path}"):
                if known in self._places:
                    return self._places[known]
            path = path.rpartition(".")[0]
        return Place("")


def _with_columns(question: Question) -> dict[str, Any]:
    if question.data["kind"] == "table":
        question.data["columns"] = [one.data for one in question.columns]
    return question.data
