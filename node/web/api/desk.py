"""The JSON API of the desk: status, items, login, drafts, materials, cases. `openapi.py` describes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from node.casework.acts import HeadPin
from node.casework.desk import Desk
from node.casework.views import Mark
from node.clock import from_text
from node.documents.desk import DocumentDesk
from node.errors import RequestError
from node.scanning.intake import IntakeProcess
from node.web.api import shapes
from node.web.api.asked import asked_body, asked_maybe, asked_text
from node.web.api.openapi import ACT_TEXTS, document
from node.web.documents import document_answer, document_file
from node.web.materials import PDF, whole_pdf
from node.web.parts import Parts
from node.web.posted import whole_number
from node.web.refusals import problem_json
from node.web.security import JSON_BYTES, UPLOAD_BYTES, Guard, person_here, policy
from node.web.shelf import notice_pdf
from node.web.slips import Slips

MAX_LIMIT = 200
MAX_QUERY = 100
MAX_PAGE = 999


def api_blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """The API's routes."""
    api = Blueprint("api", __name__)
    _add_station(api, parts)
    _add_login(api, parts, guard)
    _add_drafts(api, parts.desk)
    _add_materials(api, parts.desk, parts.images)
    _add_cases(api, parts.desk, Slips(parts.desk, parts.images, parts.clock), parts.documents)
    return api


