"""A sheet on a picture is laid flat: cut out, straightened, its lines of text levelled, turned as the plan says. Never enlarged."""

from dataclasses import dataclass
from math import ceil, floor, sqrt

from PIL import Image

from node.errors import MaterialError
from node.scanning.developing.geometry import projection, proportion, sides, turned, whole
from node.scanning.developing.skew import skew_of
from node.scanning.limits import LONG_SIDE_PX
from node.scanning.opening import Opened, flattened, resized
from node.scanning.shot import Corners, Plan

MM_PER_INCH = 25.4
PAPERS_MM = {"a4": (297.0, 210.0), "a5": (210.0, 148.0), "id_card": (85.6, 54.0)}
"""Long and short side. Source: ISO 216; ISO/IEC 7810 (ID-1) as GA 450 rounds it."""
_LEVELLED = frozenset({"a4", "a5", "as_is"})
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
_ASLANT, _SCANNED = 1.09, 1.02
"""How far from the proportion of A4 and A5 a sheet may seem to be: when it was seen aslant, and when it is the whole picture."""
_MARGIN_PX = 3
_LEAST_PX = 8
_MOST_CUT_PIXELS = 6_000_000
"""Of what is cut out: the corners of a narrow strip may lie far apart."""


@dataclass(frozen=True)
class Sheet:
    """A flat sheet and its dots per inch. `frames` says how many pictures or pages the shot holds, of which this is the first."""

    image: Image.Image
    dpi: int
    frames: int = 1


@dataclass(frozen=True)
class Laying:
    """How a sheet is laid out: its corners on the upright picture, the size of the flat page in dots, and its dots per inch."""

    corners: Corners
    size: tuple[int, int]
    dpi: int

    @property
    def shrinks(self) -> float:
        """By how much the picture may be divided before dots are lost."""
        width, height = sides(self.corners)
        return min(width / self.size[0], height / self.size[1])


def laying(width: int, height: int, plan: Plan, dpi: int) -> Laying:
    """For an upright picture of this size: as many dots as the plan's paper has at `dpi`, or as the picture has where these are fewer.

    Raises:
        MaterialError: `plan`, the corners hold no page.
    """
    corners = plan.corners or whole(width, height)
    across, down = sides(corners)
    if min(across, down) < _LEAST_PX:
        raise MaterialError("plan", given="corners")
    own = proportion(corners, (width, height)) if plan.corners else width / height
    if plan.paper == "id_card" or _is_sheet(plan, own):
        long_mm, short_mm = PAPERS_MM[plan.paper]
        wide_mm, high_mm = (long_mm, short_mm) if across > down else (short_mm, long_mm)
        dots = max(1, min(dpi, round(max(across / wide_mm, down / high_mm) * MM_PER_INCH)))
        return Laying(corners, _dots(wide_mm, high_mm, dots), dots)
    most = LONG_SIDE_PX if plan.paper == "photo" else round(PAPERS_MM["a4"][0] / MM_PER_INCH * dpi)
    wide = sqrt(across * down * own)
    factor = min(1.0, most / max(wide, wide / own))
    return Laying(corners, (max(1, round(wide * factor)), max(1, round(wide / own * factor))), dpi)


def _is_sheet(plan: Plan, own: float) -> bool:
    """Whether what the plan calls a sheet of A4 or A5 may be one; a slip, or a whole photograph, is not stretched to it."""
    if plan.paper not in ("a4", "a5"):
        return False
    away = max(own, 1 / own) / sqrt(2)
    return max(away, 1 / away) < (_ASLANT if plan.corners else _SCANNED)


def _dots(wide_mm: float, high_mm: float, dpi: int) -> tuple[int, int]:
    return max(1, round(wide_mm / MM_PER_INCH * dpi)), max(1, round(high_mm / MM_PER_INCH * dpi))


def laid_flat(found: Opened, plan: Plan, lay: Laying) -> Image.Image:
    """The sheet as a flat page in plain RGB, level and turned."""
    corners = [found.stored_point(x, y) for x, y in lay.corners]
    cut, corners_on_cut = _cut_out(found.image, corners, lay.size)
    flat = projection(lay.size, corners_on_cut)
    page = _turned(_transformed(cut, lay.size, flat), plan.turn)
    skew = skew_of(page) if plan.paper in _LEVELLED else 0.0
    return _turned(_transformed(cut, lay.size, turned(flat, lay.size, -skew)), plan.turn) if skew else page


def _turned(page: Image.Image, degrees: int) -> Image.Image:
    return page.transpose(_TURNS[degrees]) if degrees in _TURNS else page


def _transformed(picture: Image.Image, size: tuple[int, int], flat: tuple[float, ...]) -> Image.Image:
    return picture.transform(size, Image.Transform.PERSPECTIVE, flat, Image.Resampling.BICUBIC, fillcolor="white")


def _cut_out(picture: Image.Image, corners: list[tuple[float, float]], size: tuple[int, int]) -> tuple[Image.Image, Corners]:
    """The part of the picture about the corners, shrunk to about the dots of the page, so that nothing fine turns into specks."""
    left, right = floor(min(x for x, _ in corners)) - _MARGIN_PX, ceil(max(x for x, _ in corners)) + _MARGIN_PX
    top, bottom = floor(min(y for _, y in corners)) - _MARGIN_PX, ceil(max(y for _, y in corners)) + _MARGIN_PX
    box = (max(0, left), max(0, top), min(picture.width, right), min(picture.height, bottom))
    if box[0] >= box[2] or box[1] >= box[3]:
        raise MaterialError("plan", given="corners")
    a, b, c, d = corners
    across, down = sides((a, b, c, d))
    # Of a picture on its side, the page's width lies along the picture's height; the larger of the two is never too small.
    by = max(1.0, min(max(across, down) / max(size), min(across, down) / min(size)))
    by = max(by, sqrt((box[2] - box[0]) * (box[3] - box[1]) / _MOST_CUT_PIXELS))
    smaller = (max(1, round((box[2] - box[0]) / by)), max(1, round((box[3] - box[1]) / by)))
    cut = resized(picture, smaller, box) if by > 1 else picture.crop(box)
    x_by, y_by = smaller[0] / (box[2] - box[0]), smaller[1] / (box[3] - box[1])
    moved = [((x - box[0]) * x_by, (y - box[1]) * y_by) for x, y in corners]
    return flattened(cut), (moved[0], moved[1], moved[2], moved[3])
