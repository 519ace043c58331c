"""`scan find`: the sheets on photographs, as this program sees them. Needs no station."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from node.commands.wording import say
from node.errors import MaterialError
from node.scanning.finding.eyes import Eyes, TimedLook
from node.scanning.shot import Look
from node.web.wording import error_text
from node.web.wording.capture import finding_text

DONE = 0
USER_MUST_ACT = 2


@dataclass(frozen=True)
class Seen:
    """What was seen on one file, or in words why it could not be opened."""

    file: str
    timed: TimedLook | None
    error: str = ""


def find(arguments: argparse.Namespace) -> int:
    """`scan find IMAGES… [--json]`: for each picture the corners of its page, clockwise from the page's top left, or none."""
    if not Eyes.available():
        print(say("scan_without_extra"), file=sys.stderr)
    with closing(Eyes()) as eyes:
        seen = list(_seen(eyes, arguments.images))
    if arguments.json:
        print(json.dumps([_as_json(one) for one in seen], ensure_ascii=False, indent=1))
    else:
        for one in seen:
            if one.timed is not None:
                print(_as_line(one.file, one.timed.look))
    for one in seen:
        if one.error:
            print(say("scan_file_wrong", file=one.file, why=one.error), file=sys.stderr)
    return USER_MUST_ACT if any(one.error for one in seen) else DONE


def _seen(eyes: Eyes, files: Sequence[str]) -> Iterator[Seen]:
    for file in files:
        try:
            yield Seen(file, eyes.timed_look(Path(file).read_bytes()))
        except MaterialError as error:
            yield Seen(file, None, error_text(error))
        except OSError as error:
            yield Seen(file, None, say("scan_unreadable", why=error.strerror or type(error).__name__))


def _as_json(seen: Seen) -> dict[str, Any]:
    if seen.timed is None:
        return {"file": seen.file, "corners": None, "score": 0.0, "quality": [], "ms": 0.0, "error": seen.error}
    look = seen.timed.look
    corners = [list(point) for point in look.sheets[0]] if look.sheets else None
    quality = [{"code": finding.code, "message": finding_text(finding)} for finding in look.quality]
    return {"file": seen.file, "corners": corners, "score": look.score, "quality": quality, "ms": seen.timed.cpu_ms}


def _as_line(file: str, look: Look) -> str:
    corners = "  ".join(f"{x:g},{y:g}" for x, y in look.sheets[0]) if look.sheets else say("scan_no_page")
    return "\t".join((file, corners, "；".join(map(finding_text, look.quality))))
