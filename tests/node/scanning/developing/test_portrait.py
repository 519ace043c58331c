"""A portrait keeps to its specification: size, bytes, white ground, and the head where it belongs."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFilter

from forms.portraits import PortraitSpec
from node.scanning.developing.portrait import portrait_of
from node.scanning.intake import Cleaned
from node.scanning.shot import Plan
from tests.node.scanning.files import encoded

SPEC = PortraitSpec()
SKIN, COAT, HAIR = (224, 184, 160), (40, 50, 80), (30, 26, 24)


def person(ground: tuple[int, int, int], size: tuple[int, int] = (1200, 1600), middle: int = 560) -> Image.Image:
    """A head of 400 dots from 300 down, on shoulders."""
    picture = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((middle - 480, 860, middle + 480, 2400), fill=COAT)
    draw.rectangle((middle - 90, 740, middle + 90, 920), fill=SKIN)
    draw.ellipse((middle - 200, 300, middle + 200, 820), fill=SKIN)
    draw.pieslice((middle - 200, 300, middle + 200, 800), 180, 360, fill=HAIR)
    grain = Image.merge("RGB", [Image.effect_noise(size, 14) for _ in range(3)])
    return Image.blend(picture.filter(ImageFilter.GaussianBlur(1.5)), grain, 0.06)


def made(picture: Image.Image, spec: PortraitSpec = SPEC, plan: Plan | None = None) -> tuple[Cleaned, Image.Image]:
    cleaned = portrait_of(encoded(picture, quality=90), plan or Plan(), spec)
    with Image.open(BytesIO(cleaned.data)) as image:
        image.load()
        return cleaned, image


@pytest.fixture(scope="module")
def blue() -> tuple[Cleaned, Image.Image]:
    return made(person((90, 140, 205)))


def test_it_has_the_size_and_the_bytes_that_are_asked_for(blue: tuple[Cleaned, Image.Image]) -> None:
    cleaned, image = blue
    assert image.size == (358, 441) and cleaned.warnings == ()
    assert SPEC.min_bytes <= len(cleaned.data) <= SPEC.max_bytes


def test_an_even_ground_becomes_white_and_the_person_stays(blue: tuple[Cleaned, Image.Image]) -> None:
    _, image = blue
    assert all(min(image.getpixel(at)) > 245 for at in ((8, 8), (349, 8), (12, 150), (345, 150)))  # type: ignore[arg-type]
    assert all(max(image.getpixel(at)) < 120 for at in ((179, 40), (179, 436)))  # type: ignore[arg-type]
    assert image.getpixel((179, 260)) == pytest.approx(SKIN, abs=22)


def test_no_rim_of_the_old_ground_is_left_about_the_person(blue: tuple[Cleaned, Image.Image]) -> None:
    _, image = blue
    for row in (60, 130, 220):
        blueish = [x for x in range(60, 300) if image.getpixel((x, row))[2] - image.getpixel((x, row))[0] > 45]  # type: ignore[index]
        assert len(blueish) <= 2


def test_the_head_is_in_the_middle_near_the_upper_edge(blue: tuple[Cleaned, Image.Image]) -> None:
    _, image = blue
    dark = image.convert("L").crop((0, 0, 358, 120)).point([255] * 120 + [0] * 136).getbbox()
    assert dark is not None
    assert (dark[0] + dark[2]) / 2 == pytest.approx(179, abs=12) and 5 <= dark[1] <= 28
    assert dark[2] - dark[0] == pytest.approx(207, abs=25)


def test_a_frame_that_was_put_by_hand_is_kept_to() -> None:
    corners = ((360.0, 300.0), (760.0, 300.0), (760.0, 793.0), (360.0, 793.0))
    _, image = made(person((250, 250, 250)), plan=Plan(corners))
    assert [image.getpixel(at) for at in ((40, 250), (318, 250))] == [pytest.approx(SKIN, abs=22)] * 2


def test_a_white_ground_is_left_alone() -> None:
    cleaned, image = made(person((244, 243, 241)))
    assert cleaned.warnings == () and min(image.getpixel((8, 8))) > 225  # type: ignore[arg-type]


def test_a_ground_that_is_not_even_is_left_and_told() -> None:
    wild = person((90, 140, 205))
    draw = ImageDraw.Draw(wild)
    for x in range(0, 1200, 60):
        draw.rectangle((x, 0, x + 30, 300), fill=(200, 60 + x // 10, 40))
    draw.rectangle((0, 0, 90, 1600), fill=(20, 90, 40))
    cleaned, image = made(wild)
    assert cleaned.warnings == ("ground",)
    assert min(image.getpixel((8, 8))) < 200  # type: ignore[arg-type]


def test_any_ground_will_do_where_none_is_asked_for() -> None:
    cleaned, image = made(person((90, 140, 205)), PortraitSpec(ground=""))
    assert cleaned.warnings == () and max(image.getpixel((8, 8))[:1]) < 130  # type: ignore[index]


def test_a_picture_that_is_too_small_is_enlarged_and_told() -> None:
    cleaned, image = made(person((250, 250, 250)).resize((150, 200)))
    assert image.size == (358, 441) and cleaned.warnings == ("low_resolution",)


def test_millimetres_are_said_as_dots_per_inch() -> None:
    _, image = made(person((250, 250, 250)), PortraitSpec(295, 413, ground="", width_mm=25, height_mm=35))
    assert (image.size, image.info["dpi"]) == ((295, 413), (300, 300))


def test_a_narrow_window_of_bytes_is_kept_to() -> None:
    noise = Image.effect_noise((900, 1100), 100).convert("RGB")
    cleaned, _ = made(noise, PortraitSpec(ground="", min_bytes=20 * 1024, max_bytes=30 * 1024))
    assert 20 * 1024 <= len(cleaned.data) <= 30 * 1024
