"""A service item's form as frozen values, read from its package (canonical JSON, `yizhan form 1`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from forms import procedure, reading
from forms.choice_lists import ChoiceList, read_lists
from forms.errors import SchemaError
from forms.expressions.evaluate import Tree, references
from forms.order import dependency_order
from forms.procedure import REGION_LEVELS, TIERS

FORMAT = "yizhan form 1"
EXAMPLE_STATUS = "示例数据"
MAX_ROWS = 200

KINDS = (
    "text textarea int decimal money date month bool choice multichoice id_no uscc disability_no mobile region bank_no "
    "photo photo_list signature table computed coords"
).split()


@dataclass(frozen=True)
class Constraint:
    """A rule on one answer: `test` must hold. `level` is `refuse`, or `warn` which never blocks.

    `facts` are the rule's arguments for the wording; `message` is the author's sentence.
    """

    test: Tree
    code: str
    level: str = "refuse"
    message: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """One question; `columns` are the questions of a table's row.

    A field is asked while `relevant` holds (always, when None). While `calculate_when` holds (always, when None) its answer is
    what `calculate` gives, never what was typed. `filled_by` names another tier that answers it. `default` is a literal or,
    as a list, a tree. `level` and `outside_level` say how deep a division code goes inside and outside the county. A choice
    takes its options from `choices`, or from the choice list named `list`, of which `choice_filter` leaves those that fit now.
    """

    id: str
    label: str
    kind: str
    required: bool
    relevant: Tree = None
    calculate: Tree = None
    calculate_when: Tree = None
    constraints: tuple[Constraint, ...] = ()
    choices: tuple[str, ...] = ()
    default: Tree = None
    mask: str | None = None
    max_length: int | None = None
    hint: str | None = None
    common_key: str | None = None
    capture: str | None = None
    columns: tuple["Field", ...] = ()
    min_rows: int = 0
    max_rows: int = MAX_ROWS
    min_select: int = 0
    min_items: int = 0
    filled_by: str | None = None
    flag: str | None = None
    choice_map: Mapping[str, str] | None = None
    level: str | None = None
    outside_level: str | None = None
    list: str | None = None
    choice_filter: Tree = None

    def column(self, column_id: str) -> "Field":
        """The column of that id.

        Raises:
            KeyError: the table has none.
        """
        return next(iter(c for c in self.columns if c.id == column_id), None) or _missing(column_id)

    @cached_property
    def column_order(self) -> tuple[int, ...]:
        """Places of the columns, each after those its rules read."""
        return _column_order(self.columns, self.id)


@dataclass(frozen=True)
class Material:
    """One document to hand in; `required` is `always`, `conditional` (while `relevant` holds) or `optional`.

    `tolerance` is `none`, 容缺 (may follow later), 告知承诺 (a promise will do) or 共享核验 (checked by data sharing); any one of
    `any_one_of`, where given, is enough. `basis` is the provision that asks for it, where it is not among the item's own.
    """

    id: str
    name: str
    form: str
    required: str
    tolerance: str
    source: str
    relevant: Tree = None
    hint: str | None = None
    capture: str | None = None
    licence: str | None = None
    any_one_of: tuple[str, ...] = ()
    basis: str | None = None


@dataclass(frozen=True)
class Section:
    """Fields under one title."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, eq=False)
