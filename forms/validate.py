"""Checks answers against a form: all problems at once, the same at every hop.

`derive` is for a draft, `check` and `validate` for what is handed in; none of them changes what it is given or reads a clock.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms import checks
from forms.bounds import MAX_ANSWER_BYTES, answers_fault
from forms.errors import AnswerError
from forms.expressions.evaluate import compile_tree
from forms.expressions.values import Scope, boolean
from forms.fields import calculated, surroundings
from forms.problems import Problem
from forms.schema import Constraint, Field, Form
from forms.settle import FieldPlan, Settled, SettledForm, is_empty, plan_of, settle

__all__ = [
    "Checked",
    "Problem",
    "check",
    "derive",
    "derive_settled",
    "initial_answers",
    "initial_row",
    "missing_materials",
    "needed_materials",
    "validate",
]

MAX_UNKNOWN = 20
"""So many unknown fields are named, no more."""
_BOUND_FACTS: Mapping[str, Mapping[str, Any]] = {"type": {"expected": "mapping"}, "too_large": {"limit_bytes": MAX_ANSWER_BYTES}}
_ID_RULES = ("gb11643", "gb11643_when")


@dataclass(frozen=True)
class Checked:
    """The outcome of a check: the answers that count, what refuses them, and what is only pointed out."""

    clean: dict[str, Any]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def initial_answers(form: Form, today: date) -> dict[str, Any]:
    """The answers a new draft begins with: every default; tables begin empty."""
    return _defaults(form, form.fields(), today)


def initial_row(form: Form, table_id: str, today: date) -> dict[str, Any]:
    """The answers a new row of that table begins with.

    Raises:
        KeyError: no such table.
    """
    return _defaults(form, form.field(table_id).columns, today)


def _defaults(form: Form, fields: Any, today: date) -> dict[str, Any]:
    scope = Scope({}, {}, today, form.parameters)
    found = {}
    for one in fields:
        if one.default is not None and one.filled_by in (None, "village"):
            found[one.id] = calculated(one.kind, compile_tree(one.default)(scope))
    return {name: value for name, value in found.items() if not is_empty(value)}


def derive(form: Form, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The draft with every typed answer in its written form where it has one, and every calculated field set anew.

    Keeps what is hidden, wrong or unknown, so that nothing typed is lost. Answers beyond the bounds come back as they are.
    """
    return derive_settled(form, answers, today)[0]


def derive_settled(form: Form, answers: Mapping[str, Any], today: date) -> tuple[dict[str, Any], SettledForm | None]:
    """What `derive` gives, and how the answers that it was given are settled: None beyond the bounds. `check` may begin with that."""
    if answers_fault(answers):
        return dict(answers) if isinstance(answers, dict) else {}, None
    settled = settle(form, answers, today, surroundings(form, ()))
    found = dict(answers)
    for plan in plan_of(form).fields:
        _put(found, plan, settled.fields[plan.field.id])
    return found, settled


def _put(found: dict[str, Any], plan: FieldPlan, settled: Settled) -> None:
    name = plan.field.id
    if plan.columns and isinstance(settled.given, list):
        rows = [dict(row) if isinstance(row, dict) else row for row in settled.given]
        for row, cells in zip(rows, settled.rows, strict=False):
            for column in plan.columns:
                _put(row, column, cells[column.field.id])
        found[name] = rows
    elif settled.calculated:
        if not is_empty(settled.value):
            found[name] = settled.value
        else:
            found.pop(name, None)
    elif name in found:
        found[name] = settled.given if not is_empty(found[name]) else found[name]


def check(form: Form, answers: Any, today: date, *, attached: Collection[str] = (), settled: SettledForm | None = None) -> Checked:
    """Everything that is wrong with the answers on a day, and the clean answers.

    `attached` are the digests of the images that photos and signatures may name. Clean answers hold only fields that are
    asked and well formed, calculated ones by our own calculation, in their written form, as the form orders them.
    `settled` is what `derive_settled` said of these very answers on this day, where that is known; it knew of no images.
    """
    fault = answers_fault(answers) if settled is None else None
    if fault:
        return Checked({}, (Problem(None, fault, _BOUND_FACTS.get(fault, {})),), ())
    if settled is None or (attached and _names_pictures(form, settled)):
        settled = settle(form, answers, today, surroundings(form, attached))
    report = _Report(form, settled, today)
    report.see(plan_of(form).fields, settled.fields, None, None)
    unknown = sorted(set(answers) - settled.fields.keys())[:MAX_UNKNOWN]
    problems = [*report.problems, *(Problem(name, "unknown_field") for name in unknown)]
    return Checked(report.clean, tuple(problems), tuple(report.warnings))


def _names_pictures(form: Form, settled: SettledForm) -> bool:
    """Whether an answer is a picture: of all others it does not matter which pictures are attached."""
    return any(not is_empty(settled.fields[name].value) for name in plan_of(form).pictures)


def validate(form: Form, answers: Any, today: date, *, attached: Collection[str] = ()) -> dict[str, Any]:
    """The clean answers.

    Raises:
        AnswerError: with every problem.
    """
    checked = check(form, answers, today, attached=attached)
    if checked.problems:
        raise AnswerError(checked.problems)
    return checked.clean


