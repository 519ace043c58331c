"""The page 换号: a station that was restored or copied asks for its next number; the check code, the request as a file, the answer."""

from flask import Blueprint, Response, g, render_template
from werkzeug.wrappers import Response as AnyResponse

from node.errors import EnrolmentError, NotAllowedError, RequestError
from node.succession.errand import WHY_NOT
from node.succession.standing import RESTORED
from node.web.parts import Parts
from node.web.posted import LARGEST_ANSWER, posted_file, sent_file
from node.web.refusals import status_of
from node.web.security import policy
from node.web.wording import error_text
from node.web.wording.enrolment import REFUSALS
from node.web.wording.number import WHY


def number_blueprint(parts: Parts) -> Blueprint:
    """Routes of the next number."""
    pages = Blueprint("number", __name__)
    numbers = parts.numbers

    def page(status: int = 200, message: str = "") -> Response:
        state = RESTORED if numbers.renumbering.may_ask() else numbers.standing.state()
        asked = numbers.renumbering.ask() if state == RESTORED else None
        refused = numbers.store.meta.get(WHY_NOT)
        body = render_template(
            "station/number.html",
            state=state,
            why=WHY.get(numbers.standing.why() or "", ""),
            code=asked.code if asked else "",
            refused=REFUSALS.get(refused, refused) if refused else "",
            parent=numbers.parent_name,
            awaited=numbers.awaited_names(),
            message=message,
            may_act=bool({"admin", "agent", "key_officer"}.intersection(g.session.person.roles)),
        )
        return Response(body, status)

    @pages.get("/station/number")
    @policy()
    def shown() -> AnyResponse:
        return page()

    @pages.get("/station/number/request")
    @policy("admin", "agent", "key_officer")
    def asked_file() -> AnyResponse:
        return sent_file(numbers.renumbering.ask().data, f"{parts.station.id}.request")

    @pages.post("/station/number/itself")
    @policy("admin", "key_officer")
    def itself() -> AnyResponse:
        number = numbers.number_itself()
        return Response(render_template("station/numbered.html", number=number))

    @pages.post("/station/number")
    @policy("admin", "agent", "key_officer", body_bytes=LARGEST_ANSWER)
    def take() -> AnyResponse:
        try:
            number = numbers.renumbering.take(posted_file("answer"))
        except (EnrolmentError, RequestError, NotAllowedError) as error:
            return page(status_of(error), error_text(error))
        return Response(render_template("station/numbered.html", number=number))

    return pages
