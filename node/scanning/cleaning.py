"""Cleaning one file, whatever it is. Runs only inside the child process; the node calls `intake`."""

from node.scanning.documents import clean_document
from node.scanning.intake import Cleaned
from node.scanning.limits import PAGE_TARGET_BYTES
from node.scanning.magic import kind_of
from node.scanning.pictures import clean_picture


def clean(data: bytes, page_bytes: int = PAGE_TARGET_BYTES) -> Cleaned:
    """The file decoded and encoded anew.

    Raises:
        MaterialError: it cannot be kept; the code says why.
    """
    kind = kind_of(data)
    return clean_document(data, page_bytes) if kind == "pdf" else clean_picture(data, kind, page_bytes)
