"""The description of the JSON API (OpenAPI 3.1), served at `/api/v1/openapi.json`."""

from typing import Any

from forms.procedure import DYNAMIC, TIERS
from node.casework.case import Event, SideEvent
from node.web.api.openapi_capture import capture_paths, capture_schemas
from node.web.api.openapi_card import card_paths
from node.web.api.openapi_catalogue import catalogue_paths
from node.web.api.openapi_filling import filling_paths
from node.web.api.openapi_paper import paper_road_paths
from node.web.api.openapi_papers import paper_paths
from node.web.api.openapi_phone import phone_paths, phone_schemas
from node.web.api.openapi_road import road_paths
from node.web.api.openapi_scanner import scanner_paths
from node.web.api.openapi_sealing import SEAL_OFFER, sealing_paths
from node.web.api.openapi_usb import usb_paths
from node.web.api.openapi_verification import verification_paths
from node.web.api.openapi_words import (
    ANY,
    COUNT,
    FLAG,
    MATERIAL,
    MAYBE_ANY,
    MAYBE_COUNT,
    MAYBE_TEXT,
    NUMBER,
    TEXT,
    call,
    members,
    named,
    several,
    write,
)

ACT_TEXTS = {
    "pin": "opens the person's key; may be left out while its window is open",
    "seal_pin": "opens the unit's seal where the person's own key is on a token",
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

_LIST_QUERIES = ("state", "box", "q", "after", "limit")


_CASE = named("Case")
_PAGE = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}}


def document() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Yizhan", "version": "1", "description": "Pages and API call the same desk methods and answer the same errors."},
        "paths": {**_paths(), **_further_paths()},
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
        "/healthz": {"get": {**call("Whether the station answers", members(status=TEXT)), "security": []}},
        "/api/v1/login": {
            "post": {**call("Log in", members(csrf=TEXT), body=members(name=TEXT, password=TEXT)), "security": []},
        },
        "/api/v1/logout": {"post": write("Log out", {})},
        "/api/v1/status": {"get": call("The line upward and what waits", ANY)},
        "/api/v1/items": {"get": call("The items this station may accept; `all=1`: all", members(items=several(named("ItemLine"))),
                                       _query("q"), _query("all"))},
        "/api/v1/items/{item_id}": {
            "get": call("One form package", ANY, _path("item_id")),
        },
        "/api/v1/items/{item_id}/documents/notice": {"get": call("The notice before filing as PDF", {}, _path("item_id"))},
        "/api/v1/cases": {
            "get": call("Cases", members(cases=several(named("CaseLine"))), *map(_query, _LIST_QUERIES)),
            "post": write("Open a draft", members(case_number=TEXT, short_number=TEXT, version=COUNT),
                           body=_opening(), status="201"),
        },
        case: {"get": call("A case", _CASE, NUMBER), "delete": write("Throw a draft away", {}, NUMBER)},
        f"{case}/answers": {
            "patch": write("Merge answers into a draft", members(version=COUNT, problems=several(ANY)),
                            NUMBER, body=members(version=COUNT, answers=ANY)),
        },
        f"{case}/materials/{{material}}": {
            "put": {
                **write("Keep one page of a material", members(digest=TEXT, size_bytes=COUNT, warnings=several(TEXT)),
                         NUMBER, MATERIAL, _PAGE),
                "requestBody": {"required": True, "content": {"application/octet-stream": {}}},
            },
            "get": call(
                "One page of a material; with `format` pdf all its pages as one PDF", {}, NUMBER, MATERIAL, _PAGE, _query("preview"),
                _query("format"),
            ),
            "delete": write("Take a page off", {}, NUMBER, MATERIAL, _PAGE),
        },
        f"{case}/events": {"post": write("Make an event", _CASE, NUMBER, body=_event())},
        f"{case}/reveal": {"post": write("The answers unmasked; audited", members(answers=ANY), NUMBER)},
        f"{case}/letters": {"get": call("The chain", members(letters=several(ANY)), NUMBER)},
        f"{case}/documents/{{kind}}": {
            "get": call(
                "receipt, notice, lacking, form, acceptance, result, certificate, mandate, revocation; `format` pdf, ofd; sealed if it is",
                {}, NUMBER, _path("kind"), _query("format"),
            ),
        },
        f"{case}/documents": {
            "get": call(
                "Which documents the case has; `number` is a certificate's",
                members(documents=several(members(kind=TEXT, sealed=FLAG, state=TEXT, at=TEXT, number=TEXT))), NUMBER,
            ),
        },
    }  # fmt: skip


def _further_paths() -> dict[str, Any]:
    """The calls that modules of their own describe."""
    return {
        **capture_paths(),
        **card_paths(),
        **scanner_paths(),
        **phone_paths(),
        **paper_paths(),
        **paper_road_paths(),
        **road_paths(),
        **sealing_paths(),
        **verification_paths(),
        **usb_paths(),
        **filling_paths(),
        **catalogue_paths(),
    }


def _opening() -> dict[str, Any]:
    told = "the village's 12-digit code; only needed where the person acts for more than one"
    papers = {
        "standby": {**MAYBE_TEXT, "description": "code of the standby receipt that the case is entered from"},
        "first_contact_at": {**MAYBE_TEXT, "description": "the time that stands on it"},
    }
    asked = {"item": TEXT, "division": {**MAYBE_TEXT, "description": told}, **papers}
    return {"type": "object", "properties": asked, "required": ["item"]}


