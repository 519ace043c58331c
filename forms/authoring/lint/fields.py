"""Lint of questions: labels, what changed since the version before, and the filled sample."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from forms.authoring.lint.findings import Finding
from forms.expressions.days import day_of
from forms.problems import Problem
from forms.schema import Form
from forms.validate import check, needed_materials


def lint_labels(form: Form) -> Iterator[Finding]:
    """Two questions of one section, or two columns of one table, that read the same."""
    groups = [(section.title, section.fields, "fields") for section in form.sections]
    groups += [(table.label, table.columns, f"fields.{table.id}") for table in form.fields() if table.columns]
    for title, fields, place in groups:
        counts = Counter(one.label.strip() for one in fields)
        seen = set[str]()
        for one in fields:
            label = one.label.strip()
            if counts[label] > 1 and label in seen:
                yield Finding(f"{place}.{one.id}", "same_label", {"label": label, "section": title}, "warn")
            seen.add(label)


def lint_changes(form: Form, before: Form | None) -> Iterator[Finding]:
    """Questions that kept their id and became something else: drafts cannot take such an answer along."""
    kinds = {one.id: one.kind for one in before.fields()} if before else {}
    for one in form.fields():
        if kinds.get(one.id, one.kind) != one.kind:
            yield Finding(f"fields.{one.id}", "kind_changed", {"label": one.label, "before": kinds[one.id], "after": one.kind}, "warn")


def lint_sample(form: Form, today: date | None) -> Iterator[Finding]:
    """That there is a filled sample and that it passes: on the day it was written for, and today. Warnings all: a sample binds nobody.

    An item of a special network (专网) has nothing to fill in.
    """
    if not form.sample:
        if not form.more.get("special_network"):
            yield Finding("sample", "no_sample", {}, "warn")
        return
    written_on = sample_day(form) or today
    if written_on is not None:
        failed = False
        for problem in _problems(form, written_on):
            failed = True
            facts = {"label": _label(form, problem), "problem": problem.code}
            yield Finding(f"sample.{problem.field}", "sample_fails", facts, "warn")
        needed = needed_materials(form, form.sample, written_on)
        if not failed and tuple(form.sample_materials) != needed:
            yield Finding(
                "sample_materials", "sample_materials_differ", {"needed": [one.name for one in form.materials if one.id in needed]}, "warn"
            )
        if not failed and today is not None and today != written_on:
            for problem in _problems(form, today):
                facts = {"label": _label(form, problem), "problem": problem.code}
                yield Finding(f"sample.{problem.field}", "sample_out_of_date", facts, "warn")


def sample_day(form: Form) -> date | None:
    """The day for which the sample was written: the latest answer to a question that begins with today, when there is one."""
    asked = (form.sample.get(one.id) for one in form.fields() if one.kind == "date" and one.default == ["today"])
    return max((day for answer in asked if isinstance(answer, str) and (day := day_of(answer)) is not None), default=None)


def _problems(form: Form, today: date) -> tuple[Problem, ...]:
    return check(form, form.sample, today).problems


def _label(form: Form, problem: Problem) -> str:
    for one in form.fields():
        if one.id == problem.field:
            column = next((each for each in one.columns if each.id == problem.column), None)
            return f"{one.label} {column.label}" if column else one.label
    return problem.field or ""
