"""One shot and its plan become one page."""

from PIL import Image

from node.scanning.budget import four_greys, preview_of, within
from node.scanning.developing.colours import brightened, coloured
from node.scanning.developing.light import even_card, even_page
from node.scanning.developing.sources import opened_shot
from node.scanning.developing.straight import Sheet, laid_flat, laying
from node.scanning.developing.target import Target
from node.scanning.intake import Cleaned
from node.scanning.limits import BEST_PHOTO_QUALITY, BEST_QUALITY, LOW_RESOLUTION_PX
from node.scanning.opening import shrunk
from node.scanning.shot import Plan


def developed(data: bytes, plan: Plan, target: Target) -> Cleaned:
    """The page that the plan makes of the shot: a JPEG, or in black and white a PNG, which is a quarter of its size and as easy to read.

    A page that is only looked at is a JPEG in any colour.

    Raises:
        MaterialError: the shot cannot be opened, or the plan cannot be followed.
    """
    sheet = sheet_of(data, plan, target.dpi)
    if plan.colour == "bw" and target.long_side is None:
        lines = four_greys(sheet.image, sheet.dpi)
        if len(lines) <= target.page_bytes:
            return Cleaned("image/png", lines, preview_of(sheet.image), *sheet.image.size, 1, _warnings(sheet, sheet.image.size, plan))
    image = sheet.image if target.long_side is None else shrunk(sheet.image, target.long_side)
    best = BEST_PHOTO_QUALITY if plan.paper == "photo" else BEST_QUALITY
    encoded, image, _ = within(image, target.page_bytes, round(sheet.dpi * max(image.size) / max(sheet.image.size)), best)
    return Cleaned("image/jpeg", encoded, preview_of(image), image.width, image.height, 1, _warnings(sheet, image.size, plan))


def sheet_of(data: bytes, plan: Plan, dpi: int) -> Sheet:
    """The sheet laid flat, evenly lit and coloured, not yet encoded.

    Raises:
        MaterialError: the shot cannot be opened, or the plan cannot be followed.
    """
    found = opened_shot(data, lambda width, height: laying(width, height, plan, dpi).shrinks)
    lay = laying(found.width, found.height, plan, dpi)
    page, frames = laid_flat(found, plan, lay), found.frames
    del found  # it is large, and all that follows needs room
    return Sheet(coloured(brightened(_lit(page, plan), plan.brightness), plan.colour), lay.dpi, frames)


def _lit(page: Image.Image, plan: Plan) -> Image.Image:
    if plan.paper == "photo":
        return page
    return even_card(page) if plan.paper == "id_card" and plan.colour != "bw" else even_page(page)


def _warnings(sheet: Sheet, kept: tuple[int, int], plan: Plan) -> tuple[str, ...]:
    is_small = plan.paper in ("a4", "as_is", "photo") and max(kept) < LOW_RESOLUTION_PX
    return (("low_resolution",) if is_small else ()) + (("first_page_only",) if sheet.frames > 1 else ())
