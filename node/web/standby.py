"""Standby receipts (停电备用本): printed beforehand, entered when the power is back, marked void when lost."""

from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.errors import NodeError, RequestError
from node.paperwork.standby import MOST_AT_ONCE, code_of_receipt
from node.web import wording
from node.web.local_time import SHANGHAI
from node.web.parts import Parts
from node.web.posted import whole_number
from node.web.refusals import status_of
from node.web.security import person_here, policy


def standby_blueprint(parts: Parts) -> Blueprint:
    """Routes of standby receipts."""
    pages = Blueprint("standby", __name__)
    _add_book(pages, parts)
    _add_entering(pages, parts)
    return pages


def _add_book(pages: Blueprint, parts: Parts) -> None:
    papers = parts.desk.papers

    def book_page(status: int = 200, message: str = "") -> Response:
        receipts = papers.standby(person_here())
        blank = sum(1 for one in receipts if one.state == "blank")
        body = render_template(
            "papers/standby.html", receipts=receipts, blank=blank, code=code_of_receipt, most=MOST_AT_ONCE, message=message,
            given=request.form,
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/standby")
    @policy("agent")
    def book() -> Response:
        return book_page()

    @pages.post("/standby/print")
    @policy("agent")
    def print_more() -> AnyResponse:
        try:
            made = papers.print_standby(person_here(), whole_number(request.form.get("count", ""), 1000) or 0)
        except NodeError as error:
            return book_page(status_of(error), wording.error_text(error))
        return redirect(url_for("standby.sheets", first=made[0].number, last=made[-1].number), 303)

    @pages.get("/standby/sheets")
    @policy("agent")
    def sheets() -> str:
        first, last = (whole_number(request.args.get(name, ""), 99_999_999) or 0 for name in ("first", "last"))
        receipts = papers.standby_sheets(person_here(), first, last)
        return render_template("papers/standby_sheets.html", receipts=receipts, code=code_of_receipt)

    @pages.post("/standby/void")
    @policy("agent")
    def void() -> AnyResponse:
        try:
            papers.void_standby(person_here(), request.form.get("code", ""), request.form.get("reason", ""))
        except NodeError as error:
            return book_page(status_of(error), wording.error_text(error))
        return redirect(url_for("standby.book"), 303)


def _add_entering(pages: Blueprint, parts: Parts) -> None:
    desk = parts.desk

    def entering_page(status: int = 200, message: str = "") -> Response:
        items = tuple(one for one in desk.items() if desk.is_on_shelf(one))
        body = render_template(
            "papers/standby_enter.html", items=items, villages=desk.villages(person_here()), message=message,
            given={**request.args.to_dict(), **request.form.to_dict()},
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/standby/enter")
    @policy("agent")
    def enter() -> Response:
        return entering_page()

    @pages.post("/standby/enter")
    @policy("agent")
    def entered() -> AnyResponse:
        form = request.form
        try:
            written_at = read_moment(form.get("day", ""), form.get("time", ""))
            village = form.get("division") or None
            record = desk.papers.open_case(person_here(), form.get("item", ""), form.get("code", ""), written_at, village)
        except NodeError as error:
            return entering_page(status_of(error), wording.error_text(error))
        return redirect(url_for("agent.fill_in", number=record.case_number, step=1), 303)


def read_moment(day: str, time: str) -> datetime:
    """The moment that a day and a time of day of the county say.

    Raises:
        RequestError: `standby_time` they say none.
    """
    try:
        return datetime.strptime(f"{day} {time}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise RequestError("standby_time") from error
