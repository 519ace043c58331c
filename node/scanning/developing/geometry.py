"""Plane geometry of a sheet seen by a camera: sides, and the projection that lays it flat. Pure.

A projection is the eight figures that Pillow's `Image.transform` takes: from a point of the flat page to a point of the picture.
"""

from collections.abc import Sequence
from math import cos, dist, radians, sin, sqrt

from node.scanning.shot import Corners, Point

_FOCAL = 0.9
"""Focal length by the picture's long side: 26 mm of 36 for a telephone's main camera, more for document cameras."""

Projection = tuple[float, float, float, float, float, float, float, float]


def sides(corners: Corners) -> tuple[float, float]:
    """Width and height of a sheet in pixels of the picture: the longer of each pair of opposite sides."""
    top_left, top_right, bottom_right, bottom_left = corners
    width = max(dist(top_left, top_right), dist(bottom_left, bottom_right))
    return width, max(dist(top_left, bottom_left), dist(top_right, bottom_right))


def whole(width: float, height: float) -> Corners:
    """The corners of a whole picture."""
    return (0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))


def projection(size: Point, corners: Corners) -> Projection:
    """From a flat page of this size onto these corners of the picture.

    Source: Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), 2.2.3.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    dx1, dx2, dx3 = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, dy3 = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    across = dx1 * dy2 - dx2 * dy1
    g = (dx3 * dy2 - dx2 * dy3) / across
    h = (dx1 * dy3 - dx3 * dy1) / across
    width, height = size
    return (
        (x1 - x0 + g * x1) / width, (x3 - x0 + h * x3) / height, x0, (y1 - y0 + g * y1) / width, (y3 - y0 + h * y3) / height, y0,
        g / width, h / height,
    )  # fmt: skip


def turned(laid: Projection, size: Point, degrees: float) -> Projection:
    """The same projection with what is on the flat page turned clockwise by so many degrees about its middle."""
    cosine, sine = cos(radians(degrees)), sin(radians(degrees))  # a dot of the turned page is looked up where it was
    x, y = size[0] / 2, size[1] / 2
    back = ((cosine, sine, x - cosine * x - sine * y), (-sine, cosine, y + sine * x - cosine * y), (0.0, 0.0, 1.0))
    rows = (laid[0:3], laid[3:6], (*laid[6:8], 1.0))
    made = [[_product(row, column) for column in zip(*back, strict=True)] for row in rows]
    flat = [one / made[2][2] for row in made for one in row]
    return flat[0], flat[1], flat[2], flat[3], flat[4], flat[5], flat[6], flat[7]


def _product(row: Sequence[float], column: Sequence[float]) -> float:
    return sum(one * other for one, other in zip(row, column, strict=True))


def proportion(corners: Corners, picture: Point) -> float:
    """Width by height of the sheet itself, of which a camera that looks aslant shows another one.

    The camera is taken to look through the middle of the picture, with the focal length usual for telephones and document cameras.

    Source: Zhang and He, Whiteboard Scanning and Image Enhancement (2007), 4.2, equations 11 to 21.
    """
    focal = _FOCAL * max(picture)
    top_left, top_right, bottom_right, bottom_left = (((x - picture[0] / 2) / focal, (y - picture[1] / 2) / focal, 1.0) for x, y in corners)
    diagonal = _crossed(top_left, bottom_right)
    right = _product(diagonal, bottom_left) / (_product(_crossed(top_right, bottom_right), bottom_left) or 1.0)
    down = _product(diagonal, top_right) / (_product(_crossed(bottom_left, bottom_right), top_right) or 1.0)
    across = [right * one - other for one, other in zip(top_right, top_left, strict=True)]
    along = [down * one - other for one, other in zip(bottom_left, top_left, strict=True)]
    return sqrt(_product(across, across) / (_product(along, along) or 1.0))


def _crossed(one: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    return one[1] * other[2] - one[2] * other[1], one[2] * other[0] - one[0] * other[2], one[0] * other[1] - one[1] * other[0]
