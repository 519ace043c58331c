"""The description of the API's calls for a county's catalogue and calendar, as part of `openapi.py`."""

from typing import Any

from node.web.api.openapi_words import ANY, COUNT, FLAG, MAYBE_COUNT, MAYBE_TEXT, TEXT, call, members, several, write


def catalogue_paths() -> dict[str, Any]:
    """The calls, which only a county has."""
    item = {"name": "item_id", "in": "path", "required": True, "schema": TEXT}
    file = {"required": True, "content": {"application/octet-stream": {}}}
    number = {**COUNT, "description": "the number that the release is to have; it is refused (409) when another came in between"}
    act = {"item": TEXT, "package": TEXT, "number": number, "reason": TEXT}
    source = {"name": "source", "in": "query", "schema": TEXT, "description": "what a table rests on"}
    status = {"name": "status", "in": "query", "schema": {"enum": ["official", "provisional"]}, "description": "of a table's year"}
    proposal = members(document=TEXT, changes=several(TEXT), forgotten=ANY, replaces=several(COUNT), next_number=COUNT)
    document = {"document": TEXT, "number": number, "reason": TEXT, "replace": FLAG}
    catalogue = members(releases=several(_RELEASE), items=several(ANY), imported=several(_IMPORTED), unsent=ANY)
    calendar = members(calendar=ANY, version=TEXT, by=TEXT, next_number=COUNT, missing_year=MAYBE_COUNT)
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
        "/api/v1/catalogue/publish": {"post": write("Sign and publish what was imported", _RELEASE, body=members(**act))},
        "/api/v1/catalogue/withdraw": {
            "post": write("Withdraw a version, or without `package` the item", _RELEASE,
                          body={**members(**act), "required": ["item", "number", "reason"]}),
        },
        "/api/v1/calendar": {"get": call("The work calendar in force", calendar)},
        "/api/v1/calendar/look": {"post": {**look, "requestBody": file}},
        "/api/v1/calendar/publish": {
            "post": write("Sign and publish a document that `look` gave", _RELEASE,
                          body={**members(**document), "required": ["document", "number", "reason"]}),
        },
    }  # fmt: skip


_RELEASE = members(number=COUNT, digest=TEXT, made_at=TEXT, by=TEXT, reason=TEXT, changes=several(ANY))
_IMPORTED = members(item=TEXT, name=TEXT, package=TEXT, before=MAYBE_TEXT, at=TEXT, by=TEXT)
_SAID = {"may_be_published": FLAG, "findings": several(ANY), "changes": several(ANY)}
_REVIEW = {**_IMPORTED, "properties": {**_IMPORTED["properties"], **_SAID}}
