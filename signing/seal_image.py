"""Pictures for sample seals, drawn small as SVG and marked 样章.

Real seals are pictures from a licensed seal maker and are imported. Nothing here draws the national emblem or imitates a real organ's
seal: size and centre belong to each organ, and the diameters below are only those usual for a township.

Source: 国发〔1999〕25号 (diameters; names run left to right round the centre).
"""

import math
from dataclasses import dataclass
from html import escape

_RED = "#c8102e"
_SONG = "SimSun,Songti SC,AR PL SungtiL GB,serif"


@dataclass(frozen=True)
class Picture:
    """What a seal shows on paper: `media` (`PNG`, `SVG`, `OFD` ...), the bytes, and its size in mm."""

    media: str
    data: bytes
    width_mm: int
    height_mm: int


def round_sample(organ_name: str, diameter_mm: int = 42) -> Picture:
    """A round seal with a star, the name round it, and 样章 below."""
    size = min(52, 2 * math.pi * 158 / max(len(organ_name) * 1.6, 8))
    body = (
        f'<circle cx="210" cy="210" r="200" fill="none" stroke="{_RED}" stroke-width="12"/>'
        f'<polygon points="{_star(210, 210, 62)}" fill="{_RED}"/>'
        '<path id="a" d="M 78.4 297.5 A 158 158 0 1 1 341.6 297.5" fill="none"/>'
        f'<text font-size="{size:.0f}" text-anchor="middle">'
        f'<textPath href="#a" startOffset="50%">{escape(organ_name)}</textPath></text>'
        '<text x="210" y="345" font-size="44" text-anchor="middle">样章</text>'
    )
    return Picture("SVG", _svg(420, 420, body), diameter_mm, diameter_mm)


def name_sample(name: str, width_mm: int = 40, height_mm: int = 16) -> Picture:
    """A person's name in a frame, and 样章 beside it."""
    body = (
        f'<rect x="4" y="4" width="392" height="152" fill="none" stroke="{_RED}" stroke-width="8"/>'
        f'<text x="160" y="106" font-size="{min(76, 280 // max(len(name), 1))}" text-anchor="middle">{escape(name)}</text>'
        '<text x="345" y="90" font-size="32" text-anchor="middle">样章</text>'
    )
    return Picture("SVG", _svg(400, 160, body), width_mm, height_mm)


def _svg(width: int, height: int, body: str) -> bytes:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="{_SONG}" fill="{_RED}">'
    return f"{head}{body}</svg>".encode()


def _star(x: float, y: float, radius: float) -> str:
    points = []
    for corner in range(10):
        length = radius if corner % 2 == 0 else radius * 0.382
        angle = math.pi * (corner / 5 - 0.5)
        points.append(f"{x + length * math.cos(angle):.1f},{y + length * math.sin(angle):.1f}")
    return " ".join(points)
