"""The child process that looks at pictures: reads a request from its parent, looks, answers; ends when the parent does.

`python -m node.scanning.finding.worker`. A hostile file can at worst end this process.
"""

import sys
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from node.errors import MaterialError
from node.scanning.finding.looking import judge_page, look_at
from node.scanning.shot import Plan
from node.scanning.wire import read_message, write_message


def answer(head: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    """The answer to one request: `{"ok": {"look", "cpu_ms"}}`, with a plan `{"ok": {"quality"}}`, or `{"error": code, "facts": ...}`."""
    begun = time.process_time()
    try:
        if "plan" in head:
            return {"ok": {"quality": [one.to_json() for one in judge_page(data, Plan.from_json(head["plan"]))]}}
        look = look_at(data, str(head["wanted"]), bool(head["quick"]))
    except MaterialError as error:
        return {"error": error.code, "facts": error.facts}
    except MemoryError:
        return {"error": "too_many_pixels", "facts": {}}
    return {"ok": {"look": look.to_json(), "cpu_ms": round((time.process_time() - begun) * 1000, 1)}}


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer requests until the parent closes the pipe."""
    while (message := read_message(incoming)) is not None:
        head, pieces = message
        write_message(outgoing, answer(head, pieces[0]))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
