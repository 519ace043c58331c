"""Rules of a workbook: cells as trees, and a question's constraints with their codes and facts."""

import json
import re
from collections.abc import Mapping
from typing import Any

from forms.authoring.workbook.calls import named_constraint
from forms.authoring.workbook.cells import narrowed
from forms.authoring.workbook.faults import Faults
from forms.authoring.workbook.members import json_or_text
from forms.authoring.workbook.profile import LEVEL_WORDS
from forms.authoring.workbook.questions import Question, rows_of_questions
from forms.authoring.workbook.scope import Names, Position, Resolver
from forms.authoring.workbook.table import Row, Table
from forms.authoring.xpath import ExpressionError, parse_expression, parse_filter
from forms.expressions.evaluate import Tree

PLAIN_CODE = "constraint"
"""The code of a rule that is no named one."""
ON_THE_FORM = Position()
_CODE = re.compile(r"[a-z0-9_]{1,40}")
_CALLED = re.compile(r"\s*[a-z][a-z0-9:_-]*\(.*\)\s*|.*\$\{.*", re.DOTALL)

MAX_ALL_CHARACTERS = 600_000
"""Of all rules of a workbook together, those of a group once for each of its questions: some seconds of reading."""


class RuleBook:
    """Reads the rules of one workbook, whose names are `names`; `labels` are those of its questions."""

    def __init__(self, names: Names, labels: Mapping[str, str], parameters: Mapping[str, Any], faults: Faults) -> None:
        self._names = names
        self._labels = labels
        self._parameters = parameters
        self._faults = faults
        self._read_characters = 0

    def tree(self, row: Row, column: str, position: Position = ON_THE_FORM) -> Tree:
        """The rule in a cell as a tree; `""` when it is none, with a fault."""
        return self._parsed(row, column, row.expression(column), position)

    def _parsed(self, row: Row, column: str, text: str, position: Position) -> Tree:
        if self._read_characters > MAX_ALL_CHARACTERS:
            return ""
        self._read_characters += len(text)
        if self._read_characters > MAX_ALL_CHARACTERS:
            row.fault(column, "rules_too_long", most=MAX_ALL_CHARACTERS)
            return ""
        try:
            tree = parse_expression(text)
        except ExpressionError as error:
            self._refused(row, column, text, error)
            return ""
        resolver = Resolver(self._names, position, lambda name: row.fault(column, "unknown_name", name=name))
        return resolver.settled(tree)

    def _refused(self, row: Row, column: str, text: str, error: ExpressionError) -> None:
        near = text[max(0, error.position - 8) : error.position + 12]
        row.fault(column, f"rule_{error.code}", at=error.position + 1, near=near, **error.facts)

    def settle(self, question: Question) -> None:
        """Give a question the rules of its own row and of the groups around it."""
        row, data = question.row, question.data
        position = _position(question)
        asked = [self.tree(group, "relevant", position) for group in question.groups if group.has("relevant")]
        asked += [self.tree(row, "relevant", position)] if row.has("relevant") else []
        if asked:
            data["relevant"] = asked[0] if len(asked) == 1 else ["and", *asked]
        for column, member in (("calculation", "calculate"), ("calculate_when", "calculate_when")):
            if row.has(column):
                data[member] = self.tree(row, column, position)
        if row.has("choice_filter"):
            data["choice_filter"] = self._filter(question)
        if row.has("default"):
            data["default"] = self._default(question, position)
        if row.has("constraint"):
            message = row.text("constraint_message") if row.has("constraint_message") else None
            self.add(question, row, "constraint", message)
        elif row.has("constraint_message"):
            row.fault("constraint_message", "message_without_rule")

    def _filter(self, question: Question) -> Tree:
        row, text = question.row, question.row.expression("choice_filter")
        try:
            tree = parse_filter(text)
        except ExpressionError as error:
            self._refused(row, "choice_filter", text, error)
            return ""
        if question.options is None:
            row.fault("choice_filter", "filter_without_list")
            return tree
        columns = {"value", "label", *question.options.columns}
        table = question.table
        answers = self._names.top | (self._names.tables[table.data["id"]] if table is not None else frozenset())
        for kind, name in _read_names(tree):
            if kind == "field" and name not in columns:
                row.fault("choice_filter", "unknown_column_of_list", name=name, list=question.options.name)
            elif kind == "form" and name not in answers:
                row.fault("choice_filter", "unknown_name", name=name)
        return tree

    def _default(self, question: Question, position: Position) -> Any:
        row = question.row
        value = row.value("default")
        if question.data["kind"] == "int" and isinstance(value, int | float) and not isinstance(value, bool):
            return int(value) if value == int(value) else row.text("default")
        text = row.text("default")
        return self.tree(row, "default", position) if _CALLED.fullmatch(text) else text

    def add(self, question: Question, row: Row, column: str, message: str | None) -> None:
        """One more constraint of a question, whose rule is in this cell."""
        text = row.expression(column)
        found: dict[str, Any] = {"test": self._parsed(row, column, text, _position(question)), "code": PLAIN_CODE}
        if found["test"] != "":
            found |= named_constraint(text, self._labels_for(question), self._parameters)
        level = row.word("level", LEVEL_WORDS) if column == "rule" else None
        if level == "refuse":
            found.pop("level", None)
        elif level is not None:
            found["level"] = level
        if message is not None:
            found["message"] = message
        if column == "rule":
            self._override(row, found)
        question.data.setdefault("constraints", []).append(found)

    def _labels_for(self, question: Question) -> dict[str, str]:
        """The labels that a rule's names have there: those of its own table go first."""
        table = question if question.columns else question.table
        own = {one.data["id"]: one.data["label"] for one in table.columns} if table is not None else {}
        return {**self._labels, **own}

    def _override(self, row: Row, found: dict[str, Any]) -> None:
        if row.has("code"):
            found["code"] = narrowed(row.text("code"))
            if not _CODE.fullmatch(found["code"]):
                row.fault("code", "not_a_code", found=found["code"])
            found.pop("facts", None)
        if row.has("facts"):
            facts = json_or_text(row, "facts")
            if not isinstance(facts, dict):
                row.fault("facts", "not_json")
            elif facts:
                found["facts"] = facts
            else:
                found.pop("facts", None)

    def read_sheet(self, table: Table | None, questions: Mapping[str, Question]) -> None:
        """Give the questions the rules of the sheet `rules`."""
        for row, question in rows_of_questions(table, questions, "rule"):
            self.add(question, row, "rule", row.text("message") if row.has("message") else None)


def facts_text(facts: Mapping[str, Any]) -> str:
    """Facts as the column `facts` holds them."""
    return "json:" + json.dumps(facts, ensure_ascii=False, sort_keys=True)


def _position(question: Question) -> Position:
    if question.table is not None:
        return Position(row_of=question.table.data["id"])
    return Position(table=question.data["id"] if question.data["kind"] == "table" else None)


def _read_names(tree: Tree) -> list[tuple[str, str]]:
    if not isinstance(tree, list):
        return []
    if tree[0] in ("field", "form"):
        return [(tree[0], tree[1])]
    return [one for part in tree[1:] for one in _read_names(part)]
