"""Keeping: a page is made of a shot once, with its marks; what is refused leaves everything as it was."""

from dataclasses import replace
from typing import Any

import pytest

from node.capture.keeping import Side, Wish
from node.casework.taken import Taken
from node.config import ScanningSettings
from node.errors import MaterialError, NotAllowedError, NotFoundError, QualityError, RequestError, StaleError
from node.scanning.shot import Plan
from tests.journeys.world import picture
from tests.node.capture.conftest import SHEET, SIZE, WHOLE, Bench, Developer

GREY = Plan(SHEET, colour="grey")
ANYWAY: dict[str, Any] = {"anyway": True, "note": "老人签名时手抖，只有这一张"}


def state(bench: Bench) -> tuple[object, ...]:
    """All that keeping could change."""
    store = bench.store
    return (store.materials.list(bench.number), store.drafts.get(bench.number), bench.files("enclosures"), store.enclosures.bytes_here(),
            store.shots.of_case(bench.number))  # fmt: skip


def test_a_kept_page_is_made_by_the_plan_and_remembers_it(bench: Bench) -> None:
    shot = bench.take("a", source="phone")
    kept = bench.keep(shot, GREY, note=" 一页\n正本 ")
    (row,) = bench.pages()
    assert kept.attached.material == row and kept.quality == ()
    assert (row.page, row.media_type, row.taken) == (1, "image/jpeg", {"by": "phone", "note": "一页 正本"})
    assert row.made_of == ({"shot": shot.record.shot, "plan": GREY.to_json()},)
    assert bench.tray.shot(bench.agent, bench.number, shot.record.shot).page == 1
    (page,) = bench.node.desk.case(bench.agent, bench.number).attachments
    assert page.taken == Taken("phone", (), "一页 正本") and page.whole and page.preview
    content, _ = bench.node.desk.attachment(bench.agent, bench.number, "mat_bank", 1)
    assert bench.node.station.suite.digest(content) == row.plain_digest


def test_kept_twice_in_the_same_way_it_is_one_page(bench: Bench) -> None:
    shot = bench.take("a")
    first = bench.keep(shot, GREY)
    before, made = state(bench), len(bench.developer.made)
    again, named = bench.keep(shot, GREY), bench.keep(shot, GREY, page=1)
    assert again.attached.material == first.attached.material == named.attached.material
    assert state(bench) == before and len(bench.developer.made) == made


def test_two_tabs_that_keep_a_shot_at_once_make_one_page(bench: Bench) -> None:
    shot, files = bench.take("a"), bench.files("enclosures")
    bench.developer.meanwhile = lambda: replace(bench, developer=Developer()).keep(shot, GREY)
    assert bench.keep(shot, GREY).attached.material == bench.pages()[0]
    assert len(bench.pages()) == 1 and len(bench.files("enclosures") - files) == 2, "one page and its preview"


def test_two_tabs_that_keep_two_shots_at_once_make_two_pages(bench: Bench) -> None:
    one, other = bench.take("one"), bench.take("other")
    bench.developer.meanwhile = lambda: replace(bench, developer=Developer()).keep(other)
    bench.keep(one)
    assert [(row.page, row.made_of[0]["shot"]) for row in bench.pages()] == [(1, other.record.shot), (2, one.record.shot)]


def test_another_plan_is_the_next_page_unless_it_names_the_page_that_it_replaces(bench: Bench) -> None:
    shot = bench.take("a")
    bench.keep(shot)
    assert bench.keep(shot, GREY).attached.material.page == 2
    dark = Plan(SHEET, brightness=-40)
    assert bench.keep(shot, dark, page=1).attached.material.page == 1
    assert [row.made_of[0]["plan"] for row in bench.pages()] == [dark.to_json(), GREY.to_json()]
    bench.keep(shot, dark, page=1, note="说明")
    assert bench.pages()[0].taken == {"by": "camera", "note": "说明"}


def test_a_page_takes_the_place_of_the_one_that_the_person_saw_there_and_of_no_other(bench: Bench) -> None:
    first, second = bench.take("a"), bench.take("b")
    seen = bench.keep(first).attached.material.plain_digest
    bench.keep(second)
    bench.keeping.order(bench.agent, bench.number, "mat_bank", [2, 1])
    before = state(bench)
    for page in (1, 3):
        with pytest.raises(StaleError, match="page"):
            bench.keep(first, GREY, page=page, instead_of=seen)
    assert state(bench) == before
    again = [bench.keep(first, GREY, page=2, instead_of=seen).attached.material for _ in range(2)]
    assert again[0] == again[1] and [row.page for row in bench.pages()] == [1, 2]


