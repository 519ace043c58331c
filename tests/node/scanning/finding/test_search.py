"""Pages on photographs: found, exactly, from their own top left; cards; and nothing where nothing lies."""

from io import BytesIO
from pathlib import Path
from statistics import mean

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from node.scanning.finding.looking import look_at
from node.scanning.shot import Look
from tests.node.scanning.finding.photographs import Photograph, as_jpeg, desk, jaccard, photographs, with_card

COUNT, SEED = 12, 20
"""Among these are sheets that are found by their patch of colour alone (6, 7), or by their straight edges alone (10)."""


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> list[Photograph]:
    return photographs(tmp_path_factory.mktemp("photographs"), COUNT, SEED)


@pytest.fixture(scope="module")
def looks(shots: list[Photograph]) -> list[Look]:
    return [look_at(shot.data(), "page", False) for shot in shots]


def opened(shot: Photograph) -> Image.Image:
    return Image.open(BytesIO(shot.data()))


def test_every_page_is_found_on_every_kind_of_desk(shots: list[Photograph], looks: list[Look]) -> None:
    missed = {shot.file.name: found for shot, look in zip(shots, looks, strict=True) if (found := best(look, shot)) < 0.99}
    assert missed == {}


def test_edges_are_found_to_a_part_of_a_pixel(shots: list[Photograph], looks: list[Look]) -> None:
    assert mean(best(look, shot) for shot, look in zip(shots, looks, strict=True)) > 0.998


def test_a_page_is_told_in_pixels_of_the_whole_picture_with_how_sure_that_is(looks: list[Look]) -> None:
    assert {(look.width, look.height) for look in looks} == {(1920, 1080)}
    assert all(len(look.sheets) == 1 and 0.5 < look.score <= 1 for look in looks)


def test_corners_begin_at_the_top_left_of_what_is_printed(shots: list[Photograph], looks: list[Look]) -> None:
    off = [np.hypot(*(np.array(look.sheets[0][0]) - shot.corners[0])) for shot, look in zip(shots, looks, strict=True)]
    assert max(off) < 12


def test_of_a_page_of_a4_the_dots_per_inch_are_told(shots: list[Photograph], looks: list[Look]) -> None:
    large = [(look.dpi, shot.dpi) for shot, look in zip(shots, looks, strict=True) if shot.kind in ("form", "letter")]
    assert len(large) == 6
    assert all(told is not None and abs(told / true - 1) < 0.15 for told, true in large)


def test_a_live_frame_is_looked_at_quickly_and_well_enough(shots: list[Photograph]) -> None:
    for shot in shots:
        frame = as_jpeg(opened(shot).resize((640, 360), Image.Resampling.BOX))
        assert jaccard(look_at(frame, "page", True).sheets[0], shot.corners / 3) > 0.97, shot.file.name


def test_a_large_photograph_is_decoded_smaller_and_its_corners_are_of_the_large_one(shots: list[Photograph]) -> None:
    shot = shots[0]
    look = look_at(as_jpeg(opened(shot).resize((3840, 2160))), "page", False)
    assert (look.width, look.height) == (3840, 2160)
    assert jaccard(look.sheets[0], shot.corners * 2) > 0.995


def test_a_photograph_that_lies_on_its_side_is_turned_upright_first(shots: list[Photograph]) -> None:
    shot = shots[0]
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    look = look_at(as_jpeg(opened(shot).transpose(Image.Transpose.ROTATE_90), exif=exif), "page", False)
    assert (look.width, look.height) == (1920, 1080)
    assert jaccard(look.sheets[0], shot.corners) > 0.995


@pytest.mark.parametrize("mode", ["L", "CMYK", "P"])
def test_a_picture_of_other_colours_is_looked_at_as_well(shots: list[Photograph], mode: str) -> None:
    shot, out = shots[0], BytesIO()
    opened(shot).convert(mode).save(out, "TIFF")
    assert jaccard(look_at(out.getvalue(), "page", False).sheets[0], shot.corners) > 0.99


def test_a_page_that_goes_on_beyond_the_picture_is_found_up_to_its_rim(shots: list[Photograph]) -> None:
    for shot in (shots[0], *shots[8:]):  # the rim counts as a straight edge, without which the last one would not be found
        right = int(np.sort(shot.corners[:, 0])[2:].mean()) - 60
        frame = np.array([(0, 0), (right, 0), (right, 1080), (0, 1080)], np.float32)
        seen = cv2.intersectConvexConvex(cv2.convexHull(shot.corners.astype(np.float32)), frame)
        sheet = look_at(as_jpeg(opened(shot).crop((0, 0, right, 1080))), "page", False).sheets[0]
        assert jaccard(sheet, seen[1][:, 0]) > 0.99, shot.file.name
        assert sum(x > right - 3 for x, _ in sheet) == 2


def test_the_same_picture_has_the_same_corners(shots: list[Photograph], looks: list[Look]) -> None:
    assert look_at(shots[4].data(), "page", False) == looks[4]


def test_both_sides_of_a_card_are_found_on_one_picture() -> None:
    image = desk(1600, 1200, (70, 90, 120))
    front, back = with_card(image, (430, 400), 620, 4), with_card(image, (1120, 800), 600, -7, is_back=True)
    look = look_at(as_jpeg(image.filter(ImageFilter.GaussianBlur(0.7))), "card", False)
    assert len(look.sheets) == 2
    for true in (front, back):
        nearest = max(look.sheets, key=lambda sheet: jaccard(sheet, true))
        assert jaccard(nearest, true) > 0.98
        assert np.hypot(*(np.array(nearest[0]) - true[0])) < 12
    assert look.dpi == pytest.approx(620 / 85.6 * 25.4, rel=0.05)


def test_a_card_that_lies_on_its_head_begins_at_its_own_top_left() -> None:
    image = desk(1200, 900, (60, 60, 64))
    true = with_card(image, (600, 450), 640, 184, is_back=True)
    look = look_at(as_jpeg(image), "card", False)
    assert np.hypot(*(np.array(look.sheets[0][0]) - true[0])) < 12


def test_one_sheet_is_one_sheet_also_where_two_cards_may_lie() -> None:
    image = desk(1200, 900, (40, 88, 66))
    with_card(image, (600, 450), 700, 3)
    assert len(look_at(as_jpeg(image), "card", False).sheets) == 1


def test_an_empty_desk_has_no_page() -> None:
    for number, colour in enumerate([(38, 38, 40), (150, 104, 62), (222, 220, 214)]):
        look = look_at(as_jpeg(desk(1280, 960, colour, number)), "page", False)
        assert (look.sheets, look.score, look.dpi) == ((), 0.0, None)


def test_the_frame_printed_on_a_mat_is_no_page() -> None:
    image = desk(1920, 1080, (40, 88, 66))
    ImageDraw.Draw(image).rectangle((50, 50, 1870, 1030), outline=(190, 195, 200), width=3)
    assert look_at(as_jpeg(image), "page", False).sheets == ()


def test_a_picture_of_a_few_pixels_has_no_page() -> None:
    for size in ((1, 1), (5000, 3), (63, 900)):
        look = look_at(as_jpeg(Image.new("RGB", size, "white")), "page", False)
        assert (look.width, look.height, look.sheets) == (*size, ())


def best(look: Look, shot: Photograph) -> float:
    return jaccard(look.sheets[0], shot.corners) if look.sheets else 0.0


def test_the_maker_of_photographs_makes_the_same_again(shots: list[Photograph], tmp_path: Path) -> None:
    assert photographs(tmp_path, 1, SEED)[0].data() == shots[0].data()
