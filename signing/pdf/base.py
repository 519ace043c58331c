"""The base of a sealed PDF: pages that show something and can do nothing.

Only what pages, fonts and pictures need may stand in it: no script, action, form, annotation, layer, attachment, compressed object or
second catalog; no object that nothing leads to, and no bytes between objects. So nothing waits in a base that a later revision, or a
reader's setting, could make visible.

Source: ISO 32000-1:2008, 7.5 and 7.7; Mladenov et al., "1 Trillion Dollar Refund" (2019) and "Shadow Attacks" (2021) on what to refuse.
"""

import base64
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from signing.errors import DocumentError
from signing.pdf.objects import Name, PdfObject, Ref, read_object, read_value, skip

MAX_BYTES = 2 << 20
"""Of a whole file: ours have some ten thousands, and what is read by hand is not read for long."""
_MOST_OBJECTS = 5000
_HEADER = re.compile(rb"%PDF-1\.[3-7]\r?\n")
_TAIL = re.compile(rb"startxref\r?\n([0-9]{1,8})\r?\n%%EOF\r?\n?\Z")
_XREF = re.compile(rb"xref\r?\n0 ([0-9]{1,5})\r?\n0000000000 65535 f[ \r]\r?\n?")
_ENTRY = re.compile(rb"([0-9]{10}) 00000 n(?: \r| \n|\r\n)")
_ID = re.compile(rb"/ID\s*(\[\s*<[0-9a-fA-F]*>\s*<[0-9a-fA-F]*>\s*\])")

_TRAILER, _CATALOG = {"Size", "Root", "Info", "ID"}, {"Type", "Pages", "PageMode", "Lang"}
_PAGES, _PAGE = {"Type", "Kids", "Count"}, {"Type", "Parent", "MediaBox", "Resources", "Contents", "Rotate", "Trans"}
_KNOWN = (
    # resources, streams and pictures
    "Type Subtype Font XObject ExtGState ColorSpace ProcSet Filter DecodeParms Length Length1 Length2 Length3 Width Height BitsPerComponent"
    " Decode ImageMask Mask SMask Interpolate Predictor Colors Columns BBox Matrix FormType Resources CA ca BM"
    # fonts
    " BaseFont Encoding Name FontDescriptor ToUnicode FirstChar LastChar Widths W DW CIDToGIDMap CIDSystemInfo DescendantFonts Registry"
    " Ordering Supplement Ascent CapHeight Descent Flags FontBBox FontFile2 FontName ItalicAngle MissingWidth StemV Differences"
    # what a file says of itself
    " Author CreationDate Creator Keywords ModDate Producer Subject Title Trapped"
)
_ALLOWED = frozenset(_KNOWN.split()) | _CATALOG | _PAGES | _PAGE
_TYPES = frozenset("Catalog Pages Page Font FontDescriptor XObject ExtGState Encoding".split())
_SUBTYPES = frozenset("Image Form Type1 TrueType Type0 CIDFontType2".split())


@dataclass(frozen=True)
class BasePage:
    """One page: the number of its object, the bytes of its dictionary, its width and height in points."""

    number: int
    raw: bytes = field(repr=False)
    width: float
    height: float


@dataclass(frozen=True)
class Base:
    """What a revision needs to know of the base: `catalog` are the bytes of that dictionary, `identity` those of the file's /ID."""

    size: int
    xref: int
    root: int
    catalog: bytes = field(repr=False)
    info: int | None
    identity: bytes
    pages: tuple[BasePage, ...]


def read_base(data: bytes) -> Base:
    """Check a base (not trusted) from its first byte to its last.

    Raises:
        DocumentError: `size`; `syntax`, not a PDF in our form; `structure`, bytes or objects that nothing accounts for; `key`, it has
            something that pages do not need; `pages`, they are not plain pages.
    """
    xref, objects, trailer, raw_trailer = _read(data)
    root, info = trailer["Root"], trailer.get("Info")
    identity = _ID.search(raw_trailer)
    catalog = objects[root.number]
    return Base(
        size=len(objects) + 1,
        xref=xref,
        root=root.number,
        catalog=catalog.raw,
        info=info.number if info else None,
        identity=identity[1] if identity else b"",
        pages=tuple(_pages(objects, catalog)),
    )


def same_pages(one: bytes, other: bytes) -> bool:
    """Whether two bases (not trusted) are the same but for how their streams are packed, which differs from machine to machine.

    Raises:
        DocumentError: one of them is none, or unpacks to more than a base may have.
    """
    return list(_unpacked(one)) == list(_unpacked(other))


def _unpacked(data: bytes) -> Iterator[tuple[Any, bytes | None]]:
    _, objects, trailer, _ = _read(data)
    yield [trailer.get("Root"), trailer.get("Info")], None
    left = MAX_BYTES
    for number in sorted(objects):
        value, stream = objects[number].value, objects[number].stream
        if stream is not None:
            filters = value.get("Filter", [])
            stream = _unfiltered(stream, filters if isinstance(filters, list) else [filters], left)
            left -= len(stream)
            value = {key: each for key, each in value.items() if key not in ("Length", "Filter")}
        yield value, stream


def _unfiltered(data: bytes, filters: list[Any], most: int) -> bytes:
    for name in filters:
        try:
            if name == "ASCII85Decode":
                data = base64.a85decode(data.strip().removesuffix(b"~>"))
            elif name == "FlateDecode":
                data = zlib.decompressobj().decompress(data, most + 1)
        except (ValueError, zlib.error) as error:
            raise DocumentError("syntax", "stream") from error
    if len(data) > most:
        raise DocumentError("size", "stream")
    return data


