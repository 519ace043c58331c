"""Colours at places between pixels."""

import cv2
import numpy as np

from node.scanning.finding.quads import Array

WEIGHT = np.array([1.0, 1.6, 1.6], np.float32)
"""Of lightness and of the two colour axes of YCrCb when colours are compared: paper and desk often differ in tint alone."""
_ROW = 512


def colours_at(ycc: Array, places: Array) -> Array:
    """The weighted YCrCb colours at `places` of shape (…, 2), interpolated; beyond the picture those of its rim."""
    shape, count = places.shape[:-1], places.size // 2
    rows = -(-count // _ROW)  # OpenCV wants a map of less than 32768 columns and rows
    flat = np.zeros((rows * _ROW, 2), np.float32)
    flat[:count] = places.reshape(-1, 2)
    found = cv2.remap(ycc, flat.reshape(rows, _ROW, 2), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(found.reshape(-1, 3)[:count].reshape(*shape, 3) * WEIGHT)


def mean_of_three(colours: Array, first: int) -> Array:
    """The mean of three neighbours of the last axis but one, beginning with `first`; far faster than `mean` over so short an axis."""
    return np.asarray((colours[..., first, :] + colours[..., first + 1, :] + colours[..., first + 2, :]) * np.float32(1 / 3))
