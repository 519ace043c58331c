"""The sheets themselves: a head that says whose and where to, then the codes one below the other, as large as the page allows.

How large a code must be, and why, is measured in `docs/decisions/0017-paper.md`.
"""

from collections.abc import Sequence

from node.documents.composing import BODY, LEFT, WIDTH, Cell, Sheet
from node.documents.layout import Layout, PlacedQr, QrCode, Text
from node.documents.measure import width_of
from node.paper import wording

CODE_SIDE = 98.0
"""Two on a page below the head: at least 0.54 mm a module for the largest code."""
WIDEST_MODULE = 1.0
_CAPTION = 7.0
_BETWEEN = 3.0


def sheet_layout(title: str, notice: str, rows: Sequence[tuple[str, str]], codes: Sequence[QrCode], subject: str, care: str = "") -> Layout:
    """The pages of a sheet with these codes."""
    sheet = Sheet()
    sheet.centred(title, 18.0, 1.0)
    sheet.table([Cell(label, value) for label, value in rows], 22.0)
    sheet.y += 1
    sheet.paragraph(notice, below=0.5)
    if care:
        sheet.paragraph(care, below=0.5)
    for at, code in enumerate(codes):
        side = min(CODE_SIDE, code.size * WIDEST_MODULE)
        sheet.room(side + _CAPTION)
        caption = wording.CODE.format(number=at + 1, of=len(codes))
        sheet.put(Text(LEFT + (WIDTH - width_of(caption, BODY)) / 2, sheet.y + 5, BODY, caption))
        sheet.put(PlacedQr(LEFT + (WIDTH - side) / 2, sheet.y + _CAPTION, side, code))
        sheet.y += _CAPTION + side + _BETWEEN
    return sheet.layout("paper", title, subject)
