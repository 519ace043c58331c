"""Dots per inch are told by the paper's size and by its print, and less is asked of a camera that can give no more."""

from PIL import Image

from node.scanning.quality.dots import Dots, dots_of
from node.scanning.quality.lines import Lines
from node.scanning.quality.sheet import Sheet

NONE = Lines(0.0, 0)
A4_AT_100 = (827.0, 1169.0)


def dots(across: float, down: float, kind: str = "a4", lines: Lines = NONE, picture: tuple[int, int] = (1240, 1240)) -> Dots:
    corners = ((20.0, 20.0), (20.0 + across, 20.0), (20.0 + across, 20.0 + down), (20.0, 20.0 + down))
    return dots_of(Sheet(Image.new("RGB", picture), corners, False), kind, lines, 1.0)


def test_the_side_that_a_slanting_look_shortens_counts() -> None:
    assert dots(*A4_AT_100).dpi == 100
    assert dots(A4_AT_100[0] * 0.9, A4_AT_100[1]).dpi == 90
    assert dots(A4_AT_100[0], A4_AT_100[1] * 0.9).dpi == 90


def test_a_sheet_that_is_far_too_narrow_has_other_proportions_and_is_told_by_its_length() -> None:
    assert dots(A4_AT_100[0] / 2, A4_AT_100[1]).dpi == 85


def test_a_small_slip_is_told_by_its_print() -> None:
    assert dots(*A4_AT_100, lines=Lines(3.7 / 148, 20)).dpi == 201
    assert dots(*A4_AT_100, lines=Lines(3.7 / 297, 60)).dpi == 100


def test_usual_print_of_less_than_twelve_dots_is_too_few_whatever_the_camera_can_give() -> None:
    few, enough = (dots(A4_AT_100[0] * by, A4_AT_100[1] * by, picture=(910, 910)) for by in (0.70, 0.76))
    assert few.is_few and not enough.is_few


def test_a_card_wants_as_many_dots_as_a_page_is_kept_with() -> None:
    few, enough = (dots(85.6 * per_mm, 54 * per_mm, "id_card") for per_mm in (5.6, 6.0))
    assert few.is_few and not enough.is_few


def test_a_sheet_that_lies_askew_fills_the_picture_with_its_corners() -> None:
    corners = ((900 + 109.0, 900 - 635.0), (900 + 635.0, 900 - 109.0), (900 - 109.0, 900 + 635.0), (900 - 635.0, 900 + 109.0))
    found = dots_of(Sheet(Image.new("RGB", (1800, 1800)), corners, False), "a4", NONE, 1.0)
    assert abs(found.dpi - 90) <= 1
    assert not found.is_few


def test_more_is_asked_of_a_camera_that_could_have_come_nearer() -> None:
    assert dots(*A4_AT_100, picture=(2600, 2600)).is_few
    assert not dots(*A4_AT_100, picture=(1300, 1300)).is_few
