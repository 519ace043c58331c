"""People and their logins."""

from dataclasses import replace
from datetime import timedelta

import pytest

from node.store import Store
from node.store.records import PersonRecord, SessionRecord
from tests.node.store.conftest import START, Place

LI = PersonRecord("li", "示例李", ("agent", "village_head"), "$argon2id$x", START, "li", "sm3:c")
SESSION = SessionRecord("li", "csrf", START, START, START + timedelta(hours=8))


def test_people_are_kept_by_name(store: Store) -> None:
    store.people.put(LI)
    store.people.put(PersonRecord("an", "示例安", (), "$argon2id$y", START))
    store.people.put(replace(LI, disabled=True))
    assert store.people.get("li") == replace(LI, disabled=True)
    assert store.people.get("wang") is None
    assert [person.name for person in store.people.all()] == ["an", "li"]


def test_a_person_who_changes_is_another_one_at_once_in_the_same_transaction_and_after_it(store: Store) -> None:
    store.people.put(LI)
    with store.transaction():
        assert store.people.get("li") == store.people.get("li") == LI
        store.people.put(replace(LI, disabled=True))
        assert store.people.get("li") == replace(LI, disabled=True)
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.people.put(LI)
        assert store.people.get("li") == LI
        raise ZeroDivisionError
    with store.transaction():
        assert store.people.get("li") == replace(LI, disabled=True)


def test_a_login_stands_until_its_end(store: Store) -> None:
    store.sessions.create("secret", SESSION)
    assert store.sessions.get("secret", START) == SESSION
    assert store.sessions.get("Secret", START) is None
    store.sessions.touch("secret", START + timedelta(hours=1))
    assert store.sessions.get("secret", START) == replace(SESSION, seen_at=START + timedelta(hours=1))
    assert store.sessions.get("secret", START + timedelta(hours=8)) is None


def test_a_login_is_revoked_alone_or_with_all_of_a_person(store: Store) -> None:
    for name in ("one", "two", "three"):
        store.sessions.create(name, SESSION)
    store.sessions.create("other", replace(SESSION, person_name="wang"))
    store.sessions.revoke("one")
    assert [store.sessions.get(name, START) is None for name in ("one", "two")] == [True, False]
    store.sessions.revoke_all("li")
    assert [store.sessions.get(name, START) is None for name in ("two", "three", "other")] == [True, True, False]


def test_ended_logins_are_swept(store: Store) -> None:
    store.sessions.create("old", SESSION)
    store.sessions.create("new", replace(SESSION, expires_at=START + timedelta(days=2)))
    store.sessions.sweep(START + timedelta(days=1))
    assert store.sessions.get("old", START) is None
    assert store.sessions.get("new", START) is not None


def test_a_logins_id_is_nowhere_in_the_database(place: Place) -> None:
    store = place.open()
    store.sessions.create("a-very-secret-session-id", SESSION)
    rows = store._connection.run("SELECT * FROM sessions")
    assert len(rows) == 1
    assert not any("a-very-secret-session-id" in str(value) for value in rows[0])
