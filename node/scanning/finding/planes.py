"""Masks on which a sheet may be one patch: of lightness, of colour, of unlikeness to the picture's rim, each cut at its own threshold."""

from collections.abc import Iterator

import cv2
import numpy as np

from node.scanning.finding.quads import Array

_GROUND_COLOURS = 3
"""Of the desk: a checked cloth has two, and a shadow makes another."""
_RIM = slice(2, 7)
_STOP = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 8, 1.0)
_SURROUNDINGS = 0.3
"""Of the width: what is lighter than its surroundings though it lies in a shadow."""


def masks(ycc: Array) -> Iterator[Array]:
    """Masks of 0 and 255, the sheet perhaps white."""
    smooth = cv2.GaussianBlur(ycc, (0, 0), 1.0).astype(np.float32)
    lightness = smooth[..., 0]
    colour = np.hypot(smooth[..., 1] - 128, smooth[..., 2] - 128)
    wide = int(ycc.shape[1] * _SURROUNDINGS) | 1
    for plane in (lightness, 4 * _from_ground(smooth)):
        yield from _cut_thrice(_bytes(plane))
    yield 255 - _cut(_bytes(4 * colour))
    yield 255 - _cut(_bytes(255 * colour / (lightness + 8)))
    yield _cut(_bytes(lightness - cv2.blur(lightness, (wide, wide)) + 128))
    for plane in (smooth[..., 1], smooth[..., 2]):
        mask = _cut(_bytes(plane))
        yield mask
        yield 255 - mask


def _from_ground(smooth: Array) -> Array:
    """How unlike each pixel is to what lies at the rim of the picture."""
    rim = np.concatenate([part.reshape(-1, 3) for part in (smooth[_RIM], smooth[::-1][_RIM], smooth[:, _RIM], smooth[:, ::-1][:, _RIM])])
    cv2.setRNGSeed(1)  # the same picture, the same corners
    colours = cv2.kmeans(np.ascontiguousarray(rim[::4]), _GROUND_COLOURS, None, _STOP, 1, cv2.KMEANS_PP_CENTERS)[2]  # type: ignore[call-overload]
    weight = np.array([0.7, 1.6, 1.6], np.float32)
    nearest = np.full(smooth.shape[:2], np.inf, np.float32)
    for ground in colours:
        nearest = np.minimum(nearest, (((smooth - ground) * weight) ** 2).sum(-1))
    return np.sqrt(nearest)


def _bytes(plane: Array) -> Array:
    return cv2.GaussianBlur(np.clip(plane, 0, 255).astype(np.uint8), (3, 3), 0)


def _cut(plane: Array) -> Array:
    """At Otsu's threshold."""
    return cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]


def _cut_thrice(plane: Array) -> Iterator[Array]:
    """At Otsu's threshold of all, of the lighter and of the darker part."""
    middle, mask = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    yield mask
    for part in (plane[plane > middle], plane[plane <= middle]):
        if part.size > 50:
            level = cv2.threshold(part.reshape(-1, 1), 0, 255, cv2.THRESH_OTSU)[0]
            yield cv2.threshold(plane, level, 255, cv2.THRESH_BINARY)[1]