class _Report:
    """Walks settled fields as the form orders them and collects problems, warnings and clean answers."""

    def __init__(self, form: Form, settled: SettledForm, today: date) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.clean: dict[str, Any] = {}
        self._form, self._top, self._today = form, settled.seen, today

    def see(self, plans: tuple[FieldPlan, ...], cells: Mapping[str, Settled], table: Field | None, row: int | None) -> dict[str, Any]:
        """Collect from the fields of the form, or from the cells of one row; its clean answers."""
        clean: dict[str, Any] = self.clean if table is None else {}
        answers = self._top if table is None else {name: cell.value for name, cell in cells.items() if cell.relevant and cell.usable}
        scope = Scope(answers, self._top, self._today, self._form.parameters, row=1 if row is None else row + 1)
        wrong: set[str] = set()
        for plan in plans:
            name = plan.field.id
            cell = cells[name]
            if not cell.relevant and not plan.elsewhere:
                continue
            before = len(self.problems)
            if not plan.constraints and cell.usable and cell.relevant and not cell.calculated:
                clean[name] = self._rows(plan, cell) if plan.columns else cell.value  # nothing else can be wrong with it
            else:
                place = _Place(name) if table is None else _Place(table.id, name, row)
                self._look(plan, cell, place, scope, clean)
            if len(self.problems) > before:
                wrong.add(name)
        self._name_underived(cells, table, row, wrong)
        return clean

    def _look(self, plan: FieldPlan, cell: Settled, place: "_Place", scope: Scope, clean: dict[str, Any]) -> None:
        if not cell.usable or not cell.relevant or cell.calculated:
            self.problems += _of_place(plan, cell, place)
        if cell.relevant and cell.usable:
            clean[plan.field.id] = self._rows(plan, cell) if plan.columns else cell.value
            self._constraints(plan, cell, place, scope)
        elif cell.rows:
            self._rows(plan, cell)

    def _rows(self, plan: FieldPlan, cell: Settled) -> list[dict[str, Any]]:
        rows = []
        for number, (cells, raw) in enumerate(zip(cell.rows, cell.given, strict=True)):
            rows.append(self.see(plan.columns, cells, plan.field, number))
            for name in sorted(set(raw) - cells.keys())[:MAX_UNKNOWN]:
                self.problems.append(Problem(plan.field.id, "unknown_field", column=name, row=number))
        return rows

    def _constraints(self, plan: FieldPlan, cell: Settled, place: "_Place", scope: Scope) -> None:
        scope.answer = cell.value
        for test, constraint in plan.constraints:
            if not boolean(test(scope)):
                problem = place.problem(*self._reason(constraint, cell.value), constraint.message)
                (self.warnings if constraint.level == "warn" else self.problems).append(problem)

    def _reason(self, constraint: Constraint, value: Any) -> checks.Fault:
        if constraint.code in _ID_RULES and (fault := checks.id_fault(str(value), self._today)):
            return fault
        return constraint.code, constraint.facts

    def _name_underived(self, cells: Mapping[str, Settled], table: Field | None, row: int | None, wrong: set[str]) -> None:
        """Name required calculated fields that came to nothing, unless what they are calculated from is wrong itself."""
        for name, cell in cells.items():
            plan = cell.plan
            if cell.relevant and cell.calculated and is_empty(cell.value) and plan.field.required:
                if not wrong.intersection(plan.sources):
                    place = _Place(name) if table is None else _Place(table.id, name, row)
                    self.problems.append(place.problem("underived", {"sources": list(plan.sources)}, None))
                wrong.add(name)


@dataclass(frozen=True)
class _Place:
    field: str
    column: str | None = None
    row: int | None = None

    def problem(self, code: str, facts: Mapping[str, Any], message: str | None) -> Problem:
        return Problem(self.field, code, dict(facts), message, self.column, self.row)


def _of_place(plan: FieldPlan, cell: Settled, place: _Place) -> list[Problem]:
    """What is wrong with an answer before any rule looks at it."""
    if plan.elsewhere:
        return [place.problem("filled_elsewhere", {"filled_by": plan.field.filled_by}, None)] if not is_empty(cell.given) else []
    if not cell.relevant:
        return []
    found = []
    if cell.calculated and not is_empty(cell.value) and not is_empty(cell.given) and cell.given != cell.value:
        found.append(place.problem("derived", {"expected": cell.value}, None))
    if cell.fault:
        found.append(place.problem(*cell.fault, None))
    if is_empty(cell.value) and not cell.calculated and plan.field.required:
        found.append(place.problem("required", {}, None))
    return found


def needed_materials(form: Form, clean: Mapping[str, Any], today: date) -> tuple[str, ...]:
    """Ids of the materials that these clean answers make necessary, as the form orders them."""
    scope = Scope(clean, clean, today, form.parameters)
    needed = (
        one.id
        for one in form.materials
        if one.required == "always"
        or (one.required == "conditional" and one.relevant is not None and boolean(compile_tree(one.relevant)(scope)))
    )
    return tuple(needed)


def missing_materials(form: Form, clean: Mapping[str, Any], supplied: Collection[str], today: date) -> tuple[Problem, ...]:
    """A problem for each needed material that is not among those supplied, and for each supplied one the item does not know."""
    known = {one.id: one for one in form.materials}
    missing = [known[name] for name in needed_materials(form, clean, today) if name not in supplied]
    problems = [
        Problem(None, "missing_material", {"name": m.name, "form": m.form, "tolerance": m.tolerance}, material=m.id) for m in missing
    ]
    problems += [Problem(None, "unknown_material", material=name) for name in sorted(set(supplied) - set(known))]
    return tuple(problems)
