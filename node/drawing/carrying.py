"""A layout on its way to the drawing process and back: JSON, with pictures as pieces beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from node.documents.layout import Box, Layout, Line, Page, PlacedPicture, PlacedQr, QrCode, Text, Thing

_PLAIN: dict[str, type[Text] | type[Line] | type[Box]] = {"text": Text, "line": Line, "box": Box}
_NAMES = {kind: name for name, kind in _PLAIN.items()}


def layout_out(layout: Layout) -> tuple[dict[str, Any], list[bytes]]:
    """The layout's JSON members, and the bytes of its pictures, each once."""
    pieces: list[bytes] = []
    pages = [[_thing_out(thing, pieces) for thing in page.things] for page in layout.pages]
    return {"kind": layout.kind, "title": layout.title, "subject": layout.subject, "pages": pages}, pieces


def layout_in(members: Mapping[str, Any], pieces: Sequence[bytes]) -> Layout:
    """The layout, but for the places of seals, which drawing does not need."""
    pages = tuple(Page(tuple(_thing_in(one, pieces) for one in page)) for page in members["pages"])
    return Layout(members["kind"], members["title"], members["subject"], pages)


def _thing_out(thing: Thing, pieces: list[bytes]) -> list[Any]:
    if isinstance(thing, PlacedPicture):
        if thing.data not in pieces:
            pieces.append(thing.data)
        return ["picture", thing.x, thing.y, thing.width, thing.height, thing.media, pieces.index(thing.data)]
    if isinstance(thing, PlacedQr):
        return ["qr", thing.x, thing.y, thing.side, thing.code.size, thing.code.runs]
    return [_NAMES[type(thing)], *(getattr(thing, one.name) for one in fields(thing))]


def _thing_in(one: Sequence[Any], pieces: Sequence[bytes]) -> Thing:
    if one[0] == "picture":
        return PlacedPicture(one[1], one[2], one[3], one[4], one[5], pieces[one[6]])
    if one[0] == "qr":
        return PlacedQr(one[1], one[2], one[3], QrCode(one[4], tuple((x, y, length) for x, y, length in one[5])))
    return _PLAIN[one[0]](*one[1:])