def test_what_the_gate_found_is_kept_only_by_who_says_so_and_says_why(bench: Bench) -> None:
    bench.eye.found = ("glare", "blurred")
    shot = bench.take("a")
    before = state(bench)
    halves: tuple[dict[str, Any], ...] = ({}, {"note": "只有这一张"}, {"anyway": True}, {"anyway": True, "note": " \n "})
    for more in halves:
        with pytest.raises(QualityError) as refused:
            bench.keep(shot, **more)
        assert refused.value.facts["codes"] == ["glare", "blurred"]
    assert state(bench) == before and bench.developer.made == []
    kept = bench.keep(shot, **ANYWAY)
    assert [one.code for one in kept.quality] == ["glare", "blurred"]
    assert bench.pages()[0].taken == {"by": "camera", "quality": ["glare", "blurred"], "note": ANYWAY["note"]}


def test_a_sheet_that_the_person_has_drawn_or_turned_is_judged_anew(bench: Bench) -> None:
    bench.eye.found, bench.eye.then = ("no_page", "glare"), ("cut_edge",)
    shot = bench.take("a")
    proposed = shot.plan
    expected = (
        (proposed, ["no_page", "glare"]),
        (replace(proposed, colour="grey", brightness=9), ["no_page", "glare"]),
        (replace(proposed, turn=180), ["no_page", "cut_edge"]),
        (replace(proposed, corners=SHEET), ["cut_edge"]),
    )
    for plan, left in expected:
        with pytest.raises(QualityError) as refused:
            bench.keep(shot, plan)
        assert refused.value.facts["codes"] == left
    bench.eye.then = ()
    bench.keep(shot, replace(proposed, corners=SHEET))
    assert bench.pages()[0].taken == {"by": "camera"}


def test_where_judging_anew_breaks_what_was_found_before_counts(bench: Bench) -> None:
    bench.eye.found, bench.eye.breaks = ("glare",), "too_slow"
    shot = bench.take("a")
    with pytest.raises(QualityError) as refused:
        bench.keep(shot, GREY)
    assert refused.value.facts["codes"] == ["glare"]
    bench.keep(shot, GREY, **ANYWAY)
    bench.eye.breaks = "too_many_pixels"
    with pytest.raises(MaterialError, match="too_many_pixels"):
        bench.keep(shot, Plan(SHEET, turn=90))


def test_a_note_that_no_letter_could_hold_is_refused(bench: Bench) -> None:
    shot = bench.take("a")
    bench.keep(shot, note="注" * 200)
    with pytest.raises(RequestError, match="note_long"):
        bench.keep(shot, GREY, note="注" * 201)
    assert len(bench.pages()) == 1


def test_a_case_that_goes_up_while_a_page_is_made_keeps_nothing_of_it(bench: Bench) -> None:
    shot = bench.take("a")
    bench.submit()
    with pytest.raises(NotAllowedError, match="not_open"):
        bench.keep(shot)


def test_a_draft_that_gets_another_form_while_a_page_is_made_keeps_nothing_of_it(bench: Bench) -> None:
    shot = bench.take("a")
    record = bench.store.cases.get(bench.number)
    assert record is not None

    def upgrade() -> None:
        with bench.store.transaction():
            bench.store.cases.put(replace(record, package="sm3:" + "0" * 64))

    bench.developer.meanwhile, before = upgrade, bench.files("enclosures")
    with pytest.raises(NotAllowedError, match="not_open"):
        bench.keep(shot)
    with bench.store.transaction():
        bench.store.cases.put(record)
    assert bench.pages() == [] and bench.files("enclosures") == before


def test_the_page_before_stays_until_the_new_one_is_there(bench: Bench) -> None:
    shot = bench.take("a")
    bench.keep(shot)
    before, files = bench.pages(), set[str]()

    def submit() -> None:
        bench.submit()
        files.update(bench.files("enclosures"))

    bench.developer.meanwhile = submit
    with pytest.raises(NotAllowedError, match="not_open"):
        bench.keep(shot, GREY, page=1)
    assert bench.pages() == before and bench.files("enclosures") == files


