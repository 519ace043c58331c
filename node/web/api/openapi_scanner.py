"""The description of the API's calls for scanners, as part of `openapi.py`."""

from typing import Any

from node.capture.scanners.jobs import CANCELLED, DONE, FAILED, KEEP, RUNNING, SCAN
from node.capture.scanners.values import RESOLUTIONS, SOURCES
from node.scanning.shot import COLOURS
from node.web.api.openapi_words import COUNT, FLAG, MAYBE_COUNT, MAYBE_TEXT, NUMBER, TEXT, call, members, several, write

_SCANNER = members(
    scanner={**TEXT, "description": "its name for `scans`"}, name=TEXT, sources=several({"enum": list(SOURCES)}), has_colour=FLAG,
    problem={**MAYBE_TEXT, "description": "why it cannot be used now"}, message=MAYBE_TEXT,
)  # fmt: skip
_LIST = members(scanners=several(_SCANNER), is_looking=FLAG, has_local=FLAG, addresses=several(TEXT))
_JOB = members(
    job=TEXT, kind={"enum": [SCAN, KEEP]}, material=TEXT, device=MAYBE_TEXT, state={"enum": [RUNNING, DONE, CANCELLED, FAILED]},
    pages={**COUNT, "description": "that came, or were kept"}, same={**COUNT, "description": "of these, that were on the tray before"},
    left={**COUNT, "description": "not kept: the gate finds fault with them"}, percent=MAYBE_COUNT, is_stopping=FLAG,
    code={**MAYBE_TEXT, "description": "why it failed"}, message=TEXT,
)  # fmt: skip
_ID = {"name": "job", "in": "path", "required": True, "schema": TEXT}
_ADDRESS = {"name": "address", "in": "query", "required": True, "schema": TEXT}


def scanner_paths() -> dict[str, Any]:
    """The calls."""
    wish = {
        "type": "object",
        "properties": {
            "material": TEXT,
            "scanner": TEXT,
            "source": {"enum": list(SOURCES)},
            "colour": {"enum": list(COLOURS)},
            "dpi": {**COUNT, "description": f"75 to 600; the page offers {', '.join(map(str, RESOLUTIONS))}"},
        },
        "required": ["material", "scanner"],
    }
    scans = "/api/v1/cases/{number}/scans"
    return {
        "/api/v1/scanners": {
            "get": call("The scanners that are known; more may come while `is_looking`", _LIST),
            "post": write(
                "Remember the address of a network scanner near by", members(address=TEXT), body=members(address=TEXT), status="201"
            ),
            "delete": write("Forget one", {}, _ADDRESS, status="204"),
        },
        "/api/v1/scanners/look": {"post": write("Look for scanners again", _LIST)},
        scans: {"post": write("Begin to scan; each page goes to the tray as it comes", _JOB, NUMBER, body=wish, status="201")},
        f"{scans}/keep": {
            "post": write("Begin to keep all scanned shots of a slot as proposed", _JOB, NUMBER, body=members(material=TEXT), status="201"),
        },
        f"{scans}/{{job}}": {
            "get": call("How a job stands", _JOB, NUMBER, _ID),
            "delete": write("Cancel a job; pages that came stay", _JOB, NUMBER, _ID),
        },
    }
