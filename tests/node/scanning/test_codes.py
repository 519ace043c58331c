"""Codes on photographs, scans and PDFs: large ones are read as cameras show them; what cannot be opened is refused by its code."""

import random
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from bench.camera import photograph, soiled
from node.errors import MaterialError
from node.scanning.codes import codes_in
from node.scanning.intake import IntakeProcess
from node.scanning.qr import qr_code

LARGEST = "YZ1:" + "".join(random.Random(5).choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", k=3387))


def picture(text: str, module_px: int = 8) -> Image.Image:
    """A code on white."""
    code = qr_code(text)
    side = code.size + 8
    image = Image.new("L", (side * module_px, side * module_px), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in code.runs:
        left, top = (x + 4) * module_px, (y + 4) * module_px
        draw.rectangle((left, top, left + length * module_px - 1, top + module_px - 1), fill=0)
    return image


def saved(image: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.fixture(scope="module")
def largest() -> Image.Image:
    """The largest code there is."""
    return picture(LARGEST)


@pytest.mark.parametrize("lines", [720, 1080])
def test_the_largest_code_is_read_as_a_camera_shows_it(largest: Image.Image, lines: int) -> None:
    chance = random.Random(3)
    shots = [photograph(largest, lines * 4 // 3, lines, chance, share=0.85) for _ in range(2)]
    assert [codes_in(shot, 1) for shot in shots] == [[LARGEST]] * 2


def test_a_code_with_some_dirt_on_it_is_read(largest: Image.Image) -> None:
    assert codes_in(saved(soiled(largest, 0.02, random.Random(2)), "PNG")) == [LARGEST]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "PDF"])
def test_every_kind_of_file_that_is_taken_in_is_read_too_and_turned_any_way(kind: str) -> None:
    assert codes_in(saved(picture("YZ1:ABC", 6).rotate(180 if kind == "PDF" else 90), kind)) == ["YZ1:ABC"]


def test_all_pages_of_a_pdf_are_read_and_each_text_is_told_once() -> None:
    pages = [picture(text, 5) for text in ("ONE", "TWO", "ONE")]
    out = BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    assert codes_in(out.getvalue()) == ["ONE", "TWO"]


def test_what_shows_no_code_brings_none() -> None:
    assert codes_in(saved(Image.effect_noise((900, 700), 90), "PNG")) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty"), (b"MZ", "unknown_kind"), (b"\xff\xd8\xff\xe0broken", "damaged"), (b"%PDF-1.7 broken", "damaged")],
)
def test_what_is_no_picture_is_refused_by_its_code(data: bytes, code: str) -> None:
    with pytest.raises(MaterialError) as refused:
        codes_in(data)
    assert refused.value.code == code


def test_pictures_beyond_the_bound_are_refused_before_they_are_drawn() -> None:
    with pytest.raises(MaterialError) as refused:
        codes_in(saved(Image.new("1", (8000, 7000)), "PNG"))
    assert refused.value.code == "too_many_pixels"


def test_the_child_answers_with_the_texts_and_with_its_refusals() -> None:
    intake = IntakeProcess()
    try:
        assert intake.codes(saved(picture(LARGEST, 3), "PNG")) == (LARGEST,)
        with pytest.raises(MaterialError):
            intake.codes(b"\xff\xd8\xff\xe0broken")
    finally:
        intake.close()
