"""The child process: reads a file from its parent, cleans it, answers; ends when the parent does.

`python -m node.scanning.worker`. A hostile file can at worst end this process.
"""

import dataclasses
import sys
from typing import Any, BinaryIO

from node.errors import MaterialError
from node.scanning.cleaning import clean
from node.scanning.documents import page_image
from node.scanning.wire import read_message, write_message


def answer(head: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The answer to one request: `{"ok": ...}` with pieces, or `{"error": code, "facts": ...}`."""
    try:
        if head["do"] == "page_image":
            return {"ok": {}}, [page_image(data, int(head["page"]))]
        made = clean(data)
    except MaterialError as error:
        return {"error": error.code, "facts": error.facts}, []
    except MemoryError:
        return {"error": "too_many_pixels", "facts": {}}, []
    facts = {name: value for name, value in dataclasses.asdict(made).items() if name not in ("data", "preview_webp")}
    return {"ok": facts}, [made.data, made.preview_webp]


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer requests until the parent closes the pipe."""
    while (message := read_message(incoming)) is not None:
        head, pieces = message
        reply, made = answer(head, pieces[0])
        write_message(outgoing, reply, *made)


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
