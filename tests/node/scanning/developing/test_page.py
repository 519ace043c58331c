"""A shot and a plan give a page: straight, evenly lit, of its true size, within its bytes, red where it was red."""

from collections.abc import Callable
from colorsys import rgb_to_hsv
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from node.errors import MaterialError
from node.scanning.developing.colours import brightened
from node.scanning.developing.page import developed, sheet_of
from node.scanning.developing.skew import skew_of
from node.scanning.developing.target import KEPT, Target
from node.scanning.intake import Cleaned
from node.scanning.limits import LONG_SIDE_PX, PAGE_TARGET_BYTES, PREVIEW_TARGET_BYTES
from node.scanning.shot import Corners, Plan
from tests.node.scanning.developing.sheets import A4, PAPER, SEAL_AT, seen, shaded, sheet
from tests.node.scanning.files import encoded, pdf

QUAD: Corners = (190.0, 120.0), (1420.0, 160.0), (1390.0, 1880.0), (150.0, 1800.0)
SIZE = (1600, 2000)
PLAN = Plan(corners=QUAD)


@pytest.fixture(scope="module")
def flat() -> Image.Image:
    return sheet()


@pytest.fixture(scope="module")
def shot(flat: Image.Image) -> bytes:
    """The page aslant under a warm light that falls to a half."""
    return encoded(shaded(seen(flat, QUAD, SIZE), 0.5, (1.0, 0.97, 0.9)), quality=92)


@pytest.fixture(scope="module")
def make(shot: bytes) -> Callable[[Plan], Cleaned]:
    """Pages of the shot, each made once."""
    made: dict[Plan, Cleaned] = {}

    def page(plan: Plan) -> Cleaned:
        if plan not in made:
            made[plan] = developed(shot, plan, KEPT)
        return made[plan]

    return page


def picture(page: Cleaned) -> Image.Image:
    with Image.open(BytesIO(page.data)) as image:
        image.load()
        return image


def mean(image: Image.Image, box: tuple[int, int, int, int]) -> list[float]:
    return ImageStat.Stat(image.convert("RGB").crop(box)).mean


def test_the_page_is_an_a4_of_150_dots_that_says_so(make: Callable[[Plan], Cleaned]) -> None:
    page = make(PLAN)
    image = picture(page)
    assert (page.kind, image.size, image.info["dpi"]) == ("image/jpeg", A4, (150, 150))
    assert len(page.data) <= PAGE_TARGET_BYTES and len(page.preview_webp) <= PREVIEW_TARGET_BYTES


def test_what_was_printed_lies_where_it_lay_on_the_paper(make: Callable[[Plan], Cleaned], flat: Image.Image) -> None:
    ink = [image.convert("L").point([255] * 128 + [0] * 128).reduce(4) for image in (picture(make(PLAN)), flat)]
    apart = ImageStat.Stat(ImageChops.difference(*ink)).mean[0]
    moved = ImageStat.Stat(ImageChops.difference(ink[0], ImageChops.offset(ink[1], 2, 2))).mean[0]
    assert apart < 5 and apart * 4 < moved


def test_shadow_and_the_colour_of_the_light_are_gone_from_the_paper(make: Callable[[Plan], Cleaned], shot: bytes) -> None:
    image = picture(make(PLAN))
    for left in (20, 600, 1190):
        assert min(mean(image, (left, 30, left + 30, 110))) >= 252
    with Image.open(BytesIO(shot)) as before:
        dark, bright = (sum(mean(before, (x, 200, x + 20, 230))) for x in (230, 1380))
    assert max(dark, bright) > 1.5 * min(dark, bright), "there was a shadow"


@pytest.mark.parametrize("colour", ["colour", "grey", "bw"])
def test_a_red_seal_is_as_plain_as_ink_in_every_colour(make: Callable[[Plan], Cleaned], colour: str) -> None:
    image = picture(make(replace(PLAN, colour=colour)))
    x, y = SEAL_AT
    red, green, blue = (value / 255 for value in mean(image, (x - 14, y - 14, x + 14, y + 14)))
    hue, saturation, _ = rgb_to_hsv(red, green, blue)
    if colour == "colour":
        assert min(hue, 1 - hue) < 0.03 and saturation > 0.75 and red > 0.6
    else:
        assert max(red, green, blue) < 0.4


def test_a_page_in_black_and_white_is_a_small_png(make: Callable[[Plan], Cleaned]) -> None:
    page = make(replace(PLAN, colour="bw"))
    image = picture(page)
    assert (page.kind, image.format, image.size) == ("image/png", "PNG", A4)
    assert len(image.convert("L").getcolors() or ()) <= 4
    assert len(page.data) * 2 < len(make(PLAN).data)


def test_the_turn_comes_after_straightening(make: Callable[[Plan], Cleaned], flat: Image.Image) -> None:
    turned = picture(make(replace(PLAN, turn=90)))
    assert turned.size == (A4[1], A4[0])
    y, x = SEAL_AT[0], A4[1] - SEAL_AT[1]
    red, green, _ = mean(turned, (x - 14, y - 14, x + 14, y + 14))
    assert red > 150 and green < 90


def test_lines_of_text_are_levelled_when_the_corners_are_not(flat: Image.Image) -> None:
    lying = flat.rotate(-2.4, Image.Resampling.BICUBIC, fillcolor=PAPER)
    assert abs(skew_of(lying) - 2.4) <= 0.3
    on_its_side = encoded(lying.transpose(Image.Transpose.ROTATE_90), quality=90)
    level = sheet_of(on_its_side, Plan(turn=90), 150).image
    assert level.size == A4 and abs(skew_of(level)) <= 0.3


