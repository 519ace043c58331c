"""The page 用印清单: who used which seal on a day, to be read, ticked and printed."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.casework.desk import is_reader
from node.errors import RequestError
from node.web import wording
from node.web.local_time import today
from node.web.parts import Parts
from node.web.posted import whole_number
from node.web.refusals import status_of
from node.web.security import person_here, policy

READERS = ("village_head", "leader", "approver", "key_officer")


def seal_uses_blueprint(parts: Parts) -> Blueprint:
    """Routes of the list."""
    pages = Blueprint("seal_uses", __name__)
    lists = parts.use_lists

    def list_page(day: str, status: int = 200, message: str = "") -> Response:
        uses, readings = lists.of_day(person_here(), day)
        body = render_template(
            "shared/seal_uses.html", day=day, uses=uses, readings=readings, days=lists.days(person_here()), message=message,
            may_tick=lists.may_tick(person_here(), day), done=request.args.get("done", ""), links=is_reader(person_here()),
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/seal-uses")
    @policy(*READERS)
    def uses() -> Response:
        return list_page(request.args.get("day") or today(parts.clock.now()).isoformat())

    @pages.post("/seal-uses/<day>/read")
    @policy(*READERS)
    def read(day: str) -> AnyResponse:
        try:
            lists.tick(person_here(), day, whole_number(request.form.get("uses", "")) or 0)
        except RequestError as error:
            return list_page(day, status_of(error), wording.error_text(error))
        return redirect(url_for("seal_uses.uses", day=day, done="read"), 303)

    return pages
