"""Pictures of seals that come from outside."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from node.drawing.imported import MAX_BYTES, cleaned_seal
from node.errors import DrawingError
from signing.pdf import can_show
from signing.seal_image import Picture


def ring(side: int = 600, mode: str = "RGB", ground: str = "white", **saving: object) -> bytes:
    """A red ring as a PNG."""
    picture = Image.new(mode, (side, side), ground)
    ImageDraw.Draw(picture).ellipse((10, 10, side - 10, side - 10), outline=60 if mode == "L" else (200, 16, 46), width=30)
    out = BytesIO()
    picture.save(out, "PNG", **saving)
    return out.getvalue()


def test_white_paper_becomes_nothing_and_the_ring_stays_red() -> None:
    data = cleaned_seal(ring(), 42, 42)
    picture = Image.open(BytesIO(data)).convert("RGBA")

    def point(x: int, y: int) -> tuple[int, ...]:
        return tuple(picture.crop((x, y, x + 1, y + 1)).tobytes())

    assert picture.width == 331 and point(165, 165)[3] == 0 and point(1, 1)[3] == 0
    red, green, blue, alpha = point(165, 14)
    assert red > 150 and green < 90 and blue < 90 and alpha == 255 and len(data) < 8 * 1024


@pytest.mark.parametrize("data", [ring(), ring(mode="L", ground="white"), ring(mode="RGBA", ground="#ffffff00"), ring(200)],
                         ids=["colours", "grey", "clear ground", "small"])  # fmt: skip
def test_what_comes_out_can_be_shown_in_a_pdf(data: bytes) -> None:
    assert can_show(Picture("PNG", cleaned_seal(data, 42, 42), 42, 42))


def test_nothing_but_pixels_is_kept() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "SECRET")
    data = cleaned_seal(ring(pnginfo=told), 42, 42)
    assert b"SECRET" not in data and cleaned_seal(ring(), 42, 42) == data


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "picture_kind"), (b"GIF89a", "picture_kind"), (ring()[:200], "picture_damaged"),
     (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "picture_damaged"),
     (ring(1600), "picture_large"), (ring() + b"x" * MAX_BYTES, "picture_large")],
    ids=["empty", "gif", "cut off", "no picture", "wide", "heavy"],
)  # fmt: skip
def test_what_is_no_small_picture_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DrawingError) as refused:
        cleaned_seal(data, 42, 42)
    assert refused.value.code == code
