"""The child process: reads a request from its parent, does it, answers; ends when the parent does.

`python -m node.scanning.worker`. A hostile file can at worst end this process.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from node.errors import MaterialError
from node.scanning.cleaning import clean
from node.scanning.codes import codes_in
from node.scanning.documents import page_count, page_image
from node.scanning.qr import qr_code
from node.scanning.wire import read_message, write_message

Pieces = list[bytes]


def _cleaned(_head: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], Pieces]:
    made = clean(data)
    return {name: getattr(made, name) for name in ("kind", "width", "height", "pages", "warnings")}, [made.data, made.preview_webp]


def _sheet(head: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], Pieces]:
    return {}, [page_image(data, int(head["page"]))]


def _sheets(_head: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], Pieces]:
    return {"pages": page_count(data)}, []


def _qr(head: Mapping[str, Any], _data: bytes) -> tuple[dict[str, Any], Pieces]:
    made = qr_code(str(head["text"]))
    return {"size": made.size, "runs": made.runs}, []


def _codes(_head: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], Pieces]:
    return {}, [text.encode() for text in codes_in(data)]


WORK: dict[str, Callable[[Mapping[str, Any], bytes], tuple[dict[str, Any], Pieces]]] = {
    "clean": _cleaned,
    "page_image": _sheet,
    "page_count": _sheets,
    "qr": _qr,
    "codes": _codes,
}
"""What the child can be asked to do."""


def answer(head: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], Pieces]:
    """The answer to one request: `{"ok": ...}` with pieces, or `{"error": code, "facts": ...}`."""
    try:
        facts, pieces = WORK[head["do"]](head, data)
    except MaterialError as error:
        return {"error": error.code, "facts": error.facts}, []
    except MemoryError:
        return {"error": "too_many_pixels", "facts": {}}, []
    return {"ok": facts}, pieces


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer requests until the parent closes the pipe."""
    while (message := read_message(incoming)) is not None:
        head, pieces = message
        reply, made = answer(head, pieces[0])
        write_message(outgoing, reply, *made)


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
