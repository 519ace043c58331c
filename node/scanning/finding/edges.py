"""Edges put where the step of colour is: a straight line searched in the strip along each, then fitted to the step at each place."""

import numpy as np

from node.scanning.finding.quads import Array, along_rim, crossing, line_through
from node.scanning.finding.sampling import colours_at

_SPAN = 0.94
"""Of an edge is looked at; at the corners the two steps mix."""
_TRIES = 16
"""Positions of each end of the line that are tried."""
_DARKER_INSIDE = 0.7
"""What counts of a step to a darker inside: it may be the outer rim of the sheet's shadow."""
_SHORTEST = 20.0
_ROUNDS = 3


def refined(ycc: Array, quad: Array, reach: float, places: int) -> Array | None:
    """The quadrangle with each edge moved by up to `reach` pixels to the nearby step; None when an edge is too short.

    An edge along the rim of the picture stays there.
    """
    is_cut = along_rim(quad, ycc.shape[1], ycc.shape[0])
    found = [
        line_through(start, end) if cut else _edge(ycc, start, end, reach, places)
        for start, end, cut in zip(quad, np.roll(quad, -1, 0), is_cut, strict=True)
    ]
    lines = [line for line in found if line is not None]
    if len(lines) < 4:
        return None
    corners = np.array([crossing(lines[side - 1], lines[side]) for side in range(4)])
    return corners if np.isfinite(corners).all() else None


def _edge(ycc: Array, start: Array, end: Array, reach: float, places: int) -> Array | None:
    """The line of one edge."""
    along = end - start
    long = float(np.hypot(*along))
    if long < _SHORTEST:
        return None
    inward = np.array([-along[1], along[0]]) / long
    half = max(2.0, reach / 4)
    pace = max(0.5, reach / 16)
    offsets = np.arange(-reach - half, reach + half + pace / 2, pace)
    share = np.linspace(0.5 - _SPAN / 2, 0.5 + _SPAN / 2, places)
    on_edge = start + along * share[:, None]
    colours = colours_at(ycc, on_edge[:, None] + inward * offsets[:, None])
    width = max(2, round(half / pace))
    steps = _steps(colours, width)
    ends = _settled(steps, *_best_straight(steps), pace)
    first_offset = (offsets[width - 1] + offsets[width]) / 2
    return line_through(on_edge[0] + inward * (first_offset + ends[0] * pace), on_edge[-1] + inward * (first_offset + ends[1] * pace))


def _steps(colours: Array, width: int) -> Array:
    """(places, positions, 3): inside less outside, each the mean of `width` samples; one place alone cannot outweigh the others."""
    sums = np.concatenate([np.zeros_like(colours[:, :1]), np.cumsum(colours, 1)], 1)
    steps = (sums[:, 2 * width :] - 2 * sums[:, width:-width] + sums[:, : -2 * width]) / width
    sizes = np.linalg.norm(steps, axis=-1)
    most = 1.5 * np.median(sizes.max(1)) + 3
    return np.asarray(steps * np.minimum(1, most / (sizes + 1e-6))[..., None])


def _best_straight(steps: Array) -> tuple[Array, Array]:
    """The straight way through the strip with the largest mean step, as positions by place, and the colour of that step."""
    places, positions = steps.shape[:2]
    grid = np.arange(0, positions, max(1, positions // _TRIES))
    first, last = (ends.ravel() for ends in np.meshgrid(grid, grid, indexing="ij"))
    share = np.linspace(0, 1, places)
    ways = np.rint(first[:, None] * (1 - share) + last[:, None] * share).astype(int)
    by_colour = np.ascontiguousarray(steps.transpose(2, 0, 1)).reshape(3, -1)
    means = by_colour.take(np.arange(places) * positions + ways, axis=1).mean(-1).T
    far = np.abs(first + last - positions + 1) / (positions - 1)
    worth = np.linalg.norm(means, axis=1) * (1 - 0.15 * far) * np.where(means[:, 0] < -0.5, _DARKER_INSIDE, 1)
    best = int(np.argmax(worth))
    colour = means[best] / (np.linalg.norm(means[best]) + 1e-6)
    return first[best] * (1 - share) + last[best] * share, colour


def _settled(steps: Array, line: Array, colour: Array, pace: float) -> tuple[float, float]:
    """The line through the peaks of the step near `line`, those off it counting less and less; its two ends as positions."""
    places, positions = steps.shape[:2]
    sizes = steps @ colour
    rows, share = np.arange(places), np.linspace(0, 1, places)
    window = max(2, round(2 / pace)) + max(1, positions // _TRIES)
    for _ in range(_ROUNDS):
        near = np.rint(line).astype(int)[:, None] + np.arange(-window, window + 1)
        seen = np.where((near >= 0) & (near < positions), sizes[rows[:, None], np.clip(near, 0, positions - 1)], -1e3)
        peak = near[rows, np.argmax(seen, 1)]
        line = _fitted(share, _between(sizes, rows, np.clip(peak, 1, positions - 2)), np.clip(seen.max(1), 0, None), line, window)
        window = max(2, round(1.5 / pace))
    return float(line[0]), float(line[-1])


def _between(sizes: Array, rows: Array, peak: Array) -> Array:
    """Where the top of a parabola through the peak and its neighbours is."""
    before, top, after = sizes[rows, peak - 1], sizes[rows, peak], sizes[rows, peak + 1]
    bend = before - 2 * top + after
    shift = np.where(np.abs(bend) > 1e-6, 0.5 * (before - after) / np.where(np.abs(bend) > 1e-6, bend, 1), 0)
    return np.asarray(peak + np.clip(shift, -0.6, 0.6))


def _fitted(share: Array, found: Array, weight: Array, line: Array, window: int) -> Array:
    near = weight * (np.abs(found - line) < window)
    for _ in range(3):
        total = near.sum() + 1e-6
        middle, height = (near * share).sum() / total, (near * found).sum() / total
        slope = (near * (share - middle) * (found - height)).sum() / ((near * (share - middle) ** 2).sum() + 1e-6)
        line = height + slope * (share - middle)
        off = np.abs(found - line)
        near = weight / (1 + (off / max(0.5, float(np.median(off)) * 1.5)) ** 2)
    return line
