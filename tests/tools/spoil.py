"""Puts one fault, of a known strength, into a good photograph of a page with known corners, as `make_scans` makes them.

A strength of 0 is the least that a person would call the picture spoiled by, 1 the worst. Chance comes from a generator of the caller's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from node.scanning.shot import Corners
from tests.tools import make_scans

Array = Any
Chance = np.random.Generator


@dataclass(frozen=True)
class Photo:
    """A picture, the corners of the page on it (the first at the page's top left), and the page's size."""

    image: Image.Image
    corners: Corners | None
    page_mm: tuple[float, float]
    kind: str = ""

    @property
    def per_px(self) -> float:
        """How many pixels of this picture one pixel of a picture of 1920 is."""
        return max(self.image.size) / 1920


Fault = Callable[[Photo, float, Chance], Photo]


def defocused(photo: Photo, strength: float, chance: Chance) -> Photo:
    """Every dot becomes a disc of 3 to 9 pixels' radius (of a picture of 1920)."""
    radius = (3 + 6 * strength) * photo.per_px
    y, x = np.mgrid[-round(radius) - 1 : round(radius) + 2, -round(radius) - 1 : round(radius) + 2]
    return _with(photo, _convolved(photo.image, np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)))


def moved(photo: Photo, strength: float, chance: Chance) -> Photo:
    """Every dot becomes a line of 6 to 26 pixels in any direction."""
    length, way = (6 + 20 * strength) * photo.per_px, chance.uniform(0, np.pi)
    half = int(length / 2) + 2
    kernel = np.zeros((2 * half + 1, 2 * half + 1))
    for at in np.linspace(-length / 2, length / 2, 8 * half):
        x, y = half + at * np.cos(way), half + at * np.sin(way)
        for dx, dy in ((0, 0), (0, 1), (1, 0), (1, 1)):
            share = (1 - abs(x - int(x) - dx)) * (1 - abs(y - int(y) - dy))
            kernel[int(y) + dy, int(x) + dx] += share
    return _with(photo, _convolved(photo.image, kernel))


def glaring(photo: Photo, strength: float, chance: Chance) -> Photo:
    """A lamp mirrored somewhere on the page: its middle is burnt, about it there is a soft veil. 4 % to 14 % of the page's diagonal."""
    corners = _corners(photo)
    u, v = chance.uniform(0.15, 0.85, 2)
    middle = (corners[0] * (1 - u) + corners[1] * u) * (1 - v) + (corners[3] * (1 - u) + corners[2] * u) * v
    reach = (0.04 + 0.10 * strength) * float(np.hypot(*(corners[2] - corners[0])))
    wide, slant = chance.uniform(0.7, 1.5), chance.uniform(0, np.pi)
    x, y = _places(photo.image)
    across = (x - middle[0]) * np.cos(slant) + (y - middle[1]) * np.sin(slant)
    along = (y - middle[1]) * np.cos(slant) - (x - middle[0]) * np.sin(slant)
    veil = np.clip(1.4 * np.exp(-((across / wide) ** 2 + (along * wide) ** 2) / (2 * reach**2)), 0, 1)
    pixels = _pixels(photo.image)
    return _with(photo, pixels + (262 - pixels) * veil[..., None])


def shaded(photo: Photo, strength: float, chance: Chance) -> Photo:
    """A shadow with a hard edge across the page that takes 55 % to 85 % of the light, or a light that falls off by 78 % to 95 %."""
    corners = _corners(photo)
    depth, way = 0.55 + 0.30 * strength, chance.uniform(0, 2 * np.pi)
    x, y = _places(photo.image)
    along = x * np.cos(way) + y * np.sin(way)
    ends = corners @ np.array([np.cos(way), np.sin(way)])
    low, high = float(ends.min()), float(ends.max())
    if chance.random() < 0.3:
        share = np.clip((along - low) / (high - low), 0, 1)
        light = 1 - (0.78 + 0.17 * strength) * share
    else:
        soft = chance.uniform(0.002, 0.02) * max(photo.image.size)
        edge = low + (high - low) * chance.uniform(0.3, 0.7)
        light = 1 - depth / (1 + np.exp(-np.clip((along - edge) / soft, -50, 50)))
    return _with(photo, _pixels(photo.image) * light[..., None])


def darkened(photo: Photo, strength: float, chance: Chance) -> Photo:
    """A third to a tenth of the light, and the sensor's noise on it."""
    pixels = _pixels(photo.image) * (0.34 - 0.24 * strength)
    return _with(photo, pixels + chance.standard_normal(pixels.shape).astype(np.float32) * (2 + 4 * strength))


def burnt(photo: Photo, strength: float, chance: Chance) -> Photo:
    """So much light that the paper and what is faint on it are one white: 1.7 to 2.8 times as bright, and veiled."""
    return _with(photo, _pixels(photo.image) * (1.7 + 1.1 * strength) + 25 * strength)


