"""The description of the API's calls for the road, as part of `openapi.py`."""

from typing import Any

from node.mail.line_settings import PAUSES
from node.mail.queue import STATES
from node.web.api.openapi_words import COUNT, FLAG, MAYBE_COUNT, MAYBE_TEXT, NUMBER, TEXT, call, members, several, write
from node.web.wording.road import ACTS

_HOURS = {
    "type": ["array", "null"],
    "items": TEXT,
    "minItems": 2,
    "maxItems": 2,
    "description": "from, to as `22:00`; may go over midnight",
}
_ITEM = members(
    item_id=TEXT, case_number=MAYBE_TEXT, short_number=TEXT, applicant=TEXT, events=several(TEXT), next_hop=TEXT, next_hop_name=TEXT,
    state={"enum": list(STATES)}, why={**MAYBE_TEXT, "description": "code of what was said last"}, since=TEXT, tried_at=MAYBE_TEXT,
    tries=COUNT, last_heard={**MAYBE_TEXT, "description": "of the next hop"}, urgent=FLAG,
    first={**FLAG, "description": "people put it first"}, letters_bytes=COUNT, scan_bytes=COUNT, scan_bytes_acknowledged=COUNT,
    scans_total=COUNT, scans_left=COUNT, previews_left=COUNT,
)  # fmt: skip
_PAUSED = {
    "type": ["object", "null"],
    "properties": {"at": TEXT, "until": {**MAYBE_TEXT, "description": "null: until somebody ends it"}, "by": TEXT},
}
_LINE = members(
    link={"enum": ["up", "down", "unknown", "none"]}, since=MAYBE_TEXT, last_heard=MAYBE_TEXT, why=MAYBE_TEXT, left_bytes=COUNT,
    acknowledged_bytes={**COUNT, "description": "since nothing was left last; bytes on their way do not count"},
    bytes_s={**COUNT, "description": "acknowledged in the last minute, breaks included"}, in_flight_bytes=COUNT,
    acknowledged_at=MAYBE_TEXT, seconds_left={**MAYBE_COUNT, "description": "null where nobody can know"}, max_kbit=MAYBE_COUNT,
    quiet_hours=_HOURS, is_quiet=FLAG, paused=_PAUSED,
    hops=several(members(station=TEXT, name=TEXT, tier=TEXT, last_heard=MAYBE_TEXT)),
)  # fmt: skip
_SCANS = {
    "type": ["object", "null"],
    "properties": {
        "place": TEXT, "previews": COUNT, "previews_total": COUNT, "originals": COUNT, "originals_total": COUNT, "left_bytes": COUNT,
    },
}  # fmt: skip
_SIGN = members(name=TEXT, mark={"enum": ["arrived", "stored", "waits"]}, at=MAYBE_TEXT)
_CASE = {
    "type": ["object", "null"],
    "properties": {
        "letters": several(members(letter=TEXT, event=TEXT, stations=several(_SIGN))),
        "scans_here": _SCANS,
        "scans_above": {**_SCANS, "description": "at the next station up"},
        "set_aside": FLAG,
    },
}


def road_paths() -> dict[str, Any]:
    """The calls."""
    acted = {
        "type": "object",
        "properties": {"act": {"enum": list(ACTS)}, "reason": {**TEXT, "description": "for set_aside"}},
        "required": ["act"],
    }
    asked = {
        "type": "object",
        "properties": {
            "max_kbit": MAYBE_COUNT,
            "quiet_hours": _HOURS,
            "pause": {"enum": [*PAUSES, None], "description": "how long; null ends a pause"},
        },
        "description": "what is left out stays as it is",
    }
    listed = members(line=_LINE, items=several(_ITEM), total=COUNT, after=MAYBE_TEXT)
    place = {"name": "item_id", "in": "path", "required": True, "schema": TEXT}
    queries = [{"name": name, "in": "query", "schema": TEXT} for name in ("q", "after", "limit")]
    return {
        "/api/v1/road": {"get": call("How the line does, and what waits here", listed, *queries)},
        "/api/v1/road/items/{item_id}": {"post": write("One thing done with one item", _ITEM, place, body=acted)},
        "/api/v1/road/settings": {"post": write("Cap, quiet hours, pause", members(line=_LINE), body=asked)},
        "/api/v1/road/carry": {"post": write("Carry at once, even while paused", {})},
        "/api/v1/cases/{number}/road": {"get": call("How far a case's letters and scans have come", members(road=_CASE), NUMBER)},
    }
