"""Breaks a form in each of its rules: from the sample, answers that trip one constraint, requirement, condition, calculation or kind.

Nothing is written down by hand for a form: values are tried until its own rules say what was wanted. What cannot be tripped
is told, never left out in silence.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, product
from typing import Any

from forms.expressions.evaluate import Rule, Tree, compile_tree, references
from forms.expressions.values import Scope, boolean
from forms.schema import Form
from forms.validate import Checked, check, derive
from tests.forms.tries import Answers, Place, Tries, first_row

DIGEST = "sm3:" + "a" * 64
ILL_WRITTEN: dict[str, tuple[Any, str]] = {
    "text": ("a\u202eb", "characters"),
    "textarea": ("a\u0000b", "characters"),
    "computed": ("a\u202eb", "characters"),
    "int": ("x", "int"),
    "decimal": ("x", "decimal"),
    "money": ("x", "money"),
    "date": ("2026-02-30", "date"),
    "month": ("2026-13", "month"),
    "bool": ("y", "bool"),
    "choice": ("\ue000", "choice"),
    "multichoice": (["\ue000"], "choice"),
    "id_no": ("!", "id_no"),
    "uscc": ("x", "uscc"),
    "disability_no": ("1", "disability_no"),
    "mobile": ("x", "mobile"),
    "bank_no": ("1", "bank_no"),
    "region": ("x", "region"),
    "photo": (DIGEST, "not_attached"),
    "signature": (DIGEST, "not_attached"),
    "photo_list": ([DIGEST], "not_attached"),
    "table": ("x", "type"),
    "coords": ("x", "type"),
}


@dataclass(frozen=True)
class Case:
    """Answers that trip one rule: `code` at `place`, as a problem or a warning; None when the answer must be dropped in silence."""

    name: str
    place: Place
    code: str | None
    answers: Answers


class Breaker:
    """The cases of one form on one day; `untripped` names the rules for which none was found."""

    def __init__(self, form: Form, today: date) -> None:
        self._form = form
        self._today = today
        self._sample = derive(form, form.sample, today)
        self.untripped: list[str] = []
        self.places = [Place(one) for one in form.fields()]
        self.places += [Place(column, one) for one in form.fields() for column in one.columns]
        self._tries = Tries(form, today, self.plausible)
        self._compiled: dict[int, Rule] = {}
        self._sources = {
            below.name
            for place in self.places
            for tree in (place.field.calculate, place.field.calculate_when)
            for kind, name in references(tree)
            if (below := self._place(place, kind, name))
        }
        self._sources |= {place.name for place in self.places if place.field.calculate is not None}
        self._sources |= {f"{place.table.id}" for place in self.places if place.table and place.name in self._sources}
        self._sources |= {place.name for place in self.places if place.table and place.table.id in self._sources}

    def cases(self) -> Iterator[Case]:
        """A case for every rule of the form."""
        for place in self.places:
            if place.field.filled_by not in (None, "village"):
                yield self._case("elsewhere", place, "filled_elsewhere", self._with(self._sample, place, self.plausible(place)))
                continue
            asked = self._asked(place)
            if asked is None:
                self.untripped.append(f"{place.name} asked")
                continue
            yield from self._of_relevant(place, asked)
            yield from self._of_requirement(place, asked)
            yield from self._of_calculation(place, asked)
            yield from self._of_kind(place, asked)
            for number in range(len(place.field.constraints)):
                yield from self._of_constraint(place, asked, number)
        yield Case("unknown field", self.places[0], "unknown_field", {**self._sample, "\ue000": 1})

    def check(self, answers: Answers) -> Checked:
        """The outcome in Python."""
        return check(self._form, answers, self._today)

    def _case(self, name: str, place: Place, code: str | None, answers: Answers) -> Case:
        return Case(f"{place.name} {name}", place, code, answers)

    def _with(self, answers: Answers, place: Place, value: Any) -> Answers:
        changed = dict(answers)
        if place.table is not None:
            rows = changed.get(place.table.id)
            changed[place.table.id] = [dict(row) for row in rows] if isinstance(rows, list) else [{}]
        where = place.of(changed)
        if value is None:
            where.pop(place.field.id, None)
        else:
            where[place.field.id] = value
        return changed

    # ---- one case for each kind of rule

    def _of_relevant(self, place: Place, asked: Answers) -> Iterator[Case]:
        if place.field.relevant is None:
            return
        yield self._case("asked", place, None, asked)
        hidden = self._made(place, place.field.relevant, asked, wanted=False)
        if hidden is None:
            self.untripped.append(f"{place.name} hidden")
        else:
            yield self._case("hidden", place, None, hidden)

    def _of_requirement(self, place: Place, asked: Answers) -> Iterator[Case]:
        one = place.field
        if one.required and one.calculate is None:
            yield self._case("required", place, "required", self._with(asked, place, None))
        elif one.required and one.calculate_when is not None:
            typed = self._made(place, one.calculate_when, asked, wanted=False)
            if typed is None:
                self.untripped.append(f"{place.name} required")
            else:
                yield self._case("required", place, "required", self._with(typed, place, None))

    def _of_calculation(self, place: Place, asked: Answers) -> Iterator[Case]:
        one = place.field
        if one.calculate is None:
            return
        own = asked if one.calculate_when is None else self._made(place, one.calculate_when, asked, wanted=True)
        if own is None:
            self.untripped.append(f"{place.name} calculated")
            return
        for base in chain([own], self._changes(list(dict.fromkeys(self._typed([place]))), own)):
            for value in list(self._tries.candidates(place))[:5]:
                changed = self._with(base, place, value)
                if "derived" in self._codes(place, self.check(changed)):
                    yield self._case("derived", place, "derived", changed)
                    return
        self.untripped.append(f"{place.name} derived")

    def _of_kind(self, place: Place, asked: Answers) -> Iterator[Case]:
        one = place.field
        if one.calculate is None:
            value, code = ILL_WRITTEN[one.kind]
            yield self._case("kind", place, code, self._with(asked, place, value))
        if one.max_length is not None:
            yield self._case("max_length", place, "max_length", self._with(asked, place, "甲" * (one.max_length + 1)))
        if one.kind == "table" and one.min_rows:
            yield self._case("min_rows", place, "min_rows" if one.min_rows > 1 else "required", self._with(asked, place, []))
        if one.kind == "table":
            yield self._case("max_rows", place, "max_rows", self._with(asked, place, [{}] * (one.max_rows + 1)))
        if one.kind == "region" and one.level in (None, "village"):
            yield self._case("region_unknown", place, "region_unknown", self._with(asked, place, "131025105999"))

    def _of_constraint(self, place: Place, asked: Answers, number: int) -> Iterator[Case]:
        constraint = place.field.constraints[number]
        reads = [self._place(place, kind, name) for kind, name in references(constraint.test)]
        reads += [self._place(place, kind, name) for kind, name in references(place.field.calculate_when)]
        typed = list(dict.fromkeys(self._typed([place, *(one for one in reads if one)])))
        fixed = {"gb11643": "id_check", "gb11643_when": "id_check"}.get(constraint.code, constraint.code)
        for changed in self._changes(typed, asked):
            if place.of(changed).get(place.field.id) in (None, ""):
                continue
            if not self._holds(place, constraint.test, changed):
                found = self._codes(place, self.check(changed))
                if fixed in found or (constraint.code.startswith("gb11643") and any(code.startswith("id_") for code in found)):
                    yield self._case(f"constraint {number}", place, next(c for c in found if c == fixed or c.startswith("id_")), changed)
                    return
        self.untripped.append(f"{place.name} constraint {number} {constraint.code}")

    # ---- how answers come to be what is wanted

    def _asked(self, place: Place) -> Answers | None:
        """Answers under which the field is asked, and answered itself."""
        base: Answers | None = copy.deepcopy(self._sample)
        if place.table is not None:
            base = self._asked(Place(place.table))
            if base is not None:
                first_row(base, place.table.id)
        if base is not None and place.field.relevant is not None:
            base = self._made(place, place.field.relevant, base, wanted=True)
        if base is None:
            return None
        if place.of(base).get(place.field.id) in (None, "", []):
            base = self._with(base, place, self.plausible(place))
        return derive(self._form, base, self._today)

    def _made(self, place: Place, tree: Tree, answers: Answers, *, wanted: bool) -> Answers | None:
        """Answers under which a condition that stands at a place is so, with as few changes as can be."""
        if self._holds(place, tree, answers) is wanted:
            return answers
        reads = list(dict.fromkeys(one for kind, name in references(tree) if (one := self._place(place, kind, name))))
        opened = copy.deepcopy(answers)
        for one in reads:
            if one.field.relevant is not None and not self._holds(one, one.field.relevant, opened):
                opened = self._made(one, one.field.relevant, opened, wanted=True) or opened
        for changed in self._changes(list(self._typed(dict.fromkeys(reads))), opened):
            if self._holds(place, tree, changed) is wanted:
                return changed
        return None

    def _changes(self, places: Sequence[Place], answers: Answers) -> Iterator[Answers]:
        """The answers with one of the places changed, then with two of them, calculated answers anew."""
        values = {place: [*self._tries.candidates(place), *([None] if not place.field.required else [])] for place in places}
        for place in places:
            for value in values[place]:
                yield self._settled(self._with(answers, place, value), place)
        few_first = sorted(places, key=lambda place: len(values[place]))
        for place, other in product(few_first, few_first):
            if place != other:
                for one, two in product(values[place], values[other]):
                    yield self._settled(self._with(self._with(answers, place, one), other, two), place, other)

    def _settled(self, answers: Answers, *changed: Place) -> Answers:
        """The answers with the calculated ones anew, if one of them may read what changed."""
        return derive(self._form, answers, self._today) if any(one.name in self._sources for one in changed) else answers

    def _typed(self, places: Any) -> Iterator[Place]:
        """The places, calculated ones replaced by those they are calculated from."""
        for place in places:
            if place.field.calculate is None:
                yield place
                continue
            if place.field.calculate_when is not None:
                yield place
            trees = (place.field.calculate, place.field.calculate_when)
            below = [one for tree in trees for kind, name in references(tree) if (one := self._place(place, kind, name))]
            yield from self._typed(dict.fromkeys(below))

    def _place(self, at: Place, kind: str, name: str) -> Place | None:
        if kind == "field" and at.table is not None:
            return Place(at.table.column(name), at.table)
        if kind in ("field", "form"):
            return Place(self._form.field(name))
        return None

    def _holds(self, place: Place, tree: Tree, answers: Answers) -> bool:
        scope = Scope(place.of(answers), answers, self._today, self._form.parameters, place.of(answers).get(place.field.id, ""))
        if id(tree) not in self._compiled:
            self._compiled[id(tree)] = compile_tree(tree)
        return boolean(self._compiled[id(tree)](scope))

    def _codes(self, place: Place, found: Checked) -> list[str]:
        return [one.code for one in (*found.problems, *found.warnings) if is_at(one, place)]

    def plausible(self, place: Place) -> Any:
        """A value of the kind that the field's own rules let through, when one of those tried is."""
        candidates = list(self._tries.candidates(place))
        for value in candidates:
            answers = self._with(self._sample, place, value)
            if value not in (None, "") and all(self._holds(place, one.test, answers) for one in place.field.constraints):
                return value
        return next((one for one in candidates if one not in (None, "")), None)


def is_at(problem: Any, place: Place) -> bool:
    """Whether a problem stands at a place."""
    if place.table is None:
        return bool(problem.field == place.field.id and problem.column is None)
    return bool((problem.field, problem.column, problem.row) == (place.table.id, place.field.id, 0))
