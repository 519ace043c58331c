"""Accounts and logins, on a real store."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from node.config import PolicySettings
from node.errors import LoginError, NotFoundError, RequestError
from node.roles import Tier
from node.staff.people import LANES, LOGINS_AT_ONCE, MEMORY_KIB, NOBODY, PASSES, People
from node.store import Store, open_store
from signing.algorithms import suite
from tests.fakes import SetClock

PASSWORD = "qinghe-7315-du"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    opened = open_at(tmp_path, clock)
    yield opened
    opened.close()


def open_at(folder: Path, clock: SetClock) -> Store:
    return open_store(folder / "yizhan.db", digest=suite("p256").digest, clock=clock)


@pytest.fixture
def people(store: Store, clock: SetClock) -> People:
    accounts = People(store, clock, Tier.VILLAGE, PolicySettings())
    accounts.add("agent1", "示例代办员甲", ["agent"], PASSWORD)
    return accounts


def code_of(people: People, name: str, password: str) -> str:
    with pytest.raises(LoginError) as caught:
        people.login(name, password)
    return caught.value.code


def test_the_right_password_opens_a_session_of_the_person(people: People) -> None:
    token, session = people.login("agent1", PASSWORD)
    assert people.session(token) == session
    assert (session.person.display_name, session.person.roles) == ("示例代办员甲", ("agent",))
    assert session.person.has("agent") and not session.person.has("admin")


def test_each_login_is_a_new_session_with_its_own_csrf(people: People) -> None:
    (first, one), (second, two) = people.login("agent1", PASSWORD), people.login("agent1", PASSWORD)
    assert first != second and one.csrf != two.csrf and one.person.session_id != two.person.session_id
    assert len(first) >= 43


def test_the_token_and_the_password_are_nowhere_in_the_database(people: People, tmp_path: Path) -> None:
    token, _ = people.login("agent1", PASSWORD)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"agent1" in kept
    assert token.encode() not in kept and PASSWORD.encode() not in kept


def test_wrong_unknown_and_disabled_get_the_same_answer(people: People) -> None:
    people.add("agent2", "示例代办员乙", ["agent"], PASSWORD)
    people.disable("agent2")
    answers = [
        code_of(people, name, password) for name, password in [("agent1", "no"), ("nobody", "no"), ("agent2", PASSWORD), ("a b\n", "no")]
    ]
    assert answers == ["wrong"] * 4


def test_an_unknown_name_costs_the_same_hash_as_a_known_one(people: People) -> None:
    assert not PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES).check_needs_rehash(NOBODY)


def test_letters_that_are_no_letters_are_a_wrong_password(people: People) -> None:
    assert code_of(people, "agent1", "\ud800") == "wrong"
    assert code_of(people, "\ud800", "x") == "wrong"


def test_five_failures_lock_for_fifteen_minutes_even_for_the_right_password(people: People, clock: SetClock) -> None:
    assert [code_of(people, "agent1", "wrong") for _ in range(5)] == ["wrong"] * 5
    assert code_of(people, "agent1", PASSWORD) == "locked"
    clock.move(minutes=14)
    assert code_of(people, "agent1", PASSWORD) == "locked"
    clock.move(minutes=2)
    assert people.login("agent1", PASSWORD)[1].person.name == "agent1"


def test_the_lock_survives_a_restart(people: People, store: Store, tmp_path: Path, clock: SetClock) -> None:
    for _ in range(5):
        code_of(people, "agent1", "wrong")
    store.close()
    again = open_at(tmp_path, clock)
    assert code_of(People(again, clock, Tier.VILLAGE, PolicySettings()), "agent1", PASSWORD) == "locked"
    again.close()


def test_an_unknown_name_is_locked_like_a_known_one(people: People) -> None:
    assert [code_of(people, "nobody", "x") for _ in range(6)] == ["wrong"] * 5 + ["locked"]


def test_a_right_password_forgives_the_failures_before_it(people: People) -> None:
    for _ in range(3):
        for _ in range(4):
            code_of(people, "agent1", "wrong")
        people.login("agent1", PASSWORD)


def test_a_hash_of_weaker_cost_is_made_anew_at_login(people: People, store: Store) -> None:
    record = store.people.get("agent1")
    assert record is not None
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    store.people.put(replace(record, password_hash=weak))
    people.login("agent1", PASSWORD)
    after = store.people.get("agent1")
    assert after is not None and f"m={MEMORY_KIB},t={PASSES}" in after.password_hash
    people.login("agent1", PASSWORD)


def test_a_session_ends_when_idle_and_lives_on_when_used(people: People, clock: SetClock) -> None:
    token, _ = people.login("agent1", PASSWORD)
    for _ in range(4):
        clock.move(minutes=20)
        assert people.session(token) is not None
    clock.move(minutes=30)
    assert people.session(token) is None


def test_a_session_ends_after_twelve_hours_however_busy(people: People, clock: SetClock) -> None:
    token, _ = people.login("agent1", PASSWORD)
    for _ in range(35):
        clock.move(minutes=20)
        assert people.session(token) is not None
    clock.move(minutes=20)
    assert people.session(token) is None


def test_logging_out_ends_one_session_and_disabling_all(people: People) -> None:
    logins = [people.login("agent1", PASSWORD) for _ in range(3)]
    tokens, ended = [token for token, _ in logins], list[str]()
    people.on_logout(ended.append)
    people.logout(logins[0][1])
    assert ended == [logins[0][1].person.session_id]
    assert [people.session(token) is None for token in tokens] == [True, False, False]
    people.disable("agent1")
    assert [people.session(token) for token in tokens] == [None] * 3


def test_a_new_password_ends_all_sessions(people: People) -> None:
    token, _ = people.login("agent1", PASSWORD)
    people.set_password("agent1", "laohuai-2648-qiao")
    assert people.session(token) is None
    assert code_of(people, "agent1", PASSWORD) == "wrong"
    assert people.login("agent1", "laohuai-2648-qiao")[1].person.name == "agent1"


def test_made_up_tokens_are_no_session(people: People) -> None:
    assert [people.session(token) for token in ("", "x" * 43, "十" * 20)] == [None] * 3


def test_new_roles_count_at_once(people: People) -> None:
    token, _ = people.login("agent1", PASSWORD)
    people.set_roles("agent1", ["village_head", "village_head"])
    session = people.session(token)
    assert session is not None and session.person.roles == ("village_head",)


@pytest.mark.parametrize(
    ("name", "display_name", "roles", "password", "code"),
    [
        ("agent1", "示例", ["agent"], PASSWORD, "person_known"),
        ("a b", "示例", ["agent"], PASSWORD, "name_bad"),
        ("", "示例", ["agent"], PASSWORD, "name_bad"),
        ("new", " ", ["agent"], PASSWORD, "display_name_bad"),
        ("new", "示例", ["approver"], PASSWORD, "role_unknown"),
        ("new", "示例", ["king"], PASSWORD, "role_unknown"),
        ("new", "示例", ["agent"], "12345678", "password_common"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    people: People, name: str, display_name: str, roles: list[str], password: str, code: str
) -> None:
    with pytest.raises(RequestError) as caught:
        people.add(name, display_name, roles, password)
    assert caught.value.code == code
    assert [record.name for record in people.records()] == ["agent1"]


def test_nobody_is_not_found(people: People) -> None:
    for act in (people.person, people.disable):
        with pytest.raises(NotFoundError):
            act("nobody")


def test_logins_wait_their_turn_and_are_told_when_it_does_not_come(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.staff.people.LOGIN_WAIT_S", 0.01)
    for _ in range(LOGINS_AT_ONCE):
        people._turns.acquire()
    assert code_of(people, "agent1", PASSWORD) == "busy"
    people._turns.release()
    people.login("agent1", PASSWORD)


def test_an_account_without_a_password_opens_by_its_set_up_code_once(people: People) -> None:
    people.add("xinren", "示例新人", ["agent"], None)
    first, code = people.new_code("xinren"), people.new_code("xinren")
    assert code_of(people, "xinren", code) == "wrong"
    for wrong in (first, "0000-0000-0000", ""):
        with pytest.raises(LoginError) as caught:
            people.set_up("xinren", wrong, PASSWORD)
        assert caught.value.code == "setup"
    with pytest.raises(RequestError):
        people.set_up("xinren", code, "12345678")
    people.set_up("xinren", code.replace("-", " "), PASSWORD)
    assert people.login("xinren", PASSWORD)[1].person.name == "xinren"
    with pytest.raises(LoginError):
        people.set_up("xinren", code, "laohuai-2648-qiao")


def test_a_set_up_code_ends_after_a_week_and_its_tries_are_counted(people: People, clock: SetClock) -> None:
    people.add("xinren", "示例新人", ["agent"], None)
    code = people.new_code("xinren")
    for _ in range(5):
        with pytest.raises(LoginError):
            people.set_up("xinren", "1", PASSWORD)
    with pytest.raises(LoginError) as caught:
        people.set_up("xinren", code, PASSWORD)
    assert caught.value.code == "locked"
    clock.move(days=7)
    with pytest.raises(LoginError) as caught:
        people.set_up("xinren", code, PASSWORD)
    assert caught.value.code == "setup"


def test_a_new_code_ends_the_password_and_the_logins_of_before(people: People) -> None:
    token, _ = people.login("agent1", PASSWORD)
    people.new_code("agent1")
    assert people.session(token) is None and code_of(people, "agent1", PASSWORD) == "wrong"


def test_a_set_up_code_is_kept_as_a_hash_only(people: People, store: Store) -> None:
    code = people.new_code("agent1").replace("-", "")
    assert code not in (store.meta.get("setup:agent1") or code)


def test_who_was_here_is_remembered_with_the_time(people: People, clock: SetClock) -> None:
    people.add("head1", "示例村主任", ["village_head"], PASSWORD)
    assert people.last_login("agent1") is None
    people.login("agent1", PASSWORD)
    assert people.last_login("agent1") == clock.now()
    clock.move(days=2)
    people.login("head1", PASSWORD)
    assert [one.name for one in people.recent(clock.now())] == ["head1"]
    people.disable("head1")
    assert people.recent(clock.now()) == ()


def test_who_practises_is_an_agent_without_a_key(people: People, store: Store) -> None:
    with pytest.raises(RequestError) as caught:
        people.add("lianxi", "示例练习员", ["agent", "village_head"], PASSWORD, practice=True)
    assert caught.value.code == "practice_role"
    assert people.add("lianxi", "示例练习员", ["agent"], PASSWORD, ("key", "sm3:c"), practice=True).practice
    record = store.people.get("lianxi")
    assert record is not None and (record.practice, record.key_name, record.certificate) == (True, None, None)
    assert people.login("lianxi", PASSWORD)[1].person.practice
