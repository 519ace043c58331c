"""The JSON API of the agent's side of shots by telephone: who opens the door, shows the code himself."""

from flask import Blueprint, Response, g, jsonify, request

from node.web.api.asked import asked_body, asked_maybe
from node.web.parts import Parts
from node.web.phone.pages import AGENT, open_pairing
from node.web.phone.shapes import pairing_json
from node.web.security import JSON_BYTES, policy


def phone_api_blueprint(parts: Parts) -> Blueprint:
    """The routes."""
    api = Blueprint("phone_api", __name__)
    door = parts.phone

    def told(number: str, material: str) -> Response:
        here = door.pairings.of_slot(g.session, number, material)
        ended = "" if here else door.pairings.end_of(g.session, number, material)
        return jsonify(pairings=[pairing_json(door, one) for one in here], addresses=list(door.addresses()), ended=ended)

    @api.get("/api/v1/cases/<number>/phone/<material>")
    @policy(AGENT)
    def look(number: str, material: str) -> Response:
        return told(number, material)

    @api.post("/api/v1/cases/<number>/phone/<material>", endpoint="open")
    @policy(AGENT, body_bytes=JSON_BYTES)
    def open_door(number: str, material: str) -> Response:
        address = asked_maybe(asked_body(), "address") if request.get_data() else None
        answer = jsonify(pairing_json(door, open_pairing(parts, number, material, address)))
        answer.status_code = 201
        return answer

    @api.post("/api/v1/cases/<number>/phone/<material>/renew")
    @policy(AGENT)
    def renew(number: str, material: str) -> Response:
        door.pairings.renew(g.session, number, material)
        return told(number, material)

    @api.delete("/api/v1/cases/<number>/phone/<material>")
    @policy(AGENT)
    def stop(number: str, material: str) -> Response:
        door.pairings.stop(g.session, number, material)
        return Response(status=204)

    return api
