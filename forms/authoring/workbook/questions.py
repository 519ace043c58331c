"""The sheet `survey`, first pass: its groups, tables and questions, with everything about a question but its rules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.authoring.workbook.cells import expression, key, narrowed
from forms.authoring.workbook.choices import Options
from forms.authoring.workbook.faults import Faults
from forms.authoring.workbook.profile import (
    BASES,
    KIND_WORDS,
    LONG_LIST,
    OTHER_TYPES,
    REGION_WORDS,
    SELECTS,
    STRUCTURE,
    TIER_WORDS,
    TYPE_KINDS,
)
from forms.authoring.workbook.table import Row, Table
from forms.reading import is_identifier

_TEXTS = {"hint": "hint", "mask": "mask", "common_key": "common_key", "capture": "capture", "flag": "flag"}
_COUNTS = ("max_length", "min_rows", "max_rows", "min_select", "min_items")
_WORDS = {"filled_by": TIER_WORDS, "level": REGION_WORDS, "outside_level": REGION_WORDS}
_SELECT = re.compile(r"(select[_ ](?:one|multiple)|单选|多选)(?:\s+(\S+))?(?:\s+(or_other))?", re.IGNORECASE)
_STRUCTURE = {key(one): name for name, several in STRUCTURE.items() for one in several}
_TYPES = {key(one): name for name, several in (*KIND_WORDS.items(), *OTHER_TYPES.items()) for one in (name, *several)}
del _TYPES["table"], _TYPES["表格"]
_SELECT_WORDS = {key(one): name for name, several in SELECTS.items() for one in several}


@dataclass
class Question:
    """A question or a table as its row says: `data` as in the package, yet without rules; `groups` are the rows around it."""

    data: dict[str, Any]
    row: Row
    table: "Question | None"
    groups: tuple[Row, ...]
    options: Options | None = None
    columns: list["Question"] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Its id as the sheets `rules` and `sample` name it."""
        return self.data["id"] if self.table is None else f"{self.table.data['id']}.{self.data['id']}"


def rows_of_questions(table: Table | None, questions: Mapping[str, Question], column: str) -> Iterator[tuple[Row, Question]]:
    """The rows of a sheet that name a question (by its path, in `field`) and say something in `column`; any other is a fault."""
    for row in () if table is None else table.rows():
        path = narrowed(row.needed("field"))
        question = questions.get(path)
        if question is None:
            if path:
                row.fault("field", "unknown_name", name=path)
        elif row.has(column):
            yield row, question
        else:
            row.fault(column, "blank")


@dataclass
class Section:
    """Questions under one title; `row` is that of the group."""

    title: str
    row: Row | None
    questions: list[Question] = field(default_factory=list)


@dataclass
class _Open:
    """A group or table that is not closed yet."""

    kind: str
    row: Row


