"""Which corner of a sheet is its top left: rows of print run along it, and what is printed on it is not spread evenly.

Rows of print make dark and light stripes. A page begins at the top and ends where it ends, with the red seal below; a card has its rows
along its long side, begins at the left, and its red emblem stands at the left. Where nothing of this can be told, as the picture lies.
"""

import cv2
import numpy as np

from node.scanning.finding.quads import Array, lengths, proportion, sides

_LONG_PX = 480
_LEAST_PX = 60
_SURROUNDINGS = 25
_FAINT, _BLACK = 8.0, 40.0
"""How much darker than its surroundings ink begins to be, and is."""
_RIM = 0.05
_PERHAPS_CARD = (1.4, 1.95)
"""Proportions that a card may have, seen at a slant; so may a page."""
_LITTLE_PRINT = 0.0027
"""How striped a card is at most; a page of print is far more."""
_STRIPE = 11
_RED, _LEAST_RED = 60, 0.004
_SURE = 0.03


def from_top_left(picture: Array, quad: Array, is_card: bool = False) -> Array:
    """The corners, which go round clockwise, beginning with the top left of what is printed; `is_card` when it is known to be a card."""
    quad = np.roll(quad, -int(np.argmin(quad.sum(1))), 0)
    sheet = _straightened(picture, quad)
    ink, red = _ink(sheet), _red(sheet)
    across, down = _stripes(ink.mean(0)), _stripes(ink.mean(1))
    is_card = is_card or _may_be_card(quad, max(across, down))
    is_sideways = ink.shape[0] > ink.shape[1] if is_card else across > down
    turned = int(is_sideways)
    upright = _uprightness(np.rot90(ink, turned), np.rot90(red, turned), is_card)
    if upright < -_SURE:
        turned += 2
    return np.roll(quad, -turned, 0)


def _may_be_card(quad: Array, stripes: float) -> bool:
    return stripes < _LITTLE_PRINT and _PERHAPS_CARD[0] < proportion(quad) < _PERHAPS_CARD[1]


def _straightened(picture: Array, quad: Array) -> Array:
    """A small copy of the sheet alone, its first corner at the top left."""
    long = lengths(sides(quad))
    width, height = (long[0] + long[2]) / 2, (long[1] + long[3]) / 2
    scale = _LONG_PX / max(width, height)
    size = (max(_LEAST_PX, round(width * scale)), max(_LEAST_PX, round(height * scale)))
    corners = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    return cv2.warpPerspective(picture, cv2.getPerspectiveTransform(quad.astype(np.float32), corners), size)


def _ink(sheet: Array) -> Array:
    """0 to 1: how much darker than its surroundings; the rim, where the ground may show, is left out."""
    grey = cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY)
    darker = cv2.blur(grey, (_SURROUNDINGS, _SURROUNDINGS)).astype(np.float32) - grey
    return _without_rim(np.clip((darker - _FAINT) / (_BLACK - _FAINT), 0, 1))


def _red(sheet: Array) -> Array:
    """Where the red of a seal or an emblem is."""
    others = cv2.max(sheet[..., 1], sheet[..., 2])
    return _without_rim(cv2.subtract(sheet[..., 0], others) > _RED)


def _without_rim(plane: Array) -> Array:
    rim = round(_RIM * max(plane.shape))
    return plane[rim:-rim, rim:-rim]


def _stripes(profile: Array) -> float:
    """How striped a profile is."""
    smooth = np.convolve(np.pad(profile, _STRIPE // 2, mode="edge"), np.ones(_STRIPE) / _STRIPE, "valid")
    return float(((profile - smooth) ** 2).mean())


def _uprightness(ink: Array, red: Array, is_card: bool) -> float:
    """Above 0 for what stands upright, below for what stands on its head."""
    if is_card:
        return _leaning(ink.mean(0)) + (3 * _leaning(red.mean(0)) if red.mean() > _LEAST_RED else 0.0)
    return _leaning(ink.mean(1)) - (3 * _leaning(red.mean(1)) if red.mean() > _LEAST_RED else 0.0)


def _leaning(profile: Array) -> float:
    """Of -1 to 1: above 0 when there is more at the beginning."""
    total = float(profile.sum())
    return 0.0 if total <= 0 else 1 - 2 * float((profile * np.arange(len(profile))).sum()) / total / len(profile)
