"""The description of the API's calls for USB sticks, as part of `openapi.py`."""

from typing import Any

from node.web.api.openapi_words import ANY, COUNT, FLAG, MAYBE_ANY, MAYBE_TEXT, TEXT, call, members, several, write

_TRIP = members(
    trip_id=TEXT, direction={"enum": ["out", "in"]}, at=TEXT, by=TEXT, station=TEXT, file=TEXT, place=TEXT, drive=TEXT, is_here=FLAG,
    is_done=FLAG, is_whole=FLAG, error=MAYBE_TEXT, answer_to=MAYBE_TEXT, message=MAYBE_TEXT, outcome=MAYBE_ANY,
)  # fmt: skip
_COUNTS = ("letters", "parcels", "enclosures", "receipts", "size_bytes", "again", "left_parcels", "left_enclosures", "left_bytes")
_PREVIEW = members(to=TEXT, name=TEXT, **dict.fromkeys(_COUNTS, COUNT))
_PLACE = {**TEXT, "description": "`place` of a drive; empty or missing: a file of at most 48 MiB for the caller to fetch"}
_ID = {"name": "trip_id", "in": "path", "required": True, "schema": TEXT}
_NAME = {"name": "file", "in": "query", "required": False, "schema": TEXT, "description": "its name, to be told with the report"}


def usb_paths() -> dict[str, Any]:
    """The calls."""
    most = {**MAYBE_TEXT, "description": "the largest size in MiB, as text"}
    asked = {"type": "object", "properties": {"to": TEXT, "place": _PLACE, "most_mib": most}, "required": ["to"]}
    upload = write("Read a bundle that the caller hands over, at most 48 MiB", _TRIP, _NAME, status="201")
    everything = members(drives=several(ANY), neighbours=several(ANY), found=several(ANY), running=MAYBE_ANY, trips=several(_TRIP))
    return {
        "/api/v1/usb": {"get": call("Drives, bundles on them, stations to write to, the latest reports", everything)},
        "/api/v1/usb/preview": {"post": write("What a bundle for a neighbour would hold", _PREVIEW, body=asked)},
        "/api/v1/usb/out": {"post": write("Write a bundle; done when `is_done`", _TRIP, body=asked, status="201")},
        "/api/v1/usb/in": {"post": write("Read a bundle of a drive", _TRIP, body=members(place=TEXT, file=TEXT), status="201")},
        "/api/v1/usb/upload": {"post": {**upload, "requestBody": {"required": True, "content": {"application/octet-stream": {}}}}},
        "/api/v1/usb/trips/{trip_id}": {"get": call("The report of one", _TRIP, _ID)},
        "/api/v1/usb/trips/{trip_id}/file": {"get": call("A bundle that was written for the caller", {}, _ID)},
    }
