"""Own numbers and kin's (回避): declared on one's own account page, seen and taken away on the page of a person."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NodeError
from node.web import wording
from node.web.account import account_page
from node.web.parts import Parts
from node.web.people import person_page
from node.web.posted import whole_number
from node.web.refusals import status_of
from node.web.security import person_here, policy


def kin_blueprint(parts: Parts) -> Blueprint:
    """Routes of kin."""
    pages = Blueprint("kin", __name__)
    kinship = parts.kinship

    def declare(name: str) -> None:
        form = request.form
        kinship.declare(person_here(), name, form.get("kin_name", ""), form.get("id_no", ""), form.get("relation", ""))

    @pages.post("/account/kin")
    @policy()
    def own() -> AnyResponse:
        try:
            declare(person_here().name)
        except NodeError as error:
            return account_page(parts, status_of(error), wording.error_text(error))
        return redirect(url_for("account.mine", done="kin", _anchor="kin"), 303)

    @pages.post("/people/<name>/kin")
    @policy("admin", "village_head")
    def others(name: str) -> AnyResponse:
        try:
            declare(name)
        except NodeError as error:
            return person_page(parts, name, status_of(error), wording.error_text(error))
        return redirect(url_for("people.one", name=name, done="kin", _anchor="kin"), 303)

    @pages.post("/people/<name>/kin/remove")
    @policy("admin", "village_head")
    def remove(name: str) -> AnyResponse:
        place = whole_number(request.form.get("place", ""), 999)
        try:
            kinship.remove_at(person_here(), name, -1 if place is None else place, request.form.get("kin_name", ""))
        except NodeError as error:
            return person_page(parts, name, status_of(error), wording.error_text(error))
        return redirect(url_for("people.one", name=name, done="kin_gone", _anchor="kin"), 303)

    return pages
