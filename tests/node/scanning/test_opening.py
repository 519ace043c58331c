"""Pictures are opened by what their header says, in few bytes of memory, and look as they did."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from node.errors import MaterialError
from node.scanning.jpeg_header import coefficient_bytes
from node.scanning.opening import flattened, opened, resized, shrunk
from node.scanning.webp_header import canvas_of
from tests.node.scanning import hostile
from tests.node.scanning.files import encoded, picture


def test_shrinking_in_bands_gives_what_shrinking_at_once_gives() -> None:
    image = picture(1500, 1100)
    at_once = image.resize((640, 469), Image.Resampling.LANCZOS)
    assert max(high for _, high in ImageChops.difference(shrunk(image, 640), at_once).getextrema()) <= 1  # type: ignore[misc]
    part = image.crop((100, 200, 1300, 1000)).resize((400, 267), Image.Resampling.LANCZOS)
    apart = ImageChops.difference(resized(image, (400, 267), (100, 200, 1300, 1000)), part)
    assert max(high for _, high in apart.getextrema()) <= 1  # type: ignore[misc]


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_dots_is_shrunk_smoothly(mode: str) -> None:
    stripes = Image.new("L", (800, 800))
    for x in range(0, 800, 4):
        stripes.paste(255, (x, 0, x + 2, 800))
    image = stripes.convert("I;16").point(lambda value: value * 257) if mode == "I;16" else stripes.convert(mode)
    small = flattened(shrunk(image, 200))
    assert small.mode == "RGB" and small.getpixel((100, 100)) == pytest.approx((127, 127, 127), abs=6)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_keep_what_is_bright(kind: str) -> None:
    small = opened(hostile.sixteen_bits(kind), kind.lower(), lambda width, height: 1).upright(600)
    assert [small.getpixel((x, 50))[0] for x in (30, 300, 570)] == pytest.approx([13, 128, 242], abs=3)  # type: ignore[index]


def test_four_inks_as_adobe_writes_them_keep_their_colours() -> None:
    red = Image.new("RGB", (64, 64), (220, 30, 40))
    small = opened(encoded(red.convert("CMYK"), quality=95), "jpeg", lambda width, height: 1).upright(64)
    assert small.getpixel((32, 32)) == pytest.approx((220, 30, 40), abs=8)


def test_a_jpeg_is_decoded_smaller_where_that_is_enough() -> None:
    data = encoded(picture(1600, 1200))
    sizes = [opened(data, "jpeg", lambda width, height, by=by: by).image.size for by in (1, 1.9, 2, 4.5, 20)]  # type: ignore[misc]
    assert sizes == [(1600, 1200), (1600, 1200), (800, 600), (400, 300), (200, 150)]


@pytest.mark.parametrize(("options", "bytes_of_dot"), [({}, 0), ({"progressive": True}, 3), ({"progressive": True, "subsampling": 0}, 6)])
def test_what_a_jpeg_holds_in_memory_is_told_by_its_header(options: dict[str, object], bytes_of_dot: int) -> None:
    assert coefficient_bytes(encoded(picture(640, 480), "JPEG", **options)) == 640 * 480 * bytes_of_dot


def test_a_jpeg_whose_colours_come_one_after_the_other_is_held_too() -> None:
    data = encoded(picture(640, 480), subsampling=0)
    scan = data.index(b"\xff\xda")
    assert coefficient_bytes(data[: scan + 4] + b"\x01" + data[scan + 5 :]) == 640 * 480 * 6


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff", b"\xff\xd8" + b"\xff" * 40, b"\xff\xd8\xff\xc0\x00\x02\xff\xda\x00\x02", b"\xff\xd8\xff\xe0\x00\x00" * 9]
)
def test_a_header_of_nonsense_tells_nothing_and_breaks_nothing(data: bytes) -> None:
    assert coefficient_bytes(data) == 0


def test_a_picture_taken_by_a_camera_that_adds_its_own_second_one_is_one_picture() -> None:
    out = BytesIO()
    picture(320, 240).save(out, "MPO", save_all=True, append_images=[picture(320, 240, 2)])
    assert opened(out.getvalue(), "jpeg", lambda width, height: 1).frames == 1


def test_what_a_decoder_says_becomes_our_own_error() -> None:
    with pytest.raises(MaterialError) as refused:
        opened(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "png", lambda width, height: 1)
    assert refused.value.code == "damaged"


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}, {"quality": 50, "exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}])
def test_the_canvas_of_a_webp_is_told_by_its_header(options: dict[str, object]) -> None:
    assert canvas_of(encoded(picture(333, 222), "WEBP", **options)) == (333, 222)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_with_broken_exif_is_kept_as_it_lies(kind: str) -> None:
    found = opened(encoded(picture(320, 240), kind, exif=b"Exif\0\0" + bytes(range(60))), kind.lower(), lambda width, height: 1)
    assert (found.orientation, found.upright(320).size) == (1, (320, 240))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_exif_is_followed_in_every_kind_of_file_that_has_it(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = opened(encoded(picture(320, 240), kind, exif=exif), kind.lower(), lambda width, height: 1)
    assert (found.orientation, found.width, found.height, found.upright(320).size) == (6, 240, 320, (240, 320))
