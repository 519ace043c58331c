"""QR codes on photographs, scans and frames of a camera are read here. Runs only inside the child process.

A code that is plain to see is found at once; of a weak one the picture is enlarged and sharpened, which costs some milliseconds more.
What helps how much is measured in `docs/decisions/0017-paper.md`.
"""

from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter

from node.errors import MaterialError
from node.scanning.documents import refuse_heavy
from node.scanning.limits import MAX_PDF_PAGES
from node.scanning.magic import kind_of
from node.scanning.opening import opened

MOST_CODES = 16
LONGEST_CODE = 4296
"""What the largest QR code can hold."""
_LARGE_PX = 4200
"""Larger pictures are shrunk to this side: a sheet has about 550 modules from top to bottom."""
_ENLARGED_PX = 2600
"""Pictures up to this side are enlarged when nothing, or too little, is found on them as they are."""
_PDF_DPI = 250


def codes_in(data: bytes, enough: int = 2) -> list[str]:
    """The texts of the QR codes on a picture or on the pages of a PDF, each once; the search ends when a page has shown `enough`.

    Raises:
        MaterialError: no picture that can be opened.
    """
    found: dict[str, None] = {}
    for page in _pages(data, kind_of(data)):
        on_page: dict[str, None] = {}
        for version in _versions(page):
            on_page |= dict.fromkeys(_read(version))
            if len(on_page) >= enough:
                break
        found |= on_page
    return list(found)[:MOST_CODES]


def _read(picture: Image.Image) -> list[str]:
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    made = zxingcpp.read_barcodes(picture, formats=formats, text_mode=zxingcpp.TextMode.Plain)
    return [one.text for one in made if one.valid and 0 < len(one.text) <= LONGEST_CODE]


def _versions(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, then as weak codes are read better."""
    yield picture
    if max(picture.size) <= _ENLARGED_PX:
        large = picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
        yield large
        yield large.filter(ImageFilter.UnsharpMask(4, 200, 0))
    else:
        yield picture.filter(ImageFilter.UnsharpMask(2, 200, 0))


def _pages(data: bytes, kind: str) -> Iterator[Image.Image]:
    """The picture, or the pages of the PDF, in grey."""
    try:
        yield from _of_pdf(data) if kind == "pdf" else _of_picture(data, kind)
    except MaterialError:
        raise
    except Exception as error:
        # Decoders answer hostile bytes with almost any exception; whatever it is, nothing can be read.
        raise MaterialError("damaged") from error


def _of_picture(data: bytes, kind: str) -> Iterator[Image.Image]:
    yield opened(data, kind, lambda width, height: max(width, height) / _LARGE_PX).grey(_LARGE_PX)


def _of_pdf(data: bytes) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(data)
    try:
        if len(document) > MAX_PDF_PAGES:
            raise MaterialError("too_many_pages", pages=len(document), limit_pages=MAX_PDF_PAGES)
        for number in range(len(document)):
            page = document[number]
            refuse_heavy(page)
            scale = min(_PDF_DPI / 72, _LARGE_PX / max(*page.get_size(), 1))
            yield page.render(scale=scale, grayscale=True).to_pil().convert("L")
    finally:
        document.close()
