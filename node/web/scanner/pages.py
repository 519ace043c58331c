"""The page of a slot that is scanned for: which scanner and how, how far it is, and each page as it comes.

It works without JavaScript too, but for what is new, which then shows when the page is loaded again.
"""

import hashlib
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.capture import PAGES
from node.capture.scanners.jobs import waiting
from node.capture.scanners.listing import Listing
from node.capture.scanners.values import RESOLUTIONS
from node.capture.tray import SCANNER
from node.errors import NodeError
from node.web import wording
from node.web.fill_pages import no_longer_open
from node.web.parts import Parts
from node.web.phone.pages import slot_name
from node.web.refusals import status_of
from node.web.scanner.wishes import wish_of
from node.web.security import person_here, policy
from node.web.wording import scanners as words

AGENT = "agent"
SOON_S = 0.5
"""A job that fails at once has failed before the page is drawn again."""


def scanner_blueprint(parts: Parts) -> Blueprint:
    """Routes of the page."""
    pages = Blueprint("scanner", __name__)
    _add_looking(pages, parts)
    _add_acting(pages, parts)
    return pages


def _add_looking(pages: Blueprint, parts: Parts) -> None:
    @pages.get("/cases/<number>/scanner/<material>")
    @policy(AGENT)
    def start(number: str, material: str) -> AnyResponse:
        return no_longer_open(parts.desk, number) or _page(parts, number, material)

    @pages.get("/cases/<number>/scanner/<material>/live")
    @policy(AGENT)
    def live(number: str, material: str) -> AnyResponse:
        facts = _facts(parts, number, material, parts.scanners.list.now())
        answer = make_response(render_template("scanner/live_page.html", given=_given(parts), **facts))
        answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:20])
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer.make_conditional(request)


def _add_acting(pages: Blueprint, parts: Parts) -> None:
    desk = parts.scanners

    def back(number: str, material: str) -> AnyResponse:
        return redirect(url_for("scanner.start", number=number, material=material), 303)

    @pages.post("/cases/<number>/scanner/<material>")
    @policy(AGENT)
    def scan(number: str, material: str) -> AnyResponse:
        try:
            job = desk.scan(person_here(), number, material, request.form.get("device", ""), wish_of(request.form))
        except NodeError as error:
            return _page(parts, number, material, error)
        desk.jobs.wait(job.id, SOON_S)
        return back(number, material)

    @pages.post("/cases/<number>/scanner/<material>/stop")
    @policy(AGENT)
    def stop(number: str, material: str) -> AnyResponse:
        try:
            job = desk.jobs.stop(person_here(), number, request.form.get("job", ""))
        except NodeError as error:
            return _page(parts, number, material, error)
        desk.jobs.wait(job.id, SOON_S)
        return back(number, material)

    @pages.post("/cases/<number>/scanner/<material>/keep")
    @policy(AGENT)
    def keep(number: str, material: str) -> AnyResponse:
        try:
            job = desk.jobs.keep(person_here(), number, material)
        except NodeError as error:
            return _page(parts, number, material, error)
        desk.jobs.wait(job.id, SOON_S)
        return back(number, material)

    @pages.post("/cases/<number>/scanner/<material>/look")
    @policy(AGENT)
    def look(number: str, material: str) -> AnyResponse:
        desk.list.look(again=True)
        return back(number, material)


def _page(parts: Parts, number: str, material: str, error: NodeError | None = None) -> Response:
    facts = _facts(parts, number, material, parts.scanners.listing())
    body = render_template(
        "scanner/start.html", view=parts.desk.case(person_here(), number), slot=slot_name(parts, number, material),
        given=_given(parts), resolutions=RESOLUTIONS, message=wording.error_text(error) if error else "", **facts,
    )  # fmt: skip
    return Response(body, status_of(error) if error else 200)


def _given(parts: Parts) -> dict[str, str]:
    """What the form holds at first: what was posted and refused, else what was scanned with before."""
    device, wish = parts.scanners.jobs.last()
    return {"device": device, "source": wish.source, "colour": wish.colour, "dpi": str(wish.dpi), **request.form}


def _facts(parts: Parts, number: str, material: str, listing: Listing) -> dict[str, Any]:
    """What the page and its live part show."""
    desk, person = parts.scanners, person_here()
    shots = [one for one in parts.tray.shots(person, number, material) if one.record.source == SCANNER]
    job = desk.jobs.of_slot(person, number, material)
    return {
        "wsc": words,
        "number": parts.desk.case(person, number).line.case_number,
        "material": material,
        "listing": listing,
        "job": job,
        "shots": shots,
        "waiting": waiting(tuple(shots)),
        "clean": [one for one in waiting(tuple(shots)) if not one.look.quality],
        "may_keep_all": parts.tray.want(person, number, material).kind == PAGES,
        "error_text": wording.error_text,
        "finding_text": words.scanner_finding_text,
    }
