"""A case is returned with marks, corrected, and goes up again in the same chain; also twice."""

import pytest

from forms.errors import AnswerError
from node.casework.views import Mark
from node.errors import NotAllowedError, NotFoundError, RequestError, StaleError, TransitionError
from tests.journeys.world import World, picture

MARKS = (Mark("账号与存折不符", field="bank_no"), Mark("照片不清楚", material="mat_id"))


def test_a_case_is_returned_twice_and_approved_in_one_chain(world: World) -> None:
    number = world.submitted()
    agent, desk = world.person("agent1"), world.nodes["village1"].desk
    for turn in (1, 2):
        world.settle()
        world.act("reviewer", number, "returned", reason=f"第{turn}次：请补正", marks=MARKS)
        world.settle()
        case = desk.case(agent, number)
        assert (case.line.state, case.reason, case.marks) == ("returned", f"第{turn}次：请补正", MARKS)
        assert case.answers["name"] == "示例甲"
        assert {one.material for one in case.attachments} == {"mat_form", "mat_id", "mat_hukou", "mat_bank"}
        assert case.version is not None
        desk.save_answers(agent, number, case.version, {"bank_no": f"622848000000000006{turn}"})
        desk.attach(agent, number, "mat_id", 1, picture(f"clear {turn}"))
        world.act("agent1", number, "submitted", note="已补正")
        assert desk.case(agent, number).marks == ()
    world.settle()
    world.approve(number)
    kinds = ["submitted", "returned", "submitted", "returned", "submitted", "accepted", "forwarded", "approved"]
    assert world.letters(number) == {name: [(kind, "admitted") for kind in kinds] for name in ("village1", "township", "county")}
    county = world.nodes["county"].desk.case(world.person("approver"), number)
    assert county.answers["bank_no"] == "6228480000000000062"
    assert all(one.whole for one in county.attachments)


def test_the_county_returns_a_forwarded_case_to_the_village(world: World) -> None:
    number = world.submitted()
    world.settle()
    world.act("reviewer", number, "accepted")
    world.act("reviewer", number, "forwarded")
    world.settle()
    world.act("approver", number, "returned", reason="缺户口簿本人页", marks=MARKS[1:])
    world.settle()
    assert world.states(number) == {"village1": "returned", "township": "returned", "county": "returned"}


def test_what_is_refused_changes_nothing(world: World) -> None:
    number = world.submitted()
    world.settle()
    before = (world.states(number), world.letters(number))
    with pytest.raises(RequestError) as no_reason:
        world.act("reviewer", number, "returned", marks=MARKS)
    assert no_reason.value.code == "reason_needed"
    with pytest.raises(RequestError) as no_field:
        world.act("reviewer", number, "returned", reason="x", marks=(Mark("?", field="no_such_field"),))
    assert no_field.value.code == "mark"
    with pytest.raises(TransitionError) as too_soon:
        world.act("reviewer", number, "forwarded")
    assert too_soon.value.code == "row"
    with pytest.raises(TransitionError) as wrong_role:
        world.act("leader", number, "accepted")
    assert wrong_role.value.code == "role"
    with pytest.raises(TransitionError) as not_here:
        world.act("approver", number, "accepted")
    assert not_here.value.code == "desk"
    assert (world.states(number), world.letters(number)) == before


def test_an_answer_changed_after_it_was_shown_is_not_sealed(world: World) -> None:
    case = world.filled()
    number, agent, desk = case.line.case_number, world.person("agent1"), world.nodes["village1"].desk
    assert case.version is not None
    desk.save_answers(agent, number, case.version, {"kin_name": "示例己"})
    with pytest.raises(StaleError) as stale:
        desk.act(agent, number, "submitted", pin=world.pin("agent1"), shown=case.shown, expected_head=case.head)
    assert stale.value.code == "shown"
    assert world.states(number) == {"village1": "draft"}
    assert world.letters(number) == {}


def test_a_stale_tab_is_told_and_overwrites_nothing(world: World) -> None:
    case = world.filled()
    number, agent, desk = case.line.case_number, world.person("agent1"), world.nodes["village1"].desk
    assert case.version is not None
    desk.save_answers(agent, number, case.version, {"live_addr": "新地址"})
    with pytest.raises(StaleError) as stale:
        desk.save_answers(agent, number, case.version, {"live_addr": "旧标签页里的地址"})
    assert stale.value.code == "answers"
    assert desk.case(agent, number).answers["live_addr"] == "新地址"


def test_a_wrong_or_incomplete_form_is_not_submitted(world: World) -> None:
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    _, form = desk.item("gaoling")
    case = desk.open_case(agent, "gaoling")
    assert case.version == 0
    _, problems = desk.save_answers(agent, case.line.case_number, 0, {**form.sample, "id_no": "131025194403122018"})
    assert [one.field for one in problems if one.code == "id_check"] == ["id_no"] or any(one.field == "id_no" for one in problems)
    with pytest.raises(AnswerError) as refused:
        world.act("agent1", case.line.case_number, "submitted")
    found = {one.field or one.material for one in refused.value.problems}
    assert {"id_no", "mat_form", "mat_id", "mat_hukou", "mat_bank"} <= found
    assert world.letters(case.line.case_number) == {}


