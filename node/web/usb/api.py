"""The JSON API of U盘: the same desk as the page. `api/openapi_usb.py` describes it."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NotFoundError
from node.mail.bundles import Preview
from node.mail.trips import Trip
from node.mail.usb_desk import FoundBundle
from node.web.api.asked import asked_body, asked_maybe, asked_text
from node.web.local_time import iso
from node.web.parts import Parts
from node.web.security import JSON_BYTES, policy
from node.web.usb.pages import BODY_BYTES, CARRIERS, bundle_file, carrier_here, most_mib
from node.web.wording import usb as words

LONGEST_NAME = 200


def usb_api_blueprint(parts: Parts) -> Blueprint:
    """The API's routes of sticks."""
    api = Blueprint("usb_api", __name__)
    _add_reading(api, parts)
    _add_work(api, parts)
    return api


def _add_reading(api: Blueprint, parts: Parts) -> None:
    desk = parts.usb

    @api.get("/api/v1/usb")
    @policy(*CARRIERS)
    def overview() -> Response:
        running = desk.running()
        return jsonify(
            drives=[{"place": str(one.place), "name": one.name, "free": one.free, "read_only": one.read_only} for one in desk.drives()],
            neighbours=[vars(one) for one in desk.bundles.neighbours()],
            found=[_found_json(one) for one in desk.found()],
            running=running and vars(running),
            trips=[_trip_json(parts, one) for one in desk.trips.latest()],
        )

    @api.get("/api/v1/usb/trips/<trip_id>")
    @policy(*CARRIERS)
    def trip(trip_id: str) -> Response:
        return jsonify(_trip_json(parts, _trip(parts, trip_id)))

    @api.get("/api/v1/usb/trips/<trip_id>/file")
    @policy(*CARRIERS)
    def file(trip_id: str) -> AnyResponse:
        return bundle_file(parts, trip_id)

    @api.post("/api/v1/usb/preview")
    @policy(*CARRIERS, body_bytes=JSON_BYTES)
    def preview() -> Response:
        body = asked_body()
        carrier_here()
        return jsonify(_preview_json(desk.preview(asked_text(body, "to"), asked_text(body, "place", ""), _most(body))))


def _add_work(api: Blueprint, parts: Parts) -> None:
    desk = parts.usb

    def begun(trip_id: str) -> Response:
        desk.wait()
        answer = jsonify(_trip_json(parts, _trip(parts, trip_id)))
        answer.status_code = 201
        return answer

    @api.post("/api/v1/usb/out")
    @policy(*CARRIERS, body_bytes=JSON_BYTES)
    def write() -> Response:
        body = asked_body()
        return begun(desk.write(carrier_here(), asked_text(body, "to"), asked_text(body, "place", ""), _most(body)))

    @api.post("/api/v1/usb/in")
    @policy(*CARRIERS, body_bytes=JSON_BYTES)
    def read() -> Response:
        body = asked_body()
        return begun(desk.read(carrier_here(), asked_text(body, "place"), asked_text(body, "file")))

    @api.post("/api/v1/usb/upload")
    @policy(*CARRIERS, body_bytes=BODY_BYTES)
    def upload() -> Response:
        name = request.args.get("file", "")[:LONGEST_NAME]
        return begun(desk.read_upload(carrier_here(), name, request.get_data(cache=False)))


def _most(body: dict[str, Any]) -> int | None:
    return most_mib(asked_maybe(body, "most_mib") or "")


def _trip(parts: Parts, trip_id: str) -> Trip:
    trip = parts.usb.trips.get(trip_id)
    if trip is None:
        raise NotFoundError("document", trip_id)
    return trip


def _found_json(one: FoundBundle) -> dict[str, Any]:
    told = {"place": str(one.drive.place), "file": one.file, "size_bytes": one.size_bytes, "error": one.error or None}
    look = vars(one.look) | {"made_at": iso(one.look.made_at)} if one.look else None
    return told | {"look": look, "message": words.bad_file(one.error) if one.error else None}


def _preview_json(preview: Preview) -> dict[str, Any]:
    choice = preview.choice
    load = choice.load
    return {
        "to": preview.to,
        "name": preview.name,
        "letters": preview.letters,
        "parcels": len(load.parcels),
        "enclosures": len(load.enclosures),
        "receipts": len(load.receipts),
        "size_bytes": choice.size_bytes,
        "again": choice.again,
        "left_parcels": choice.left_parcels,
        "left_enclosures": choice.left_enclosures,
        "left_bytes": choice.left_bytes,
    }


def _trip_json(parts: Parts, trip: Trip) -> dict[str, Any]:
    told = words.told(trip, parts.bureau.station.name_of)
    message = "".join((told.headline, *(line.what + line.to_do for line in told.lines))) if trip.is_done else None
    shown = asdict(trip) | {"at": iso(trip.at), "error": trip.error or None, "answer_to": trip.answer_to or None, "message": message}
    shown["is_whole"] = trip.outcome is not None and trip.outcome.is_whole
    return shown
