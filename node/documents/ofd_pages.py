"""A layout as the files of an OFD document (版式文档): pages of text, paths and pictures, without seals. Pure Python, fast.

Source: GB/T 33190-2016. Fonts are named, not carried: every OFD reader has a Song font. `signing.ofd` packs the files and adds seals.
"""

import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby
from math import cos, radians, sin

from node.documents.layout import (
    HEIGHT_MM,
    MM_PER_PT,
    WIDTH_MM,
    Box,
    Layout,
    Line,
    Page,
    PlacedPicture,
    PlacedQr,
    Text,
    Thing,
)  # fmt: skip
from node.documents.measure import character_width, width_of

NAMESPACE = "http://www.ofdspec.org/2016"
FONT_NAME = "宋体"
FOLDER = "Doc_0"
_FONT = 1
"""The id of the font; what stands on pages is numbered from the pictures on."""
_FORMATS = {"image/png": ("PNG", "png"), "image/jpeg": ("JPEG", "jpg")}
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_AREA = f"0 0 {WIDTH_MM:g} {HEIGHT_MM:g}"


def ofd_files(layout: Layout) -> dict[str, bytes]:
    """The files of the document by their names in the container, `OFD.xml` first."""
    pictures = _pictures(layout)
    ids = iter(range(_FONT + len(pictures) + 1, 1 << 30))
    pages = [(next(ids), _page(page, pictures, ids)) for page in layout.pages]
    last = next(ids)
    texts = {
        "OFD.xml": _ofd(layout, pages),
        f"{FOLDER}/Document.xml": _document(pages, last, pictures),
        f"{FOLDER}/PublicRes.xml": _fonts(),
        **({f"{FOLDER}/DocumentRes.xml": _media(layout, pictures)} if pictures else {}),
        **{f"{FOLDER}/Pages/Page_{at}/Content.xml": content for at, (_id, content) in enumerate(pages)},
    }
    files = {name: (_HEAD + text).encode() for name, text in texts.items()}
    kinds = _kinds(layout)
    return files | {f"{FOLDER}/Res/{_file_name(number, kinds[data])}": data for data, number in pictures.items()}


def _pictures(layout: Layout) -> dict[bytes, int]:
    """Each picture once, with its id."""
    found = dict.fromkeys(thing.data for page in layout.pages for thing in page.things if isinstance(thing, PlacedPicture))
    return {data: _FONT + at for at, data in enumerate(found, start=1)}


def _kinds(layout: Layout) -> dict[bytes, str]:
    return {thing.data: thing.media for page in layout.pages for thing in page.things if isinstance(thing, PlacedPicture)}


def _file_name(number: int, media: str) -> str:
    return f"picture_{number}.{_FORMATS[media][1]}"


