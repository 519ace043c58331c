"""The JSON API of capture: frames looked at, shots on the tray, pages made of them, and their order."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from node.capture.keeping import Keeping, Side, Wish
from node.capture.tray import Tray
from node.errors import QualityError, RequestError
from node.scanning.shot import Plan
from node.web.api.asked import asked_list, asked_maybe, asked_text
from node.web.api.shapes_capture import finding_json, kept_json, look_json, page_json, reopened_json, shot_json
from node.web.parts import Parts
from node.web.refusals import error_json, status_of
from node.web.security import FRAMES, JSON_BYTES, PICTURES, UPLOAD_BYTES, person_here, policy

FRAME_BYTES = 400 * 1024
AGENT = "agent"
MOST_PAGE = 999
"""No page has a number so high."""


def capture_api_blueprint(parts: Parts) -> Blueprint:
    """The routes."""
    api = Blueprint("capture_api", __name__)
    _add_tray(api, parts.tray)
    _add_pages(api, parts.tray, parts.keeping)
    api.register_error_handler(QualityError, _quality_refused)
    return api


def _add_tray(api: Blueprint, tray: Tray) -> None:
    @api.post("/api/v1/cases/<number>/look")
    @policy(AGENT, body_bytes=FRAME_BYTES, room=FRAMES)
    def look(number: str) -> Response:
        return jsonify(look_json(tray.look(person_here(), number, _query("material"), request.get_data(cache=False))))

    @api.put("/api/v1/cases/<number>/shots")
    @policy(AGENT, body_bytes=UPLOAD_BYTES)
    def take(number: str) -> Response:
        shot = tray.take(person_here(), number, _query("material"), _query("source"), request.get_data(cache=False))
        answer = jsonify(shot_json(shot))
        answer.status_code = 201
        return answer

    @api.get("/api/v1/cases/<number>/shots")
    @policy(AGENT)
    def shots(number: str) -> Response:
        return jsonify(shots=[shot_json(one) for one in tray.shots(person_here(), number, request.args.get("material"))])

    @api.get("/api/v1/cases/<number>/shots/<shot>/picture")
    @policy(AGENT, room=PICTURES)
    def picture(number: str, shot: str) -> Response:
        return Response(tray.picture(person_here(), number, shot), content_type="image/jpeg")

    @api.delete("/api/v1/cases/<number>/shots/<shot>")
    @policy(AGENT)
    def discard(number: str, shot: str) -> Response:
        tray.discard(person_here(), number, shot)
        return Response(status=204)


def _add_pages(api: Blueprint, tray: Tray, keeping: Keeping) -> None:
    @api.post("/api/v1/cases/<number>/shots/<shot>/preview")
    @policy(AGENT, body_bytes=JSON_BYTES, room=PICTURES)
    def preview(number: str, shot: str) -> Response:
        return Response(tray.preview(person_here(), number, shot, _plan(_body())), content_type="image/jpeg")

    @api.post("/api/v1/cases/<number>/shots/<shot>/keep")
    @policy(AGENT, body_bytes=JSON_BYTES, room=PICTURES)
    def keep(number: str, shot: str) -> Response:
        return jsonify(kept_json(keeping.keep(person_here(), number, _wish(shot, _body()))))

    @api.post("/api/v1/cases/<number>/materials/<material>/order")
    @policy(AGENT, body_bytes=JSON_BYTES)
    def order(number: str, material: str) -> Response:
        body = _body()
        pages, seen = asked_list(body, "pages"), body.get("digests") or []
        if not all(type(page) is int for page in pages):
            raise RequestError("bad", name="pages")
        if not isinstance(seen, list) or not all(isinstance(one, str) for one in seen):
            raise RequestError("bad", name="digests")
        return jsonify(pages=[page_json(row) for row in keeping.order(person_here(), number, material, pages, seen)])

    @api.post("/api/v1/cases/<number>/materials/<material>/<int:page>/open")
    @policy(AGENT)
    def reopen(number: str, material: str, page: int) -> Response:
        return jsonify(reopened_json(keeping.reopen(person_here(), number, material, min(page, MOST_PAGE))))


def _quality_refused(error: QualityError) -> Response:
    found = [finding_json(one) for one in error.findings]
    answer = jsonify({**error_json(error), "facts": error.facts, "quality": found})
    answer.status_code = status_of(error)
    return answer


def _query(name: str) -> str:
    value = request.args.get(name, "")
    if not value:
        raise RequestError("missing", name=name)
    return value


def _body() -> dict[str, Any]:
    """The JSON object that was sent; a plan's corners are fractions, which no other call takes.

    Raises:
        RequestError: `json`.
    """
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError as error:
        raise RequestError("json") from error
    if not isinstance(body, dict):
        raise RequestError("json")
    return body


def _wish(shot: str, body: Mapping[str, Any]) -> Wish:
    page, anyway = body.get("page"), body.get("anyway", False)
    if page is not None and (type(page) is not int or not 1 <= page <= MOST_PAGE):
        raise RequestError("bad", name="page")
    if not isinstance(anyway, bool):
        raise RequestError("bad", name="anyway")
    note = _unicode("note", asked_maybe(body, "note") or "")
    back = body.get("with")
    if back is not None and not isinstance(back, dict):
        raise RequestError("bad", name="with")
    other = None if back is None else Side(_unicode("shot", asked_text(back, "shot")), _plan(back.get("plan", {})))
    return Wish(Side(shot, _plan(body.get("plan", {}))), other, page, note, anyway, asked_maybe(body, "instead_of") or "")


def _unicode(name: str, text: str) -> str:
    """Text that can be kept: JSON can spell halves of characters."""
    if any("\ud800" <= one <= "\udfff" for one in text):
        raise RequestError("bad", name=name)
    return text


def _plan(told: object) -> Plan:
    if not isinstance(told, dict):
        raise RequestError("bad", name="plan")
    return Plan.from_json(told)
