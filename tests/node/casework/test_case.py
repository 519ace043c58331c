"""The table of what may happen to a case, tried whole."""

import itertools
from dataclasses import replace

import pytest

from node.casework.case import TRANSITIONS, Case, CaseState, Desk, Event, Holder, Signatory, Until, new_case
from node.errors import TransitionError
from node.roles import TIERS_OF_ROLE, Role, Tier

VILLAGE, TOWNSHIP, COUNTY = "13102510520101", "13102510500001", "13102500000001"
PATH = (VILLAGE, TOWNSHIP, COUNTY)
STATION_OF_TIER = {Tier.VILLAGE: VILLAGE, Tier.TOWNSHIP: TOWNSHIP, Tier.COUNTY: COUNTY}


def signatory(role: Role, station: str | None = None) -> Signatory:
    tier = next(tier for tier in Tier if tier in TIERS_OF_ROLE[role])
    return Signatory(station or STATION_OF_TIER[tier], tier, frozenset({role}))


def case_in(state: CaseState, station: str, decides: Tier = Tier.COUNTY) -> Case:
    return Case("1" * 25, "gaoling", "sm3:00", PATH, decides, state, Holder(station, Desk.AGENT), head="sm3:11")


@pytest.mark.parametrize(("state", "event", "role"), list(itertools.product(CaseState, Event, Role)))
def test_every_state_event_and_role_is_as_the_table_says(state: CaseState, event: Event, role: Role) -> None:
    by = signatory(role)
    case = case_in(state, by.station, decides=by.tier)
    row = TRANSITIONS.get((state, event))
    if row and role in row[1]:
        after = case.after(event, by, "sm3:22")
        assert after.state == (CaseState.ACCEPTED if row[0] is Until.BEFORE else row[0])
        assert after.head == "sm3:22"
        return
    with pytest.raises(TransitionError) as refused:
        case.after(event, by, "sm3:22")
    assert refused.value.code == ("role" if row else "row")


def test_only_the_holder_may_change_a_case() -> None:
    case = case_in(CaseState.SUBMITTED, VILLAGE)
    with pytest.raises(TransitionError) as refused:
        case.after(Event.ACCEPTED, signatory(Role.REVIEWER), "sm3:22")
    assert refused.value.code == "desk"


def test_a_role_certified_at_the_wrong_tier_may_nothing() -> None:
    by = Signatory(TOWNSHIP, Tier.TOWNSHIP, frozenset({Role.APPROVER}))
    with pytest.raises(TransitionError) as refused:
        case_in(CaseState.FORWARDED, TOWNSHIP).after(Event.APPROVED, by, "sm3:22")
    assert refused.value.code == "role"


def test_who_submitted_in_a_village_decides_nothing_there_and_another_of_that_name_elsewhere_may() -> None:
    both = Signatory(VILLAGE, Tier.VILLAGE, frozenset({Role.AGENT, Role.VILLAGE_HEAD}), "示例甲")
    draft = new_case("1" * 25, "village_note", "sm3:00", PATH, Tier.COUNTY)
    here, above = (draft.after(Event.SUBMITTED, both, "sm3:11", tier) for tier in (Tier.VILLAGE, Tier.TOWNSHIP))
    assert here.events_for(both) == (Event.RETURNED, Event.WITHDRAWN)
    with pytest.raises(TransitionError) as refused:
        here.after(Event.APPROVED, both, "sm3:22")
    assert refused.value.code == "own"
    assert here.after(Event.APPROVED, Signatory(VILLAGE, Tier.VILLAGE, both.roles, "示例乙"), "sm3:22").state == CaseState.APPROVED
    leader = Signatory(TOWNSHIP, Tier.TOWNSHIP, frozenset({Role.REVIEWER, Role.LEADER}), "示例甲")
    accepted = above.after(Event.ACCEPTED, replace(leader, name="示例丙"), "sm3:22")
    assert accepted.after(Event.APPROVED, leader, "sm3:33").state == CaseState.APPROVED


