"""The sheet as the checks want it: laid flat in small for light and lines of print, and left as it is for sharpness."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

from PIL import Image, ImageChops, ImageFilter

from node.scanning.developing.geometry import projection, proportion, sides, whole
from node.scanning.shot import Corners

_FLAT_PX = 640
"""Long side of the flat sheet: print of 3 mm on an A4 is six pixels high."""
_GROUND_PX = 120
_OBJECT_PX = 9
"""Of the ground's long side, 22 mm of an A4: what is narrower is print and no shadow."""
_WRITTEN = 0.0005
"""Of a sheet that is not blank."""
_INK_REACH, _FAINT = 10, 10


@dataclass(frozen=True)
class Sheet:
    """A sheet on an RGB picture; `corners` are in this picture's own pixels. `is_whole`: no sheet was found, and the whole is judged."""

    image: Image.Image
    corners: Corners
    is_whole: bool

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height in the picture's pixels."""
        return sides(self.corners)

    @cached_property
    def proportions(self) -> tuple[float, float]:
        """Long side by short side: of the sheet itself, as far as its corners tell, and as a camera sees it that may look aslant."""
        seen = max(self.size) / max(1.0, min(self.size))
        own = seen if self.is_whole else proportion(self.corners, self.image.size)
        return max(own, 1 / max(own, 0.01)), seen

    @cached_property
    def flat(self) -> Image.Image:
        """The sheet alone, straight and small, in RGB."""
        width, height = self.size
        by = max(width, height) / _FLAT_PX
        size = (max(8, round(width / by)), max(8, round(height / by)))
        box = _box(self.corners, self.image.size)
        reduce = max(1, floor(by))
        small = self.image.reduce(reduce, box) if reduce > 1 else self.image.crop(box)
        on_small = [((x - box[0]) / reduce, (y - box[1]) / reduce) for x, y in self.corners]
        corners = (on_small[0], on_small[1], on_small[2], on_small[3])
        return small.transform(size, Image.Transform.PERSPECTIVE, projection(size, corners), Image.Resampling.BILINEAR)

    @cached_property
    def grey(self) -> Image.Image:
        """`flat` in grey."""
        return self.flat.convert("L")

    @cached_property
    def ground(self) -> Image.Image:
        """What light falls on the sheet, in grey and very small, with what is printed filled by what is about it."""
        by = max(1, round(max(self.grey.size) / _GROUND_PX))
        return closed(self.grey.reduce(by), _OBJECT_PX)

    @property
    def lightest(self) -> int:
        """How light the lightest fiftieth is."""
        return _at(self.grey, 0.98)

    @property
    def darkest(self) -> int:
        """How dark the darkest five-hundredth of the picture is, as it is stored."""
        return _at(self.image.convert("L"), 0.002)

    @property
    def is_blank(self) -> bool:
        """Whether hardly anything is written anywhere."""
        return _at(self.ink, 1 - _WRITTEN) == 0

    @cached_property
    def ink(self) -> Image.Image:
        """How much darker than its surroundings each dot of `grey` is."""
        return ImageChops.subtract(self.grey.filter(ImageFilter.BoxBlur(_INK_REACH)), self.grey, 1.0, -_FAINT)


def sheet_of(image: Image.Image, corners: Corners | None, size: tuple[int, int]) -> Sheet:
    """The sheet between corners that count in a picture of `size`; the whole picture without them."""
    if corners is None:
        return Sheet(image, whole(*image.size), True)
    across, down = image.width / size[0], image.height / size[1]
    moved = [(x * across, y * down) for x, y in corners]
    return Sheet(image, (moved[0], moved[1], moved[2], moved[3]), False)


def closed(grey: Image.Image, px: int) -> Image.Image:
    """The picture with everything dark that is narrower than `px`, an odd number, filled by what is about it."""
    for filters in (ImageFilter.MaxFilter(3), ImageFilter.MinFilter(3)):
        for _ in range(px // 2):  # many narrow filters take far less time than a wide one
            grey = grey.filter(filters)
    return grey


def _at(band: Image.Image, share: float) -> int:
    """The value below which this share of the dots lies."""
    counts = band.histogram()
    rank, seen = share * sum(counts), 0
    for value, count in enumerate(counts):
        seen += count
        if seen >= rank:
            return value
    return 255


def _box(corners: Corners, size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, right = floor(min(x for x, _ in corners)), ceil(max(x for x, _ in corners))
    top, bottom = floor(min(y for _, y in corners)), ceil(max(y for _, y in corners))
    left, top = min(max(0, left), size[0] - 1), min(max(0, top), size[1] - 1)
    return left, top, max(left + 1, min(size[0], right)), max(top + 1, min(size[1], bottom))
