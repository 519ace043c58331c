"""A form as the fill pages draw it: pages of few fields, each field with its value, its problems and its mark."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from forms.fields import IMAGE_KINDS, PICTURE_KINDS, surroundings
from forms.problems import Problem
from forms.schema import Field, Form
from forms.settle import Settled, SettledForm, settle
from forms.validate import needed_materials
from node.casework.views import CaseView, Mark
from node.web.choices import DRAWN_CHECKS, DRAWN_OPTIONS, Choices
from node.web.masking import mask_of, masked
from node.web.wording import problem_text

FIELDS_A_PAGE = 9
TABLE_WEIGHT = 4
"""A table takes the room of this many fields."""
RADIO_CHOICES = 5
"""Up to so many choices are all in sight; more go into a list."""
WITHOUT_SAMPLE = PICTURE_KINDS | {"coords"}
SAME_AS = {"person.live_addr": "person.hukou_addr", "bank.holder": "person.name"}
"""Reuse keys whose answer is often the same as another's: a button copies it."""
BLANK_ROW = "__row__"
"""Stands for the row's number in the pattern that the browser copies."""
LIST_COMMA = "、"


@dataclass(frozen=True)
class FormPage:
    """One page of the form: the fields of a section, or of a part of it."""

    number: int
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Cell:
    """One input: `name` in the posted form, `shown` the value as text (masked where asked), `fixed` when only read.

    `text` is what stands in the box: the name of a code, else the value; `options` what may be chosen now, as (code, name), of a list that
    is not too long to draw. `sample` shows how to fill it in; `same` is the field whose answer is often this one's too.
    """

    field: Field
    name: str
    value: Any
    shown: str
    visible: bool
    fixed: bool
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    rows: tuple[tuple["Cell", ...], ...] = ()
    blank: tuple["Cell", ...] = ()
    text: str = ""
    options: tuple[tuple[str, str], ...] = ()
    sample: str = ""
    same: str = ""

    @property
    def dom_id(self) -> str:
        """The id of the input in the page."""
        return self.name.replace(".", "-")

    @property
    def radio(self) -> bool:
        """Whether all choices are shown at once."""
        return self.field.kind == "bool" or (self.field.list is None and len(self.field.choices) <= RADIO_CHOICES)

    @property
    def combo(self) -> str:
        """Where the box finds its options by name: `list`, `region`, or empty for no such box."""
        return "list" if self.field.list is not None else "region" if self.field.kind == "region" else ""

    @property
    def mask(self) -> str:
        """How the value is covered once the box is left; empty for not at all."""
        return mask_of(self.field) or ""


def pages_of(form: Form) -> tuple[FormPage, ...]:
    """The form in pages of at most nine fields, sections kept apart and cut evenly."""
    pages: list[FormPage] = []
    for section in form.sections:
        parts = _parts(section.fields)
        for index, fields in enumerate(parts, start=1):
            title = section.title if len(parts) == 1 else f"{section.title} {index}/{len(parts)}"
            pages.append(FormPage(len(pages) + 1, title, fields))
    return tuple(pages)


