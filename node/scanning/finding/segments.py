"""Straight lines on a picture: segments that OpenCV's detector finds, those on one line put together."""

import cv2
import numpy as np

from node.scanning.finding.quads import Array, lengths

_SHORTEST = 14.0
_MOST_SEGMENTS = 300
_SAME_LINE = 2.5
"""Pixels that both ends of a segment may lie off a line that it belongs to."""
_FAINT = ((0, 6.0), (2, 12.0))
"""YCrCb planes, and by how much they are strengthened: a white sheet on a white desk is seen by little else than a tint."""
_SURROUNDINGS = 61


def straight_lines(ycc: Array, most: int) -> Array:
    """The longest lines as `(a, b, c)` of unit normal, those with the most length of segments first."""
    segments = np.concatenate([_segments(plane) * scale + (scale - 1) / 2 for plane, scale in _planes(ycc)])
    along = segments[:, 2:] - segments[:, :2]
    long = lengths(along)
    order = np.argsort(-long)[:_MOST_SEGMENTS]
    order = order[long[order] > _SHORTEST]
    return _joined(segments[order], long[order])[:most]


def _planes(ycc: Array) -> list[tuple[Array, float]]:
    """Planes to look at, each with its scale."""
    half = cv2.resize(ycc, (ycc.shape[1] // 2, ycc.shape[0] // 2), interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(half, (3, 3), 0).astype(np.float32)
    local = smooth - cv2.blur(smooth, (_SURROUNDINGS, _SURROUNDINGS))
    faint = [np.clip(128 + local[..., plane] * gain, 0, 255).astype(np.uint8) for plane, gain in _FAINT]
    return [(cv2.GaussianBlur(ycc[..., 0], (3, 3), 0), 1.0), *((plane, 2.0) for plane in faint)]


def _segments(plane: Array) -> Array:
    found = cv2.createLineSegmentDetector().detect(plane)[0]
    return np.zeros((0, 4), np.float32) if found is None else np.asarray(found[:, 0])


def _joined(segments: Array, long: Array) -> Array:
    """Lines through segments, the longest segment first, each taking all that lie on it."""
    is_used = np.zeros(len(segments), bool)
    lines: list[tuple[float, float, float, float]] = []
    for index in range(len(segments)):
        if is_used[index]:
            continue
        line, on_it = _fitted(segments, long, index)
        is_used |= on_it
        lines.append((float(long[on_it].sum()), *line))
    lines.sort(reverse=True)
    return np.array([line[1:] for line in lines]).reshape(-1, 3)


def _fitted(segments: Array, long: Array, index: int) -> tuple[tuple[float, float, float], Array]:
    """The line that a segment begins, and which segments lie on it."""
    first, last = segments[:, :2], segments[:, 2:]
    along = last[index] - first[index]
    normal = np.array([-along[1], along[0]]) / long[index]
    offset = (first[index] @ normal + last[index] @ normal) / 2
    on_it = np.zeros(len(segments), bool)
    for _ in range(2):
        on_it = (np.abs(first @ normal - offset) < _SAME_LINE) & (np.abs(last @ normal - offset) < _SAME_LINE)
        on_it[index] = True
        ends = np.concatenate([first[on_it], last[on_it]])
        weight = np.concatenate([long[on_it]] * 2)
        middle = (ends * weight[:, None]).sum(0) / weight.sum()
        x, y = (ends - middle).T
        angle = 0.5 * np.arctan2(2 * (weight @ (x * y)), weight @ (x * x) - weight @ (y * y))
        normal = np.array([-np.sin(angle), np.cos(angle)])
        offset = middle @ normal
    return (float(normal[0]), float(normal[1]), float(-offset)), on_it
