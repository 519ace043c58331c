"""A village whose checks were bypassed: the window shows every rule's problem at its place, and sends it back there."""

from collections.abc import Callable
from typing import Any

from forms.problems import Problem
from node.casework.case import Desk, Holder
from node.web.rule_marks import place_of
from tests.journeys.test_admission_table import letter_from, sealed_by
from tests.journeys.world import World
from tests.node.web.browsing import Browsing

Browse = Callable[[str], Browsing]


def broken_dibao(county: World) -> str:
    """A submission of hand-made answers without any material, sent up by a village whose program does not check what it seals."""
    case = county.filled("dibao")
    number, answers = case.line.case_number, dict(case.answers)
    rows: list[dict[str, Any]] = [dict(row) for row in answers["fam"]]
    rows[1]["m_income"] = "很多"
    answers |= {"mobile": "12345", "fam": rows, "smuggled": "x", "id_type": "居民户口簿", "gender": "男"}
    holder = Holder(county.nodes["township"].station.station, Desk.REVIEW)
    village = county.nodes["village1"]
    letter = letter_from(village, number, "submitted", holder, {"answers": answers, "first_contact_at": "2026-11-22T01:00:00Z"})
    sealed, record = sealed_by(county, "agent1", letter), village.store.cases.get(number)
    assert record is not None
    with village.store.transaction():
        village.desk._acts._keep(county.person("agent1"), sealed, record, None)
    county.settle()
    assert county.letters(number)["township"] == [("submitted", "flagged")]
    return number


def test_every_rule_problem_stands_at_its_field_and_its_material_and_becomes_a_mark_on_demand(county: World, browse: Browse) -> None:
    number = broken_dibao(county)
    reviewer = browse("reviewer")
    page = reviewer.get(f"/cases/{number}").text
    view = county.nodes["township"].desk.case(county.person("reviewer"), number)
    assert {"mobile", "fam", "smuggled"} <= {one.field for one in view.problems} and view.checked_on is not None
    assert [one.code for one in view.warnings] == ["agrees_with_id"] and "与户口簿号码不一致" in page
    assert "把规则问题带入补正意见" in page and 'value="请填手机号码' not in page
    assert page.partition("材料</h2>")[2].count('<p class="wrong">') == len(view.material_problems) > 2

    filled = reviewer.post(f"/cases/{number}/rule-marks", {"mark.field.mobile": "打不通"}, reason="").text
    marks = marks_in(filled)
    assert marks["field.mobile"] == "打不通"
    assert marks["row.fam.1"].startswith("月收入") or "：" in marks["row.fam.1"]
    assert marks["material.mat_form"] and marks["material.mat_bank"]
    assert "smuggled：表单里没有这一栏" in filled.partition('name="reason"')[2].partition("</textarea>")[0]
    assert county.states(number)["township"] == "submitted"


def marks_in(page: str) -> dict[str, str]:
    """The marks that are written in the page, by place."""
    found = {}
    for part in page.split('name="mark.')[1:]:
        value = part.partition('value="')[2].partition('"')[0]
        if value:
            found[part.partition('"')[0]] = value
    return found


def test_the_agent_sees_exactly_those_marks_at_those_places(county: World, browse: Browse) -> None:
    number = broken_dibao(county)
    reviewer = browse("reviewer")
    filled = reviewer.post(f"/cases/{number}/rule-marks").text
    marks = marks_in(filled)
    shown, head = reviewer.hidden(f"/cases/{number}", "shown"), reviewer.hidden(f"/cases/{number}", "expected_head")
    sent = {f"mark.{place}": text for place, text in marks.items()}
    answer = reviewer.post(
        f"/cases/{number}/events", sent, event="returned", reason="系统核对", shown=shown, expected_head=head, pin=reviewer.pin
    )
    assert answer.status_code == 303
    county.settle()
    case = county.nodes["village1"].desk.case(county.person("agent1"), number)
    seen = {
        (f"material.{m.material}" if m.material else f"field.{m.field}" if m.row is None else f"row.{m.field}.{m.row}"): m.comment
        for m in case.marks
    }
    assert case.line.state == "returned" and seen == marks and {"field.mobile", "row.fam.1", "material.mat_form"} <= set(marks)
    agent = browse("agent1")
    pages = [agent.get(f"/cases/{number}/fill/{step}").text for step in range(1, 8)] + [agent.get(f"/cases/{number}/materials").text]
    for text in marks.values():
        assert any(f"<b>补正意见：</b>{text}" in page for page in pages), text


def test_only_the_windows_may_ask_for_the_marks(county: World, browse: Browse) -> None:
    number = county.submitted()
    county.settle()
    assert browse("agent1").post(f"/cases/{number}/rule-marks").status_code == 403
    page = browse("reviewer").post(f"/cases/{number}/rule-marks")
    assert page.status_code == 200 and marks_in(page.text) == {}
    assert "把规则问题带入补正意见" not in page.text


def test_each_problem_has_its_place() -> None:
    assert place_of(Problem("a", "required")) == "field.a"
    assert place_of(Problem("t", "required", column="c", row=2)) == "row.t.2"
    assert place_of(Problem(None, "missing_material", material="m")) == "material.m"
    assert place_of(Problem(None, "type")) == "field.None"
