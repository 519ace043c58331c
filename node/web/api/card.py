"""The JSON API of identity cards: read one, take over what it says, put its photograph on the tray. The same desk as the pages.

Numbers are masked: whoever takes one over finds it in the draft.
"""

from typing import Any

from flask import Blueprint, Response, jsonify

from node.capture.card_desk import Reading
from node.clock import to_text
from node.errors import RequestError
from node.paperwork.card import CardAnswer
from node.web.api.asked import asked_body, asked_list, asked_maybe, asked_text, asked_whole
from node.web.api.shapes_capture import shot_json
from node.web.masking import mask_of, masked
from node.web.parts import Parts
from node.web.security import JSON_BYTES, person_here, policy

AGENT = "agent"


def card_api_blueprint(parts: Parts) -> Blueprint:
    """The routes."""
    api = Blueprint("card_api", __name__)
    cards = parts.cards

    @api.post("/api/v1/cases/<number>/card")
    @policy(AGENT, body_bytes=JSON_BYTES)
    def read(number: str) -> Response:
        body = asked_body()
        found = cards.read(person_here(), number, asked_whole(body, "version"), asked_maybe(body, "field"))
        return jsonify({**reading_json(found), "version": found.version, "filled": list(found.filled), "photo_spoilt": found.spoilt})

    @api.get("/api/v1/cases/<number>/card")
    @policy(AGENT)
    def readings(number: str) -> Response:
        return jsonify(reader=cards.has_reader, readings=[reading_json(one) for one in cards.readings(person_here(), number)])

    @api.post("/api/v1/cases/<number>/card/<field>/take")
    @policy(AGENT, body_bytes=JSON_BYTES)
    def take(number: str, field: str) -> Response:
        body = asked_body()
        wanted = asked_list(body, "fields")
        if not wanted or not all(isinstance(one, str) for one in wanted):
            raise RequestError("bad", name="fields")
        return jsonify(version=cards.take(person_here(), number, asked_whole(body, "version"), field, wanted))

    @api.get("/api/v1/cases/<number>/card/<field>/photo")
    @policy(AGENT)
    def photo(number: str, field: str) -> Response:
        return Response(cards.photo(person_here(), number, field), content_type="image/jpeg")

    @api.post("/api/v1/cases/<number>/card/<field>/photo")
    @policy(AGENT, body_bytes=JSON_BYTES)
    def use_photo(number: str, field: str) -> Response:
        answer = jsonify(shot_json(cards.use_photo(person_here(), number, field, asked_text(asked_body(), "material"))))
        answer.status_code = 201
        return answer

    @api.delete("/api/v1/cases/<number>/card/<field>")
    @policy(AGENT)
    def forget(number: str, field: str) -> Response:
        cards.forget(person_here(), number, field)
        return Response(status=204)

    return api


def reading_json(reading: Reading) -> dict[str, Any]:
    """A card that was read, and how its answers stand to what is typed."""
    card = reading.card.to_json() | {"number": masked("id", reading.card.number)}
    return {
        "field": reading.id_field,
        "read_at": to_text(reading.kept.read_at),
        "card": card,
        "expired": reading.expired,
        "photo": reading.photo,
        "same": [one.field.id for one in reading.answers if one.is_same],
        "differs": [_answer_json(one) for one in reading.chosen],
    }


def _answer_json(answer: CardAnswer) -> dict[str, Any]:
    mask = mask_of(answer.field)
    told = [masked(mask, str(one)) if mask and one else one for one in (answer.value, answer.typed)]
    return {"field": answer.field.id, "label": answer.field.label, "card": told[0], "typed": told[1]}
