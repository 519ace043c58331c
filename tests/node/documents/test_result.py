"""Decisions as pages."""

import pytest

from node.documents.layout import Text
from node.documents.measure import width_of
from node.documents.result import result_layout
from node.documents.wording import REMEDY
from node.scanning.qr import qr_code
from tests.node.documents.samples import NUMBER, ORGANS, decision_of

QR = qr_code(NUMBER)


def test_an_approval_says_what_by_what_law_and_by_whom() -> None:
    layout = result_layout(decision_of(), QR)
    said = layout.texts()
    assert layout.title == "准予决定书" and NUMBER in said and "示例甲：" in said and "意见：材料齐全。" in said
    assert "受理号：SL2026-000123" in said.replace("\n", "") and "《食品安全法》" in said and "示例县政务服务中心2026年11月22日" in said
    assert REMEDY[:20] not in said
    assert [one.tier for one in layout.seals] == ["county"]


@pytest.mark.parametrize("event", ["denied", "not_accepted"])
def test_a_refusal_says_why_and_what_can_be_done_against_it(event: str) -> None:
    said = result_layout(decision_of(event=event, reason="面积超过五十平方米。"), QR).texts()
    assert "理由：面积超过五十平方米。" in said and "行政复议" in said and "行政诉讼" in said


def test_the_seal_covers_the_end_of_the_organs_name_and_the_persons_stands_apart() -> None:
    layout = result_layout(decision_of(reason="理由。" * 900), QR)
    place = layout.seals[0]
    assert place.page == len(layout.pages) - 1 > 0 and place.x + place.width / 2 <= 200 and place.persons_y + 10 <= 280
    organ = next(one for one in layout.pages[-1].things if isinstance(one, Text) and one.text == ORGANS[2].name)
    end = organ.x + width_of(organ.text, organ.size)
    assert place.x - 45 / 2 < end < place.x - 42 * 0.165, "the seal covers the end of the name, its star nothing of it"
    assert end - (place.x - 42 / 2) < 12 * 25.4 / 72, "and of the day the last character alone: no digit is under the ring"
    assert place.persons_x + 21 <= place.x - 45 / 2 + 5 or place.persons_y - 10 >= organ.y + 8