def _event() -> dict[str, Any]:
    texts = {name: {**MAYBE_TEXT, "description": told} for name, told in ACT_TEXTS.items()}
    return {
        "type": "object",
        "properties": {
            "event": {"enum": [*map(str, Event), *map(str, SideEvent)]},
            **texts,
            "marks": several(named("Mark")),
            "head": {**MAYBE_ANY, "description": "{name, pin} of the village head who puts the committee's seal on"},
            "seal_approval": {**MAYBE_ANY, "description": "{by}: the head approved on paper; the scan is material `seal_approval`"},
        },
        "required": ["event"],
    }


def _schemas() -> dict[str, Any]:
    return {
        "Error": {
            "type": "object",
            "properties": {"error": TEXT, "message": TEXT, "problems": several(named("Problem")), "code": TEXT,
                           "attempts_left": COUNT, "facts": ANY},
            "required": ["error", "message", "problems"],
        },
        "Problem": {
            "type": "object",
            "properties": {"field": MAYBE_TEXT, "material": MAYBE_TEXT, "column": MAYBE_TEXT, "row": MAYBE_COUNT,
                           "code": TEXT, "message": TEXT},
            "required": ["row", "code", "message"],
        },
        "Mark": {
            "type": "object",
            "description": "of a field (or one row of it, from 0) or of a material, never of both",
            "properties": {"field": TEXT, "material": TEXT, "row": MAYBE_COUNT, "comment": TEXT},
            "required": ["comment"],
        },
        "Attachment": members(material=TEXT, page=COUNT, digest=TEXT, enclosure=TEXT, size_bytes=COUNT, media_type=TEXT,
                              preview=FLAG, whole=FLAG, taken=named("Taken")),
        **capture_schemas(),
        **phone_schemas(),
        "SetAside": members(event=TEXT, writer=TEXT, station=TEXT, reason=MAYBE_TEXT, at=TEXT),
        "ItemLine": members(**_item_line()),
        "CaseLine": members(**_line()),
        "Case": members(**_line(), **_whole()),
    }  # fmt: skip


def _item_line() -> dict[str, Any]:
    return {
        **dict.fromkeys(("id", "name", "package", "domain", "department", "case_type", "matter_type"), TEXT),
        **dict.fromkeys(("charge", "status", "initials"), TEXT),
        **dict.fromkeys(("promised_workdays", "legal_workdays"), MAYBE_COUNT),
        "material_count": COUNT,
        "decides": {"enum": [*TIERS, DYNAMIC]},
        "accepts": {**several({"enum": list(TIERS)}), "description": "the tiers that may take the item in"},
        "special_network": {**FLAG, "description": "handled in a department's own network: guidance, and no case is opened"},
    }


def _line() -> dict[str, Any]:
    return {
        **dict.fromkeys(("case_number", "short_number", "item", "item_name", "title", "state", "desk", "road", "updated_at"), TEXT),
        **dict.fromkeys(("division", "division_name"), TEXT),
        "cursor": {**TEXT, "description": "`after` of the next page of the list"},
        "holder": members(station=TEXT, name=TEXT, desk=TEXT),
        "mine": FLAG,
        "flagged": FLAG,
        "practice": FLAG,
        "problem_count": COUNT,
        "set_aside": several(named("SetAside")),
        "progress": {
            "type": ["object", "null"],
            "properties": {"filled": COUNT, "asked": COUNT},
            "description": "of a draft that is open here: required fields answered, and asked",
        },
        "saved_at": {**MAYBE_TEXT, "description": "when a draft that is open here was last saved"},
        "deadline": MAYBE_TEXT,
        "card": {"enum": ["none", "yellow", "red"]},
        "days_left": MAYBE_COUNT,
        "deadline_provisional": FLAG,
        "deadline_moves": {
            **several(members(was=TEXT, now=TEXT, on=TEXT, calendar=TEXT, kept=FLAG)),
            "description": "how a newer calendar moved the deadline; `kept`: it would have been past at once, so the old day counts",
        },
    }


def _whole() -> dict[str, Any]:
    return {
        **dict.fromkeys(("package", "shown", "origin", "origin_name", "opened_at", "since", "news_as_of", "viewer", "seal"), TEXT),
        **dict.fromkeys(("head", "reason", "acceptance_number"), MAYBE_TEXT),
        **dict.fromkeys(("answers", "roads", "result"), ANY),
        **dict.fromkeys(("materials", "waiting"), several(named("Attachment"))),
        **dict.fromkeys(("problems", "warnings"), several(named("Problem"))),
        "version": MAYBE_COUNT,
        "masked": FLAG,
        "marks": several(named("Mark")),
        "events": {**several(TEXT), "description": "what this person may do now"},
        "unit_seal": SEAL_OFFER,
        "recusal": {**TEXT, "description": "own_case or kin_case: the person may seal nothing in it that counts"},
        "apart": {**ANY, "description": "events that who took the case in leaves to another: own or receiver, by event"},
        "papers": {**ANY, "description": "mandate, originals, signed, standby, first_contact_at, cards; null where there is none"},
    }


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def _query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": TEXT}
