"""Documents of a case as files (文书): what acts seal, with its seals, and the other sheets as prints."""

from flask import Response

from node.documents.carried import KINDS
from node.documents.desk import FORMATS, DocumentDesk
from node.documents.notices import slip_layout
from node.errors import NotFoundError
from node.staff.people import Person
from node.web.slips import Slips

MEDIA = {"pdf": "application/pdf", "ofd": "application/ofd"}


def document_file(documents: DocumentDesk, slips: Slips, person: Person, number: str, kind: str, file_format: str = "pdf") -> bytes:
    """A document of a case as a file: what acts seal by the desk of documents, else the sheet of that name.

    Raises:
        NotFoundError: there is no such document, or not yet.
        DrawingError: it could not be drawn.
    """
    if kind in KINDS:
        return documents.file(person, number, kind, file_format)
    return slip_file(documents, slips, person, number, kind, file_format)


def slip_file(documents: DocumentDesk, slips: Slips, person: Person, number: str, kind: str, file_format: str = "pdf") -> bytes:
    """A sheet as its page shows it, as a file; the application form as it is laid out to be signed.

    Raises:
        NotFoundError: there is no such sheet or format, or not yet.
        DrawingError: it could not be drawn.
    """
    if file_format not in FORMATS:
        raise NotFoundError("document", kind)
    if kind == "form":
        return documents.file(person, number, kind, file_format, printing=True)
    slip = slips.slip(person, number, kind)
    return documents.written(slip_layout(slip, documents.qr(slip.qr_text), kind, slips.check_there(person, number)), file_format)


def document_answer(data: bytes, kind: str, file_format: str) -> Response:
    """The file, to be looked at where the browser can, under a name without anybody's data."""
    way = "inline" if file_format == "pdf" else "attachment"
    headers = {"Content-Disposition": f"{way}; filename={kind}.{file_format}", "Cache-Control": "private, no-store"}
    return Response(data, content_type=MEDIA[file_format], headers=headers)
