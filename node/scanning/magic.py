"""What a file is by its first bytes; its name and its claimed type are never asked."""

from node.errors import MaterialError
from node.scanning.limits import MAX_INPUT_BYTES

_ACCEPTED = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"%PDF-", "pdf"),
)
_REFUSED = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"GIF8", "gif"),
    (b"PK\x03\x04", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1", b"avif"}


def kind_of(data: bytes) -> str:
    """`jpeg`, `png`, `webp`, `bmp`, `tiff` or `pdf`.

    Raises:
        MaterialError: `empty`, `too_large`, or `unknown_kind` with the fact `kind`: what the file seems to be instead.
    """
    if not data:
        raise MaterialError("empty")
    if len(data) > MAX_INPUT_BYTES:
        raise MaterialError("too_large", size_bytes=len(data), limit_bytes=MAX_INPUT_BYTES)
    for magic, kind in _ACCEPTED:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    raise MaterialError("unknown_kind", kind=_seems(data))


def _seems(data: bytes) -> str:
    for magic, kind in _REFUSED:
        if data.startswith(magic):
            return kind
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "heic"
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return "svg"
    if head.startswith((b"<!doctype html", b"<html", b"<script", b"<?xml")):
        return "html"
    return "other"
