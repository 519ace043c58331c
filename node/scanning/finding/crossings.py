"""Quadrangles that four straight lines make: all of them, weighed at once by sums kept along each line."""

from dataclasses import dataclass

import numpy as np

from node.scanning.finding.evidence import CUT, MOST_CUT
from node.scanning.finding.quads import Array, areas, clockwise, crossing, turns
from node.scanning.finding.sampling import colours_at, mean_of_three

_PACE = 3.0
"""Pixels from one place on a line to the next."""
_NEAR, _FAR = (2.0, 3.5, 5.0), (7.0, 9.0, 11.0)
_MOST_STEP = 14.0
_PLAIN = 5.0
"""A colour difference between near and far that a plain margin of paper does not have, and print has."""
_PARALLEL, _ACROSS = np.radians(22), np.radians(50)
_RIM_LINES, _LONGEST = 4, 5
"""The lines that come last and first: those along the rim of the picture, and long ones, among which the short edges of a card are."""
_LEAST_SHARE, _LEAST_GAP, _OVER_RIM = 0.03, 0.12, 0.03


@dataclass(frozen=True)
class _Traced:
    """Lines with the step of colour across them at each place; `right` and `left` count only where that side is plain, as paper is."""

    lines: Array
    along: Array
    starts: Array
    right: Array
    left: Array
    sizes: Array

    def only(self, chosen: Array) -> "_Traced":
        return _Traced(
            self.lines[chosen], self.along[chosen], self.starts[chosen], self.right[chosen], self.left[chosen], self.sizes[chosen]
        )

    def best(self, most: int) -> "_Traced":
        """Those with the most of a step that has paper at one side; the longest, which come first, stay, as does the rim."""
        strength = np.maximum(np.linalg.norm(self.right.sum(1), axis=-1), np.linalg.norm(self.left.sum(1), axis=-1))
        strength[:_LONGEST] = strength[-_RIM_LINES:] = np.inf
        return self.only(np.sort(np.argsort(-strength)[: most + _RIM_LINES]))


def crossed_quads(ycc: Array, lines: Array, most_lines: int, most: int) -> list[Array]:
    """The best `most` quadrangles that any four of the lines make, clockwise."""
    height, width = ycc.shape[:2]
    if len(lines) < 4:
        return []
    traced = _traced(ycc, np.concatenate([lines, _rim(width, height)])).best(most_lines)
    quads, edges = _combinations(traced.lines, width, height)
    if not len(quads):
        return []
    scores = _weighed(traced, quads, edges) * np.clip(areas(quads) / (width * height) / 0.15, 0, 1) ** 0.35
    return [clockwise(quads[index]) for index in np.argsort(-scores)[:most]]


def _rim(width: int, height: int) -> Array:
    """The four sides of the picture: a sheet may be cut off there."""
    return np.array([(1, 0, 0.5), (1, 0, 0.5 - width), (0, 1, 0.5), (0, 1, 0.5 - height)])


def _traced(ycc: Array, lines: Array) -> _Traced:
    height, width = ycc.shape[:2]
    middle = np.array([width / 2, height / 2])
    long = np.hypot(height, width) * 1.1
    along = np.stack([-lines[:, 1], lines[:, 0]], 1)
    starts = middle - (lines[:, :2] @ middle + lines[:, 2])[:, None] * lines[:, :2] - along * long / 2
    on_line = starts[:, None] + along[:, None] * np.arange(0, long, _PACE)[:, None]
    offsets = np.array([*_NEAR, *_FAR])
    colours = colours_at(ycc, on_line[:, :, None] + lines[:, None, None, :2] * np.concatenate([offsets, -offsets])[:, None])
    right, right_far, left, left_far = (mean_of_three(colours, first) for first in (0, 3, 6, 9))
    is_seen = ((on_line > 0) & (on_line < (width, height))).all(-1)
    steps = (right - left) * is_seen[..., None]
    steps *= np.minimum(1, _MOST_STEP / (np.linalg.norm(steps, axis=-1, keepdims=True) + 1e-6))
    return _Traced(
        lines, along, starts, steps * _plainness(right, right_far), steps * _plainness(left, left_far), np.linalg.norm(steps, axis=-1)
    )


def _plainness(near: Array, far: Array) -> Array:
    return np.asarray(1 / (1 + (np.linalg.norm(near - far, axis=-1, keepdims=True) / _PLAIN) ** 2))


