"""What a camera makes of a printed page: askew, bent, soft, unevenly lit, noisy, and packed as JPEG. Chance comes from a seed."""

import math
import random
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter

_TABLE = 110
_STRIPS = 24


def photograph(page: Image.Image, wide: int, high: int, chance: random.Random, *, share: float = 0.94) -> bytes:
    """A JPEG of `wide` by `high` pixels, on which the page fills about `share` of what it can, turned to fit."""
    if (page.width > page.height) != (wide > high):
        page = page.rotate(90, expand=True)
    scale = min(wide / page.width, high / page.height) * share
    large = page.resize((round(page.width * scale * 2), round(page.height * scale * 2)), Image.Resampling.LANCZOS)
    scene = Image.new("L", (wide * 2, high * 2), _TABLE)
    scene.paste(_bent(large, chance), (wide - large.width // 2, high - large.height // 2))
    scene = _askew(scene, chance).resize((wide, high), Image.Resampling.BOX)
    scene = _lit(scene, chance).filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 1.1)))
    scene = ImageChops.add(scene, Image.effect_noise((wide, high), chance.uniform(4, 12)), 1, -128)
    out = BytesIO()
    scene.save(out, "JPEG", quality=chance.choice((60, 75, 90)))
    return out.getvalue()


def soiled(code: Image.Image, share: float, chance: random.Random) -> Image.Image:
    """The picture with dark spots and a white crease on about `share` of it."""
    spoilt = code.copy()
    draw = ImageDraw.Draw(spoilt)
    left = share * code.width * code.height
    while left > 0:
        radius = chance.uniform(0.006, 0.02) * code.width
        x, y = chance.uniform(0.2, 0.8) * code.width, chance.uniform(0.2, 0.8) * code.height
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=chance.choice((20, 240)))
        left -= math.pi * radius**2
    return spoilt


def _bent(page: Image.Image, chance: random.Random) -> Image.Image:
    """Not quite flat: each strip is shifted a little."""
    wide, high = page.size
    begin, far = chance.uniform(0, math.tau), chance.uniform(0.001, 0.006) * high
    edges = [wide * at // _STRIPS for at in range(_STRIPS + 1)]
    shift = [far * math.sin(begin + math.pi * edge / wide) for edge in edges]
    mesh = []
    for at in range(_STRIPS):
        left, right, here, there = edges[at], edges[at + 1], shift[at], shift[at + 1]
        mesh.append(((left, 0, right, high), (left, here, left, high + here, right, high + there, right, there)))
    return page.transform((wide, high), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR, fillcolor=_TABLE)


def _askew(scene: Image.Image, chance: random.Random) -> Image.Image:
    """Seen a little from the side, and turned by a few degrees."""
    wide, high = scene.size
    turned = scene.rotate(chance.uniform(-4, 4), Image.Resampling.BILINEAR, fillcolor=_TABLE)
    side, up = chance.uniform(-0.06, 0.06) / wide, chance.uniform(-0.06, 0.06) / high
    centre = 1 + side * wide / 2 + up * high / 2
    terms = (centre, 0.0, -(centre - 1) * wide / 2, 0.0, centre, -(centre - 1) * high / 2, side, up)
    return turned.transform(scene.size, Image.Transform.PERSPECTIVE, terms, Image.Resampling.BILINEAR, fillcolor=_TABLE)


def _lit(scene: Image.Image, chance: random.Random) -> Image.Image:
    """Ink and paper are grey, and one side is darker."""
    light = Image.linear_gradient("L").resize(scene.size).rotate(chance.choice((0, 90, 180, 270))).resize(scene.size)
    return ImageChops.multiply(scene.point(lambda one: 35 + one * 4 // 5), light.point(lambda one: 150 + one * 2 // 5))
