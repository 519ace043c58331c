"""The description of the API's calls that help with filling in, as part of `openapi.py`."""

from typing import Any

from node.web.api.openapi_words import COUNT, DAY, FLAG, MAYBE_TEXT, NUMBER, TEXT, call, members, several, write


def filling_paths() -> dict[str, Any]:
    """The calls."""
    case = "/api/v1/cases/{number}"
    take = {"type": "object", "additionalProperties": TEXT, "description": "field → `case_number` of its offer"}
    return {
        f"{case}/reuse": {
            "get": call("What reviewed cases of the same person can answer, masked", members(offers=several(_OFFER)), NUMBER),
            "post": write("Answer these fields as offered", members(version=COUNT), NUMBER, body=members(version=COUNT, take=take)),
        },
        f"{case}/upgrade": {
            "get": call("The newer version of a draft's item, or null", members(withdrawn=FLAG, upgrade=_UPGRADE), NUMBER),
            "post": write("Move the draft there; what has no place in it goes", members(version=COUNT), NUMBER,
                          body=members(version=COUNT, package=TEXT)),
        },
    }  # fmt: skip


_OFFER = members(
    field=TEXT,
    label=TEXT,
    value=TEXT,
    current=TEXT,
    case_number=TEXT,
    item_name=TEXT,
    accepted_on=DAY,
)
_CHANGE = members(code=TEXT, label=TEXT, before=TEXT, after=TEXT)
_LEFT = {"type": "object", "properties": {"label": TEXT, "value": {}, "material": MAYBE_TEXT}}
_UPGRADE = {
    "type": ["object", "null"],
    "properties": {"package": TEXT, "changes": several(_CHANGE), "left": several(_LEFT)},
}