class Form:
    """One version of a service item. `data` are the package's bytes, which the browser's engine reads too.

    `inferred` lists what no source confirms; pages show it beside the status.
    """

    id: str
    name: str
    domain: str
    matter_type: str
    case_type: str
    department: Mapping[str, Any]
    legal_basis: tuple[str, ...]
    charge: str
    limits: Mapping[str, Any]
    tiers: Mapping[str, Any]
    publicity: Mapping[str, Any] | None
    result: Mapping[str, Any]
    sources: Sequence[Mapping[str, Any]]
    inferred: tuple[str, ...]
    status: str
    parameters: Mapping[str, Any]
    sections: tuple[Section, ...]
    materials: tuple[Material, ...]
    sample: Mapping[str, Any]
    sample_materials: tuple[str, ...]
    more: Mapping[str, Any]
    lists: Mapping[str, ChoiceList]
    data: bytes = field(repr=False)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Form":
        """The form of a package.

        Raises:
            SchemaError: not a package, or one whose rules cannot all be evaluated.
        """
        members = reading.read_members(reading.parse_json(data), "package", _FORM)
        del members["format"]
        form = cls(**{"publicity": None, "more": {}, "lists": {}, **members}, data=data)
        _check_names(form)
        for one in form.fields():
            _ = one.column_order
        _ = form.order
        return form

    def fields(self) -> Iterator[Field]:
        """Every field outside tables, as they stand on the page."""
        return (one for section in self.sections for one in section.fields)

    def field(self, field_id: str) -> Field:
        """The field of that id.

        Raises:
            KeyError: the form has none.
        """
        return self._by_id[field_id]

    def material(self, material_id: str) -> Material:
        """The material of that id.

        Raises:
            KeyError: the form has none.
        """
        return next((one for one in self.materials if one.id == material_id), None) or _missing(material_id)

    @cached_property
    def _by_id(self) -> dict[str, Field]:
        return {one.id: one for one in self.fields()}

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Places of the fields, each after those its rules read."""
        return _field_order(tuple(self.fields()), "package")


def _missing(name: str) -> Any:
    raise KeyError(name)


def _settling_trees(one: Field) -> Iterator[Tree]:
    """The trees that must be evaluated before the field has its answer."""
    return (tree for tree in (one.relevant, one.calculate, one.calculate_when) if tree is not None)


def _named(one: Field, kinds: tuple[str, ...]) -> Iterator[str]:
    return (name for tree in _settling_trees(one) for kind, name in references(tree) if kind in kinds)


def _filtered_by(one: Field) -> Iterator[str]:
    """The answers that the choice filter reads: of its row inside a table, else of the form."""
    return (name for kind, name in references(one.choice_filter) if kind == "form")


def _column_order(columns: tuple[Field, ...], where: str) -> tuple[int, ...]:
    return _ordered(columns, [[*_named(column, ("field",)), *_filtered_by(column)] for column in columns], where)


def _field_order(fields: tuple[Field, ...], where: str) -> tuple[int, ...]:
    return _ordered(fields, [[*_named(one, ("field", "form")), *_filtered_by(one), *_read_in_rows(one)] for one in fields], where)


def _read_in_rows(table: Field) -> Iterator[str]:
    """The form's answers that the columns of a table read."""
    own = {column.id for column in table.columns}
    for column in table.columns:
        yield from _named(column, ("form",))
        yield from (name for name in _filtered_by(column) if name not in own)


def _ordered(fields: tuple[Field, ...], named: Sequence[Sequence[str]], where: str) -> tuple[int, ...]:
    places = {one.id: place for place, one in enumerate(fields)}
    try:
        return dependency_order([{places[name] for name in names if name in places} for names in named])
    except ValueError as error:
        raise SchemaError(where, "rules_in_a_circle") from error


def _check_names(form: Form) -> None:
    """Every id once, every name that a rule reads known.

    Raises:
        SchemaError: otherwise.
    """
    top = [one.id for one in form.fields()]
    for where, ids in [("package", top), ("materials", [m.id for m in form.materials])]:
        if len(set(ids)) != len(ids):
            raise SchemaError(where, "id_twice")
    for one in form.fields():
        columns = [column.id for column in one.columns]
        if len(set(columns)) != len(columns) or (one.kind == "table") != bool(columns):
            raise SchemaError(one.id, "columns")
        for each in (one, *one.columns):
            _check_choices(form, each, set(top) | (set() if each is one else set(columns)))
        _check_references(form, one, set(top), set(top))
        for column in one.columns:
            if column.kind == "table":
                raise SchemaError(f"{one.id}.{column.id}", "table_in_table")
            _check_references(form, column, set(columns), set(top))
    for material in form.materials:
        if (material.required == "conditional") != (material.relevant is not None):
            raise SchemaError(material.id, "relevant")
        _check_tree(form, material.relevant, material.id, set(top), set(top))
    for tree in (form.tiers.get("decide_rule", {}).get("if"), (form.publicity or {}).get("skip_when")):
        _check_tree(form, tree, "tiers", set(top), set(top))


def _check_references(form: Form, one: Field, scope: set[str], top: set[str]) -> None:
    for tree in (one.relevant, one.calculate, one.calculate_when, *(c.test for c in one.constraints)):
        _check_tree(form, tree, one.id, scope, top)


def _check_choices(form: Form, one: Field, answers: set[str]) -> None:
    """Options from one place, a list that is there, and a filter that reads its columns and known answers.

    Raises:
        SchemaError: otherwise.
    """
    is_choice = one.kind in ("choice", "multichoice")
    if is_choice and bool(one.choices) == (one.list is not None):
        raise SchemaError(one.id, "choices")
    if (one.list is not None and (not is_choice or one.list not in form.lists)) or (one.list is None and one.choice_filter is not None):
        raise SchemaError(one.id, "list")
    if one.list is not None:
        _check_tree(form, one.choice_filter, one.id, set(form.lists[one.list].columns), answers)


