"""Queries that are asked often: peewee makes the SQL of each once, with blanks; each time only the values are new.

Making the text of a query takes peewee several times as long as the database takes to answer it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from peewee import BaseQuery, Field, ModelSelect, Value

from node.store.database import Connection, Group

G = TypeVar("G", bound=Group)
P = ParamSpec("P")
Convert = Callable[[Any], Any]

MOST_VALUES = 64
"""The text of a query with more values than this is not kept: lists of every length would each leave one behind."""


@dataclass(frozen=True)
class Place:
    """Where in the arguments a value is found, and how the database keeps it: as a column does, named, or known to `convert`."""

    path: tuple[Any, ...]
    column: str | None = None
    convert: Convert | None = None


class Blank(Value):
    """A value that is given later, in the query from which the text is made."""

    def __init__(self, place: Place) -> None:
        super().__init__(None)
        self.place = place

    def __sql__(self, ctx: Any) -> Any:
        """Its mark in the text. What is compared with a column is written as that column writes its values."""
        return ctx.value(replace(self.place, convert=ctx.state.converter), False)


@dataclass(frozen=True)
class Question:
    """The text of a query; what is put into it, in order: values, or the places where they are found; the columns of its answer."""

    sql: str
    values: tuple[Any, ...]
    columns: tuple[tuple[str, Convert | None], ...]


@dataclass(frozen=True)
class Asked:
    """A question with its values, ready to be asked."""

    connection: Connection
    question: Question
    arguments: tuple[Any, ...]

    def rows(self) -> list[dict[str, Any]]:
        """All rows, by column.

        Raises:
            StoreError: the database would not.
        """
        columns = self.question.columns
        answer = self.connection.run(self.question.sql, self._values())
        return [
            {name: value if convert is None else convert(value) for (name, convert), value in zip(columns, row, strict=True)}
            for row in answer
        ]

    def first(self) -> dict[str, Any] | None:
        """The first row, or None.

        Raises:
            StoreError: the database would not.
        """
        return next(iter(self.rows()), None)

    def write(self) -> int:
        """Makes the change in a transaction; how many rows it touched.

        Raises:
            StoreError: the database would not; nothing was changed.
        """
        return self.connection.change(self.question.sql, self._values())

    def _values(self) -> list[Any]:
        return [found(value, self.arguments) if isinstance(value, Place) else value for value in self.question.values]


def prepared(make: Callable[Concatenate[G, P], BaseQuery]) -> Callable[Concatenate[G, P], Asked]:
    """Makes a method that gives a query into one that gives it ready to be asked, its SQL made the first time and kept.

    The method gets blanks for values. So it may look at nothing but whether an argument is None, how many values a list has and which
    columns a row; it is called once for each such shape. Arguments are given by position.
    """

    @wraps(make)
    def ask(group: G, /, *arguments: P.args, **named: P.kwargs) -> Asked:
        if named:
            raise TypeError("arguments of a prepared query are given by position")
        kept, key = group._tables.questions, (make, shape_of(arguments))
        question = kept.get(key)
        if question is None:
            blanks = tuple(blank_for(argument, (place,)) for place, argument in enumerate(arguments))
            query: Any = make(group, *blanks)  # type: ignore[call-arg]
            question = question_of(query, group._connection)
            if len(question.values) <= MOST_VALUES:
                kept[key] = question
        return Asked(group._connection, question, arguments)

    return ask


def shape_of(argument: object) -> object:
    """What of the arguments decides about the text."""
    if isinstance(argument, (list, tuple)):
        return tuple(shape_of(one) for one in argument)
    if isinstance(argument, dict):
        return tuple(argument)
    return argument is None


def blank_for(argument: object, path: tuple[Any, ...]) -> Any:
    """The argument with a blank in place of each value; a row keeps its columns, even those that are empty this time."""
    if isinstance(argument, (list, tuple)):
        return [blank_for(one, (*path, place)) for place, one in enumerate(argument)]
    if isinstance(argument, dict):
        return {name: Blank(Place((*path, name), name)) for name in argument}
    return None if argument is None else Blank(Place(path))


def question_of(query: Any, connection: Connection) -> Question:
    """The text of a query as this database understands it.

    Raises:
        ValueError: it selects what is neither a column nor something with a name of its own.
    """
    context: Any = connection.database.get_sql_context()
    sql, values = context.sql(query).query()
    columns = tuple(column_of(one) for one in query.selected_columns) if isinstance(query, ModelSelect) else ()
    return Question(sql, tuple(placed(value, query) if isinstance(value, Place) else value for value in values), columns)


def placed(place: Place, query: Any) -> Place:
    """The place with what its column, if it has one, does with values."""
    return place if place.column is None else replace(place, convert=query.model._meta.fields[place.column].db_value)


def column_of(selected: Any) -> tuple[str, Convert | None]:
    """The name of a selected column and what makes a value of it; what has a name of its own, such as a count, comes as it is.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(selected, Field):
        return selected.name, selected.python_value if type(selected).python_value is not Field.python_value else None
    if selected.is_alias():
        return selected._alias, None
    raise ValueError("what is selected has no name")


def found(place: Place, arguments: Sequence[Any]) -> Any:
    """The value of a place, as the database keeps it.

    Raises:
        TypeError: nothing says how it is kept, and it is no whole number, such as a limit.
    """
    value: Any = arguments
    for step in place.path:
        value = value[step]
    if place.convert is not None:
        return place.convert(value)
    if type(value) is not int:
        raise TypeError("a value that stands by no column")
    return value
