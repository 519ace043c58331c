"""The county's page of the work calendar (工作日历): the years in force, a new one looked at, compared and published."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.casework.calendar_document import MAX_BYTES
from node.catalogue.calendar_desk import CalendarDesk
from node.errors import CalendarError, NodeError, RequestError, StaleError
from node.web.posted import posted_file, whole_number
from node.web.refusals import status_of
from node.web.security import person_here, policy
from node.web.wording import error_text

OFFICERS = ("admin", "key_officer")
LEAST_FORM = 64 * 1024
"""What a form may weigh beside its file."""


def calendar_blueprint(desk: CalendarDesk) -> Blueprint:
    """Routes of the calendar at a county."""
    pages = Blueprint("calendar", __name__)

    def years_page(status: int = 200, error: NodeError | None = None) -> Response:
        body = render_template(
            "catalogue/calendar.html", newest=desk.newest(), kept=desk.kept(), missing=desk.missing_year(), given=request.form,
            message=error_text(error) if error else "", faults=error.faults if isinstance(error, CalendarError) else (),
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/calendar")
    @policy(*OFFICERS)
    def years() -> Response:
        return years_page()

    @pages.post("/calendar/look")
    @policy(*OFFICERS, body_bytes=MAX_BYTES + LEAST_FORM)
    def look() -> Response:
        form = request.form
        try:
            data = posted_file("calendar")
            _check_reason(form.get("reason", ""))
            proposal = desk.look(data, form.get("reason", "").strip(), official=form.get("status") != "provisional")
        except NodeError as error:
            return years_page(422 if isinstance(error, CalendarError) else status_of(error), error)
        return _confirm_page(desk, proposal=proposal, reason=form["reason"].strip())

    @pages.post("/calendar/publish")
    @policy(*OFFICERS, body_bytes=2 * MAX_BYTES)
    def publish() -> AnyResponse:
        form = request.form
        try:
            published = desk.publish(
                form.get("document", "").encode(), whole_number(form.get("number", "")) or 0, form.get("reason", ""),
                person_here().display_name, replace=form.get("replace") == "yes",
            )  # fmt: skip
        except (RequestError, StaleError) as error:
            return years_page(status_of(error), error)
        return redirect(url_for("catalogue.release", number=published.release.number, done="calendar"), 303)

    return pages


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise RequestError("reason_needed")


def _confirm_page(desk: CalendarDesk, **facts: Any) -> Response:
    document = facts["proposal"].after.to_bytes().decode()
    body = render_template("catalogue/calendar_confirm.html", document=document, number=desk.next_number(), **facts)
    return Response(body, 200)
