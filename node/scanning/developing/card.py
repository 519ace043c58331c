"""Both sides of an ID card at their true size on one A4, front above back, nothing added but white."""

from PIL import Image, ImageDraw

from node.scanning.budget import preview_of, within
from node.scanning.developing.page import sheet_of
from node.scanning.developing.straight import MM_PER_INCH, PAPERS_MM, Sheet
from node.scanning.developing.target import Target
from node.scanning.intake import Cleaned
from node.scanning.shot import Plan

_LONG_MM, _SHORT_MM = PAPERS_MM["id_card"]
_SHEET_HIGH_MM, _SHEET_WIDE_MM = PAPERS_MM["a4"]
_MIDDLES_MM = (_SHEET_HIGH_MM * 0.3, _SHEET_HIGH_MM * 0.7)
"""How far the middle of the front, and that of the back, lie from the upper edge."""
_CORNER_MM = 3.18
"""Radius of a card's corners, outside of which the table shows. Source: ISO/IEC 7810, 5.1.1."""
_LEAST_DPI = 100
"""Below it the sheet would be too coarse to print; a card with fewer dots is enlarged, which a warning says."""
_SMOOTH = 4


def card_sheet(front: bytes, front_plan: Plan, back: bytes, back_plan: Plan, target: Target) -> Cleaned:
    """An A4 page with the two sides; both may come from the same shot, each with its own corners.

    Raises:
        MaterialError: a shot cannot be opened, or a plan cannot be followed.
    """
    sides = [sheet_of(data, plan, target.dpi) for data, plan in ((front, front_plan), (back, back_plan))]
    dpi = min(target.dpi, max(_LEAST_DPI, *(side.dpi for side in sides)))
    page = Image.new("RGB", (_dots(_SHEET_WIDE_MM, dpi), _dots(_SHEET_HIGH_MM, dpi)), "white")
    for side, middle_mm in zip(sides, _MIDDLES_MM, strict=True):
        _put(page, _true_size(side, dpi), _dots(middle_mm, dpi))
    encoded, image, _ = within(page, target.page_bytes, dpi)
    is_coarse = min(side.dpi for side in sides) < _LEAST_DPI
    return Cleaned("image/jpeg", encoded, preview_of(image), image.width, image.height, 1, ("low_resolution",) if is_coarse else ())


def _dots(mm: float, dpi: int) -> int:
    return round(mm / MM_PER_INCH * dpi)


def _true_size(side: Sheet, dpi: int) -> Image.Image:
    """The side lying on its long edge; a card that was shot upright is laid down."""
    image = side.image.convert("RGB")
    if image.height > image.width:
        image = image.transpose(Image.Transpose.ROTATE_90)
    return image.resize((_dots(_LONG_MM, dpi), _dots(_SHORT_MM, dpi)), Image.Resampling.LANCZOS)


def _put(page: Image.Image, card: Image.Image, middle: int) -> None:
    shape = Image.new("L", (card.width * _SMOOTH, card.height * _SMOOTH))
    radius = card.width * _SMOOTH * _CORNER_MM / _LONG_MM
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, shape.width - 1, shape.height - 1), radius, fill=255)
    page.paste(card, ((page.width - card.width) // 2, middle - card.height // 2), shape.reduce(_SMOOTH))
