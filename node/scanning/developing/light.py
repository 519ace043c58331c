"""Even light: the paper's own brightness is estimated without what is written on it, and everything is divided by it.

Only whole numbers of eight bits are used, in Pillow's own loops: a picture times a gain is the picture plus its product with the rest.
"""

from collections.abc import Sequence
from math import sqrt

from PIL import Image, ImageChops, ImageFilter

_COARSE_PX = 150
_LARGEST_OBJECT = 0.1
"""Of the page's long side: stamps, photographs and bars up to this size (30 mm of an A4) are no shadows."""
_DARKEST = 85
"""Shadows deeper than a third are not lifted further: what is there is mostly noise."""
_BLACK, _WHITE = 30, 238
"""Between these the page is stretched after its paper is white: the camera's noise on paper goes, and ink is ink."""
_COLOURED_PAPER = 0.17
"""From this saturation on it is the paper that is coloured, not the light."""
_OBJECT_SHARE, _OBJECT_CHROMA = 0.5, 0.22
"""Ground darker than this share of the paper, or so far from its colour, belongs to a thing on the page."""


def even_page(page: Image.Image) -> Image.Image:
    """A page of paper with its ground white, shadows and the light's colour gone. Coloured paper keeps its colour."""
    ground = _without_objects(_ground(page))
    paper = _paper(ground)
    if 1 - min(paper) / max(max(paper), 1) > _COLOURED_PAPER:
        light = _brightest_band(ground)
        return _lifted(page, Image.merge("RGB", (light, light, light)))
    return _lifted(page, ground).point(_stretch())


def even_card(card: Image.Image) -> Image.Image:
    """A card with a slope of light taken out and its printed ground left as it is."""
    light = _ground(card).convert("L")
    across, down, middle = _plane(light)
    width, height = light.size
    slope = Image.new("L", light.size)
    slope.putdata([round(middle + across * (x - width / 2) + down * (y - height / 2)) for y in range(height) for x in range(width)])
    brightest = slope.getextrema()[1]
    gain = slope.point([min(255, round(255 * value / max(1, brightest))) for value in range(256)])  # type: ignore[operator]  # one band
    return _lifted(card, Image.merge("RGB", (gain, gain, gain)))


def _ground(page: Image.Image) -> Image.Image:
    """The page in coarse, with everything narrower than `_LARGEST_OBJECT` filled by the brighter ground about it."""
    by = max(1, round(max(page.size) / _COARSE_PX))
    coarse = page.reduce(by) if by > 1 else page
    window = max(3, round(max(coarse.size) * _LARGEST_OBJECT) | 1)
    return coarse.filter(ImageFilter.MaxFilter(window)).filter(ImageFilter.MinFilter(window))


def _paper(ground: Image.Image) -> tuple[int, int, int]:
    """The colour of the paper where it is well lit: of the brightest tenth, the middle."""
    pixels = sorted(_pixels(ground), key=sum)
    red, green, blue = pixels[len(pixels) * 19 // 20]
    return red, green, blue


def _pixels(image: Image.Image) -> list[Sequence[int]]:
    data = image.tobytes()
    return [data[at : at + 3] for at in range(0, len(data), 3)]


def _without_objects(ground: Image.Image) -> Image.Image:
    """The ground with what is no paper replaced by the paper about it."""
    red, green, blue = (max(one, 1) for one in _paper(ground))
    brightest = red + green + blue

    def is_paper(pixel: Sequence[int]) -> bool:
        shares = (pixel[0] / red, pixel[1] / green, pixel[2] / blue)
        return sum(pixel) > brightest * _OBJECT_SHARE and max(shares) - min(shares) < _OBJECT_CHROMA * max(shares)

    kept = bytes(255 if is_paper(pixel) else 0 for pixel in _pixels(ground))
    if 0 not in kept or 255 not in kept:
        return ground.filter(ImageFilter.BoxBlur(1))
    mask = Image.frombytes("L", ground.size, kept)
    return Image.composite(ground, _spread(ground, mask), mask).filter(ImageFilter.BoxBlur(2))


def _spread(ground: Image.Image, mask: Image.Image) -> Image.Image:
    """The ground under the mask carried into where the mask is empty; near parts count most."""
    known = ImageChops.multiply(ground, Image.merge("RGB", (mask, mask, mask)))
    spread = ground
    for radius in (48, 24, 12, 6):
        colours, weights = known.filter(ImageFilter.BoxBlur(radius)), mask.filter(ImageFilter.BoxBlur(radius))
        made = b"".join(_divided(pixel, weight) for pixel, weight in zip(_pixels(colours), weights.tobytes(), strict=True))
        reached = weights.point([0] * 24 + [255] * 232)
        spread = Image.composite(Image.frombytes("RGB", ground.size, made), spread, reached)
    return spread


def _divided(pixel: Sequence[int], weight: int) -> bytes:
    return bytes(min(255, one * 255 // max(weight, 1)) for one in pixel)


def _brightest_band(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _lifted(page: Image.Image, ground: Image.Image) -> Image.Image:
    """The page divided by the ground, in two steps, each less than double."""
    root = [min(255, round(255 * (sqrt(255 / max(value, _DARKEST)) - 1))) for value in range(256)]
    more = ground.point(root * 3).resize(page.size, Image.Resampling.BICUBIC)
    for _ in range(2):
        page = ImageChops.add(page, ImageChops.multiply(page, more))
    return page


def _stretch() -> list[int]:
    one = [max(0, min(255, round((value - _BLACK) * 255 / (_WHITE - _BLACK)))) for value in range(256)]
    return one * 3


def _plane(light: Image.Image) -> tuple[float, float, float]:
    """Slope across, slope down and middle of the light, by least squares; what is darker than the plane is print and counts no more."""
    width, height = light.size
    data = light.tobytes()
    points = [(x - width / 2, y - height / 2, data[y * width + x]) for y in range(height) for x in range(width)]
    across = down = 0.0
    middle = sum(value for _, _, value in points) / len(points)
    for _ in range(5):
        used = [point for point in points if point[2] >= middle + across * point[0] + down * point[1] - 6] or points
        across, down, middle = _fitted(used)
    return across, down, middle


def _fitted(points: Sequence[tuple[float, float, int]]) -> tuple[float, float, float]:
    count = len(points)
    mx, my, mv = (sum(point[index] for point in points) / count for index in range(3))
    xx = sum((x - mx) ** 2 for x, _, _ in points) or 1.0
    yy = sum((y - my) ** 2 for _, y, _ in points) or 1.0
    xy = sum((x - mx) * (y - my) for x, y, _ in points)
    xv = sum((x - mx) * (v - mv) for x, _, v in points)
    yv = sum((y - my) * (v - mv) for _, y, v in points)
    det = xx * yy - xy * xy or 1.0
    across, down = (xv * yy - yv * xy) / det, (yv * xx - xv * xy) / det
    return across, down, mv - across * mx - down * my
