"""Sheets of paper and photographs of them, drawn on the spot; every name on them is a row of bars."""

import random
from collections.abc import Sequence
from math import cos, pi, sin

from PIL import Image, ImageChops, ImageDraw

from node.scanning.shot import Corners

A4 = (1240, 1754)
PAPER = (246, 246, 242)
RED = (200, 24, 30)
SEAL_AT = (940, 1500)
"""Middle of the seal on a sheet of A4 at 150 dots per inch."""


def sheet(size: tuple[int, int] = A4, paper: tuple[int, int, int] = PAPER, seed: int = 3) -> Image.Image:
    """Rows of dark bars as of print, and a red seal with a ring and a star."""
    chance = random.Random(seed)
    page = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(page)
    unit = size[0] / 1240
    for row in range(26):
        x, y = 130 * unit, (150 + row * 44) * unit
        while x < (1110 if row % 5 else 600) * unit:
            width = chance.randrange(10, 26) * unit
            draw.rectangle((x, y, x + width, y + chance.randrange(14, 24) * unit), fill=(25, 25, 30))
            x += width + chance.randrange(4, 12) * unit
    _seal(draw, SEAL_AT[0] * unit, SEAL_AT[1] * unit, 118 * unit)
    return page


def _seal(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=RED, width=max(2, round(radius / 12)))
    star = [
        (x + radius * share * sin(turn * pi / 5), y - radius * share * cos(turn * pi / 5))
        for turn, share in zip(range(10), [0.38, 0.15] * 5, strict=True)
    ]
    draw.polygon(star, fill=RED)


def seen(page: Image.Image, corners: Corners, size: tuple[int, int], table: tuple[int, int, int] = (60, 44, 30)) -> Image.Image:
    """A picture of this size on which the page lies with these corners."""
    picture = Image.new("RGB", size, table)
    flat = _solved(corners, [(0.0, 0.0), (page.width, 0.0), (page.width, page.height), (0.0, page.height)])
    laid = page.transform(size, Image.Transform.PERSPECTIVE, flat, Image.Resampling.BICUBIC)
    covered = Image.new("L", page.size, 255).transform(size, Image.Transform.PERSPECTIVE, flat, Image.Resampling.BILINEAR)
    picture.paste(laid, mask=covered)
    return picture


def shaded(picture: Image.Image, least: float = 0.5, cast: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Image.Image:
    """The picture under a light that falls from left to right to this share of itself, and is of this colour."""
    slope = Image.linear_gradient("L").rotate(90).transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize(picture.size)
    light = slope.point([round(255 * (1 - (1 - least) * value / 255)) for value in range(256)])
    return ImageChops.multiply(picture, Image.merge("RGB", [light.point([round(value * share) for value in range(256)]) for share in cast]))


def _solved(onto: Corners, points: Sequence[tuple[float, float]]) -> list[float]:
    """The eight figures of a projection from four points to four others, by elimination: not as the program does it."""
    rows = []
    for (x, y), (u, v) in zip(onto, points, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]]
    for step in range(8):
        best = max(range(step, 8), key=lambda row: abs(rows[row][step]))
        rows[step], rows[best] = rows[best], rows[step]
        rows[step] = [value / rows[step][step] for value in rows[step]]
        for row in range(8):
            if row != step:
                factor = rows[row][step]
                rows[row] = [value - factor * other for value, other in zip(rows[row], rows[step], strict=True)]
    return [row[8] for row in rows]
