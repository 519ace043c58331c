"""The description of the JSON API (OpenAPI 3.1), served at `/api/v1/openapi.json`."""

from typing import Any

from forms.procedure import DYNAMIC, TIERS
from node.casework.case import Event, SideEvent
from node.web.openapi_catalogue import catalogue_paths
from node.web.openapi_filling import filling_paths
from node.web.openapi_papers import paper_paths

ACT_TEXTS = {
    "pin": "opens the person's key; may be left out while its window is open",
    "shown": "`shown` of the case as it was looked at; anything newer is answered 409",
    "expected_head": "`head` of the case as it was looked at; anything newer is answered 409",
    "reason": "for returned, not_accepted, denied, suspended, resumed, withdrawn, terminated",
    "note": "may go with any event",
    "receiver": "who took the result: for delivered",
    "text": "for side events",
    "enclosure": "the `enclosure` of the page to be erased: for erased",
    "branch": "the letter that is to count: for branch_named",
}
"""The texts that may go with an event."""

_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_COUNT = {"type": "integer"}
_MAYBE_COUNT = {"type": ["integer", "null"]}
_FLAG = {"type": "boolean"}
_ANY = {"type": "object"}
_LIST_QUERIES = ("state", "box", "q", "after", "limit")


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


_ERROR = _ref("Error")
_CASE = _ref("Case")
_NUMBER = {"name": "number", "in": "path", "required": True, "schema": _TEXT, "description": "case number, long or short"}
_MATERIAL = {"name": "material", "in": "path", "required": True, "schema": _TEXT}
_PAGE = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}}


def document() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Yizhan", "version": "1", "description": "Pages and API call the same desk methods and answer the same errors."},
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "yizhan_STATION"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
        },
        "security": [{"session": []}],
    }


def _paths() -> dict[str, Any]:
    case = "/api/v1/cases/{number}"
    return {
        "/healthz": {"get": {**_call("Whether the station answers", _object(status=_TEXT)), "security": []}},
        "/api/v1/login": {
            "post": {**_call("Log in", _object(csrf=_TEXT), body=_object(name=_TEXT, password=_TEXT)), "security": []},
        },
        "/api/v1/logout": {"post": _write("Log out", {})},
        "/api/v1/status": {"get": _call("The line upward and what waits", {"type": "object"})},
        "/api/v1/items": {"get": _call("The items this station may accept; `all=1`: all", _object(items=_list(_ref("ItemLine"))),
                                       _query("q"), _query("all"))},
        "/api/v1/items/{item_id}": {
            "get": _call("One form package", {"type": "object"}, _path("item_id")),
        },
        "/api/v1/items/{item_id}/documents/notice": {"get": _call("The notice before filing as PDF", {}, _path("item_id"))},
        "/api/v1/cases": {
            "get": _call("Cases", _object(cases=_list(_ref("CaseLine"))), *map(_query, _LIST_QUERIES)),
            "post": _write("Open a draft", _object(case_number=_TEXT, short_number=_TEXT, version={"type": "integer"}),
                           body=_opening(), status="201"),
        },
        case: {"get": _call("A case", _CASE, _NUMBER), "delete": _write("Throw a draft away", {}, _NUMBER)},
        f"{case}/answers": {
            "patch": _write("Merge answers into a draft", _object(version={"type": "integer"}, problems=_list({"type": "object"})),
                            _NUMBER, body=_object(version={"type": "integer"}, answers={"type": "object"})),
        },
        f"{case}/materials/{{material}}": {
            "put": {
                **_write("Keep one page of a material", _object(digest=_TEXT, size_bytes={"type": "integer"}, warnings=_list(_TEXT)),
                         _NUMBER, _MATERIAL, _PAGE),
                "requestBody": {"required": True, "content": {"application/octet-stream": {}}},
            },
            "get": _call("One page of a material", {}, _NUMBER, _MATERIAL, _PAGE, _query("preview")),
            "delete": _write("Take a page off", {}, _NUMBER, _MATERIAL, _PAGE),
        },
        f"{case}/events": {"post": _write("Make an event", _CASE, _NUMBER, body=_event())},
        f"{case}/reveal": {"post": _write("The answers unmasked; audited", _object(answers={"type": "object"}), _NUMBER)},
        f"{case}/letters": {"get": _call("The chain", _object(letters=_list({"type": "object"})), _NUMBER)},
        f"{case}/documents/{{kind}}": {"get": _call("receipt, notice, lacking, form, mandate, revocation or result as PDF", {}, _NUMBER, _path("kind"))},
        **paper_paths(_call, _write, _NUMBER, _MATERIAL),
        **filling_paths(_call, _write, _NUMBER),
        **catalogue_paths(_call, _write),
    }  # fmt: skip


def _opening() -> dict[str, Any]:
    told = "the village's 12-digit code; only needed where the person acts for more than one"
    papers = {
        "standby": {**_MAYBE_TEXT, "description": "code of the standby receipt that the case is entered from"},
        "first_contact_at": {**_MAYBE_TEXT, "description": "the time that stands on it"},
    }
    members = {"item": _TEXT, "division": {**_MAYBE_TEXT, "description": told}, **papers}
    return {"type": "object", "properties": members, "required": ["item"]}


