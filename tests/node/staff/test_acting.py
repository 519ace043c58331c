"""Which villages people act for, and what those are called."""

import pytest

from node.errors import RequestError
from node.staff.acting import Village
from node.staff.villages import appoint
from tests.node.staff.conftest import PIN, Place

OWN, OTHER = "131025105201", Village("131025105202", "示例二村")


def test_with_one_village_nothing_is_asked(small: Place) -> None:
    acting, agent = small.village.desk._drafts.acting, small.village.people.person("agent1")
    assert acting.villages(agent) == (Village(OWN, "示例一村"),)
    assert [acting.chosen(agent, given) for given in (None, "", OWN)] == ["", "", ""]


def test_with_two_one_must_be_named_and_no_third(small: Place) -> None:
    appoint(small.folder, "agent1", OTHER, PIN, small.above, small.clock)
    acting, agent = small.village.desk._drafts.acting, small.village.people.person("agent1")
    assert acting.villages(agent) == (Village(OWN, "示例一村"), OTHER)
    assert [acting.chosen(agent, given) for given in (OWN, OTHER.division)] == ["", OTHER.division]
    for given, code in ((None, "division_needed"), ("131025105203", "division_wrong")):
        with pytest.raises(RequestError) as caught:
            acting.chosen(agent, given)
        assert caught.value.code == code


def test_a_division_that_nobody_has_named_is_called_by_its_code(small: Place) -> None:
    acting = small.village.desk._drafts.acting
    assert [acting.name_of(one) for one in ("", OWN, "131025105000", "131025105299")] == ["示例一村", "示例一村", "示例镇", "131025105299"]
