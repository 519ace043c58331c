"""What comes out of cleaning, and what never gets in."""

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from node.errors import MaterialError
from node.scanning.budget import preview_of
from node.scanning.cleaning import clean
from node.scanning.documents import page_image
from node.scanning.limits import LONG_SIDE_PX, MAX_INPUT_BYTES, PAGE_TARGET_BYTES, PREVIEW_TARGET_BYTES
from node.scanning.opening import shrunk
from signing.algorithms import suite
from signing.envelope import new_content_key
from tests.node.scanning import files

HOSTILE = {
    "empty": (b"", "empty"),
    "program named .jpg": (b"MZ\x90\x00" + bytes(5000), "unknown_kind"),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", "unknown_kind"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "unknown_kind"),
    "gif": (b"GIF89a" + bytes(100), "unknown_kind"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + bytes(100), "unknown_kind"),
    "archive": (b"PK\x03\x04" + bytes(100), "unknown_kind"),
    "jpeg cut in half": (files.encoded(files.picture())[:9000], "damaged"),
    "jpeg of noise": (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20, "damaged"),
    "png of noise": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "damaged"),
    "decompression bomb": (files.bomb_png(), "too_many_pixels"),
    "pdf cut in half": (files.pdf()[:4000], "damaged"),
    "pdf of noise": (b"%PDF-1.7\n" + bytes(range(256)) * 4 + b"%%EOF", "damaged"),
    "locked pdf": (files.locked_pdf(), "locked_pdf"),
    "pdf of 21 pages": (files.pdf(21), "too_many_pages"),
    "more than 20 MB": (b"\xff\xd8\xff" + bytes(MAX_INPUT_BYTES), "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_broken_file_is_refused_with_its_reason(name: str) -> None:
    data, code = HOSTILE[name]
    with pytest.raises(MaterialError) as refused:
        clean(data)
    assert refused.value.code == code


def test_what_a_refused_file_seems_to_be_is_said() -> None:
    with pytest.raises(MaterialError) as refused:
        clean(b"\x00\x00\x00\x18ftypheic" + bytes(100))
    assert refused.value.facts == {"kind": "heic"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
def test_every_accepted_picture_becomes_a_plain_jpeg(kind: str) -> None:
    made = clean(files.encoded(files.picture(), kind))
    with Image.open(BytesIO(made.data)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (made.width, made.height))
    assert made.kind == "image/jpeg" and made.pages == 1


def test_a_picture_on_its_side_is_turned_upright_and_its_exif_is_gone() -> None:
    made = clean(files.with_exif(6))
    assert (made.width, made.height) == (1200, 1600)
    assert files.MARKER not in made.data and b"Exif" not in made.data
    with Image.open(BytesIO(made.data)) as image:
        red, green, _blue = image.getpixel((1190, 10))  # type: ignore[misc]  # RGB
    assert red > 200 and green < 60


def test_bytes_hidden_behind_a_picture_do_not_survive() -> None:
    made = clean(files.encoded(files.picture()) + b"PK\x03\x04" + files.MARKER)
    assert files.MARKER not in made.data


def test_a_large_picture_is_shrunk_into_the_byte_budget() -> None:
    noise = Image.effect_noise((4000, 3000), 90).convert("RGB")
    made = clean(files.encoded(noise, quality=85))
    assert len(made.data) <= PAGE_TARGET_BYTES and len(made.preview_webp) <= PREVIEW_TARGET_BYTES
    assert max(made.width, made.height) <= LONG_SIDE_PX


def test_a_small_picture_is_kept_at_its_size_with_a_warning() -> None:
    made = clean(files.encoded(files.picture(358, 441)))
    assert (made.width, made.height, made.warnings) == (358, 441, ("low_resolution",))


def test_a_transparent_picture_lies_on_white() -> None:
    made = clean(files.encoded(Image.new("RGBA", (1200, 800), (0, 0, 0, 0)), "PNG"))
    with Image.open(BytesIO(made.data)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_a_pdf_becomes_a_pdf_of_pictures_with_the_same_pages() -> None:
    made = clean(files.pdf(3))
    document = pypdfium2.PdfDocument(made.data)
    assert (made.kind, made.pages, len(document)) == ("application/pdf", 3, 3)
    assert all(one.type == 3 for one in document[0].get_objects())  # FPDF_PAGEOBJ_IMAGE


def test_scripts_in_a_pdf_do_not_survive() -> None:
    armed = files.pdf(1).replace(b"/Type /Catalog", b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Type /Catalog", 1)
    assert b"JavaScript" not in clean(armed).data


def test_the_same_file_gives_the_same_bytes() -> None:
    assert clean(files.pdf(2)) == clean(files.pdf(2))


def test_a_page_of_a_pdf_can_be_drawn_and_a_missing_one_not() -> None:
    made = clean(files.pdf(2))
    with Image.open(BytesIO(page_image(made.data, 2))) as image:
        assert image.format == "JPEG"
    with pytest.raises(MaterialError) as refused:
        page_image(made.data, 3)
    assert refused.value.code == "no_such_page"


@pytest.mark.parametrize("size", [(4000, 3000), (60, 6000), (6000, 60)])
def test_the_preview_of_the_worst_picture_is_below_15_kb_even_encrypted(size: tuple[int, int]) -> None:
    noise = Image.merge("RGB", [Image.effect_noise(size, 120) for _ in range(3)])
    preview = preview_of(shrunk(noise, LONG_SIDE_PX))
    gm = suite("gm")
    assert len(gm.encrypt(new_content_key(gm), preview, b"preview")) <= 15_000
    with Image.open(BytesIO(preview)) as image:
        assert (image.width > image.height) == (size[0] > size[1]), "it still shows the page"


def test_the_preview_of_a_pdf_of_noise_is_as_small() -> None:
    noise, out = Image.effect_noise((1000, 1400), 120).convert("RGB"), BytesIO()
    noise.save(out, "PDF")
    assert len(clean(out.getvalue()).preview_webp) <= PREVIEW_TARGET_BYTES
