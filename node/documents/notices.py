"""Slips (凭单) as pages: receipts, notices, mandates: a head, labelled rows, paragraphs, and what is signed below."""

from node.documents.composing import Cell, Sheet
from node.documents.layout import Layout, QrCode
from node.slips import Slip


def slip_layout(slip: Slip, qr: QrCode, kind: str, subject: str) -> Layout:
    """The pages of a slip; `qr` is the code of its text."""
    sheet = Sheet()
    sheet.head(slip.title, slip.notice, qr, slip.caption)
    sheet.table([Cell(label, value) for label, value in slip.rows])
    sheet.y += 4
    for text in slip.paragraphs:
        sheet.paragraph(text)
    if slip.signatures:
        sheet.y += 6
        sheet.lines(slip.signatures)
    return sheet.layout(kind, slip.title, subject, watermark=slip.watermark)
