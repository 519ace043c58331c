"""A form as a sheet of paper: boxes in a table, to be filled in by hand, or filled in with the item's sample answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.expressions.evaluate import Tree
from forms.schema import Field, Form
from node.web.conditions import YES_NO, condition_text
from node.web.wording.shelf import FORM, TIER_NAMES

MOST_TICKS = 24
"""More options than this are written in by hand."""
NARROW_TICKS = 12
"""Characters of all options together that fit beside another box."""
LONG_LABEL = 12
LONG_TEXT = 60
EMPTY_ROWS = 5
FEW_ROWS = 3
SAMPLE_ROWS = 1
"""Rows that are drawn empty: of a table that must be filled in, of one that may be, and after those of a sample."""
MANY_COLUMNS = 7
GRIDS = {"id_no": 18, "uscc": 18}
"""Kinds written one character to a square, and how many squares."""
WIDE_KINDS = frozenset(
    {"textarea", "multichoice", "photo", "photo_list", "coords", "id_no", "uscc", "bank_no", "disability_no", "signature"}
)
COLUMN_WIDTHS = {
    "id_no": "id", "bank_no": "id", "disability_no": "id", "uscc": "id", "mobile": "tel", "date": "date", "month": "date",
    "int": "few", "money": "few", "decimal": "few", "bool": "few", "choice": "few",
}  # fmt: skip
"""How wide the columns of a table are by kind; texts take what is left."""


@dataclass(frozen=True)
class Box:
    """One box: its label, and either options to tick (text, ticked), squares to write in, or a line of text.

    `kind` is `ticks`, `squares`, `picture`, `signature` or `line`; `rest` is what is printed in an empty line, such as 年 月 日.
    """

    label: str
    kind: str
    required: bool
    wide: bool
    value: str = ""
    rest: str = ""
    ticks: tuple[tuple[str, bool], ...] = ()
    squares: int = 0


@dataclass(frozen=True)
class Grid:
    """A table of the form: its columns (label, width class), rows as text, and which options its columns have."""

    label: str
    required: bool
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    legends: tuple[str, ...]
    is_crowded: bool


@dataclass(frozen=True)
class Line:
    """A line of the sheet: a note across it, boxes side by side, or a table."""

    note: str = ""
    boxes: tuple[Box, ...] = ()
    grid: Grid | None = None


@dataclass(frozen=True)
class PrintedSection:
    """Lines under one title."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PrintedForm:
    """The whole sheet under its title; `notes` are the hints of its fields, `has_signature` whether the form has its own place to sign."""

    title: str
    sections: tuple[PrintedSection, ...]
    notes: tuple[str, ...]
    has_signature: bool


def blank_form(form: Form) -> PrintedForm:
    """The form to be filled in by hand (空白表)."""
    return _printed(form, None)


def sample_form(form: Form) -> PrintedForm:
    """The form filled in with the item's sample answers (示范文本)."""
    return _printed(form, form.sample)


def _printed(form: Form, answers: Mapping[str, Any] | None) -> PrintedForm:
    notes = tuple(FORM["note"].format(label=one.label, hint=one.hint) for one in form.fields() if one.hint)
    sections = tuple(PrintedSection(one.title, tuple(_lines(form, one.fields, answers))) for one in form.sections if one.fields)
    title = form.name + FORM["title"].removeprefix(FORM["ending"] if form.name.endswith(FORM["ending"]) else "")
    return PrintedForm(title, sections, notes, any(one.kind == "signature" for one in form.fields()))


def _lines(form: Form, fields: Sequence[Field], answers: Mapping[str, Any] | None) -> Iterator[Line]:
    """The fields in lines; those that are asked on one condition, or of one tier, stand together under a note."""
    for relevant, filled_by, together in _runs(fields):
        if note := _note(form, relevant, filled_by, len(together)):
            yield Line(note=note)
        yield from _paired(form, together, answers)


def _runs(fields: Sequence[Field]) -> Iterator[tuple[Tree, str | None, list[Field]]]:
    run: list[Field] = []
    for one in fields:
        if run and (one.relevant, one.filled_by) != (run[0].relevant, run[0].filled_by):
            yield run[0].relevant, run[0].filled_by, run
            run = []
        run.append(one)
    if run:
        yield run[0].relevant, run[0].filled_by, run


def _note(form: Form, relevant: Tree, filled_by: str | None, count: int) -> str:
    if filled_by:
        return FORM["filled_by"].format(tier=TIER_NAMES[filled_by])
    if relevant is None:
        return ""
    return FORM["only_when" if count > 1 else "only_when_one"].format(count=count, condition=condition_text(form, relevant))


