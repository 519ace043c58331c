"""The application form as pages."""

from dataclasses import replace
from itertools import pairwise

from node.documents.composing import BODY, BOTTOM
from node.documents.facts import SignaturePicture
from node.documents.form import form_layout
from node.documents.layout import Box, Layout, PlacedPicture, QrCode, Text
from node.documents.measure import width_of
from node.scanning.qr import qr_code
from tests.node.documents.samples import ORGANS, form_of, paper_of

QR: QrCode = qr_code("1310251052010126112200078 form 0123456789ab sm3:0123456789abcdef0123456789abcdef")


def texts(layout: Layout) -> list[str]:
    return [one.text for page in layout.pages for one in page.things if isinstance(one, Text)]


def test_every_answer_of_the_sample_stands_on_the_form() -> None:
    said = "".join(texts(form_layout(paper_of("homestead"), QR)))
    form = form_of("homestead")
    typed = [one.id for one in form.fields() if one.kind in ("text", "textarea", "id_no", "mobile", "choice") and one.list is None]
    answers = [str(form.sample[name]) for name in typed if form.sample.get(name)]
    assert [one for one in answers if len(one) < 20 and one not in said] == [] and len(answers) > 10
    assert said.count("家庭成员信息") == 2 and said.count("3F9A-1C07") == 3 and said.count("2页") == 3


def test_each_tier_of_the_path_has_its_place_for_seals_side_by_side() -> None:
    layout = form_layout(paper_of(), QR)
    found = layout.seals
    assert [one.tier for one in found] == ["village", "township", "county"] and len({(one.page, one.y) for one in found}) == 1
    assert all(right.x - left.x >= (left.width + right.width) / 2 - 0.01 for left, right in pairwise(found))
    for one in found:
        assert one.persons_y - one.y >= 45 / 2 + 20 / 2, "neither seal stands on the other, be the unit's the largest"
        assert one.persons_x == one.x and one.width >= 45 and one.persons_y + 10 - (one.y - 45 / 2) <= one.height
    assert [one for one in ORGANS if one.name not in texts(layout)] == []


def test_nothing_stands_outside_the_page_or_is_smaller_than_a_weak_printer_prints() -> None:
    for item in ("gaoling", "homestead", "dibao", "self_employed"):
        for page in form_layout(paper_of(item), QR).pages:
            for one in page.things:
                if isinstance(one, Text):
                    assert one.size >= BODY and 0 < one.x and one.x + width_of(one.text, one.size) <= 200, one
                if isinstance(one, Box):
                    assert one.y + one.height <= BOTTOM + 0.01, one


def test_an_answer_longer_than_a_page_goes_on_on_the_next() -> None:
    paper = paper_of()
    answers = {**paper.answers, "live_addr": "长" * 4000}
    layout = form_layout(replace(paper, answers=answers), QR)
    assert "".join(texts(layout)).count("长") >= 4000 and len(layout.pages) > 2


def test_a_pad_signature_stands_on_the_form_and_a_signed_paper_is_named() -> None:
    paper = paper_of()
    signed = form_layout(replace(paper, signature=SignaturePicture("image/png", b"picture", 3.0)), QR)
    pictures = [one for page in signed.pages for one in page.things if isinstance(one, PlacedPicture)]
    assert [(round(one.width / one.height, 3), one.data) for one in pictures] == [(3.0, b"picture")]
    assert "申请人签名见随附的扫描件。" in texts(form_layout(replace(paper, on_paper=True), QR))


def test_an_item_whose_name_says_that_it_is_asked_for_is_not_said_twice() -> None:
    assert form_layout(paper_of("gaoling"), QR).title == "高龄津贴申请表"
    assert form_layout(paper_of("small_catering"), QR).title == "小餐饮登记证核发(河北)申请表"


def test_a_practice_form_bears_its_mark_on_each_page() -> None:
    paper = paper_of("homestead")
    layout = form_layout(replace(paper, facts=replace(paper.facts, practice=True)), QR)
    assert all(any(isinstance(one, Text) and one.outline and one.text == "练习" for one in page.things) for page in layout.pages)
