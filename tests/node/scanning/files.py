"""Files as they come from phones, scanners and enemies; made on the spot, so that nothing real is kept here."""

import random
import zlib
from io import BytesIO

from PIL import Image, ImageDraw

MARKER = b"CANARY-131025194403122017"


def picture(width: int = 1600, height: int = 1200, seed: int = 1) -> Image.Image:
    """A page-like picture with some detail; its upper left corner is red."""
    chance = random.Random(seed)
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for _ in range(300):
        x, y = chance.randrange(width), chance.randrange(height)
        draw.line((x, y, x + chance.randrange(80), y + 3), fill=(chance.randrange(200),) * 3, width=3)
    draw.rectangle((0, 0, width // 4, height // 4), fill="red")
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The picture as a file."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def with_exif(orientation: int) -> bytes:
    """A JPEG that says it lies on its side, and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = MARKER.decode()
    return encoded(picture(), exif=exif)


def pdf(pages: int = 2) -> bytes:
    """A PDF of pictures."""
    first, *others = [picture(400, 560, seed) for seed in range(pages)]
    out = BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others, resolution=50)
    return out.getvalue()


def locked_pdf() -> bytes:
    """A PDF that opens only with a password: the standard security handler of 40-bit RC4, with keys that no empty password gives."""
    body = pdf(1)
    trailer_at = body.rindex(b"trailer")
    encrypt = b"/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >> "
    ids = b"/ID [<" + b"43" * 16 + b"> <" + b"43" * 16 + b">] "
    opened = body.index(b"<<", trailer_at) + 2
    return body[:opened] + b" " + encrypt + ids + body[opened:]


def bomb_png(side: int = 20_000) -> bytes:
    """A small PNG that would be very large when decoded: only its header is true."""
    small = encoded(Image.new("1", (8, 8)), "PNG")
    size = side.to_bytes(4, "big")
    header = b"IHDR" + size + size + small[24:29]
    return small[:12] + header + _crc(header) + small[33:]


def _crc(chunk: bytes) -> bytes:
    return zlib.crc32(chunk).to_bytes(4, "big")