@pytest.mark.parametrize("event", [Event.APPROVED, Event.DENIED])
def test_who_accepted_at_the_township_decides_nothing_there_and_is_told_so(event: Event) -> None:
    both = Signatory(TOWNSHIP, Tier.TOWNSHIP, frozenset({Role.REVIEWER, Role.LEADER}), "示例丙")
    submitted = replace(case_in(CaseState.SUBMITTED, TOWNSHIP, decides=Tier.TOWNSHIP), holder=Holder(TOWNSHIP, Desk.REVIEW))
    accepted = submitted.after(Event.ACCEPTED, both, "sm3:22")
    assert event not in accepted.events_for(both) and accepted.refusals_for(both)[event] == "receiver"
    with pytest.raises(TransitionError) as refused:
        accepted.after(event, both, "sm3:33")
    assert refused.value.code == "receiver"
    another = replace(both, name="示例丁")
    assert accepted.after(event, another, "sm3:33").state in (CaseState.APPROVED, CaseState.DENIED)
    assert not accepted.refusals_for(another)
    again = accepted.after(Event.RETURNED, both, "sm3:33").after(Event.SUBMITTED, signatory(Role.AGENT), "sm3:44")
    assert event in again.after(Event.ACCEPTED, another, "sm3:55").events_for(both)


def test_the_same_name_at_the_county_is_another_person() -> None:
    forwarded = replace(case_in(CaseState.FORWARDED, COUNTY), holder=Holder(COUNTY, Desk.DECISION), receiver="示例丙")
    approver = Signatory(COUNTY, Tier.COUNTY, frozenset({Role.APPROVER}), "示例丙")
    assert forwarded.after(Event.APPROVED, approver, "sm3:33").state == CaseState.APPROVED


def test_a_township_leader_decides_only_what_the_township_decides() -> None:
    leader = signatory(Role.LEADER)
    case = case_in(CaseState.ACCEPTED, TOWNSHIP, decides=Tier.COUNTY)
    with pytest.raises(TransitionError) as refused:
        case.after(Event.APPROVED, leader, "sm3:22")
    assert refused.value.code == "decides"
    assert case_in(CaseState.ACCEPTED, TOWNSHIP, decides=Tier.TOWNSHIP).after(Event.APPROVED, leader, "sm3:22").holder.station == VILLAGE


def test_a_case_goes_up_and_comes_back() -> None:
    case = new_case("1" * 25, "gaoling", "sm3:00", PATH, Tier.COUNTY)
    holders = []
    for event, role in (
        (Event.SUBMITTED, Role.AGENT),
        (Event.ACCEPTED, Role.REVIEWER),
        (Event.FORWARDED, Role.REVIEWER),
        (Event.APPROVED, Role.APPROVER),
        (Event.DELIVERED, Role.AGENT),
        (Event.CLOSED, Role.AGENT),
    ):
        case = case.after(event, signatory(role), f"sm3:{event}")
        holders.append(case.holder)
    assert holders == [
        Holder(TOWNSHIP, Desk.REVIEW),
        Holder(TOWNSHIP, Desk.REVIEW),
        Holder(COUNTY, Desk.DECISION),
        Holder(VILLAGE, Desk.AGENT),
        Holder(VILLAGE, Desk.AGENT),
        Holder(VILLAGE, Desk.AGENT),
    ]
    assert case.state is CaseState.CLOSED


def test_a_suspended_case_goes_back_to_where_it_was() -> None:
    approver = signatory(Role.APPROVER)
    forwarded = case_in(CaseState.FORWARDED, COUNTY)
    suspended = forwarded.after(Event.SUSPENDED, approver, "sm3:22")
    assert suspended.after(Event.RESUMED, approver, "sm3:33").state is CaseState.FORWARDED


def test_every_state_is_reachable_and_can_be_closed() -> None:
    ahead = {
        state: {new for (old, _), (new, _, _) in TRANSITIONS.items() if old == state and new is not Until.BEFORE} for state in CaseState
    }
    ahead[CaseState.SUSPENDED] |= {CaseState.ACCEPTED, CaseState.FORWARDED}

    def reach(start: CaseState) -> set[object]:
        found: set[object] = {start}
        todo: list[object] = [start]
        while todo:
            for state in ahead[CaseState(str(todo.pop()))] - found:
                found.add(state)
                todo.append(state)
        return found

    assert reach(CaseState.DRAFT) == set(CaseState)
    assert all(CaseState.CLOSED in reach(state) for state in CaseState)


def test_the_events_offered_are_those_that_are_accepted() -> None:
    case = case_in(CaseState.SUBMITTED, TOWNSHIP)
    assert set(case.events_for(signatory(Role.REVIEWER))) == {Event.ACCEPTED, Event.NOT_ACCEPTED, Event.RETURNED, Event.WITHDRAWN}
    assert case.events_for(signatory(Role.LEADER)) == ()
