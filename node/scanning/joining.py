"""Pages are joined to one PDF: the very bytes of each JPEG, the very dots of each PNG, on a sheet of its true size; a PDF's own pages.

Runs only inside a child process.
"""

import hashlib
import re
from collections.abc import Sequence
from io import BytesIO

import pypdfium2
from PIL import Image

from node.errors import MaterialError
from node.scanning.limits import MAX_PIXELS, PAGE_DPI

_POINTS_PER_INCH = 72
_JPEG, _KINDS = b"\xff\xd8\xff", ("JPEG", "PNG", "WEBP")
_MADE_AT = re.compile(rb"(?<=/CreationDate\(D:)[0-9]{14}")
_IDS = re.compile(rb"(?<=/ID\[)<[0-9A-F]{32}><[0-9A-F]{32}>(?=\]>>\s+startxref\s+[0-9]+\s+%%EOF\s*\Z)")


def joined(pages: Sequence[bytes]) -> bytes:
    """One PDF: a JPEG or PNG on each page, as large as its dots per inch say (150 where it does not say); pages of a PDF as they are.

    The same pages give the same bytes.

    Raises:
        MaterialError: `empty` without pages, `damaged` where one is no such picture.
    """
    if not pages:
        raise MaterialError("empty")
    document = pypdfium2.PdfDocument.new()
    try:
        for page in pages:
            _add(document, page)
        out = BytesIO()
        document.save(out, version=15)
        return _without_time(out.getvalue(), pages)
    except pypdfium2.PdfiumError as error:
        raise MaterialError("damaged") from error
    finally:
        document.close()


def _add(document: pypdfium2.PdfDocument, page: bytes) -> None:
    if page.startswith(b"%PDF-"):
        with pypdfium2.PdfDocument(page) as other:
            document.import_pages(other)
        return
    width, height = _points(page)
    picture = pypdfium2.PdfImage.new(document)
    if page.startswith(_JPEG):
        picture.load_jpeg(BytesIO(page), inline=True)
    else:
        with Image.open(BytesIO(page), formats=_KINDS) as dots:
            bitmap = pypdfium2.PdfBitmap.from_pil(dots.convert("RGB" if dots.mode == "RGB" else "L"))
        picture.set_bitmap(bitmap)
        bitmap.close()
    picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
    sheet = document.new_page(width, height)
    sheet.insert_obj(picture)
    sheet.gen_content()
    sheet.close()


def _without_time(made: bytes, pages: Sequence[bytes]) -> bytes:
    """The time and the number that PDFium gives each file replaced, at the same length, by what does not change."""
    digest = hashlib.sha256(b"".join(pages)).hexdigest().upper()[:32].encode()
    return _IDS.sub(b"<%b><%b>" % (digest, digest), _MADE_AT.sub(b"19700101000000", made, count=1), count=1)


def _points(page: bytes) -> tuple[float, float]:
    try:
        with Image.open(BytesIO(page), formats=_KINDS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise MaterialError("damaged")  # no page is so large: it was never made by a station's own child
            across, down = image.info.get("dpi", (PAGE_DPI, PAGE_DPI))
            dots = (round(across) or PAGE_DPI, round(down) or PAGE_DPI)
            return image.width / dots[0] * _POINTS_PER_INCH, image.height / dots[1] * _POINTS_PER_INCH
    except Exception as error:
        raise MaterialError("damaged") from error
