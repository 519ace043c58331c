"""Quadrangles around the large patches of masks: four corners of the outline, or of its hull with all but four sides taken away."""

import cv2
import numpy as np

from node.scanning.finding.planes import masks
from node.scanning.finding.quads import Array, clockwise

_LEAST_SHARE = 0.02
_PATCHES = 2
"""Of each mask, the largest."""
_SMALL, _LARGE = np.ones((3, 3), np.uint8), np.ones((5, 5), np.uint8)
_TOLERANCES = (0.02, 0.04, 0.07)
_FINE_TOLERANCE = 0.006


def patch_quads(ycc: Array) -> list[Array]:
    """Quadrangles around patches of a YCrCb picture, found at half its size; clockwise."""
    half = cv2.resize(ycc, (ycc.shape[1] // 2, ycc.shape[0] // 2), interpolation=cv2.INTER_AREA)
    found: list[Array] = []
    for mask in masks(half):
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, _SMALL)
        closed = cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _SMALL), cv2.MORPH_OPEN, _LARGE)
        for cleaned in (opened, closed):
            found += [clockwise((quad + 0.5) * 2 - 0.5) for outline in _outlines(cleaned) for quad in _around(outline)]
    return found


def _outlines(mask: Array) -> list[Array]:
    outlines = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    large = [outline for outline in outlines if cv2.contourArea(outline) > _LEAST_SHARE * mask.size]
    return sorted(large, key=cv2.contourArea, reverse=True)[:_PATCHES]


def _around(outline: Array) -> list[Array]:
    hull = cv2.convexHull(outline)
    long = cv2.arcLength(hull, True)
    found: list[Array] = []
    for tolerance in _TOLERANCES:
        simple = cv2.approxPolyDP(hull, tolerance * long, True)
        if len(simple) == 4:
            found.append(simple[:, 0].astype(float))
            break
    fitted = _four_sided([corner.astype(float) for corner in cv2.approxPolyDP(hull, _FINE_TOLERANCE * long, True)[:, 0]])
    return found if fitted is None else [*found, fitted]


def _four_sided(corners: list[Array]) -> Array | None:
    """A convex polygon with sides taken away, each time the one that adds the least, until four are left: a covered corner comes back."""
    while len(corners) > 4:
        additions = [_without_side(corners, index) for index in range(len(corners))]
        possible = [(added[0], index) for index, added in enumerate(additions) if added is not None]
        if not possible:
            return None
        index = min(possible)[1]
        chosen = additions[index]
        assert chosen is not None
        corners[index] = chosen[1]
        del corners[(index + 1) % len(corners)]
    return np.array(corners) if len(corners) == 4 else None


def _without_side(corners: list[Array], index: int) -> tuple[float, Array] | None:
    """The area added when the sides before and after this one are drawn on until they meet, and where; None when they do not."""
    count = len(corners)
    before, first, last, after = (corners[(index + step) % count] for step in (-1, 0, 1, 2))
    on, back, gap = first - before, last - after, last - first
    depth = on[0] * back[1] - on[1] * back[0]
    if abs(depth) < 1e-6:
        return None
    share = (gap[0] * back[1] - gap[1] * back[0]) / depth
    met = first + on * share
    if share < 0 or (met - last) @ back < 0:
        return None
    return 0.5 * abs(float((first - met)[0] * (last - met)[1] - (first - met)[1] * (last - met)[0])), met
