"""The pages of the road on paper: a case's sheet to print (纸上带件), and 纸上收件, where codes are read by camera, picture or scanner.

All but the camera works without JavaScript. Only the camera's page is allowed the camera.
"""

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.documents.layout import QrCode
from node.errors import MaterialError, NodeError, NotAllowedError, NotFoundError, RequestError
from node.paper.codes import MAX_CHARS
from node.paper.road import ACKNOWLEDGED, CodeRead, PaperRoad
from node.web.documents import document_answer
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.security import UPLOAD_BYTES, person_here, policy
from node.web.wording import error_text
from node.web.wording import paper_road as words

MAKERS = ("agent", "village_head", "reviewer", "leader", "approver")
READERS = (*MAKERS, "admin")
CAMERA_POLICY = "camera=(self), geolocation=(), microphone=()"
MOST_LINES = 8
_DIGEST = re.compile(r"(?:sm3|sha256):[0-9a-f]{64}")


def paper_road_blueprint(parts: Parts) -> Blueprint:
    """Routes of the road on paper."""
    pages = Blueprint("paper_road", __name__)
    _add_sheets(pages, parts)
    _add_reading(pages, parts.paper)
    _add_camera(pages, parts.paper)
    _add_parcels(pages, parts.paper)
    return pages


def _add_sheets(pages: Blueprint, parts: Parts) -> None:
    road = parts.paper

    @pages.get("/cases/<number>/paper")
    @policy(*MAKERS)
    def sheet(number: str) -> AnyResponse:
        return _sheet_page(parts, number)

    @pages.post("/cases/<number>/paper")
    @policy(*MAKERS)
    def make(number: str) -> AnyResponse:
        try:
            made = road.make(person_here(), number)
        except (RequestError, NotAllowedError) as error:
            return _sheet_page(parts, number, error)
        return redirect(url_for("paper_road.sheet", number=made.case_number), 303)

    @pages.get("/cases/<number>/paper/<int:code>.svg")
    @policy(*MAKERS)
    def sheet_code(number: str, code: int) -> AnyResponse:
        return _svg(road, road.made(person_here(), number).texts, code)

    @pages.get("/cases/<number>/paper.pdf")
    @policy(*MAKERS)
    def sheet_file(number: str) -> AnyResponse:
        return document_answer(road.written(road.sheet(person_here(), number)), "paper", "pdf")

    @pages.get("/cases/<number>/paper-with-form.pdf")
    @policy(*MAKERS)
    def with_form(number: str) -> AnyResponse:
        carried = road.sheet(person_here(), number)
        form = parts.documents.layout(person_here(), parts.desk.case(person_here(), number), "form")
        return document_answer(road.written(road.with_form(form, carried)), "form", "pdf")


def _add_reading(pages: Blueprint, road: PaperRoad) -> None:
    @pages.get("/paper")
    @policy(*READERS)
    def reading() -> AnyResponse:
        return _reading_page()

    @pages.post("/paper")
    @policy(*READERS, body_bytes=UPLOAD_BYTES)
    def read() -> AnyResponse:
        try:
            found = _read(road)
        except (RequestError, MaterialError) as error:
            return _reading_page(error=error)
        if len(found) == 1 and found[0].state == "taken":
            return redirect(url_for("paper_road.parcel", parcel_id=found[0].parcel_id, done=1), 303)
        return _reading_page([told(road, one) for one in found])


def _add_camera(pages: Blueprint, road: PaperRoad) -> None:
    @pages.get("/paper/camera")
    @policy(*READERS)
    def camera() -> AnyResponse:
        answer = make_response(render_template("paper/camera.html", texts=words))
        answer.headers["Permissions-Policy"] = CAMERA_POLICY
        return answer

    @pages.post("/paper/frame.json")
    @policy(*READERS, body_bytes=UPLOAD_BYTES)
    def frame() -> Response:
        try:
            found = road.read_picture(person_here(), request.get_data(cache=False))
        except RequestError as error:
            # Most frames show no code, or one of something else: nothing went wrong.
            return jsonify({"found": [], "message": "" if error.code == "paper_none" else error_text(error)})
        return jsonify({"found": [told(road, one) for one in found], "message": ""})


