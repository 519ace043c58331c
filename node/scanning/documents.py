"""PDF documents: each page is drawn and a new PDF is made of the pictures, so that scripts, forms and attachments are gone.

Runs only inside the child process.
"""

import time
from io import BytesIO

import pypdfium2
from PIL import Image

from node.errors import MaterialError
from node.scanning.intake import Cleaned
from node.scanning.limits import LONG_SIDE_PX, MAX_PDF_PAGES, PAGE_DPI, PDF_PAGE_TARGET_BYTES, QUALITIES
from node.scanning.pictures import flattened, jpeg, preview_of

_POINTS_PER_INCH = 72
_ERR_PASSWORD = 4  # FPDF_ERR_PASSWORD
_ERR_SECURITY = 5  # FPDF_ERR_SECURITY
_EPOCH = time.gmtime(0)


def clean_document(data: bytes) -> Cleaned:
    """The document as a PDF of pictures only; the same input gives the same bytes.

    Raises:
        MaterialError: `locked_pdf`, `damaged`, `empty` (no pages) or `too_many_pages`.
    """
    pages = _drawn(data)
    encoded = _within(pages, PDF_PAGE_TARGET_BYTES * len(pages))
    warnings = ("many_bytes",) if len(encoded) > PDF_PAGE_TARGET_BYTES * len(pages) else ()
    return Cleaned("application/pdf", encoded, preview_of(pages[0]), pages[0].width, pages[0].height, len(pages), warnings)


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
        return jpeg(_page(document, number - 1), 80)
    finally:
        document.close()


def _drawn(data: bytes) -> list[Image.Image]:
    if b"%%EOF" not in data[-2048:]:
        raise MaterialError("damaged")  # cut short; PDFium would quietly repair what is left of it
    document = _opened(data)
    try:
        count = len(document)
        if count == 0:
            raise MaterialError("empty")
        if count > MAX_PDF_PAGES:
            raise MaterialError("too_many_pages", pages=count, limit_pages=MAX_PDF_PAGES)
        return [_page(document, index) for index in range(count)]
    except pypdfium2.PdfiumError as error:
        raise MaterialError("damaged") from error
    finally:
        document.close()


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in (_ERR_PASSWORD, _ERR_SECURITY)
        raise MaterialError("locked_pdf" if locked else "damaged") from error


def _page(document: pypdfium2.PdfDocument, index: int) -> Image.Image:
    page = document[index]
    longest = max(page.get_size())
    if longest <= 0:
        raise MaterialError("damaged")
    scale = min(PAGE_DPI / _POINTS_PER_INCH, LONG_SIDE_PX / longest)
    return flattened(page.render(scale=scale).to_pil())


def _within(pages: list[Image.Image], target_bytes: int) -> bytes:
    encoded = b""
    for quality in QUALITIES:
        out = BytesIO()
        pages[0].save(
            out, "PDF", save_all=True, append_images=pages[1:], resolution=PAGE_DPI, quality=quality,
            creationDate=_EPOCH, modDate=_EPOCH,
        )  # fmt: skip
        encoded = out.getvalue()
        if len(encoded) <= target_bytes:
            break
    return encoded
