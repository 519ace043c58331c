"""What an item wants of a portrait (免冠照片): size, bytes and ground, read from its own words. Pure."""

import re
from dataclasses import dataclass

_PIXELS = re.compile(r"([1-9][0-9]{1,3})\s*[×xX*✕]\s*([1-9][0-9]{1,3})\s*(?:像素|px|PX)")
_MILLIMETRES = re.compile(r"([1-9][0-9])\s*(?:mm|毫米)?\s*[×xX*✕]\s*([1-9][0-9])\s*(?:mm|毫米)")
_KILOBYTES = re.compile(r"([0-9]{1,4})\s*(?:[Kk][Bb])?\s*[–—~～至到-]\s*([0-9]{1,4})\s*[Kk][Bb]?")
_MOST_KILOBYTES = re.compile(r"(?:不超过|不大于|小于|≤|以内|最大)\s*([0-9]{1,4})\s*[Kk][Bb]?|([0-9]{1,4})\s*[Kk][Bb]?\s*(?:以内|以下)")
_INCHES = {"一": (25, 35), "1": (25, 35), "二": (35, 49), "两": (35, 49), "2": (35, 49)}
_INCH = re.compile(r"(?<!小)(?<!大)([一二两12])\s*[寸吋]")
_GROUNDS = {"白": "white", "蓝": "blue", "红": "red"}
_GROUND = re.compile(r"([白蓝红])色?(?:背景|底)")
_DPI = 300
_MM_PER_INCH = 25.4


@dataclass(frozen=True)
class PortraitSpec:
    """How a portrait must be. Sides in pixels, bytes of the JPEG; `ground` is `white`, `blue`, `red`, or empty where any will do.

    What an item leaves out is as the second-generation ID card wants it.

    Source: GA/T 461-2019: 358 × 441 pixels at 350 dpi, 26 × 32 mm, white ground.
    """

    width: int = 358
    height: int = 441
    min_bytes: int = 5 * 1024
    max_bytes: int = 50 * 1024
    ground: str = "white"
    width_mm: float | None = None
    height_mm: float | None = None


def portrait_wanted(text: str) -> PortraitSpec:
    """The portrait that an item's words (label, hint, capture) ask for."""
    plain = PortraitSpec()
    millimetres = _pair(_MILLIMETRES, text) or next((_INCHES[found] for found in _INCH.findall(text)), None)
    pixels = _pair(_PIXELS, text) or (_in_dots(millimetres) if millimetres else (plain.width, plain.height))
    least, most = _bytes(text, plain)
    ground = _GROUND.search(text)
    return PortraitSpec(
        *pixels, least, most, _GROUNDS[ground.group(1)] if ground else plain.ground,
        *((float(side) for side in millimetres) if millimetres else (None, None)),
    )  # fmt: skip


def _pair(pattern: re.Pattern[str], text: str) -> tuple[int, int] | None:
    found = pattern.search(text)
    return (int(found.group(1)), int(found.group(2))) if found else None


def _in_dots(millimetres: tuple[int, int]) -> tuple[int, int]:
    return round(millimetres[0] / _MM_PER_INCH * _DPI), round(millimetres[1] / _MM_PER_INCH * _DPI)


def _bytes(text: str, plain: PortraitSpec) -> tuple[int, int]:
    window = _pair(_KILOBYTES, text)
    if window and window[0] < window[1]:
        return window[0] * 1024, window[1] * 1024
    most = _MOST_KILOBYTES.search(text)
    if most and int(most.group(1) or most.group(2)) > 0:
        limit = int(most.group(1) or most.group(2)) * 1024
        return min(plain.min_bytes, limit // 2), limit
    return plain.min_bytes, plain.max_bytes
