"""Several cases in one go (批量办理): the list of those that were looked at, one PIN, and what became of each."""

from flask import Blueprint, Response, render_template, request

from node.casework.batch import EVENTS, READY, Asked, Batches, Result
from node.casework.case import Event
from node.errors import NodeError, RequestError
from node.staff.people import Person
from node.web import wording
from node.web.parts import Parts
from node.web.refusals import status_of
from node.web.security import person_here, policy

ACTORS = ("agent", "village_head", "reviewer", "leader", "approver")


def batch_blueprint(parts: Parts) -> Blueprint:
    """Routes of the page."""
    pages = Blueprint("batch", __name__)
    batches = parts.batches

    def batch_page(event: Event | None, status: int = 200, message: str = "", results: tuple[Result, ...] = ()) -> Response:
        person = person_here()
        known = batches.events(person)
        event = event or (known[0] if known else None)
        standing = batches.standing(person, event) if event else ()
        names = {one.view.line.case_number: one.view.line for one in standing}
        body = render_template(
            "shared/batch.html", event=event, events=known, rows=standing, ready=[one for one in standing if one.state == READY],
            results=[(one, names.get(one.number) or _line(parts, person, one.number), _told(one)) for one in results], message=message,
        )  # fmt: skip
        return Response(body, status)

    @pages.get("/batch")
    @policy(*ACTORS)
    def standing() -> Response:
        return batch_page(event_of(request.args["event"]) if "event" in request.args else None)

    @pages.post("/batch")
    @policy(*ACTORS)
    def act() -> Response:
        form, event = request.form, event_of(request.form.get("event", ""))
        asked = _asked(batches, person_here(), form.getlist("case"))
        try:
            results = batches.act(person_here(), event, asked, form.get("pin") or None, form.get("note") or None)
        except NodeError as error:
            return batch_page(event, status_of(error), wording.error_text(error))
        return batch_page(event, results=results)

    return pages


def event_of(text: str) -> Event:
    """The act that is named.

    Raises:
        RequestError: `batch_event` none for several at once.
    """
    if text not in set(EVENTS):
        raise RequestError("batch_event", event=text)
    return Event(text)


def _asked(batches: Batches, person: Person, numbers: list[str]) -> tuple[Asked, ...]:
    """The ticked cases as this login has looked at them; one that it has not is refused by what its page would show."""
    seen = batches.seen.of(person)
    return tuple(Asked(number, seen.get(number, "")) for number in dict.fromkeys(numbers))


def _line(parts: Parts, person: Person, number: str) -> object:
    try:
        return parts.desk.case(person, number).line
    except NodeError:
        return None


def _told(one: Result) -> str:
    return wording.error_text(one.error) if one.error is not None else ""
