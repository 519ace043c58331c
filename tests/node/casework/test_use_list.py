"""The list of uses: whose tick counts for whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.casework.use_list import UseLists
from node.errors import NotAllowedError, RequestError
from node.staff.people import Person
from node.store import Store, open_store
from node.store.records.sealing import SealUseRecord
from signing.algorithms import suite
from tests.fakes import SetClock

DAY = "2026-11-22"
HEAD, OTHER = Person("head1", "示例村主任甲", ("village_head",)), Person("head2", "示例村主任乙", ("village_head",))
OFFICER = Person("miyao", "示例密钥员", ("key_officer",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "store.db", None, digest=suite("p256").digest, clock=SetClock())
    yield made
    made.close()


@pytest.fixture
def lists(store: Store) -> UseLists:
    """A seal was used once."""
    use(store)
    return UseLists(store, SetClock())


def use(store: Store) -> None:
    who, what = ("agent1", "示例代办员甲", "own"), ("letter", "submitted", "case", "gaoling", "高龄津贴", "示例")
    with store.transaction():
        store.seal_uses.add(SealUseRecord(DAY, SetClock().now(), *who, "13102510520101-unit-1", "示例章", *what))


def read_by(lists: UseLists) -> list[str]:
    return [one.name for one in (HEAD, OTHER, OFFICER) if lists.days(one)[0].read]


def test_each_head_reads_for_himself_and_who_only_watches_sees_that_somebody_has(lists: UseLists, store: Store) -> None:
    assert read_by(lists) == [] and lists.may_tick(HEAD, DAY) and not lists.may_tick(OFFICER, DAY)
    lists.tick(HEAD, DAY, 1)
    assert read_by(lists) == ["head1", "miyao"]
    assert not lists.may_tick(HEAD, DAY) and lists.may_tick(OTHER, DAY)
    assert [(one.person, one.by, one.uses) for one in lists.of_day(OTHER, DAY)[1]] == [("head1", "示例村主任甲", 1)]
    lists.tick(OTHER, DAY, 1)
    assert read_by(lists) == ["head1", "head2", "miyao"]
    use(store)
    assert read_by(lists) == [] and lists.may_tick(HEAD, DAY) and lists.may_tick(OTHER, DAY)


def test_what_was_not_seen_cannot_be_ticked_and_not_by_everybody(lists: UseLists) -> None:
    for by, uses, expected in ((HEAD, 2, RequestError), (HEAD, 0, RequestError), (OFFICER, 1, NotAllowedError)):
        with pytest.raises(expected):
            lists.tick(by, DAY, uses)
    assert read_by(lists) == [] and not lists.may_tick(HEAD, "2026-11-23")
