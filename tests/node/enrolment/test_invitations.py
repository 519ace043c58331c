"""Invitations: who may invite whom, which number a station is given, and every fault of a list at once."""

from datetime import timedelta

import pytest

from node.enrolment.documents import read_invitation
from node.enrolment.invitations import Wanted
from node.enrolment.judging import proven_inviter
from node.errors import EnrolmentError, NotFoundError, StationsError
from tests.fakes import START
from tests.node.enrolment.conftest import TOWNSHIP, VILLAGE, Desk

SECOND = Wanted("示例二村", "village", "131025105202")


def faults(desk: Desk, *wanted: Wanted) -> list[tuple[int, str, str]]:
    with pytest.raises(StationsError) as caught:
        desk.inviting.invite(wanted, "admin")
    assert desk.inviting.all_open() == []
    return [(fault.row, fault.column, fault.code) for fault in caught.value.faults]


def test_an_invitation_is_signed_names_the_parent_and_ends_after_thirty_days(county: Desk) -> None:
    (made,) = county.inviting.invite([SECOND], "admin")
    document = read_invitation(made.data)
    invitation = document.content
    assert (invitation.station, invitation.name, invitation.parent.station) == ("13102510520201", "示例二村", TOWNSHIP + "01")
    assert (invitation.made_at, invitation.expires_at) == (START, START + timedelta(days=30))
    assert proven_inviter(county.station.suite, county.trust, document).station == county.station.station
    assert county.store.audit.page()[0].what == "invited"


def test_the_county_and_the_township_invite_for_the_townships_villages(county: Desk, township: Desk) -> None:
    for desk in (county, township):
        (made,) = desk.inviting.invite([SECOND], "admin")
        assert read_invitation(made.data).content.parent.station == TOWNSHIP + "01"


def test_no_number_is_given_twice_not_even_that_of_a_station_that_never_came(county: Desk) -> None:
    first = county.inviting.invite([Wanted("示例一村东", "village", VILLAGE), Wanted("示例一村西", "village", VILLAGE)], "admin")
    assert [one.station for one in first] == [VILLAGE + "02", VILLAGE + "03"]
    county.inviting.withdraw(first[1].invitation_id, "admin")
    (again,) = county.inviting.invite([Wanted("示例一村西", "village", VILLAGE)], "admin")
    assert again.station == VILLAGE + "04"


def test_the_hundredth_station_of_a_division_is_refused(county: Desk) -> None:
    county.inviting.invite([Wanted(f"示例{number}室", "village", VILLAGE) for number in range(98)], "admin")
    with pytest.raises(StationsError) as caught:
        county.inviting.invite([Wanted("示例末室", "village", VILLAGE, row=2)], "admin")
    assert [(fault.row, fault.code) for fault in caught.value.faults] == [(2, "no_number")]


def test_a_whole_county_is_invited_in_one_list(county: Desk) -> None:
    wanted = [
        Wanted("示例三村", "village", "131025106201"),
        Wanted("示例新镇", "township", "131025106000", parent_url="http://10.0.0.1:8600"),
    ]
    village, township = (read_invitation(one.data).content for one in county.inviting.invite(wanted, "admin"))
    assert township.station == "13102510600001" and township.parent.station == county.station.station
    assert township.parent.url == "http://10.0.0.1:8600"
    assert (village.parent.station, village.parent.name) == (township.station, "示例新镇")


def test_a_village_of_a_township_that_was_invited_before_goes_below_it(county: Desk) -> None:
    (township,) = county.inviting.invite([Wanted("示例新镇", "township", "131025106000")], "admin")
    (village,) = county.inviting.invite([Wanted("示例三村", "village", "131025106201")], "admin")
    assert read_invitation(village.data).content.parent.station == township.station


def test_every_fault_is_told_by_row_and_nothing_is_made(county: Desk) -> None:
    assert faults(
        county,
        SECOND,
        Wanted("", "village", "131025105203", row=3),
        Wanted("示例县二", "county", "131025000000", row=4),
        Wanted("示例四村", "village", "131025105000", row=5),
        Wanted("示例外村", "village", "131026105201", row=6),
        Wanted("示例五村", "village", "131025109201", row=7),
        Wanted("示例六村", "village", "131025105206", parent="131025106000", row=8),
        Wanted("示例一村", "village", VILLAGE, row=9),
        Wanted("示例二村", "village", "131025105202", row=10),
        Wanted("示例七村", "village", "131025105207", parent_url="ftp://x", row=11),
        Wanted("示例镇二", "township", TOWNSHIP, row=12),
    ) == [
        (3, "name", "name"),
        (4, "tier", "tier"),
        (5, "division", "division"),
        (6, "division", "outside"),
        (7, "division", "no_parent"),
        (8, "parent_division", "no_parent"),
        (9, "division", "known"),
        (10, "division", "twice"),
        (11, "parent_url", "url"),
        (12, "division", "known"),
    ]


def test_a_township_invites_no_township_and_nobody_of_another(township: Desk) -> None:
    assert faults(township, Wanted("示例新镇", "township", "131025106000")) == [(0, "division", "outside")]
    assert faults(township, Wanted("示例三村", "village", "131025106201")) == [(0, "division", "outside")]


def test_a_station_is_replaced_by_one_of_its_division_and_tier_only(county: Desk) -> None:
    (made,) = county.inviting.invite([Wanted("示例一村", "village", VILLAGE, replaces=VILLAGE + "01")], "admin")
    assert read_invitation(made.data).content.replaces == VILLAGE + "01"
    county.inviting.withdraw(made.invitation_id, "admin")
    for replaces in ("13102510520199", TOWNSHIP + "01"):
        with pytest.raises(StationsError) as caught:
            county.inviting.invite([Wanted("示例一村", "village", VILLAGE, replaces=replaces)], "admin")
        assert [fault.code for fault in caught.value.faults] == ["replaces"]


def test_an_invitation_that_is_over_makes_room_for_the_next(county: Desk) -> None:
    county.inviting.invite([SECOND], "admin", days=1)
    county.clock.move(days=2)
    (again,) = county.inviting.invite([SECOND], "admin")
    assert again.station == "13102510520202"


@pytest.mark.parametrize("days", [0, 367])
def test_an_invitation_is_for_a_day_to_a_year(county: Desk, days: int) -> None:
    with pytest.raises(EnrolmentError) as caught:
        county.inviting.invite([SECOND], "admin", days=days)
    assert caught.value.code == "invitation_days"


def test_an_invitation_is_taken_back_once(county: Desk) -> None:
    (made,) = county.inviting.invite([SECOND], "admin")
    county.inviting.withdraw(made.invitation_id, "admin")
    assert county.inviting.all_open() == []
    with pytest.raises(EnrolmentError) as caught:
        county.inviting.withdraw(made.invitation_id, "admin")
    assert caught.value.code == "invitation_not_open"
    with pytest.raises(NotFoundError):
        county.inviting.withdraw("f" * 32, "admin")
