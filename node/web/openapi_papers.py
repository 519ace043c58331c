"""The description of the API's calls for papers at the counter, as part of `openapi.py`."""

from collections.abc import Callable
from typing import Any

from node.paperwork.values import POWERS, SIGNED

Call = Callable[..., dict[str, Any]]
_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_DAY = {"type": "string", "format": "date"}
_TERMS = {
    "principal": _TEXT,
    "principal_id": _TEXT,
    "powers": {"type": "array", "items": {"enum": list(POWERS)}},
    "from": _DAY,
    "until": {**_DAY, "description": "at most a year later"},
    "witness": {**_TEXT, "description": "nobody who is an agent of this station"},
    "witness_phone": _TEXT,
}


def paper_paths(call: Call, write: Call, number: dict[str, Any], material: dict[str, Any]) -> dict[str, Any]:
    """The calls; `call` and `write` describe one that reads and one that changes."""
    case = "/api/v1/cases/{number}"
    answers = {"name": "answers", "in": "query", "required": True, "schema": _TEXT, "description": "`answers` of the GET: what was shown"}
    picture = {"required": True, "content": {"application/octet-stream": {}}}
    terms = {**_object(**_TERMS), "properties": {**_TERMS, "signed": {"enum": list(SIGNED), "default": SIGNED[0]}}}
    return {
        f"{case}/mandate": {
            "get": call("The last mandate, or null", _object(mandate=_MANDATE), number),
            "put": write("Write a mandate, to be printed; its scan goes up as material `mandate`", _object(mandate=_MANDATE), number,
                         body=terms),
        },
        f"{case}/mandate/revocation": {
            "post": write("The applicant takes the mandate back", _object(mandate=_MANDATE), number, body=_object(reason=_TEXT)),
        },
        f"{case}/originals/{{material}}": {
            "put": write("The caller has held the material against its original", _TICK, number, material),
            "delete": write("Take that back", {}, number, material),
        },
        f"{case}/signature": {
            "get": call("What would be signed now: digest and short code of the answers", _TO_SIGN, number),
            "put": {**write("The applicant's signature, a picture, under the answers shown", _SIGNED, number, answers),
                    "requestBody": picture},
        },
        f"{case}/printed": {"post": write("The form is printed now, to be signed on paper", _TO_SIGN, number)},
        "/api/v1/standby": {
            "get": call("Standby receipts, newest first", _object(receipts=_RECEIPTS)),
            "post": write("Register so many new ones, to be printed", _object(receipts=_RECEIPTS), body=_object(count={"type": "integer"}),
                          status="201"),
        },
        "/api/v1/standby/void": {"post": write("One is lost or spoilt", _RECEIPT, body=_object(code=_TEXT, reason=_TEXT))},
    }  # fmt: skip


def _object(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members)}


_MANDATE = {"type": ["object", "null"]}
_TICK = _object(material=_TEXT, by=_TEXT, at=_TEXT)
_TO_SIGN = _object(answers=_TEXT, code=_TEXT, ready={"type": "boolean"})
_SIGNED = _object(by=_TEXT, answers=_TEXT, code=_TEXT, at=_TEXT, agrees={"type": "boolean"})
_RECEIPT = _object(code=_TEXT, state=_TEXT, printed_at=_TEXT, case_number=_MAYBE_TEXT, written_at=_MAYBE_TEXT, reason=_MAYBE_TEXT)
_RECEIPTS = {"type": "array", "items": _RECEIPT}
