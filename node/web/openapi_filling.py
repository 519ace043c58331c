"""The description of the API's calls that help with filling in, as part of `openapi.py`."""

from collections.abc import Callable
from typing import Any

Call = Callable[..., dict[str, Any]]
_TEXT = {"type": "string"}
_WHOLE = {"type": "integer"}


def filling_paths(call: Call, write: Call, number: dict[str, Any]) -> dict[str, Any]:
    """The calls; `call` and `write` describe one that reads and one that changes."""
    case = "/api/v1/cases/{number}"
    take = {"type": "object", "additionalProperties": _TEXT, "description": "field → `case_number` of its offer"}
    return {
        f"{case}/reuse": {
            "get": call("What reviewed cases of the same person can answer, masked", _object(offers=_list(_OFFER)), number),
            "post": write("Answer these fields as offered", _object(version=_WHOLE), number, body=_object(version=_WHOLE, take=take)),
        },
        f"{case}/upgrade": {
            "get": call("The newer version of a draft's item, or null", _object(withdrawn={"type": "boolean"}, upgrade=_UPGRADE), number),
            "post": write("Move the draft there; what has no place in it goes", _object(version=_WHOLE), number,
                          body=_object(version=_WHOLE, package=_TEXT)),
        },
    }  # fmt: skip


def _object(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members)}


def _list(member: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": member}


_OFFER = _object(
    field=_TEXT,
    label=_TEXT,
    value=_TEXT,
    current=_TEXT,
    case_number=_TEXT,
    item_name=_TEXT,
    accepted_on={"type": "string", "format": "date"},
)
_CHANGE = _object(code=_TEXT, label=_TEXT, before=_TEXT, after=_TEXT)
_LEFT = {"type": "object", "properties": {"label": _TEXT, "value": {}, "material": {"type": ["string", "null"]}}}
_UPGRADE = {
    "type": ["object", "null"],
    "properties": {"package": _TEXT, "changes": _list(_CHANGE), "left": _list(_LEFT)},
}
