"""Lines of print are counted and measured, whichever way the sheet lies."""

import pytest
from PIL import Image

from node.scanning.quality.lines import Lines, lines_of
from node.scanning.quality.sheet import sheet_of
from tests.tools.spoil import Photo


def lines(photos: dict[str, Photo], name: str, turn: int = 0) -> Lines:
    corners = photos[name].corners
    assert corners is not None
    first, second, third, fourth = (corners[(at + turn) % 4] for at in range(4))
    return lines_of(sheet_of(photos[name].image, (first, second, third, fourth), photos[name].image.size))


@pytest.mark.parametrize("turn", [0, 1])
def test_print_is_as_high_as_on_the_paper(photos: dict[str, Photo], turn: int) -> None:
    for name, long_mm in (("doccam letter", 297), ("doccam form", 297), ("phone receipt", 148)):
        assert 3.0 < lines(photos, name, turn).high * long_mm < 4.5


def test_a_card_has_few_lines_and_large_ones(photos: dict[str, Photo]) -> None:
    card, slip, letter = (lines(photos, name) for name in ("doccam idfront", "phone receipt", "doccam letter"))
    assert card.count <= 15 < slip.count < letter.count
    assert card.high > 0.024 > letter.high


def test_the_pieces_across_the_lines_are_not_counted(photos: dict[str, Photo]) -> None:
    assert abs(lines(photos, "doccam letter", 1).count - lines(photos, "doccam letter").count) < 10


def test_a_blank_sheet_has_no_lines() -> None:
    assert lines_of(sheet_of(Image.new("RGB", (300, 400), "white"), None, (300, 400))) == Lines(0.0, 0)
