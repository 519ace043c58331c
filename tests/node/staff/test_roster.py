"""The roster: who may do what with accounts, and what the log keeps of it."""

import pytest

from node.errors import NotAllowedError, RequestError
from node.staff.people import Person
from node.staff.roster import Roster
from tests.node.staff.conftest import PASSWORD, Place

ADMIN = Person("guanli", "示例管理员", ("admin",))
OFFICER = Person("miyao", "示例密钥员", ("key_officer",))


@pytest.fixture
def roster(small: Place) -> Roster:
    small.village.people.add("guanli", "示例管理员", ("admin",), PASSWORD)
    return small.village.roster


def test_what_an_administrator_does_is_in_the_log(small: Place, roster: Roster) -> None:
    code = roster.add(ADMIN, "xinren", "示例新人", ("agent",))
    roster.set_roles(ADMIN, "xinren", ("village_head",))
    roster.disable(ADMIN, "xinren")
    roster.enable(ADMIN, "xinren")
    lines = small.village.store.audit.page(about="xinren")
    assert [(line.who, line.what) for line in lines[::-1]] == [
        ("guanli", what) for what in ("person_added", "roles_set", "person_disabled", "person_enabled")
    ]
    assert code.replace("-", "") not in repr(lines)
    assert roster.entry(ADMIN, "xinren").waits


def test_nobody_else_changes_anything(small: Place, roster: Roster) -> None:
    for by in (OFFICER, Person("head1", "示例村主任甲", ("village_head",)), Person("agent1", "示例代办员甲", ("agent",))):
        acts = (
            lambda: roster.add(by, "x", "示例", ("agent",)),  # noqa: B023
            lambda: roster.new_code(by, "agent1"),  # noqa: B023
            lambda: roster.set_roles(by, "agent1", ("agent",)),  # noqa: B023
            lambda: roster.disable(by, "agent1"),  # noqa: B023
            lambda: roster.enable(by, "agent1"),  # noqa: B023
        )
        for act in acts:
            with pytest.raises(NotAllowedError):
                act()
    with pytest.raises(NotAllowedError):
        roster.entries(Person("agent1", "示例代办员甲", ("agent",)))
    assert small.village.store.audit.page(about="agent1") == small.village.store.audit.page(about="agent1", limit=1)


def test_who_practises_is_an_agent_and_stays_one(roster: Roster) -> None:
    roster.add(ADMIN, "lianxi", "示例练习员", ("admin",), practice=True)
    assert roster.entry(ADMIN, "lianxi").roles == ("agent",)
    for roles, code in ((("agent", "admin"), "practice_role"), ((), "role_needed")):
        with pytest.raises(RequestError) as caught:
            roster.set_roles(ADMIN, "lianxi", roles)
        assert caught.value.code == code


def test_who_has_handed_over_is_not_opened_again(small: Place, roster: Roster) -> None:
    small.village.leaving.confirm(ADMIN, "agent1", "head1", "affiliation_changed")
    with pytest.raises(RequestError) as caught:
        roster.enable(ADMIN, "agent1")
    assert caught.value.code == "left" and roster.entry(ADMIN, "agent1").left