def _event() -> dict[str, Any]:
    texts = {name: {**_MAYBE_TEXT, "description": told} for name, told in ACT_TEXTS.items()}
    return {
        "type": "object",
        "properties": {"event": {"enum": [*map(str, Event), *map(str, SideEvent)]}, **texts, "marks": _list(_ref("Mark"))},
        "required": ["event"],
    }


def _schemas() -> dict[str, Any]:
    return {
        "Error": {
            "type": "object",
            "properties": {"error": _TEXT, "message": _TEXT, "problems": _list(_ref("Problem")), "code": _TEXT,
                           "attempts_left": _COUNT, "facts": {"type": "object"}},
            "required": ["error", "message", "problems"],
        },
        "Problem": {
            "type": "object",
            "properties": {"field": _MAYBE_TEXT, "material": _MAYBE_TEXT, "column": _MAYBE_TEXT, "row": _MAYBE_COUNT,
                           "code": _TEXT, "message": _TEXT},
            "required": ["row", "code", "message"],
        },
        "Mark": {
            "type": "object",
            "description": "of a field (or one row of it, from 0) or of a material, never of both",
            "properties": {"field": _TEXT, "material": _TEXT, "row": _MAYBE_COUNT, "comment": _TEXT},
            "required": ["comment"],
        },
        "Attachment": _object(material=_TEXT, page=_COUNT, digest=_TEXT, enclosure=_TEXT, size_bytes=_COUNT, media_type=_TEXT,
                              preview=_FLAG, whole=_FLAG),
        "SetAside": _object(event=_TEXT, writer=_TEXT, station=_TEXT, reason=_MAYBE_TEXT, at=_TEXT),
        "ItemLine": _object(**_item_line()),
        "CaseLine": _object(**_line()),
        "Case": _object(**_line(), **_whole()),
    }  # fmt: skip


def _item_line() -> dict[str, Any]:
    return {
        **dict.fromkeys(("id", "name", "package", "domain", "department", "case_type", "matter_type"), _TEXT),
        **dict.fromkeys(("charge", "status", "initials"), _TEXT),
        **dict.fromkeys(("promised_workdays", "legal_workdays"), _MAYBE_COUNT),
        "material_count": _COUNT,
        "decides": {"enum": [*TIERS, DYNAMIC]},
        "accepts": {**_list({"enum": list(TIERS)}), "description": "the tiers that may take the item in"},
        "special_network": {**_FLAG, "description": "handled in a department's own network: guidance, and no case is opened"},
    }


def _line() -> dict[str, Any]:
    return {
        **dict.fromkeys(("case_number", "short_number", "item", "item_name", "title", "state", "desk", "road", "updated_at"), _TEXT),
        **dict.fromkeys(("division", "division_name"), _TEXT),
        "cursor": {**_TEXT, "description": "`after` of the next page of the list"},
        "holder": _object(station=_TEXT, name=_TEXT, desk=_TEXT),
        "mine": _FLAG,
        "flagged": _FLAG,
        "practice": _FLAG,
        "problem_count": _COUNT,
        "set_aside": _list(_ref("SetAside")),
        "progress": {"type": ["object", "null"], "properties": {"filled": _COUNT, "asked": _COUNT},
                     "description": "of a draft that is open here: required fields answered, and asked"},
        "saved_at": {**_MAYBE_TEXT, "description": "when a draft that is open here was last saved"},
        "deadline": _MAYBE_TEXT,
        "card": {"enum": ["none", "yellow", "red"]},
        "days_left": _MAYBE_COUNT,
        "deadline_provisional": _FLAG,
        "deadline_moves": {
            **_list(_object(was=_TEXT, now=_TEXT, on=_TEXT, calendar=_TEXT, kept=_FLAG)),
            "description": "how a newer calendar moved the deadline; `kept`: it would have been past at once, so the old day counts",
        },
    }


def _whole() -> dict[str, Any]:
    return {
        **dict.fromkeys(("package", "shown", "origin", "origin_name", "opened_at", "since", "news_as_of", "viewer", "seal"), _TEXT),
        **dict.fromkeys(("head", "reason", "acceptance_number"), _MAYBE_TEXT),
        **dict.fromkeys(("answers", "roads", "result"), _ANY),
        **dict.fromkeys(("materials", "waiting"), _list(_ref("Attachment"))),
        **dict.fromkeys(("problems", "warnings"), _list(_ref("Problem"))),
        "version": _MAYBE_COUNT,
        "masked": _FLAG,
        "marks": _list(_ref("Mark")),
        "events": {**_list(_TEXT), "description": "what this person may do now"},
        "papers": {**_ANY, "description": "mandate, originals, signed, standby, first_contact_at; null where there is none"},
    }


def _call(summary: str, answer: dict[str, Any], *parameters: dict[str, Any], body: Any = None, status: str = "200") -> dict[str, Any]:
    good: dict[str, Any] = {"description": "done"}
    if answer:
        good["content"] = {"application/json": {"schema": answer}}
    bad = {"description": "refused", "content": {"application/json": {"schema": _ERROR}}}
    call: dict[str, Any] = {"summary": summary, "parameters": list(parameters), "responses": {status: good, "default": bad}}
    if body is not None:
        call["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return call


def _write(summary: str, answer: dict[str, Any], *parameters: dict[str, Any], body: Any = None, status: str = "200") -> dict[str, Any]:
    return {**_call(summary, answer, *parameters, body=body, status=status), "security": [{"session": [], "csrf": []}]}


def _object(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members)}


def _list(member: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": member}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT}


def _query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": _TEXT}
