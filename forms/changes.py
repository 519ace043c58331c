"""What one version of a form changes against another, and which answers keep their place. For people: nothing is decided by it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from forms.choice_lists import ChoiceList
from forms.schema import Field, Form, Material

_OPTIONS = frozenset({"choices", "list", "choice_filter"})
_TOLD = frozenset({"id", "label", "kind", "columns", "required", "hint"}) | _OPTIONS
_SAYING_NOTHING = frozenset({"common_key", "mask", "capture", "flag"})


@dataclass(frozen=True)
class Change:
    """One difference. `code` is one of `CODES`, `label` what it is about as the newer version calls it (the older, when it is gone)."""

    code: str
    label: str
    before: str = ""
    after: str = ""


CODES = (
    "field_added",
    "field_removed",
    "field_renamed",
    "kind_changed",
    "now_required",
    "not_required",
    "rules_changed",
    "choices_changed",
    "hint_changed",
    "material_added",
    "material_removed",
    "material_changed",
    "limits_changed",
)


def changes_between(old: Form, new: Form) -> tuple[Change, ...]:
    """What `new` changes against `old`: fields as they stand in the new version, then materials, then limits."""
    found = [*_fields(old, tuple(old.fields()), new, tuple(new.fields()), ""), *_materials(old.materials, new.materials)]
    if dict(old.limits) != dict(new.limits):
        found.append(Change("limits_changed", new.name))
    return tuple(found)


def places_kept(old: Form, new: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that have a field of the same id and kind in the newer version; of tables, the cells that have such a column."""
    return _kept(tuple(old.fields()), tuple(new.fields()), answers)


def _kept(old: Sequence[Field], new: Sequence[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    known = {one.id: one for one in old}
    kept = {}
    for one in new:
        before = known.get(one.id)
        if one.id not in answers or before is None or before.kind != one.kind:
            continue
        value = answers[one.id]
        if one.columns and isinstance(value, list):
            value = [_kept(before.columns, one.columns, row) if isinstance(row, Mapping) else row for row in value]
        kept[one.id] = value
    return kept


def _fields(old_form: Form, old: Sequence[Field], new_form: Form, new: Sequence[Field], under: str) -> Iterator[Change]:
    known = {one.id: one for one in old}
    for one in new:
        before = known.pop(one.id, None)
        name = f"{under}{one.label}"
        if before is None:
            yield Change("field_added", name)
        else:
            yield from _field(old_form, before, new_form, one, name, under)
    yield from (Change("field_removed", f"{under}{one.label}") for one in known.values())


def _field(old_form: Form, before: Field, new_form: Form, after: Field, name: str, under: str) -> Iterator[Change]:
    if before.label != after.label:
        yield Change("field_renamed", name, f"{under}{before.label}", name)
    if before.kind != after.kind:
        yield Change("kind_changed", name)
        return
    if before.required != after.required:
        yield Change("now_required" if after.required else "not_required", name)
    if _rules(before) != _rules(after):
        yield Change("rules_changed", name)
    if _options(old_form, before) != _options(new_form, after):
        yield Change("choices_changed", name, *_some_options(before, after))
    if before.hint != after.hint:
        yield Change("hint_changed", name, before.hint or "", after.hint or "")
    if after.columns:
        yield from _fields(old_form, before.columns, new_form, after.columns, f"{name} · ")


def _rules(one: Field) -> dict[str, Any]:
    return {part.name: getattr(one, part.name) for part in fields(one) if part.name not in _TOLD | _SAYING_NOTHING}


def _options(form: Form, one: Field) -> tuple[Any, ...]:
    listed: ChoiceList | None = None if one.list is None else form.lists[one.list]
    return one.choices, listed, one.choice_filter


def _some_options(before: Field, after: Field) -> tuple[str, str]:
    """The options that went and those that came, where they stand in the field itself."""
    gone = (one for one in before.choices if one not in after.choices)
    return "、".join(gone), "、".join(one for one in after.choices if one not in before.choices)


def _materials(old: Sequence[Material], new: Sequence[Material]) -> Iterator[Change]:
    known = {one.id: one for one in old}
    for one in new:
        before = known.pop(one.id, None)
        if before is None:
            yield Change("material_added", one.name)
        elif before != one:
            yield Change("material_changed", one.name, before.name if before.name != one.name else "")
    yield from (Change("material_removed", one.name) for one in known.values())