def _add_parcels(pages: Blueprint, road: PaperRoad) -> None:
    @pages.get("/paper/parcels/<parcel_id>")
    @policy(*READERS)
    def parcel(parcel_id: str) -> str:
        came = road.parcel(checked_parcel(parcel_id))
        from_name, to_names = road.station_name(came.from_station), [road.station_name(one) for one in came.readers]
        done = "done" in request.args
        return render_template("paper/parcel.html", came=came, from_name=from_name, to_names=to_names, done=done, texts=words)

    @pages.get("/paper/parcels/<parcel_id>/<int:code>.svg")
    @policy(*READERS)
    def receipt_code(parcel_id: str, code: int) -> AnyResponse:
        return _svg(road, road.parcel(checked_parcel(parcel_id)).receipt, code)

    @pages.get("/paper/parcels/<parcel_id>.pdf")
    @policy(*READERS)
    def receipt_file(parcel_id: str) -> AnyResponse:
        return document_answer(road.written(road.answer_sheet(checked_parcel(parcel_id))), "receipt", "pdf")


def told(road: PaperRoad, one: CodeRead) -> dict[str, Any]:
    """What became of a code, for a page and for a program."""
    cases = road.cases_of(one.parcels) if one.state == ACKNOWLEDGED else ()
    return {
        "state": one.state,
        "tone": words.TONES[one.state],
        "of": one.of,
        "missing": list(one.missing),
        "parcel": one.parcel_id if one.state in ("taken", "known") else "",
        "why": one.why,
        "cases": list(cases),
        "message": words.state_text(one.state, one.of, one.missing, one.why, about_us=bool(one.parcels)),
    }


def _read(road: PaperRoad) -> list[CodeRead]:
    """What the posted picture, or the lines that a scanner typed, bring."""
    file = request.files.get("file")
    data = file.read() if file is not None else b""
    if data:
        return road.read_picture(person_here(), data)
    lines = [line for line in request.form.get("code", "").splitlines() if line.strip()]
    if not lines:
        raise RequestError("paper_empty")
    return [road.read_code(person_here(), line[: MAX_CHARS + 1]) for line in lines[:MOST_LINES]]


def _sheet_page(parts: Parts, number: str, error: NodeError | None = None) -> Response:
    view = parts.desk.case(person_here(), number)
    try:
        made = parts.paper.made(person_here(), number)
    except NotFoundError:
        made = None
    waits = parts.paper.waits(person_here(), number)
    body = render_template("paper/sheet.html", view=view, made=made, hop=parts.paper.station_name(made.next_hop) if made else "",
                           waits=waits, message=error_text(error) if error else "")  # fmt: skip
    return Response(body, status_of(error) if error else 200)


def _reading_page(found: Sequence[dict[str, Any]] = (), error: NodeError | None = None) -> Response:
    body = render_template("paper/read.html", found=found, message=error_text(error) if error else "", longest=MAX_CHARS + 1)
    return Response(body, status_of(error) if error else 200)


def _svg(road: PaperRoad, texts: Sequence[str], number: int) -> Response:
    if not 1 <= number <= len(texts):
        raise NotFoundError("document", str(number))
    drawn: list[QrCode] = road.codes([texts[number - 1]])
    return Response(drawn[0].svg(), content_type="image/svg+xml")


def checked_parcel(parcel_id: str) -> str:
    """The id of a parcel out of an address.

    Raises:
        NotFoundError: it is no id.
    """
    if not _DIGEST.fullmatch(parcel_id):
        raise NotFoundError("parcel", "")
    return parcel_id
