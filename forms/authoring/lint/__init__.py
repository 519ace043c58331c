"""Lint of an item (事项检查): what must be put right before it is published, and what its author should look at again.

A finding of level `refuse` keeps an item from being published; one of level `warn` is shown and no more. Of rules only that
is reported which is proven: that no answers whatever could make them hold.
"""

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from forms.authoring.lint.fields import lint_changes, lint_labels, lint_sample
from forms.authoring.lint.findings import CODES, Finding
from forms.authoring.lint.materials import DENIED, lint_materials
from forms.authoring.lint.procedure import lint_procedure
from forms.authoring.lint.reach import lint_rules
from forms.errors import SchemaError
from forms.schema import Form

__all__ = ["CODES", "DENIED", "Finding", "lint", "lint_package", "refused"]


def lint(form: Form, before: Form | None = None, denied: Sequence[str] = DENIED, *, today: date | None = None) -> tuple[Finding, ...]:
    """Every finding of an item: `before` is the version that it replaces, `denied` the certificates that villages must not issue."""
    return (
        *lint_procedure(form),
        *lint_materials(form, denied),
        *lint_labels(form),
        *lint_changes(form, before),
        *lint_rules(form),
        *lint_sample(form, today),
    )


def lint_package(
    package: bytes, before: Form | None = None, denied: Sequence[str] = DENIED, *, today: date | None = None
) -> tuple[Finding, ...]:
    """The same of a package's bytes; what is no package at all is one finding, at the place that is wrong."""
    try:
        form = Form.from_bytes(package)
    except SchemaError as error:
        return (Finding(_named_place(package, error.where), "not_a_package", {"reason": error.code}),)
    return lint(form, before, denied, today=today)


def refused(findings: Sequence[Finding]) -> bool:
    """Whether one of the findings keeps the item from being published."""
    return any(one.level == "refuse" for one in findings)


def _named_place(package: bytes, where: str) -> str:
    """The schema's path with ids in place of numbers: `fields.name.constraints.0` for `package.sections.0.fields.2.constraints.0.test`."""
    try:
        at: Any = json.loads(package)
    except ValueError:
        return where
    steps = [step for step in where.split(".") if step != "package"]
    named: list[str] = []
    for number, step in enumerate(steps):
        at = _below(at, step)
        if isinstance(at, dict) and isinstance(at.get("id"), str) and re.fullmatch("[0-9]+", step):
            named = [*named[:-1], named[-1], at["id"]] if named else [at["id"]]
        elif step == "columns" or (step == "sections" and number == 0) or (named == [] and re.fullmatch("[0-9]+", step)):
            continue
        else:
            named.append(step)
    return ".".join(named[:-1] if named[-1:] == ["test"] else named)


def _below(value: Any, step: str) -> Any:
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return value.get(step) if isinstance(value, dict) else None
