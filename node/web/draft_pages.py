"""What else is done with a draft: answers of earlier cases taken over, and the step to a newer version."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NotFoundError, RequestError, StaleError
from node.web import wording
from node.web.filling import pages_of
from node.web.parts import Parts
from node.web.posted import read_version, whole_number
from node.web.refusals import status_of
from node.web.security import person_here, policy
from node.web.wording.filling import change_text


def add_drafts(pages: Blueprint, parts: Parts) -> None:
    """Routes of reuse and upgrades."""
    desk = parts.desk

    @pages.post("/cases/<number>/reuse")
    @policy("agent")
    def reuse(number: str) -> AnyResponse:
        offers = desk.filling.offers(person_here(), number)
        if request.form.get("all"):
            wanted = {one.field.id: one.case_number for one in offers}
        else:
            wanted = dict(_pair(one) for one in request.form.getlist("take"))
        if wanted:
            desk.filling.take(person_here(), number, read_version(request.form), wanted)
        step = whole_number(request.form.get("step", ""), 999) or 1
        return redirect(url_for("agent.fill_in", number=number, step=step), 303)

    def upgrade_page(number: str, status: int = 200, message: str = "") -> Response:
        view = desk.case(person_here(), number)
        form = desk.form_of(view.line.case_number)
        body = render_template(
            "agent/upgrade.html", view=view, form=form, pages=pages_of(form), message=message, left_text=left_text, change_text=change_text,
            upgrade=desk.filling.upgrade(person_here(), number), withdrawn=desk.filling.is_withdrawn(person_here(), number),
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/cases/<number>/upgrade")
    @policy("agent")
    def upgrade(number: str) -> Response:
        return upgrade_page(number)

    @pages.post("/cases/<number>/upgrade")
    @policy("agent")
    def move(number: str) -> AnyResponse:
        try:
            way = desk.filling.upgrade(person_here(), number)
            if way is not None and way.left and not request.form.get("seen"):
                raise RequestError("upgrade_unseen")
            desk.filling.move(person_here(), number, read_version(request.form), request.form.get("package", ""))
        except (RequestError, StaleError) as error:
            return upgrade_page(number, status_of(error), wording.error_text(error))
        return redirect(url_for("agent.fill_in", number=number, step=1), 303)


def _pair(text: str) -> tuple[str, str]:
    """The field and the case that a tick names.

    Raises:
        NotFoundError: `reuse` it names none.
    """
    field, _, case_number = text.partition(":")
    if not case_number:
        raise NotFoundError("reuse", text)
    return field, case_number


def left_text(value: Any) -> str:
    """An answer that is left behind, in words."""
    if not isinstance(value, list):
        return str(value)
    rows = ("，".join(f"{name} {cell}" for name, cell in row.items()) if isinstance(row, dict) else str(row) for row in value)
    return "；".join(row for row in rows if row)
