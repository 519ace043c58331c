"""The workbook as a file: refuses what is no plain .xlsx, or more than a workbook of the profile can be, before anything is parsed.

Sizes are judged by the zip's own directory; a zip gives no more of an entry than its directory says. No part of it may
declare a document type, so that no parser ever expands an entity.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from forms.authoring.workbook.faults import WorkbookError

MAX_FILE_BYTES = 8 << 20
MAX_ENTRIES = 200
MAX_PART_BYTES = 24 << 20
MAX_ALL_BYTES = 40 << 20
MAX_TAGS = 3_000_000
MAX_TAGS_BESIDE = 50_000
"""In a part that is neither a sheet nor the shared texts: the library makes objects of each style, name and link."""
MAX_TOKEN_BYTES = 256 << 10
"""Of one tag or comment: more than the longest text of a cell with all its signs escaped; a parser may take squared time for a long one."""
WORKBOOK_PART = "xl/workbook.xml"

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_FORBIDDEN = (
    (re.compile(r"(?i)(?:^|/)vbaproject.*\.bin$|^xl/(?:macrosheets|dialogsheets)/|^customui/"), "macros"),
    (re.compile(r"(?i)^xl/externallinks/|^xl/connections\.xml$|^xl/querytables/"), "external_links"),
    (re.compile(r"(?i)^xl/media/"), "images"),
    (re.compile(r"(?i)^xl/(?:embeddings|activex|ctrlprops)/"), "objects"),
)
_MACRO_TYPE = b"macroEnabled"
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LARGE_PARTS = re.compile(r"(?i)^xl/(?:worksheets/[^/]+|sharedstrings)\.xml$")
_LONG_TOKEN = re.compile(rb"<[^<]{%d}" % MAX_TOKEN_BYTES)
_ASIDE = re.compile(rb"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_XML_BEGINNINGS = (b"<", b"\0<", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_STORED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED_FLAG = 1


def check_container(data: bytes) -> None:
    """Let a plain workbook through.

    Raises:
        WorkbookError: anything else; the code says what it is.
    """
    if len(data) > MAX_FILE_BYTES:
        raise WorkbookError("file_too_large", most=MAX_FILE_BYTES >> 20)
    if data.startswith(_OLE):
        raise WorkbookError("password" if _ENCRYPTED_STREAM in data else "old_format")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive.infolist())
            tags = 0
            for name, part in _xml_parts(archive):
                _check_part(name, part)
                tags += _tags(name, part)
            if tags > MAX_TAGS:
                raise WorkbookError("too_many_parts")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError, OSError) as error:
        raise WorkbookError("damaged" if data.startswith(b"PK") else "not_a_workbook") from error


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [one.filename for one in entries]
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names):
        raise WorkbookError("not_a_workbook" if len(entries) <= MAX_ENTRIES else "too_many_parts")
    if any(one.file_size > MAX_PART_BYTES for one in entries) or sum(one.file_size for one in entries) > MAX_ALL_BYTES:
        raise WorkbookError("too_large_unpacked", most=MAX_ALL_BYTES >> 20)
    if any(one.flag_bits & _ENCRYPTED_FLAG for one in entries):
        raise WorkbookError("password")
    if any(one.compress_type not in _STORED for one in entries):
        raise WorkbookError("not_a_workbook")
    for pattern, code in _FORBIDDEN:
        if any(pattern.search(name) for name in names):
            raise WorkbookError(code)
    if WORKBOOK_PART not in names:
        raise WorkbookError("not_a_workbook")


def _xml_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The parts that a parser could be led to: by their name, or by what they begin with."""
    for one in archive.infolist():
        part = archive.read(one)
        if one.filename.lower().endswith((".xml", ".rels", ".vml")) or part.lstrip(b" \t\r\n").startswith(_XML_BEGINNINGS):
            yield one.filename, part


def _check_part(name: str, part: bytes) -> None:
    # Only UTF-8 is let through: in another encoding a declaration could not be seen here.
    if b"\0" in part or part.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise WorkbookError("damaged")
    encoding = re.match(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9_-]+)""", part.removeprefix(b"\xef\xbb\xbf"))
    if encoding is not None and encoding.group(1).lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        raise WorkbookError("damaged")
    if _DECLARES.search(part):
        raise WorkbookError("declares_entities")
    if name == "[Content_Types].xml" and _MACRO_TYPE in part:
        raise WorkbookError("macros")


def _tags(name: str, part: bytes) -> int:
    """How many tags a part has, closing ones too.

    Raises:
        WorkbookError: more than a part of its kind can have, or one that is too long.
    """
    tags = part.count(b"<")
    if tags > MAX_TAGS_BESIDE and not _LARGE_PARTS.search(name):
        raise WorkbookError("too_many_parts")
    if _LONG_TOKEN.search(part) or any(one.end() - one.start() > MAX_TOKEN_BYTES for one in _ASIDE.finditer(part)):
        raise WorkbookError("damaged")
    return tags