def _parts(fields: Sequence[Field]) -> list[tuple[Field, ...]]:
    weights = [TABLE_WEIGHT if field.columns else 1 for field in fields]
    count = max(1, -(-sum(weights) // FIELDS_A_PAGE))
    share = sum(weights) / count
    parts: list[list[Field]] = [[]]
    used = 0.0
    for field, weight in zip(fields, weights, strict=True):
        if parts[-1] and used + weight / 2 > share * len(parts) and len(parts) < count:
            parts.append([])
        parts[-1].append(field)
        used += weight
    return [tuple(part) for part in parts]


@dataclass(frozen=True)
class Filled:
    """What is known about a case's answers when a page is drawn."""

    form: Form
    day: date
    answers: Mapping[str, Any]
    settled: SettledForm
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    marks: tuple[Mark, ...] = ()
    masking: bool = False

    @cached_property
    def _choices(self) -> Choices:
        return Choices(self.form, self.settled, self.day)

    @cached_property
    def _keys(self) -> Mapping[tuple[str, str], str]:
        """Fields by their reuse key and the beginning of their id: those of one person."""
        reused = ((one.common_key, one.id) for one in self.form.fields() if one.common_key)
        return {(key, name.removesuffix(key.rpartition(".")[2])): name for key, name in reused}

    def _same(self, field: Field) -> str:
        above = SAME_AS.get(field.common_key or "")
        begin = field.id.removesuffix((field.common_key or "").rpartition(".")[2])
        return self._keys.get((above, begin), "") or self._keys.get((above, ""), "") if above else ""

    def cell(self, field: Field) -> Cell:
        """The cell of a field of the form."""
        state = self.settled.fields[field.id]
        value = state.value if state.calculated else self.answers.get(field.id)
        rows = [row if isinstance(row, Mapping) else {} for row in value] if field.columns and isinstance(value, list) else []
        return Cell(
            field=field,
            name=f"f.{field.id}",
            value=value,
            shown=self._shown(field, value),
            visible=state.relevant,
            fixed=state.calculated,
            problems=tuple(problem_text(one, field.kind) for one in self.problems if one.field == field.id and one.row is None),
            warnings=tuple(problem_text(one) for one in self.warnings if one.field == field.id and one.row is None),
            marks=tuple(mark.comment for mark in self.marks if mark.field == field.id and mark.row is None),
            rows=tuple(self._row(field, index, row, state) for index, row in enumerate(rows)),
            blank=self._row(field, BLANK_ROW, {}, state) if field.columns else (),
            text=self._text(field, value),
            options=self._choices.options(field, most=_most(field)) if field.list is not None else (),
            sample="" if field.columns or field.kind in WITHOUT_SAMPLE else self._text(field, self.form.sample.get(field.id)),
            same=self._same(field),
        )

    def name_of(self, field: Field, value: Any) -> str:
        """An answer in words: the name of a code, several options one after the other."""
        return self._text(field, value)

    def villages(self) -> tuple[tuple[str, str], ...]:
        """(code, name) of the villages of this form, for boxes of a browser without scripts."""
        return self._choices.villages()

    def cells(self, fields: Iterable[Field]) -> tuple[Cell, ...]:
        """The cells of several fields."""
        return tuple(self.cell(field) for field in fields)

    def _row(self, table: Field, index: int | str, row: Mapping[str, Any], state: Settled) -> tuple[Cell, ...]:
        known = state.rows[index] if isinstance(index, int) and index < len(state.rows) else {}
        return tuple(self._row_cell(table, column, index, row.get(column.id), known.get(column.id)) for column in table.columns)

    def _row_cell(self, table: Field, column: Field, index: int | str, value: Any, state: Settled | None) -> Cell:
        places = [one for one in (*self.problems, *self.warnings) if (one.field, one.row, one.column) == (table.id, index, column.id)]
        first = column is table.columns[0]
        calculated = state.calculated if state else column.calculate is not None and column.calculate_when is None
        if state and state.calculated:
            value = state.value
        return Cell(
            field=column,
            name=f"f.{table.id}.{index}.{column.id}",
            value=value,
            shown=self._shown(column, value),
            visible=state.relevant if state else True,
            fixed=calculated,
            problems=tuple(problem_text(one) for one in places if one in self.problems),
            warnings=tuple(problem_text(one) for one in places if one in self.warnings),
            marks=tuple(mark.comment for mark in self.marks if first and mark.field == table.id and mark.row == index),
            text=self._text(column, value),
            options=self._row_options(table, column, index),
        )

    def _row_options(self, table: Field, column: Field, index: int | str) -> tuple[tuple[str, str], ...]:
        if column.list is None:
            return ()
        return self._choices.options(column, self.settled.fields[table.id], index if isinstance(index, int) else 0)

    def _text(self, field: Field, value: Any) -> str:
        if value is None or not self._choices.has_options(field):
            return self._shown(field, value)
        return self._choices.label(field, value)

    def _shown(self, field: Field, value: Any) -> str:
        if value is None:
            return ""
        if self._choices.has_options(field):
            return self._choices.label(field, value)
        if isinstance(value, list):
            return LIST_COMMA.join(str(one) for one in value if not isinstance(one, Mapping))
        mask = mask_of(field) if self.masking else None
        return masked(mask, str(value)) if mask else str(value)


def _most(field: Field) -> int:
    return DRAWN_CHECKS if field.kind == "multichoice" else DRAWN_OPTIONS


def fill(
    form: Form, view: CaseView, day: date, *, answers: Mapping[str, Any] | None = None, problems: Sequence[Problem] = (),
    masking: bool = False,
) -> Filled:  # fmt: skip
    """The state of a case's form on a day; `answers` in place of the saved ones, `problems` to be shown."""
    known = view.answers if answers is None else answers
    return Filled(form, day, known, settled_on(form, known, day), tuple(problems), view.warnings, view.marks, masking)


def settled_on(form: Form, answers: Mapping[str, Any], day: date) -> SettledForm:
    """Which fields are asked on that day under these answers, and what the calculated ones come to."""
    return settle(form, answers, day, surroundings(form, ()))


def visible_materials(form: Form, settled: SettledForm, day: date) -> frozenset[str]:
    """Ids of the materials that these answers call for or allow."""
    needed = needed_materials(form, settled.seen, day)
    return frozenset(needed) | {one.id for one in form.materials if one.required == "optional"}


def page_of_field(form: Form, field_id: str) -> int:
    """The number of the page that holds a field; 1 when none does."""
    return next((page.number for page in pages_of(form) if any(field.id == field_id for field in page.fields)), 1)


def steps_with_problems(pages: Sequence[FormPage], view: CaseView) -> frozenset[int]:
    """The numbers of the pages on which something is missing or wrong; 0 stands for the materials."""
    wrong = {problem.field for problem in view.problems}
    pictures = {field.id for page in pages for field in page.fields if field.kind in IMAGE_KINDS}
    found = {page.number for page in pages if any(field.id in wrong for field in page.fields)}
    return frozenset(found | ({0} if view.material_problems or wrong & pictures else set()))


def problem_anchor(problem: Problem) -> str:
    """The id of the input that a problem is about."""
    if problem.row is not None and problem.column:
        return f"f-{problem.field}-{problem.row}-{problem.column}"
    return f"f-{problem.field}"