def _combinations(lines: Array, width: int, height: int) -> tuple[Array, Array]:
    """All quadrangles of two pairs of opposite lines, and the index of the line of each side."""
    count = len(lines)
    first, second = _opposite(lines, width, height)
    one, other = np.triu_indices(len(first), 1)
    apart = _angles(lines)
    i, j, k, m = first[one], second[one], first[other], second[other]
    is_across = (apart[i, k] > _ACROSS) & (apart[j, m] > _ACROSS) & (apart[i, m] > _ACROSS)
    i, j, k, m = i[is_across], j[is_across], k[is_across], m[is_across]
    met = crossing(np.repeat(lines[:, None], count, 1), np.repeat(lines[None], count, 0))
    quads = np.stack([met[i, k], met[k, j], met[j, m], met[m, i]], 1)
    size = np.array([width, height])
    bends = turns(quads)
    fits = ((quads > -_OVER_RIM * size) & (quads < (1 + _OVER_RIM) * size)).all((1, 2))
    fits &= ((bends > 0).all(1) | (bends < 0).all(1)) & (areas(quads) > _LEAST_SHARE * width * height)
    return quads[fits], np.stack([k, j, m, i], 1)[fits]


def _angles(lines: Array) -> Array:
    angle = np.arctan2(lines[:, 1], lines[:, 0])
    return np.asarray(np.abs((angle[:, None] - angle[None] + np.pi / 2) % np.pi - np.pi / 2))


def _opposite(lines: Array, width: int, height: int) -> tuple[Array, Array]:
    """Pairs that may be opposite edges of one sheet."""
    first, second = np.triu_indices(len(lines), 1)
    depth = lines @ np.array([width / 2, height / 2, 1.0])
    alike = np.sign((lines[first, :2] * lines[second, :2]).sum(1))
    gap = np.abs(depth[first] - alike * depth[second])
    fits = (_angles(lines)[first, second] < _PARALLEL) & (gap > _LEAST_GAP * min(width, height))
    return first[fits], second[fits]


def _weighed(traced: _Traced, quads: Array, edges: Array) -> Array:
    """A rough score of each: steps from outside to a plain inside, all along the edges, that do not go on beyond the corners."""
    places = traced.sizes.shape[1]
    ends = np.stack([_place(traced, quads, edges), _place(traced, np.roll(quads, -1, 1), edges)])
    first, last = np.clip(ends.min(0), 0, places), np.clip(ends.max(0), 0, places)
    is_right = ((traced.lines[edges, :2] * quads.mean(1)[:, None]).sum(-1) + traced.lines[edges, 2] > 0)[..., None]
    right, left, sizes = _summed(traced.right), _summed(traced.left), _summed(traced.sizes[..., None])

    def mean_step(begin: Array, end: Array) -> Array:
        begin, end = np.clip(begin, 0, places), np.clip(end, 0, places)
        towards = np.where(is_right, right[edges, end] - right[edges, begin], left[edges, begin] - left[edges, end])
        return np.asarray(towards / np.maximum(end - begin, 1)[..., None])

    steps = mean_step(first, last)
    size = np.linalg.norm(steps, axis=-1)
    steadiness = size / ((sizes[edges, last] - sizes[edges, first])[..., 0] / np.maximum(last - first, 1) + 1)
    reach = np.maximum(2, (last - first) * 0.12).astype(int)
    after, before = mean_step(last + 2, last + 2 + reach), mean_step(first - 2 - reach, first - 2)
    goes_on = np.clip(np.maximum((after * steps).sum(-1), (before * steps).sum(-1)) / (size**2 + 4), 0, 1)
    edge = np.clip((size - 0.7) / 9, 0, 1) ** 0.5 * steadiness**0.5 * (1 - 0.5 * goes_on)
    is_cut = edges >= len(traced.lines) - _RIM_LINES
    edge = np.where(is_cut, CUT, edge) * (is_cut.sum(1) <= MOST_CUT)[:, None]
    darker_inside = steps[..., 0].mean(1) <= -2
    return np.asarray((0.5 * edge.min(1) + 0.5 * edge.mean(1)) * np.where(darker_inside, 0.6, 1))


def _place(traced: _Traced, points: Array, edges: Array) -> Array:
    """Which place of its line each point is."""
    return np.asarray((((points - traced.starts[edges]) * traced.along[edges]).sum(-1) / _PACE).astype(int))


def _summed(steps: Array) -> Array:
    """Sums from the line's start up to each place."""
    return np.concatenate([np.zeros_like(steps[:, :1]), np.cumsum(steps, 1)], 1)
