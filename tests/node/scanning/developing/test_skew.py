"""The skew of lines of text, to a tenth of a degree; none where there are no lines."""

import random

import pytest
from PIL import Image, ImageDraw

from node.scanning.developing.skew import skew_of
from tests.node.scanning.developing.sheets import PAPER, shaded, sheet

EXACT = 0.3


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return sheet()


@pytest.mark.parametrize("degrees", [-5.2, -2.3, -0.7, 0.0, 0.4, 1.6, 4.9])
def test_the_skew_is_found_to_three_tenths_of_a_degree(page: Image.Image, degrees: float) -> None:
    lying = page.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=PAPER)
    assert abs(skew_of(lying) - degrees) <= EXACT


def test_a_shadow_does_not_hide_it(page: Image.Image) -> None:
    lying = shaded(page.rotate(-2.0, Image.Resampling.BICUBIC, fillcolor=PAPER), 0.4)
    assert abs(skew_of(lying) - 2.0) <= EXACT


def test_what_has_no_lines_of_text_is_left_as_it_lies() -> None:
    noise = Image.effect_noise((600, 850), 60).convert("RGB")
    assert skew_of(Image.new("RGB", (600, 850), PAPER)) == 0.0
    assert skew_of(noise) == 0.0
    assert skew_of(Image.radial_gradient("L").resize((600, 850)).convert("RGB")) == 0.0


@pytest.mark.parametrize("seed", [8, 11])
def test_scattered_shapes_are_no_lines_even_where_they_look_a_little_like_some(seed: int) -> None:
    chance, stones = random.Random(seed), Image.new("RGB", (600, 850), "white")
    for _ in range(60):
        x, y, size = chance.randrange(600), chance.randrange(850), chance.randrange(20, 60)
        corners = [(x, y), (x + size, y + chance.randrange(-60, 60)), (x + size, y + size)]
        ImageDraw.Draw(stones).polygon(corners, fill=(40, 40, 40))
    assert skew_of(stones) == 0.0
