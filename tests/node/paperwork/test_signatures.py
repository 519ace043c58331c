"""The applicant signs once: what is bound to which answers, and what a later change says."""

from dataclasses import replace
from typing import Any

import pytest

from forms.errors import AnswerError
from node.casework.reading import Reading
from node.errors import RequestError, StaleError
from node.staff.people import Person
from tests.journeys.world import World, picture
from tests.node.paperwork.conftest import TERMS, Counter


def test_a_form_printed_and_signed_on_paper_is_the_one_signature_and_a_change_asks_for_another(whole: Counter) -> None:
    printed = whole.papers.print_form(whole.agent, whole.number)
    whole.attach("mat_form", "signed paper")
    assert whole.problems == [], "the signature field is answered by the page of the form"
    signed = whole.view.papers.signed
    assert signed is not None and (signed.way, signed.answers, signed.agrees) == ("paper", printed.digest, True)
    before = whole.view.answers["live_addr"]
    whole.answer(live_addr="大城县示例街2号", mobile="13100000009")
    assert whole.problems == [("signed_form_outdated", "mat_form"), ("signed_form_outdated", "sign_image")]
    assert whole.view.material_problems[0].facts == {"fields": "现居住地址、联系电话"}
    with pytest.raises(AnswerError):
        whole.county.act("agent1", whole.number, "submitted")
    whole.answer(live_addr=before, mobile="13100000001")
    assert whole.problems == [], "what was signed stands there again"
    whole.answer(mobile="13100000009")
    whole.papers.print_form(whole.agent, whole.number)
    assert whole.problems != [], "printing alone signs nothing"
    whole.desk.detach(whole.agent, whole.number, "mat_form", 1)
    whole.attach("mat_form", "signed paper")
    assert whole.problems != [], "the old picture stays what it was"
    whole.attach("mat_form", "signed anew")
    assert whole.problems == []
    whole.county.act("agent1", whole.number, "submitted")
    whole.county.settle()
    seen = whole.county.nodes["county"].desk.case(whole.county.person("approver"), whole.number).papers.signed
    assert seen is not None and (seen.way, seen.agrees) == ("paper", True)


def test_a_page_of_the_form_scanned_after_a_change_is_of_the_print_before_it(counter: Counter) -> None:
    counter.papers.print_form(counter.agent, counter.number)
    counter.answer(mobile="13100000009")
    counter.attach("mat_form", "signed paper")
    assert ("signed_form_outdated", "mat_form") in counter.problems


def test_the_pad_binds_what_it_showed_and_signs_the_form_too(counter: Counter) -> None:
    counter.sign("first")
    assert counter.problems == []
    signed = counter.view.papers.signed
    assert signed is not None and (signed.way, signed.agrees) == ("pad", True)
    pages = {one.material: one.enclosure_id for one in counter.view.attachments}
    assert pages["sign_image"] == pages["mat_form"], "one picture, sent once"
    shown = counter.papers.form_to_sign(counter.agent, counter.number).digest
    counter.answer(mobile="13100000009")
    with pytest.raises(StaleError, match="signed"):
        counter.papers.sign(counter.agent, counter.number, picture("late"), shown)
    assert counter.problems == [("signed_form_outdated", "mat_form"), ("signed_form_outdated", "sign_image")]
    with pytest.raises(RequestError, match="sign_same"):
        counter.sign("first")
    counter.sign("second")
    assert counter.problems == []


def test_nobody_signs_what_is_not_filled_in(counter: Counter) -> None:
    counter.answer(mobile="", name="")
    assert not counter.papers.form_to_sign(counter.agent, counter.number).is_ready
    with pytest.raises(RequestError, match="sign_early"):
        counter.sign("early")


def test_a_form_signed_elsewhere_binds_nothing(counter: Counter) -> None:
    counter.attach("mat_form", "a form of the department")
    counter.attach("sign_image", "a photograph of a signature")
    counter.answer(mobile="13100000009")
    assert counter.problems == [] and counter.view.papers.signed is None
    body = counter.desk.letters(
        counter.agent, counter.county.act("agent1", counter.number, "submitted").line.case_number
    )[-1].body  # fmt: skip
    assert not {"signed", "mandate", "originals", "standby"} & set(body)