def _read(data: bytes) -> tuple[int, dict[int, PdfObject], dict[str, Any], bytes]:
    """Where the xref is, all objects, the trailer's value and bytes; nothing else is in the file, and nothing that does anything."""
    if len(data) > MAX_BYTES:
        raise DocumentError("size")
    xref, offsets, trailer, raw_trailer = _read_tail(data)
    objects = {number: _at(data, number, offset) for number, offset in offsets.items()}
    _check_no_gaps(data, offsets, objects, xref)
    for number, one in objects.items():
        _check_value(one.value, number)
    _check_reached(objects, [each for each in (trailer["Root"], trailer.get("Info")) if each is not None])
    return xref, objects, trailer, raw_trailer


def _read_tail(data: bytes) -> tuple[int, dict[int, int], dict[str, Any], bytes]:
    tail = _TAIL.search(data, max(0, len(data) - 64))
    table = _XREF.match(data, int(tail[1])) if tail else None
    if tail is None or table is None or not _HEADER.match(data):
        raise DocumentError("syntax", "ends")
    count, at, offsets = int(table[1]), table.end(), dict[int, int]()
    if not 1 < count <= _MOST_OBJECTS:
        raise DocumentError("size", "objects")
    for number in range(1, count):
        entry = _ENTRY.match(data, at)
        if entry is None:
            raise DocumentError("syntax", "xref")
        offsets[number], at = int(entry[1]), entry.end()
    if not data.startswith(b"trailer", at):
        raise DocumentError("syntax", "trailer")
    trailer, end = read_value(data, at + 7)
    if skip(data, end) != tail.start() or not isinstance(trailer, dict) or not trailer.keys() <= _TRAILER:
        raise DocumentError("structure", "trailer")
    if trailer.get("Size") != count or not isinstance(trailer.get("Root"), Ref) or not isinstance(trailer.get("Info", Ref(0)), Ref):
        raise DocumentError("structure", "trailer")
    return int(tail[1]), offsets, trailer, data[at:end]


def _at(data: bytes, number: int, offset: int) -> PdfObject:
    found = read_object(data, offset)
    if found.number != number:
        raise DocumentError("structure", f"object {number}")
    return found


def _check_no_gaps(data: bytes, offsets: Mapping[int, int], objects: Mapping[int, PdfObject], xref: int) -> None:
    header = _HEADER.match(data)
    at = header.end() if header else 0
    for number in sorted(objects, key=lambda number: offsets[number]):
        if skip(data, at) != offsets[number]:
            raise DocumentError("structure", f"before object {number}")
        at = objects[number].end
    if skip(data, at) != xref:
        raise DocumentError("structure", "before xref")


def _check_value(value: Any, number: int) -> None:
    if isinstance(value, list):
        for each in value:
            _check_value(each, number)
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        # Names of resources have a digit, and lead to an object; of the keys that do something, none but these few has one.
        is_resource = any("0" <= one <= "9" for one in key) and isinstance(each, Ref)
        if key not in _ALLOWED and not is_resource:
            raise DocumentError("key", f"/{key} in object {number}")
        _check_value(each, number)
    kind, sort = value.get("Type", Name("Font")), value.get("Subtype", Name("Image"))
    if not isinstance(kind, Name) or kind not in _TYPES or not isinstance(sort, Name) or sort not in _SUBTYPES:
        raise DocumentError("key", f"type of object {number}")


def _check_reached(objects: Mapping[int, PdfObject], start: list[Ref]) -> None:
    todo, seen = start, set[int]()
    while todo:
        number = todo.pop().number
        if number not in objects:
            raise DocumentError("structure", f"object {number}")
        if number not in seen:
            seen.add(number)
            todo += _references(objects[number].value)
    if seen != objects.keys():
        raise DocumentError("structure", "an object that nothing leads to")


def _references(value: Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _references(each)


def _pages(objects: Mapping[int, PdfObject], catalog: PdfObject) -> Iterator[BasePage]:
    tree = objects[_dictionary(catalog, "Catalog", _CATALOG)["Pages"].number]
    kids = _dictionary(tree, "Pages", _PAGES).get("Kids")
    others = [one for one in objects.values() if isinstance(one.value, dict) and one.value.get("Type") in ("Catalog", "Pages", "Page")]
    if not isinstance(kids, list) or tree.value.get("Count") != len(kids) or not kids or len(others) != len(kids) + 2:
        raise DocumentError("pages", "tree")
    if catalog.value.get("PageMode", "UseNone") != "UseNone" or len({kid.number for kid in kids if isinstance(kid, Ref)}) != len(kids):
        raise DocumentError("pages", "tree")
    for kid in kids:
        page = objects[kid.number]
        members = _dictionary(page, "Page", _PAGE)
        box = members.get("MediaBox")
        if not isinstance(box, list) or len(box) != 4 or not all(type(one) in (int, float) for one in box) or box[:2] != [0, 0]:
            raise DocumentError("pages", "box")
        if members.get("Parent") != Ref(tree.number) or members.get("Rotate", 0) != 0 or members.get("Trans", {}) != {}:
            raise DocumentError("pages", f"object {page.number}")
        yield BasePage(page.number, page.raw, float(box[2]), float(box[3]))


def _dictionary(one: PdfObject, kind: str, keys: set[str]) -> dict[str, Any]:
    value = one.value
    if one.stream is not None or not isinstance(value, dict) or value.get("Type") != kind or not value.keys() <= keys:
        raise DocumentError("pages", kind)
    if kind == "Catalog" and not isinstance(value.get("Pages"), Ref):
        raise DocumentError("pages", kind)
    return value
