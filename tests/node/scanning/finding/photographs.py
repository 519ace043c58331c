"""Photographs with known corners, and pictures of cards and of nothing, made on the spot."""

import json
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

MAKER = Path(__file__).resolve().parents[3] / "tools" / "make_scans.py"
Quad = NDArray[Any]


@dataclass(frozen=True)
class Photograph:
    """A file, and the corners of the page on it, clockwise from the top left of what is printed."""

    file: Path
    corners: Quad
    profile: str
    kind: str
    dpi: float

    def data(self) -> bytes:
        return self.file.read_bytes()


def photographs(folder: Path, count: int, seed: int, *options: str) -> list[Photograph]:
    """So many photographs of the three profiles in turn."""
    subprocess.run([sys.executable, str(MAKER), "--out", str(folder), "--n", str(count), "--seed", str(seed), *options], check=True)
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return [Photograph(folder / one["file"], np.array(one["corners"]), one["profile"], one["kind"], one["dpi"]) for one in told]


def jaccard(found: Any, true: Any) -> float:
    """Shared area as a part of the area of both."""
    one, other = (cv2.convexHull(np.asarray(quad, np.float32)) for quad in (found, true))
    shared = cv2.intersectConvexConvex(one, other)[0]
    return float(shared / (cv2.contourArea(one) + cv2.contourArea(other) - shared))


def desk(width: int, height: int, colour: tuple[int, int, int], seed: int = 1) -> Image.Image:
    """A plain desk with grain, darker to the right."""
    grain = np.random.default_rng(seed).standard_normal((height, width, 1)) * 3
    light = np.linspace(1.0, 0.85, width)[None, :, None]
    return Image.fromarray(np.clip((np.array(colour) + grain) * light, 0, 255).astype(np.uint8))


def with_card(image: Image.Image, middle: tuple[int, int], width: int, degrees: float, is_back: bool = False) -> Quad:
    """Puts a card on a desk; gives its corners from its top left."""
    height = round(width * 53.98 / 85.6)
    card = Image.new("RGB", (width, height), (224, 233, 238))
    draw = ImageDraw.Draw(card)
    for row in range(4):
        draw.rectangle((width // 12, height * (2 + 2 * row) // 12, width // 2, height * (3 + 2 * row) // 12), fill=(40, 40, 50))
    if is_back:
        draw.ellipse((width // 14, height // 9, width // 4, height * 2 // 5), fill=(190, 40, 40))
    else:
        draw.rectangle((width * 7 // 10, height // 7, width * 19 // 20, height * 2 // 3), fill=(120, 160, 200))
    turned = np.radians(degrees)
    across, down = np.array([np.cos(turned), np.sin(turned)]) * width / 2, np.array([-np.sin(turned), np.cos(turned)]) * height / 2
    quad = np.array([-across - down, across - down, across + down, -across + down]) + middle
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).polygon([(float(x), float(y)) for x, y in quad], fill=255)
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    lying = cv2.warpPerspective(np.asarray(card), cv2.getPerspectiveTransform(flat, quad.astype(np.float32)), image.size)
    image.paste(Image.fromarray(lying), mask=mask)
    return quad


def as_jpeg(image: Image.Image, **options: Any) -> bytes:
    """The picture as a camera gives it."""
    out = BytesIO()
    image.save(out, "JPEG", quality=90, **options)
    return out.getvalue()
