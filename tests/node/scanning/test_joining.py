"""Pages joined to one PDF: the very bytes, on sheets of their true size."""

import pypdfium2
import pytest
from PIL import Image, ImageChops

from node.errors import MaterialError
from node.scanning.budget import four_greys
from node.scanning.documents import page_image
from node.scanning.intake import IntakeProcess
from node.scanning.joining import joined
from tests.node.scanning.files import bomb_png, encoded, picture

A4_DOTS = (1240, 1754)


def sizes_mm(pdf: bytes) -> list[tuple[float, float]]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [(page.get_width() / 72 * 25.4, page.get_height() / 72 * 25.4) for page in document]


def test_the_bytes_of_a_jpeg_are_in_the_pdf_as_they_are() -> None:
    pages = [encoded(picture(400, 300, seed), quality=50, progressive=seed == 1) for seed in range(3)]
    made = joined(pages)
    assert all(page in made for page in pages)
    assert len(made) < sum(map(len, pages)) + 4000


def test_a_sheet_is_as_large_as_its_dots_say() -> None:
    at_150, at_100 = Image.new("RGB", A4_DOTS, "white"), Image.new("RGB", (827, 1169), "white")
    made = joined([encoded(at_150, dpi=(150, 150)), encoded(at_100, dpi=(100, 100)), encoded(at_150), four_greys(at_150, 150)])
    for size in sizes_mm(made):
        assert size == pytest.approx((210, 297), abs=0.2)


def test_the_dots_of_a_png_are_kept() -> None:
    page = four_greys(picture(300, 200), 150)
    with pypdfium2.PdfDocument(joined([page])) as document:
        drawn = document[0].render(scale=150 / 72).to_pil().convert("L")
        assert [one.get_filters() for one in document[0].get_objects()] == [["FlateDecode"]]
    steps = picture(300, 200).convert("L").point([round(value / 85) * 85 for value in range(256)])
    assert ImageChops.difference(drawn.crop((0, 0, 300, 200)), steps).getextrema()[1] <= 1  # type: ignore[operator]


def test_the_pages_of_a_pdf_come_in_as_they_are() -> None:
    first = encoded(picture(400, 300))
    made = joined([joined([first, first]), first])
    assert len(sizes_mm(made)) == 3 and page_image(made, 3).startswith(b"\xff\xd8\xff")


def test_the_same_pages_give_the_same_bytes_and_no_time() -> None:
    pages = [encoded(picture(200, 100))]
    made = joined(pages)
    assert made == joined(pages) and b"D:19700101000000" in made
    other = joined([encoded(picture(200, 100, 9))])
    assert made[-120:] != other[-120:], "each has its own number"


@pytest.mark.parametrize(
    ("pages", "code"),
    [([], "empty"), ([b"MZ" + bytes(99)], "damaged"), ([b"\xff\xd8\xff" + bytes(99)], "damaged"), ([bomb_png()], "damaged")],
)
def test_what_is_no_page_is_refused(pages: list[bytes], code: str) -> None:
    with pytest.raises(MaterialError) as refused:
        joined(pages)
    assert refused.value.code == code


def test_the_child_joins_and_shows_upright() -> None:
    intake = IntakeProcess()
    try:
        exif = Image.Exif()
        exif[0x0112] = 6
        shown, width, height = intake.upright(encoded(picture(1600, 1200), exif=exif), 400)
        assert (width, height) == (1200, 1600)
        assert intake.join([shown]) == joined([shown])
        assert sizes_mm(joined([shown]))[0] == pytest.approx((300 / 150 * 25.4, 400 / 150 * 25.4), abs=0.1)
    finally:
        intake.close()
