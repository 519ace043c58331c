"""Sheets seen aslant: where a point of the flat page lies on the picture, and what proportion the sheet has."""

from math import cos, radians, sin

import pytest

from node.scanning.developing.geometry import Projection, projection, proportion, sides, turned, whole
from node.scanning.shot import Corners, Point

QUAD: Corners = (110.0, 60.0), (820.0, 95.0), (760.0, 1010.0), (40.0, 900.0)
SIZE = (600.0, 850.0)


def placed(flat: Projection, x: float, y: float) -> Point:
    a, b, c, d, e, f, g, h = flat
    below = g * x + h * y + 1
    return (a * x + b * y + c) / below, (d * x + e * y + f) / below


def test_the_corners_of_the_page_lie_on_the_corners_of_the_sheet() -> None:
    flat = projection(SIZE, QUAD)
    found = [placed(flat, x, y) for x, y in whole(*SIZE)]
    assert [pytest.approx(corner) for corner in QUAD] == found


def test_a_straight_line_through_the_middle_stays_one() -> None:
    flat = projection(SIZE, QUAD)
    (x0, y0), (x1, y1), (x2, y2) = (placed(flat, share * SIZE[0], share * SIZE[1]) for share in (0.1, 0.4, 0.9))
    assert (x1 - x0) * (y2 - y0) == pytest.approx((x2 - x0) * (y1 - y0))


def test_a_turned_page_is_looked_up_where_its_dots_were_before() -> None:
    flat = turned(projection(SIZE, whole(*SIZE)), SIZE, 90)
    # What was above the middle is now to the right of it.
    assert placed(flat, 400, 425) == pytest.approx((300, 325))


def test_the_longer_of_opposite_sides_counts() -> None:
    assert sides(((0, 0), (10, 0), (8, 20), (0, 20))) == pytest.approx((10, 20.0998), rel=1e-4)


@pytest.mark.parametrize("tilt", [0, 15, 30])
@pytest.mark.parametrize("mm", [(210.0, 297.0), (85.6, 54.0)])
def test_the_proportion_of_a_sheet_seen_aslant_is_its_own(mm: tuple[float, float], tilt: float) -> None:
    width, height = 2000, 1500
    focal, away = 0.9 * width, 4 * max(mm)

    def shot(x: float, y: float) -> Point:
        depth = away + y * sin(radians(tilt))
        return width / 2 + focal * x / depth, height / 2 + focal * y * cos(radians(tilt)) / depth

    x, y = mm[0] / 2, mm[1] / 2
    corners = shot(-x, -y), shot(x, -y), shot(x, y), shot(-x, y)
    assert proportion(corners, (width, height)) == pytest.approx(mm[0] / mm[1], rel=0.001)