def test_a_submitted_case_is_not_changed_at_the_village(world: World) -> None:
    number = world.submitted()
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    with pytest.raises(NotAllowedError) as answers:
        desk.save_answers(agent, number, 1, {"name": "示例乙"})
    assert answers.value.code == "not_open"
    with pytest.raises(NotAllowedError):
        desk.attach(agent, number, "mat_id", 1, picture("late"))
    with pytest.raises(NotAllowedError):
        desk.discard(agent, number)


def test_side_letters_commute_and_reach_everybody(world: World) -> None:
    number = world.submitted()
    world.settle()
    agent, reviewer = world.person("agent1"), world.person("reviewer")
    world.nodes["village1"].desk.act(agent, number, "message", pin=world.pin("agent1"), text="老人行动不便")
    world.nodes["township"].desk.act(reviewer, number, "message", pin=world.pin("reviewer"), text="请补拍户口簿")
    world.act("reviewer", number, "accepted")
    world.settle()
    chains = {name: sorted(found) for name, found in world.letters(number).items()}
    assert all(
        chain == [("accepted", "admitted"), ("message", "admitted"), ("message", "admitted"), ("submitted", "admitted")]
        for chain in chains.values()
    )


def test_a_supplement_adds_pages_to_a_case_under_way(world: World) -> None:
    number = world.submitted()
    world.settle()
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    with pytest.raises(RequestError) as nothing:
        desk.act(agent, number, "supplement", pin=world.pin("agent1"), text="补充")
    assert nothing.value.code == "supplement_needed"
    with pytest.raises(NotAllowedError):
        desk.attach(agent, number, "mat_hukou", 1, picture("in place of what was sealed"))
    desk.attach(agent, number, "mat_hukou", 3, picture("not this one"))
    desk.detach(agent, number, "mat_hukou", 3)
    with pytest.raises(NotAllowedError):
        desk.detach(agent, number, "mat_hukou", 1)
    desk.attach(agent, number, "mat_hukou", 2, picture("second page"))
    assert "supplement" in desk.case(agent, number).events
    desk.act(agent, number, "supplement", pin=world.pin("agent1"), text="户口簿第二页")
    assert "supplement" not in desk.case(agent, number).events
    world.settle()
    for name, person in (("township", "reviewer"), ("county", "approver")):
        view = world.nodes[name].desk.case(world.person(person), number)
        assert ("mat_hukou", 2, True) in {(one.material, one.page, one.whole) for one in view.attachments}
    assert set(world.states(number).values()) == {"submitted"}


def test_an_erased_page_loses_its_key_and_its_bytes_everywhere_and_its_digest_remains(world: World) -> None:
    number = world.submitted()
    world.settle()
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    page = next(one for one in desk.case(agent, number).attachments if one.material == "mat_bank")
    with pytest.raises(NotFoundError):
        desk.act(agent, number, "erased", pin=world.pin("agent1"), text="x", enclosure="sm3:" + "0" * 64)
    desk.act(agent, number, "erased", pin=world.pin("agent1"), text="误传了别人的存折", enclosure=page.enclosure_id)
    world.settle()
    for node in (world.nodes[name] for name in ("village1", "township", "county")):
        assert node.store.enclosures.key(page.enclosure_id) is None
        found = node.store.enclosures.get(page.enclosure_id)
        assert found is not None and found.state == "erased"
        assert not list((world.place).rglob(page.enclosure_id.partition(":")[2]))
        view = node.desk.case(agent, number)
        assert "mat_bank" not in {one.material for one in view.attachments}
        assert page.plain_digest in node.store.letters.of_case(number)[0].frame.decode()


def test_side_letters_are_for_the_roles_that_may_write_them(world: World) -> None:
    number = world.submitted()
    world.settle()
    reviewer, head = world.person("reviewer"), world.person("head1")
    with pytest.raises(NotAllowedError):
        world.nodes["township"].desk.act(reviewer, number, "urge", pin=world.pin("reviewer"), text="快")
    with pytest.raises(NotAllowedError):
        world.nodes["village1"].desk.act(head, number, "withdrawal_asked", pin=world.pin("head1"), text="撤")


def test_who_looks_after_keys_and_machines_sees_no_case(world: World) -> None:
    number = world.submitted()
    world.settle()
    county = world.nodes["county"].desk
    for name in ("keyofficer", "admin"):
        with pytest.raises(NotAllowedError):
            county.case(world.person(name), number)
        assert county.cases(world.person(name)) == () and county.counts(world.person(name)) == {}
    assert county.case(world.person("supervisor"), number).events == ()


def test_a_draft_that_lay_over_a_birthday_is_submitted_with_the_new_age(world: World) -> None:
    case = world.filled("gaoling")
    number, desk, agent = case.line.case_number, world.nodes["village1"].desk, world.person("agent1")
    assert case.answers["age"] == 82
    world.clock.move(days=120)
    view = desk.case(agent, number)
    assert (view.answers["age"], view.problems) == (83, ())
    world.act("agent1", number, "submitted")
    world.settle()
    assert world.nodes["county"].desk.case(world.person("approver"), number).answers["age"] == 83
