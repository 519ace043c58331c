"""Lint of rules: questions that are never asked, rules that no answer passes, materials that are never needed."""

from collections.abc import Iterator

from forms.authoring.lint.findings import Finding, Level
from forms.authoring.lint.formulas import Formula, Unknowns, all_of, unknowns
from forms.authoring.lint.scopes import Scopes
from forms.authoring.lint.search import Searcher
from forms.schema import Constraint, Field, Form


def lint_rules(form: Form) -> Iterator[Finding]:
    """Every rule of the form that can be proven to be of no use."""
    reach = _Reach(form)
    for table, one in _all_fields(form):
        yield from reach.field(table, one)
    yield from reach.materials()


def _all_fields(form: Form) -> Iterator[tuple[Field | None, Field]]:
    for one in form.fields():
        yield None, one
        yield from ((one, column) for column in one.columns)


class _Reach:
    """What can be answered at all, by one form's own rules."""

    def __init__(self, form: Form) -> None:
        self._form = form
        known = Unknowns()
        self._scopes = Scopes(form, known)
        self._search = Searcher(known)

    def field(self, table: Field | None, one: Field) -> Iterator[Finding]:
        place = f"fields.{table.id}.{one.id}" if table else f"fields.{one.id}"
        if one.filled_by not in (None, "village"):
            return
        asked = self._scopes.asked(table, one)
        if one.relevant is not None or (table is not None and table.relevant is not None):
            if not self._possible(asked):
                if table is None or self._possible(self._scopes.asked(None, table)):
                    yield Finding(place, "never_asked", {"label": one.label})
                return
            if one.relevant is not None and not self._possible(asked, valid=True):
                yield Finding(place, "never_asked_when_valid", {"label": one.label})
        yield from self._rules(place, table, one, asked)

    def _rules(self, place: str, table: Field | None, one: Field, asked: Formula) -> Iterator[Finding]:
        answered = all_of(asked, self._scopes.answered(table, one))
        blocking = []
        for number, constraint in enumerate(one.constraints):
            passes = self._scopes.formula(table, one, constraint.test)
            if not self._possible(all_of(answered, passes)):
                facts = {"label": one.label, "rule": constraint.code}
                yield Finding(f"{place}.constraints.{number}", "never_passes", facts, _level(constraint))
            elif constraint.level == "refuse":
                blocking.append(passes)
        if len(blocking) > 1 and not self._possible(all_of(answered, *blocking)):
            yield Finding(place, "rules_exclude_each_other", {"label": one.label})

    def materials(self) -> Iterator[Finding]:
        for one in self._form.materials:
            if one.relevant is not None and not self._possible(self._scopes.top(one.relevant)):
                yield Finding(f"materials.{one.id}", "material_never_needed", {"name": one.name})

    def _possible(self, wanted: Formula, *, valid: bool = False) -> bool:
        """Whether it can hold together with what is so of every answer that it reads; `valid`: of answers that are accepted."""
        return self._search.can_hold(all_of(wanted, *self._around(wanted, valid)))

    def _around(self, wanted: Formula, valid: bool) -> Iterator[Formula]:
        waiting, seen = list(dict.fromkeys(unknowns(wanted))), set[str]()
        while waiting:
            name = waiting.pop(0)
            if name in seen:
                continue
            seen.add(name)
            clause = self._scopes.given(name)
            if clause is not None:
                waiting += unknowns(clause)
                yield clause
        if valid:
            for name in sorted(seen):
                yield from (one for one in self._scopes.accepted(name) if seen.issuperset(unknowns(one)))


def _level(constraint: Constraint) -> Level:
    return "refuse" if constraint.level == "refuse" else "warn"
