"""Sheets on a picture: many guesses on a small copy, the best few refined and weighed, the best of all refined on the picture itself."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from node.scanning.finding.crossings import crossed_quads
from node.scanning.finding.edges import refined
from node.scanning.finding.evidence import CLOSE, weigh
from node.scanning.finding.patches import patch_quads
from node.scanning.finding.quads import Array, areas, clockwise, distinct, proportion
from node.scanning.finding.segments import straight_lines

cv2.setNumThreads(1)


@dataclass(frozen=True)
class Effort:
    """How hard to look: the long side of the small copy, lines that are looked at and crossed, and guesses that are refined.

    `rough_places` and `fine_places` are looked at along each edge, on the small copy and on the picture itself.
    """

    side: int = 640
    lines: int = 70
    crossed: int = 28
    refined: int = 5
    rough_places: int = 48
    fine_places: int = 96


FULL = Effort()
QUICK = Effort(side=448, lines=44, crossed=20, refined=2, rough_places=24, fine_places=40)
"""For a live frame, which another follows."""

LEAST_SCORE = 0.4
"""What scores less is no sheet."""
_APART = 6.0
_ROUGH_REACH, _FINE_REACH = 8.0, 2.0
_MOST_MOVED, _WORSE = 40.0, 0.04
_LEAST_SHARE = 0.02
_CARD, _CARD_FALL = 85.6 / 53.98, 4.0
"""ISO/IEC 7810 ID-1, long to short; and how fast a sheet of other proportions loses as a card."""
_CARDS = 2


@dataclass(frozen=True)
class Sheet:
    """Four corners in pixels, clockwise; (0, 0) is the outer corner of the first pixel. `score` is of 0 to 1."""

    corners: Array
    score: float


def find_sheets(picture: Array, wanted: str = "page", effort: Effort = FULL) -> list[Sheet]:
    """The sheets on an RGB picture, the best first: one page, or up to two cards."""
    ycc, scale = _small_ycc(picture, effort.side)
    guesses = _guesses(ycc, effort)
    if not len(guesses):
        return []
    as_card = wanted == "card"
    worth = weigh(ycc, guesses).scores * (_card_worth(guesses) if as_card else 1)
    found: list[Sheet] = []
    large: Array | None = None
    for _ in range(_CARDS if as_card else 1):
        best = _best(ycc, guesses, worth, effort, as_card)
        if best is None or best.score < LEAST_SCORE:
            break
        large = _large_ycc(picture) if large is None else large
        found.append(_sharpened(ycc, large, scale, best, effort.fine_places))
        worth = np.where(_overlaps(guesses, best.corners), 0.0, worth)
    return found


def _small_ycc(picture: Array, side: int) -> tuple[Array, float]:
    """A smoothed YCrCb copy of at most `side` pixels, and how many pixels of the picture one of its pixels is."""
    height, width = picture.shape[:2]
    scale = max(1.0, max(height, width) / side)
    size = (max(8, round(width / scale)), max(8, round(height / scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb), (3, 3), 0), width / size[0]


def _large_ycc(picture: Array) -> Array:
    return cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb), (3, 3), 0)


def _guesses(ycc: Array, effort: Effort) -> Array:
    """Everything that may be a sheet (n, 4, 2)."""
    crossed = crossed_quads(ycc, straight_lines(ycc, effort.lines), effort.crossed, 8 * effort.refined)
    found = np.array(patch_quads(ycc) + crossed, np.float32).reshape(-1, 4, 2)
    return np.asarray(found[np.isfinite(found).all((1, 2)) & (areas(found) > _LEAST_SHARE * ycc.shape[0] * ycc.shape[1])])


def _best(ycc: Array, guesses: Array, worth: Array, effort: Effort, as_card: bool) -> Sheet | None:
    """The best guess after refining the most promising."""
    chosen = [index for index in distinct(guesses, worth, effort.refined, _APART) if worth[index] > 0]
    corners = np.array([_refined_or_not(ycc, guesses[index], effort.rough_places) for index in chosen], np.float32).reshape(-1, 4, 2)
    if not len(corners):
        return None
    scores = weigh(ycc, corners, CLOSE).scores
    best = int(np.argmax(scores * (_card_worth(corners) if as_card else 1)))
    return Sheet(corners[best], float(scores[best]))


def _refined_or_not(ycc: Array, quad: Array, places: int) -> Array:
    found = refined(ycc, quad, _ROUGH_REACH, places)
    return quad if found is None or np.abs(found - quad).max() > _MOST_MOVED else clockwise(found)


def _sharpened(ycc: Array, large: Array, scale: float, rough: Sheet, places: int) -> Sheet:
    """The corners on the picture itself, to a part of a pixel; the rough ones where that would make them worse."""
    begin = (rough.corners + 0.5) * scale - 0.5
    found = refined(large, begin, _FINE_REACH * scale, places)
    if found is not None and np.abs(found - begin).max() < 6 * _FINE_REACH * scale:
        found = clockwise(found)
        both = np.stack([(found + 0.5) / scale - 0.5, rough.corners]).astype(np.float32)
        scores = weigh(ycc, both, CLOSE).scores
        if scores[0] >= scores[1] - _WORSE:
            return Sheet(found + 0.5, float(scores[0]))
    return Sheet(begin + 0.5, rough.score)


def _card_worth(quads: Array) -> Array:
    return np.array([np.exp(-_CARD_FALL * abs(np.log(proportion(quad) / _CARD))) for quad in quads])


def _overlaps(quads: Array, other: Array) -> Array:
    """Whether each shares more than a sliver with `other`."""
    hull: Any = other.astype(np.float32)
    shared = [cv2.intersectConvexConvex(quad, hull)[0] for quad in quads]
    return np.asarray(np.array(shared) > 0.1 * np.minimum(areas(quads), float(areas(other))))
