"""How well four lines fit a sheet: by the step of colour from outside to inside, the same all along each edge, that ends at the corners.

The strength of the gradient says little: print, seals and grain have strong ones. A sheet differs from its ground along the whole edge.
"""

from dataclasses import dataclass

import numpy as np

from node.scanning.finding.quads import Array, along_rim, areas, lengths, likeness_to_sheet, sides
from node.scanning.finding.sampling import WEIGHT, colours_at, mean_of_three

ROUGH = (2.0, 3.5, 5.0)
"""Pixels to each side at which colours are compared while corners are still some pixels off."""
CLOSE = (1.0, 1.75, 2.5)
"""The same for corners that have been refined: what is off by more than a pixel shows less of a step."""

CUT = 0.5
"""What an edge is worth that lies along the rim of the picture: the sheet may go on beyond it, or not."""
MOST_CUT = 2
_DEEP = (4.0, 6.0, 8.0)
"""Where it must still be paper: the frame printed on a mat is a step as well, and behind it there is mat again."""
_PLACES = 32
_BEYOND = np.array([0.03, 0.06, 0.09, 0.12, 0.16, 0.20])
_LEAST_STEP = 2.2
"""Below it is noise."""
_FULL_SHARE = 0.12
"""Of the picture, in area: larger sheets are not better for being larger."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for each of some quadrangles: `scores` of 0 to 1 (n), and of each of its `edges` (n, 4)."""

    scores: Array
    edges: Array


def weigh(ycc: Array, quads: Array, reach: tuple[float, ...] = ROUGH) -> Evidence:
    """The evidence for quadrangles that go round clockwise, on a small YCrCb picture."""
    inside, deep, outside, beyond = _beside_edges(ycc, quads.astype(np.float32), np.array(reach))
    is_cut = along_rim(quads, ycc.shape[1], ycc.shape[0])
    edges = np.where(is_cut, CUT, _edges(inside, deep, outside, beyond))
    sorted_edges = np.sort(edges, 1)
    base = 0.6 * edges.mean(1) + 0.4 * np.sqrt(sorted_edges[:, 0] * sorted_edges[:, 1])
    size = np.clip(areas(quads) / (ycc.shape[0] * ycc.shape[1]) / _FULL_SHARE, 0, 1) ** 0.35
    size = np.where(is_cut.sum(1) > MOST_CUT, 0, size)
    return Evidence(base * size * _likeness_to_paper(ycc, inside) * likeness_to_sheet(quads), edges)


def _beside_edges(ycc: Array, quads: Array, reach: Array) -> tuple[Array, Array, Array, Array]:
    """Colours inside, deep inside and outside along each edge (n, 4, places, 3), and the steps beyond its two ends (n, 4, 2, places, 3)."""
    share = np.concatenate([np.linspace(0.04, 0.96, _PLACES), -_BEYOND, 1 + _BEYOND])
    along = sides(quads)
    inward = np.stack([-along[..., 1], along[..., 0]], -1) / lengths(along)[..., None]
    on_edge = quads[:, :, None] + along[:, :, None] * share[:, None]
    off_edge = np.concatenate([reach, -reach, _DEEP])
    colours = colours_at(ycc, on_edge[:, :, :, None] + inward[:, :, None, None] * off_edge[:, None])
    inside, outside, deep = (mean_of_three(colours, first) for first in (0, 3, 6))
    limits = np.array([ycc.shape[1], ycc.shape[0]]) - 1
    just_outside = on_edge - inward[:, :, None] * 2
    is_seen = ((just_outside > 0) & (just_outside < limits)).all(-1)
    outside = np.where(is_seen[..., None], outside, inside)  # what is not on the picture shows no step
    steps = (inside - outside)[:, :, _PLACES:]
    return inside[:, :, :_PLACES], deep[:, :, :_PLACES], outside[:, :, :_PLACES], steps.reshape(*steps.shape[:2], 2, len(_BEYOND), 3)


def _edges(inside: Array, deep: Array, outside: Array, beyond: Array) -> Array:
    """0 to 1 for each edge: there is a step, everywhere along it, and none beyond the corners."""
    steps = inside - outside
    sizes = np.linalg.norm(steps, axis=-1)
    most = 2 * np.median(sizes, axis=2)[:, :, None] + 4  # a finger or a bright square beside the sheet must not speak for the whole edge
    mean = (steps * np.minimum(1, most / (sizes + 1e-6))[..., None]).mean(2)
    size = np.linalg.norm(mean, axis=-1)
    way = mean / (size[..., None] + 1e-6)
    least = np.maximum(_LEAST_STEP, 0.12 * size)[..., None]
    is_step = ((steps * way[:, :, None]).sum(-1) > least) & (((deep - outside) * way[:, :, None]).sum(-1) > least / 2)
    everywhere = 0.6 * is_step.mean(-1) ** 1.5 + 0.4 * is_step.reshape(*is_step.shape[:2], 4, -1).mean(-1).min(-1)
    further = (beyond * way[:, :, None, None]).sum(-1) / (size[..., None, None] + 3)
    goes_on = np.clip(np.sort(further, -1)[..., 1].max(-1), 0, 1)
    return np.asarray(np.clip((size - 1.5) / 10, 0, 1) ** 0.5 * everywhere * (1 - 0.5 * goes_on))


def _likeness_to_paper(ycc: Array, inside: Array) -> Array:
    """1 for a light rim of little colour, the same on all four sides."""
    rim = np.median(inside, axis=2) / WEIGHT
    colour = np.hypot(rim[..., 1] - 128, rim[..., 2] - 128).mean(1)
    uneven = np.linalg.norm((rim - rim.mean(1, keepdims=True)) * np.array([0.4, 1.6, 1.6]), axis=-1).mean(1)
    light = np.clip((rim[..., 0].mean(1) - np.percentile(ycc[..., 0], 30)) / 20 + 1, 0.3, 1)
    return np.asarray(light * np.exp(-np.clip(colour - 8, 0, 60) / 25) * np.exp(-np.clip(uneven - 6, 0, 60) / 40))
