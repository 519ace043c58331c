"""The audit log holds together."""

from dataclasses import replace
from datetime import timedelta

import pytest

from node.store import Store
from node.store.records import AuditRecord
from tests.node.store.conftest import START


def write(store: Store, count: int) -> list[AuditRecord]:
    return [
        store.audit.append(AuditRecord(START + timedelta(minutes=number), "li", "opened", f"case {number % 2}", {"n": number, "字": "甲"}))
        for number in range(count)
    ]


def change(store: Store, sql: str) -> None:
    with store.transaction():
        store._connection.run(sql)


def test_lines_are_numbered_and_linked(store: Store) -> None:
    assert store.audit.head() == (0, "")
    lines = write(store, 3)
    assert [line.seq for line in lines] == [1, 2, 3]
    assert [line.previous for line in lines] == ["", lines[0].digest, lines[1].digest]
    assert store.audit.head() == (3, lines[2].digest)
    assert store.audit.first_broken() is None


def test_lines_of_one_transaction_are_linked_and_the_next_follow_what_was_kept(store: Store) -> None:
    with store.transaction():
        lines = write(store, 3)
    with pytest.raises(ZeroDivisionError), store.transaction():
        write(store, 2)
        raise ZeroDivisionError
    with store.transaction():
        lines += write(store, 2)
    lines += write(store, 1)
    assert [line.seq for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line.previous for line in lines] == ["", *(line.digest for line in lines[:-1])]
    assert store.audit.head() == (6, lines[-1].digest) and store.audit.first_broken() is None


def test_lines_come_newest_first_in_pages(store: Store) -> None:
    lines = write(store, 5)
    assert store.audit.page(limit=2) == [lines[4], lines[3]]
    assert store.audit.page(before=lines[3].seq, limit=2) == [lines[2], lines[1]]
    assert store.audit.page(about="case 1") == [lines[3], lines[1]]


def test_a_line_is_taken_back_with_what_it_tells_of(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        write(store, 1)
        raise ZeroDivisionError
    assert store.audit.head() == (0, "")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET who = 'wang' WHERE seq = 3",
        "UPDATE audit SET at = '2026-11-22T03:09:05Z' WHERE seq = 3",
        "UPDATE audit SET detail = '{}' WHERE seq = 3",
        "UPDATE audit SET digest = 'sha256:00' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
    ],
)
def test_a_changed_or_missing_line_shows(store: Store, sql: str) -> None:
    write(store, 5)
    change(store, sql)
    assert store.audit.first_broken() == 3


def test_a_line_written_again_with_a_digest_of_its_own_shows_in_the_next(store: Store) -> None:
    lines = write(store, 5)
    forged = replace(lines[2], who="wang")
    change(store, f"UPDATE audit SET who = 'wang', digest = '{store.audit.digest_of(forged)}' WHERE seq = 3")
    assert store.audit.first_broken() == 4 and store.audit.first_broken(3) == 4


def test_the_newest_lines_alone_can_be_looked_at(store: Store) -> None:
    write(store, 5)
    change(store, "UPDATE audit SET who = 'wang' WHERE seq = 2")
    assert store.audit.first_broken() == 2 and store.audit.first_broken(2) is None
    change(store, "UPDATE audit SET who = 'wang' WHERE seq = 4")
    assert store.audit.first_broken(2) == 4


def test_a_cut_tail_shows_against_a_head_kept_elsewhere(store: Store) -> None:
    lines = write(store, 5)
    change(store, "DELETE FROM audit WHERE seq = 5")
    assert store.audit.first_broken() is None
    assert store.audit.head() != (5, lines[4].digest)
