"""A signature's proportion, read from its bytes."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from node.documents.pictures import MAX_BYTES, picture_of


def drawn(width: int, height: int, kind: str, **saving: bool) -> bytes:
    """A white picture."""
    out = BytesIO()
    Image.new("L", (width, height), 255).save(out, kind, **saving)
    return out.getvalue()


@pytest.mark.parametrize(("media", "kind"), [("image/png", "PNG"), ("image/jpeg", "JPEG")])
def test_the_proportion_is_that_of_the_picture(media: str, kind: str) -> None:
    for data in (drawn(600, 200, kind), drawn(600, 200, kind, progressive=True)):
        found = picture_of(media, data)
        assert found is not None and (found.media, found.data, found.proportion) == (media, data, 3.0)


def test_a_scanned_sheet_another_kind_and_a_cut_off_picture_are_none() -> None:
    assert picture_of("image/jpeg", drawn(60, 20, "JPEG") + b"x" * MAX_BYTES) is None
    assert picture_of("application/pdf", b"%PDF-1.7") is None
    assert picture_of("image/jpeg", drawn(60, 20, "JPEG")[:40]) is None
    assert picture_of("image/png", drawn(60, 20, "PNG")[:20]) is None


@given(st.binary(max_size=200), st.sampled_from(["image/png", "image/jpeg"]))
def test_hostile_bytes_do_no_harm(data: bytes, media: str) -> None:
    for start in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"):
        found = picture_of(media, start + data)
        assert found is None or found.proportion > 0
