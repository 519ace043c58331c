"""Standby receipts: numbered once, entered once, with the time that stands on them."""

from datetime import UTC, datetime, timedelta

import pytest

from node.errors import NotAllowedError, NotFoundError, RequestError
from node.paperwork.desk import PaperDesk
from node.paperwork.standby import code_of_receipt
from node.staff.people import Person
from tests.journeys.world import World, picture

PRINTED = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def at_counter(county: World, agent: str = "agent1") -> tuple[PaperDesk, Person]:
    return county.node_of(agent).desk.papers, county.person(agent)


def refusal(county: World, code: str, at: datetime) -> str:
    papers, agent = at_counter(county)
    try:
        papers.open_case(agent, "gaoling", code, at)
    except RequestError as error:
        return error.code
    except NotFoundError as error:
        return error.kind
    return "opened"


def test_numbers_go_on_have_a_check_digit_of_their_station_and_are_never_given_again(villages: World) -> None:
    papers, agent = at_counter(villages)
    first, second = papers.print_standby(agent, 2), papers.print_standby(agent, 1)
    assert [code_of_receipt(one)[:7] for one in (*first, *second)] == ["备-0001-", "备-0002-", "备-0003-"]
    others, other = at_counter(villages, "agent2")
    assert code_of_receipt(others.print_standby(other, 1)[0]) != code_of_receipt(first[0])
    assert [one.number for one in papers.standby_sheets(agent, 2, 3)] == [2, 3]
    for count in (0, 51):
        with pytest.raises(RequestError, match="standby_count"):
            papers.print_standby(agent, count)
    with pytest.raises(NotAllowedError):
        at_counter(villages)[0].print_standby(villages.person("head1"), 1)


def test_a_receipt_makes_one_case_that_keeps_the_time_written_on_it(county: World) -> None:
    papers, agent = at_counter(county)
    code = code_of_receipt(papers.print_standby(agent, 1)[0])
    county.clock.move(days=2)
    written = PRINTED + timedelta(hours=5, minutes=12)
    loosely = code.replace("备-000", "备 ").replace("-", "－")
    record = papers.open_case(agent, "gaoling", loosely, written)
    desk = county.nodes["village1"].desk
    papers_of_case = desk.case(agent, record.case_number).papers
    assert (papers_of_case.standby, papers_of_case.first_contact_at) == (code, written)
    assert refusal(county, code, written) == "standby_used"
    _, form = desk.item("gaoling")
    desk.save_answers(agent, record.case_number, 0, dict(form.sample))
    for material in form.sample_materials:
        desk.attach(agent, record.case_number, material, 1, picture(material))
    county.act("agent1", record.case_number, "submitted")
    county.settle()
    seen = county.nodes["township"].desk
    body = seen.letters(county.person("reviewer"), record.case_number)[0].body
    assert (body["standby"], body["first_contact_at"]) == (code, "2026-11-22T06:12:00Z")
    assert seen.case(county.person("reviewer"), record.case_number).papers.standby == code
    assert papers.standby(agent)[0].state == "used"


def test_a_case_that_is_thrown_away_gives_its_receipt_back(village: World) -> None:
    papers, agent = at_counter(village)
    code = code_of_receipt(papers.print_standby(agent, 1)[0])
    village.clock.move(hours=1)
    record = papers.open_case(agent, "gaoling", code, PRINTED + timedelta(minutes=10))
    village.nodes["village1"].desk.discard(agent, record.case_number)
    assert papers.standby(agent)[0].state == "blank"
    assert papers.open_case(agent, "dibao", code, PRINTED + timedelta(minutes=10)).item_id == "dibao"


def test_a_time_that_cannot_be_and_a_number_that_is_not_ours_are_refused_and_open_nothing(villages: World) -> None:
    papers, agent = at_counter(villages)
    first, second = (code_of_receipt(one) for one in papers.print_standby(agent, 2))
    others, other = at_counter(villages, "agent2")
    foreign = code_of_receipt(others.print_standby(other, 1)[0])
    villages.clock.move(days=61)
    now = villages.clock.now()
    assert refusal(villages, first, now + timedelta(minutes=1)) == "standby_future"
    assert refusal(villages, first, PRINTED - timedelta(minutes=1)) == "standby_before"
    assert refusal(villages, first, PRINTED + timedelta(minutes=1)) == "standby_old"
    for nothing in (foreign, "备-0009-1", "0001", "", "x"):
        assert refusal(villages, nothing, now) == "standby"
    papers.void_standby(agent, second, "雨淋了")
    assert refusal(villages, second, now) == "standby_void"
    with pytest.raises(RequestError, match="standby_void"):
        papers.void_standby(agent, second, "再作废")
    assert villages.nodes["village1"].desk.cases(agent) == ()


def test_a_restored_station_prints_none_for_it_may_have_printed_their_numbers_before(village: World) -> None:
    papers, agent = at_counter(village)
    papers.print_standby(agent, 1)
    village.nodes["village1"].standing.mark_restored("backup")
    with pytest.raises(NotAllowedError, match="standing_restored"):
        papers.print_standby(agent, 1)
    assert len(papers.standby(agent)) == 1


def test_who_practises_uses_up_no_receipt(village: World) -> None:
    papers, agent = at_counter(village)
    code = code_of_receipt(papers.print_standby(agent, 1)[0])
    learner = Person("learner", "练习", ("agent",), session_id="learning", practice=True)
    with pytest.raises(NotAllowedError, match="practice"):
        papers.print_standby(learner, 1)
    with pytest.raises(NotAllowedError, match="practice"):
        papers.open_case(learner, "gaoling", code, PRINTED)