def test_a_picture_with_few_dots_is_not_enlarged(flat: Image.Image) -> None:
    small = flat.resize((413, 585), Image.Resampling.LANCZOS)
    page = developed(encoded(small, quality=90), Plan(), KEPT)
    assert (page.width, page.height) == (413, 585) and page.warnings == ("low_resolution",)
    assert picture(page).info["dpi"] == (50, 50), "so that it still is an A4"


def test_brightness_moves_the_middle_and_leaves_black_and_white() -> None:
    greys = Image.merge("RGB", [Image.linear_gradient("L")] * 3)
    told = [[brightened(greys, by).convert("L").getpixel((9, y)) for y in (0, 128, 255)] for by in (-50, 0, 50)]
    assert told == [[0, 64, 255], [0, 128, 255], [0, 181, 255]]


def test_a_page_that_is_only_looked_at_is_small_and_a_jpeg(shot: bytes) -> None:
    page = developed(shot, replace(PLAN, colour="bw"), Target(long_side=600))
    assert (page.kind, max(page.width, page.height)) == ("image/jpeg", 600)


def test_the_bytes_may_be_fewer(shot: bytes) -> None:
    page = developed(shot, PLAN, Target(page_bytes=30 * 1024))
    assert len(page.data) <= 30 * 1024 and page.warnings == ("low_resolution",)
    dpi = picture(page).info["dpi"][0]
    assert dpi < 150 and page.height / dpi * 25.4 == pytest.approx(297, abs=1.5)


def test_a_slip_is_not_stretched_to_a4() -> None:
    corners = ((100.0, 100.0), (900.0, 100.0), (900.0, 600.0), (100.0, 600.0))
    shot = encoded(seen(sheet((800, 500)), corners, (1000, 700)), quality=90)
    page = developed(shot, Plan(corners), KEPT)
    assert page.width / page.height == pytest.approx(1.6, rel=0.02)


def test_coloured_paper_keeps_its_colour() -> None:
    pink = shaded(sheet((620, 877), (250, 190, 200)), 0.6)
    image = sheet_of(encoded(pink, quality=92), Plan(), 150).image
    colours = [mean(image, (x, 20, x + 20, 60)) for x in (10, 300, 590)]
    for red, green, _ in colours:
        assert red > 225 and 30 < red - green < 90
    assert max(red for red, _, _ in colours) - min(red for red, _, _ in colours) < 12


def test_a_photograph_on_the_page_is_no_shadow(flat: Image.Image) -> None:
    page = flat.copy()
    page.paste((70, 74, 80), (800, 200, 950, 410))  # 25 × 35 mm
    page.paste((90, 140, 200), (300, 1250, 650, 1650))
    image = sheet_of(encoded(page, quality=92), Plan(), 150).image
    assert max(mean(image, (820, 220, 930, 390))) < 110
    red, _, blue = mean(image, (330, 1300, 600, 1600))
    assert blue - red > 70 and red < 140


def test_a_photograph_is_neither_lit_nor_levelled() -> None:
    grey = Image.new("RGB", (1200, 800), (120, 110, 90))
    page = developed(encoded(grey), Plan(paper="photo"), KEPT)
    assert (page.width, page.height) == (1200, 800)
    assert mean(picture(page), (100, 100, 200, 200)) == pytest.approx([120, 110, 90], abs=3)
    large = developed(encoded(Image.new("RGB", (3000, 2000), "grey")), Plan(paper="photo"), KEPT)
    assert large.width == LONG_SIDE_PX


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
def test_corners_count_on_the_upright_picture_however_it_is_stored(orientation: int) -> None:
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    upright = Image.new("RGB", (300, 200), "white")
    for colour, at in (("red", (150, 0)), ("blue", (270, 0)), ("green", (150, 170))):
        upright.paste(colour, (*at, at[0] + 30, at[1] + 30))
    stored = upright.transpose(Image.Transpose(back[orientation])) if orientation in back else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    plan = Plan(((150, 0), (300, 0), (300, 200), (150, 200)), paper="photo")
    image = sheet_of(encoded(stored, quality=95, exif=exif), plan, 150).image
    told = [image.getpixel(at) for at in ((8, 8), (142, 8), (8, 192), (142, 192))]
    assert image.size == (150, 200)
    assert [max(range(3), key=lambda band: colour[band]) for colour in told[:3]] == [0, 2, 1]  # type: ignore[index]
    assert min(told[3]) > 240  # type: ignore[arg-type]


@pytest.mark.parametrize("corners", [((0, 0), (3, 0), (3, 3), (0, 3)), ((5000, 5000), (6000, 5000), (6000, 6000), (5000, 6000))])
def test_corners_that_hold_no_page_are_refused(shot: bytes, corners: Corners) -> None:
    with pytest.raises(MaterialError) as refused:
        developed(shot, Plan(corners), KEPT)
    assert refused.value.code == "plan"


def test_a_pdf_is_developed_by_its_first_page_and_that_is_told() -> None:
    page = developed(pdf(2), Plan(), KEPT)
    assert page.width / page.height == pytest.approx(210 / 297, abs=0.002) and page.warnings == ("first_page_only",)
    assert mean(picture(page), (20, 20, 200, 300))[0] > 200 and mean(picture(page), (20, 20, 200, 300))[1] < 60, "red at the upper left"
