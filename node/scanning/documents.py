"""PDF documents: each page is drawn and a new PDF is made of the pictures, so that scripts, forms and attachments are gone.

Runs only inside the child process. One page is in memory at a time.
"""

import re

import pypdfium2
from PIL import Image

from node.errors import MaterialError
from node.scanning.budget import jpeg, preview_of, within
from node.scanning.intake import Cleaned
from node.scanning.joining import joined
from node.scanning.limits import LONG_SIDE_PX, MAX_PDF_PAGE_PIXELS, MAX_PDF_PAGES, MAX_PIXELS, PAGE_DPI, PAGE_TARGET_BYTES
from node.scanning.opening import flattened

_POINTS_PER_INCH = 72
_ERR_PASSWORD = 4  # FPDF_ERR_PASSWORD
_ERR_SECURITY = 5  # FPDF_ERR_SECURITY
_IMAGE = 3  # FPDF_PAGEOBJ_IMAGE
_DEEPEST = 15
"""How far forms inside forms are looked into for pictures; PDFium itself draws no deeper."""
_MOST_OBJECTS = 100_000
_BILEVEL = frozenset({"CCITTFaxDecode", "JBIG2Decode"})
_BILEVEL_SHARE = 6
"""How much less room a dot of black or white takes than one of colour, all in all."""
_STREAM_HEAD = re.compile(rb"<<[^\0]{0,600}?>>\s*stream\s")
_WIDTH, _HEIGHT = re.compile(rb"/Width\s+([0-9]{1,9})"), re.compile(rb"/Height\s+([0-9]{1,9})")


def clean_document(data: bytes, page_bytes: int = PAGE_TARGET_BYTES) -> Cleaned:
    """The document as a PDF of pictures only; the same input gives the same bytes.

    Raises:
        MaterialError: `locked_pdf`, `damaged`, `empty` (no pages), `too_many_pages` or `heavy_pdf`.
    """
    if b"%%EOF" not in data[-2048:]:
        raise MaterialError("damaged")  # cut short; PDFium would quietly repair what is left of it
    _refuse_hidden_weight(data)
    document = _opened(data)
    try:
        count = _counted(document)
        first = _small_page(document, 0, page_bytes)
        pages = [first[0], *(_small_page(document, index, page_bytes)[0] for index in range(1, count))]
    except pypdfium2.PdfiumError as error:
        raise MaterialError("damaged") from error
    finally:
        document.close()
    _, preview, (width, height) = first
    return Cleaned("application/pdf", joined(pages), preview, width, height, count)


def first_page(data: bytes) -> tuple[Image.Image, int]:
    """The first page of any PDF as a picture, and how many pages there are.

    Raises:
        MaterialError: `locked_pdf`, `damaged`, `empty`, `too_many_pages` or `heavy_pdf`.
    """
    _refuse_hidden_weight(data)
    document = _opened(data)
    try:
        count = _counted(document)
        return _page(document, 0)[0], count
    except pypdfium2.PdfiumError as error:
        raise MaterialError("damaged") from error
    finally:
        document.close()


def page_count(data: bytes) -> int:
    """How many pages one of our own PDFs has.

    Raises:
        MaterialError: `damaged`.
    """
    document = _opened(data)
    try:
        return len(document)
    finally:
        document.close()


def page_image(data: bytes, number: int) -> bytes:
    """Page `number` (from 1) of one of our own PDFs as a JPEG.

    Raises:
        MaterialError: `damaged`, or `no_such_page`.
    """
    document = _opened(data)
    try:
        if not 1 <= number <= len(document):
            raise MaterialError("no_such_page", page=number, pages=len(document))
        return jpeg(_page(document, number - 1)[0], 80)
    finally:
        document.close()


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (_ERR_PASSWORD, _ERR_SECURITY)
        raise MaterialError("locked_pdf" if locked else "damaged") from error


def _counted(document: pypdfium2.PdfDocument) -> int:
    count = len(document)
    if count == 0:
        raise MaterialError("empty")
    if count > MAX_PDF_PAGES:
        raise MaterialError("too_many_pages", pages=count, limit_pages=MAX_PDF_PAGES)
    return count


def _small_page(document: pypdfium2.PdfDocument, index: int, page_bytes: int) -> tuple[bytes, bytes, tuple[int, int]]:
    """A page as a JPEG within the bytes, its preview (of the first page only), and its size in dots."""
    image, dpi = _page(document, index)
    encoded, image, _ = within(image, page_bytes, dpi)
    return encoded, preview_of(image) if index == 0 else b"", image.size


def _page(document: pypdfium2.PdfDocument, index: int) -> tuple[Image.Image, int]:
    """The page drawn at 150 dots per inch, or at as many as its size leaves; and how many these are."""
    page = document[index]
    try:
        longest = max(page.get_size())
        if longest <= 0:
            raise MaterialError("damaged")
        refuse_heavy(page)
        scale = min(PAGE_DPI / _POINTS_PER_INCH, LONG_SIDE_PX / longest)
        return flattened(page.render(scale=scale).to_pil()), max(1, round(scale * _POINTS_PER_INCH))
    finally:
        page.close()


def refuse_heavy(page: pypdfium2.PdfPage) -> None:
    """Refuse a page whose pictures do not fit: all are whole in memory while it is drawn, and one that finds no room is left out silently.

    Raises:
        MaterialError: `heavy_pdf`.
    """
    pixels = 0
    for seen, one in enumerate(page.get_objects(max_depth=_DEEPEST)):
        if one.type == _IMAGE:
            width, height = one.get_px_size()
            pixels += width * height // (_BILEVEL_SHARE if _BILEVEL.intersection(one.get_filters()) else 1)
        if pixels > MAX_PDF_PAGE_PIXELS or seen > _MOST_OBJECTS:
            raise MaterialError("heavy_pdf", limit_pixels=MAX_PDF_PAGE_PIXELS)


def _refuse_hidden_weight(data: bytes) -> None:
    """The same for pictures that no page shows by itself: masks and patterns.

    Raises:
        MaterialError: `heavy_pdf`.
    """
    for one in _STREAM_HEAD.finditer(data):
        width, height = _WIDTH.search(one[0]), _HEIGHT.search(one[0])
        if width and height and int(width[1]) * int(height[1]) > MAX_PIXELS:
            raise MaterialError("heavy_pdf", limit_pixels=MAX_PDF_PAGE_PIXELS)
