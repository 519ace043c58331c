"""The JSON API of papers: mandates, originals, the applicant's signature, standby receipts. The same desk methods as the pages."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify, request

from node.clock import to_text
from node.errors import RequestError
from node.paperwork.mandates import Terms
from node.paperwork.standby import code_of_receipt
from node.paperwork.values import POWERS, SIGNED
from node.store.records.papers import StandbyRecord
from node.web.api.asked import asked_body, asked_list, asked_text, asked_whole
from node.web.api.shapes_papers import form_to_sign_json, mandate_json, signed_json, tick_json
from node.web.parts import Parts
from node.web.security import JSON_BYTES, UPLOAD_BYTES, person_here, policy


def paper_api_blueprint(parts: Parts) -> Blueprint:
    """The routes."""
    api = Blueprint("paper_api", __name__)
    _add_mandate(api, parts)
    _add_originals(api, parts)
    _add_signature(api, parts)
    _add_standby(api, parts)
    return api


def _add_mandate(api: Blueprint, parts: Parts) -> None:
    papers = parts.desk.papers

    @api.get("/api/v1/cases/<number>/mandate")
    @policy()
    def mandate(number: str) -> Response:
        found = papers.mandate(person_here(), number)
        return jsonify(mandate=None if found is None else mandate_json(found))

    @api.put("/api/v1/cases/<number>/mandate")
    @policy(body_bytes=JSON_BYTES)
    def make(number: str) -> Response:
        return jsonify(mandate=mandate_json(papers.make_mandate(person_here(), number, _terms(asked_body()))))

    @api.post("/api/v1/cases/<number>/mandate/revocation")
    @policy(body_bytes=JSON_BYTES)
    def revoke(number: str) -> Response:
        return jsonify(mandate=mandate_json(papers.revoke_mandate(person_here(), number, asked_text(asked_body(), "reason"))))


def _terms(body: dict[str, Any]) -> Terms:
    """The terms that were sent.

    Raises:
        RequestError: a member is missing or bad.
    """
    powers = asked_list(body, "powers")
    if not all(isinstance(one, str) and one in POWERS for one in powers):
        raise RequestError("bad", name="powers")
    texts = {name: asked_text(body, name) for name in ("principal", "principal_id", "witness", "witness_phone")}
    signed = asked_text(body, "signed", SIGNED[0])
    return Terms(powers=tuple(powers), begins=_day(body, "from"), ends=_day(body, "until"), signed=signed, **texts)


def _day(body: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(asked_text(body, name))
    except ValueError as error:
        raise RequestError("bad", name=name) from error


def _add_originals(api: Blueprint, parts: Parts) -> None:
    papers = parts.desk.papers

    @api.put("/api/v1/cases/<number>/originals/<material>")
    @policy()
    def tick(number: str, material: str) -> Response:
        return jsonify(tick_json(papers.tick(person_here(), number, material)))

    @api.delete("/api/v1/cases/<number>/originals/<material>")
    @policy()
    def untick(number: str, material: str) -> Response:
        papers.untick(person_here(), number, material)
        return jsonify({})


def _add_signature(api: Blueprint, parts: Parts) -> None:
    papers = parts.desk.papers

    @api.get("/api/v1/cases/<number>/signature")
    @policy("agent")
    def to_sign(number: str) -> Response:
        return jsonify(form_to_sign_json(papers.form_to_sign(person_here(), number)))

    @api.put("/api/v1/cases/<number>/signature")
    @policy(body_bytes=UPLOAD_BYTES)
    def sign(number: str) -> Response:
        answers = request.args.get("answers", "")
        if not answers:
            raise RequestError("missing", name="answers")
        return jsonify(signed_json(papers.sign(person_here(), number, request.get_data(cache=False), answers)))

    @api.post("/api/v1/cases/<number>/printed")
    @policy("agent")
    def printed(number: str) -> Response:
        return jsonify(form_to_sign_json(papers.print_form(person_here(), number)))


def _add_standby(api: Blueprint, parts: Parts) -> None:
    papers = parts.desk.papers

    @api.get("/api/v1/standby")
    @policy()
    def standby() -> Response:
        return jsonify(receipts=[_receipt_json(one) for one in papers.standby(person_here())])

    @api.post("/api/v1/standby")
    @policy(body_bytes=JSON_BYTES)
    def print_more() -> Response:
        made = papers.print_standby(person_here(), asked_whole(asked_body(), "count"))
        answer = jsonify(receipts=[_receipt_json(one) for one in made])
        answer.status_code = 201
        return answer

    @api.post("/api/v1/standby/void")
    @policy(body_bytes=JSON_BYTES)
    def void() -> Response:
        body = asked_body()
        return jsonify(_receipt_json(papers.void_standby(person_here(), asked_text(body, "code"), asked_text(body, "reason"))))


def _receipt_json(one: StandbyRecord) -> dict[str, Any]:
    return {
        "code": code_of_receipt(one),
        "state": one.state,
        "printed_at": to_text(one.printed_at),
        "case_number": one.case_number,
        "written_at": to_text(one.written_at) if one.written_at else None,
        "reason": one.reason,
    }
