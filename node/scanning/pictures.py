"""Pictures: decode, turn upright, flatten, shrink and encode anew, so that neither EXIF nor hidden data survive.

Runs only inside the child process.
"""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from node.errors import MaterialError
from node.scanning.intake import Cleaned
from node.scanning.limits import (
    IMAGE_TARGET_BYTES,
    LONG_SIDE_PX,
    LOW_RESOLUTION_PX,
    MAX_PIXELS,
    PREVIEW_SIDE_PX,
    PREVIEW_TARGET_BYTES,
    QUALITIES,
)

Image.MAX_IMAGE_PIXELS = None  # our own cap is checked before anything is decoded
_DECODERS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "bmp": "BMP", "tiff": "TIFF"}


def clean_picture(data: bytes, kind: str) -> Cleaned:
    """The picture as an upright RGB JPEG with its preview.

    Raises:
        MaterialError: `too_many_pixels` or `damaged`.
    """
    image, frames = _decoded(data, kind)
    image = shrunk(image, LONG_SIDE_PX)
    encoded = _within(image, IMAGE_TARGET_BYTES)
    warnings = []
    if max(image.size) < LOW_RESOLUTION_PX:
        warnings.append("low_resolution")
    if frames > 1:
        warnings.append("first_page_only")
    return Cleaned("image/jpeg", encoded, preview_of(image), image.width, image.height, 1, tuple(warnings))


def _decoded(data: bytes, kind: str) -> tuple[Image.Image, int]:
    try:
        with Image.open(BytesIO(data), formats=(_DECODERS[kind],)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise MaterialError("too_many_pixels", width=image.width, height=image.height, limit_pixels=MAX_PIXELS)
            image.draft("RGB", (LONG_SIDE_PX, LONG_SIDE_PX))
            image.load()
            return flattened(ImageOps.exif_transpose(image)), int(getattr(image, "n_frames", 1))
    except MaterialError:
        raise
    except UnidentifiedImageError as error:
        raise MaterialError("damaged") from error
    except Exception as error:
        # Decoders answer hostile bytes with almost any exception; whatever it is, the file cannot be kept.
        raise MaterialError("damaged") from error


def flattened(image: Image.Image) -> Image.Image:
    """The picture in RGB, on white where it was transparent, with no metadata left."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        image = Image.new("RGB", layered.size, "white")
        image.paste(layered, mask=layered.getchannel("A"))
    plain = image.convert("RGB")
    plain.info.clear()
    return plain


def shrunk(image: Image.Image, long_side: int) -> Image.Image:
    """The picture with no side longer than `long_side` pixels; never enlarged."""
    if max(image.size) <= long_side:
        return image
    factor = long_side / max(image.size)
    return image.resize((max(1, round(image.width * factor)), max(1, round(image.height * factor))), Image.Resampling.LANCZOS)


def jpeg(image: Image.Image, quality: int) -> bytes:
    """The picture as a baseline JPEG."""
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _within(image: Image.Image, target_bytes: int) -> bytes:
    """The best JPEG of at most `target_bytes`: lower quality first, then fewer pixels."""
    while True:
        for quality in QUALITIES:
            encoded = jpeg(image, quality)
            if len(encoded) <= target_bytes:
                return encoded
        image = shrunk(image, int(max(image.size) * 0.8))


def preview_of(image: Image.Image) -> bytes:
    """A WebP of at most 14 KB to show in lists and to travel first: encrypted, it stays below 15 KB."""
    side = PREVIEW_SIDE_PX
    while True:
        small = shrunk(image, side)
        for quality in (60, 45, 30):
            out = BytesIO()
            small.save(out, "WEBP", quality=quality, method=4)
            if out.tell() <= PREVIEW_TARGET_BYTES:
                return out.getvalue()
        side = int(side * 0.75)