def _add_station(api: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    @api.get("/healthz")
    @policy(login=False)
    def healthz() -> Response:
        return jsonify(status="ok")

    @api.get("/api/v1/openapi.json")
    @policy(login=False)
    def openapi() -> Response:
        return jsonify(document())

    @api.get("/api/v1/status")
    @policy()
    def status() -> Response:
        return jsonify(shapes.status_json(desk.status()))

    @api.get("/api/v1/items")
    @policy()
    def items() -> Response:
        is_all = request.args.get("all") in ("1", "true")
        found = desk.items(request.args.get("q", "")[:MAX_QUERY])
        return jsonify(items=[shapes.item_line_json(entry) for entry in found if is_all or desk.is_on_shelf(entry)])

    @api.get("/api/v1/items/<item_id>")
    @policy()
    def item(item_id: str) -> Response:
        return jsonify(shapes.item_json(*desk.item(item_id)))

    @api.get("/api/v1/items/<item_id>/documents/notice")
    @policy()
    def item_notice(item_id: str) -> Response:
        return Response(notice_pdf(parts, person_here(), item_id), content_type="application/pdf")


def _add_login(api: Blueprint, parts: Parts, guard: Guard) -> None:
    @api.post("/api/v1/login")
    @policy(login=False, csrf="json")
    def login() -> Response:
        body = asked_body()
        token, session = parts.people.login(asked_text(body, "name"), asked_text(body, "password"))
        answer = jsonify(csrf=session.csrf, name=session.person.name, roles=list(session.person.roles))
        guard.let_in(answer, token)
        return answer

    @api.post("/api/v1/logout")
    @policy()
    def logout() -> Response:
        parts.keyring.lock(g.session.person.session_id)
        parts.people.logout(g.session)
        answer = jsonify({})
        guard.let_out(answer)
        return answer


def _add_drafts(api: Blueprint, desk: Desk) -> None:
    @api.post("/api/v1/cases")
    @policy(body_bytes=JSON_BYTES)
    def open_case() -> Response:
        body = asked_body()
        line = (view := desk.open_case(person_here(), asked_text(body, "item"), asked_maybe(body, "division"), _standby(body))).line
        return _made(case_number=line.case_number, short_number=line.short_number, version=view.version)

    @api.delete("/api/v1/cases/<number>")
    @policy()
    def discard(number: str) -> Response:
        desk.discard(person_here(), number)
        return jsonify({})

    @api.patch("/api/v1/cases/<number>/answers")
    @policy(body_bytes=JSON_BYTES)
    def answers(number: str) -> Response:
        body = asked_body()
        version, problems = desk.save_answers(person_here(), number, _version(body), _mapping(body, "answers"))
        return jsonify(version=version, problems=[problem_json(problem) for problem in problems])


def _add_materials(api: Blueprint, desk: Desk, images: IntakeProcess) -> None:
    @api.put("/api/v1/cases/<number>/materials/<material>")
    @policy(body_bytes=UPLOAD_BYTES)
    def attach(number: str, material: str) -> Response:
        kept, warnings = desk.attach(person_here(), number, material, _number("page", 1, MAX_PAGE), request.get_data(cache=False))
        return jsonify(digest=kept.plain_digest, size_bytes=kept.size_bytes, warnings=list(warnings))

    @api.get("/api/v1/cases/<number>/materials/<material>")
    @policy()
    def attachment(number: str, material: str) -> Response:
        if request.args.get("format") == "pdf":
            return Response(whole_pdf(desk, images, person_here(), number, material), content_type=PDF)
        preview = request.args.get("preview") in ("1", "true")
        data, media_type = desk.attachment(person_here(), number, material, _number("page", 1, MAX_PAGE), preview)
        return Response(data, content_type=media_type)

    @api.delete("/api/v1/cases/<number>/materials/<material>")
    @policy()
    def detach(number: str, material: str) -> Response:
        desk.detach(person_here(), number, material, _number("page", 1, MAX_PAGE))
        return jsonify({})


def _add_cases(api: Blueprint, desk: Desk, slips: Slips, documents: DocumentDesk) -> None:
    @api.get("/api/v1/cases")
    @policy()
    def cases() -> Response:
        states = tuple(state for text in request.args.getlist("state") for state in text.split(",") if state)
        lines = desk.cases(
            person_here(),
            states,
            request.args.get("box"),
            request.args.get("q"),
            request.args.get("after"),
            _number("limit", 50, MAX_LIMIT),
        )
        return jsonify(cases=[shapes.line_json(line) for line in lines])

    @api.get("/api/v1/cases/<number>")
    @policy()
    def case(number: str) -> Response:
        view = desk.case(person_here(), number)
        return jsonify(shapes.case_json(view, desk.form_of(view.line.case_number), person_here()))

    @api.post("/api/v1/cases/<number>/events")
    @policy(body_bytes=JSON_BYTES)
    def events(number: str) -> Response:
        body = asked_body()
        texts: dict[str, Any] = {name: asked_maybe(body, name) for name in ACT_TEXTS}
        head, approval = _head(body), _approval(body)
        view = desk.act(person_here(), number, asked_text(body, "event"), marks=_marks(body), head=head, seal_approval=approval, **texts)
        return jsonify(shapes.case_json(view, desk.form_of(view.line.case_number), person_here()))

    @api.post("/api/v1/cases/<number>/reveal")
    @policy()
    def reveal(number: str) -> Response:
        return jsonify(answers=dict(desk.reveal(person_here(), number).answers))

    @api.get("/api/v1/cases/<number>/letters")
    @policy()
    def letters(number: str) -> Response:
        return jsonify(letters=[shapes.letter_json(letter) for letter in desk.letters(person_here(), number)])

    @api.get("/api/v1/cases/<number>/documents/<kind>")
    @policy()
    def document_of(number: str, kind: str) -> Response:
        ending = request.args.get("format", "pdf")
        return document_answer(document_file(documents, slips, person_here(), number, kind, ending), kind, ending)

    @api.get("/api/v1/cases/<number>/documents")
    @policy()
    def documents_of(number: str) -> Response:
        lines = documents.lines(person_here(), number)
        return jsonify(documents=[shapes.document_json(one) for one in lines])


def _made(**members: Any) -> Response:
    answer = jsonify(members)
    answer.status_code = 201
    return answer


def _standby(body: Mapping[str, Any]) -> tuple[str, datetime] | None:
    """The standby receipt that a case is entered from: its code, and the time that stands on it as `first_contact_at`.

    Raises:
        RequestError: `missing` or `bad`: both or neither.
    """
    code, written = asked_maybe(body, "standby"), asked_maybe(body, "first_contact_at")
    if code is None and written is None:
        return None
    if code is None or written is None:
        raise RequestError("missing", name="standby" if code is None else "first_contact_at")
    try:
        return code, from_text(written)
    except ValueError as error:
        raise RequestError("bad", name="first_contact_at") from error


def _mapping(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if not isinstance(value, dict):
        raise RequestError("bad" if name in body else "missing", name=name)
    return value


def _head(body: Mapping[str, Any]) -> HeadPin | None:
    """The village head who gives the PIN, as `{"name", "pin"}`."""
    if body.get("head") is None:
        return None
    given = _mapping(body, "head")
    return HeadPin(asked_text(given, "name"), asked_text(given, "pin"), asked_maybe(given, "seal_pin"))


def _approval(body: Mapping[str, Any]) -> str | None:
    """Who approved on paper, as `{"by"}`."""
    return None if body.get("seal_approval") is None else asked_text(_mapping(body, "seal_approval"), "by")


def _version(body: Mapping[str, Any]) -> int:
    value = body.get("version")
    if not isinstance(value, int) or isinstance(value, bool):
        raise RequestError("bad" if "version" in body else "missing", name="version")
    return value


def _marks(body: Mapping[str, Any]) -> tuple[Mark, ...]:
    marks = body.get("marks") or []
    if not isinstance(marks, list):
        raise RequestError("bad", name="marks")
    return tuple(_mark(mark) for mark in marks)


def _mark(raw: Any) -> Mark:
    """A mark on a field or a material, never on both.

    Raises:
        RequestError: `bad`.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("comment"), str):
        raise RequestError("bad", name="marks")
    field, material, row = raw.get("field"), raw.get("material"), raw.get("row")
    placed = isinstance(field, str) != isinstance(material, str)
    if not placed or not (row is None or (isinstance(row, int) and not isinstance(row, bool) and 0 <= row < 1000)):
        raise RequestError("bad", name="marks")
    return Mark(raw["comment"], field, material, row)


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name, str(default))
    number = whole_number(text, most)
    if not number:
        raise RequestError("bad", name=name)
    return number