def cut(photo: Photo, strength: float, chance: Chance) -> Photo:
    """The page runs out of the picture at one or two sides by 3 % to 25 % of itself."""
    corners = _corners(photo)
    low, high = corners.min(0), corners.max(0)
    off = (0.03 + 0.22 * strength) * (high - low)
    sides = [int(chance.integers(4))]
    if chance.random() < 0.3:
        sides.append((sides[0] + 1) % 4)
    box = [0.0, 0.0, float(photo.image.width), float(photo.image.height)]
    for side in sides:
        box[side] = float(low[side] + off[side]) if side < 2 else float(high[side - 2] - off[side - 2])
    left, top, right, bottom = (round(one) for one in box)
    return replace(photo, image=photo.image.crop((left, top, right, bottom)), corners=_as_corners(corners - np.array([left, top])))


def coarsened(photo: Photo, strength: float, chance: Chance) -> Photo:
    """So far away, or by so poor a camera, that a page has 72 to 42 dots per inch, a card 145 to 75."""
    corners = _corners(photo)
    wide = float(np.hypot(*(corners[1] - corners[0])) + np.hypot(*(corners[2] - corners[3]))) / 2
    dpi = wide / photo.page_mm[0] * 25.4
    wanted = 145 - 70 * strength if photo.page_mm[0] < 100 else 72 - 30 * strength
    by = min(1.0, wanted / dpi)
    size = (max(1, round(photo.image.width * by)), max(1, round(photo.image.height * by)))
    scale = np.array([size[0] / photo.image.width, size[1] / photo.image.height])
    return replace(photo, image=photo.image.resize(size, Image.Resampling.LANCZOS), corners=_as_corners(corners * scale))


def empty(photo: Photo, strength: float, chance: Chance) -> Photo:
    """No page: the desk alone, or a lens that sees nothing."""
    width, height = photo.image.size
    grounds = ("blackmat", "bluemat", "greenmat", "greydesk", "wood", "cloth")
    name = grounds[int(chance.integers(len(grounds)))]
    ground = make_scans.background(name, width, height, chance)
    light = 1 - 0.3 * chance.random() * np.mgrid[0:height, 0:width][1] / width
    noise = chance.standard_normal((height, width, 3)) * chance.uniform(1, 5)
    return replace(photo, image=_image(ground * light[..., None] + noise), corners=None)


def upended(photo: Photo, strength: float, chance: Chance) -> Photo:
    """On its head, or in the half of the strength above on its side: the corners begin at another one."""
    corners = _corners(photo)
    by = 2 if strength < 0.5 else int(chance.choice([1, 3]))
    return replace(photo, corners=_as_corners(np.roll(corners, by, 0)))


FAULTS: Mapping[str, tuple[str, Fault]] = {
    "defocus": ("blurred", defocused),
    "motion": ("blurred", moved),
    "glare": ("glare", glaring),
    "shadow": ("shadow", shaded),
    "dark": ("dark", darkened),
    "bright": ("bright", burnt),
    "cut": ("cut_edge", cut),
    "coarse": ("few_dots", coarsened),
    "empty": ("no_page", empty),
    "upended": ("upside_down", upended),
}
"""By the fault's name, the code that the gate must say, and what does it."""


def spoiled(photo: Photo, fault: str, strength: float, chance: Chance) -> Photo:
    """The photograph with one fault."""
    return FAULTS[fault][1](photo, strength, chance)


def _corners(photo: Photo) -> Array:
    assert photo.corners is not None
    return np.array(photo.corners, float)


def _as_corners(corners: Array) -> Corners:
    first, second, third, fourth = ((float(x), float(y)) for x, y in corners)
    return first, second, third, fourth


def _pixels(image: Image.Image) -> Array:
    return np.asarray(image, np.float32)


def _places(image: Image.Image) -> tuple[Array, Array]:
    y, x = np.mgrid[0 : image.height, 0 : image.width].astype(np.float32)
    return x, y


def _image(pixels: Array) -> Image.Image:
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def _with(photo: Photo, pixels: Array) -> Photo:
    return replace(photo, image=_image(pixels))


def _convolved(image: Image.Image, kernel: Array) -> Array:
    """By way of frequencies; what lies beyond the rim is as at the rim."""
    half = kernel.shape[0] // 2
    pixels = np.pad(_pixels(image), ((half, half), (half, half), (0, 0)), mode="edge")
    shape = (pixels.shape[0], pixels.shape[1])
    padded = np.zeros(shape)
    padded[: kernel.shape[0], : kernel.shape[1]] = kernel / kernel.sum()
    turned = np.fft.rfft2(np.roll(padded, (-half, -half), (0, 1)))
    made = np.stack([np.fft.irfft2(np.fft.rfft2(pixels[..., band]) * turned, s=shape) for band in range(3)], -1)
    return made[half:-half, half:-half]
