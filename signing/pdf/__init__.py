"""Seals on PDF files: one incremental revision for each act, and a reader that accepts nothing else."""

from signing.errors import DocumentError
from signing.pdf.base import same_pages
from signing.pdf.picture import can_show
from signing.pdf.reading import OpenPdf, PdfReading, PdfRevision, open_pdf, read_pdf
from signing.pdf.writing import seal_pdf
from signing.stamps import VisibleSeal

__all__ = [
    "DocumentError",
    "OpenPdf",
    "PdfReading",
    "PdfRevision",
    "VisibleSeal",
    "can_show",
    "open_pdf",
    "read_pdf",
    "same_pages",
    "seal_pdf",
]
