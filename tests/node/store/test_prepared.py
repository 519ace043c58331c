"""Queries whose SQL is made once answer as those that are made each time."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from peewee import BaseQuery, fn

from node.errors import StoreError
from node.store import Store
from node.store.database import Connection, Group
from node.store.prepared import MOST_VALUES, prepared
from node.store.tables import Tables, tables
from node.store.thread import MOST_REMEMBERED
from tests.node.store.conftest import START, Place


class Marks(Group):
    """Signs of letters, and invitations; `made` tells which queries were made, in order."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        super().__init__(connection, tables)
        self.made: list[str] = []

    @prepared
    def put(self, rows: Sequence[dict[str, Any]]) -> BaseQuery:
        self.made.append("put")
        return self._tables.roads.insert_many(rows)

    @prepared
    def put_one(self, row: dict[str, Any]) -> BaseQuery:
        self.made.append("put_one")
        return self._tables.roads.insert(row)

    @prepared
    def since(self, at: datetime, limit: int) -> BaseQuery:
        self.made.append("since")
        table = self._tables.roads
        return table.select().where(table.at >= at).order_by(table.letter_id).limit(limit)

    @prepared
    def of(self, letter_ids: Sequence[str], station: str | None) -> BaseQuery:
        self.made.append("of")
        table = self._tables.roads
        query = table.select(table.letter_id).where(table.letter_id.in_(letter_ids)).order_by(table.letter_id)
        return query if station is None else query.where(table.station == station)

    @prepared
    def change(self, letter_id: str, new: dict[str, Any]) -> BaseQuery:
        self.made.append("change")
        table = self._tables.roads
        return table.update(new).where(table.letter_id == letter_id)

    @prepared
    def shifted(self, outcome: str) -> BaseQuery:
        table = self._tables.roads
        return table.select(fn.COALESCE(table.outcome, outcome).alias("outcome"))

    @prepared
    def nameless(self) -> BaseQuery:
        return self._tables.roads.select(fn.COUNT(self._tables.roads.letter_id))


@pytest.fixture
def marks(store: Store) -> Marks:
    bound = tables(store._connection.database)
    bound.questions.clear()
    return Marks(store._connection, bound)


def row(letter_id: str, **more: Any) -> dict[str, Any]:
    return {"letter_id": letter_id, "station": "s", "mark": "stored", "at": START, "outcome": None, "receipt_id": None} | more


def test_values_are_written_and_read_as_their_columns_do(marks: Marks) -> None:
    later = START + timedelta(days=1)
    assert marks.put([row("a"), row("b", at=later, outcome="admitted")]).write() == 2
    assert marks.since(START, 9).rows() == [row("a"), row("b", at=later, outcome="admitted")]
    assert marks.since(later, 9).rows() == [row("b", at=later, outcome="admitted")]
    assert marks.since(START, 1).first() == row("a")
    assert marks.since(later + timedelta(days=1), 9).first() is None


def test_the_text_is_made_once_for_each_shape_and_shared_by_all_stores_of_a_kind(marks: Marks, place: Place) -> None:
    for letter_id in ("a", "b", "c"):
        marks.put([row(letter_id)]).write()
    assert [one["letter_id"] for one in marks.of(["a", "c"], None).rows()] == ["a", "c"]
    assert [one["letter_id"] for one in marks.of(["b", "c"], None).rows()] == ["b", "c"]
    assert marks.made == ["put", "of"]
    assert [one["letter_id"] for one in marks.of(["b", "c"], "s").rows()] == ["b", "c"]
    assert marks.of(["b", "c"], "t").rows() == []
    assert marks.of([], None).rows() == []
    assert marks.made == ["put", "of", "of", "of"]
    again = place.open()
    other = Marks(again._connection, tables(again._connection.database))
    assert [one["letter_id"] for one in other.of(["c", "a"], None).rows()] == ["a", "c"]
    assert other.made == []


def test_a_column_that_is_empty_this_time_does_not_stay_empty(marks: Marks) -> None:
    marks.put([row("a")]).write()
    assert marks.change("a", {"outcome": None, "at": START}).write() == 1
    assert marks.change("a", {"outcome": "admitted", "at": START + timedelta(hours=1)}).write() == 1
    assert marks.change("z", {"outcome": "admitted", "at": START}).write() == 0
    assert marks.since(START, 9).rows() == [row("a", outcome="admitted", at=START + timedelta(hours=1))]
    assert marks.made == ["put", "change", "since"]


