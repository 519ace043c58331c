"""The child process: reads a request from its parent, does it, answers; ends when the parent does.

`python -m node.scanning.worker`. A hostile file can at worst end this process.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from forms.portraits import PortraitSpec
from node.errors import MaterialError
from node.scanning.bounds import bound_own_memory
from node.scanning.cleaning import clean
from node.scanning.codes import codes_in
from node.scanning.developing.card import card_sheet
from node.scanning.developing.page import developed
from node.scanning.developing.portrait import portrait_of
from node.scanning.developing.sources import upright
from node.scanning.developing.target import Target
from node.scanning.documents import page_count, page_image
from node.scanning.intake import Cleaned
from node.scanning.joining import joined
from node.scanning.limits import OWN_BYTES
from node.scanning.qr import qr_code
from node.scanning.shot import Plan
from node.scanning.wire import read_message, write_message

Pieces = list[bytes]
Done = tuple[dict[str, Any], Pieces]


def _told(made: Cleaned) -> Done:
    return {name: getattr(made, name) for name in ("kind", "width", "height", "pages", "warnings")}, [made.data, made.preview_webp]


def _cleaned(head: Mapping[str, Any], pieces: Pieces) -> Done:
    return _told(clean(pieces[0], head["page_bytes"]))


def _sheet(head: Mapping[str, Any], pieces: Pieces) -> Done:
    return {}, [page_image(pieces[0], int(head["page"]))]


def _sheets(_head: Mapping[str, Any], pieces: Pieces) -> Done:
    return {"pages": page_count(pieces[0])}, []


def _qr(head: Mapping[str, Any], _pieces: Pieces) -> Done:
    made = qr_code(str(head["text"]))
    return {"size": made.size, "runs": made.runs}, []


def _codes(_head: Mapping[str, Any], pieces: Pieces) -> Done:
    return {}, [text.encode() for text in codes_in(pieces[0])]


def _developed(head: Mapping[str, Any], pieces: Pieces) -> Done:
    return _told(developed(pieces[0], Plan.from_json(head["plan"]), Target.from_json(head["target"])))


def _card(head: Mapping[str, Any], pieces: Pieces) -> Done:
    front, back = (Plan.from_json(plan) for plan in head["plans"])
    return _told(card_sheet(pieces[0], front, pieces[-1], back, Target.from_json(head["target"])))


def _portrait(head: Mapping[str, Any], pieces: Pieces) -> Done:
    return _told(portrait_of(pieces[0], Plan.from_json(head["plan"]), PortraitSpec(**head["spec"])))


def _upright(head: Mapping[str, Any], pieces: Pieces) -> Done:
    made, width, height = upright(pieces[0], int(head["long_side"]))
    return {"width": width, "height": height}, [made]


def _joined(_head: Mapping[str, Any], pieces: Pieces) -> Done:
    return {}, [joined(pieces)]


WORK: dict[str, Callable[[Mapping[str, Any], Pieces], Done]] = {
    "clean": _cleaned,
    "page_image": _sheet,
    "page_count": _sheets,
    "qr": _qr,
    "codes": _codes,
    "develop": _developed,
    "card": _card,
    "portrait": _portrait,
    "upright": _upright,
    "join": _joined,
}
"""What the child can be asked to do."""


def answer(head: Mapping[str, Any], pieces: Pieces) -> Done:
    """The answer to one request: `{"ok": ...}` with pieces, or `{"error": code, "facts": ...}`."""
    try:
        facts, made = WORK[head["do"]](head, pieces)
    except MaterialError as error:
        return {"error": error.code, "facts": error.facts}, []
    except MemoryError:
        return {"error": "too_many_pixels", "facts": {}}, []
    return {"ok": facts}, made


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer requests until the parent closes the pipe."""
    while (message := read_message(incoming)) is not None:
        head, pieces = message
        reply, made = answer(head, pieces)
        write_message(outgoing, reply, *made)


if __name__ == "__main__":
    bound_own_memory(OWN_BYTES)
    serve(sys.stdin.buffer, sys.stdout.buffer)
