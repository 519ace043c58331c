"""Quadrangles as arrays of shape (…, 4, 2): order, area, shape, and where lines cross. Coordinates are pixels of the picture looked at."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_RIM = 1.5
"""Pixels."""
_PLAIN_COSINE, _COSINE_FALL = 0.35, 2.5
_PLAIN_RATIO, _RATIO_FALL = 1.5, 0.7


def clockwise(quad: Array) -> Array:
    """The same four corners, clockwise as seen."""
    from_middle = quad - quad.mean(0)
    return quad[np.argsort(np.arctan2(from_middle[:, 1], from_middle[:, 0]))]


def areas(quads: Array) -> Array:
    """Of each quadrangle."""
    x, y = quads[..., 0], quads[..., 1]
    doubled: Array = (x * np.roll(y, -1, -1) - y * np.roll(x, -1, -1)).sum(-1)
    return np.asarray(0.5 * np.abs(doubled))


def sides(quads: Array) -> Array:
    """The four sides as vectors, each from its corner to the next."""
    return np.roll(quads, -1, -2) - quads


def lengths(vectors: Array) -> Array:
    """Of each vector; never zero, to divide by."""
    return np.asarray(np.hypot(vectors[..., 0], vectors[..., 1]) + 1e-6)


def turns(quads: Array) -> Array:
    """Which way each corner turns: positive to the right, as seen."""
    along = sides(quads)
    following = np.roll(along, -1, -2)
    return np.asarray(along[..., 0] * following[..., 1] - along[..., 1] * following[..., 0])


def crossing(first: Array, second: Array) -> Array:
    """Where lines `(a, b, c)` with ax + by + c = 0 cross."""
    met = np.cross(first, second)
    depth = met[..., 2:]
    return met[..., :2] / np.where(np.abs(depth) < 1e-9, 1e-9, depth)


def line_through(first: Array, second: Array) -> Array:
    """The line `(a, b, c)` through two points."""
    return np.cross([*first, 1.0], [*second, 1.0])


def likeness_to_sheet(quads: Array) -> Array:
    """1 for what a rectangle looks like from above, less the sharper a corner and the less alike opposite sides."""
    along = sides(quads)
    long = lengths(along)
    unit = along / long[..., None]
    sharpest = np.abs((unit * np.roll(unit, -1, -2)).sum(-1)).max(-1)
    ratio = np.maximum(long[:, :2] / long[:, 2:], long[:, 2:] / long[:, :2]).max(-1)
    by_corners = np.exp(-np.clip(sharpest - _PLAIN_COSINE, 0, 1) * _COSINE_FALL)
    return np.asarray(by_corners * np.exp(-np.clip(ratio - _PLAIN_RATIO, 0, 5) * _RATIO_FALL))


def along_rim(quads: Array, width: int, height: int) -> Array:
    """Which edges (…, 4) lie along the rim of the picture: both their corners do, on the same side."""
    size = np.array([width, height]) - 1.0
    at_rim = np.concatenate([quads < _RIM, quads > size - _RIM], -1)
    return np.asarray((at_rim & np.roll(at_rim, -1, -2)).any(-1))


def proportion(quad: Array) -> float:
    """Long side to short side, each the mean of two opposite ones."""
    long = lengths(sides(quad))
    one, other = float(long[0] + long[2]), float(long[1] + long[3])
    return max(one, other) / min(one, other)


def distinct(quads: Array, scores: Array, most: int, apart: float) -> list[int]:
    """The best `most` of them, any two of which have a corner at least `apart` pixels from the other's."""
    chosen: list[int] = []
    for index in np.argsort(-scores):
        if all(np.abs(quads[index] - quads[other]).max() > apart for other in chosen):
            chosen.append(int(index))
            if len(chosen) == most:
                break
    return chosen
