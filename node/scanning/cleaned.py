"""The value that comes out of cleaning: bytes that our own encoder wrote, and what a person should know about them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cleaned:
    """One material page, or one PDF of several, made anew from its pixels.

    `kind` is `image/jpeg` or `application/pdf`. `preview_webp` is at most 15 KB and shows the first page. `width` and
    `height` are pixels of the (first) page. `warnings` are codes: `low_resolution`, `first_page_only`, `many_bytes`.
    """

    kind: str
    data: bytes
    preview_webp: bytes
    width: int
    height: int
    pages: int
    warnings: tuple[str, ...] = ()
