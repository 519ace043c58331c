"""Settles a form: which fields are asked, what each is answered, what the calculated ones come to.

The twin in the browser is `expressions/form_state.js`; both settle fields in the order of `Form.order`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from forms.checks import Fault
from forms.choice_lists import Choosing
from forms.expressions.evaluate import Rule, Tree, compile_tree, references
from forms.expressions.values import Scope, boolean
from forms.fields import PICTURE_KINDS, FormCheck, Surroundings, calculated, check_of
from forms.schema import Constraint, Field, Form
from forms.written import WRITTEN


def is_empty(value: Any) -> bool:
    """Whether an answer is none."""
    return not value and (value is None or value == "" or value == [] or value == {})


@dataclass(frozen=True)
class FieldPlan:
    """A field with its trees compiled; `sources` are the ids that its calculation reads, `order` that of its columns.

    `write` brings what is typed to the written form of its kind, `look` finds what is wrong with that form; `elsewhere` says that no
    village answers it.
    """

    field: Field
    write: Callable[[Any], Any] | None
    look: FormCheck
    elsewhere: bool
    relevant: Rule | None
    calculate: Rule | None
    calculate_when: Rule | None
    constraints: tuple[tuple[Rule, Constraint], ...]
    sources: tuple[str, ...]
    columns: tuple["FieldPlan", ...]
    order: tuple["FieldPlan", ...]
    choosing: Choosing | None = None


@dataclass(frozen=True)
class FormPlan:
    """All fields of a form: as they stand, and in the order in which they are settled."""

    fields: tuple[FieldPlan, ...]
    order: tuple[FieldPlan, ...]
    pictures: tuple[str, ...]
    """Ids of the fields that are answered with pictures, in their columns too."""


class Settled:
    """One field or cell as it stands.

    `given` is what was typed, in its written form; `value` what counts: the calculation or `given`, "" when empty; `fault`
    is what is wrong with its form, `usable` whether rules see the value: it is there and well formed. A table's `rows` hold its cells by
    column id, its `value` the rows that rules see.
    """

    relevant = True
    calculated = False
    fault: Fault | None = None
    rows: Sequence[dict[str, "Settled"]] = ()
    usable = False

    def __init__(self, plan: FieldPlan, given: Any, value: Any) -> None:
        self.plan = plan
        self.given = given
        self.value = value


@dataclass(frozen=True)
class SettledForm:
    """All fields by id, and the answers that rules see."""

    fields: Mapping[str, Settled]
    seen: Mapping[str, Any]


@lru_cache(maxsize=256)
def plan_of(form: Form) -> FormPlan:
    """The form with its trees compiled, once per form."""
    fields = tuple(_plan(form, one) for one in form.fields())
    pictures = tuple(one.field.id for one in fields if not PICTURE_KINDS.isdisjoint((one.field.kind, *(c.field.kind for c in one.columns))))
    return FormPlan(fields, tuple(fields[place] for place in form.order), pictures)


def _plan(form: Form, one: Field) -> FieldPlan:
    columns = tuple(_plan(form, column) for column in one.columns)
    return FieldPlan(
        one,
        WRITTEN.get(one.kind),
        check_of(one),
        one.filled_by not in (None, "village"),
        _rule(one.relevant),
        _rule(one.calculate),
        _rule(one.calculate_when),
        tuple((compile_tree(constraint.test), constraint) for constraint in one.constraints),
        tuple(dict.fromkeys(name for kind, name in references(one.calculate) if kind in ("field", "form"))),
        columns,
        tuple(columns[place] for place in one.column_order),
        None if one.list is None else Choosing(form.lists[one.list], one.choice_filter),
    )


def _rule(tree: Tree) -> Rule | None:
    return None if tree is None else compile_tree(tree)


def settle(form: Form, answers: Mapping[str, Any], today: date, around: Surroundings) -> SettledForm:
    """Every field of the form under these answers."""
    seen: dict[str, Any] = {}
    scope = Scope(seen, seen, today, form.parameters)
    fields = {}
    for plan in plan_of(form).order:
        name = plan.field.id
        settled = fields[name] = _settle_field(plan, answers.get(name), scope, around)
        if settled.usable:
            seen[name] = settled.value
    return SettledForm(fields, seen)


def _settle_field(plan: FieldPlan, raw: Any, scope: Scope, around: Surroundings) -> Settled:
    given = "" if not raw and is_empty(raw) else raw if plan.write is None else plan.write(raw)
    if plan.elsewhere or (plan.relevant is not None and not boolean(plan.relevant(scope))):
        settled = Settled(plan, given, "")
        settled.relevant = False
        return settled
    settled = Settled(plan, given, given)
    if plan.calculate is not None and (plan.calculate_when is None or boolean(plan.calculate_when(scope))):
        settled.calculated = True
        settled.value = calculated(plan.field.kind, plan.calculate(scope))
    if not settled.value and is_empty(settled.value):
        return settled
    fault = plan.look(settled.value, plan.field, around)
    if fault is None and plan.choosing is not None and not plan.choosing.allows(settled.value, scope):
        fault = "choice", {}
    settled.fault = fault
    if plan.columns and (fault is None or fault[0] == "min_rows"):
        _settle_rows(settled, scope, around)
    settled.usable = fault is None
    return settled


def _settle_rows(settled: Settled, scope: Scope, around: Surroundings) -> None:
    seen_rows, rows = [], []
    for number, row in enumerate(settled.value, start=1):
        seen: dict[str, Any] = {}
        inner = Scope(seen, scope.form, scope.today, scope.parameters, row=number)
        cells = {}
        for plan in settled.plan.order:
            name = plan.field.id
            cell = cells[name] = _settle_field(plan, row.get(name), inner, around)
            if cell.usable:
                seen[name] = cell.value
        rows.append(cells)
        seen_rows.append(seen)
    settled.rows, settled.value = rows, seen_rows


def offered(
    form: Form, settled: SettledForm, today: date, one: Field, table: Settled | None = None, at: int = 0
) -> Iterator[tuple[str, str]]:
    """(value, label) of what a field with a choice list may be answered with now; `table` and `at` place a column in its row.

    The twin in the browser is `YizhanRules.options`.
    """
    plans = plan_of(form).fields
    scope = Scope(settled.seen, settled.seen, today, form.parameters)
    if table is not None:
        plans = table.plan.columns
        seen = table.value if isinstance(table.value, list) else []
        scope.answers = seen[at] if at < len(seen) else {}
    choosing = next(plan.choosing for plan in plans if plan.field.id == one.id)
    return choosing.options(scope) if choosing is not None else iter(())
