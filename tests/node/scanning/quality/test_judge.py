"""The quality gate: each fault is called by its name, good pictures pass, and what only looks like a fault passes as well."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from node.scanning.developing.geometry import whole
from node.scanning.quality.judge import judge
from node.scanning.shot import Corners
from tests.tools import make_scans
from tests.tools.spoil import FAULTS, Photo, spoiled

ROOT = Path(__file__).resolve().parents[4]
GOOD = ("doccam letter", "doccam form", "doccam idfront", "phone letter", "phone receipt")
A4_AT_150 = (1240, 1754)


def paper_of(photo: Photo) -> str:
    return "id_card" if photo.kind.startswith("id") else "a4"


def codes(photo: Photo, **how: object) -> list[str]:
    return [one.code for one in judge(photo.image, photo.corners, paper_of(photo), **how)]  # type: ignore[arg-type]


def made(photos: dict[str, Photo], name: str, fault: str, strength: float = 0.6, seed: int = 5) -> Photo:
    return spoiled(photos[name], fault, strength, np.random.default_rng(seed))


def sheet(size: tuple[int, int] = A4_AT_150, tone: int = 255) -> Image.Image:
    return Image.new("RGB", size, (tone, tone, tone))


def on_desk(page: Image.Image, margin: int = 60, colour: tuple[int, int, int] = (60, 80, 110)) -> tuple[Image.Image, Corners]:
    """A page on a desk, softened as a lens does."""
    desk = Image.new("RGB", (page.width + 2 * margin, page.height + 2 * margin), colour)
    desk.paste(page, (margin, margin))
    left, top, right, bottom = margin, margin, margin + page.width, margin + page.height
    return desk.filter(ImageFilter.GaussianBlur(0.7)), ((left, top), (right, top), (right, bottom), (left, bottom))


def text(page: Image.Image, rows: range, size: int = 24, line: str = "经村民委员会核实情况属实特此证明本人承诺材料真实有效") -> Image.Image:
    draw = ImageDraw.Draw(page)
    for y in rows:
        draw.text((130, y), line, font=make_scans.font(make_scans.FONTS, size), fill=(20, 20, 24))
    return page


@pytest.mark.parametrize("name", GOOD)
def test_a_good_photograph_passes(photos: dict[str, Photo], name: str) -> None:
    assert codes(photos[name]) == []


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "empty"])
def test_a_fault_on_a_letter_is_called_by_its_name(photos: dict[str, Photo], fault: str) -> None:
    assert FAULTS[fault][0] in codes(made(photos, "doccam letter", fault))


@pytest.mark.parametrize("fault", ["glare", "dark", "bright", "coarse", "upended"])
def test_a_fault_on_a_card_is_called_by_its_name(photos: dict[str, Photo], fault: str) -> None:
    assert FAULTS[fault][0] in codes(made(photos, "doccam idfront", fault))


def test_a_page_on_its_side_is_told_from_one_on_its_head(photos: dict[str, Photo]) -> None:
    turned = {}
    for strength in (0.1, 0.9):
        photo = made(photos, "doccam form", "upended", strength)
        turned[strength] = [one.facts["turned"] for one in judge(photo.image, photo.corners, "a4") if one.code == "upside_down"]
    assert turned == {0.1: [180], 0.9: [90]}


def test_a_desk_without_a_page_is_none_when_a_page_was_looked_for(photos: dict[str, Photo]) -> None:
    desk = made(photos, "doccam letter", "empty", seed=1)
    assert "no_page" in codes(desk, is_searched=True)


@pytest.mark.parametrize("tone", [12, 128, 255], ids=["black", "grey", "white"])
def test_a_blank_picture_holds_no_page_whoever_looks(tone: int) -> None:
    assert "no_page" in [one.code for one in judge(sheet((1280, 720), tone), None, "a4")]


def test_what_is_too_small_to_hold_a_page_holds_none() -> None:
    assert [one.code for one in judge(sheet((40, 900)), None, "a4")] == ["no_page"]


def test_the_whole_sheet_that_a_scanner_gives_passes_though_its_paper_is_pure_white() -> None:
    assert judge(text(sheet(), range(150, 1500, 48)), None, "a4", is_searched=True) == ()


def test_the_same_sheet_with_corners_in_the_corners_of_the_picture_is_not_cut_off() -> None:
    scan = text(sheet(tone=240), range(150, 1500, 48))
    assert judge(scan, whole(*scan.size), "a4") == ()


def test_a_large_heading_alone_is_sharp() -> None:
    page = text(sheet(tone=235), range(300, 301), 120, "证明")
    desk, corners = on_desk(page)
    assert "blurred" not in [one.code for one in judge(desk, corners, "a4")]


def test_the_same_heading_out_of_focus_is_blurred() -> None:
    page = text(sheet(tone=235), range(300, 301), 120, "证明")
    desk, corners = on_desk(page)
    assert "blurred" in [one.code for one in judge(desk.filter(ImageFilter.GaussianBlur(4)), corners, "a4")]


def test_a_card_so_far_out_of_focus_that_its_print_is_hardly_to_be_seen_is_blurred() -> None:
    card = sheet((856, 540), 225)
    for y in (370, 450):
        ImageDraw.Draw(card).text((220, y), "签发机关 虚构县公安局", font=make_scans.font(make_scans.FONTS, 31), fill=(20, 20, 30))
    desk, corners = on_desk(card)
    assert [one.code for one in judge(desk.filter(ImageFilter.GaussianBlur(9)), corners, "id_card")] == ["blurred"]


def test_an_empty_form_is_sharp() -> None:
    page = sheet(tone=235)
    draw = ImageDraw.Draw(page)
    for at in range(8):
        draw.line((130, 200 + 150 * at, 1110, 200 + 150 * at), fill=(20, 20, 20), width=3)
    for x in (130, 450, 1110):
        draw.line((x, 200, x, 1250), fill=(20, 20, 20), width=3)
    desk, corners = on_desk(page)
    assert [one.code for one in judge(desk, corners, "a4")] == []


def test_a_red_heading_above_does_not_turn_a_page_over() -> None:
    page = text(sheet(tone=235), range(400, 1500, 48))
    title = make_scans.font(make_scans.SERIFS, 90)
    ImageDraw.Draw(page).text((620, 180), "样例乡人民政府文件", font=title, fill=(205, 30, 35), anchor="ma")
    desk, corners = on_desk(page)
    assert "upside_down" not in [one.code for one in judge(desk, corners, "a4")]


@pytest.fixture(scope="module")
def letter() -> tuple[Image.Image, Corners]:
    """A letter of 110 dots per inch on a blue desk; nobody changes it."""
    return on_desk(text(sheet((910, 1287), 235), range(90, 1100, 36), 18), 45)


@pytest.mark.parametrize(
    ("soft", "depth", "said"),
    [(2, 0.33, True), (660, 0.33, False), (230, 0.55, True), (660, 0.55, False), (950, 0.78, True)],
    ids=["hard edge", "soft slope", "half as light, steep", "half as light, not steep", "deep slope"],
)
def test_a_shadow_is_one_where_it_is_deep_or_its_edge_is_hard(
    letter: tuple[Image.Image, Corners], soft: int, depth: float, said: bool
) -> None:
    desk, corners = letter
    share = np.clip((np.arange(desk.width) - desk.width / 2) / soft + 0.5, 0, 1).astype(np.float32)
    shaded = Image.fromarray((np.asarray(desk) * (1 - depth * share)[None, :, None]).astype(np.uint8))
    assert ("shadow" in [one.code for one in judge(shaded, corners, "a4")]) is said


def test_a_card_given_to_a_slot_for_pages_is_judged_as_a_card(photos: dict[str, Photo]) -> None:
    for paper in ("as_is", "a4"):
        assert judge(photos["doccam idfront"].image, photos["doccam idfront"].corners, paper) == ()


def test_a_page_that_looks_as_long_as_a_card_is_judged_as_a_page() -> None:
    desk, corners = on_desk(text(sheet((520, 815), 235), range(60, 700, 18), 10), 45)
    assert "few_dots" in [one.code for one in judge(desk, corners, "a4")]


def test_the_grain_of_a_black_desk_is_no_print_that_goes_on() -> None:
    page, corners = on_desk(text(sheet((910, 1287), 235), range(60, 1100, 36)), 130)
    grain = np.random.default_rng(3).normal(34, 11, (page.height // 2, page.width // 2)).clip(0, 255).astype(np.uint8)
    desk = Image.fromarray(grain).resize(page.size, Image.Resampling.BILINEAR).convert("RGB")
    desk.paste(page.crop((130, 130, 1040, 1417)), (130, 130))
    assert {"cut_edge", "shadow"}.isdisjoint(one.code for one in judge(desk, corners, "a4"))


def test_the_rim_of_the_picture_is_no_print_that_goes_on() -> None:
    desk, corners = on_desk(text(sheet((910, 1287), 235), range(50, 1100, 36)), 100, (150, 150, 148))
    assert {"cut_edge", "shadow"}.isdisjoint(one.code for one in judge(desk, corners, "a4"))


def test_corners_drawn_through_the_print_cut_the_page() -> None:
    desk, corners = on_desk(text(sheet(tone=235), range(150, 1500, 48)))
    (left, top), (right, _), _, (_, bottom) = corners
    middle = (left + right) / 2
    assert "cut_edge" in [one.code for one in judge(desk, ((left, top), (middle, top), (middle, bottom), (left, bottom)), "as_is")]


def test_a_live_frame_says_nothing_of_dots_sharpness_and_the_way_up(photos: dict[str, Photo]) -> None:
    coarse = made(photos, "doccam letter", "coarse")
    assert codes(coarse, is_frame=True) == []
    assert "glare" in codes(made(photos, "doccam letter", "glare"), is_frame=True)


def test_corners_count_in_the_pixels_of_the_stored_picture(photos: dict[str, Photo]) -> None:
    photo = photos["doccam letter"]
    assert photo.corners is not None
    half = photo.image.resize((photo.image.width // 2, photo.image.height // 2), Image.Resampling.BOX)
    found = judge(half, photo.corners, "a4", size=photo.image.size)
    assert [one.code for one in found] == []


def test_the_dots_that_there_are_and_should_be_are_told(photos: dict[str, Photo]) -> None:
    coarse = made(photos, "doccam letter", "coarse", 1.0)
    facts = next(one.facts for one in judge(coarse.image, coarse.corners, "a4") if one.code == "few_dots")
    assert abs(int(facts["dpi"]) - 42) <= 4
    assert facts["least"] == 78


def test_far_more_is_asked_of_a_camera_that_can_give_more() -> None:
    page = text(sheet((840, 1188), 235), range(90, 1000, 32), 16)
    desk, corners = on_desk(page, 700)
    facts = next(one.facts for one in judge(desk, corners, "a4") if one.code == "few_dots")
    assert (facts["dpi"], facts["least"]) == (102, 130)


def test_a_portrait_is_stopped_only_for_darkness() -> None:
    face = sheet((716, 882), 250)
    draw = ImageDraw.Draw(face)
    draw.ellipse((200, 150, 520, 560), fill=(214, 178, 150))
    draw.pieslice((60, 560, 660, 1200), 180, 360, fill=(30, 34, 50))
    assert judge(face.filter(ImageFilter.GaussianBlur(3)), None, "photo", is_searched=True) == ()
    assert [one.code for one in judge(face.point([one // 4 for one in range(256)] * 3), None, "photo")] == ["dark"]


def test_no_fault_is_told_twice(photos: dict[str, Photo]) -> None:
    found = codes(made(photos, "doccam letter", "shadow", 1.0))
    assert len(found) == len(set(found))


def test_it_works_where_only_pillow_is_installed() -> None:
    blocked = (
        "import sys; sys.modules['numpy'] = sys.modules['cv2'] = None\n"
        "from PIL import Image\nfrom node.scanning.quality.judge import judge\n"
        "print([one.code for one in judge(Image.new('RGB', (640, 480), 'white'), None, 'a4')])"
    )
    told = subprocess.run([sys.executable, "-c", blocked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "no_page" in told.stdout
