"""Values to try in a field when its form is to be broken: of its kind, and those that the rules of the form name."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from forms.checks import id_check_character
from forms.expressions.evaluate import Tree
from forms.fields import EXAMPLE_IMAGE
from forms.schema import Field, Form

Answers = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Place:
    """A field, or a column of a table's first row."""

    field: Field
    table: Field | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def name(self) -> str:
        return f"{self.table.id}.{self.field.id}" if self.table else self.field.id

    def of(self, answers: Answers) -> Answers:
        """Where its answer stands."""
        return answers if self.table is None else first_row(answers, self.table.id)


def first_row(answers: Answers, table: str) -> Answers:
    rows = answers.get(table)
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
        rows = answers[table] = [{}]
    row: Answers = rows[0]
    return row


class Tries:
    """The values to try in each field of one form; `plausible` gives one that a column's own rules let through."""

    def __init__(self, form: Form, today: date, plausible: Callable[[Place], Any]) -> None:
        self._form = form
        self._today = today
        self._plausible = plausible
        self._literals = _literals(form)

    def candidates(self, place: Place) -> Iterator[Any]:
        """Values of the field's kind, and those that its rules name."""
        one = place.field
        sample = self._form.sample.get(one.id) if place.table is None else None
        if sample is not None:
            yield sample
        if one.kind == "multichoice":
            yield from ([choice] for choice in one.choices)
            yield list(one.choices)
        elif one.kind == "table":
            yield from self._tables(one)
        elif one.choices or one.kind == "bool":
            yield from one.choices or ("是", "否")
        else:
            yield from self._of_the_kind(one.kind)

    def _of_the_kind(self, kind: str) -> Iterator[Any]:
        if kind in ("text", "textarea", "computed"):
            yield from ("示例甲", "示例某市甲食品店", "大城县示例餐饮店", "甲", "A1", "Z000000001", "999", "健在证明")
            yield from self._literals.texts
        elif kind == "id_no":
            yield from (make_id(born, boy) for born in self._births() for boy in (True, False))
            yield "131025194403122018"
        elif kind == "uscc":
            yield from ("91350100M000100Y43", "91350100M000100Y44")
        elif kind == "disability_no":
            yield from (f"{make_id(date(1952, 3, 12), True)}{tail}" for tail in ("43", "11", "31", "44", "12"))
            yield f"{make_id(date(1952, 3, 12), True)}83"[:18] + "99"
        elif kind == "mobile":
            yield from ("13100000001", "0316-5520001", "12345678")
        elif kind == "bank_no":
            yield from ("6228480000000000018", "6" * 12, "6" * 21)
        elif kind == "region":
            yield from ("131025105201", "131025105202")
        elif kind in ("photo", "signature"):
            yield EXAMPLE_IMAGE
        elif kind == "photo_list":
            yield [EXAMPLE_IMAGE]
        elif kind == "coords":
            yield [["116.1", "38.7"], ["116.2", "38.7"], ["116.1", "38.8"]]
        elif kind == "date":
            yield from (day.isoformat() for day in (*self._days(), *self._births()))
        elif kind == "month":
            yield from dict.fromkeys(day.isoformat()[:7] for day in (*self._days(), *self._births()))
        else:
            yield from self._numbers(kind)

    def _numbers(self, kind: str) -> Iterator[Any]:
        for number in sorted({0, 1, 2, 5, 100, 10**6, -1, *self._literals.numbers}):
            yield number if kind == "int" else f"{number}.00"

    def _days(self) -> Iterator[date]:
        for days in (0, 1, 400, -1, -10, -20, -40, -100, -200, -400, -1000, -4000):
            yield self._today + timedelta(days=days)
        yield from self._literals.days

    def _births(self) -> Iterator[date]:
        for years in (0, 1, 2, 5, 12, 17, 30, 45, 58, 60, 61, 75, 82, 101):
            yield date(self._today.year - years, 3, 12)

    def _tables(self, table: Field) -> Iterator[Any]:
        """Rows as they are, one of them changed in each column, twice the same, and none."""
        own = self._form.sample.get(table.id)
        rows = (
            copy.deepcopy(own) if isinstance(own, list) and own else [{one.id: self._plausible(Place(one, table)) for one in table.columns}]
        )
        yield rows
        yield [rows[0], rows[0]]
        yield rows[1:]
        for column in table.columns:
            for value in self.candidates(Place(column, table)):
                yield [{**rows[0], column.id: value}, *rows[1:]]


def make_id(born: date, boy: bool) -> str:
    """A citizen number of the sample county."""
    first = f"131025{born:%Y%m%d}20{1 if boy else 2}"
    return first + id_check_character(first)


@dataclass(frozen=True)
class _Literals:
    numbers: frozenset[int]
    texts: tuple[str, ...]
    days: tuple[date, ...]


def _literals(form: Form) -> _Literals:
    """Numbers, texts and days that the rules of the form name, and what lies beside them."""
    found = [one for field in form.fields() for each in (field, *field.columns) for tree in _trees(each) for one in _leaves(tree)]
    found += list(form.parameters.values())
    numbers, texts, days = set[int](), list[str](), list[date]()
    for one in found:
        if isinstance(one, int) or (isinstance(one, str) and one.replace(".", "", 1).isdigit() and len(one) < 9):
            numbers |= {int(float(one)) + step for step in (-1, 0, 1, 2)}
        elif isinstance(one, str) and len(one) == 10 and one[4:5] == "-":
            days += [date.fromisoformat(one) + timedelta(days=step) for step in (-1, 0, 1)]
        elif isinstance(one, str) and len(one) < 12:
            texts.append(one)
    return _Literals(frozenset(numbers), tuple(dict.fromkeys(texts))[:40], tuple(days))


def _trees(one: Field) -> tuple[Tree, ...]:
    return (one.relevant, one.calculate, one.calculate_when, *(constraint.test for constraint in one.constraints))


def _leaves(tree: Tree) -> Iterator[Any]:
    if isinstance(tree, list):
        for one in tree[1:]:
            yield from _leaves(one)
    elif tree is not None:
        yield tree