def _paired(form: Form, fields: Iterable[Field], answers: Mapping[str, Any] | None) -> Iterator[Line]:
    waiting: Box | None = None
    for one in fields:
        if one.columns:
            if waiting:
                yield Line(boxes=(waiting,))
                waiting = None
            yield Line(grid=_grid(form, one, answers))
            continue
        box = _box(form, one, None if answers is None else answers.get(one.id))
        if box.wide or waiting:
            pair = (waiting, box) if waiting and not box.wide else None
            if pair is None and waiting:
                yield Line(boxes=(waiting,))
            yield Line(boxes=pair or (box,))
            waiting = None
        else:
            waiting = box
    if waiting:
        yield Line(boxes=(waiting,))


def _box(form: Form, one: Field, value: Any) -> Box:
    """The box of a field, with its answer or empty."""
    options = _options(form, one)
    if options and len(options) <= MOST_TICKS:
        chosen = value if isinstance(value, list) else [value]
        ticks = tuple((option, option in chosen) for option in options)
        wide = one.kind == "multichoice" or sum(map(len, options)) + 2 * len(options) > NARROW_TICKS or len(one.label) > LONG_LABEL
        return Box(one.label, "ticks", one.required, wide, ticks=ticks)
    text = _text(form, one, value)
    kind = {"photo": "picture", "photo_list": "picture", "signature": "signature"}.get(one.kind, "line")
    wide = one.kind in WIDE_KINDS or len(one.label) > LONG_LABEL or (one.max_length or 0) > LONG_TEXT or len(text) > NARROW_TICKS + 2
    squares = GRIDS.get(one.kind, 0)
    return Box(one.label, "squares" if squares else kind, one.required, wide, value=text, rest=_rest(one, value), squares=squares)


def _options(form: Form, one: Field) -> tuple[str, ...]:
    """The options to tick; those of a long list are written in."""
    if one.kind == "bool":
        return YES_NO
    if one.kind not in ("choice", "multichoice") or (one.calculate is not None and one.calculate_when is None):
        return ()
    if one.list is not None:
        rows = form.lists[one.list].rows
        return tuple(row[1] for row in rows) if one.choice_filter is None and len(rows) <= MOST_TICKS else ()
    return tuple(one.choices)


def _text(form: Form, one: Field, value: Any) -> str:
    if value is None:
        return ""
    if one.kind == "region":
        return next((str(place["name"]) for place in form.parameters.get("divisions", ()) if place["code"] == value), str(value))
    if one.kind in ("date", "month") and isinstance(value, str):
        return "".join(part + unit for part, unit in zip(value.split("-"), FORM["date_units"], strict=False))
    if one.list is not None:
        known = form.lists[one.list]
        return "、".join(known.label(str(each)) for each in (value if isinstance(value, list) else [value]))
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _rest(one: Field, value: Any) -> str:
    """What is printed in an empty box for the hand to go by."""
    if value is not None:
        return ""
    if one.calculate is not None and one.calculate_when is None:
        return FORM["computed"]
    by_kind = {
        "date": FORM["date"], "month": FORM["month"], "photo": FORM["photo"], "photo_list": FORM["photos"],
        "signature": FORM["signature"], "coords": FORM["coords"], "choice": FORM["write_in"], "multichoice": FORM["write_in"],
    }  # fmt: skip
    return by_kind.get(one.kind, "")


def _grid(form: Form, table: Field, answers: Mapping[str, Any] | None) -> Grid:
    """A table with the sample's rows, or with empty ones."""
    given = [] if answers is None else [row for row in answers.get(table.id) or () if isinstance(row, Mapping)]
    filled = [tuple(_text(form, column, row.get(column.id)) for column in table.columns) for row in given]
    blank = [("",) * len(table.columns)] * _empty_rows(table, None if answers is None else len(given))
    legends = tuple(
        FORM["legend"].format(label=column.label, choices="、".join(options))
        for column in table.columns
        if (options := _options(form, column)) and len(options) <= MOST_TICKS
    )
    columns = tuple((column.label, COLUMN_WIDTHS.get(column.kind, "")) for column in table.columns)
    return Grid(table.label, table.required, columns, (*filled, *blank), legends, len(columns) > MANY_COLUMNS)


def _empty_rows(table: Field, given: int | None) -> int:
    """How many rows stay empty, on a blank form or after the `given` ones of a sample; never more than the table may have."""
    if given is not None:
        return min(max(SAMPLE_ROWS, table.min_rows - given), max(0, table.max_rows - given))
    wanted = EMPTY_ROWS if table.required or table.min_rows else FEW_ROWS
    return min(max(table.min_rows, wanted), table.max_rows)
