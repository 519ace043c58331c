"""Both sides of a card on one A4: of their true size in the PDF, front above back, on nothing but white."""

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from node.scanning.developing.card import card_sheet
from node.scanning.developing.target import KEPT
from node.scanning.intake import Cleaned
from node.scanning.joining import joined
from node.scanning.limits import PAGE_TARGET_BYTES
from node.scanning.shot import Corners, Plan
from tests.node.scanning.developing.sheets import seen, shaded
from tests.node.scanning.files import encoded

FRONT: Corners = (80.0, 60.0), (900.0, 95.0), (880.0, 620.0), (70.0, 570.0)
BACK: Corners = (100.0, 700.0), (880.0, 690.0), (900.0, 1190.0), (90.0, 1200.0)
GROUND, BLUE = (205, 222, 232), (60, 90, 170)
SIZE = (1000, 1300)


def card(mark: tuple[int, int, int]) -> Image.Image:
    side = Image.new("RGB", (856, 540), GROUND)
    draw = ImageDraw.Draw(side)
    draw.rectangle((0, 0, 855, 539), outline=(185, 160, 165), width=6)
    draw.rectangle((600, 80, 800, 350), fill=mark)
    return side


@pytest.fixture(scope="module")
def page() -> Cleaned:
    picture = seen(card(BLUE), FRONT, SIZE, (30, 30, 32))
    other = seen(card((190, 40, 40)), BACK, SIZE, (30, 30, 32))
    picture.paste(other.crop((0, 660, 1000, 1300)), (0, 660))
    raw = encoded(shaded(picture, 0.75), quality=92)
    plan = Plan(FRONT, paper="id_card")
    return card_sheet(raw, plan, raw, Plan(BACK, paper="id_card"), KEPT)


@pytest.fixture(scope="module")
def drawn(page: Cleaned) -> Image.Image:
    """The page of the PDF at ten dots a millimetre."""
    document = pypdfium2.PdfDocument(joined([page.data]))
    image: Image.Image = document[0].render(scale=254 / 72).to_pil().convert("RGB")
    document.close()
    return image


def extent(image: Image.Image, top: int, bottom: int) -> tuple[float, float, float, float]:
    """Left, top, right and bottom, in millimetres, of what is not white between two rows."""
    box = image.crop((0, top, image.width, bottom)).convert("L").point([255] * 235 + [0] * 21).getbbox()
    assert box is not None
    return box[0] / 10, (box[1] + top) / 10, box[2] / 10, (box[3] + top) / 10


def test_the_sheet_is_an_a4_and_each_side_has_its_true_size_to_a_millimetre(drawn: Image.Image) -> None:
    assert (drawn.width / 10, drawn.height / 10) == pytest.approx((210, 297), abs=0.3)
    for top, bottom in ((0, 1485), (1485, 2970)):
        left, upper, right, lower = extent(drawn, top, bottom)
        assert right - left == pytest.approx(85.6, abs=1) and lower - upper == pytest.approx(54, abs=1)
        assert (left + right) / 2 == pytest.approx(105, abs=0.6)


def test_the_front_is_above_the_back(drawn: Image.Image) -> None:
    told = []
    for middle in (0.3, 0.7):
        red, _, blue = drawn.getpixel((1050 + 270, round(2970 * middle) - 55))  # type: ignore[misc]
        told.append("front" if blue > red + 40 else "back" if red > blue + 40 else "?")
    assert told == ["front", "back"]


def test_the_printed_ground_of_a_card_stays_and_its_light_is_even(drawn: Image.Image) -> None:
    left, right = (drawn.getpixel((1050 + x, 891 + 200)) for x in (-350, 350))
    assert max(abs(one - other) for one, other in zip(left, right, strict=True)) < 14  # type: ignore[arg-type]
    red, _, blue = left  # type: ignore[misc]
    assert 12 < blue - red < 45 and red < 225, "not whitened"


def test_outside_of_the_round_corners_all_is_white(drawn: Image.Image) -> None:
    left, top, right, bottom = (round(value * 10) for value in extent(drawn, 0, 1485))
    for x, y in ((left + 2, top + 2), (right - 3, top + 2), (left + 2, bottom - 3), (right - 3, bottom - 3)):
        assert min(drawn.getpixel((x, y))) > 225  # type: ignore[arg-type]


def test_it_keeps_to_the_bytes_of_a_page(page: Cleaned) -> None:
    assert len(page.data) <= PAGE_TARGET_BYTES and page.warnings == ()


def test_a_card_that_was_shot_upright_is_laid_down_and_few_dots_are_told() -> None:
    side = card(BLUE).transpose(Image.Transpose.ROTATE_90).resize((180, 285))
    made = card_sheet(encoded(side), Plan(paper="id_card"), encoded(side), Plan(paper="id_card"), KEPT)
    assert made.warnings == ("low_resolution",)
    with Image.open(BytesIO(made.data)) as image:
        upper = image.convert("RGB").crop((0, 0, image.width, image.height // 2))
    mark = upper.getchannel("R").point([255] * 120 + [0] * 136).getbbox()
    assert mark is not None
    assert (mark[3] - mark[1]) / (mark[2] - mark[0]) == pytest.approx(270 / 200, abs=0.08), "not squeezed"
