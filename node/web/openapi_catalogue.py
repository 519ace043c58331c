"""The description of the API's calls for a county's catalogue and calendar, as part of `openapi.py`."""

from collections.abc import Callable
from typing import Any

Call = Callable[..., dict[str, Any]]
_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_COUNT = {"type": "integer"}
_FLAG = {"type": "boolean"}
_ANY = {"type": "object"}


def catalogue_paths(call: Call, write: Call) -> dict[str, Any]:
    """The calls, which only a county has; `call` and `write` describe one that reads and one that changes."""
    item = {"name": "item_id", "in": "path", "required": True, "schema": _TEXT}
    file = {"required": True, "content": {"application/octet-stream": {}}}
    number = {**_COUNT, "description": "the number that the release is to have; it is refused (409) when another came in between"}
    act = {"item": _TEXT, "package": _TEXT, "number": number, "reason": _TEXT}
    source = {"name": "source", "in": "query", "schema": _TEXT, "description": "what a table rests on"}
    status = {"name": "status", "in": "query", "schema": {"enum": ["official", "provisional"]}, "description": "of a table's year"}
    proposal = _object(document=_TEXT, changes=_list(_TEXT), forgotten=_ANY, replaces=_list(_COUNT), next_number=_COUNT)
    document = {"document": _TEXT, "number": number, "reason": _TEXT, "replace": _FLAG}
    catalogue = _object(releases=_list(_RELEASE), items=_list(_ANY), imported=_list(_IMPORTED), unsent=_ANY)
    calendar = _object(calendar=_ANY, version=_TEXT, by=_TEXT, next_number=_COUNT, missing_year={"type": ["integer", "null"]})
    look = write("What a table or document of days would change; nothing is kept", proposal, source, status)
    return {
        "/api/v1/catalogue": {"get": call("Shelf, imports and releases", catalogue)},
        "/api/v1/catalogue/import": {
            "post": {**write("Import a workbook (.xlsx); 422 with every fault by sheet, row and column", _REVIEW, status="201"),
                     "requestBody": file},
        },
        "/api/v1/catalogue/imports/{item_id}": {
            "get": call("What was imported: changes against the shelf, findings", _REVIEW, item),
            "delete": write("Throw it away", {}, item),
        },
        "/api/v1/catalogue/publish": {"post": write("Sign and publish what was imported", _RELEASE, body=_object(**act))},
        "/api/v1/catalogue/withdraw": {
            "post": write("Withdraw a version, or without `package` the item", _RELEASE,
                          body={**_object(**act), "required": ["item", "number", "reason"]}),
        },
        "/api/v1/calendar": {"get": call("The work calendar in force", calendar)},
        "/api/v1/calendar/look": {"post": {**look, "requestBody": file}},
        "/api/v1/calendar/publish": {
            "post": write("Sign and publish a document that `look` gave", _RELEASE,
                          body={**_object(**document), "required": ["document", "number", "reason"]}),
        },
    }  # fmt: skip


def _object(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members)}


def _list(member: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": member}


_RELEASE = _object(number=_COUNT, digest=_TEXT, made_at=_TEXT, by=_TEXT, reason=_TEXT, changes=_list(_ANY))
_IMPORTED = _object(item=_TEXT, name=_TEXT, package=_TEXT, before=_MAYBE_TEXT, at=_TEXT, by=_TEXT)
_SAID = {"may_be_published": _FLAG, "findings": _list(_ANY), "changes": _list(_ANY)}
_REVIEW = {**_IMPORTED, "properties": {**_IMPORTED["properties"], **_SAID}}
