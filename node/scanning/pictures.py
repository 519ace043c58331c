"""Pictures that are kept as they are: turned upright, flattened, shrunk and encoded anew, so that neither EXIF nor hidden data survive.

Runs only inside the child process.
"""

from node.scanning.budget import preview_of, within
from node.scanning.intake import Cleaned
from node.scanning.limits import BEST_PHOTO_QUALITY, LONG_SIDE_PX, LOW_RESOLUTION_PX, PAGE_TARGET_BYTES
from node.scanning.opening import opened


def clean_picture(data: bytes, kind: str, page_bytes: int = PAGE_TARGET_BYTES) -> Cleaned:
    """The picture as an upright RGB JPEG with its preview.

    Raises:
        MaterialError: `too_many_pixels` or `damaged`.
    """
    found = opened(data, kind, lambda width, height: max(width, height) / LONG_SIDE_PX)
    image, frames = found.upright(LONG_SIDE_PX), found.frames
    del found  # it is large
    encoded, image, _dpi = within(image, page_bytes, best=BEST_PHOTO_QUALITY)
    warnings = []
    if max(image.size) < LOW_RESOLUTION_PX:
        warnings.append("low_resolution")
    if frames > 1:
        warnings.append("first_page_only")
    return Cleaned("image/jpeg", encoded, preview_of(image), image.width, image.height, 1, tuple(warnings))
