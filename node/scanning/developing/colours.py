"""Colour, grey or black and white, and how bright; of a page whose paper is white already."""

from PIL import Image, ImageChops

_GREY_OF_STAMPS = 0.5
"""How much of a grey is the darkest of the three colours: a red stamp is as plain as ink."""
_SOFT_BLACK, _SOFT_WHITE = 96, 200
"""Between these a black and white page keeps greys, so that the edges of letters stay smooth."""
_STRONGEST = 1.0
"""Doublings of the exponent at the end of the slider."""


def coloured(page: Image.Image, colour: str) -> Image.Image:
    """The page in `colour`, `grey` or `bw`. Red seals stay plain to see in each."""
    if colour == "grey":
        return Image.blend(page.convert("L"), _darkest(page), _GREY_OF_STAMPS)
    if colour == "bw":
        span = _SOFT_WHITE - _SOFT_BLACK
        return _darkest(page).point([max(0, min(255, round((value - _SOFT_BLACK) * 255 / span))) for value in range(256)])
    return page


def brightened(page: Image.Image, brightness: int) -> Image.Image:
    """Brighter (to 50) or darker (to -50); black stays black and white stays white."""
    if not brightness:
        return page
    exponent = 2 ** (-_STRONGEST * brightness / 50)
    return page.point([round(255 * (value / 255) ** exponent) for value in range(256)] * len(page.getbands()))


def _darkest(page: Image.Image) -> Image.Image:
    red, green, blue = page.split()
    return ImageChops.darker(ImageChops.darker(red, green), blue)
