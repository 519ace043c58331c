"""The JSON API of reuse and upgrades: the same desk methods as the pages."""

from typing import Any

from flask import Blueprint, Response, jsonify

from forms.settle import is_empty
from node.casework.reuse import Offer
from node.casework.versions import Upgrade
from node.errors import RequestError
from node.web.api.asked import asked_body, asked_text, asked_whole
from node.web.masking import mask_of, masked
from node.web.parts import Parts
from node.web.security import JSON_BYTES, person_here, policy


def filling_api_blueprint(parts: Parts) -> Blueprint:
    """The routes."""
    api = Blueprint("filling_api", __name__)
    filling = parts.desk.filling

    @api.get("/api/v1/cases/<number>/reuse")
    @policy()
    def offers(number: str) -> Response:
        return jsonify(offers=[_offer_json(one) for one in filling.offers(person_here(), number)])

    @api.post("/api/v1/cases/<number>/reuse")
    @policy(body_bytes=JSON_BYTES)
    def take(number: str) -> Response:
        body = asked_body()
        wanted = body.get("take")
        if not isinstance(wanted, dict) or not wanted or not all(isinstance(one, str) for one in wanted.values()):
            raise RequestError("bad", name="take")
        return jsonify(version=filling.take(person_here(), number, asked_whole(body, "version"), wanted))

    @api.get("/api/v1/cases/<number>/upgrade")
    @policy()
    def upgrade(number: str) -> Response:
        way = filling.upgrade(person_here(), number)
        return jsonify(withdrawn=filling.is_withdrawn(person_here(), number), upgrade=None if way is None else _upgrade_json(way))

    @api.post("/api/v1/cases/<number>/upgrade")
    @policy(body_bytes=JSON_BYTES)
    def move(number: str) -> Response:
        body = asked_body()
        return jsonify(version=filling.move(person_here(), number, asked_whole(body, "version"), asked_text(body, "package")))

    return api


def _offer_json(offer: Offer) -> dict[str, Any]:
    """An offer; personal numbers are masked: whoever takes it finds them in the draft."""
    return {
        "field": offer.field.id,
        "label": offer.field.label,
        "value": _told(offer, offer.value),
        "current": _told(offer, offer.current),
        "case_number": offer.case_number,
        "item_name": offer.item_name,
        "accepted_on": offer.accepted_on.isoformat(),
    }


def _told(offer: Offer, value: Any) -> Any:
    mask = mask_of(offer.field)
    return masked(mask, str(value)) if mask and not is_empty(value) else value


def _upgrade_json(way: Upgrade) -> dict[str, Any]:
    return {
        "package": way.package,
        "changes": [vars(one) for one in way.changes],
        "left": [{"label": one.label, "value": one.value, "material": one.material} for one in way.left],
    }