def test_a_photograph_or_another_material_changes_nothing_of_what_was_signed(counter: Counter) -> None:
    counter.sign("first")
    counter.attach("photo", "a portrait")
    counter.attach("mat_bank", "a second page", 2)
    assert counter.problems == []


def test_another_item_version_is_another_thing_to_sign(counter: Counter) -> None:
    counter.sign("first")
    record = counter.county.nodes["village1"].store.cases.get(counter.number)
    assert record is not None
    clean = counter.papers.form_to_sign(counter.agent, counter.number).answers
    signatures = counter.papers._paperwork.signatures
    assert signatures.problems(record, counter.form, clean) == ()
    found = signatures.problems(replace(record, package="sm3:newer"), counter.form, clean)
    assert {one.code for one in found} == {"signed_form_version"}


def test_who_practises_signs_ticks_and_writes_mandates_and_nothing_leaves(village: World) -> None:
    desk, learner = village.nodes["village1"].desk, Person("learner", "示例学员", ("agent",), session_id="learning", practice=True)
    _, form = desk.item("gaoling")
    number = desk.open_case(learner, "gaoling").line.case_number
    desk.save_answers(learner, number, 0, {name: value for name, value in form.sample.items() if name != "sign_image"})
    for material in form.sample_materials:
        if material != "mat_form":
            desk.attach(learner, number, material, 1, picture(material))
    desk.papers.tick(learner, number, "mat_id")
    desk.papers.make_mandate(learner, number, TERMS)
    desk.attach(learner, number, "mandate", 1, picture("mandate"))
    desk.papers.sign(learner, number, picture("s"), desk.papers.form_to_sign(learner, number).digest)
    seen = desk.act(learner, number, "submitted", shown=desk.case(learner, number).shown)
    assert seen.line.state == "submitted" and seen.papers.signed is not None and seen.papers.signed.agrees
    desk.wipe_practice(learner)
    assert village.nodes["village1"].store.papers.mandates(number) == []


def test_a_thrown_away_draft_leaves_no_papers_behind(counter: Counter) -> None:
    counter.sign("first")
    counter.papers.print_form(counter.agent, counter.number)
    counter.papers.tick(counter.agent, counter.number, "mat_id")
    counter.mandate()
    counter.desk.discard(counter.agent, counter.number)
    kept = counter.county.nodes["village1"].store.papers
    assert (kept.mandates(counter.number), kept.originals(counter.number), kept.signed(counter.number)) == ([], [], [])
    assert kept.printed(counter.number) is None


def test_a_picture_that_was_signed_under_other_answers_is_refused_and_changes_nothing(counter: Counter) -> None:
    counter.sign("one")
    for row in counter.view.attachments:
        if row.material in ("mat_form", "sign_image"):
            counter.desk.detach(counter.agent, counter.number, row.material, row.page)
    counter.answer(live_addr="另一处")
    before = counter.view
    with pytest.raises(RequestError, match="sign_same"):
        counter.sign("one")
    assert (counter.view.answers, counter.view.attachments, counter.view.papers) == (before.answers, before.attachments, before.papers)


def test_what_another_tab_saves_while_a_page_is_read_is_never_sealed_as_if_it_had_been_shown(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.sign("one")
    problems = Reading._problems

    def meanwhile(*given: Any) -> Any:
        found = problems(*given)
        monkeypatch.setattr(Reading, "_problems", problems)
        counter.answer(live_addr="另一处")
        counter.sign("two")
        return found

    monkeypatch.setattr(Reading, "_problems", meanwhile)
    view = counter.view
    assert view.answers["live_addr"] != "另一处"
    with pytest.raises(StaleError, match="shown"):
        counter.desk.act(counter.agent, counter.number, "submitted", pin=counter.county.pin("agent1"), shown=view.shown)
