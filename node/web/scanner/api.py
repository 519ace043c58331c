"""The JSON API of scanners: the same desk as the page. `api/openapi_scanner.py` describes it."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from node.capture.scanners.jobs import Job
from node.capture.scanners.values import Device
from node.web import wording
from node.web.api.asked import asked_body, asked_text
from node.web.parts import Parts
from node.web.scanner.devices import ADMIN
from node.web.scanner.pages import AGENT
from node.web.scanner.wishes import wish_of
from node.web.security import JSON_BYTES, person_here, policy
from node.web.wording import scanners as words


def scanner_api_blueprint(parts: Parts) -> Blueprint:
    """The routes."""
    api = Blueprint("scanner_api", __name__)
    _add_devices(api, parts)
    _add_jobs(api, parts)
    return api


def _add_devices(api: Blueprint, parts: Parts) -> None:
    desk = parts.scanners

    def listed() -> Response:
        found = desk.listing()
        return jsonify(
            scanners=[_device_json(one) for one in found.devices],
            is_looking=found.is_looking,
            has_local=found.has_local,
            addresses=list(desk.addresses.all()),
        )

    @api.get("/api/v1/scanners")
    @policy(AGENT, ADMIN)
    def scanners() -> Response:
        return listed()

    @api.post("/api/v1/scanners/look")
    @policy(AGENT, ADMIN)
    def look() -> Response:
        desk.list.look(again=True)
        return listed()

    @api.post("/api/v1/scanners")
    @policy(AGENT, ADMIN, body_bytes=JSON_BYTES)
    def add() -> Response:
        answer = jsonify(address=desk.add(person_here(), asked_text(asked_body(), "address")))
        answer.status_code = 201
        return answer

    @api.delete("/api/v1/scanners")
    @policy(AGENT, ADMIN)
    def remove() -> Response:
        desk.remove(person_here(), request.args.get("address", ""))
        return Response(status=204)


def _add_jobs(api: Blueprint, parts: Parts) -> None:
    desk = parts.scanners

    def begun(job: Job) -> Response:
        answer = jsonify(_job_json(job))
        answer.status_code = 201
        return answer

    @api.post("/api/v1/cases/<number>/scans")
    @policy(AGENT, body_bytes=JSON_BYTES)
    def scan(number: str) -> Response:
        body = asked_body()
        return begun(desk.scan(person_here(), number, asked_text(body, "material"), asked_text(body, "scanner"), wish_of(body)))

    @api.post("/api/v1/cases/<number>/scans/keep")
    @policy(AGENT, body_bytes=JSON_BYTES)
    def keep(number: str) -> Response:
        return begun(desk.jobs.keep(person_here(), number, asked_text(asked_body(), "material")))

    @api.get("/api/v1/cases/<number>/scans/<job>")
    @policy(AGENT)
    def one(number: str, job: str) -> Response:
        return jsonify(_job_json(desk.jobs.get(person_here(), number, job)))

    @api.delete("/api/v1/cases/<number>/scans/<job>")
    @policy(AGENT)
    def stop(number: str, job: str) -> Response:
        return jsonify(_job_json(desk.jobs.stop(person_here(), number, job)))


def _device_json(device: Device) -> dict[str, Any]:
    message = words.problem_text(device.problem) if device.problem else None
    return {
        "scanner": device.id, "name": device.name, "sources": list(device.sources), "has_colour": device.has_colour,
        "problem": device.problem or None, "message": message,
    }  # fmt: skip


def _job_json(job: Job) -> dict[str, Any]:
    told = words.progress_text(job) if job.is_running else words.ended_text(job)
    return {
        "job": job.id, "kind": job.kind, "material": job.material, "device": job.device or None, "state": job.state, "pages": job.count,
        "same": job.same, "left": job.left, "percent": job.percent, "is_stopping": job.is_stopping,
        "code": getattr(job.error, "code", None), "message": wording.error_text(job.error) if job.error else told,
    }  # fmt: skip
