"""Layouts become PDF files: real text in subset fonts, black only. The same layout gives the same bytes: no time, no chance is in them."""

import math
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFInfo, PDFString
from reportlab.pdfgen.canvas import Canvas

from node.documents.layout import HEIGHT_MM, MM_PER_PT, WIDTH_MM, Box, Layout, Line, PlacedPicture, PlacedQr, Text, Thing
from node.drawing.fonts import FACES, lacking, runs
from node.errors import GlyphError

PRODUCER = "Yizhan"
rl_config.useA85 = 0  # as text a stream would be a quarter longer
_OUTLINE = 1
"""PDF's text rendering mode that draws edges only."""
_EDGE_PT = 0.6


class _Info(PDFInfo):  # type: ignore[misc]
    """The file's own data, without times: the seals say when."""

    def format(self, document: Any) -> Any:
        said = {"Title": self.title, "Subject": self.subject, "Producer": PRODUCER}
        return PDFDictionary({name: PDFString(text) for name, text in said.items()}).format(document)


def pdf(layout: Layout) -> bytes:
    """The layout as a PDF file.

    Raises:
        GlyphError: the fonts lack a character.
    """
    if missing := lacking(layout.texts()):
        raise GlyphError(missing)
    out = BytesIO()
    canvas = Canvas(
        out, pagesize=(_pt(WIDTH_MM), _pt(HEIGHT_MM)), invariant=1, pageCompression=1, pdfVersion=(1, 7), initialFontName=FACES[0]
    )
    info = _Info()
    info.title, info.subject = layout.title, layout.subject
    canvas._doc.info = info
    canvas._doc.Catalog.Lang = PDFString("zh-CN")
    pictures: dict[bytes, ImageReader] = {}
    for page in layout.pages:
        for thing in page.things:
            _DRAWN[type(thing)](canvas, thing, pictures)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pt(mm: float) -> float:
    return round(mm / MM_PER_PT, 2)


def _up(mm: float) -> float:
    """PDF counts upwards."""
    return _pt(HEIGHT_MM - mm)


def _text(canvas: Canvas, text: Text, _pictures: dict[bytes, ImageReader]) -> None:
    writing = canvas.beginText()
    turn = math.radians(text.angle)
    writing.setTextTransform(math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), _pt(text.x), _up(text.y))
    if text.outline:
        canvas.saveState()
        canvas.setLineWidth(_EDGE_PT)
        writing.setTextRenderMode(_OUTLINE)
    for name, part in runs(text.text):
        writing.setFont(name, text.size)
        writing.textOut(part)
    canvas.drawText(writing)
    if text.outline:
        canvas.restoreState()


def _line(canvas: Canvas, line: Line, _pictures: dict[bytes, ImageReader]) -> None:
    canvas.setLineWidth(_pt(line.thickness))
    canvas.line(_pt(line.x), _up(line.y), _pt(line.to_x), _up(line.to_y))


def _box(canvas: Canvas, box: Box, _pictures: dict[bytes, ImageReader]) -> None:
    canvas.setLineWidth(_pt(box.thickness))
    canvas.rect(_pt(box.x), _up(box.y + box.height), _pt(box.width), _pt(box.height))


def _picture(canvas: Canvas, placed: PlacedPicture, pictures: dict[bytes, ImageReader]) -> None:
    if placed.data not in pictures:
        pictures[placed.data] = ImageReader(Image.open(BytesIO(placed.data)))
    canvas.drawImage(
        pictures[placed.data], _pt(placed.x), _up(placed.y + placed.height), _pt(placed.width), _pt(placed.height), mask="auto"
    )


def _qr(canvas: Canvas, placed: PlacedQr, _pictures: dict[bytes, ImageReader]) -> None:
    """The code's squares counted in squares, so that their numbers stay short."""
    size = placed.code.size
    canvas.saveState()
    canvas.transform(_pt(placed.side) / size, 0, 0, _pt(placed.side) / size, _pt(placed.x), _up(placed.y + placed.side))
    path = canvas.beginPath()
    for x, y, length in placed.code.runs:
        path.rect(x, size - 1 - y, length, 1)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


_DRAWN: dict[type[Thing], Callable[[Canvas, Any, dict[bytes, ImageReader]], None]] = {
    Text: _text,
    Line: _line,
    Box: _box,
    PlacedPicture: _picture,
    PlacedQr: _qr,
}
