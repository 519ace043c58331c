"""A page is judged as it will be kept: by the corners that the person drew, and the way up that the person chose."""

from io import BytesIO

import pytest
from PIL import Image

from node.errors import MaterialError
from node.scanning.finding.looking import _as_kept, judge_page
from node.scanning.shot import Corners, Plan

A, B, C, D = CORNERS = ((20.0, 20.0), (340.0, 22.0), (338.0, 220.0), (22.0, 218.0))
WHOLE: Corners = ((0.0, 0.0), (360.0, 0.0), (360.0, 240.0), (0.0, 240.0))


@pytest.mark.parametrize(
    ("plan", "corners"),
    [
        (Plan(), None),
        (Plan(CORNERS), CORNERS),
        (Plan(CORNERS, turn=90), (D, A, B, C)),
        (Plan(CORNERS, turn=180), (C, D, A, B)),
        (Plan(CORNERS, turn=270), (B, C, D, A)),
        (Plan(turn=180), (*WHOLE[2:], *WHOLE[:2])),
    ],
    ids=("whole", "drawn", "right", "down", "left", "whole_down"),
)
def test_the_first_corner_is_the_top_left_of_the_page_that_is_kept(plan: Plan, corners: Corners | None) -> None:
    assert _as_kept(plan, 360, 240) == corners


def test_what_is_no_picture_is_not_judged() -> None:
    file = BytesIO()
    Image.new("RGB", (360, 240), "white").save(file, "JPEG")
    assert isinstance(judge_page(file.getvalue(), Plan(CORNERS)), tuple)
    for data in (b"hello", b"", file.getvalue()[:200]):
        with pytest.raises(MaterialError):
            judge_page(data, Plan())
