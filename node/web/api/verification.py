"""The JSON API of verification: a file as the body, or a case of this station. The same desk as the page 核验."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from node.evidence.findings import FileFinding
from node.web.parts import Parts
from node.web.security import person_here, policy
from node.web.verify_pages import VERIFY_BYTES
from node.web.wording import verification as words

LONGEST_NAME = 200


def verify_api_blueprint(parts: Parts) -> Blueprint:
    """The routes."""
    api = Blueprint("verify_api", __name__)

    @api.post("/api/v1/verify")
    @policy(body_bytes=VERIFY_BYTES)
    def verify() -> Response:
        name = request.args.get("file", "")[:LONGEST_NAME]
        return jsonify(finding_json(parts.verification.verify(name, request.get_data(cache=False))))

    @api.get("/api/v1/cases/<number>/verify")
    @policy()
    def verify_case(number: str) -> Response:
        case_number = parts.desk.case(person_here(), number).line.case_number
        return jsonify(finding_json(parts.verification.verify_case(case_number)))

    return api


def finding_json(finding: FileFinding) -> dict[str, Any]:
    """A finding as the command prints it, and beside each verdict the sentence of the page."""
    shown = finding.to_json()
    shown["message"] = "：".join(words.top(finding))
    for one in shown["problems"]:
        one["message"] = words.problem_text(one["code"], one["what"])
    for seal, told in zip(finding.seals, shown["seals"], strict=True):
        for step, line in zip(seal.report.steps, told["steps"], strict=True):
            line["message"] = words.reason(step)
    shown["documents"] = [finding_json(one) for one in finding.documents]
    return shown
