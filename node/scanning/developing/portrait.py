"""A portrait to an item's specification: cut out, its ground white where that can be done well, its bytes within the window."""

from dataclasses import replace
from functools import partial
from io import BytesIO

from PIL import Image, ImageOps

from forms.portraits import PortraitSpec
from node.scanning.budget import preview_of, searched
from node.scanning.developing.colours import brightened
from node.scanning.developing.geometry import sides, whole
from node.scanning.developing.person import ground_of, head_of, whitened
from node.scanning.developing.sources import opened_shot
from node.scanning.developing.straight import MM_PER_INCH, Laying, laid_flat
from node.scanning.intake import Cleaned
from node.scanning.opening import Opened
from node.scanning.shot import Corners, Plan

_QUALITIES = (95, 20)
_FULL_QUALITY = 100
_HEAD_SHARE = 0.58
"""Of the picture's width that the head takes. Source: GA/T 461-2019: 207 ± 14 of 358 dots."""
_ABOVE_HEAD = 0.035
"""Of the picture's height above the hair. Source: the same: 7 to 21 of 441 dots."""
_GIVEN_UP = 0.85
"""A head this wide is no head found, but a picture with no ground beside it."""
_CLOSER = 3
"""How much smaller than the whole picture the frame may turn out to be before dots are lost that the picture has."""
_LOOK_PX = 640


def portrait_of(data: bytes, plan: Plan, spec: PortraitSpec) -> Cleaned:
    """The portrait; a frame given by the plan's corners is kept to, else one is put about the head.

    Warnings: `low_resolution`, it had to be enlarged; `ground`, it is not as wanted and could not be made so; `few_bytes`, fewer than
    wanted; `many_bytes`, more.

    Raises:
        MaterialError: the shot cannot be opened, or the plan cannot be followed.
    """
    found = opened_shot(data, lambda width, height: _laid(plan.corners or whole(width, height), spec).shrinks / _CLOSER)
    corners = plan.corners or _framed(found, spec)
    lay = _laid(corners, spec)
    picture = laid_flat(found, replace(plan, corners=corners, paper="photo"), lay)
    del found
    picture = ImageOps.fit(picture, (spec.width, spec.height), Image.Resampling.LANCZOS)
    picture, warnings = _grounded(brightened(picture, plan.brightness), spec)
    encoded = _in_window(picture, spec)
    if lay.shrinks < 1:
        warnings += ("low_resolution",)
    if len(encoded) < spec.min_bytes:
        warnings += ("few_bytes",)
    if len(encoded) > spec.max_bytes:
        warnings += ("many_bytes",)
    return Cleaned("image/jpeg", encoded, preview_of(picture), picture.width, picture.height, 1, warnings)


def _laid(corners: Corners, spec: PortraitSpec) -> Laying:
    """The frame in its own proportions, just large enough to cover what is wanted."""
    across, down = sides(corners)
    factor = max(spec.width / across, spec.height / down)
    return Laying(corners, (round(across * factor), round(down * factor)), 0)


def _framed(found: Opened, spec: PortraitSpec) -> Corners:
    """The frame about the head, or the middle of the picture where no head can be told from its ground."""
    ground = ground_of(found.upright(_LOOK_PX))
    head = head_of(ground) if ground else None
    proportion = spec.height / spec.width
    if head is None or head.width > _GIVEN_UP:
        width = min(float(found.width), found.height / proportion)
        return _frame((found.width - width) / 2, (found.height - width * proportion) / 2, width, proportion)
    width = min(head.width * found.width / _HEAD_SHARE, found.width, found.height / proportion)
    left = min(max(0.0, head.middle * found.width - width / 2), found.width - width)
    top = min(max(0.0, head.top * found.height - width * proportion * _ABOVE_HEAD), found.height - width * proportion)
    return _frame(left, top, width, proportion)


def _frame(left: float, top: float, width: float, proportion: float) -> Corners:
    right, bottom = left + width, top + width * proportion
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _grounded(picture: Image.Image, spec: PortraitSpec) -> tuple[Image.Image, tuple[str, ...]]:
    """With a white ground where that is wanted and the ground is even; the warning `ground` where it is not."""
    if spec.ground != "white":
        return picture, ()
    ground = ground_of(picture)
    if ground is None:
        return picture, ("ground",)
    return (picture if ground.is_white else whitened(picture, ground)), ()


def _in_window(picture: Image.Image, spec: PortraitSpec) -> bytes:
    """The best JPEG that is not too large; one that is too small gets the last bit of quality."""
    encode = partial(_encoded, picture, _dots_per_inch(spec))
    encoded = searched(encode, spec.max_bytes, *_QUALITIES)
    return encode(_FULL_QUALITY) if len(encoded) < spec.min_bytes else encoded


def _dots_per_inch(spec: PortraitSpec) -> int:
    return round(spec.width / spec.width_mm * MM_PER_INCH) if spec.width_mm else 0


def _encoded(picture: Image.Image, dpi: int, quality: int) -> bytes:
    """Baseline, with all its colours: other offices' programs read it too."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling="4:4:4", optimize=True, **({"dpi": (dpi, dpi)} if dpi else {}))
    return out.getvalue()
