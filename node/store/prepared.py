"""Queries that are asked often: peewee makes the SQL of each once, with blanks; each time only the values are new.

Making the text of a query takes peewee several times as long as the database takes to answer it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from peewee import BaseQuery, BigIntegerField, Field, IntegerField, ModelSelect, TextField, Value

from node.store.database import Connection, Group

G = TypeVar("G", bound=Group)
P = ParamSpec("P")
Convert = Callable[[Any], Any]

PLAIN: Mapping[type, type] = {TextField: str, IntegerField: int, BigIntegerField: int}
"""Columns of these very kinds keep values of this type as they are."""

MOST_VALUES = 64
"""The text of a query with more values than this is not kept: lists of every length would each leave one behind."""


@dataclass(frozen=True)
class Place:
    """Where in the arguments a value is found, and how the database keeps it: as a column does, named, or known to `convert`.

    Values of the type `plain` the column keeps as they are.
    """

    path: tuple[Any, ...]
    column: str | None = None
    convert: Convert | None = None
    plain: type | None = None


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
    names: tuple[str, ...]
    converts: tuple[tuple[str, Convert], ...]
    """Of the columns whose values are not taken as they come: name, and what makes a value of one."""


class Asked:
    """A question with its values, ready to be asked."""

    __slots__ = ("arguments", "connection", "question")

    def __init__(self, connection: Connection, question: Question, arguments: tuple[Any, ...]) -> None:
        self.connection = connection
        self.question = question
        self.arguments = arguments

    def rows(self) -> list[dict[str, Any]]:
        """All rows, by column.

        Raises:
            StoreError: the database would not.
        """
        question = self.question
        names, converts = question.names, question.converts
        found = []
        for answer in self.connection.run(question.sql, self._values()):
            row = dict(zip(names, answer, strict=True))
            for name, convert in converts:
                row[name] = convert(row[name])
            found.append(row)
        return found

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

    def write_each(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Makes the change once for each of these rows, which stand in place of the first argument; how many rows it touched.

        The text of a query with many rows would be made anew for every number of them.

        Raises:
            StoreError: the database would not; nothing was changed.
        """
        rest = self.arguments[1:]
        return self.connection.change_each(self.question.sql, [self._filled((row, *rest)) for row in rows])

    def _values(self) -> list[Any]:
        return self._filled(self.arguments)

    def _filled(self, arguments: tuple[Any, ...]) -> list[Any]:
        filled = []
        for place in self.question.values:
            value: Any = arguments
            if type(place) is Place:
                for step in place.path:
                    value = value[step]
                filled.append(value if type(value) is place.plain else kept(place, value))
            else:
                filled.append(place)
        return filled


def prepared(make: Callable[Concatenate[G, P], BaseQuery]) -> Callable[Concatenate[G, P], Asked]:
    """Makes a method that gives a query into one that gives it ready to be asked, its SQL made the first time and kept.

    The method gets blanks for values. So it may look at nothing but whether an argument is None, how many values a list has and which
    columns a row; it is called once for each such shape. Arguments are given by position.
    """

    @wraps(make)
    def ask(group: G, /, *arguments: P.args, **named: P.kwargs) -> Asked:
        if named:
            raise TypeError("arguments of a prepared query are given by position")
        kept = group._tables.questions
        # The commonest shape of all, one text, needs no description.
        key = make if len(arguments) == 1 and type(arguments[0]) is str else (make, shape_of(arguments))
        question = kept.get(key)
        if question is None:
            blanks = tuple(blank_for(argument, (place,)) for place, argument in enumerate(arguments))
            query: Any = make(group, *blanks)  # type: ignore[call-arg]
            question = question_of(query, group._connection)
            if len(question.values) <= MOST_VALUES:
                kept[key] = question
        return Asked(group._connection, question, arguments)

    return ask


def row_of(record: object) -> dict[str, Any]:
    """The row of a record: its members as they are, since no column changes what it is given."""
    return dict(vars(record))


def shape_of(argument: object) -> object:
    """What of the arguments decides about the text."""
    kind = type(argument)
    if kind is str or kind is int or argument is None:
        return argument is None
    if isinstance(argument, (list, tuple)):
        return tuple(map(shape_of, argument))
    return tuple(argument) if isinstance(argument, dict) else False


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
    converts = tuple((name, convert) for name, convert in columns if convert is not None)
    placed_values = tuple(placed(value, query) if isinstance(value, Place) else value for value in values)
    return Question(sql, placed_values, tuple(name for name, _ in columns), converts)


def placed(place: Place, query: Any) -> Place:
    """The place with what its column, if it has one, does with values."""
    convert = place.convert if place.column is None else query.model._meta.fields[place.column].db_value
    return replace(place, convert=convert, plain=PLAIN.get(type(getattr(convert, "__self__", None))))


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


def kept(place: Place, value: Any) -> Any:
    """The value of a place, as the database keeps it.

    Raises:
        TypeError: nothing says how it is kept, and it is no whole number, such as a limit.
    """
    if place.convert is not None:
        return place.convert(value)
    if type(value) is not int:
        raise TypeError("a value that stands by no column")
    return value