def test_a_case_that_went_up_and_came_back_while_a_page_was_made_keeps_nothing_of_it(bench: Bench) -> None:
    shot, record = bench.take("a"), bench.store.cases.get(bench.number)
    assert record is not None
    bench.developer.meanwhile = lambda: bench.store.cases.put(replace(record, head="sm3:of another letter"))
    files = bench.files("enclosures")
    with pytest.raises(NotAllowedError, match="not_open"):
        bench.keep(shot)
    assert bench.pages() == [] and bench.files("enclosures") == files


def test_a_page_that_cannot_be_made_leaves_the_one_that_is_there(bench: Bench) -> None:
    shot = bench.take("a")
    bench.keep(shot)
    before = state(bench)
    for page in (31, 0):
        with pytest.raises(MaterialError, match="page"):
            bench.keep(shot, GREY, page=page)
    bench.store.shots.drop(shot.record.file_id)
    with pytest.raises(MaterialError, match="original_gone"):
        bench.keep(shot, GREY, page=1)
    assert state(bench) == before


def test_both_sides_of_a_card_make_one_page_and_come_back_together(bench: Bench) -> None:
    front, back = bench.take("front", "mat_id"), bench.take("back", "mat_id")
    sides = Side(front.record.shot, Plan(SHEET, paper="id_card")), Side(back.record.shot, Plan(SHEET, turn=180, paper="id_card"))
    wish = Wish(*sides)
    bench.keeping.keep(bench.agent, bench.number, wish)
    assert bench.developer.made == ["card"]
    (row,) = bench.pages("mat_id")
    found = bench.keeping.reopen(bench.agent, bench.number, "mat_id", 1)
    assert (found.front, found.back, found.shot.page) == (*sides, 1)
    assert [one.page for one in bench.tray.shots(bench.agent, bench.number)] == [1, 1]
    bench.keeping.keep(bench.agent, bench.number, wish)
    assert bench.pages("mat_id") == [row]


def test_both_sides_may_lie_on_one_shot(bench: Bench) -> None:
    shot = bench.take("both", "mat_id").record.shot
    upper, lower = (((20.0, y), (200.0, y), (200.0, y + 100), (20.0, y + 100)) for y in (10.0, 120.0))
    bench.keeping.keep(bench.agent, bench.number, Wish(Side(shot, Plan(upper, paper="id_card")), Side(shot, Plan(lower, paper="id_card"))))
    assert len(bench.pages("mat_id")) == 1 and bench.developer.made == ["card"]


def test_the_other_side_lies_in_the_same_slot_or_there_is_no_page(bench: Bench) -> None:
    front, other = bench.take("front", "mat_id").record.shot, bench.take("a receipt", "mat_bank").record.shot
    with pytest.raises(NotFoundError):
        bench.keeping.keep(bench.agent, bench.number, Wish(Side(front, WHOLE), Side(other, WHOLE)))
    assert bench.pages("mat_id") == [] and [one.page for one in bench.tray.shots(bench.agent, bench.number)] == [None, None]


def test_a_kept_page_is_opened_by_the_plan_it_was_kept_with_as_long_as_its_original_is_there(bench: Bench) -> None:
    shot = bench.take("a")
    bench.keep(shot, GREY, note="复印件")
    found = bench.keeping.reopen(bench.agent, bench.number, "mat_bank", 1)
    assert (found.front, found.back, found.note) == (Side(shot.record.shot, GREY), None, "复印件")
    bench.node.desk.attach(bench.agent, bench.number, "mat_bank", 2, picture("uploaded", SIZE))
    bench.tray.discard(bench.agent, bench.number, shot.record.shot)
    for page in (1, 2):
        with pytest.raises(MaterialError, match="original_gone"):
            bench.keeping.reopen(bench.agent, bench.number, "mat_bank", page)
    with pytest.raises(NotFoundError):
        bench.keeping.reopen(bench.agent, bench.number, "mat_bank", 3)
    assert len(bench.pages()) == 2, "the page stays without its original"


def test_a_shot_of_another_case_becomes_no_page_of_this_one(bench: Bench) -> None:
    shot = bench.take("a")
    other = replace(bench, number=bench.node.desk.open_case(bench.agent, "gaoling").line.case_number)
    with pytest.raises(NotFoundError):
        other.keep(shot)
    with pytest.raises(NotAllowedError, match="role"):
        bench.keeping.keep(bench.world.person("head1"), bench.number, Wish(Side(shot.record.shot, WHOLE)))
    assert other.pages() == [] and bench.pages() == []


