"""The JSON API of sealing: several cases in one go, own and kin's numbers, the list of uses. `openapi_sealing.py` describes it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from node.casework.batch import Asked, Result
from node.errors import RequestError
from node.store.records.sealing import KinRecord, SealUseRecord
from node.web.api.asked import asked_body, asked_list, asked_maybe, asked_text, asked_whole
from node.web.batch import ACTORS, event_of
from node.web.local_time import iso
from node.web.masking import masked
from node.web.parts import Parts
from node.web.refusals import error_json
from node.web.seal_uses import READERS
from node.web.security import JSON_BYTES, person_here, policy


def sealing_api_blueprint(parts: Parts) -> Blueprint:
    """The API's routes of sealing."""
    api = Blueprint("sealing_api", __name__)
    _add_batch(api, parts)
    _add_kin(api, parts)
    _add_uses(api, parts)
    return api


def _add_batch(api: Blueprint, parts: Parts) -> None:
    @api.post("/api/v1/batch")
    @policy(*ACTORS, body_bytes=JSON_BYTES)
    def batch() -> Response:
        body = asked_body()
        cases = tuple(_asked(one) for one in asked_list(body, "cases"))
        event = event_of(asked_text(body, "event"))
        results = parts.batches.act(person_here(), event, cases, asked_maybe(body, "pin"), asked_maybe(body, "note"))
        return jsonify(results=[_result_json(one) for one in results])


def _asked(raw: Any) -> Asked:
    if not isinstance(raw, dict) or not isinstance(raw.get("case"), str) or not isinstance(raw.get("shown"), str):
        raise RequestError("bad", name="cases")
    return Asked(raw["case"], raw["shown"])


def _result_json(one: Result) -> dict[str, Any]:
    told: Mapping[str, Any] = {} if one.error is None else error_json(one.error)
    return {"case": one.number, "outcome": one.outcome, "error": told.get("error"), "message": told.get("message")}


def _add_kin(api: Blueprint, parts: Parts) -> None:
    kinship = parts.kinship

    @api.get("/api/v1/people/<name>/kin")
    @policy()
    def kin(name: str) -> Response:
        return jsonify(kin=[_kin_json(one) for one in kinship.of(person_here(), name)])

    @api.post("/api/v1/people/<name>/kin")
    @policy(body_bytes=JSON_BYTES)
    def declare(name: str) -> Response:
        body = asked_body()
        relation = asked_text(body, "relation", "")
        row = kinship.declare(person_here(), name, asked_text(body, "name", ""), asked_text(body, "id_no"), relation)
        answer = jsonify(_kin_json(row))
        answer.status_code = 201
        return answer

    @api.post("/api/v1/people/<name>/kin/remove")
    @policy("admin", "village_head", body_bytes=JSON_BYTES)
    def remove(name: str) -> Response:
        body = asked_body()
        kinship.remove_at(person_here(), name, asked_whole(body, "place"), asked_text(body, "name"))
        return jsonify({})


def _kin_json(one: KinRecord) -> dict[str, Any]:
    return {"name": one.name, "relation": one.relation, "id_no": masked("id", one.id_no), "declared_at": iso(one.declared_at)}


def _add_uses(api: Blueprint, parts: Parts) -> None:
    lists = parts.use_lists

    @api.get("/api/v1/seal-uses")
    @policy(*READERS)
    def days() -> Response:
        found = lists.days(person_here())
        return jsonify(days=[{"day": one.day, "uses": one.uses, "read": one.read} for one in found])

    @api.get("/api/v1/seal-uses/<day>")
    @policy(*READERS)
    def of_day(day: str) -> Response:
        uses, readings = lists.of_day(person_here(), day)
        told = [{"by": one.by, "at": iso(one.at), "uses": one.uses} for one in readings]
        return jsonify(uses=[_use_json(one) for one in uses], read=told)

    @api.post("/api/v1/seal-uses/<day>/read")
    @policy(*READERS, body_bytes=JSON_BYTES)
    def read(day: str) -> Response:
        lists.tick(person_here(), day, asked_whole(asked_body(), "uses"))
        return jsonify({})


def _use_json(one: SealUseRecord) -> dict[str, Any]:
    return {
        "at": iso(one.at),
        "seal_id": one.seal_id,
        "seal": one.seal_name,
        "person": one.person_name,
        "how": one.how,
        "letter": one.letter_id,
        "event": one.event,
        "case": one.case_number,
        "item": one.item_id,
        "item_name": one.item_name,
        "title": one.title,
        "documents": one.documents,
    }