def test_a_change_that_fails_is_taken_back_with_its_transaction(marks: Marks, store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        marks.put([row("a")]).write()
        raise ZeroDivisionError
    assert marks.since(START, 9).rows() == []


def test_the_text_of_a_long_list_is_not_kept(marks: Marks) -> None:
    marks.put([row("a")]).write()
    wanted = ["a"] * (MOST_VALUES + 1)
    for _ in range(2):
        assert [one["letter_id"] for one in marks.of(wanted, None).rows()] == ["a"]
    assert marks.made == ["put", "of", "of"]


def test_what_could_be_written_wrongly_is_refused(marks: Marks) -> None:
    with pytest.raises(TypeError, match="no column"):
        marks.shifted("admitted").rows()
    with pytest.raises(TypeError, match="by position"):
        marks.of(letter_ids=["a"], station=None)
    with pytest.raises(ValueError, match="no name"):
        marks.nameless()


def test_many_rows_are_written_with_one_text_all_or_none(marks: Marks, store: Store) -> None:
    rows = [row(f"{number:03}", outcome=None if number % 2 else "admitted") for number in range(200)]
    assert marks.put_one(rows[0]).write_each(rows) == 200
    assert marks.since(START, 1000).rows() == rows and marks.made == ["put_one", "since"]
    with pytest.raises(StoreError):
        marks.put_one(rows[0]).write_each([row("new"), rows[0]])
    assert len(marks.since(START, 1000).rows()) == 200


def test_what_is_asked_twice_in_a_task_is_asked_once_until_something_is_written(marks: Marks, store: Store) -> None:
    marks.put([row("a")]).write()
    with store.remembering():
        assert len(marks.since(START, 9).rows()) == 1
        other = threading.Thread(target=lambda: marks.put([row("b")]).write())
        other.start()
        other.join()
        assert len(marks.since(START, 9).rows()) == 1, "as it was a moment ago"
        with store.transaction():
            assert len(marks.since(START, 9).rows()) == 2, "a transaction sees what is there"
        assert len(marks.since(START, 9).rows()) == 2
        marks.put([row("c")]).write()
        assert len(marks.since(START, 9).rows()) == 3
    assert store._connection._thread.answers is None


def in_another_thread(call: Callable[[], object]) -> None:
    other = threading.Thread(target=call)
    other.start()
    other.join()


def test_a_task_begins_with_what_the_one_before_it_knew_until_anybody_has_written(marks: Marks, store: Store, place: Place) -> None:
    marks.put([row("a")]).write()

    def asked_anew() -> bool:
        """Whether a task, as one of several, asks the database; it sees all that is there."""
        before = known()
        with store.remembering():
            seen = [one["letter_id"] for one in marks.since(START, 9).rows()]
            assert seen == [one["letter_id"] for one in ask_elsewhere()]
        return known() is not before

    def known() -> object:
        return next(iter((store._connection._thread.answers or {}).values()), None)

    def ask_elsewhere() -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        in_another_thread(lambda: answers.extend(marks.since(START, 9).rows()))
        return answers

    with store.remembering():
        asked_anew()
        asked_anew()
        assert asked_anew() is not place.is_sqlite, "nobody has written; PostgreSQL cannot tell"
        in_another_thread(lambda: marks.put([row("b")]).write())
        assert asked_anew() and asked_anew() is not place.is_sqlite
        elsewhere = place.open()
        in_another_thread(lambda: Marks(elsewhere._connection, tables(elsewhere._connection.database)).put([row("c")]).write())
        assert asked_anew() and asked_anew() is not place.is_sqlite
        marks.put([row("d")]).write()
        assert asked_anew()
    assert store._connection._thread.answers is None


def test_what_a_connection_knew_is_forgotten_with_it(marks: Marks, store: Store) -> None:
    marks.put([row("a")]).write()
    store.close_thread()
    with store.remembering():
        for _ in range(3):
            with store.remembering():
                assert len(marks.since(START, 9).rows()) == 1
        store.close_thread()
        in_another_thread(lambda: marks.put([row("b")]).write())
        with store.remembering():
            assert len(marks.since(START, 9).rows()) == 2, "the new connection counts from where the old one began"


def test_what_several_tasks_know_is_bounded(marks: Marks, store: Store) -> None:
    with store.remembering():
        for limit in range(1, 3 * MOST_REMEMBERED):
            with store.remembering():
                marks.since(START, limit).rows()
                marks.since(START, limit + 10_000).rows()
            assert len(store._connection._thread.answers or {}) <= MOST_REMEMBERED // 2 + 2


def test_within_a_task_a_transaction_sees_what_it_has_written_itself(marks: Marks, store: Store) -> None:
    with store.remembering():
        with store.transaction():
            assert marks.since(START, 9).rows() == []
            marks.put([row("a")]).write()
            assert len(marks.since(START, 9).rows()) == 1
        with pytest.raises(ZeroDivisionError), store.transaction():
            marks.put([row("b")]).write()
            assert len(marks.since(START, 9).rows()) == 2
            raise ZeroDivisionError
        assert len(marks.since(START, 9).rows()) == 1