def _ofd(layout: Layout, pages: list[tuple[int, str]]) -> str:
    """The container's first file; the document's id is of what is in it."""
    digest = hashlib.sha256("".join(content for _id, content in pages).encode()).hexdigest()[:32]
    return (
        f'<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{digest}</ofd:DocID>'
        f"<ofd:Title>{escape(layout.title, quote=False)}</ofd:Title><ofd:Subject>{escape(layout.subject, quote=False)}</ofd:Subject>"
        f"<ofd:Creator>Yizhan</ofd:Creator></ofd:DocInfo><ofd:DocRoot>{FOLDER}/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def _document(pages: list[tuple[int, str]], last: int, pictures: Mapping[bytes, int]) -> str:
    listed = "".join(f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at, (number, _content) in enumerate(pages))
    media = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>" if pictures else ""
    return (
        f'<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:MaxUnitID>{last}</ofd:MaxUnitID><ofd:PageArea>'
        f"<ofd:PhysicalBox>{_AREA}</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{media}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )


def _fonts() -> str:
    font = f'<ofd:Font ID="{_FONT}" FontName="{FONT_NAME}" FamilyName="{FONT_NAME}"/>'
    return f'<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res"><ofd:Fonts>{font}</ofd:Fonts></ofd:Res>'


def _media(layout: Layout, pictures: Mapping[bytes, int]) -> str:
    kinds = _kinds(layout)
    listed = "".join(
        f'<ofd:MultiMedia ID="{number}" Type="Image" Format="{_FORMATS[kinds[data]][0]}">'
        f"<ofd:MediaFile>{_file_name(number, kinds[data])}</ofd:MediaFile></ofd:MultiMedia>"
        for data, number in pictures.items()
    )
    return f'<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res"><ofd:MultiMedias>{listed}</ofd:MultiMedias></ofd:Res>'


def _page(page: Page, pictures: Mapping[bytes, int], ids: Iterator[int]) -> str:
    layer = next(ids)
    drawn = "".join(_thing(thing, pictures, ids) for thing in page.things)
    return (
        f'<ofd:Page xmlns:ofd="{NAMESPACE}"><ofd:Area><ofd:PhysicalBox>{_AREA}</ofd:PhysicalBox></ofd:Area><ofd:Content>'
        f'<ofd:Layer ID="{layer}" Type="Body">{drawn}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def _thing(thing: Thing, pictures: Mapping[bytes, int], ids: Iterator[int]) -> str:
    number = next(ids)
    if isinstance(thing, Text):
        return _text(thing, number)
    if isinstance(thing, Line):
        left, top = min(thing.x, thing.to_x), min(thing.y, thing.to_y)
        way = f"M {_mm(thing.x - left)} {_mm(thing.y - top)} L {_mm(thing.to_x - left)} {_mm(thing.to_y - top)}"
        return _path(number, left, top, abs(thing.to_x - thing.x), abs(thing.to_y - thing.y), way, thing.thickness)
    if isinstance(thing, Box):
        way = f"M 0 0 L {_mm(thing.width)} 0 L {_mm(thing.width)} {_mm(thing.height)} L 0 {_mm(thing.height)} C"
        return _path(number, thing.x, thing.y, thing.width, thing.height, way, thing.thickness)
    if isinstance(thing, PlacedQr):
        return _qr(thing, number)
    place, turned = _box(thing.x, thing.y, thing.width, thing.height), f"{_mm(thing.width)} 0 0 {_mm(thing.height)} 0 0"
    return f'<ofd:ImageObject ID="{number}" Boundary="{place}" CTM="{turned}" ResourceID="{pictures[thing.data]}"/>'


def _text(thing: Text, number: int) -> str:
    """One run of text; how far each character stands from the one before is said, so that every reader sets it alike."""
    size = thing.size * MM_PER_PT
    wide = width_of(thing.text, thing.size)
    steps = [character_width(one) * size for one in thing.text[:-1]]
    deltas = " ".join(_runs(steps))
    turned, outlined, place = "", "", _box(thing.x, thing.y - size, max(wide, 0.1), size * 1.3)
    base = size
    if thing.angle:
        turn = radians(thing.angle)
        turned = f' CTM="{cos(turn):.4f} {-sin(turn):.4f} {sin(turn):.4f} {cos(turn):.4f} {_mm(thing.x)} {_mm(thing.y)}"'
        place, base = _AREA, 0.0
    if thing.outline:
        outlined = ' Stroke="true" Fill="false" LineWidth="0.2"'
    delta = f' DeltaX="{deltas}"' if deltas else ""
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{place}" Font="{_FONT}" Size="{_mm(size)}"{turned}{outlined}>'
        f'<ofd:TextCode X="0" Y="{_mm(base)}"{delta}>{escape(thing.text, quote=False)}</ofd:TextCode></ofd:TextObject>'
    )


def _runs(steps: list[float]) -> Iterator[str]:
    """Steps as OFD writes them: like ones together as `g count step`."""
    for step, same in groupby(map(_mm, steps)):
        count = len(list(same))
        yield f"g {count} {step}" if count > 2 else " ".join([step] * count)


def _qr(thing: PlacedQr, number: int) -> str:
    module = thing.side / thing.code.size
    parts = []
    for x, y, length in thing.code.runs:
        left, top, right, bottom = (_mm(one * module) for one in (x, y, x + length, y + 1))
        parts.append(f"M {left} {top} L {right} {top} L {right} {bottom} L {left} {bottom} C")
    place = _box(thing.x, thing.y, thing.side, thing.side)
    return (
        f'<ofd:PathObject ID="{number}" Boundary="{place}" Stroke="false" Fill="true"><ofd:FillColor Value="0 0 0"/>'
        f"<ofd:AbbreviatedData>{' '.join(parts)}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _path(number: int, x: float, y: float, width: float, height: float, way: str, thickness: float) -> str:
    place = _box(x, y, max(width, thickness), max(height, thickness))
    return (
        f'<ofd:PathObject ID="{number}" Boundary="{place}" LineWidth="{_mm(thickness)}">'
        f"<ofd:AbbreviatedData>{way}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"{_mm(x)} {_mm(y)} {_mm(width)} {_mm(height)}"


def _mm(length: float) -> str:
    """A length to the hundredth, without needless zeros."""
    return f"{length:.2f}".rstrip("0").rstrip(".")
