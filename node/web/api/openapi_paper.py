"""The description of the API's calls for the road on paper, as part of `openapi.py`."""

from typing import Any

from node.web.api.openapi_words import COUNT, FLAG, NUMBER, TEXT, call, members, several, write

_SHEET = members(case_number=TEXT, parcel=TEXT, next_hop=TEXT, codes=several(TEXT))
_READ = members(
    state=TEXT, tone=TEXT, of=COUNT, missing=several(COUNT), parcel=TEXT, why=TEXT, cases=several(TEXT), message=TEXT,
)  # fmt: skip
_LETTER = members(case_number=TEXT, event=TEXT, outcome=TEXT)
_PARCEL = members(
    parcel=TEXT, from_station=TEXT, readers=several(TEXT), for_me=FLAG, passed_on=FLAG, letters=several(_LETTER), scans=COUNT,
    scans_here=COUNT, receipt=several(TEXT),
)  # fmt: skip


def paper_road_paths() -> dict[str, Any]:
    """The calls."""
    codes = {"application/json": {"schema": members(codes=several(TEXT))}, "image/jpeg": {}, "image/png": {}, "application/pdf": {}}
    told = "Read codes of sheets and of receipts: their texts, or a picture or PDF as the body; a sheet that is whole is taken in, once"
    parcel_id = {"name": "parcel_id", "in": "path", "required": True, "schema": TEXT}
    return {
        "/api/v1/cases/{number}/paper": {
            "get": call("The sheet that was made of a case and is not acknowledged", _SHEET, NUMBER),
            "post": write("Make the sheet of what waits of a case, or the same again", _SHEET, NUMBER),
        },
        "/api/v1/paper": {"post": {**write(told, members(found=several(_READ))), "requestBody": {"required": True, "content": codes}}},
        "/api/v1/paper/parcels/{parcel_id}": {"get": call("How a parcel that came on paper stands here", _PARCEL, parcel_id)},
    }
