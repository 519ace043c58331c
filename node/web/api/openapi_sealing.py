"""The description of the API's calls for sealing, as part of `openapi.py`."""

from typing import Any

from node.casework.batch import EVENTS
from node.staff.kin import OWN, RELATIONS
from node.web.api.openapi_words import COUNT, FLAG, MAYBE_TEXT, TEXT, call, members, several, write

_NAME = {"name": "name", "in": "path", "required": True, "schema": TEXT, "description": "login name"}
_DAY = {"name": "day", "in": "path", "required": True, "schema": {"type": "string", "format": "date"}}
_KIN = members(name=TEXT, relation={"enum": [OWN, *RELATIONS]}, id_no={**TEXT, "description": "masked"}, declared_at=TEXT)
_USE = members(
    at=TEXT, seal_id=TEXT, seal=TEXT, person={**TEXT, "description": "whose key opened it"}, how={"enum": ["own", "head", "batch"]},
    letter=TEXT, event=TEXT, case=TEXT, item=TEXT, item_name=TEXT, title=TEXT, documents=FLAG,
)  # fmt: skip
_RESULT = members(case=TEXT, outcome={"enum": ["done", "refused", "stopped", "left"]}, error=MAYBE_TEXT, message=MAYBE_TEXT)
_ASKED = members(case=TEXT, shown={**TEXT, "description": "`shown` of the case as it was looked at"})

SEAL_OFFER = members(
    wanted={"enum": ["", "unit", "service", "approval"]},
    events={**several(TEXT), "description": "the events that the seal goes under"},
    name={**TEXT, "description": "of the seal that would be put on; empty where there is none"},
    seal_id=TEXT,
    lacking={**TEXT, "description": "why there is none"},
    heads={
        **several(members(name=TEXT, display_name=TEXT)),
        "description": "one of these gives the PIN as `head`; none needed where empty",
    },
    seal_pin={**FLAG, "description": "who opens it has the own key on a token: the seal has a PIN of its own"},
    on_paper={**FLAG, "description": "`seal_approval` does instead, with a page of material `seal_approval`"},
    required={**FLAG, "description": "without it the act is refused"},
)
"""Of a case: the unit's seal that goes under this person's next act."""


def sealing_paths() -> dict[str, Any]:
    """The calls."""
    kin = "/api/v1/people/{name}/kin"
    return {
        "/api/v1/batch": {
            "post": write(
                "Make the same event in several cases, one after the other, until a key does not open", members(results=several(_RESULT)),
                body={"type": "object", "properties": {"event": {"enum": [*map(str, EVENTS)]}, "cases": several(_ASKED), "pin": MAYBE_TEXT,
                                                       "note": MAYBE_TEXT}, "required": ["event", "cases"]},
            ),
        },
        kin: {
            "get": call("Own and kin's citizen numbers, masked", members(kin=several(_KIN)), _NAME),
            "post": write("Declare one; `relation` is empty for the own", _KIN, _NAME, body=members(name=TEXT, id_no=TEXT, relation=TEXT),
                          status="201"),
        },
        f"{kin}/remove": {"post": write("Take one away, by its place in the list from 0 and the name there", {}, _NAME,
                                        body=members(place=COUNT, name=TEXT))},
        "/api/v1/seal-uses": {
            "get": call("Days on which seals were used", members(days=several(members(day=TEXT, uses=COUNT, read=FLAG)))),
        },
        "/api/v1/seal-uses/{day}": {
            "get": call("Who used which seal", members(uses=several(_USE), read=several(members(by=TEXT, at=TEXT, uses=COUNT))), _DAY),
        },
        "/api/v1/seal-uses/{day}/read": {"post": write("Tick a day's list as read; `uses` is how many lines were seen", {}, _DAY,
                                                       body=members(uses=COUNT))},
    }  # fmt: skip