class SurveyReader:
    """Reads the sheet row by row. `untitled` is the title for questions outside every group."""

    def __init__(self, lists: Mapping[str, Options], untitled: str, faults: Faults) -> None:
        self._lists = lists
        self._untitled = untitled
        self._faults = faults
        self._open: list[_Open] = []
        self._table: Question | None = None
        self._seen: dict[tuple[str, str], int] = {}
        self._note = ""
        self.sections: list[Section] = []

    def read(self, table: Table) -> list[Section]:
        """The sections of the sheet."""
        for row in table.rows():
            self._read_row(row)
        for left in self._open:
            left.row.fault("type", "not_closed", kind=left.kind)
        return self.sections

    def all(self) -> list[Question]:
        """Every question and column, as they stand."""
        top = [one for section in self.sections for one in section.questions]
        return [each for one in top for each in (one, *one.columns)]

    def _read_row(self, row: Row) -> None:
        said = row.needed("type")
        kind = _STRUCTURE.get(key(said), "")
        if kind.startswith("begin_"):
            self._begin(kind, row)
        elif kind.startswith("end_"):
            self._end(kind, row)
        elif kind == "note":
            self._note = "\n".join(one for one in (self._note, row.needed("label")) if one)
        elif said:
            self._question(row, said)

    def _begin(self, kind: str, row: Row) -> None:
        if kind == "begin_repeat":
            self._begin_table(row)
        elif not self._open:
            self.sections.append(Section(row.needed("label"), row))
        self._open.append(_Open(kind, row))

    def _begin_table(self, row: Row) -> None:
        if self._table is not None:
            row.fault("type", "table_in_table")
            return
        self._table = self._added(row, {"kind": "table"}, None)

    def _end(self, kind: str, row: Row) -> None:
        wanted = kind.replace("end_", "begin_")
        if not self._open or self._open[-1].kind != wanted:
            row.fault("type", "unmatched_end", kind=kind)
            if all(one.kind != wanted for one in self._open):
                return
        while self._open.pop().kind != wanted:
            pass
        if all(one.kind != "begin_repeat" for one in self._open):
            if self._table is not None and kind == "end_repeat" and not self._table.columns:
                self._table.row.fault("type", "empty_table")
            self._table = None
        self._drop_note(row)

    def _drop_note(self, row: Row) -> None:
        if self._note:
            row.fault("type", "note_without_question")
            self._note = ""

    def _question(self, row: Row, said: str) -> None:
        select = _SELECT.fullmatch(narrowed(said))
        found: dict[str, Any] = {}
        options = None
        if select is not None:
            base = _SELECT_WORDS[key(select.group(1))]
            options = self._options(row, select)
        else:
            base = _TYPES.get(key(said), "")
            if not base:
                row.fault("type", "unknown_type", found=said)
                return
        found["kind"] = self._kind(row, base)
        question = self._added(row, found, self._table)
        if found["kind"] == "bool":
            return
        if options is not None:
            question.options = options
        elif found["kind"] in ("choice", "multichoice") and select is None:
            row.fault("type", "select_without_list")

    def _options(self, row: Row, select: re.Match[str]) -> Options | None:
        name = select.group(2)
        if select.group(3) or name == "or_other":
            row.fault("type", "or_other")
        elif name is None:
            row.fault("type", "select_without_list")
        elif name not in self._lists and not self._is_bool(row):
            row.fault("type", "unknown_list", list=name)
        return self._lists.get(name or "")

    def _is_bool(self, row: Row) -> bool:
        return row.has("kind") and row.word("kind", KIND_WORDS) == "bool"

    def _kind(self, row: Row, base: str) -> str:
        appearance = narrowed(row.text("appearance"))
        own = row.word("kind", KIND_WORDS)
        if own is not None:
            plain = "text" if base == "barcode" else base
            fits = plain in (own, "calculate", *SELECTS) or BASES.get(own, ("text", ""))[0] == plain
            if not fits or own == "table":
                row.fault("kind", "kind_mismatch", kind=KIND_WORDS[own][1], type=row.text("type"))
            return own
        implied = TYPE_KINDS.get((base, "" if appearance == LONG_LIST else appearance))
        if implied is None and appearance:
            row.fault("appearance", "unknown_appearance", found=appearance)
        return implied or (base if base in KIND_WORDS else TYPE_KINDS[base, ""])

    def _added(self, row: Row, found: dict[str, Any], table: Question | None) -> Question:
        found["id"] = row.identifier("name")
        found["label"] = row.needed("label")
        self._once(row, found["id"], table)
        question = Question(found, row, table, self._groups(table))
        _read_members(question)
        self._take_note(question)
        if table is None:
            self._section().questions.append(question)
        else:
            table.columns.append(question)
        return question

    def _groups(self, table: Question | None) -> tuple[Row, ...]:
        """The groups open around a question, of a column those inside its table."""
        inside = 0 if table is None else next(place for place, one in enumerate(self._open) if one.row is table.row)
        return tuple(one.row for one in self._open[inside:] if one.kind == "begin_group")

    def _section(self) -> Section:
        if not self.sections or (not self._open and self.sections[-1].row is not None):
            self.sections.append(Section(self._untitled, None))
        return self.sections[-1]

    def _once(self, row: Row, name: str, table: Question | None) -> None:
        where = ("" if table is None else table.data["id"], name)
        if name and where in self._seen:
            row.fault("name", "id_twice", found=name, first=self._seen[where])
        self._seen.setdefault(where, row.number)

    def _take_note(self, question: Question) -> None:
        if self._note:
            question.data["hint"] = "\n".join(one for one in (self._note, question.data.get("hint", "")) if one)
            self._note = ""


def _read_members(question: Question) -> None:
    """The members that are neither rules nor options."""
    row, data = question.row, question.data
    data["required"] = _required(row)
    data |= {name: row.text(column) for column, name in _TEXTS.items() if row.has(column)}
    data |= {name: found for name in _COUNTS if (found := row.count(name)) is not None}
    data |= {name: said for name, words in _WORDS.items() if (said := row.word(name, words)) is not None}


def _required(row: Row) -> bool:
    said = row.text("required")
    if "${" in said or "(" in expression(said):
        row.fault("required", "required_expression")
        return False
    return bool(row.truth("required"))


def settle_options(questions: list[Question], lists: dict[str, Any]) -> None:
    """Give each question its options: the labels of a plain list, else the choice list, which `lists` then holds."""
    for one in questions:
        options = one.options
        if options is None:
            continue
        long = narrowed(one.row.text("appearance")) == LONG_LIST
        if options.is_plain and not long and not one.row.has("choice_filter"):
            one.data["choices"] = options.labels()
        elif not is_identifier(options.name):
            one.row.fault("type", "list_not_an_id", list=options.name)
        else:
            one.data["list"] = options.name
            lists.setdefault(options.name, options.as_list())
        if options.maps:
            one.data["choice_map"] = dict(options.maps)