def _check_tree(form: Form, tree: Tree, where: str, scope: set[str], top: set[str]) -> None:
    known = {"field": scope, "form": top, "param": set(form.parameters)}
    for kind, name in references(tree):
        if kind in known and name not in known[kind]:
            raise SchemaError(f"{where}: {name}", "unknown_name")


def _constraint(raw: Any, where: str) -> Constraint:
    return Constraint(**reading.read_members(raw, where, _CONSTRAINT))


def _field(raw: Any, where: str) -> Field:
    return Field(**reading.read_members(raw, where, _FIELD))


def _section(raw: Any, where: str) -> Section:
    return Section(**reading.read_members(raw, where, _SECTION))


def _material(raw: Any, where: str) -> Material:
    return Material(**reading.read_members(raw, where, _MATERIAL))


def _default(raw: Any, where: str) -> Any:
    if isinstance(raw, list):
        return reading.tree(raw, where)
    return reading.of_type(str, int)(raw, where)


_TEXTS = reading.list_of(reading.any_text, 500)
_CONSTRAINT: reading.Members = {
    "test": (reading.tree, True),
    "code": (reading.problem_code, True),
    "level": (reading.one_of("refuse", "warn"), False),
    "message": (reading.any_text, False),
    "facts": (reading.mapping, False),
}
_FIELD: reading.Members = {
    "id": (reading.identifier, True),
    "label": (reading.any_text, True),
    "kind": (reading.one_of(*KINDS), True),
    "required": (reading.truth, True),
    "relevant": (reading.tree, False),
    "calculate": (reading.tree, False),
    "calculate_when": (reading.tree, False),
    "constraints": (reading.list_of(_constraint, 50), False),
    "choices": (_TEXTS, False),
    "default": (_default, False),
    "mask": (reading.any_text, False),
    "max_length": (reading.count_up_to(20_000), False),
    "hint": (reading.any_text, False),
    "common_key": (reading.any_text, False),
    "capture": (reading.any_text, False),
    "columns": (reading.list_of(_field, 60), False),
    "min_rows": (reading.count_up_to(MAX_ROWS), False),
    "max_rows": (reading.count_up_to(MAX_ROWS), False),
    "min_select": (reading.count_up_to(500), False),
    "min_items": (reading.count_up_to(100), False),
    "filled_by": (reading.one_of(*TIERS), False),
    "flag": (reading.any_text, False),
    "choice_map": (reading.mapping, False),
    "level": (reading.one_of(*REGION_LEVELS), False),
    "outside_level": (reading.one_of(*REGION_LEVELS), False),
    "list": (reading.identifier, False),
    "choice_filter": (reading.tree, False),
}
_SECTION: reading.Members = {"title": (reading.any_text, True), "fields": (reading.list_of(_field, 500), True)}
_MATERIAL: reading.Members = {
    "id": (reading.identifier, True),
    "name": (reading.any_text, True),
    "form": (reading.any_text, True),
    "required": (reading.one_of("always", "conditional", "optional"), True),
    "tolerance": (reading.one_of("none", "容缺", "告知承诺", "共享核验"), True),
    "source": (reading.any_text, True),
    "relevant": (reading.tree, False),
    "hint": (reading.any_text, False),
    "capture": (reading.any_text, False),
    "licence": (reading.any_text, False),
    "any_one_of": (_TEXTS, False),
    "basis": (reading.any_text, False),
}
_FORM: reading.Members = {
    "format": (reading.one_of(FORMAT), True),
    "id": (reading.identifier, True),
    "name": (reading.any_text, True),
    "domain": (reading.any_text, True),
    "matter_type": (reading.any_text, True),
    "case_type": (reading.any_text, True),
    "department": (reading.mapping, True),
    "legal_basis": (_TEXTS, True),
    "charge": (reading.any_text, True),
    "limits": (procedure.LIMITS, True),
    "tiers": (procedure.tiers_members, True),
    "publicity": (procedure.publicity, False),
    "result": (reading.mapping, True),
    "sources": (reading.list_of(reading.mapping, 100), True),
    "inferred": (_TEXTS, True),
    "status": (reading.any_text, True),
    "parameters": (procedure.parameters, True),
    "sections": (reading.list_of(_section, 50), True),
    "materials": (reading.list_of(_material, 100), True),
    "sample": (reading.mapping, True),
    "sample_materials": (reading.list_of(reading.identifier, 100), True),
    "more": (reading.mapping, False),
    "lists": (read_lists, False),
}
