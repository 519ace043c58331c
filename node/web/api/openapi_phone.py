"""The description of the API's calls for shots by telephone, as part of `openapi.py`."""

from typing import Any

from node.capture.phone import CLOSED, DONE, LEFT, OVER, STOPPED
from node.web.api.openapi_words import COUNT, FLAG, MATERIAL, MAYBE_TEXT, NUMBER, TEXT, call, members, named, several, write


def phone_paths() -> dict[str, Any]:
    """The calls."""
    slot = "/api/v1/cases/{number}/phone/{material}"
    ended = {"enum": ["", DONE, OVER, LEFT, CLOSED, STOPPED], "description": "why the last one ended, while there is none"}
    told = members(pairings=several(named("Pairing")), addresses=several(TEXT), ended=ended)
    asked = {"type": "object", "properties": {"address": {**TEXT, "description": "one of `addresses`; without it the first"}}}
    opened = write("Let a telephone send shots of a slot for some minutes", named("Pairing"), NUMBER, MATERIAL, body=asked, status="201")
    return {
        slot: {
            "get": call("The telephones of a slot, and the machine's addresses on the room's network", told, NUMBER, MATERIAL),
            "post": opened,
            "delete": write("End it", {}, NUMBER, MATERIAL, status="204"),
        },
        f"{slot}/renew": {"post": write("Give it its full time again", told, NUMBER, MATERIAL)},
    }


def phone_schemas() -> dict[str, Any]:
    """The schemas that these calls name."""
    url = {**MAYBE_TEXT, "description": "what the code to scan says, with a token that is good once; null once a telephone has come"}
    return {
        "Pairing": members(
            pairing=TEXT,
            address=TEXT,
            url=url,
            waiting=FLAG,
            ends_at=TEXT,
            left_s=COUNT,
            shots={**several(TEXT), "description": "of the tray"},
        ),
    }
