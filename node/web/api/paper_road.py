"""The JSON API of the road on paper: a case's sheet, codes as texts or on a picture, and what a parcel that came on paper is here."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from node.errors import RequestError
from node.paper.codes import MAX_CHARS
from node.paper.packing import PaperParcel
from node.paper.road import ParcelHere
from node.web.api.asked import asked_body, asked_list
from node.web.paper_road import MAKERS, MOST_LINES, READERS, checked_parcel, told
from node.web.parts import Parts
from node.web.security import UPLOAD_BYTES, person_here, policy


def paper_road_api_blueprint(parts: Parts) -> Blueprint:
    """The routes."""
    api, road = Blueprint("paper_road_api", __name__), parts.paper

    @api.get("/api/v1/cases/<number>/paper")
    @policy(*MAKERS)
    def made(number: str) -> Response:
        return jsonify(_made_json(road.made(person_here(), number)))

    @api.post("/api/v1/cases/<number>/paper")
    @policy(*MAKERS)
    def make(number: str) -> Response:
        return jsonify(_made_json(road.make(person_here(), number)))

    @api.post("/api/v1/paper")
    @policy(*READERS, body_bytes=UPLOAD_BYTES)
    def read() -> Response:
        person = person_here()
        if request.is_json:
            found = [road.read_code(person, text) for text in _texts(asked_body())]
        else:
            found = road.read_picture(person, request.get_data(cache=False))
        return jsonify(found=[told(road, one) for one in found])

    @api.get("/api/v1/paper/parcels/<parcel_id>")
    @policy(*READERS)
    def parcel(parcel_id: str) -> Response:
        return jsonify(_parcel_json(road.parcel(checked_parcel(parcel_id))))

    return api


def _texts(body: dict[str, Any]) -> list[str]:
    texts = asked_list(body, "codes")
    if not 0 < len(texts) <= MOST_LINES or not all(isinstance(one, str) and len(one) <= MAX_CHARS + 1 for one in texts):
        raise RequestError("bad", name="codes")
    return texts


def _made_json(made: PaperParcel) -> dict[str, Any]:
    return {"case_number": made.case_number, "parcel": made.parcel_id, "next_hop": made.next_hop, "codes": list(made.texts)}


def _parcel_json(came: ParcelHere) -> dict[str, Any]:
    letters = [{"case_number": one.case_number, "event": one.kind, "outcome": one.outcome} for one in came.letters]
    return {
        "parcel": came.parcel_id,
        "from_station": came.from_station,
        "readers": list(came.readers),
        "for_me": came.for_me,
        "passed_on": came.passed_on,
        "letters": letters,
        "scans": came.scans,
        "scans_here": came.scans_here,
        "receipt": list(came.receipt),
    }
