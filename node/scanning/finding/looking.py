"""One look at a picture: the file is opened, its sheets are found where OpenCV is there, and its quality is judged.

Runs only inside the child process.
"""

from PIL import Image

from node.errors import MaterialError
from node.scanning.finding.sheets import Found
from node.scanning.magic import kind_of
from node.scanning.opening import opened
from node.scanning.quality.judge import judge
from node.scanning.shot import Corners, Finding, Look, Plan

try:
    from node.scanning.finding.found import found_on
except ImportError:  # the extra `scan` is not installed
    from node.scanning.finding.without import found_on

ENOUGH_PX = 1280
"""A JPEG is decoded at a half, a quarter or an eighth as long as its long side keeps so many pixels: edges are found to a part of one."""
MOST_PX = 2048
"""Of the picture that is looked at."""

SCANNED = "scanned"
"""Wanted of a picture that a scanner made of a sheet: it is all sheet, and none is looked for."""

Size = tuple[int, int]


def look_at(data: bytes, wanted: str, is_quick: bool) -> Look:
    """What there is on a picture.

    Raises:
        MaterialError: `empty`, `too_large`, `unknown_kind`, `too_many_pixels` or `damaged`.
    """
    picture, size = _opened(data)
    if wanted == SCANNED:
        return Look(*size, (), 0.0, judge(picture, None, "a4", size=size), None)
    found = found_on(picture, size, wanted, is_quick)
    return Look(*size, found.sheets, found.score, _quality(picture, size, found, wanted, is_quick), found.dpi)


def judge_page(data: bytes, plan: Plan) -> tuple[Finding, ...]:
    """What is wrong with the page that a plan makes of a picture.

    Raises:
        MaterialError: as of `look_at`.
    """
    picture, size = _opened(data)
    return judge(picture, _as_kept(plan, *size), plan.paper, size=size)


def _opened(data: bytes) -> tuple[Image.Image, Size]:
    """The picture upright, perhaps smaller than it is stored, and its size as it is stored."""
    kind = kind_of(data)
    if kind == "pdf":
        raise MaterialError("unknown_kind", kind="pdf")
    file = opened(data, kind, lambda width, height: max(width, height) / ENOUGH_PX)
    return file.upright(MOST_PX), (file.width, file.height)


def _quality(picture: Image.Image, size: Size, found: Found, wanted: str, is_quick: bool) -> tuple[Finding, ...]:
    """What the quality gate says of the first sheet; of the whole picture where no sheet was found."""
    paper = {"card": "id_card", "photo": "photo"}.get(wanted, "as_is" if found.dpi is None else "a4")
    first = found.sheets[0] if found.sheets else None
    return judge(picture, first, paper, size=size, is_searched=found.is_searched, is_frame=is_quick)


def _as_kept(plan: Plan, width: int, height: int) -> Corners | None:
    """A plan's corners, beginning with the top left of the page as it is kept; None for the whole picture as it lies."""
    steps = plan.turn // 90
    if plan.corners is None and not steps:
        return None
    first, second, third, fourth = plan.corners or ((0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height)))
    turned = {0: (first, second, third, fourth), 1: (fourth, first, second, third), 2: (third, fourth, first, second)}
    return turned.get(steps, (second, third, fourth, first))
