"""Handing over: lists, who may confirm, and what is gone afterwards."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from node.assemble import Node
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.staff.acting import Village
from node.staff.leaving import DESTROY
from node.staff.villages import appoint
from tests.fakes import SetClock
from tests.node.staff.conftest import PASSWORD, PIN, Place

OTHER = Village("131025105202", "示例二村")


@pytest.fixture
def place(small: Place) -> Place:
    """A village with somebody to take over, and one open case of the agent's."""
    small.village.people.add("jieban", "示例接班人", ("agent",), PASSWORD)
    small.village.desk.open_case(small.village.people.person("agent1"), "gaoling")
    return small


def code_of(place: Place, by: str, name: str, successor: str, reason: str = "affiliation_changed") -> str:
    with pytest.raises((NotAllowedError, RequestError)) as caught:
        place.village.leaving.confirm(place.village.people.person(by), name, successor, reason)
    return str(vars(caught.value)["code"])


def test_the_lists_say_what_is_in_hand_and_for_which_villages_the_successor_has_no_seal(place: Place) -> None:
    appoint(place.folder, "agent1", OTHER, PIN, place.above, place.clock)
    agent = place.village.people.person("agent1")
    place.village.desk.open_case(agent, "gaoling", OTHER.division)
    lists = place.village.leaving.prepare("agent1", "jieban")
    assert {(one.village, one.state) for one in lists.cases} == {("示例一村", "draft"), ("示例二村", "draft")}
    assert {one.village for one in lists.certificates} == {"示例一村", "示例二村"} and lists.unsealed == ("示例二村",)
    assert place.village.leaving.prepare("head1").cases == ()


def test_who_may_not_confirm_is_refused_and_nothing_is_changed(place: Place) -> None:
    store = place.village.store
    before = store.people.all(), store.cases.page(), store.audit.head()
    assert code_of(place, "jieban", "agent1", "jieban") == "role"
    assert code_of(place, "head1", "head1", "jieban") == "own_leaving"
    assert code_of(place, "head1", "agent1", "jieban", "because") == "leaving_reason"
    for successor in ("agent1", "nobody", "head1", ""):
        assert code_of(place, "head1", "agent1", successor) == "successor"
    with pytest.raises(NotFoundError):
        place.village.leaving.done("agent1")
    assert (store.people.all(), store.cases.page(), store.audit.head()) == before


def test_nobody_leaves_twice_and_a_practiser_takes_nothing_over(place: Place) -> None:
    place.village.people.add("lianxi", "示例练习员", ("agent",), PASSWORD, practice=True)
    assert code_of(place, "head1", "agent1", "lianxi") == "successor"
    place.village.leaving.confirm(place.village.people.person("head1"), "agent1", "jieban", "cessation_of_operation")
    assert code_of(place, "head1", "agent1", "jieban") == "left"


def test_a_key_file_that_stayed_is_destroyed_at_the_next_start(place: Place, restart: Callable[[Path, SetClock], Node]) -> None:
    record = place.village.store.people.get("agent1")
    assert record is not None and record.key_name is not None
    path = place.folder / "keys" / f"{record.key_name}.key"
    content = path.read_bytes()
    place.village.leaving.confirm(place.village.people.person("head1"), "agent1", "jieban", "affiliation_changed")
    path.write_bytes(content)  # the disk would not let go of it
    place.village.store.meta.set(DESTROY + record.key_name, "")
    restart(place.folder, place.clock)
    assert not path.exists() and place.village.store.meta.names(DESTROY) == []


def test_a_failure_in_between_hands_nothing_over(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store, head = place.village.store, place.village.people.person("head1")

    def fail(_line: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(store.audit, "append", fail)
    with pytest.raises(OSError):
        place.village.leaving.confirm(head, "agent1", "jieban", "affiliation_changed")
    monkeypatch.undo()
    record = store.people.get("agent1")
    assert record is not None and not record.disabled and record.key_name is not None
    assert [one.opened_by for one in store.cases.page()] == ["agent1"]
    agent = replace(place.village.people.person("agent1"), session_id="s")
    assert place.village.keyring.open(agent, PIN)
