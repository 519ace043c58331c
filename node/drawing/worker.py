"""The drawing child: reads a request from its parent, does it, answers; ends when the parent does. `python -m node.drawing.worker`."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from node.drawing import fonts
from node.drawing.carrying import layout_in
from node.drawing.imported import cleaned_seal
from node.drawing.pdf import pdf
from node.drawing.seals import drawn_seal
from node.drawing.specs import SealSpec
from node.errors import RequestError
from node.scanning.qr import qr_code
from node.scanning.wire import read_message, write_message

Pieces = list[bytes]
Answer = tuple[dict[str, Any], Pieces]


def _pdf(_head: Mapping[str, Any], pieces: Pieces) -> Answer:
    return {}, [pdf(layout_in(json.loads(pieces[0]), pieces[1:]))]


def _qr(_head: Mapping[str, Any], pieces: Pieces) -> Answer:
    made = qr_code(pieces[0].decode())
    return {"size": made.size}, [json.dumps(made.runs).encode()]  # a large code has more runs than a head may hold


def _seal(head: Mapping[str, Any], _pieces: Pieces) -> Answer:
    return {}, [drawn_seal(SealSpec(**head["spec"]))]


def _clean_seal(head: Mapping[str, Any], pieces: Pieces) -> Answer:
    return {}, [cleaned_seal(pieces[0], head["width_mm"], head["height_mm"])]


WORK: dict[str, Callable[[Mapping[str, Any], Pieces], Answer]] = {
    "pdf": _pdf,
    "qr": _qr,
    "seal": _seal,
    "clean_seal": _clean_seal,
}
"""What the child can be asked to do."""


def answer(head: Mapping[str, Any], pieces: Pieces) -> Answer:
    """The answer to one request: `{"ok": ...}` with pieces, or `{"error": code, "facts": ...}`."""
    try:
        facts, made = WORK[head["do"]](head, pieces)
    except RequestError as error:
        return {"error": error.code, "facts": error.facts}, []
    return {"ok": facts}, made


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer requests until the parent closes the pipe."""
    while (message := read_message(incoming)) is not None:
        reply, made = answer(*message)
        write_message(outgoing, reply, *made)


if __name__ == "__main__":
    fonts.faces()
    serve(sys.stdin.buffer, sys.stdout.buffer)
