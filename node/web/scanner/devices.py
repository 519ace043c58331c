"""The list of scanners (扫描仪): what was found, and the addresses of network scanners that people type in."""

import re

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NodeError
from node.web import wording
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.scanner.pages import AGENT
from node.web.security import person_here, policy
from node.web.wording import scanners as words

ADMIN = "admin"
PAGE_OF_SLOT = re.compile(r"/cases/[0-9-]{1,40}/scanner/[A-Za-z0-9_]{1,64}")


def scanners_blueprint(parts: Parts) -> Blueprint:
    """Routes of the page."""
    pages = Blueprint("scanners", __name__)
    desk = parts.scanners

    def page(error: NodeError | None = None) -> Response:
        body = render_template(
            "scanner/devices.html", listing=desk.listing(), all=desk.addresses.all(), typed=desk.addresses.typed(), wsc=words,
            back=_back(), given=request.form.get("address", ""), message=wording.error_text(error) if error else "",
        )  # fmt: skip
        return Response(body, status_of(error) if error else 200)

    @pages.get("/scanners")
    @policy(AGENT, ADMIN)
    def devices() -> AnyResponse:
        return page()

    @pages.post("/scanners")
    @policy(AGENT, ADMIN)
    def add() -> AnyResponse:
        try:
            desk.add(person_here(), request.form.get("address", ""))
        except NodeError as error:
            return page(error)
        return redirect(url_for("scanners.devices", back=_back() or None), 303)

    @pages.post("/scanners/remove")
    @policy(AGENT, ADMIN)
    def remove() -> AnyResponse:
        desk.remove(person_here(), request.form.get("address", ""))
        return redirect(url_for("scanners.devices", back=_back() or None), 303)

    @pages.post("/scanners/look")
    @policy(AGENT, ADMIN)
    def look() -> AnyResponse:
        desk.list.look(again=True)
        return redirect(url_for("scanners.devices", back=_back() or None), 303)

    return pages


def _back() -> str:
    """The page of a slot from which somebody came; no other place."""
    given = request.values.get("back", "")
    return given if PAGE_OF_SLOT.fullmatch(given) else ""