def test_where_originals_never_stay_the_shot_goes_with_the_page_and_keeping_it_again_is_still_one_page(bench: Bench) -> None:
    bench.policy = ScanningSettings(originals="never")
    files = bench.files("shots")
    shot = bench.take("a")
    first = bench.keep(shot)
    assert bench.files("shots") == files and bench.tray.shots(bench.agent, bench.number) == ()
    assert bench.keep(shot).attached.material == first.attached.material and len(bench.pages()) == 1
    with pytest.raises(NotFoundError):
        bench.keep(shot, GREY)


def test_a_page_sent_as_a_file_says_nothing_and_a_signature_on_the_pad_says_so(bench: Bench) -> None:
    desk, agent = bench.node.desk, bench.agent
    first = desk.attach(agent, bench.number, "mat_bank", 1, picture("uploaded", SIZE))[0]
    assert bench.pages()[0].taken is None
    desk.attach(agent, bench.number, "mat_bank", 1, picture("uploaded in its place", SIZE))
    assert [row.plain_digest == first.plain_digest for row in bench.pages()] == [False]
    view = desk.case(agent, bench.number)
    assert view.version is not None
    sample = desk.form_of(bench.number).sample
    desk.save_answers(agent, bench.number, view.version, {name: value for name, value in sample.items() if name != "sign_image"})
    desk.papers.sign(agent, bench.number, picture("signed", SIZE), desk.papers.form_to_sign(agent, bench.number).digest)
    assert [row.taken for row in bench.pages("sign_image")] == [{"by": "pad"}]


def test_what_is_said_of_a_page_is_part_of_what_is_shown(bench: Bench) -> None:
    shot = bench.take("a")
    bench.keep(shot)
    before = bench.node.desk.case(bench.agent, bench.number).shown
    bench.keep(shot, page=1, note="另加的说明")
    assert bench.node.desk.case(bench.agent, bench.number).shown != before


def test_pages_are_put_in_order_all_at_once_or_not_at_all(bench: Bench) -> None:
    rows = [bench.keep(bench.take(text)).attached.material for text in ("1", "2", "3")]
    digests = [row.plain_digest for row in rows]
    order = bench.keeping.order
    assert [row.plain_digest for row in order(bench.agent, bench.number, "mat_bank", [3, 1, 2])] == [digests[2], digests[0], digests[1]]
    now = bench.pages()
    assert [(row.page, row.plain_digest) for row in now] == [(1, digests[2]), (2, digests[0]), (3, digests[1])]
    assert [row.made_of for row in now] == [rows[2].made_of, rows[0].made_of, rows[1].made_of]
    for wrong in ([], [1, 2], [1, 2, 2], [1, 2, 3, 3], [1, 2, 3, 4], [2, 3, 4], [0, 1, 2]):
        with pytest.raises(StaleError, match="pages"):
            order(bench.agent, bench.number, "mat_bank", wrong)
    with pytest.raises(StaleError, match="pages"):
        order(bench.agent, bench.number, "mat_bank", [3, 1, 2], [digests[2], digests[0], digests[1]])
    with pytest.raises(NotAllowedError):
        order(bench.world.person("head1"), bench.number, "mat_bank", [3, 2, 1])
    assert bench.pages() == now
    bench.node.desk.detach(bench.agent, bench.number, "mat_bank", 2)
    order(bench.agent, bench.number, "mat_bank", [3, 1])
    assert [(row.page, row.plain_digest) for row in bench.pages()] == [(1, digests[1]), (2, digests[2])]


def test_who_held_pages_against_the_originals_did_so_in_whatever_order_they_lie(bench: Bench) -> None:
    papers = bench.node.desk.papers
    for text in ("1", "2"):
        bench.keep(bench.take(text))
    papers.tick(bench.agent, bench.number, "mat_bank")
    bench.keeping.order(bench.agent, bench.number, "mat_bank", [2, 1])
    assert bench.node.desk.case(bench.agent, bench.number).papers.tick("mat_bank") is not None
    bench.node.desk.detach(bench.agent, bench.number, "mat_bank", 2)
    assert bench.node.desk.case(bench.agent, bench.number).papers.tick("mat_bank") is None
