"""Seals on OFD files (版式文档), and a strict reader."""

from signing.errors import DocumentError
from signing.ofd.reading import OfdReading, OfdSign, OpenOfd, open_files, read_ofd
from signing.ofd.writing import new_ofd, seal_files, seal_ofd, without_seals, write_ofd

__all__ = [
    "DocumentError",
    "OfdReading",
    "OfdSign",
    "OpenOfd",
    "new_ofd",
    "open_files",
    "read_ofd",
    "seal_files",
    "seal_ofd",
    "without_seals",
    "write_ofd",
]
