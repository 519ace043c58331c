"""The description of the API's calls for shots and the pages made of them, as part of `openapi.py`."""

from typing import Any

from node.capture.tray import SOURCES
from node.scanning.shot import COLOURS, PAPERS, TURNS
from node.web.api.openapi_words import (
    ANY,
    COUNT,
    FLAG,
    MATERIAL,
    MAYBE_ANY,
    MAYBE_COUNT,
    NUMBER,
    TEXT,
    call,
    members,
    named,
    several,
    write,
)

_FRACTION = {"type": "number"}
_POINT = {"type": "array", "items": _FRACTION, "minItems": 2, "maxItems": 2}
_SHEET = {"type": "array", "items": _POINT, "minItems": 4, "maxItems": 4, "description": "corners, clockwise from the top left"}
_SHOT = {"name": "shot", "in": "path", "required": True, "schema": TEXT}
_SLOT = {"name": "material", "in": "query", "required": True, "schema": TEXT}
_BYTES = {"required": True, "content": {"application/octet-stream": {}}}
_JPEG: dict[str, Any] = {"image/jpeg": {}}


def capture_paths() -> dict[str, Any]:
    """The calls."""
    case = "/api/v1/cases/{number}"
    source = {"name": "source", "in": "query", "required": True, "schema": {"enum": list(SOURCES)}}
    page = {"name": "page", "in": "path", "required": True, "schema": COUNT}
    frame = {**write("Look at a frame of a live picture; nothing is kept", named("Look"), NUMBER, _SLOT), "requestBody": _BYTES}
    take = {**write("Put a shot on the tray", named("Shot"), NUMBER, _SLOT, source, status="201"), "requestBody": _BYTES}
    one_slot = {"name": "material", "in": "query", "schema": TEXT}
    return {
        f"{case}/look": {"post": frame},
        f"{case}/shots": {"put": take, "get": call("The shots of an open case", members(shots=several(named("Shot"))), NUMBER, one_slot)},
        f"{case}/shots/{{shot}}": {"delete": write("Throw a shot away", {}, NUMBER, _SHOT, status="204")},
        f"{case}/shots/{{shot}}/picture": {"get": _picture(call("A shot upright", {}, NUMBER, _SHOT))},
        f"{case}/shots/{{shot}}/preview": {
            "post": _picture(write("The page that a plan would make of a shot", {}, NUMBER, _SHOT, body=named("Plan"))),
        },
        f"{case}/shots/{{shot}}/keep": {
            "post": write("Make a page of a shot; what the gate finds is refused with 409 `quality`", _kept(), NUMBER, _SHOT, body=_wish()),
        },
        f"{case}/materials/{{material}}/order": {
            "post": write("Put the pages of a material in another order", members(pages=several(_page())), NUMBER, MATERIAL, body=_order()),
        },
        f"{case}/materials/{{material}}/{{page}}/open": {
            "post": write("The shot that a page was made of, to change it again", named("Reopened"), NUMBER, MATERIAL, page),
        },
    }


def capture_schemas() -> dict[str, Any]:
    """The schemas that these calls, and pages of a case, name."""
    shot = {
        **dict.fromkeys(("shot", "material", "source", "taken_at"), TEXT),
        **dict.fromkeys(("width", "height"), COUNT),
        "look": named("Look"),
        "plan": named("Plan"),
        "page": {**MAYBE_COUNT, "description": "the page that was made of it"},
    }
    return {
        "Finding": members(code=TEXT, facts=ANY, message=TEXT),
        "Look": members(
            width=COUNT, height=COUNT, sheets=several(_SHEET), score=_FRACTION, quality=several(named("Finding")), dpi=MAYBE_COUNT
        ),
        "Plan": {
            "type": "object",
            "properties": {
                "corners": {"type": ["array", "null"], "items": _POINT, "description": "null: the whole picture"},
                "turn": {"enum": list(TURNS)},
                "colour": {"enum": list(COLOURS)},
                "brightness": {"type": "integer", "minimum": -50, "maximum": 50},
                "paper": {"enum": list(PAPERS)},
            },
        },
        "Shot": members(**shot),
        "Reopened": members(**shot, **{"with": {**MAYBE_ANY, "description": "a card's other side: {shot, plan}"}}, note=TEXT),
        "Taken": {
            **members(by=TEXT, quality=several(TEXT), messages=several(TEXT), note=TEXT),
            "type": ["object", "null"],
            "description": "how the page was taken, as who kept it saw it; null where that is not said",
        },
    }


def _picture(told: dict[str, Any]) -> dict[str, Any]:
    """The call, answered with a JPEG."""
    told["responses"]["200"]["content"] = _JPEG
    return told


def _page() -> dict[str, Any]:
    return members(material=TEXT, page=COUNT, digest=TEXT, size_bytes=COUNT)


def _kept() -> dict[str, Any]:
    return members(material=TEXT, page=COUNT, digest=TEXT, size_bytes=COUNT, warnings=several(TEXT), quality=several(named("Finding")))


def _wish() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "plan": named("Plan"),
            "page": {**COUNT, "description": "the page to be replaced; without it the next one"},
            "instead_of": {**TEXT, "description": "the digest of the page to be replaced, as it was seen: another one stays (409)"},
            "note": {**TEXT, "maxLength": 200},
            "anyway": {**FLAG, "description": "with a note: keep it though the gate has found something"},
            "with": {**members(shot=TEXT, plan=named("Plan")), "description": "the other side of a card"},
        },
        "required": ["plan"],
    }


def _order() -> dict[str, Any]:
    told = {**several(TEXT), "description": "the digests of these pages, in the same order, as they were seen: other ones are answered 409"}
    return {"type": "object", "properties": {"pages": several(COUNT), "digests": told}, "required": ["pages"]}
